//! Which inputs a run takes, and what it makes of those it knows.

use super::*;
use lakebed_schema::{Column, LogicalType};
use std::fs;
use std::path::PathBuf;

fn table() -> Table {
    Table::new("t", vec![Column::new("n", LogicalType::Int64)])
}

/// A folder with one input, `in/a.json`, of one record.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in/a.json"), "{\"n\":1}\n").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self, names: &[&str]) -> ConvertOptions {
        ConvertOptions::new(names.iter().map(|name| self.path(name)), self.path("lake"))
    }

    fn convert(&self, names: &[&str]) -> Report {
        convert(&table(), &self.options(names), &NoProgress).unwrap()
    }

    fn statuses(&self, names: &[&str]) -> Vec<InputStatus> {
        self.convert(names).inputs.iter().map(|input| input.status).collect()
    }

    /// The only run record, changed as text.
    fn change_record(&self, change: impl Fn(&str) -> String) {
        let runs: Vec<PathBuf> = fs::read_dir(self.path("lake/_lakebed/t/runs"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        let [run] = runs.as_slice() else { panic!("{runs:?}") };
        let text = fs::read_to_string(run).unwrap();
        let changed = change(&text);
        assert_ne!(changed, text);
        fs::write(run, changed).unwrap();
    }
}

#[test]
fn a_file_under_two_spellings_is_one_input() {
    let bench = Bench::new();
    let spellings = ["in/a.json", "in/../in/a.json", "in/./a.json", "in"];
    let report = bench.convert(&spellings);
    assert_eq!((report.inputs.len(), report.total.written), (1, 1));
    for spelling in spellings {
        assert_eq!(bench.statuses(&[spelling]), [InputStatus::AlreadyInLake], "{spelling}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_is_that_file() {
    let bench = Bench::new();
    std::os::unix::fs::symlink("a.json", bench.path("in/z.json")).unwrap();
    std::os::unix::fs::symlink("in", bench.path("other")).unwrap();
    assert_eq!(bench.convert(&["in", "other"]).total.written, 1);
    for spelling in ["in/a.json", "in/z.json", "other/a.json"] {
        assert_eq!(bench.statuses(&[spelling]), [InputStatus::AlreadyInLake], "{spelling}");
    }
    let forced = ConvertOptions { force: true, ..bench.options(&["other/z.json"]) };
    let report = convert(&table(), &forced, &NoProgress).unwrap();
    assert_eq!((report.total.written, bench.statuses(&["in"])), (1, vec![InputStatus::AlreadyInLake]));
}

#[cfg(unix)]
#[test]
fn journals_of_earlier_versions_know_files_as_they_were_written() {
    for old in ["in/../in/a.json", "in/z.json"] {
        let bench = Bench::new();
        std::os::unix::fs::symlink("a.json", bench.path("in/z.json")).unwrap();
        bench.convert(&["in/a.json"]);
        bench.change_record(|text| {
            let text = text.replace("/in/a.json\"", &format!("/{old}\""));
            text.replace("\"lakebed_run\": 2", "\"lakebed_run\": 1")
        });
        assert_eq!(bench.statuses(&[old]), [InputStatus::AlreadyInLake], "{old}");
        if old.contains("..") {
            assert_eq!(bench.statuses(&["in/a.json"]), [InputStatus::AlreadyInLake]);
        }
        let forced = ConvertOptions { force: true, ..bench.options(&[old]) };
        let report = convert(&table(), &forced, &NoProgress).unwrap();
        assert_eq!(report.total.written, 1);
        assert_eq!(bench.statuses(&["in/a.json"]), [InputStatus::AlreadyInLake]);
    }
}

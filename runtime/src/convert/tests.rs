//! Which inputs a run takes, and what it makes of those it knows.

use super::*;
use crate::journal::InputRecord;
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
    fn change_record(&self, mut change: impl FnMut(&str) -> String) {
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

#[test]
fn journals_of_earlier_versions_know_content_by_another_hash() {
    let bench = Bench::new();
    bench.convert(&["in"]);
    let text = fs::read(bench.path("in/a.json")).unwrap();
    let now = content::hash(text.as_slice()).unwrap();
    bench.change_record(|record| record.replace(&now, &blake3::hash(&text).to_hex()));
    assert_eq!(bench.statuses(&["in"]), [InputStatus::AlreadyInLake]);
    fs::write(bench.path("in/a.json"), "{\"n\":2}\n").unwrap();
    let error = convert(&table(), &bench.options(&["in"]), &NoProgress).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
}

#[test]
fn journals_of_earlier_versions_know_streams_by_another_hash() {
    let bench = Bench::new();
    let options = ConvertOptions { streams: vec![bench.path("in/a.json")], ..bench.options(&["in/a.json"]) };
    let again = || convert(&table(), &options, &NoProgress).unwrap().inputs[0].status;
    assert_eq!((again(), again()), (InputStatus::Done, InputStatus::AlreadyInLake));
    let text = fs::read(bench.path("in/a.json")).unwrap();
    let now = content::hash(text.as_slice()).unwrap();
    bench.change_record(|record| record.replace(&now, &blake3::hash(&text).to_hex()));
    assert_eq!(again(), InputStatus::AlreadyInLake);
    let forced = ConvertOptions { force: true, ..options.clone() };
    assert_eq!(convert(&table(), &forced, &NoProgress).unwrap().total.written, 1);
    assert_eq!(again(), InputStatus::AlreadyInLake);
}

#[test]
fn content_is_hashed_while_it_is_decoded() {
    let one = |n: u32| format!("{{\"n\":{n},\"filler\":\"{}\"}}", "x".repeat(n as usize % 3000));
    let lines: String = (0..2500).map(|n| one(n) + "\n").collect();
    // No line starts with a brace, so that one segment reads on through all the others.
    let glued: String = (0..2500).map(one).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, lines.as_bytes()).unwrap();
    for (what, bytes) in
        [("lines", lines.into_bytes()), ("glued", glued.into_bytes()), ("gzip", gzip.finish().unwrap())]
    {
        let known_as = content::hash(bytes.as_slice()).unwrap();
        for (threads, segment_bytes) in [(1, 8 << 20), (1, 1 << 20), (3, 1 << 20), (3, 100_000)] {
            let bench = Bench::new();
            fs::write(bench.path("in/a.json"), &bytes).unwrap();
            let options = ConvertOptions { threads, segment_bytes, ..bench.options(&["in"]) };
            let report = convert(&table(), &options, &NoProgress).unwrap();
            assert_eq!(report.total.written, 2500, "{what}");
            let mut known = None;
            bench.change_record(|record| {
                known = Some(record.contains(&format!("\"{known_as}\"")));
                format!("{record} ")
            });
            assert_eq!(known, Some(true), "{what}, {threads} threads, segments of {segment_bytes}");
        }
    }
}

/// Changes a file after it was looked at and before it is read.
struct Changes<F: Fn() + Sync>(F);

impl<F: Fn() + Sync> Progress for Changes<F> {
    fn total(&self, _: u64) {
        self.0();
    }
}

#[test]
fn a_file_that_changes_after_it_was_looked_at_is_left_out() {
    let bench = Bench::new();
    fs::write(bench.path("in/b.json"), "{\"n\":2}\n").unwrap();
    let file = bench.path("in/a.json");
    let longer = || fs::write(&file, "{\"n\":1}\n{\"n\":3}\n").unwrap();
    let later = || {
        fs::write(&file, "{\"n\":7}\n{\"n\":8}\n").unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_795_421_730);
        fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    };
    let options = ConvertOptions { dry_run: true, ..bench.options(&["in"]) };
    for change in [&longer as &(dyn Fn() + Sync), &later] {
        let report = convert(&table(), &options, &Changes(change)).unwrap();
        let statuses: Vec<InputStatus> = report.inputs.iter().map(|input| input.status).collect();
        assert_eq!(statuses, [InputStatus::Failed, InputStatus::Done]);
        let said = report.inputs.first().and_then(|input| input.message.clone()).unwrap_or_default();
        assert!(said.contains("has changed while it was read"), "{said}");
        assert_eq!(report.total.written, 1);
    }
}

/// Inputs, and a run that has stored or replayed all of them. So many that looking at all for each of them, or worse,
/// takes hours.
fn many(kind: RunKind) -> (Vec<Input>, RunRecord) {
    let bench = Bench::new();
    let found = find_inputs(&[Location::from(bench.path("in"))], &Stores::local()).unwrap();
    let [one] = found.list.as_slice() else { panic!("{found:?}") };
    let input = |number: usize| {
        let location = Location::from_s3_uri(&format!("s3://bucket/some/longer/prefix/{number:08}")).unwrap();
        Input { canonical: location.clone(), location, hash: format!("etag:{number:064}"), ..one.clone() }
    };
    let inputs: Vec<Input> = (0..20_000).map(input).collect();
    let record = |input: &Input| InputRecord { hash: input.hash.clone(), ..InputRecord::default() };
    let known = inputs.iter().map(|input| (input.key(), record(input))).collect();
    (inputs, RunRecord { kind, run: "before".to_owned(), inputs: known, ..RunRecord::default() })
}

#[test]
fn many_inputs_are_replaced_together() {
    let (mut inputs, run) = many(RunKind::Convert);
    let work = Work::sort_out(&table(), inputs.clone(), std::slice::from_ref(&run), true).unwrap();
    assert_eq!((work.todo.len(), work.stored.len()), (20_000, 20_000));
    assert_eq!(work.replaces, ["before"]);
    let last = inputs.pop().unwrap();
    let error = Work::sort_out(&table(), inputs, &[run], true).unwrap_err();
    assert!(error.to_string().contains(&last.key()), "{error}");
}

#[test]
fn many_error_objects_are_known_by_place_and_by_content() {
    let (mut inputs, run) = many(RunKind::Replay);
    // Not on S3, where the object would be read to know it by its bytes.
    let elsewhere = Location::from(PathBuf::from("/nowhere/elsewhere"));
    let moved = Input { canonical: elsewhere.clone(), location: elsewhere, ..inputs.pop().unwrap() };
    let new = Input { hash: "new".to_owned(), ..moved.clone() };
    inputs.extend([moved, new.clone(), new]);
    let work = Work::sort_out_objects(&table(), inputs, &[run]).unwrap();
    assert_eq!((work.todo.len(), work.others.len()), (1, 20_001));
    let said = |place| work.others.get(&place).and_then(|report| report.message.clone()).unwrap_or_default();
    assert_eq!(said(0), "replayed by run before");
    assert!(said(19_999).starts_with("replayed by run before as s3://bucket/some/longer/prefix/00019999"));
    assert_eq!(said(20_001), "the same as /nowhere/elsewhere");
}

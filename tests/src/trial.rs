//! One conversion of bytes made up by a test, and everything it left behind.

use lakebed::report::{InputReport, InputStatus};
use lakebed::{ConvertOptions, NoProgress, Report, Table};
use std::fs;

/// What a conversion gave.
#[derive(Debug)]
pub struct Trial {
    /// Its report.
    pub report: Report,
    /// Every Parquet file: its path without the run's name, its bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// Lines of the reject files, in the order of the input.
    pub rejects: Vec<String>,
}

impl Trial {
    /// Converts one input and checks the books: what the report counts is what was left behind.
    ///
    /// # Panics
    /// When the run itself fails, or the books do not balance.
    pub fn of(table: &Table, input: &[u8], change: impl FnOnce(&mut ConvertOptions)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // No extension: the name must not matter.
        let (path, lake) = (folder.path().join("input"), folder.path().join("lake"));
        fs::write(&path, input).expect("a file in it");
        let mut options = ConvertOptions::new(vec![path], lake.clone());
        change(&mut options);
        let report = lakebed::convert(table, &options, &NoProgress).unwrap_or_else(|error| panic!("{error}"));
        let read = |name: &str| fs::read(lake.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut files = Vec::new();
        for partition in report.partitions.iter().filter(|_| !options.dry_run) {
            files.extend(partition.files.iter().map(|file| (partition.path.clone(), read(file))));
        }
        let text: Vec<u8> = report.reject_files.iter().flat_map(|file| read(file)).collect();
        let mut rejects: Vec<String> = String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
        let offset = |line: &String| serde_json::from_str::<serde_json::Value>(line).ok()?["offset"].as_u64();
        rejects.sort_by_key(offset);
        let trial = Self { report, files, rejects };
        trial.check_books(options.dry_run);
        trial
    }

    fn check_books(&self, dry_run: bool) {
        let Self { report, rejects, .. } = self;
        assert!(report.total.balances(), "{:?}", report.total);
        let rows: u64 = report.partitions.iter().map(|partition| partition.rows).sum();
        assert_eq!(rows, report.total.written);
        let refused: u64 = report.rejects.iter().map(|group| group.count).sum();
        assert_eq!(refused, report.total.rejected);
        let apart: u64 = report.out_of_window.iter().map(|group| group.count).sum();
        assert_eq!(apart, report.total.late + report.total.early);
        if !dry_run {
            assert_eq!(rejects.len() as u64, report.total.rejected + apart);
            assert!(rejects.iter().all(|line| line.contains("\"rawData\":\"")), "{rejects:?}");
        }
        let done = report.inputs.iter().filter(|input| input.status == InputStatus::Done);
        assert_eq!(report.input_bytes, done.map(|input| input.bytes).sum::<u64>());
    }

    /// The report of the one input.
    ///
    /// # Panics
    /// Never: there is one.
    pub fn input(&self) -> &InputReport {
        self.report.inputs.first().expect("one input")
    }

    /// Everything that was said about the input and its rejects.
    pub fn said(&self) -> String {
        let mut said = self.input().message.clone().unwrap_or_default();
        for group in &self.report.rejects {
            said.push_str(&format!("\n{} × {}: {} at {}", group.count, group.code, group.example, group.at));
        }
        said
    }
}

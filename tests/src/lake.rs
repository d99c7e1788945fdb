//! Lakes of tests: written with options a test cares about, read back as files, rows and rejects.

use arrow_array::RecordBatch;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lakebed::{ConvertOptions, NoProgress, Report, Table};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with inputs and a lake, removed when dropped.
#[derive(Debug)]
pub struct Bench {
    folder: TempDir,
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}

#[allow(clippy::missing_panics_doc, reason = "a test without its files cannot go on")]
impl Bench {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes an input.
    pub fn input(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file that can be written");
        path
    }

    /// The folder of the lake called `name`.
    pub fn lake(&self, name: &str) -> PathBuf {
        self.path().join("lakes").join(name)
    }

    /// Converts into the lake called `name`, with changes to the default options.
    pub fn convert(
        &self,
        table: &Table,
        inputs: &[PathBuf],
        name: &str,
        change: impl FnOnce(&mut ConvertOptions),
    ) -> Report {
        let mut options = ConvertOptions::new(inputs.to_vec(), self.lake(name));
        change(&mut options);
        lakebed::convert(table, &options, &NoProgress).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Every file below a folder by its path from there; empty when there is no folder.
///
/// # Panics
/// When something cannot be read.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a readable file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    if folder.exists() {
        collect(folder, folder, &mut found);
    }
    found
}

/// What a lake shows of a table to its readers, and its rejects.
pub fn visible(lake: &Path, table: &str) -> BTreeMap<String, Vec<u8>> {
    let mut found = files(&lake.join(table));
    let rejects = files(&lake.join("_errors").join(table));
    found.extend(rejects.into_iter().map(|(name, bytes)| (format!("_errors/{name}"), bytes)));
    found
}

/// Rows of a table by partition path, with one batch for each file in the order of their names.
///
/// # Panics
/// On a file that is no whole Parquet file.
pub fn rows(lake: &Path, table: &Table) -> BTreeMap<String, Vec<RecordBatch>> {
    let schema = lakebed::Plan::compile(table).expect("a sound table").schema().clone();
    let root = lake.join(&table.name);
    let mut found: BTreeMap<String, Vec<RecordBatch>> = BTreeMap::new();
    for name in files(&root).into_keys() {
        let file = File::open(root.join(&name)).expect("a readable file");
        let options = ArrowReaderOptions::new().with_schema(schema.clone());
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let total = usize::try_from(builder.metadata().file_metadata().num_rows()).expect("a count");
        let reader = builder.with_batch_size(total.max(1)).build().expect("a readable file");
        let partition = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let batches = reader.map(|batch| batch.unwrap_or_else(|error| panic!("{name}: {error}")));
        found.entry(partition).or_default().extend(batches);
    }
    found
}

/// Rows that the footers of a table's files count.
///
/// # Panics
/// On a file that is no whole Parquet file.
pub fn footer_rows(lake: &Path, table: &str) -> u64 {
    let root = lake.join(table);
    let count = |name: String| {
        let file = File::open(root.join(&name)).expect("a readable file");
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        u64::try_from(builder.metadata().file_metadata().num_rows()).expect("a count")
    };
    files(&root).into_keys().map(count).sum()
}

/// A line of the reject file.
#[derive(Clone, Debug)]
pub struct RejectLine {
    /// The line.
    pub line: Value,
    /// The record, decoded.
    pub raw: Vec<u8>,
}

impl RejectLine {
    /// First byte of the record in the decoded input.
    pub fn offset(&self) -> usize {
        self.line["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok()).unwrap_or(usize::MAX)
    }

    /// The input it came from.
    pub fn source(&self) -> &str {
        self.line["source"].as_str().unwrap_or_default()
    }
}

/// All rejects of a table, in the order of their inputs and of their places in them.
///
/// # Panics
/// On a line that is no reject.
pub fn rejects(lake: &Path, table: &str) -> Vec<RejectLine> {
    let parse = |line: &[u8]| {
        let line: Value = serde_json::from_slice(line).expect("a reject is a line of JSON");
        let raw = STANDARD.decode(line["rawData"].as_str().expect("rawData")).expect("rawData is base64");
        RejectLine { line, raw }
    };
    let texts = files(&lake.join("_errors").join(table)).into_values();
    let lines = texts.flat_map(|text| text.lines_of().map(parse).collect::<Vec<_>>());
    let mut rejects: Vec<RejectLine> = lines.collect();
    rejects.sort_by(|a, b| (a.source(), a.offset()).cmp(&(b.source(), b.offset())));
    rejects
}

trait Lines {
    fn lines_of(&self) -> impl Iterator<Item = &[u8]>;
}

impl Lines for Vec<u8> {
    fn lines_of(&self) -> impl Iterator<Item = &[u8]> {
        self.split(|&byte| byte == b'\n').filter(|line| !line.is_empty())
    }
}

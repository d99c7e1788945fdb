//! Reading a lake back: Parquet rows to records.
//!
//! Columns are found by name, so that files from before a column was added and files of other writers read too:
//! what is missing is null, what is unknown is passed over, and types that hold the same values in another way
//! (wider integers, text as bytes, times of another unit) are taken. Any other type is an error of that file.

mod decoded;
mod error;
mod files;
mod open_file;
mod partition_path;
mod row;
mod shape;
mod values;

#[cfg(test)]
mod tests;

pub(crate) use decoded::Decoded;
pub use error::ReadError;

use crate::journal::compaction::generations;
use files::Files;
use lakebed_schema::{ReadRecord, Table};
use open_file::OpenFile;
use row::Frame;
use shape::Shape;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// Reads the records of a table from a lake: all files below `LAKE/TABLE/`, in the order of their paths.
///
/// Nothing is read before the first call of `next`, and then some rows of one file at a time. Files and folders
/// whose names start with `.` or `_` are passed over. Where a compaction has switched readers of a partition to a
/// folder beside the table's, the files there are read in place of the old ones.
///
/// ```
/// use lakebed::{ConvertOptions, NoProgress, ReadRecord, Record, Table};
///
/// #[derive(Debug, PartialEq, Record, ReadRecord)]
/// #[lake(table = "reading", partition(by = region, layout = "region={region}"))]
/// struct Reading {
///     sensor: u32,
///     region: String,
///     #[lake(null_if(-999))]
///     level: Option<i16>,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let (events, lake) = (folder.path().join("events.json"), folder.path().join("lake"));
/// std::fs::write(&events, r#"{"sensor": "7", "region": "north", "level": -999}"#)?;
/// let options = ConvertOptions::new(vec![events], lake.clone());
/// lakebed::convert(&Table::try_from(Reading::TABLE)?, &options, &NoProgress)?;
///
/// for record in lakebed::read::<Reading>(&lake) {
///     assert_eq!(record?, Reading { sensor: 7, region: "north".into(), level: None });
/// }
/// # Ok(())
/// # }
/// ```
pub fn read<T: ReadRecord>(lake: impl AsRef<Path>) -> RecordReader<T> {
    let folder = lake.as_ref().join(T::TABLE.name);
    let files = Files::of_table(lake.as_ref(), T::TABLE.name);
    let (files, failed) = match files {
        Ok(files) => (files, None),
        Err(error) => (Files::below(folder.clone()), Some(error)),
    };
    let has_generations = lake.as_ref().join(generations(T::TABLE.name)).is_dir();
    let mut reader = RecordReader::new(files);
    if let Some(error) = failed {
        reader.fail(error);
    }
    if !folder.is_dir() && !has_generations && reader.failed.is_none() {
        let expected = format!("the folder of table `{}`", T::TABLE.name);
        reader.fail(ReadError::new(&folder, expected, if folder.exists() { "a file" } else { "nothing" }));
    }
    reader
}

/// Reads the records of one Parquet file. Partition values are those of the `name=value` folders right above it.
pub fn read_file<T: ReadRecord>(file: impl AsRef<Path>) -> RecordReader<T> {
    let file = file.as_ref();
    let mut reader = RecordReader::new(Files::below(file.to_owned()));
    if file.is_dir() {
        reader.fail(ReadError::new(file, "a Parquet file", "a folder"));
    }
    reader
}

/// The records of a lake or a file, read as they are asked for.
///
/// An error is about one row, or about one file when it names no row; the iterator goes on after it.
pub struct RecordReader<T> {
    shape: Shape,
    files: Option<Files>,
    failed: Option<ReadError>,
    open: Option<OpenFile>,
    stack: Vec<Frame>,
    record: PhantomData<fn() -> T>,
}

impl<T: ReadRecord> RecordReader<T> {
    fn new(files: Files) -> Self {
        let table = Table::try_from(T::TABLE);
        let (shape, failed) = match table {
            Ok(table) => (Shape::new(&table), None),
            Err(problems) => {
                let place = Path::new(T::TABLE.name);
                (Shape { nodes: Vec::new() }, Some(ReadError::caused(place, "a sound table", problems)))
            }
        };
        let files = Some(files).filter(|_| failed.is_none());
        Self { shape, files, failed, open: None, stack: Vec::new(), record: PhantomData }
    }

    /// Nothing can be read, for this reason.
    fn fail(&mut self, error: ReadError) {
        self.files = None;
        self.failed = Some(error);
    }
}

impl<T: ReadRecord> Iterator for RecordReader<T> {
    type Item = Result<T, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            return Some(Err(error));
        }
        loop {
            let Some(open) = &mut self.open else {
                let opened = self.files.as_mut()?.next()?.and_then(|path| OpenFile::open(path, &self.shape));
                match opened {
                    Ok(open) => self.open = Some(open),
                    Err(error) => return Some(Err(error)),
                }
                continue;
            };
            match open.next(&self.shape, &mut self.stack) {
                Some(Err(error)) if error.row().is_none() => {
                    self.open = None;
                    return Some(Err(error));
                }
                Some(result) => return Some(result),
                None => self.open = None,
            }
        }
    }
}

impl<T> fmt::Debug for RecordReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordReader").field("files", &self.files).finish_non_exhaustive()
    }
}

//! One Parquet file under way.

use super::error::ReadError;
use super::partition_path;
use super::row::{Frame, Row};
use super::shape::{Mismatch, Shape, position};
use super::values::{Data, Values, from_path};
use arrow_array::{RecordBatch, RecordBatchReader};
use lakebed_schema::ReadRecord;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 1024;

pub(super) struct OpenFile {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    /// Columns whose value stands in the path.
    constants: Vec<(usize, Values)>,
    values: Vec<Values>,
    /// Rows of the batch, and those that were given out.
    rows: usize,
    next: usize,
    /// Rows of the batches before.
    before: u64,
}

impl OpenFile {
    /// Opens a file and checks that its columns hold what the table's do.
    pub(super) fn open(path: PathBuf, shape: &Shape) -> Result<Self, ReadError> {
        let whole = "a readable Parquet file";
        let file = File::open(&path).map_err(|error| ReadError::caused(&path, whole, error))?;
        // Parquet's own types are fewer than those of an embedded Arrow schema, and say all that is needed.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
            .map_err(|error| ReadError::caused(&path, whole, error))?;
        let schema = builder.schema().clone();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        let found = |name: &str| position(names.clone(), name);
        let constants = constants(&path, shape, |name| found(name).is_some())?;
        let wanted = shape.roots().filter(|id| !constants.iter().any(|(constant, _)| constant == id));
        let wanted = wanted.filter_map(|id| shape.nodes.get(id)).filter_map(|node| found(&node.name));
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.collect::<Vec<_>>());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| ReadError::caused(&path, whole, error))?;
        let empty = RecordBatch::new_empty(reader.schema());
        let mut open = Self { path, reader, constants, values: Vec::new(), rows: 0, next: 0, before: 0 };
        open.load(shape, &empty)?;
        Ok(open)
    }

    /// The next record; `None` at the end, and an error without a row ends the file.
    pub(super) fn next<T: ReadRecord>(
        &mut self,
        shape: &Shape,
        stack: &mut Vec<Frame>,
    ) -> Option<Result<T, ReadError>> {
        while self.next >= self.rows {
            let batch = match self.reader.next()? {
                Ok(batch) => batch,
                Err(error) => {
                    return Some(Err(ReadError::caused(&self.path, "a whole Parquet file", error)));
                }
            };
            if let Err(error) = self.load(shape, &batch) {
                return Some(Err(error));
            }
        }
        let mut row = Row::new(shape, &self.values, stack, self.next);
        self.next += 1;
        let number = self.before + self.next as u64;
        Some(T::read(&mut row).map_err(|fault| {
            ReadError::new(&self.path, fault.expected, fault.found).in_row(number).in_column(row.column())
        }))
    }

    fn load(&mut self, shape: &Shape, batch: &RecordBatch) -> Result<(), ReadError> {
        self.before += self.rows as u64;
        (self.rows, self.next) = (batch.num_rows(), 0);
        self.values.clear();
        let schema = batch.schema();
        let names = schema.fields().iter().map(|field| field.name().as_str());
        for id in shape.roots() {
            if let Some((_, constant)) = self.constants.iter().find(|(constant, _)| *constant == id) {
                self.values.push(constant.again());
                continue;
            }
            let Some(node) = shape.nodes.get(id) else { continue };
            let array = position(names.clone(), &node.name).and_then(|index| batch.columns().get(index));
            shape
                .load(id, array, &mut self.values)
                .map_err(|mismatch| other_type(&self.path, shape, mismatch))?;
        }
        Ok(())
    }
}

fn other_type(path: &Path, shape: &Shape, mismatch: Mismatch) -> ReadError {
    let (column, expected) = shape
        .nodes
        .get(mismatch.node)
        .map_or(("", String::new()), |node| (&node.path, format!("a column of type {}", node.expected)));
    ReadError::new(path, expected, mismatch.found).in_column(column)
}

/// Values that the path of a file gives: of columns that were taken out of the file, and of others that it has not.
fn constants(
    path: &Path,
    shape: &Shape,
    in_file: impl Fn(&str) -> bool,
) -> Result<Vec<(usize, Values)>, ReadError> {
    let folders = partition_path::values(path);
    let mut constants = Vec::new();
    for id in shape.roots() {
        let Some(node) = shape.nodes.get(id) else { continue };
        let folder = folders.iter().find(|(column, _)| column.eq_ignore_ascii_case(&node.name));
        let Some((_, value)) = folder.filter(|_| node.in_path || !in_file(&node.name)) else {
            continue;
        };
        let data = match value {
            Some(text) if node.path_null.as_ref() != Some(text) => {
                from_path(node.kind, text).ok_or_else(|| {
                    ReadError::new(path, &node.expected, format!("{text:?} in the path"))
                        .in_column(&node.path)
                })?
            }
            Some(_) | None => Data::Null,
        };
        constants.push((id, Values::constant(data)));
    }
    Ok(constants)
}

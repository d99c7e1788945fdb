//! Record batches to Parquet files, one for each partition of a run.

mod append_file;
mod properties;

use append_file::AppendFile;
use arrow_array::{ArrayRef, RecordBatch, UInt32Array};
use arrow_ord::sort::{SortColumn, SortOptions, lexsort_to_indices};
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use lakebed_schema::Table;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the files of a table are written.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    schema: SchemaRef,
    properties: WriterProperties,
    /// Column of the file and direction, in sort order.
    sort: Vec<(usize, bool)>,
    pub(crate) row_group_rows: usize,
    pub(crate) row_group_bytes: usize,
}

impl Encoder {
    pub(crate) fn new(table: &Table, schema: &SchemaRef) -> Self {
        let sort = table.sort.iter().filter_map(|sort| {
            let index = schema.index_of(&sort.column).ok()?;
            Some((index, sort.descending))
        });
        Self {
            schema: Arc::clone(schema),
            properties: properties::writer_properties(table),
            sort: sort.collect(),
            row_group_rows: usize::try_from(table.storage.row_group_rows).unwrap_or(usize::MAX).max(1),
            row_group_bytes: usize::try_from(table.storage.row_group_bytes).unwrap_or(usize::MAX).max(1),
        }
    }

    /// Rows in the table's order; equal rows stay in the order in which they came.
    pub(crate) fn sorted(&self, batch: RecordBatch) -> Result<RecordBatch, ParquetError> {
        if self.sort.is_empty() || batch.num_rows() < 2 {
            return Ok(batch);
        }
        let mut columns: Vec<SortColumn> = self
            .sort
            .iter()
            .map(|&(index, descending)| SortColumn {
                values: Arc::clone(batch.column(index)),
                options: Some(SortOptions { descending, nulls_first: false }),
            })
            .collect();
        let rows = u32::try_from(batch.num_rows()).unwrap_or(u32::MAX);
        let place: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..rows));
        columns.push(SortColumn { values: place, options: None });
        let order = lexsort_to_indices(&columns, None)?;
        Ok(take_record_batch(&batch, &order)?)
    }
}

/// A Parquet file under way.
#[derive(Debug)]
pub(crate) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<AppendFile>,
    rows: u64,
}

/// A finished Parquet file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinishedFile {
    pub(crate) path: PathBuf,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
}

impl ParquetFile {
    pub(crate) fn create(path: &Path, encoder: &Encoder) -> Result<Self, ParquetError> {
        let file = AppendFile::create(path)?;
        let options = ArrowWriterOptions::new()
            .with_properties(encoder.properties.clone())
            // Parquet's own types say all that readers need; the Arrow schema would weigh more than small files.
            .with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&encoder.schema), options)?;
        Ok(Self { path: path.to_owned(), writer, rows: 0 })
    }

    /// Writes one row group.
    pub(crate) fn write_row_group(
        &mut self,
        encoder: &Encoder,
        batches: &[RecordBatch],
    ) -> Result<(), ParquetError> {
        let batch = encoder.sorted(concat_batches(&encoder.schema, batches)?)?;
        self.rows += batch.num_rows() as u64;
        self.writer.write(&batch)?;
        self.writer.flush()?;
        self.writer.sync()?;
        Ok(())
    }

    /// Bytes that went out so far.
    pub(crate) fn written(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    /// Writes the footer and makes the file durable.
    pub(crate) fn finish(mut self) -> Result<FinishedFile, ParquetError> {
        let metadata = self.writer.finish()?;
        let footer_rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or_default();
        if footer_rows != self.rows {
            let message = format!("the footer counts {footer_rows} rows, {} were written", self.rows);
            return Err(ParquetError::General(message));
        }
        self.writer.inner_mut().sync()?;
        let bytes = std::fs::metadata(&self.path)?.len();
        Ok(FinishedFile { path: self.path, rows: footer_rows, bytes })
    }
}

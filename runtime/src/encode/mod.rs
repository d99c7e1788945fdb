//! Record batches to Parquet files, one for each partition of a run.

mod append_file;
mod chunk;
mod group;
mod order;
mod properties;
mod weight;

pub(crate) use weight::{rows_that_weigh, weight};

use crate::error::{Error, ErrorKind};
use crate::store::StoreError;
use append_file::AppendFile;
use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;
use arrow_select::concat::{concat, concat_batches};
use arrow_select::interleave::interleave_record_batch;
use group::GroupWriter;
use lakebed_schema::Table;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::io;
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
    /// Where pieces of unsorted rows end.
    pub(crate) piece: GroupSize,
    /// Threads that encode the columns of a piece.
    lanes: usize,
}

/// Threads that encode at most.
const MOST_LANES: usize = 8;

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
            piece: PIECE,
            lanes: 1,
        }
    }

    /// The same encoder, for files whose rows come from so many threads.
    #[must_use]
    pub(crate) fn for_threads(self, threads: usize) -> Self {
        Self { lanes: threads.clamp(1, MOST_LANES), ..self }
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether rows of a row group are put in an order.
    pub(crate) fn is_sorting(&self) -> bool {
        !self.sort.is_empty()
    }

    /// Rows in the table's order; equal rows stay in the order in which they came.
    pub(crate) fn sorted(&self, batch: RecordBatch) -> Result<RecordBatch, ParquetError> {
        if self.sort.is_empty() || batch.num_rows() < 2 {
            return Ok(batch);
        }
        match self.order(std::slice::from_ref(&batch))? {
            None => Ok(batch),
            Some(order) => Ok(interleave_record_batch(&[&batch], &order)?),
        }
    }

    /// The places of some rows, by batch and row, in the table's order; equal rows stay in the order in which they
    /// came. Nothing when they stand in order already.
    fn order(&self, batches: &[RecordBatch]) -> Result<Option<Vec<(usize, usize)>>, ParquetError> {
        let mut columns = Vec::new();
        for &(index, descending) in &self.sort {
            let parts: Vec<&dyn Array> = batches
                .iter()
                .filter_map(|batch| batch.columns().get(index))
                .map(|column| column.as_ref() as &dyn Array)
                .collect();
            columns.push((concat(&parts)?, descending));
        }
        let order = order::sorted(&columns)?;
        if (0_u32..).zip(&order).all(|(place, &row)| place == row) {
            return Ok(None);
        }
        let places: Vec<(usize, usize)> = batches
            .iter()
            .enumerate()
            .flat_map(|(index, batch)| (0..batch.num_rows()).map(move |row| (index, row)))
            .collect();
        Ok(Some(order.iter().filter_map(|&row| places.get(row as usize).copied()).collect()))
    }
}

/// How much a row group holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupSize {
    pub(crate) rows: usize,
    /// See [`weight`].
    pub(crate) weight: usize,
}

impl GroupSize {
    /// No bound.
    pub(crate) const UNLIMITED: Self = Self { rows: usize::MAX, weight: usize::MAX };

    pub(crate) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.weight += other.weight;
    }
}

/// Rows handed to the Parquet writer at once end with the first at which they reach one of these sizes, or with their row
/// group. Pages end where such a piece ends, so it follows from the rows of the file alone.
const PIECE: GroupSize = GroupSize { rows: 64 << 10, weight: 8 << 20 };
/// Pieces of sorted rows are a multiple of the 1,024 values between two looks of the writer at the size of its page.
const PAGE_STEP: usize = 1024;

impl GroupSize {
    /// Rows of a piece where rows are sorted: all their weights are known then.
    fn piece_rows(self) -> usize {
        let by_weight = (PIECE.weight.saturating_mul(self.rows) / self.weight.max(1)).clamp(1, PIECE.rows);
        if by_weight < PAGE_STEP { by_weight } else { by_weight / PAGE_STEP * PAGE_STEP }
    }
}

/// Rows of a batch, on average, from which on batches are written as they are.
const LEAST_ROWS: usize = 512;

/// A Parquet file under way.
#[derive(Debug)]
pub(crate) struct ParquetFile {
    path: PathBuf,
    writer: GroupWriter<AppendFile>,
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
    pub(crate) fn create(path: &Path, encoder: &Encoder) -> Result<Self, Error> {
        let file = AppendFile::create(path).map_err(|e| cannot_write(path, e.into()))?;
        // Parquet's own types say all that readers need; the Arrow schema would weigh more than small files.
        let writer = GroupWriter::try_new(file, &encoder.schema, encoder.properties.clone())
            .map_err(|e| cannot_write(path, e))?;
        Ok(Self { path: path.to_owned(), writer, rows: 0 })
    }

    /// Adds a piece to the row group under way, see [`Encoder::piece`]. How it is cut into batches does not show.
    pub(crate) fn write_piece(&mut self, encoder: &Encoder, batches: &[RecordBatch]) -> Result<(), Error> {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        self.rows += rows as u64;
        // Our own chunks give the same bytes however a piece is cut; small batches cost more one by one than joined.
        let is_one = batches.len() == 1 || (self.writer.is_own() && rows >= batches.len() * LEAST_ROWS);
        let written = if is_one {
            self.writer.write(batches, encoder.lanes)
        } else {
            concat_batches(&encoder.schema, batches)
                .map_err(Into::into)
                .and_then(|piece| self.writer.write(&[piece], encoder.lanes))
        };
        written.map_err(|e| self.failed(e))
    }

    /// Ends the row group under way.
    pub(crate) fn end_row_group(&mut self) -> Result<(), Error> {
        let closed = self.writer.flush().and_then(|()| Ok(self.writer.sync()?));
        closed.map_err(|e| self.failed(e))
    }

    /// Bytes in memory of the row group under way, which go out when it ends.
    pub(crate) fn begun_bytes(&self) -> usize {
        self.writer.memory_size()
    }

    /// Writes a row group of its own, of these rows in the table's order.
    pub(crate) fn write_row_group(
        &mut self,
        encoder: &Encoder,
        size: GroupSize,
        batches: &[RecordBatch],
    ) -> Result<(), Error> {
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        let order = match encoder.is_sorting() && rows > 1 {
            true => encoder.order(batches).map_err(|e| self.failed(e))?,
            false => None,
        };
        let piece_rows = size.piece_rows();
        match order {
            None => {
                let mut start = 0;
                while start < rows {
                    self.write_piece(encoder, &stretch(batches, start, piece_rows))?;
                    start += piece_rows;
                }
            }
            Some(order) => {
                for places in order.chunks(piece_rows) {
                    self.rows += places.len() as u64;
                    let written = self.writer.write_places(batches, places, encoder.lanes);
                    written.map_err(|e| self.failed(e))?;
                }
            }
        }
        self.end_row_group()
    }

    fn failed(&self, e: ParquetError) -> Error {
        cannot_write(&self.path, e)
    }

    /// Bytes that went out so far.
    pub(crate) fn written(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    /// Writes the footer and makes the file durable.
    pub(crate) fn finish(mut self) -> Result<FinishedFile, Error> {
        let metadata = self.writer.finish().map_err(|e| cannot_write(&self.path, e))?;
        let footer_rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or_default();
        if footer_rows != self.rows {
            let message = format!(
                "{}: the footer counts {footer_rows} rows, {} were written",
                self.path.display(),
                self.rows
            );
            return Err(Error::new(ErrorKind::Internal, message));
        }
        let synced = self.writer.inner_mut().sync().and_then(|()| std::fs::metadata(&self.path));
        let bytes = synced.map_err(|e| cannot_write(&self.path, e.into()))?.len();
        Ok(FinishedFile { path: self.path, rows: footer_rows, bytes })
    }
}

/// Up to `len` rows from the row `start` on, without a copy.
fn stretch(batches: &[RecordBatch], start: usize, len: usize) -> Vec<RecordBatch> {
    let (mut skip, mut left) = (start, len);
    let mut found = Vec::new();
    for batch in batches {
        let from = skip.min(batch.num_rows());
        let here = (batch.num_rows() - from).min(left);
        if here > 0 {
            found.push(batch.slice(from, here));
        }
        (skip, left) = (skip - from, left - here);
    }
    found
}

fn cannot_write(path: &Path, e: ParquetError) -> Error {
    let purpose = "a Parquet file under way into the lake";
    let other = |e: ParquetError| {
        let message = format!("cannot write {}, {purpose}", path.display());
        Error::new(ErrorKind::Output, message).with_source(e)
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "whatever else it is, it is the cause")]
    match e {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(e) => StoreError::of_io(path, *e).output_for(purpose),
            Err(inner) => other(ParquetError::External(inner)),
        },
        e => other(e),
    }
}

//! What comes out of the segments, in order: rows into the files of their partitions, rejects into theirs.

use super::input::Input;
use crate::encode::{Encoder, FinishedFile, ParquetFile};
use crate::error::{Error, ErrorKind};
use arrow_array::RecordBatch;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Bytes of rows held back over all partitions before the largest ones go out early.
const HELD_BYTES: usize = 192 << 20;

/// Rows by partition, on their way into files.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    encoder: &'a Encoder,
    /// Where files are written before they are published; nothing is written without it.
    folder: Option<&'a Path>,
    partitions: BTreeMap<String, Partition>,
    held: usize,
    files: usize,
}

#[derive(Debug, Default)]
struct Partition {
    batches: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
    total_rows: u64,
    file: Option<ParquetFile>,
}

/// A partition of the run, written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinishedPartition {
    /// Path below the table's folder, such as `dt=2026-11-23/hour=00/`.
    pub(crate) path: String,
    pub(crate) rows: u64,
    /// Nothing after a dry run.
    pub(crate) file: Option<FinishedFile>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(encoder: &'a Encoder, folder: Option<&'a Path>) -> Self {
        Self { encoder, folder, partitions: BTreeMap::new(), held: 0, files: 0 }
    }

    /// Takes the rows of one batch.
    pub(crate) fn add(&mut self, parts: Vec<(String, RecordBatch)>) -> Result<(), Error> {
        for (path, batch) in parts {
            let partition = self.partitions.entry(path).or_default();
            partition.total_rows += batch.num_rows() as u64;
            if self.folder.is_none() {
                continue;
            }
            let bytes = batch.get_array_memory_size();
            partition.bytes += bytes;
            partition.rows += batch.num_rows();
            partition.batches.push(batch);
            self.held += bytes;
            while partition.rows >= self.encoder.row_group_rows {
                self.held -= partition.bytes;
                write_rows(
                    partition,
                    self.encoder.row_group_rows,
                    self.encoder,
                    self.folder,
                    &mut self.files,
                )?;
                self.held += partition.bytes;
            }
            if partition.bytes >= self.encoder.row_group_bytes {
                self.held -= partition.bytes;
                let rows = partition.rows;
                write_rows(partition, rows, self.encoder, self.folder, &mut self.files)?;
            }
        }
        self.make_room()
    }

    /// Writes the largest partitions out until what is held fits again. What goes out depends on the rows alone.
    fn make_room(&mut self) -> Result<(), Error> {
        while self.held > HELD_BYTES {
            let Some(partition) = self.partitions.values_mut().max_by_key(|partition| partition.bytes) else {
                return Ok(());
            };
            self.held -= partition.bytes;
            let rows = partition.rows;
            write_rows(partition, rows, self.encoder, self.folder, &mut self.files)?;
        }
        Ok(())
    }

    /// Writes what is left, and the footers.
    pub(crate) fn finish(mut self) -> Result<Vec<FinishedPartition>, Error> {
        let mut finished = Vec::new();
        for (path, mut partition) in std::mem::take(&mut self.partitions) {
            if partition.rows > 0 {
                let rows = partition.rows;
                write_rows(&mut partition, rows, self.encoder, self.folder, &mut self.files)?;
            }
            let file = match partition.file {
                Some(file) => Some(file.finish().map_err(cannot_write)?),
                None => None,
            };
            if let Some(file) = &file
                && file.rows != partition.total_rows
            {
                let message = format!(
                    "partition {path}: {} rows in the file, {} expected",
                    file.rows, partition.total_rows
                );
                return Err(Error::new(ErrorKind::Internal, message));
            }
            finished.push(FinishedPartition { path, rows: partition.total_rows, file });
        }
        Ok(finished)
    }
}

/// Writes the first `rows` rows held for a partition as one row group.
fn write_rows(
    partition: &mut Partition,
    rows: usize,
    encoder: &Encoder,
    folder: Option<&Path>,
    files: &mut usize,
) -> Result<(), Error> {
    let Some(folder) = folder else {
        return Ok(());
    };
    let mut group = Vec::new();
    let mut rest = Vec::new();
    let mut room = rows;
    for batch in partition.batches.drain(..) {
        let here = batch.num_rows().min(room);
        room -= here;
        if here == batch.num_rows() {
            group.push(batch);
        } else {
            if here > 0 {
                group.push(batch.slice(0, here));
            }
            rest.push(batch.slice(here, batch.num_rows() - here));
        }
    }
    let file = match &mut partition.file {
        Some(file) => file,
        None => {
            let path: PathBuf = folder.join(format!("{files}.parquet.tmp"));
            *files += 1;
            partition.file.insert(ParquetFile::create(&path, encoder).map_err(cannot_write)?)
        }
    };
    file.write_row_group(encoder, &group).map_err(cannot_write)?;
    partition.rows -= rows.min(partition.rows);
    // A slice holds on to all of its batch; its share is what counts from here on.
    partition.bytes =
        if partition.rows == 0 { 0 } else { rest.iter().map(RecordBatch::get_array_memory_size).sum() };
    partition.batches = rest;
    Ok(())
}

fn cannot_write(e: parquet::errors::ParquetError) -> Error {
    Error::new(ErrorKind::Output, "cannot write a Parquet file of the lake").with_source(e)
}

/// Lines before the segment that comes next, for each input.
#[derive(Debug, Default)]
pub(crate) struct LineCount {
    lines: u64,
}

impl LineCount {
    /// The line of a fault in the whole input; 0 where it is unknown.
    pub(crate) fn place(&self, line: u64) -> u64 {
        if line == 0 { 0 } else { self.lines + line }
    }

    pub(crate) fn add(&mut self, lines: u64) {
        self.lines += lines;
    }
}

/// `path:line:column`, or `path@byte` where the line is unknown.
pub(crate) fn place_text(input: &Input, reject: &crate::reject::Reject) -> String {
    let path = input.name();
    if reject.line == 0 {
        format!("{path} at byte {}", reject.fault_offset)
    } else {
        format!("{path}:{}:{}", reject.line, reject.line_column)
    }
}

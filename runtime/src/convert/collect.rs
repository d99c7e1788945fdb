//! What comes out of the segments, in order: rows into the files of their partitions, rejects into theirs.

#[cfg(test)]
mod tests;

use super::budget::Budget;
use super::held::{HeldBytes, Piece};
use super::input::Input;
use super::spill::Spill;
use crate::batch::Rows;
use crate::encode::{Encoder, FinishedFile, GroupSize, ParquetFile, rows_that_weigh, weight};
use crate::error::{Error, ErrorKind};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

/// Rows by partition, on their way into files.
///
/// A row group ends at its declared size, which follows from the rows of its partition alone. A partition whose group
/// is full in memory writes it at once; rows that do not fit in memory are spilled, and their partitions written at the
/// end. So the files are the same however much memory there is.
#[derive(Debug)]
pub(crate) struct Collector<'a> {
    encoder: &'a Encoder,
    budget: Budget,
    /// Where files are written before they are published; nothing is written without it.
    folder: Option<&'a Path>,
    numbers: HashMap<Rc<str>, u32>,
    partitions: Vec<Partition>,
    held: HeldBytes,
    /// Pieces of what is held.
    pieces: usize,
    spill: Option<Spill<'a>>,
    files: usize,
    small_row_groups: u64,
}

#[derive(Debug)]
struct Partition {
    path: Rc<str>,
    total_rows: u64,
    /// Rows in memory, behind those that were spilled.
    pieces: Vec<Piece>,
    is_spilled: bool,
    /// Full row groups that are not written.
    full: Vec<GroupSize>,
    /// The row group under way.
    open: GroupSize,
    file: Option<Box<ParquetFile>>,
}

/// What a run has written.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// In the order of their paths.
    pub(crate) partitions: Vec<FinishedPartition>,
    pub(crate) spilled_bytes: u64,
    pub(crate) spilled_partitions: u64,
    /// Row groups that ended before their declared size, because so much does not fit in memory.
    pub(crate) small_row_groups: u64,
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

/// Files that are begun before the end of the run; each keeps its footer in memory.
const MAX_OPEN_FILES: usize = 64;
/// What a partition weighs that has no rows in memory, and a piece of its rows beside the rows; estimated from the sizes of their structs.
const PARTITION_BYTES: usize = 256;
const PIECE_BYTES: usize = 32;

impl<'a> Collector<'a> {
    pub(crate) fn new(encoder: &'a Encoder, budget: Budget, folder: Option<&'a Path>) -> Self {
        Self {
            encoder,
            budget,
            folder,
            numbers: HashMap::new(),
            partitions: Vec::new(),
            held: HeldBytes::default(),
            pieces: 0,
            spill: None,
            files: 0,
            small_row_groups: 0,
        }
    }

    /// Takes the rows of one batch.
    pub(crate) fn add(&mut self, rows: Rows) -> Result<(), Error> {
        let held = self.held.hold(rows.batch);
        let mut start = 0;
        for (path, rows) in rows.parts {
            let number = self.number(path);
            if let Some(partition) = self.partitions.get_mut(number as usize) {
                partition.total_rows += rows as u64;
                if self.folder.is_some() {
                    self.pieces += 1;
                    partition.pieces.push(Piece::new(&held, start, rows));
                    self.measure(number, start, rows)?;
                }
            }
            start += rows;
        }
        drop(held);
        if self.overflows() { self.make_room() } else { Ok(()) }
    }

    fn number(&mut self, path: String) -> u32 {
        if let Some(&number) = self.numbers.get(path.as_str()) {
            return number;
        }
        let number = u32::try_from(self.partitions.len()).unwrap_or(u32::MAX);
        let path: Rc<str> = path.into();
        self.numbers.insert(Rc::clone(&path), number);
        self.partitions.push(Partition {
            path,
            total_rows: 0,
            pieces: Vec::new(),
            is_spilled: false,
            full: Vec::new(),
            open: GroupSize::default(),
            file: None,
        });
        number
    }

    /// Adds the last piece of a partition to its row groups, and writes one that is full.
    fn measure(&mut self, number: u32, start: usize, rows: usize) -> Result<(), Error> {
        let declared = self.encoder.row_group_bytes;
        let limit = declared.min(self.budget.row_group_bytes);
        let (mut start, mut rows) = (start, rows);
        while let Some(partition) = self.partitions.get_mut(number as usize)
            && rows > 0
            && let Some(piece) = partition.pieces.last()
        {
            let batch = &piece.held.batch;
            let open = &mut partition.open;
            let most = rows.min(self.encoder.row_group_rows - open.rows);
            let enough = rows_that_weigh(batch, start, most, limit.saturating_sub(open.weight).max(1));
            let here = enough.unwrap_or(most);
            open.weight += weight(batch, start, here);
            open.rows += here;
            start += here;
            rows -= here;
            if enough.is_some() || open.rows == self.encoder.row_group_rows {
                self.small_row_groups += u64::from(enough.is_some() && limit < declared);
                partition.full.push(std::mem::take(open));
                self.write_full_group(number)?;
            }
        }
        Ok(())
    }

    /// Writes the row group that has just become full, unless others come before it.
    fn write_full_group(&mut self, number: u32) -> Result<(), Error> {
        let Some(partition) = self.partitions.get_mut(number as usize) else { return Ok(()) };
        let begun = partition.file.is_some();
        if partition.is_spilled || partition.full.len() > 1 || (!begun && self.files >= MAX_OPEN_FILES) {
            return Ok(());
        }
        let Some(size) = partition.full.pop() else { return Ok(()) };
        let pieces = std::mem::take(&mut partition.pieces);
        self.pieces -= pieces.len();
        let mut pieces = pieces.into_iter();
        let mut source = Source::new(|| Ok(pieces.next()));
        let mut file = match partition.file.take() {
            Some(file) => file,
            None => self.create()?,
        };
        source.write(&mut file, self.encoder, size)?;
        let rest: Vec<Piece> = source.rest.take().into_iter().chain(pieces).collect();
        self.pieces += rest.len();
        if let Some(partition) = self.partitions.get_mut(number as usize) {
            partition.file = Some(file);
            partition.pieces = rest;
        }
        Ok(())
    }

    fn create(&mut self) -> Result<Box<ParquetFile>, Error> {
        let folder = self.folder.unwrap_or(Path::new("."));
        let path = folder.join(format!("{}.parquet.tmp", self.files));
        self.files += 1;
        ParquetFile::create(&path, self.encoder).map(Box::new)
    }

    fn overflows(&self) -> bool {
        let most = self.budget.held_bytes;
        let table = (self.partitions.len() * PARTITION_BYTES).min(most / 4 * 3);
        self.held.get() + self.pieces * PIECE_BYTES + table > most
    }

    /// Numbers of all partitions by their paths.
    fn order(partitions: &[Partition]) -> Vec<u32> {
        let mut order: Vec<(&str, u32)> =
            partitions.iter().zip(0_u32..).map(|(partition, number)| (&*partition.path, number)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, number)| number).collect()
    }

    /// Spills what is held. Large partitions stay if that is enough: their row groups are full soon.
    fn make_room(&mut self) -> Result<(), Error> {
        let large = self.budget.held_bytes / 16;
        let size = |partition: &Partition| {
            partition.open.weight + partition.full.iter().map(|full| full.weight).sum::<usize>()
        };
        let mut candidates: Vec<(usize, u32)> = self
            .partitions
            .iter()
            .zip(0_u32..)
            .filter(|(partition, _)| !partition.is_spilled && !partition.pieces.is_empty())
            .map(|(partition, number)| (size(partition), number))
            .filter(|(size, _)| *size >= large)
            .collect();
        candidates.sort_unstable_by_key(|&(size, number)| (Reverse(size), number));
        let mut left = self.budget.held_bytes / 4 * 3;
        let mut keep = Vec::new();
        for (size, number) in candidates {
            if size <= left {
                left -= size;
                keep.push(number);
            }
        }
        self.spill(&keep)?;
        if self.overflows() { self.spill(&[]) } else { Ok(()) }
    }

    fn spill(&mut self, keep: &[u32]) -> Result<(), Error> {
        let Some(folder) = self.folder else { return Ok(()) };
        let mut spilled = Vec::new();
        for number in Self::order(&self.partitions) {
            let Some(partition) = self.partitions.get_mut(number as usize) else { continue };
            if partition.pieces.is_empty() || keep.contains(&number) {
                continue;
            }
            partition.is_spilled = true;
            let pieces = std::mem::take(&mut partition.pieces);
            self.pieces -= pieces.len();
            spilled.push((number, pieces));
        }
        if spilled.is_empty() {
            return Ok(());
        }
        let spill = self.spill.get_or_insert_with(|| {
            let Budget { spill_block_bytes, spill_runs, .. } = self.budget;
            Spill::new(folder, self.encoder.schema(), spill_block_bytes, spill_runs, &self.held)
        });
        let pieces = spilled.into_iter();
        spill
            .add(pieces.flat_map(|(number, pieces)| pieces.into_iter().map(move |piece| (number, piece))))?;
        let partitions = &self.partitions;
        spill.merge_runs(&|| Self::order(partitions))
    }

    /// Writes what is left, and the footers.
    pub(crate) fn finish(mut self) -> Result<Collected, Error> {
        let mut collected = Collected { small_row_groups: self.small_row_groups, ..Collected::default() };
        let spill = self.spill.take();
        collected.spilled_bytes = spill.as_ref().map_or(0, |spill| spill.bytes);
        let mut merge = spill.filter(|spill| !spill.is_empty()).map(Spill::into_merge);
        self.numbers = HashMap::new();
        for number in Self::order(&self.partitions) {
            let Some(partition) = self.partitions.get_mut(number as usize) else { continue };
            collected.spilled_partitions += u64::from(partition.is_spilled);
            let path = partition.path.to_string();
            let rows = partition.total_rows;
            let mut groups = std::mem::take(&mut partition.full);
            groups.extend(Some(partition.open).filter(|open| open.rows > 0));
            let mut pieces = std::mem::take(&mut partition.pieces).into_iter();
            let mut file = partition.file.take();
            if file.is_none() && !groups.is_empty() {
                file = Some(self.create()?);
            }
            let mut source = Source::new(|| match &mut merge {
                Some(merge) => Ok(merge.next(number)?.or_else(|| pieces.next())),
                None => Ok(pieces.next()),
            });
            if let Some(file) = &mut file {
                groups.into_iter().try_for_each(|size| source.write(file, self.encoder, size))?;
            }
            let file = file.map(|file| file.finish()).transpose()?;
            if let Some(file) = &file
                && file.rows != rows
            {
                let message = format!("partition {path}: {} rows in the file, {rows} expected", file.rows);
                return Err(Error::new(ErrorKind::Internal, message));
            }
            collected.partitions.push(FinishedPartition { path, rows, file });
        }
        Ok(collected)
    }
}

/// The rows of one partition, piece by piece, of which a row group takes as many as it holds.
struct Source<N> {
    next: N,
    rest: Option<Piece>,
}

impl<N: FnMut() -> Result<Option<Piece>, Error>> Source<N> {
    fn new(next: N) -> Self {
        Self { next, rest: None }
    }

    fn write(&mut self, file: &mut ParquetFile, encoder: &Encoder, size: GroupSize) -> Result<(), Error> {
        let mut left = size.rows;
        file.write_row_group(encoder, size, &mut || {
            if left == 0 {
                return Ok(None);
            }
            let piece = match self.rest.take() {
                Some(piece) => Some(piece),
                None => (self.next)()?,
            };
            let Some(piece) = piece else { return Ok(None) };
            let (here, rest) = piece.split(left);
            left -= here.rows();
            self.rest = Some(rest).filter(|rest| rest.rows() > 0);
            Ok(Some(here.to_batch()))
        })
    }
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

//! What comes out of the segments, in order: rows into the files of their partitions, rejects into theirs.

#[cfg(test)]
mod tests;

use super::budget::Budget;
use super::held::{HeldBytes, Piece};
use super::input::Input;
use super::lines::count_in;
use super::spill::Spill;
use crate::batch::Rows;
use crate::encode::{Encoder, FinishedFile, GroupSize, ParquetFile, rows_that_weigh, weight};
use crate::error::{Error, ErrorKind};
use arrow_array::RecordBatch;
use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::Path;
use std::rc::Rc;

/// Rows by partition, on their way into files.
///
/// A row group ends at its declared size, and the portions that it is written in end at theirs; both follow from the rows
/// of its partition alone. A partition writes a portion as soon as it is full, as long as what its file holds back until
/// the row group ends fits; rows that do not fit in memory are spilled, and their partitions written at the end. So the
/// files are the same however much memory there is.
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
    /// Bytes that files hold of row groups that are begun.
    begun_bytes: usize,
    small_row_groups: u64,
}

#[derive(Debug)]
struct Partition {
    path: Rc<str>,
    total_rows: u64,
    /// Rows in memory, behind those that were spilled.
    pieces: VecDeque<Piece>,
    is_spilled: bool,
    /// Full portions that are not written.
    full: VecDeque<Portion>,
    /// The portion under way.
    open: GroupSize,
    /// The row group under way, with what was written of it.
    group: GroupSize,
    file: Option<Box<ParquetFile>>,
    /// Bytes that the file holds of the row group under way.
    begun_bytes: usize,
}

/// What is written at once: a piece of a row group, or the whole of it where its rows are to be sorted.
#[derive(Clone, Copy, Debug)]
struct Portion {
    size: GroupSize,
    ends_group: bool,
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
            begun_bytes: 0,
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
                    partition.pieces.push_back(Piece::new(&held, start, rows));
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
            pieces: VecDeque::new(),
            is_spilled: false,
            full: VecDeque::new(),
            open: GroupSize::default(),
            group: GroupSize::default(),
            file: None,
            begun_bytes: 0,
        });
        number
    }

    /// Adds the last piece of a partition to its portions, and writes one that is full.
    fn measure(&mut self, number: u32, start: usize, rows: usize) -> Result<(), Error> {
        let declared = self.encoder.row_group_bytes;
        let limit = declared.min(self.budget.row_group_bytes);
        let most_rows = self.encoder.row_group_rows;
        let portion = if self.encoder.is_sorting() { GroupSize::UNLIMITED } else { self.encoder.piece };
        let (mut start, mut rows) = (start, rows);
        while let Some(partition) = self.partitions.get_mut(number as usize)
            && rows > 0
            && let Some(piece) = partition.pieces.back()
        {
            let batch = &piece.held.batch;
            let Partition { open, group, .. } = partition;
            let most = rows.min(most_rows - group.rows).min(portion.rows - open.rows);
            let left = limit.saturating_sub(group.weight).min(portion.weight.saturating_sub(open.weight));
            let here = rows_that_weigh(batch, start, most, left.max(1)).unwrap_or(most);
            let size = GroupSize { rows: here, weight: weight(batch, start, here) };
            open.add(size);
            group.add(size);
            start += here;
            rows -= here;
            let is_heavy = group.weight >= limit;
            let ends_group = is_heavy || group.rows >= most_rows;
            if ends_group || open.weight >= portion.weight || open.rows >= portion.rows {
                let size = std::mem::take(open);
                if ends_group {
                    *group = GroupSize::default();
                    self.small_row_groups += u64::from(is_heavy && limit < declared);
                }
                partition.full.push_back(Portion { size, ends_group });
                self.write_full(number)?;
            }
        }
        Ok(())
    }

    /// Writes the full portions of a partition, as far as that is possible now.
    fn write_full(&mut self, number: u32) -> Result<(), Error> {
        while let Some(partition) = self.partitions.get_mut(number as usize)
            && let Some(first) = partition.full.front()
        {
            let may_begin = partition.file.is_some() || self.files < MAX_OPEN_FILES;
            // What a file holds of a row group goes out at its end: that is near, or it must fit until then.
            let ends = partition.full.iter().any(|portion| portion.ends_group);
            let fits = self.begun_bytes + first.size.weight <= self.budget.begun_bytes;
            if partition.is_spilled || !may_begin || !(ends || fits) {
                return Ok(());
            }
            let Some(portion) = partition.full.pop_front() else { return Ok(()) };
            let mut pieces = std::mem::take(&mut partition.pieces);
            let before = pieces.len();
            let mut file = match partition.file.take() {
                Some(file) => file,
                None => self.create()?,
            };
            let mut source = Source::new(|| Ok(pieces.pop_front()));
            source.write(&mut file, self.encoder, portion)?;
            if let Some(rest) = source.rest.take() {
                pieces.push_front(rest);
            }
            self.pieces = self.pieces + pieces.len() - before;
            if let Some(partition) = self.partitions.get_mut(number as usize) {
                self.begun_bytes -= partition.begun_bytes;
                partition.begun_bytes = file.begun_bytes();
                self.begun_bytes += partition.begun_bytes;
                partition.file = Some(file);
                partition.pieces = pieces;
            }
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
        self.held.get() + self.begun_bytes + self.pieces * PIECE_BYTES + table > most
    }

    /// Numbers of all partitions by their paths.
    fn order(partitions: &[Partition]) -> Vec<u32> {
        let mut order: Vec<(&str, u32)> =
            partitions.iter().zip(0_u32..).map(|(partition, number)| (&*partition.path, number)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, number)| number).collect()
    }

    /// Spills what is held. Large partitions stay if that is enough: they can write soon.
    fn make_room(&mut self) -> Result<(), Error> {
        let large = self.budget.held_bytes / 16;
        let size = |partition: &Partition| {
            partition.open.weight + partition.full.iter().map(|full| full.size.weight).sum::<usize>()
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
            let mut portions = std::mem::take(&mut partition.full);
            let last = Portion { size: partition.open, ends_group: true };
            portions.extend(Some(last).filter(|last| last.size.rows > 0));
            let mut pieces = std::mem::take(&mut partition.pieces).into_iter();
            let mut file = partition.file.take();
            if file.is_none() && !portions.is_empty() {
                file = Some(self.create()?);
            }
            let mut source = Source::new(|| match &mut merge {
                Some(merge) => Ok(merge.next(number)?.or_else(|| pieces.next())),
                None => Ok(pieces.next()),
            });
            if let Some(file) = &mut file {
                portions.into_iter().try_for_each(|portion| source.write(file, self.encoder, portion))?;
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

/// The rows of one partition, piece by piece, of which a portion takes as many as it holds.
struct Source<N> {
    next: N,
    rest: Option<Piece>,
}

impl<N: FnMut() -> Result<Option<Piece>, Error>> Source<N> {
    fn new(next: N) -> Self {
        Self { next, rest: None }
    }

    fn write(&mut self, file: &mut ParquetFile, encoder: &Encoder, portion: Portion) -> Result<(), Error> {
        let batches = self.take(portion.size.rows)?;
        if encoder.is_sorting() {
            return file.write_row_group(encoder, portion.size, &batches);
        }
        file.write_piece(encoder, &batches)?;
        drop(batches);
        if portion.ends_group { file.end_row_group() } else { Ok(()) }
    }

    /// The next rows, so many or all that are left.
    fn take(&mut self, rows: usize) -> Result<Vec<RecordBatch>, Error> {
        let mut left = rows;
        let mut batches = Vec::new();
        while left > 0 {
            let piece = match self.rest.take() {
                Some(piece) => Some(piece),
                None => (self.next)()?,
            };
            let Some(piece) = piece else { break };
            let (here, rest) = piece.split(left);
            left -= here.rows();
            self.rest = Some(rest).filter(|rest| rest.rows() > 0);
            batches.push(here.to_batch());
        }
        Ok(batches)
    }
}

/// Lines before the segment that comes next, for each input.
#[derive(Debug, Default)]
pub(crate) struct LineCount {
    lines: u64,
    at: u64,
    /// Stretches before it whose lines nobody has counted.
    uncounted: Vec<(u64, u64)>,
}

impl LineCount {
    /// The line of a fault in the whole input; 0 where it is unknown.
    pub(crate) fn place(&mut self, input: &Input, line: u64) -> io::Result<u64> {
        if line == 0 {
            return Ok(0);
        }
        for (from, to) in std::mem::take(&mut self.uncounted) {
            self.lines += count_in(input, from, to)?;
        }
        Ok(self.lines + line)
    }

    /// Passes over the bytes of a segment.
    pub(crate) fn add(&mut self, lines: Option<u64>, bytes: u64) {
        let from = self.at;
        self.at += bytes;
        match (lines, self.uncounted.last_mut()) {
            (Some(lines), _) => self.lines += lines,
            (None, Some((_, to))) if *to == from => *to = self.at,
            (None, _) => self.uncounted.push((from, self.at)),
        }
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

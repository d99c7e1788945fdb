//! Rows that do not fit in memory: set aside in files of the scratch folder, merged when the run is done.
//!
//! A spill writes one file, a *run*: the rows of many partitions, sorted by the partitions' paths, each in the order of
//! the input, in blocks of Arrow IPC. Runs are merged by walking all of them at once, one block of each in memory. So
//! the number of open files and the memory follow from the number of runs, never from that of the partitions.

use super::held::{HeldBytes, Piece};
use crate::encode::{rows_that_weigh, weight};
use crate::error::{Error, ErrorKind};
use arrow_array::RecordBatch;
use arrow_buffer::MutableBuffer;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::writer::{
    DictionaryTracker, IpcDataGenerator, IpcWriteContext, IpcWriteOptions, write_message,
};
use arrow_ipc::{Block as Message, MetadataVersion};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::interleave::interleave_record_batch;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Rows set aside, by number of partition.
#[derive(Debug)]
pub(super) struct Spill<'a> {
    folder: &'a Path,
    schema: SchemaRef,
    block_bytes: usize,
    max_runs: usize,
    held: HeldBytes,
    runs: Vec<Run>,
    files: usize,
    /// Written to all runs, merged ones included.
    pub(super) bytes: u64,
}

/// Most rows of one block; narrow rows would otherwise need more memory for their places than for their values.
const BLOCK_ROWS: usize = 64 << 10;
/// Rows of a piece from which it is copied whole; shorter ones are copied row by row.
const LONG_PIECE: usize = 32;

impl<'a> Spill<'a> {
    pub(super) fn new(
        folder: &'a Path,
        schema: &SchemaRef,
        block_bytes: usize,
        max_runs: usize,
        held: &HeldBytes,
    ) -> Self {
        let (runs, held, schema) = (Vec::new(), held.clone(), SchemaRef::clone(schema));
        Self { folder, schema, block_bytes, max_runs, held, runs, files: 0, bytes: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Sets rows aside: pieces with the numbers of their partitions, those of each together, in the order of paths.
    pub(super) fn add(&mut self, pieces: impl Iterator<Item = (u32, Piece)>) -> Result<(), Error> {
        let mut pieces = pieces;
        self.write(0, &mut || Ok(pieces.next()))
    }

    /// Merges runs until they can all be walked at once. `order` has the numbers of all partitions by their paths.
    pub(super) fn merge_runs(&mut self, order: &dyn Fn() -> Vec<u32>) -> Result<(), Error> {
        while self.runs.len() >= self.max_runs {
            // The youngest ones, which are the smallest: every row is written again only a few times.
            let mut first = self.runs.len() - 1;
            let least = (self.max_runs / 2).max(2);
            while let Some(before) = first.checked_sub(1).and_then(|before| self.runs.get(before))
                && (self.runs.len() - first < least
                    || self.runs.get(first).is_some_and(|run| run.level == before.level))
            {
                first -= 1;
            }
            let level = self.runs.iter().skip(first).map(|run| run.level).max().unwrap_or_default() + 1;
            let mut merged = Merge::new(self.runs.split_off(first), &self.schema, &self.held, self.folder);
            let mut order = order().into_iter();
            let mut number = order.next();
            self.write(level, &mut || {
                while let Some(current) = number {
                    if let Some(piece) = merged.next(current)? {
                        return Ok(Some((current, piece)));
                    }
                    number = order.next();
                }
                Ok(None)
            })?;
        }
        Ok(())
    }

    /// Everything set aside, ready to be read partition by partition.
    pub(super) fn into_merge(self) -> Merge<'a> {
        Merge::new(self.runs, &self.schema, &self.held, self.folder)
    }

    fn write(
        &mut self,
        level: u32,
        next: &mut dyn FnMut() -> Result<Option<(u32, Piece)>, Error>,
    ) -> Result<(), Error> {
        let path = self.folder.join(format!("spill-{}.tmp", self.files));
        self.files += 1;
        let failed = |e| cannot_spill(self.folder, e);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let mut writer = RunWriter {
            out: BufWriter::new(file.map_err(|e| failed(e.into()))?),
            run: Run { path, file: None, blocks: Vec::new(), level },
            schema: &self.schema,
            at: 0,
            pieces: Vec::new(),
            rows: 0,
            weight: 0,
        };
        while let Some((number, piece)) = next()? {
            writer.add(number, piece, self.block_bytes).map_err(failed)?;
        }
        let (run, bytes) = writer.finish().map_err(failed)?;
        self.bytes += bytes;
        if !run.blocks.is_empty() {
            self.runs.push(run);
        }
        Ok(())
    }
}

fn cannot_spill(folder: &Path, e: ArrowError) -> Error {
    let message = format!(
        "rows that do not fit in memory cannot be set aside in the folder {}, so nothing was published",
        folder.display()
    );
    let error = Error::new(ErrorKind::Output, message);
    match e {
        ArrowError::IoError(_, e) => error.with_source(e),
        #[allow(clippy::wildcard_enum_match_arm, reason = "whatever it is, it is the cause")]
        e => error.with_source(e),
    }
}

/// One spill, on disk as long as this lives.
#[derive(Debug)]
struct Run {
    path: PathBuf,
    file: Option<File>,
    blocks: Vec<Block>,
    /// How often its rows were merged before.
    level: u32,
}

impl Drop for Run {
    fn drop(&mut self) {
        // What cannot be removed goes with the scratch folder.
        self.file = None;
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A batch in a run: a list of partitions and their rows, then an Arrow IPC message.
#[derive(Clone, Copy, Debug)]
struct Block {
    offset: u64,
    /// Number of the first partition, so that a block is read only when it is needed.
    first: u32,
    partitions: u32,
    head_bytes: u32,
    body_bytes: u32,
}

struct RunWriter<'s> {
    out: BufWriter<File>,
    run: Run,
    schema: &'s SchemaRef,
    at: u64,
    pieces: Vec<(u32, Piece)>,
    rows: usize,
    weight: usize,
}

impl RunWriter<'_> {
    fn add(&mut self, number: u32, mut piece: Piece, block_bytes: usize) -> Result<(), ArrowError> {
        while piece.rows() > 0 {
            let room = BLOCK_ROWS - self.rows;
            let left = block_bytes.saturating_sub(self.weight).max(1);
            let batch = &piece.held.batch;
            let enough = rows_that_weigh(batch, piece.start(), piece.rows(), left);
            let rows = enough.unwrap_or(piece.rows()).min(room);
            let is_full = enough.is_some() || rows == room;
            self.weight += weight(batch, piece.start(), rows);
            self.rows += rows;
            let (here, others) = piece.split(rows);
            self.pieces.push((number, here));
            piece = others;
            if is_full {
                self.end_block()?;
            }
        }
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), ArrowError> {
        let pieces = std::mem::take(&mut self.pieces);
        let mut parts: Vec<(u32, u32)> = Vec::new();
        for (number, piece) in &pieces {
            let rows = u32::try_from(piece.rows()).unwrap_or(u32::MAX);
            match parts.last_mut() {
                Some((last, sum)) if last == number => *sum += rows,
                _ => parts.push((*number, rows)),
            }
        }
        let Some(&(first, _)) = parts.first() else {
            return Ok(());
        };
        let batch = join(self.schema, &pieces, self.rows)?;
        drop(pieces);
        let options = IpcWriteOptions::default();
        let (_, message) = IpcDataGenerator::default().encode(
            &batch,
            &mut DictionaryTracker::new(true),
            &options,
            &mut IpcWriteContext::default(),
        )?;
        for (number, rows) in &parts {
            self.out.write_all(&number.to_le_bytes())?;
            self.out.write_all(&rows.to_le_bytes())?;
        }
        let (head, body) = write_message(&mut self.out, message, &options)?;
        let short = |bytes| {
            u32::try_from(bytes).map_err(|_| ArrowError::IpcError(format!("a block of {bytes} bytes")))
        };
        let (partitions, head_bytes, body_bytes) = (short(parts.len())?, short(head)?, short(body)?);
        self.run.blocks.push(Block { offset: self.at, first, partitions, head_bytes, body_bytes });
        self.at += 8 * u64::from(partitions) + u64::from(head_bytes) + u64::from(body_bytes);
        (self.rows, self.weight) = (0, 0);
        Ok(())
    }

    fn finish(mut self) -> Result<(Run, u64), ArrowError> {
        self.end_block()?;
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.run.file = Some(file);
        Ok((self.run, self.at))
    }
}

/// Rows of many pieces as one batch.
fn join(schema: &SchemaRef, pieces: &[(u32, Piece)], rows: usize) -> Result<RecordBatch, ArrowError> {
    if rows / pieces.len().max(1) >= LONG_PIECE {
        let slices: Vec<RecordBatch> = pieces.iter().map(|(_, piece)| piece.to_batch()).collect();
        return match slices.as_slice() {
            [slice] => Ok(slice.clone()),
            slices => concat_batches(schema, slices),
        };
    }
    let mut batches = Vec::new();
    let mut known = BTreeMap::new();
    let mut places = Vec::with_capacity(rows);
    for (_, piece) in pieces {
        let index = *known.entry(Rc::as_ptr(&piece.held)).or_insert_with(|| {
            batches.push(&piece.held.batch);
            batches.len() - 1
        });
        places.extend((piece.start()..piece.start() + piece.rows()).map(|row| (index, row)));
    }
    interleave_record_batch(&batches, &places)
}

/// Runs under way, all at the same partition.
#[derive(Debug)]
pub(super) struct Merge<'a> {
    folder: &'a Path,
    held: HeldBytes,
    decoder: FileDecoder,
    cursors: Vec<Cursor>,
    /// The partition asked for last, and the run whose turn it is within it.
    at: Option<(u32, usize)>,
}

#[derive(Debug)]
struct Cursor {
    run: Run,
    block: usize,
    /// What is left of the block under way.
    loaded: Option<(std::vec::IntoIter<(u32, u32)>, Piece)>,
}

impl<'a> Merge<'a> {
    fn new(runs: Vec<Run>, schema: &SchemaRef, held: &HeldBytes, folder: &'a Path) -> Self {
        let decoder = FileDecoder::new(SchemaRef::clone(schema), MetadataVersion::V5);
        let cursors = runs.into_iter().map(|run| Cursor { run, block: 0, loaded: None }).collect();
        Self { folder, held: held.clone(), decoder, cursors, at: None }
    }

    /// The next rows of a partition, in the order in which they came; nothing when there are no more. Partitions must
    /// be asked for in the order of their paths.
    pub(super) fn next(&mut self, number: u32) -> Result<Option<Piece>, Error> {
        let mut turn = self.at.filter(|(last, _)| *last == number).map_or(0, |(_, turn)| turn);
        while let Some(cursor) = self.cursors.get_mut(turn) {
            if cursor.next_number() == Some(number) {
                self.at = Some((number, turn));
                let piece = cursor.next(&self.decoder, &self.held);
                return piece.map_err(|e| cannot_spill(self.folder, e));
            }
            turn += 1;
        }
        self.at = Some((number, turn));
        Ok(None)
    }
}

impl Cursor {
    fn next_number(&self) -> Option<u32> {
        match &self.loaded {
            Some((parts, _)) => parts.as_slice().first().map(|(number, _)| *number),
            None => self.run.blocks.get(self.block).map(|block| block.first),
        }
    }

    fn next(&mut self, decoder: &FileDecoder, held: &HeldBytes) -> Result<Option<Piece>, ArrowError> {
        let loaded = match self.loaded.take() {
            Some(loaded) => Some(loaded),
            None => self.load(decoder, held)?,
        };
        let Some((mut parts, rest)) = loaded else {
            return Ok(None);
        };
        let rows = parts.next().map_or(0, |(_, rows)| rows as usize);
        let (piece, rest) = rest.split(rows);
        if parts.len() > 0 {
            self.loaded = Some((parts, rest));
        }
        Ok(Some(piece))
    }

    #[allow(clippy::type_complexity, reason = "what a cursor holds")]
    fn load(
        &mut self,
        decoder: &FileDecoder,
        held: &HeldBytes,
    ) -> Result<Option<(std::vec::IntoIter<(u32, u32)>, Piece)>, ArrowError> {
        let (Some(block), Some(file)) = (self.run.blocks.get(self.block), &mut self.run.file) else {
            return Ok(None);
        };
        self.block += 1;
        file.seek(SeekFrom::Start(block.offset))?;
        let mut parts = Vec::with_capacity(block.partitions as usize);
        let mut list = vec![0; 8 * block.partitions as usize];
        file.read_exact(&mut list)?;
        for entry in list.as_chunks::<4>().0.as_chunks::<2>().0 {
            let [number, rows] = entry.map(u32::from_le_bytes);
            parts.push((number, rows));
        }
        let mut message = MutableBuffer::from_len_zeroed((block.head_bytes + block.body_bytes) as usize);
        file.read_exact(message.as_slice_mut())?;
        let place =
            Message::new(0, i32::try_from(block.head_bytes).unwrap_or(i32::MAX), block.body_bytes.into());
        let damaged = || ArrowError::IpcError(format!("{} holds something else", self.run.path.display()));
        let batch = decoder.read_record_batch(&place, &message.into())?.ok_or_else(damaged)?;
        let rows = batch.num_rows();
        Ok(Some((parts.into_iter(), Piece::new(&held.hold(batch), 0, rows))))
    }
}

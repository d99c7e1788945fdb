//! The unit of work: a stretch of one input, decoded by one thread.
//!
//! Plain JSON is cut at fixed sizes, whatever the number of threads. Where a cut falls is a guess, the first line
//! from there on that starts with `{`; the thread that comes from the left tells whether a record really starts
//! there. If not, it goes on to the next cut, and what was decoded from the wrong guess is thrown away. Both find the
//! cut in the bytes that they read anyway: each byte is read once.

use super::belt::Turn;
use super::input::{Format, Input, of_store, trouble};
use super::lines::Lines;
use super::outages::Outages;
use super::source::{BLOCK, Block, Source, find_cut};
use super::times::Times;
use crate::batch::{Batch, Rows, Stats};
use crate::bounds::Bounds;
use crate::convert::Limits;
use crate::error::{Error, ErrorKind};
use crate::feed::Feeder;
use crate::plan::Plan;
use crate::reject::{Reject, Rejects};
use crate::replay::{ObjectDecoder, Rules, Seen};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// A stretch of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Number of the input.
    pub(crate) input: usize,
    /// Number of the segment within the input.
    pub(crate) ordinal: u64,
}

/// What a segment gives, in order.
#[derive(Debug)]
pub(crate) enum Output {
    /// Rows by partition.
    Rows(Vec<Rows>),
    /// Rejects, their lines counted from the start of the segment.
    Rejects(Vec<Reject>),
    /// Something that people should know about the input.
    Note(String),
    /// The segment is done.
    Done(SegmentEnd),
    /// The input cannot be read on, or a defect came up.
    Failed(Error),
}

impl Output {
    /// Bytes that it holds.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Rows(groups) => groups.iter().map(|rows| rows.batch.get_array_memory_size()).sum(),
            Self::Rejects(list) => list.iter().map(Reject::bytes).sum(),
            Self::Note(_) | Self::Done(_) | Self::Failed(_) => 0,
        }
    }
}

/// How a segment ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SegmentEnd {
    /// The segment that goes on from here.
    pub(crate) next: u64,
    /// Bytes of the decoded input that the segment covered.
    pub(crate) bytes: u64,
    /// Line ends among them, if they were counted.
    pub(crate) lines: Option<u64>,
    pub(crate) stats: Stats,
    /// What a replay has seen.
    pub(crate) seen: Seen,
    /// Hashes of the stretches of stored bytes up to the nominal start of the next segment, where they are not known.
    pub(crate) stretches: Vec<u128>,
}

/// Rejects handed over at once.
const REJECTS: usize = 4096;

/// How many segments an input has.
pub(crate) fn count(input: &Input, segment_bytes: u64) -> u64 {
    let can_be_cut = input.is_seekable() && input.format == Format::Json && !input.array;
    if can_be_cut { input.bytes.div_ceil(segment_bytes.max(1)).max(1) } else { 1 }
}

/// Decodes segments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worker<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) limits: Limits,
    pub(crate) bounds: &'a Bounds,
    pub(crate) segment_bytes: u64,
    /// Where error objects are read: which of them.
    pub(crate) rules: Option<&'a Rules>,
    /// Bytes after which a batch is full.
    pub(crate) batch_bytes: usize,
    /// Stores that were found not to answer.
    pub(crate) outages: &'a Outages,
    pub(crate) times: &'a Times,
    /// Whether anything was refused so far, so that more may be: then line ends are counted at once.
    pub(crate) has_rejects: &'a AtomicBool,
}

/// What a thread needs room for, whatever it works on: kept from segment to segment.
#[derive(Debug)]
pub(crate) struct Room {
    block: Block,
    batch: Batch,
}

impl Worker<'_> {
    pub(crate) fn room(&self) -> Room {
        let batch = Batch::new(self.plan, 0).with_bounds(self.bounds.clone());
        Room { block: Block::default(), batch: batch.with_max_bytes(self.batch_bytes).for_files(self.plan) }
    }

    /// Decodes one segment and hands over what it gives.
    pub(crate) fn run(&self, input: &Input, ordinal: u64, turn: &Turn<'_>, room: &mut Room) {
        let result = self.decode(input, ordinal, turn, room);
        match result {
            Ok(Some(end)) => {
                turn.send(Output::Done(end));
            }
            Ok(None) => {}
            Err(error) => {
                turn.send(Output::Failed(error));
            }
        }
    }

    fn decode(
        &self,
        input: &Input,
        ordinal: u64,
        turn: &Turn<'_>,
        room: &mut Room,
    ) -> Result<Option<SegmentEnd>, Error> {
        let Room { block, batch } = room;
        if let Some(error) = self.outages.of(input) {
            return Err(error);
        }
        let damaged = |e: io::Error, at: u64| {
            self.outages.note(input, &e);
            let path = input.name();
            let message = if let Some(trouble) = trouble(&e) {
                format!("{path} {trouble}")
            } else if e.kind() == io::ErrorKind::Unsupported {
                format!("{path} cannot be read")
            } else if input.is_seekable() {
                format!("{path} cannot be read beyond byte {at}")
            } else {
                format!("{path} breaks after {at} bytes of text; get the whole file again")
            };
            let (step, transient) =
                of_store(&e).map_or((None, false), |error| (error.first_step(), error.retryable()));
            let step = step.map(str::to_owned);
            let error = Error::new(ErrorKind::Input, message).with_source(e).with_transient(transient);
            match step {
                Some(step) => error.with_hint(step),
                None => error,
            }
        };
        let cuts = Cuts { count: count(input, self.segment_bytes), segment_bytes: self.segment_bytes };
        let nominal = cuts.nominal(ordinal);
        let mut next = ordinal + 1;
        let source = Source::open(input, nominal, cuts.nominal(next));
        let mut source = source.map_err(|e| damaged(e, nominal))?;
        block.clear();
        let start = if ordinal == 0 {
            Some(0)
        } else {
            self.times
                .read
                .add(|| find_start(&mut source, block, cuts.nominal(next)))
                .map_err(|e| damaged(e, nominal))?
        };
        let Some(start) = start else {
            // The segment before finds no cut either, and reads on through this one.
            return Ok(Some(SegmentEnd { next, ..SegmentEnd::default() }));
        };
        let mut feeder = match self.rules {
            None => Feeder::new(self.plan, input.format, self.limits)?,
            Some(rules) => {
                let name = input.location.file_name();
                let decoder = ObjectDecoder::new(self.plan, self.limits, rules, &name, input.arrival);
                Feeder::Objects(Box::new(decoder))
            }
        };
        batch.restart(input.arrival);
        let mut rejects = Rejects::pausing_at(REJECTS);
        let mut base = start;
        let mut lines = Lines::new(input, start, self.has_rejects.load(Ordering::Relaxed));
        let mut want = BLOCK;
        let mut cut = CutSearch::new();
        let long = self.batch_bytes.max(2 * BLOCK);
        // What was read in search of the start is decoded first.
        let mut is_read = block.len() > 0;
        let (mut last, mut visible);
        loop {
            let mut consumed = 0;
            // Only one thread at a time holds a long document, or many threads would exceed the memory together.
            if block.len() >= long && !turn.wait_until_first() {
                return Ok(None);
            }
            last = false;
            let mut at_limit = false;
            visible = block.len();
            let failed = |e, block: &Block| damaged(e, base + block.len() as u64);
            if std::mem::take(&mut is_read) {
            } else if source.at < cuts.nominal(next) {
                let here = want.min(cuts.before(next, source.at));
                let got = self.times.read.add(|| source.fill(block, here)).map_err(|e| failed(e, block))?;
                visible = block.len();
                last = got < here;
            } else {
                // The segment is read; the record under way ends before the next cut, if that is a good guess.
                let here = cut.want(want).min(cuts.before(next + 1, source.at));
                let before = block.len();
                let got = self.times.read.add(|| source.fill(block, here)).map_err(|e| failed(e, block))?;
                let found = cut.find(block.rest().get(before..).unwrap_or_default());
                at_limit = found.is_some();
                visible = found.map_or(block.len(), |found| before + found);
                last = !at_limit && got < here;
                if !at_limit && source.at >= cuts.nominal(next + 1) {
                    next += 1;
                    cut = CutSearch::new();
                }
            }
            if last {
                next = cuts.count;
            }
            let seen = block.rest().get(..visible).unwrap_or_default();
            loop {
                let rest = seen.get(consumed..).unwrap_or_default();
                let at = base + consumed as u64;
                consumed += self.times.decode.add(|| feeder.decode(rest, at, last, batch, &mut rejects));
                if let Some(error) = feeder.failure() {
                    return Err(Error::new(error.kind(), format!("{} {error}", input.name())));
                }
                let many_rejects = rejects.are_many();
                if !rejects.list.is_empty() {
                    let mut list = std::mem::take(&mut rejects.list);
                    self.has_rejects.store(true, Ordering::Relaxed);
                    lines.place(&mut list, seen, base).map_err(|e| damaged(e, base))?;
                    if !turn.send(Output::Rejects(list)) {
                        return Ok(None);
                    }
                }
                if !batch.is_full() {
                    if many_rejects {
                        continue;
                    }
                    break;
                }
                if !turn.send(Output::Rows(self.times.decode.add(|| batch.group(self.plan))?)) {
                    return Ok(None);
                }
            }
            lines.keep(feeder.open_fault(), seen, base).map_err(|e| damaged(e, base))?;
            lines.pass(seen.get(..consumed).unwrap_or(seen), base);
            let is_clean = feeder.is_between_records()
                && seen.get(consumed..).unwrap_or_default().trim_ascii_start().is_empty();
            // A document longer than the block: read as much again as there is.
            want = if consumed == 0 { visible.max(BLOCK) } else { BLOCK };
            block.consume(consumed);
            base += consumed as u64;
            visible -= consumed.min(visible);
            if last || (at_limit && is_clean) {
                break;
            }
            if at_limit {
                next += 1;
                cut = CutSearch::new();
            }
        }
        for note in feeder.note().into_iter().chain(source.reader.note()) {
            if !turn.send(Output::Note(note)) {
                return Ok(None);
            }
        }
        lines.pass(block.rest().get(..visible).unwrap_or_default(), base);
        let bytes = base + visible as u64 - start;
        let part = if last { None } else { Some(cuts.nominal(next) - nominal) };
        let stretches = source.stretches(part).map_err(|e| damaged(e, base))?;
        if !input.is_as_hashed() {
            let message =
                format!("{} has changed while it was read; run the same command again", input.name());
            return Err(Error::new(ErrorKind::Input, message));
        }
        if !turn.send(Output::Rows(self.times.decode.add(|| batch.group(self.plan))?)) {
            return Ok(None);
        }
        let (stats, seen) = (batch.stats, feeder.seen());
        Ok(Some(SegmentEnd { next, bytes, lines: lines.ends(), stats, seen, stretches }))
    }
}

/// Where an input is cut, nominally: the cut itself is the first line from there on that starts with `{`, if there is
/// one before the next nominal cut.
struct Cuts {
    count: u64,
    segment_bytes: u64,
}

impl Cuts {
    /// Nominal start of a segment; beyond any input behind the last one.
    fn nominal(&self, ordinal: u64) -> u64 {
        if ordinal >= self.count { u64::MAX } else { ordinal * self.segment_bytes }
    }

    /// Bytes from a place to that nominal start.
    fn before(&self, ordinal: u64, at: u64) -> usize {
        usize::try_from(self.nominal(ordinal).saturating_sub(at)).unwrap_or(usize::MAX)
    }
}

/// A search for a cut, from its nominal place on.
struct CutSearch {
    previous: u8,
    want: usize,
}

/// Bytes read at first in search of a cut: most lines are shorter.
const NEAR: usize = 4 << 10;

impl CutSearch {
    fn new() -> Self {
        Self { previous: 0, want: NEAR }
    }

    /// How much to read now: more each time, and at least as much as a long document needs.
    fn want(&mut self, document: usize) -> usize {
        let want = if document > BLOCK { document } else { self.want };
        self.want = (self.want * 4).min(BLOCK);
        want
    }

    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        let found = find_cut(self.previous, bytes);
        self.previous = bytes.last().copied().unwrap_or(self.previous);
        found
    }
}

/// Reads up to the start of a segment, which is then the start of the block; nothing when there is none before `end`.
fn find_start(source: &mut Source<'_>, block: &mut Block, end: u64) -> io::Result<Option<u64>> {
    let mut search = CutSearch::new();
    loop {
        let here = BLOCK.min(usize::try_from(end.saturating_sub(source.at)).unwrap_or(usize::MAX));
        let got = source.fill(block, here)?;
        if let Some(found) = search.find(block.rest()) {
            block.consume(found);
            return Ok(Some(source.at - block.len() as u64));
        }
        if got < here || source.at >= end {
            return Ok(None);
        }
        block.consume(block.len());
    }
}

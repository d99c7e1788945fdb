//! The unit of work: a stretch of one input, decoded by one thread.
//!
//! Plain JSON is cut at fixed sizes, whatever the number of threads. Where a cut falls is a guess, the first line
//! from there on that starts with `{`; the thread that comes from the left tells whether a record really starts
//! there. If not, it goes on to the next cut, and what was decoded from the wrong guess is thrown away.

use super::belt::Turn;
use super::input::{Format, Input, trouble};
use super::lines::Lines;
use crate::batch::{Batch, Rows, Stats};
use crate::bounds::Bounds;
use crate::convert::Limits;
use crate::error::{Error, ErrorKind};
use crate::feed::Feeder;
use crate::framing::Unwrapped;
use crate::plan::Plan;
use crate::reject::{Reject, Rejects};
use crate::replay::{ObjectDecoder, Rules, Seen};
use std::io::{self, Read};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SegmentEnd {
    /// The segment that goes on from here.
    pub(crate) next: u64,
    /// Bytes of the decoded input that the segment covered.
    pub(crate) bytes: u64,
    /// Line ends among them.
    pub(crate) lines: u64,
    pub(crate) stats: Stats,
    /// What a replay has seen.
    pub(crate) seen: Seen,
}

/// Bytes read at once.
const BLOCK: usize = 1 << 20;

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
}

impl Worker<'_> {
    /// Decodes one segment and hands over what it gives.
    pub(crate) fn run(&self, input: &Input, ordinal: u64, turn: &Turn<'_>) {
        let result = self.decode(input, ordinal, turn);
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

    fn decode(&self, input: &Input, ordinal: u64, turn: &Turn<'_>) -> Result<Option<SegmentEnd>, Error> {
        let damaged = |e: io::Error, at: u64| {
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
            Error::new(ErrorKind::Input, message).with_source(e)
        };
        let cuts = Cuts { input, count: count(input, self.segment_bytes), segment_bytes: self.segment_bytes };
        let start = cuts.at(ordinal).map_err(|e| damaged(e, 0))?;
        let mut next = ordinal + 1;
        let mut limit = cuts.at(next).map_err(|e| damaged(e, start))?;
        let mut source = Source::open(input, start).map_err(|e| damaged(e, start))?;
        let mut feeder = match self.rules {
            None => Feeder::new(self.plan, input.format, self.limits)?,
            Some(rules) => {
                let name = input.location.file_name();
                let decoder = ObjectDecoder::new(self.plan, self.limits, rules, &name, input.arrival);
                Feeder::Objects(Box::new(decoder))
            }
        };
        let batch = Batch::new(self.plan, input.arrival).with_bounds(self.bounds.clone());
        let mut batch = batch.with_max_bytes(self.batch_bytes);
        let mut rejects = Rejects::pausing_at(REJECTS);
        let mut block: Vec<u8> = Vec::new();
        let mut base = start;
        let mut lines = Lines::new(start);
        let mut want = BLOCK;
        let long = self.batch_bytes.max(2 * BLOCK);
        loop {
            let mut consumed = 0;
            // Only one thread at a time holds a long document, or many threads would exceed the memory together.
            if block.len() >= long && !turn.wait_until_first() {
                return Ok(None);
            }
            let at_limit =
                source.fill(&mut block, want, limit).map_err(|e| damaged(e, base + block.len() as u64))?;
            let last = at_limit && next >= cuts.count;
            loop {
                let rest = &block[consumed..];
                consumed += feeder.decode(rest, base + consumed as u64, last, &mut batch, &mut rejects);
                if let Some(error) = feeder.failure() {
                    return Err(Error::new(error.kind(), format!("{} {error}", input.name())));
                }
                let many_rejects = rejects.are_many();
                if !rejects.list.is_empty() {
                    let mut list = std::mem::take(&mut rejects.list);
                    lines.place(&mut list, &block, base);
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
                if !turn.send(Output::Rows(batch.group(self.plan)?)) {
                    return Ok(None);
                }
            }
            lines.keep(feeder.open_fault(), &block, base);
            lines.pass(&block[..consumed], base);
            block.drain(..consumed);
            if block.len() <= BLOCK {
                block.shrink_to(2 * BLOCK);
            }
            base += consumed as u64;
            // A document longer than the block: read as much again as there is.
            want = if consumed == 0 { block.len().max(BLOCK) } else { BLOCK };
            if at_limit {
                let clean = feeder.is_between_records() && block.trim_ascii_start().is_empty();
                if last || clean {
                    break;
                }
                next += 1;
                limit = cuts.at(next).map_err(|e| damaged(e, base))?;
            }
        }
        for note in feeder.note().into_iter().chain(source.reader.note()) {
            if !turn.send(Output::Note(note)) {
                return Ok(None);
            }
        }
        lines.pass(&block, base);
        let bytes = base + block.len() as u64 - start;
        if !turn.send(Output::Rows(batch.group(self.plan)?)) {
            return Ok(None);
        }
        let (stats, seen) = (batch.stats, feeder.seen());
        Ok(Some(SegmentEnd { next, bytes, lines: lines.ends(), stats, seen }))
    }
}

/// Where an input is cut.
struct Cuts<'a> {
    input: &'a Input,
    count: u64,
    segment_bytes: u64,
}

impl Cuts<'_> {
    /// Start of a segment: the first line from its nominal start on that begins with `{`. The end of the input, or
    /// beyond any input for compressed ones, when there is none.
    fn at(&self, ordinal: u64) -> io::Result<u64> {
        if ordinal == 0 {
            return Ok(0);
        }
        if ordinal >= self.count {
            return Ok(u64::MAX);
        }
        let mut at = ordinal * self.segment_bytes - 1;
        let mut file = self.input.open_stored(at)?;
        let mut block = vec![0; 64 << 10];
        let mut previous = 0;
        loop {
            let len = file.read(&mut block)?;
            if len == 0 {
                return Ok(u64::MAX);
            }
            if previous == b'\n' && block[0] == b'{' {
                return Ok(at);
            }
            let found =
                memchr::memchr_iter(b'\n', &block[..len]).find(|&i| block[..len].get(i + 1) == Some(&b'{'));
            if let Some(newline) = found {
                return Ok(at + newline as u64 + 1);
            }
            previous = block[len - 1];
            at += len as u64;
        }
    }
}

/// The decoded bytes of an input from some place on.
struct Source {
    reader: Box<dyn Unwrapped>,
    at: u64,
}

impl Source {
    fn open(input: &Input, start: u64) -> io::Result<Self> {
        let reader: Box<dyn Unwrapped> = if input.is_seekable() {
            Box::new(input.open_stored(start.min(input.bytes))?)
        } else {
            input.open()?
        };
        Ok(Self { reader, at: start })
    }

    /// Adds up to `want` bytes, none beyond `limit`; true when the limit or the end is reached.
    fn fill(&mut self, block: &mut Vec<u8>, want: usize, limit: u64) -> io::Result<bool> {
        let room = usize::try_from(limit.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let want = want.min(room);
        let before = block.len();
        let got = (&mut self.reader).take(want as u64).read_to_end(block)?;
        debug_assert_eq!(block.len(), before + got);
        self.at += got as u64;
        Ok(got < want || self.at >= limit)
    }
}

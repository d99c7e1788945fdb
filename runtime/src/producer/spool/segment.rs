//! One file of a spool, and the one beside it that says which of its records are done with.

use super::folder::sync;
use super::frame::{self, ACK, FRAME, Found, HEADER};
use super::{Damage, DamageKind, Stored};
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes that are read at a time, unless a record is longer.
const CHUNK: usize = 128 << 10;

/// A segment: written once from start to end, then read once from start to end, then deleted.
#[derive(Debug)]
pub(super) struct Segment {
    number: u64,
    path: PathBuf,
    /// Sound bytes, header included.
    len: u64,
    /// Where the next frame to be read begins.
    read_at: u64,
    /// Broken frames between sound ones: where they begin and how long they are.
    holes: Vec<(u64, u64)>,
    /// Records read ahead.
    ahead: VecDeque<Stored>,
    reader: Option<File>,
    first: u64,
    last: u64,
    records: u64,
    done: u64,
    /// What an earlier process was done with.
    was_done: Vec<(u64, u64)>,
    acks: Option<File>,
    /// Whether something that is done could not be noted.
    lacks_notes: bool,
}

impl Segment {
    /// Makes a new one that holds those frames.
    pub(super) fn create(folder: &Path, number: u64) -> io::Result<(Self, File)> {
        let path = folder.join(format!("{number:016}.spool"));
        let mut file = OpenOptions::new().append(true).create_new(true).open(&path).map_err(at(&path))?;
        if let Err(error) = file.write_all(HEADER) {
            // Else each attempt on a full disk leaves one.
            let _ = fs::remove_file(&path);
            return Err(at(&path)(error));
        }
        Ok((Self::empty(number, path), file))
    }

    fn empty(number: u64, path: PathBuf) -> Self {
        let len = HEADER.len() as u64;
        let (holes, ahead, was_done) = (Vec::new(), VecDeque::new(), Vec::new());
        let (reader, acks) = (None, None);
        let (first, last, records, done) = (u64::MAX, 0, 0, 0);
        Self {
            number,
            path,
            len,
            read_at: len,
            holes,
            ahead,
            reader,
            first,
            last,
            records,
            done,
            was_done,
            acks,
            lacks_notes: false,
        }
    }

    /// Opens one that another process left, and looks at all of it. None when nothing in it is to be done.
    pub(super) fn recover(path: &Path, number: u64, damage: &mut Vec<Damage>) -> io::Result<Option<Self>> {
        let mut segment = Self::empty(number, path.to_owned());
        let bytes = fs::read(path).map_err(at(path))?;
        segment.was_done = match fs::read(segment.ack_path()) {
            Ok(acks) => frame::read_acks(&acks),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(at(&segment.ack_path())(error)),
        };
        let Some(mut rest) = bytes.strip_prefix(HEADER) else {
            if !HEADER.starts_with(&bytes) {
                segment.set_aside(0, &bytes, DamageKind::NoSpool, damage)?;
            }
            segment.delete()?;
            return Ok(None);
        };
        let mut broken = 0;
        while !rest.is_empty() {
            let offset = (bytes.len() - rest.len()) as u64;
            if let Found::Record { seq, payload } = frame::read(rest) {
                segment.count(seq);
                segment.done += u64::from(frame::holds(&segment.was_done, seq));
                segment.len = offset + (FRAME + payload.len()) as u64;
                rest = rest.get(FRAME + payload.len()..).unwrap_or_default();
                continue;
            }
            // A frame that is broken in the middle has a sound one behind it; a torn tail has none.
            let Some(skip) = next_sound(rest) else {
                let kind = if broken == 0 { DamageKind::TornTail } else { DamageKind::Broken };
                segment.set_aside(offset, rest, kind, damage)?;
                let file = OpenOptions::new().write(true).open(path).map_err(at(path))?;
                file.set_len(segment.len).and_then(|()| file.sync_all()).map_err(at(path))?;
                break;
            };
            let (hole, behind) = rest.split_at_checked(skip).unwrap_or((rest, &[]));
            segment.set_aside(offset, hole, DamageKind::Broken, damage)?;
            segment.holes.push((offset, skip as u64));
            broken += 1;
            rest = behind;
        }
        if segment.live() == 0 {
            segment.delete()?;
            return Ok(None);
        }
        Ok(Some(segment))
    }

    /// Keeps broken bytes in a file of their own.
    fn set_aside(
        &self,
        offset: u64,
        bytes: &[u8],
        kind: DamageKind,
        damage: &mut Vec<Damage>,
    ) -> io::Result<()> {
        let kept = self.path.with_extension(format!("{offset}.damaged"));
        let write = |path: &Path| {
            let mut file = File::create(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write(&kept).map_err(at(&kept))?;
        damage.push(Damage { kind, file: self.path.clone(), offset, bytes: bytes.len() as u64, kept });
        Ok(())
    }

    fn ack_path(&self) -> PathBuf {
        self.path.with_extension("done")
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes of its frames.
    pub(super) fn frame_bytes(&self) -> u64 {
        self.len - HEADER.len() as u64
    }

    /// Records that are not done with.
    pub(super) fn live(&self) -> u64 {
        self.records - self.done
    }

    /// Highest number in it.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    fn count(&mut self, seq: u64) {
        self.first = self.first.min(seq);
        self.last = self.last.max(seq);
        self.records += 1;
    }

    /// Counts frames that were written behind the others.
    pub(super) fn grew(&mut self, bytes: u64, seqs: impl Iterator<Item = u64>) {
        self.len += bytes;
        seqs.for_each(|seq| self.count(seq));
    }

    /// Takes back the frames of payloads of those lengths, which were written last and were not read. Returns their bytes.
    pub(super) fn take_back(&mut self, payloads: impl ExactSizeIterator<Item = usize>) -> u64 {
        self.records -= payloads.len() as u64;
        let bytes = payloads.map(|payload| (FRAME + payload) as u64).sum();
        self.len -= bytes;
        // `last` only says where the next number is above.
        bytes
    }

    /// Leaves out what was not read so far: whoever wrote it holds it in memory.
    pub(super) fn skip_to_end(&mut self) {
        self.read_at = self.len;
    }

    /// Number of the next record to be read, or a lower one.
    pub(super) fn next(&self) -> Option<u64> {
        match self.ahead.front() {
            Some(stored) => Some(stored.seq),
            None if self.read_at >= self.len => None,
            None if self.read_at == HEADER.len() as u64 => Some(self.first),
            // What was not looked at comes behind what was read last, so it is looked at.
            None => Some(0),
        }
    }

    /// Takes the next record if its number is below that; None also when it has to be asked again.
    pub(super) fn take_below(&mut self, seq: u64) -> Option<Stored> {
        self.ahead.pop_front_if(|stored| stored.seq < seq)
    }

    /// Bytes of the next record.
    pub(super) fn next_bytes(&self) -> usize {
        self.ahead.front().map_or(0, |stored| stored.payload.len())
    }

    /// Reads ahead when nothing is there.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        let path = self.path.clone();
        self.try_fill().map_err(at(&path))
    }

    fn try_fill(&mut self) -> io::Result<()> {
        let mut want = CHUNK;
        while self.ahead.is_empty() && self.read_at < self.len {
            if let Some((_, len)) = self.holes.iter().find(|(offset, _)| *offset == self.read_at) {
                self.read_at += len;
                continue;
            }
            let reader = match &mut self.reader {
                Some(reader) => reader,
                none => none.insert(File::open(&self.path)?),
            };
            let room = usize::try_from(self.len - self.read_at).unwrap_or(usize::MAX);
            let mut chunk = vec![0; want.min(room)];
            reader.seek(SeekFrom::Start(self.read_at))?;
            reader.read_exact(&mut chunk)?;
            let mut rest = chunk.as_slice();
            loop {
                match frame::read(rest) {
                    Found::Record { seq, payload } => {
                        if !frame::holds(&self.was_done, seq) {
                            let payload = bytes::Bytes::copy_from_slice(payload);
                            self.ahead.push_back(Stored { seq, segment: self.number, payload });
                        }
                        let len = FRAME + payload_len(rest);
                        self.read_at += len as u64;
                        rest = rest.get(len..).unwrap_or_default();
                    }
                    Found::Short(len) => {
                        want = CHUNK.max(len);
                        if rest.len() == room {
                            return Err(io::Error::new(io::ErrorKind::InvalidData, "a record ends too soon"));
                        }
                        break;
                    }
                    // A hole, if it was known.
                    Found::Broken if self.holes.iter().any(|(offset, _)| *offset == self.read_at) => break,
                    Found::Broken => {
                        let said = format!("a record is broken at byte {}", self.read_at);
                        return Err(io::Error::new(io::ErrorKind::InvalidData, said));
                    }
                }
                if rest.is_empty() {
                    break;
                }
            }
        }
        if self.read_at >= self.len {
            self.reader = None;
        }
        Ok(())
    }

    /// Notes that records are done with. Numbers ascend.
    pub(super) fn ack(&mut self, seqs: &[u64]) -> io::Result<()> {
        self.done += seqs.len() as u64;
        let mut bytes = Vec::new();
        for run in seqs.chunk_by(|one, next| one.checked_add(1) == Some(*next)) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                frame::write_ack(*first, *last, &mut bytes);
            }
        }
        let noted = self.note(&bytes);
        if noted.is_err() {
            // What is at its end now is not known: it is looked at before the next note.
            (self.acks, self.lacks_notes) = (None, true);
        }
        noted.map_err(at(&self.ack_path()))
    }

    fn note(&mut self, bytes: &[u8]) -> io::Result<()> {
        let path = self.ack_path();
        let acks = match &mut self.acks {
            Some(acks) => acks,
            none => {
                let file = OpenOptions::new().append(true).create(true).open(&path)?;
                let len = file.metadata()?.len();
                // Notes are found by their place: what was not written whole would make all behind it unreadable.
                let torn = len % ACK as u64;
                if torn > 0 {
                    file.set_len(len - torn)?;
                }
                none.insert(file)
            }
        };
        acks.write_all(bytes)
    }

    /// Makes the notes outlive a loss of power, and tells whether all is noted.
    pub(super) fn sync_notes(&self) -> bool {
        if self.lacks_notes {
            return false;
        }
        // Those of an earlier process may not be on the disk either.
        match OpenOptions::new().append(true).open(self.ack_path()) {
            Ok(file) => sync(&file).is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }

    /// Counts every record as done with.
    pub(super) fn done_all(&mut self) {
        self.done = self.records;
    }

    /// Deletes both files; the records first, so that no record comes back.
    pub(super) fn delete(&mut self) -> io::Result<()> {
        self.reader = None;
        self.acks = None;
        fs::remove_file(&self.path).map_err(at(&self.path))?;
        match fs::remove_file(self.ack_path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&self.ack_path())(error)),
            Err(_) | Ok(()) => Ok(()),
        }
    }
}

/// Bytes of the payload of a sound frame.
fn payload_len(frame: &[u8]) -> usize {
    frame.first_chunk::<4>().map_or(0, |len| u32::from_le_bytes(*len) as usize)
}

/// Longest payload that is looked for behind a broken frame when its length does not tell: what looks like a longer one
/// is by far most often none, and each takes its time.
const SOUGHT: usize = 1 << 20;

/// How far it is to a sound frame behind a broken one: where its length says, or anywhere.
fn next_sound(bytes: &[u8]) -> Option<usize> {
    let is_sound = |rest: &[u8]| matches!(frame::read(rest), Found::Record { .. });
    let by_length = FRAME + payload_len(bytes);
    if bytes.get(by_length..).is_some_and(is_sound) {
        return Some(by_length);
    }
    (1..bytes.len())
        .find(|at| bytes.get(*at..).is_some_and(|rest| payload_len(rest) <= SOUGHT && is_sound(rest)))
}

/// Says where an error of the file system came up.
pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> io::Error + '_ {
    move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

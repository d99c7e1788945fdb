//! Records on the disk until somebody is done with them: segments that are written at their end, read once, and deleted.
//!
//! A spool is a folder that one process uses at a time. It knows nothing of what its records mean: a number, which the
//! owner gives and by which they are read back in order, and bytes. A process that is killed loses no record that
//! [`Spool::append`] took; what it was done with and had noted does not come again. [`Spool::append_synced`] makes that
//! true also for a machine that loses its power, save for notes: then records may come again.
//!
//! ```
//! use lakebed::producer::spool::{SEGMENT_BYTES, Spool};
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let (mut spool, _) = Spool::open(folder, SEGMENT_BYTES)?;
//! spool.append_synced(&[(1, "one"), (2, "two")])?;
//! let stored = spool.read(100, 1 << 20)?;
//! spool.ack(stored[0].segment, &[1])?;
//! drop(spool); // as when the process is killed
//!
//! let (mut spool, recovery) = Spool::open(folder, SEGMENT_BYTES)?;
//! assert_eq!((recovery.records, recovery.was_closed), (1, false));
//! assert_eq!(spool.read(100, 1 << 20)?[0].payload, "two");
//! # Ok::<(), std::io::Error>(())
//! ```

mod folder;
mod frame;
mod segment;
#[cfg(test)]
mod tests;

pub use folder::{Damage, DamageKind, Recovery};
pub use frame::MAX_PAYLOAD;

use crate::store::create_folders;
use bytes::Bytes;
pub(super) use folder::sync_folder;
use folder::{CLOSED, files, lock, sync};
use segment::{Segment, at};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes after which a new segment begins, where nothing speaks for fewer.
pub const SEGMENT_BYTES: u64 = 16 << 20;

/// A folder of records.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    segments: BTreeMap<u64, Segment>,
    /// The segment that grows.
    tail: Option<(u64, File)>,
    numbers: Arc<AtomicU64>,
    segment_bytes: u64,
    frame_bytes: u64,
    buffer: Vec<u8>,
    /// Whether the folder has names that a loss of power may undo.
    has_new_names: bool,
    /// Whether a file is there that should not be: the records in it will come again.
    has_leftovers: bool,
    /// Held for as long as the spool is open.
    _lock: File,
}

/// A record that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub seq: u64,
    /// The segment it stands in.
    pub segment: u64,
    /// Its bytes.
    pub payload: Bytes,
}

impl Spool {
    /// Bytes that a record of so many takes.
    pub fn framed(payload: usize) -> u64 {
        (frame::FRAME + payload) as u64
    }

    /// Opens a folder, which is made when it is not there, and looks at every record in it. A segment ends after so many
    /// bytes: it is deleted as a whole.
    ///
    /// # Errors
    /// The folder cannot be read or written, or another process has it ([`io::ErrorKind::WouldBlock`]).
    pub fn open(folder: &Path, segment_bytes: u64) -> io::Result<(Self, Recovery)> {
        create_folders(folder).map_err(at(folder))?;
        let lock = lock(folder)?;
        let closed = folder.join(CLOSED);
        let mut recovery = Recovery { was_closed: closed.exists(), ..Recovery::default() };
        let mut segments = BTreeMap::new();
        let mut highest = 0;
        let (files, notes) = files(folder)?;
        for path in notes.iter().filter(|(number, _)| !files.contains_key(number)).map(|(_, path)| path) {
            // Its segment is gone. A new one of that number must not take it for its own.
            fs::remove_file(path).map_err(at(path))?;
        }
        for (number, path) in files {
            highest = highest.max(number);
            if let Some(segment) = Segment::recover(&path, number, &mut recovery.damage)? {
                recovery.records += segment.live();
                recovery.next_seq = recovery.next_seq.max(segment.last() + 1);
                segments.insert(number, segment);
            }
        }
        // An empty folder was left by nobody.
        recovery.was_closed |= recovery.records == 0 && recovery.damage.is_empty();
        if closed.exists() {
            fs::remove_file(&closed).map_err(at(&closed))?;
            // It must not come back: whoever finds it thinks that all is noted.
            sync_folder(folder).map_err(at(folder))?;
        }
        let frame_bytes = segments.values().map(Segment::frame_bytes).sum();
        let (folder, numbers) = (folder.to_owned(), Arc::new(AtomicU64::new(highest + 1)));
        Ok((
            Self {
                folder,
                segments,
                tail: None,
                numbers,
                segment_bytes,
                frame_bytes,
                buffer: Vec::new(),
                has_new_names: true,
                has_leftovers: false,
                _lock: lock,
            },
            recovery,
        ))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes of the records in the folder. Those of segments that still have records to be done come all. The notes of
    /// what is done come on top, with at most 24 bytes a record.
    pub fn bytes(&self) -> u64 {
        self.frame_bytes
    }

    /// Records that nobody is done with.
    pub fn records(&self) -> u64 {
        self.segments.values().map(Segment::live).sum()
    }

    /// Where the numbers of segments come from, for [`Spool::append_held`].
    pub fn numbers(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.numbers)
    }

    /// Writes records behind all others; [`Spool::read`] gives them back. Their numbers ascend, also from call to call.
    ///
    /// # Errors
    /// They could not be written: none of them is in the spool.
    pub fn append<P: AsRef<[u8]>>(&mut self, records: &[(u64, P)]) -> io::Result<()> {
        let is_full = |segment: &Segment| segment.len() >= self.segment_bytes;
        if let Some((number, _)) = &self.tail
            && self.segments.get(number).is_none_or(is_full)
        {
            self.rotate()?;
        }
        let (number, file) = match &mut self.tail {
            Some((number, file)) => (*number, file),
            none => {
                let number = self.numbers.fetch_add(1, Ordering::Relaxed);
                let (segment, file) = Segment::create(&self.folder, number)?;
                self.segments.insert(number, segment);
                self.has_new_names = true;
                let (number, file) = none.insert((number, file));
                (*number, file)
            }
        };
        let Some(segment) = self.segments.get_mut(&number) else { return Ok(()) };
        match write(&mut self.buffer, segment, file, records) {
            Ok(bytes) => {
                self.frame_bytes += bytes;
                Ok(())
            }
            Err(error) => {
                // What is at its end now is not known: nothing may be written behind it.
                self.tail = None;
                self.delete_if_done(number)?;
                Err(error)
            }
        }
    }

    /// The same, and makes it outlive a loss of power.
    ///
    /// # Errors
    /// They could not be written, or it is not certain that they would outlive it: none of them is in the spool.
    pub fn append_synced<P: AsRef<[u8]>>(&mut self, records: &[(u64, P)]) -> io::Result<()> {
        self.append(records)?;
        let Some((number, file)) = &mut self.tail else { return Ok(()) };
        let names = || if self.has_new_names { sync_folder(&self.folder) } else { Ok(()) };
        let Err(error) = sync(file).and_then(|()| names()) else {
            self.has_new_names = false;
            return Ok(());
        };
        let number = *number;
        let mut path = self.folder.clone();
        if let Some(segment) = self.segments.get_mut(&number) {
            path = segment.path().to_owned();
            self.frame_bytes -= segment.take_back(records.iter().map(|(_, payload)| payload.as_ref().len()));
            // Else another process finds them.
            self.has_leftovers |= file.set_len(segment.len()).is_err();
        }
        // A second sync of the same file may say that all is well when it is not: nothing may be written behind it.
        self.tail = None;
        self.delete_if_done(number)?;
        Err(at(&path)(error))
    }

    /// Writes records of which the owner has a copy in memory: they are not read back as long as this spool is open. They
    /// stand in a segment of their own, whose number was taken from [`Spool::numbers`]. Their numbers ascend, and may be
    /// below those of other records.
    ///
    /// # Errors
    /// They could not be written: none of them is in the spool.
    pub fn append_held<P: AsRef<[u8]>>(&mut self, number: u64, records: &[(u64, P)]) -> io::Result<()> {
        let (mut segment, mut file) = Segment::create(&self.folder, number)?;
        let written = write(&mut self.buffer, &mut segment, &mut file, records).and_then(|bytes| {
            let synced = sync(&file).and_then(|()| sync_folder(&self.folder));
            synced.map_err(at(segment.path())).map(|()| bytes)
        });
        match written {
            Ok(bytes) => {
                self.frame_bytes += bytes;
                segment.skip_to_end();
                self.segments.insert(number, segment);
                Ok(())
            }
            Err(error) => {
                self.has_leftovers |= segment.delete().is_err();
                Err(error)
            }
        }
    }

    /// Ends the segment that grows.
    fn rotate(&mut self) -> io::Result<()> {
        if let Some((number, file)) = self.tail.take() {
            sync(&file).map_err(at(&self.folder))?;
            self.delete_if_done(number)?;
        }
        Ok(())
    }

    /// Reads records that were not read before, those with the lowest numbers first: as many as fit, and one at least if
    /// there is any. They stay in the folder until [`Spool::ack`].
    ///
    /// # Errors
    /// A file cannot be read, or is not as it was written.
    pub fn read(&mut self, records: usize, bytes: usize) -> io::Result<Vec<Stored>> {
        let mut taken = Vec::new();
        let mut weight = 0;
        loop {
            let mut lowest: Option<(u64, u64)> = None;
            let mut second = u64::MAX;
            for segment in self.segments.values_mut() {
                // Segments of numbers that come later need not be looked at.
                if segment.next().is_some_and(|next| lowest.is_none_or(|(low, _)| next < low))
                    && let Err(error) = segment.fill()
                {
                    // What was taken does not come again; whoever asks for more gets the error.
                    return if taken.is_empty() { Err(error) } else { Ok(taken) };
                }
                let Some(next) = segment.next() else { continue };
                match lowest {
                    Some((low, _)) if low <= next => second = second.min(next),
                    Some((low, _)) => {
                        second = second.min(low);
                        lowest = Some((next, segment.number()));
                    }
                    None => lowest = Some((next, segment.number())),
                }
            }
            let Some(segment) = lowest.and_then(|(_, number)| self.segments.get_mut(&number)) else {
                return Ok(taken);
            };
            loop {
                let is_enough = taken.len() >= records || weight + segment.next_bytes() > bytes;
                if is_enough && !taken.is_empty() {
                    return Ok(taken);
                }
                let below = if second == u64::MAX { second } else { second.saturating_add(1) };
                let Some(stored) = segment.take_below(below) else { break };
                weight += stored.payload.len();
                taken.push(stored);
            }
        }
    }

    /// Notes that records of a segment are done with, and deletes the segment with the last of them. Numbers ascend.
    /// Returns how many bytes became free.
    ///
    /// # Errors
    /// That could not be noted: the records may come again in another process.
    pub fn ack(&mut self, segment: u64, seqs: &[u64]) -> io::Result<u64> {
        let is_tail = self.is_tail(segment);
        let Some(found) = self.segments.get_mut(&segment) else { return Ok(0) };
        let noted = if is_tail || found.live() > seqs.len() as u64 {
            found.ack(seqs)
        } else {
            // Its file goes, and with it what there is to note.
            found.done_all();
            Ok(())
        };
        let freed = self.delete_if_done(segment)?;
        noted.map(|()| freed)
    }

    fn is_tail(&self, number: u64) -> bool {
        self.tail.as_ref().is_some_and(|(tail, _)| *tail == number)
    }

    fn delete_if_done(&mut self, number: u64) -> io::Result<u64> {
        if self.is_tail(number) || self.segments.get(&number).is_none_or(|segment| segment.live() > 0) {
            return Ok(0);
        }
        let Some(mut segment) = self.segments.remove(&number) else { return Ok(0) };
        let freed = segment.frame_bytes();
        self.frame_bytes -= freed;
        segment.delete().inspect_err(|_| self.has_leftovers = true)?;
        Ok(freed)
    }

    /// Deletes the segment that grows if all of it is done with.
    ///
    /// # Errors
    /// A file cannot be deleted.
    pub fn trim(&mut self) -> io::Result<()> {
        let number = self.tail.as_ref().map(|(number, _)| *number);
        match number.and_then(|number| self.segments.get(&number)) {
            Some(segment) if segment.live() == 0 => self.rotate(),
            Some(_) | None => Ok(()),
        }
    }

    /// Ends the use of the folder, and returns how many records are left in it. The next process takes it that none of
    /// them was done with, unless something could not be noted.
    ///
    /// # Errors
    /// What is left could not be synced.
    pub fn close(mut self) -> io::Result<u64> {
        self.rotate()?;
        let records = self.records();
        let is_noted = self.segments.values().all(Segment::sync_notes);
        if self.has_leftovers || !is_noted {
            return Ok(records);
        }
        let closed = self.folder.join(CLOSED);
        File::create(&closed).and_then(|file| file.sync_all()).map_err(at(&closed))?;
        sync_folder(&self.folder).map_err(at(&self.folder))?;
        Ok(records)
    }
}

/// Writes records at the end of a segment: all or none.
fn write<P: AsRef<[u8]>>(
    buffer: &mut Vec<u8>,
    segment: &mut Segment,
    file: &mut File,
    records: &[(u64, P)],
) -> io::Result<u64> {
    buffer.clear();
    for (seq, payload) in records {
        frame::write(*seq, payload.as_ref(), buffer);
    }
    if let Err(error) = file.write_all(buffer) {
        // Part of it may be there: records that count as not taken.
        file.set_len(segment.len()).map_err(at(segment.path()))?;
        return Err(at(segment.path())(error));
    }
    let bytes = buffer.len() as u64;
    segment.grew(bytes, records.iter().map(|(seq, _)| *seq));
    buffer.shrink_to(1 << 20);
    Ok(bytes)
}

//! The spool of a producer, from tasks: a task that owns it does what others ask for, several things at a time.

use super::entry::Entry;
use super::report::Returned;
use super::shared::Shared;
use super::spool::{MAX_PAYLOAD, Spool, Stored};
use super::undeliverable;
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// What can be asked for.
#[derive(Debug)]
pub(super) enum Command {
    /// Write a record behind all others.
    Append { seq: u64, payload: Vec<u8>, done: oneshot::Sender<io::Result<()>> },
    /// Write records that are in memory too.
    Hold { number: u64, records: Vec<(u64, Vec<u8>)>, done: oneshot::Sender<io::Result<()>> },
    /// Read so many records and bytes.
    Read { records: usize, bytes: usize, done: oneshot::Sender<io::Result<Vec<Stored>>> },
    /// Forget records of a segment.
    Ack { segment: u64, seqs: Vec<u64> },
    /// Write records to the file of those that the service refuses, and forget them.
    Undeliverable { records: Vec<(Returned, Option<(u64, u64)>)> },
    /// Delete a file of which all is done with, even if it could still grow.
    Trim,
    /// Close the spool.
    Close { done: oneshot::Sender<io::Result<u64>> },
}

/// Commands that are done at a time, so that they share one sync.
const TOGETHER: usize = 4096;
/// Bytes that are written at a time.
const BYTES: usize = 4 << 20;

/// How to ask the task that owns the spool.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    commands: mpsc::UnboundedSender<Command>,
    numbers: Arc<AtomicU64>,
}

/// The other end of it.
pub(super) type Commands = mpsc::UnboundedReceiver<Command>;

impl Disk {
    pub(super) fn new(spool: &Spool) -> (Self, Commands) {
        let (commands, receiver) = mpsc::unbounded_channel();
        (Self { commands, numbers: spool.numbers() }, receiver)
    }

    /// Asks. When the task has ended, the answer is an error.
    pub(super) fn ask(&self, command: Command) {
        // What carries the answer is dropped with the command.
        let _ = self.commands.send(command);
    }

    /// A number for a segment of records that are in memory too.
    pub(super) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }
}

/// The error when the task has ended.
pub(super) fn gone() -> io::Error {
    io::Error::other("the task of the spool has ended")
}

/// Does what is asked for until the spool is closed.
pub(super) async fn run(
    spool: Spool,
    kept: u64,
    is_synced: bool,
    mut commands: Commands,
    shared: Arc<Shared>,
) {
    let mut owned = Owned { spool, kept, is_synced };
    let mut next = Vec::new();
    while commands.recv_many(&mut next, TOGETHER).await > 0 {
        let mut taken = std::mem::take(&mut next).into_iter();
        while taken.len() > 0 {
            let (appends, others) = group(&mut taken);
            let told = Arc::clone(&shared);
            let work = move || {
                owned.append(appends, &told);
                let mut open = Some(owned);
                others.into_iter().for_each(|command| one(&mut open, command, &told));
                open.inspect(|open| told.spool_has(open.bytes()))
            };
            match tokio::task::spawn_blocking(work).await {
                Ok(Some(same)) => owned = same,
                // Closed, or the runtime ends.
                Ok(None) | Err(_) => return,
            }
        }
    }
}

type Append = (u64, Vec<u8>, oneshot::Sender<io::Result<()>>);

/// What is written in one go, and what is done after it. Reading sees what was written before it.
fn group(commands: &mut impl Iterator<Item = Command>) -> (Vec<Append>, Vec<Command>) {
    let (mut appends, mut others, mut bytes) = (Vec::new(), Vec::new(), 0);
    for command in commands {
        match command {
            Command::Append { seq, payload, done } => {
                bytes += payload.len();
                appends.push((seq, payload, done));
            }
            other @ (Command::Hold { .. }
            | Command::Read { .. }
            | Command::Ack { .. }
            | Command::Undeliverable { .. }
            | Command::Trim
            | Command::Close { .. }) => others.push(other),
        }
        if bytes >= BYTES {
            break;
        }
    }
    (appends, others)
}

/// What the task owns.
struct Owned {
    spool: Spool,
    /// Bytes of the file of undeliverable records.
    kept: u64,
    is_synced: bool,
}

impl Owned {
    fn bytes(&self) -> u64 {
        self.spool.bytes() + self.kept
    }

    fn append(&mut self, appends: Vec<Append>, shared: &Shared) {
        if appends.is_empty() {
            return;
        }
        let (records, answers): (Vec<_>, Vec<_>) =
            appends.into_iter().map(|(seq, payload, done)| ((seq, payload), done)).unzip();
        let append = if self.is_synced { Spool::append_synced } else { Spool::append };
        let written = append(&mut self.spool, &records);
        let bytes = records.iter().map(|(_, payload)| Spool::framed(payload.len())).sum();
        shared.appended(records.len() as u64, bytes, self.bytes(), written.as_ref().err());
        for answer in answers {
            // Nobody listens when the sender was cancelled; the record counts all the same.
            let _ = answer.send(written.as_ref().map(|_| ()).map_err(same));
        }
    }

    fn ack(&mut self, segment: u64, seqs: &[u64], shared: &Shared) {
        if let Err(error) = self.spool.ack(segment, seqs) {
            shared.said(error.to_string());
        }
    }
}

fn one(owned: &mut Option<Owned>, command: Command, shared: &Shared) {
    let Some(open) = owned else { return };
    match command {
        Command::Append { done, .. } => {
            let _ = done.send(Err(gone()));
        }
        Command::Hold { number, records, done } => {
            let _ = done.send(open.spool.append_held(number, &records));
        }
        Command::Read { records, bytes, done } => {
            let _ = done.send(open.spool.read(records, bytes));
        }
        Command::Ack { segment, seqs } => open.ack(segment, &seqs, shared),
        Command::Undeliverable { records } => {
            match undeliverable::write(open.spool.folder(), records.iter().map(|(record, _)| record)) {
                Ok(bytes) => {
                    open.kept += bytes;
                    for (segment, seq) in records.iter().filter_map(|(_, place)| *place) {
                        open.ack(segment, &[seq], shared);
                    }
                }
                Err(error) => {
                    shared.said(error.to_string());
                    // Those that the spool has stay there, for the next process.
                    let (on_disk, others): (Vec<_>, Vec<_>) =
                        records.into_iter().partition(|(_, place)| place.is_some());
                    shared.keep(others.into_iter().map(|(record, _)| record), on_disk.len() as u64);
                }
            }
        }
        Command::Trim => {
            if let Err(error) = open.spool.trim() {
                shared.said(error.to_string());
            }
        }
        Command::Close { done } => {
            if let Some(owned) = owned.take() {
                let _ = done.send(owned.spool.close());
            }
        }
    }
}

fn same(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

/// What stands for the length of a key where there is none.
const NO_KEY: u16 = u16::MAX;
/// Most bytes of a key in the spool.
pub(super) const MAX_KEY: usize = NO_KEY as usize - 1;
/// Most bytes of a record in the spool, whatever its key.
pub(super) const MAX_DATA: usize = MAX_PAYLOAD - NO_KEY as usize - 2;

/// A record as the spool holds it: length of the key (2 bytes, little-endian), key, data.
pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    let key = entry.partition_key.as_deref();
    let len = key.map_or(NO_KEY, |key| u16::try_from(key.len()).unwrap_or(NO_KEY));
    let mut payload = Vec::with_capacity(2 + entry.bytes());
    payload.extend_from_slice(&len.to_le_bytes());
    payload.extend_from_slice(key.unwrap_or_default().as_bytes());
    payload.extend_from_slice(&entry.data);
    payload
}

/// Bytes of a record in the spool.
pub(super) fn framed(entry: &Entry) -> u64 {
    Spool::framed(2 + entry.bytes())
}

/// The record that the spool holds.
pub(super) fn decode(payload: &Bytes) -> Option<Entry> {
    let len = u16::from_le_bytes(*payload.first_chunk::<2>()?);
    if len == NO_KEY {
        return Some(Entry::new(payload.slice(2..)));
    }
    let end = 2 + usize::from(len);
    let key = String::from_utf8(payload.get(2..end)?.to_vec()).ok()?;
    Some(Entry::keyed(payload.slice(end..), key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_back_with_and_without_a_key() {
        for entry in [Entry::new("data"), Entry::keyed("data", "key"), Entry::keyed("d", "")] {
            let payload = encode(&entry);
            assert_eq!(framed(&entry), Spool::framed(payload.len()));
            assert_eq!(decode(&payload.into()), Some(entry));
        }
        assert_eq!(decode(&Bytes::from_static(&[9, 0, 1])), None);
    }
}

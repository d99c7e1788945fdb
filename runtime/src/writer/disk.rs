//! The thread that writes segments: what many tasks append goes to the disk with one sync.

use super::error::AppendError;
use super::options::WriterOptions;
use super::segments::Segments;
use super::shared::Shared;
use crate::error::Error;
use crate::store::StoreError;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// What the thread is asked for.
pub(super) enum Command {
    /// A line, with its end. The room is given back when it is written.
    Append { line: Vec<u8>, room: OwnedSemaphorePermit, done: oneshot::Sender<Result<(), AppendError>> },
    /// Seal what was appended before; gives the number of segments so far.
    Seal(oneshot::Sender<Result<u64, Error>>),
}

/// Bytes that are written with one sync at most.
const GROUP_BYTES: usize = 8 << 20;

pub(super) struct Disk {
    pub(super) segments: Segments,
    pub(super) shared: Arc<Shared>,
    pub(super) options: WriterOptions,
    /// Hears that a segment was sealed, or that the lake is to be tried again.
    pub(super) sealed: Sender<()>,
}

/// Lines that go to the disk together.
#[derive(Default)]
struct Group {
    lines: Vec<u8>,
    waiting: Vec<(oneshot::Sender<Result<(), AppendError>>, OwnedSemaphorePermit)>,
}

/// When the segment that is being written was begun, and appended to last.
#[derive(Clone, Copy)]
struct Times {
    begun: Instant,
    last: Instant,
}

impl Disk {
    /// Runs until nobody can ask any more; then what was appended is sealed.
    pub(super) fn run(mut self, inbox: &Receiver<Command>) {
        let mut times: Option<Times> = None;
        loop {
            let command = match times {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(times) => inbox.recv_timeout(self.wait(times)),
            };
            let mut seals = Vec::new();
            let mut group = Group::default();
            match command {
                Ok(command) => self.gather(command, inbox, &mut group, &mut seals),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if !group.waiting.is_empty() && self.write(group) {
                let now = Instant::now();
                times = Some(Times { begun: times.map_or(now, |times| times.begun), last: now });
            }
            let (rows, bytes) = self.segments.current();
            let is_full = rows >= self.options.roll_rows || bytes >= self.options.roll_bytes;
            let is_old = rows > 0 && times.is_some_and(|times| self.wait(times).is_zero());
            if is_full || is_old || !seals.is_empty() {
                let sealed = self.seal();
                // One that could not be sealed is tried again after a while.
                times = sealed.is_err().then(|| Times { begun: Instant::now(), last: Instant::now() });
                for done in seals {
                    let answer = match &sealed {
                        Ok(number) => Ok(*number),
                        Err(e) => {
                            let error = io::Error::new(e.kind(), e.to_string());
                            Err(StoreError::of_io(self.options.spool.as_path(), error).output())
                        }
                    };
                    // Who asked may have gone.
                    let _ = done.send(answer);
                }
            }
        }
        let _ = self.seal();
    }

    /// Time until the segment is rolled for its age or for idleness.
    fn wait(&self, times: Times) -> Duration {
        let left = |since: Instant, most: Duration| most.saturating_sub(since.elapsed());
        left(times.begun, self.options.roll_age).min(left(times.last, self.options.roll_idle))
    }

    /// Takes what waits, up to the first that asks for a seal.
    fn gather(
        &self,
        first: Command,
        inbox: &Receiver<Command>,
        group: &mut Group,
        seals: &mut Vec<oneshot::Sender<Result<u64, Error>>>,
    ) {
        let mut next = Some(first);
        while let Some(command) = next {
            match command {
                Command::Append { done, .. } if self.shared.is_closed() => {
                    let _ = done.send(Err(AppendError::Closed));
                }
                Command::Append { mut line, room, done } => {
                    group.lines.append(&mut line);
                    group.waiting.push((done, room));
                }
                Command::Seal(done) => {
                    seals.push(done);
                    return;
                }
            }
            next = if group.lines.len() < GROUP_BYTES { inbox.try_recv().ok() } else { None };
        }
    }

    /// Writes lines, and tells those who wait; true when they are durable.
    fn write(&mut self, group: Group) -> bool {
        let records = group.waiting.len() as u64;
        let began = Instant::now();
        let written = self.segments.append(&group.lines, records);
        match written {
            Ok(()) => {
                let open_bytes = self.segments.current().1;
                self.shared.appended(records, group.lines.len() as u64, open_bytes, began.elapsed());
                for (done, _room) in group.waiting {
                    // Who dropped his future has a stored record all the same.
                    let _ = done.send(Ok(()));
                }
                true
            }
            Err(error) => {
                tracing::error!(table = self.shared.table, %error, records, "the spool cannot be written");
                let error = Arc::new(error);
                for (done, _room) in group.waiting {
                    let _ = done.send(Err(AppendError::Spool(Arc::clone(&error))));
                }
                false
            }
        }
    }

    /// Seals the segment that is being written, and has the lake tried.
    fn seal(&mut self) -> io::Result<u64> {
        let number = match self.segments.seal() {
            Ok(true) => Ok(self.shared.sealed()),
            Ok(false) => Ok(self.shared.number()),
            Err(error) => {
                tracing::error!(table = self.shared.table, %error, "a segment cannot be sealed");
                Err(error)
            }
        };
        // The other thread ends after this one.
        let _ = self.sealed.send(());
        number
    }
}

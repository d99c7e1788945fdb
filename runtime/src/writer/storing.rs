//! The thread that converts sealed segments into the lake.

use super::segments::REFUSED;
use super::shared::Shared;
use crate::convert::ConvertOptions;
use crate::error::{Error, ErrorKind};
use crate::store::StoreError;
use crate::waiting::convert_files;
use lakebed_schema::Table;
use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Waits after failures of the lake: the first, and the longest.
const FIRST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(60);

pub(super) struct Storing {
    pub(super) table: Table,
    pub(super) options: ConvertOptions,
    /// Folder of sealed segments.
    pub(super) folder: PathBuf,
    /// Keeps the folder ours until this thread has ended.
    pub(super) lock: Arc<File>,
    pub(super) shared: Arc<Shared>,
}

impl Storing {
    /// Runs until the other thread has ended. What is not stored then is left for the next writer.
    pub(super) fn run(self, wake: &Receiver<()>) {
        let mut wait: Option<Duration> = None;
        loop {
            let number = self.shared.number();
            let passed = self.pass();
            self.shared.passed(number, passed.as_ref().err());
            wait = match &passed {
                Ok(()) => None,
                Err(error) => {
                    tracing::warn!(
                        table = self.shared.table,
                        error = error.full(),
                        "the lake cannot be written"
                    );
                    Some(wait.map_or(FIRST, |wait| (wait * 2).min(MOST)))
                }
            };
            let woken = match wait {
                None => wake.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => wake.recv_timeout(wait),
            };
            if woken == Err(RecvTimeoutError::Disconnected) {
                drop(self.lock);
                return;
            }
            while wake.try_recv().is_ok() {}
        }
    }

    /// Stores all segments that are there.
    fn pass(&self) -> Result<(), Error> {
        let files = self.files().map_err(|e| self.failed(e))?;
        if files.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        // A defect of ours must not end the thread: those who flush would wait for ever.
        let converting = AssertUnwindSafe(|| convert_files(&self.table, &self.options, &files));
        let converted = catch_unwind(converting)
            .map_err(|_| Error::new(ErrorKind::Internal, "a conversion broke off: its thread panicked"))?;
        // What a file that cannot be taken away says does not hide what became of the others.
        let (mut segments, mut refused, mut bytes, mut error) = (0, 0, 0, converted.error);
        for file in &converted.done {
            let len = fs::metadata(file).map_or(0, |metadata| metadata.len());
            match fs::remove_file(file) {
                Ok(()) => (segments, bytes) = (segments + 1, bytes + len),
                Err(e) => error = error.or(Some(self.failed(e))),
            }
        }
        for (file, reason) in &converted.refused {
            tracing::error!(table = self.shared.table, file = %file.display(), reason, "nobody can read a segment");
            let len = fs::metadata(file).map_or(0, |metadata| metadata.len());
            match self.refuse(file, reason) {
                Ok(()) => (refused, bytes) = (refused + 1, bytes + len),
                Err(e) => error = error.or(Some(self.failed(e))),
            }
        }
        self.shared.took(segments, refused, bytes, converted.counts);
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let records = converted.counts.written;
        tracing::info!(table = self.shared.table, segments, records, millis, "segments were stored");
        error.map_or(Ok(()), Err)
    }

    /// Sealed segments, the oldest first.
    fn files(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            files.push(entry?.path());
        }
        files.sort();
        Ok(files)
    }

    /// Sets a segment aside, with the reason beside it.
    fn refuse(&self, file: &Path, reason: &str) -> io::Result<()> {
        let folder = self.folder.with_file_name(REFUSED);
        fs::create_dir_all(&folder)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::write(folder.join(format!("{name}.reason.txt")), reason)?;
        fs::rename(file, folder.join(name))
    }

    fn failed(&self, e: io::Error) -> Error {
        StoreError::of_io(self.folder.as_path(), e).output()
    }
}

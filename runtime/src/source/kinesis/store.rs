//! The work that waits for disks and stores: records to files, files into the lake. It runs on threads of its own.

use super::chunk::Chunk;
use super::spool::{Spool, Waiting};
use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::report::{InputStatus, Report};
use lakebed_schema::Table;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be done, with all it needs: the one who asked may be gone before it ends.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) spool: Spool,
    pub(super) table: Arc<Table>,
    pub(super) convert: ConvertOptions,
    pub(super) chunks: Vec<Chunk>,
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Stored {
    /// Chunks of which it is not certain that they are on disk.
    pub(super) unwritten: Vec<Chunk>,
    /// Files that wait for the lake now.
    pub(super) waiting: usize,
    /// Their bytes.
    pub(super) waiting_bytes: u64,
    /// Files that could not be converted, where they are now.
    pub(super) put_aside: Vec<PathBuf>,
    /// The run, when there was something to store.
    pub(super) result: Result<Option<Report>, Error>,
}

/// Writes the chunks, and takes all that waits into the lake.
///
/// Killed at any instant, it leaves each chunk in one of three states: not there (its records are read again), there and
/// not in the journal (it is converted by the next run), in the journal (the file, if it is still there, is removed).
pub(super) fn store(job: Job) -> Stored {
    let Job { spool, table, convert, mut chunks } = job;
    let mut put_aside = Vec::new();
    let mut work = || {
        while let Some(chunk) = chunks.first() {
            spool.write(chunk)?;
            chunks.remove(0);
        }
        let waiting = spool.waiting()?;
        if waiting.is_empty() {
            return Ok(None);
        }
        take_in(&spool, &table, &convert, &waiting, &mut put_aside).map(Some)
    };
    let result = work();
    let left = spool.waiting().unwrap_or_default();
    Stored {
        unwritten: chunks,
        waiting: left.len(),
        waiting_bytes: left.iter().map(|file| file.bytes).sum(),
        put_aside,
        result,
    }
}

/// Converts files, and removes those that are in the lake.
fn take_in(
    spool: &Spool,
    table: &Table,
    options: &ConvertOptions,
    waiting: &[Waiting],
    put_aside: &mut Vec<PathBuf>,
) -> Result<Report, Error> {
    let inputs = waiting.iter().map(|file| file.path.clone().into()).collect();
    let options = ConvertOptions { inputs, ..options.clone() };
    let report = convert(table, &options, &NoProgress)?;
    let files: HashMap<String, &Waiting> =
        waiting.iter().map(|file| (file.path.display().to_string(), file)).collect();
    for input in &report.inputs {
        let Some(file) = files.get(&input.path) else {
            let message = format!("{} was converted, and is no file that waited", input.path);
            return Err(Error::new(ErrorKind::Internal, message));
        };
        match input.status {
            InputStatus::Done | InputStatus::AlreadyInLake => spool.remove(file)?,
            InputStatus::Failed => put_aside.push(spool.put_aside(file)?),
        }
    }
    Ok(report)
}

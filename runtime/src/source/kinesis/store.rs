//! The work that waits for disks and stores: records to files, files into the lake. It runs on threads of its own.

use super::chunk::Chunk;
use super::spool::{Spool, Waiting};
use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::report::{InputStatus, Report};
use lakebed_schema::Table;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be done, with all it needs: the one who asked may be gone before it ends.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) spool: Spool,
    pub(super) table: Arc<Table>,
    pub(super) convert: ConvertOptions,
    pub(super) chunks: Vec<Chunk>,
    /// Files that could not be converted by an earlier run.
    pub(super) suspects: BTreeSet<String>,
}

/// What became of it.
#[derive(Debug)]
pub(super) struct Stored {
    /// Chunks of which it is not certain that they are on disk.
    pub(super) unwritten: Vec<Chunk>,
    /// Files that wait for the lake now, and their bytes; nothing when they cannot be listed.
    pub(super) waiting: Option<(usize, u64)>,
    /// Names of those that could not be converted for the first time: the disk may have failed, not they.
    pub(super) suspects: BTreeSet<String>,
    /// Files that could not be converted twice, where they are now.
    pub(super) put_aside: Vec<PathBuf>,
    /// The run, when there was something to store.
    pub(super) result: Result<Option<Report>, Error>,
}

/// Writes the chunks, and takes all that waits into the lake.
///
/// Killed at any instant, it leaves each chunk in one of three states: not there (its records are read again), there and
/// not in the journal (it is converted by the next run), in the journal (the file, if it is still there, is removed).
pub(super) fn store(job: Job) -> Stored {
    let Job { spool, table, convert, mut chunks, mut suspects } = job;
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
        take_in(&spool, &table, &convert, &waiting, &mut suspects, &mut put_aside).map(Some)
    };
    let result = work();
    let left = spool.waiting();
    let waiting = left.as_ref().ok().map(|left| (left.len(), left.iter().map(|file| file.bytes).sum()));
    let result = result.and_then(|run| left.map(|_| run));
    Stored { unwritten: chunks, waiting, suspects, put_aside, result }
}

/// Converts files, and removes those that are in the lake. One that cannot be converted gets another chance.
fn take_in(
    spool: &Spool,
    table: &Table,
    options: &ConvertOptions,
    waiting: &[Waiting],
    suspects: &mut BTreeSet<String>,
    put_aside: &mut Vec<PathBuf>,
) -> Result<Report, Error> {
    let inputs = waiting.iter().map(|file| file.path.clone().into()).collect();
    let options = ConvertOptions { inputs, ..options.clone() };
    let report = convert(table, &options, &NoProgress)?;
    sort_out(spool, &report, waiting, suspects, put_aside)?;
    Ok(report)
}

/// Does with each file what became of it.
fn sort_out(
    spool: &Spool,
    report: &Report,
    waiting: &[Waiting],
    suspects: &mut BTreeSet<String>,
    put_aside: &mut Vec<PathBuf>,
) -> Result<(), Error> {
    let files: HashMap<String, &Waiting> =
        waiting.iter().map(|file| (file.path.display().to_string(), file)).collect();
    for input in &report.inputs {
        let Some(file) = files.get(&input.path) else {
            let message = format!("{} was converted, and is no file that waited", input.path);
            return Err(Error::new(ErrorKind::Internal, message));
        };
        match input.status {
            InputStatus::Done | InputStatus::AlreadyInLake => {
                suspects.remove(&file.name);
                spool.remove(file)?;
            }
            InputStatus::Failed if suspects.insert(file.name.clone()) => {
                let reason = input.message.as_deref().unwrap_or_default();
                tracing::warn!(file = file.name, reason, "a file cannot be converted; trying once more");
            }
            InputStatus::Failed => {
                suspects.remove(&file.name);
                put_aside.push(spool.put_aside(file)?);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::chunk::Held;
    use super::super::{SequenceNumber, Shard, ShardRead, Strays, StreamRecord};
    use super::*;
    use lakebed_schema::{Column, LogicalType};

    #[test]
    fn a_file_is_put_aside_when_it_fails_twice_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(&folder.path().join("spool"), "events").unwrap();
        let shard = Shard { id: "s".into(), ..Shard::default() };
        let mut held = Held::default();
        let record = |sequence| StreamRecord {
            sequence: SequenceNumber::new(sequence).unwrap(),
            partition_key: "k".into(),
            data: "{\"n\":7}".into(),
            arrival_ms: 1_795_421_730_000,
        };
        let (mut suspects, mut put_aside) = (BTreeSet::new(), Vec::new());
        let table = Table::new("t", vec![Column::new("n", LogicalType::Int64)]);
        for (sequence, last) in [("7", InputStatus::Done), ("8", InputStatus::Failed)] {
            let records = vec![record(sequence)];
            held.add(&mut ShardRead { shard: shard.clone(), records }, Strays::Keep, usize::MAX);
            spool.write(&held.take()[0]).unwrap();
            let waiting = spool.waiting().unwrap();
            let inputs: Vec<PathBuf> = waiting.iter().map(|file| file.path.clone()).collect();
            let options =
                ConvertOptions { dry_run: true, ..ConvertOptions::new(inputs, folder.path().join("lake")) };
            let mut report = convert(&table, &options, &NoProgress).unwrap();
            report.inputs[0].status = InputStatus::Failed;
            sort_out(&spool, &report, &waiting, &mut suspects, &mut put_aside).unwrap();
            assert_eq!((spool.waiting().unwrap().len(), suspects.len(), put_aside.len()), (1, 1, 0));
            report.inputs[0].status = last;
            sort_out(&spool, &report, &waiting, &mut suspects, &mut put_aside).unwrap();
            assert_eq!((spool.waiting().unwrap().len(), suspects.len()), (0, 0));
        }
        let [aside] = &put_aside[..] else { panic!("{put_aside:?}") };
        assert!(aside.to_str().unwrap().ends_with(".failed") && aside.exists(), "{aside:?}");
    }
}

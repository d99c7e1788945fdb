//! Files of one partition decoded for somebody else to publish: compaction puts Parquet in the place of JSON.

use super::input::Input;
use super::run::{Outcome, Pass, reject_name, run};
use super::{ConvertOptions, MaxRejects, NoProgress, empty};
use crate::bounds::Bounds;
use crate::encode::FinishedFile;
use crate::error::{Error, ErrorKind};
use crate::journal::InputRecord;
use crate::plan::Plan;
use crate::report::{Counts, RejectGroup};
use crate::semantics::Semantics;
use lakebed_schema::Table;
use std::path::{Path, PathBuf};

/// What is decoded, and how.
pub(crate) struct Decoding<'a> {
    pub(crate) table: &'a Table,
    /// The partition, by its path below the table's folder; records of another one are refused.
    pub(crate) partition: &'a str,
    /// Name of the run.
    pub(crate) run: &'a str,
    /// Where files are written.
    pub(crate) folder: &'a Path,
    pub(crate) threads: usize,
    pub(crate) memory_bytes: usize,
    pub(crate) semantics: Semantics,
    pub(crate) max_rejects: Option<MaxRejects>,
}

/// What files became; nothing of it is published.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// Nothing when no record is one of the table.
    pub(crate) file: Option<FinishedFile>,
    /// Reject files under way, and where they go below the lake.
    pub(crate) rejects: Vec<(PathBuf, String)>,
    pub(crate) reasons: Vec<RejectGroup>,
    pub(crate) total: Counts,
    /// The record of each input, in their order.
    pub(crate) inputs: Vec<InputRecord>,
}

/// Why files are not decoded.
#[derive(Debug)]
pub(crate) enum Undecoded {
    /// A file cannot be read to its end, or too many records are refused.
    Refused(String),
    /// The run cannot go on.
    Failed(Error),
}

impl From<Error> for Undecoded {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Decodes all files, or none of them.
pub(crate) fn decode(decoding: &Decoding<'_>, inputs: &[Input]) -> Result<Decoded, Undecoded> {
    let table = decoding.table;
    let plan = Plan::compile_with(table, decoding.semantics)?;
    let bounds = Bounds::of_partition(decoding.partition);
    // The lake is not opened: nothing is published here.
    let mut options = ConvertOptions::new(Vec::<PathBuf>::new(), PathBuf::new());
    options.threads = decoding.threads.max(1);
    options.memory_bytes = decoding.memory_bytes;
    options.semantics = decoding.semantics;
    options.max_rejects = decoding.max_rejects;
    let (name, folder) = (decoding.run, Some(decoding.folder));
    // Reject files are added to; nothing of an earlier partition may be there.
    empty(folder);
    let outages = &super::outages::Outages::default();
    let (plan, options, bounds) = (&plan, &options, &bounds);
    let pass = Pass { table, plan, options, bounds, rules: None, folder, outages };
    let outcome = run(pass, &mut inputs.to_vec(), &NoProgress).map_err(|error| {
        empty(folder);
        refused(error)
    })?;
    let done = match outcome {
        Outcome::Done(done) => done,
        Outcome::InputsFailed(failed) => {
            empty(folder);
            let first = failed.into_iter().next().map(|(_, error)| with_cause(&error));
            return Err(Undecoded::Refused(first.unwrap_or_default()));
        }
    };
    let total = done.total();
    if let Some(max) = options.max_rejects.filter(|max| max.is_exceeded(&total)) {
        empty(folder);
        return Err(refused(max.error(&total, None, &done.rejects)));
    }
    done.sign(name).inspect_err(|_| empty(folder))?;
    let record = |(input, report): (&Input, &crate::report::InputReport)| InputRecord {
        hash: input.hash.clone(),
        read: report.counts.read,
        written: report.counts.written,
        rejected: report.counts.rejected,
        late: report.counts.late,
        early: report.counts.early,
        skipped: report.counts.skipped,
        bytes: Some(report.bytes),
        decoded_bytes: Some(report.decoded_bytes),
        format: Some(report.format.clone()),
        ..InputRecord::default()
    };
    let mut done = *done;
    if done.rows.partitions.len() > 1 {
        let message = format!("partition {} became more than one", decoding.partition);
        return Err(Error::new(ErrorKind::Internal, message).into());
    }
    let reject =
        |file: &super::rejects::FinishedRejects| (file.path.clone(), reject_name(table, &file.folder, name));
    Ok(Decoded {
        rejects: done.reject_files.iter().map(reject).collect(),
        inputs: inputs.iter().zip(&done.inputs).map(record).collect(),
        file: done.rows.partitions.pop().and_then(|partition| partition.file),
        reasons: done.rejects,
        total,
    })
}

/// Bad input leaves one partition as it is; everything else ends the run.
fn refused(error: Error) -> Undecoded {
    if matches!(error.kind(), ErrorKind::TooManyRejects | ErrorKind::Input) {
        Undecoded::Refused(with_cause(&error))
    } else {
        Undecoded::Failed(error)
    }
}

fn with_cause(error: &Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

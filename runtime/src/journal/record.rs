//! What the journal says of a run, as JSON. `FORMAT.md` beside this file is its description.

use super::holder::Holder;
use crate::error::{Error, ErrorKind};
use crate::store::{Content, Location};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The record of one run, from its intent on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this format.
    pub lakebed_run: u32,
    /// What kind of run it is; `convert` in records of version 1.
    #[serde(default)]
    pub kind: RunKind,
    /// How far it is; `done` in records of version 1.
    #[serde(default)]
    pub state: RunState,
    /// Name of the run.
    pub run: String,
    /// Table it wrote.
    pub table: String,
    /// The lease under which it was written; empty in records of version 1.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub attempt: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// When the run took the table: milliseconds since 1970, UTC, by its own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<i64>,
    /// When it was committed, or given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_ms: Option<i64>,
    /// Inputs by absolute path or address.
    pub inputs: BTreeMap<String, InputRecord>,
    /// Files, below the lake: Parquet and rejects.
    pub outputs: Vec<String>,
    /// What is known of the outputs, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, FileRecord>,
    /// Runs whose inputs this one stores again.
    pub replaces: Vec<String>,
    /// Files, below the lake, whose rows stand in the outputs now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// Files that an earlier attempt under this name may still put there and that are no outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strays: Vec<String>,
    /// What commands keep in the record beside this, by their names.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// Inputs were converted.
    #[default]
    Convert,
    /// Rows that were in memory were written.
    Batch,
    /// Error objects were converted again.
    Replay,
    /// Files were merged.
    Compact,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// An intent: its outputs may be there, and count for nothing.
    Publishing,
    /// Its outputs count. What it replaces or removes may still be there.
    Committed,
    /// Its outputs count, and nothing is left to do.
    #[default]
    Done,
    /// It was given up: what there may be of its outputs is to be removed.
    Aborted,
}

/// What is known of an output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Bytes.
    pub bytes: u64,
    /// Rows; of rejects, and where nobody counted, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

/// What is remembered of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// What it is known by: `xxh3-128-1m:…`, a hash of a local file's bytes, for which earlier versions wrote BLAKE3 in
    /// hexadecimal; `etag:…` on S3.
    pub hash: String,
    /// Of error objects on S3: the hash of the stored bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Records found.
    pub read: u64,
    /// Records stored.
    pub written: u64,
    /// Records refused.
    pub rejected: u64,
    /// Records before the accepted window of event time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub late: u64,
    /// Records after it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub early: u64,
    /// Records left out on request.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
    /// Bytes as stored; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Bytes after decompression; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded_bytes: Option<u64>,
    /// `json` or `xml`, and its compression; not in records of the first versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Of error objects: the runs whose rejects are among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects_of: Vec<String>,
}

impl InputRecord {
    /// Hash of the stored bytes, as far as it is known; else what stands for it.
    pub(crate) fn content(&self) -> &str {
        self.content.as_deref().unwrap_or(&self.hash)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Version of [`RunRecord`] that is written.
pub const RUN_VERSION: u32 = 2;

impl Default for RunRecord {
    /// A record of nothing, in today's version and to be published.
    fn default() -> Self {
        Self {
            lakebed_run: RUN_VERSION,
            kind: RunKind::default(),
            state: RunState::Publishing,
            run: String::new(),
            table: String::new(),
            attempt: String::new(),
            holder: None,
            started_ms: None,
            ended_ms: None,
            inputs: BTreeMap::new(),
            outputs: Vec::new(),
            files: BTreeMap::new(),
            replaces: Vec::new(),
            removes: Vec::new(),
            strays: Vec::new(),
            more: BTreeMap::new(),
        }
    }
}

/// What is read before the rest: a later version may have changed everything else.
#[derive(Deserialize)]
struct Versioned {
    lakebed_run: u32,
}

impl RunRecord {
    /// Whether its outputs count.
    pub fn is_committed(&self) -> bool {
        matches!(self.state, RunState::Committed | RunState::Done)
    }

    pub(super) fn read(content: &Content, at: &Location) -> Result<Self, Error> {
        let failed =
            |e| Error::new(ErrorKind::Output, format!("{at} is no run record of lakebed")).with_source(e);
        let Versioned { lakebed_run: version } = serde_json::from_slice(&content.bytes).map_err(failed)?;
        if version > RUN_VERSION {
            let message = format!(
                "{at} is a run record of version {version}; this lakebed reads up to {RUN_VERSION}: update lakebed"
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        serde_json::from_slice(&content.bytes).map_err(failed)
    }

    pub(super) fn write(&self) -> Result<Vec<u8>, Error> {
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| {
            let message = format!("the record of run {} cannot be written as JSON", self.run);
            Error::new(ErrorKind::Internal, message).with_source(e)
        })?;
        text.push(b'\n');
        Ok(text)
    }
}

/// Whether another of the runs has its inputs now, and was cut short before it could remove it.
pub(super) fn is_replaced(runs: &[RunRecord], name: &str) -> bool {
    // Of a run that is done nothing is left to remove; the name may stand for a later run by now.
    let pending = runs.iter().filter(|by| by.state == RunState::Committed && by.run != name);
    pending.flat_map(|by| &by.replaces).any(|run| run == name)
}

/// Files of committed runs whose rows no other run has taken over.
pub fn live_files(runs: &[RunRecord]) -> BTreeSet<&str> {
    let committed = || runs.iter().filter(|run| run.is_committed() && !is_replaced(runs, &run.run));
    let removed: BTreeSet<&str> = committed().flat_map(|run| &run.removes).map(String::as_str).collect();
    let outputs = committed().flat_map(|run| &run.outputs).map(String::as_str);
    outputs.filter(|output| !removed.contains(output)).collect()
}

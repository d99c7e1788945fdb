//! What the journal says of a run, as JSON.

use crate::error::{Error, ErrorKind};
use crate::store::{Content, Location};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The record of one run, as an intent and as a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Version of this format.
    pub lakebed_run: u32,
    /// What kind of run it is; `convert` in records of version 1.
    #[serde(default)]
    pub kind: RunKind,
    /// Name of the run.
    pub run: String,
    /// Table it wrote.
    pub table: String,
    /// Inputs by absolute path or address.
    pub inputs: BTreeMap<String, InputRecord>,
    /// Files, below the lake.
    pub outputs: Vec<String>,
    /// Runs whose inputs this one stores again.
    pub replaces: Vec<String>,
    /// Files, below the lake, whose rows stand in the outputs now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// What commands keep in the record beside this, by their names.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

impl Default for RunRecord {
    /// A record of nothing, in today's version.
    fn default() -> Self {
        Self {
            lakebed_run: RUN_VERSION,
            kind: RunKind::default(),
            run: String::new(),
            table: String::new(),
            inputs: BTreeMap::new(),
            outputs: Vec::new(),
            replaces: Vec::new(),
            removes: Vec::new(),
            more: BTreeMap::new(),
        }
    }
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

/// What is remembered of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// What it is known by: BLAKE3 of a local file's bytes, in hexadecimal; `etag:…` on S3.
    pub hash: String,
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
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Version of [`RunRecord`] that is written.
pub const RUN_VERSION: u32 = 2;

impl RunRecord {
    pub(super) fn read(content: &Content, at: &Location) -> Result<Self, Error> {
        let record: Self = serde_json::from_slice(&content.bytes).map_err(|e| {
            Error::new(ErrorKind::Output, format!("{at} is no run record of lakebed")).with_source(e)
        })?;
        if record.lakebed_run > RUN_VERSION {
            let message = format!(
                "{at} is a run record of version {}; this lakebed reads up to {RUN_VERSION}: update lakebed",
                record.lakebed_run
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        Ok(record)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        // Maps with text keys and plain members cannot fail.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }
}

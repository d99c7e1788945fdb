//! Records that the service refuses for good: a file in the shape of Firehose's error objects, which `replay` reads.

use super::report::Returned;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Its name in the folder of the spool.
pub(super) const FILE: &str = "undeliverable.ndjson";
/// The code of each line.
const CODE: &str = "Lakebed.Undeliverable";

/// Adds records, and returns how many bytes the file grew by.
pub(super) fn write<'a>(folder: &Path, records: impl Iterator<Item = &'a Returned>) -> io::Result<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    let lines: String = records.map(|record| line(record, now)).collect();
    let path = folder.join(FILE);
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(lines.as_bytes())?;
    file.sync_data()?;
    Ok(lines.len() as u64)
}

fn line(record: &Returned, now: u64) -> String {
    let line = json!({
        "attemptsMade": record.attempts,
        "arrivalTimestamp": now,
        "lastErrorCode": CODE,
        "lastErrorMessage": record.reason,
        "attemptEndingTimestamp": now,
        "partitionKey": record.entry.partition_key,
        "rawData": STANDARD.encode(&record.entry.data),
    });
    format!("{line}\n")
}

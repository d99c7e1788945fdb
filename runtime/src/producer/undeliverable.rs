//! Records that the service refuses for good: a file in the shape of Firehose's error objects, which `replay` reads.

use super::report::Returned;
use super::spool::sync_folder;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
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
    let path = folder.join(FILE);
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    let len = file.metadata()?.len();
    let mut lines = String::new();
    if len == 0 {
        sync_folder(folder)?;
    } else if !ends_a_line(&mut file)? {
        // The process before was killed while it wrote: its last line is broken, and this one must not be.
        lines.push('\n');
    }
    lines.extend(records.map(|record| line(record, now)));
    match file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()) {
        Ok(()) => Ok(lines.len() as u64),
        Err(error) => {
            // They are kept elsewhere.
            file.set_len(len)?;
            Err(error)
        }
    }
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
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

#[cfg(test)]
mod tests {
    use super::super::entry::Entry;
    use super::*;
    use std::fs;

    #[test]
    fn a_line_that_was_torn_does_not_spoil_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let record =
            Returned { entry: Entry::new("data"), attempts: 3, reason: "no".into(), is_undeliverable: true };
        let file = folder.path().join(FILE);
        let first = write(folder.path(), [&record].into_iter()).unwrap();
        let len = fs::metadata(&file).unwrap().len();
        assert_eq!(first, len);
        fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(len - 9).unwrap();
        assert_eq!(write(folder.path(), [&record, &record].into_iter()).unwrap(), 2 * len + 1);
        let text = fs::read_to_string(&file).unwrap();
        let whole = text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok());
        assert_eq!((whole.count(), text.lines().count()), (2, 3));
    }
}

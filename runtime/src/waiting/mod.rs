//! Files in which records wait on their way into a lake or stream: their names, and whose their folder is.

mod converted;

pub(crate) use converted::{Converted, convert_files};

use crate::error::{Error, ErrorKind};
use crate::store::{LocalStore, Store, StoreError, When};
use lakebed_schema::civil::Civil;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Whose records a folder holds.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    table: String,
    to: String,
}

const OWNER: &str = "owner.json";

/// Takes a folder in which records of a table wait on their way to a target, for this process alone, until the file is
/// closed. Makes it if need be, and gives its path without links.
pub(crate) fn take_folder(folder: &Path, table: &str, to: &str) -> Result<(PathBuf, File), Error> {
    let failed = |e| StoreError::of_io(folder, e).output();
    fs::create_dir_all(folder).map_err(failed)?;
    let folder = fs::canonicalize(folder).map_err(failed)?;
    let lock = take_lock(&folder)?;
    check_owner(&folder, &Owner { table: table.to_owned(), to: to.to_owned() })?;
    Ok((folder, lock))
}

fn take_lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let failed = |e| StoreError::of_io(path.as_path(), e).output();
    let file = File::options().create(true).write(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let message = format!("another process uses the spool folder {}", folder.display());
            Err(Error::new(ErrorKind::Locked, message)
                .with_hint("end that one, or give this one a folder of its own"))
        }
        Err(TryLockError::Error(e)) => Err(failed(e)),
    }
}

fn check_owner(folder: &Path, owner: &Owner) -> Result<(), Error> {
    let store = LocalStore::new(folder.to_owned());
    let Some(known) = store.read(OWNER).map_err(StoreError::output)? else {
        let bytes = serde_json::to_vec(owner).unwrap_or_default();
        return store.put(OWNER, &bytes, When::Always).map(drop).map_err(StoreError::output);
    };
    let place = folder.display();
    let found: Owner = serde_json::from_slice(&known.bytes).map_err(|e| {
        let message = format!("the spool folder {place} is no such folder: its `{OWNER}` cannot be read");
        Error::new(ErrorKind::Output, message).with_source(e)
    })?;
    if found == *owner {
        return Ok(());
    }
    let message = format!(
        "the spool folder {place} holds records of table `{}` for {}, not of table `{}` for {}",
        found.table, found.to, owner.table, owner.to
    );
    Err(Error::new(ErrorKind::Usage, message).with_hint("give this one a folder of its own"))
}

/// `NAME-1-2026-11-26-08-15-00-UUID`, as Firehose calls its objects: a conversion knows from it when the records arrived,
/// whatever becomes of the file's time. `name` must have no hyphen.
pub(crate) fn object_name(name: &str, arrival_ms: i64, uuid: [u8; 16], ending: &str) -> String {
    // `2026-11-26T08:15:00Z`, whatever the fraction.
    let time = Civil::from_seconds(arrival_ms.div_euclid(1000));
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    format!(
        "{name}-1-{:04}-{:02}-{:02}-{:02}-{:02}-{:02}-{text}{ending}",
        time.year, time.month, time.day, time.hour, time.minute, time.second
    )
}

/// The UUID in such a name.
pub(crate) fn hash_in(name: &str) -> Option<[u8; 16]> {
    let stem = name.split('.').next()?;
    let uuid = stem.get(stem.len().checked_sub(36)?..)?;
    let digits: Vec<u8> = uuid.bytes().filter(|byte| *byte != b'-').collect();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut hash = [0; 16];
    if digits.len() != 32 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.as_chunks::<2>().0) {
        let [high, low] = *pair;
        *byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    }
    Some(hash)
}

/// Milliseconds since 1970 in such a name.
pub(crate) fn arrival_in(name: &str) -> Option<i64> {
    let mut numbers = name.split_once("-1-")?.1.split('-').map_while(|part| part.parse::<i64>().ok());
    let mut next = || numbers.next();
    let small = |number: Option<i64>| u8::try_from(number?).ok();
    let time = Civil {
        year: next()?,
        month: small(next())?,
        day: small(next())?,
        hour: small(next())?,
        minute: small(next())?,
        second: small(next())?,
    };
    Some(time.to_seconds() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_421_730_000;

    #[test]
    fn names_tell_arrival_and_hash() {
        let hash = *b"0123456789abcdef";
        let name = object_name("ingest", NOON + 999, hash, ".zst");
        assert_eq!(name, "ingest-1-2026-11-23-08-15-30-30313233-3435-3637-3839-616263646566.zst");
        assert_eq!((hash_in(&name), arrival_in(&name)), (Some(hash), Some(NOON)));
        assert_eq!((hash_in("x"), arrival_in("ingest-1-x")), (None, None));
    }
}

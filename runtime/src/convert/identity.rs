//! Names that follow from content: inputs and runs are known by a hash, so the same work has the same name.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// BLAKE3 of a file's bytes, in hexadecimal.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    hash(File::open(path)?)
}

/// BLAKE3 of bytes, in hexadecimal.
pub(crate) fn hash(content: impl Read) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(content)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Name of a run: from the table's contract, its inputs in order, and the runs it replaces. It is part of every file the
/// run writes, so that a file of a committed run is never written again.
pub(crate) fn run_name<'a>(
    contract: &str,
    inputs: impl IntoIterator<Item = (&'a str, &'a str)>,
    replaces: &[String],
) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(contract.as_bytes());
    for (path, hash) in inputs {
        for part in [path, hash] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    for run in replaces {
        hasher.update(b"replaces");
        hasher.update(run.as_bytes());
    }
    let mut name = hasher.finalize().to_hex().to_string();
    name.truncate(16);
    name
}

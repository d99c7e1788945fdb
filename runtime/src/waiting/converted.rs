//! Files that wait, into a lake.

use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::report::{Counts, InputStatus};
use crate::store::Location;
use crate::store::StoreError;
use lakebed_schema::Table;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Files that are converted at once: a run holds the name of each.
const AT_ONCE: usize = 512;

/// What became of files.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    /// Those that are in the lake.
    pub(crate) done: Vec<PathBuf>,
    /// Those that nobody can read, and why.
    pub(crate) refused: Vec<(PathBuf, String)>,
    /// Records of those that were stored now.
    pub(crate) counts: Counts,
    /// Why the others are not in the lake.
    pub(crate) error: Option<Error>,
}

/// Converts files in their order. The journal knows what is in the lake already, so that the same files may be given
/// again.
pub(crate) fn convert_files(table: &Table, options: &ConvertOptions, files: &[PathBuf]) -> Converted {
    let mut converted = Converted::default();
    for some in files.chunks(AT_ONCE) {
        if let Err(error) = convert_some(table, options, some, &mut converted) {
            converted.error = Some(error);
            break;
        }
    }
    converted
}

fn convert_some(
    table: &Table,
    options: &ConvertOptions,
    files: &[PathBuf],
    converted: &mut Converted,
) -> Result<(), Error> {
    for (file, reason) in attempt(table, options, files, converted)? {
        // Out of file descriptors, a disk that does not answer: such trouble is ours and passes. What breaks off again
        // although each byte of the file can be read is damaged.
        read(file).map_err(|e| StoreError::of_io(file.as_path(), e).output().with_transient(true))?;
        let again = attempt(table, options, std::slice::from_ref(file), converted)?;
        let refused = again
            .into_iter()
            .map(|(file, again)| (file.clone(), if again.is_empty() { reason.clone() } else { again }));
        converted.refused.extend(refused);
    }
    Ok(())
}

/// Converts files, and gives those that could not be read, with what was said.
fn attempt<'a>(
    table: &Table,
    options: &ConvertOptions,
    files: &'a [PathBuf],
    converted: &mut Converted,
) -> Result<Vec<(&'a PathBuf, String)>, Error> {
    let inputs = files.iter().map(Location::from).collect();
    let options = ConvertOptions { inputs, ..options.clone() };
    let report = match convert(table, &options, &NoProgress) {
        Err(error) if error.kind() == ErrorKind::Input && !error.retryable() => {
            if let [file] = files {
                return Ok(vec![(file, error.full())]);
            }
            // One that cannot be looked at must not stop the others.
            let mut failed = Vec::new();
            for file in files {
                failed.extend(attempt(table, &options, std::slice::from_ref(file), converted)?);
            }
            return Ok(failed);
        }
        other => other?,
    };
    converted.counts.add(report.total);
    let mut failed = Vec::new();
    for (file, input) in files.iter().zip(report.inputs) {
        match input.status {
            InputStatus::Done | InputStatus::AlreadyInLake => converted.done.push(file.clone()),
            InputStatus::Failed => failed.push((file, input.message.unwrap_or_default())),
        }
    }
    Ok(failed)
}

/// Reads a file to its end.
fn read(file: &Path) -> io::Result<()> {
    io::copy(&mut File::open(file)?, &mut io::sink()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::{Column, LogicalType};
    use std::fs;

    #[test]
    fn what_this_machine_cannot_read_now_is_not_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        let table = Table::new("t", vec![Column::new("n", LogicalType::Int64)]);
        let options = ConvertOptions::new(Vec::<PathBuf>::new(), path("lake"));
        fs::write(path("a.json"), "{\"n\":1}").expect("a file");
        let packed = zstd::encode_all(&b"{\"n\":2}{\"n\":3}{\"n\":4}"[..], 1).expect("a document");
        fs::write(path("b.json.zst"), &packed[..packed.len() - 3]).expect("a file");
        // A folder can be opened and not be read, as a file on a broken disk.
        fs::create_dir(path("c.json")).expect("a folder");
        let files = [path("a.json"), path("b.json.zst")];
        let converted = convert_files(&table, &options, &files);
        assert!(converted.error.is_none(), "{:?}", converted.error);
        assert_eq!((converted.done.len(), converted.refused.len()), (1, 1), "the damaged one is refused");
        assert_eq!(converted.counts.written, 1);
        let converted = convert_files(&table, &options, &[path("c.json"), path("missing.json")]);
        assert_eq!(converted.refused, []);
        assert!(converted.error.is_some_and(|error| error.retryable()));
    }
}

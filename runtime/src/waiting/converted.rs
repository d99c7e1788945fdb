//! Files that wait, into a lake.

use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::error::{Error, ErrorKind};
use crate::report::{Counts, InputStatus};
use crate::store::Location;
use lakebed_schema::Table;
use std::path::PathBuf;

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
    let inputs = files.iter().map(Location::from).collect();
    let options = ConvertOptions { inputs, ..options.clone() };
    let report = match convert(table, &options, &NoProgress) {
        Err(error) if error.kind() == ErrorKind::Input && !error.retryable() => {
            if let [file] = files {
                // One that cannot be looked at must not stop the others.
                converted.refused.push((file.clone(), error.full()));
                return Ok(());
            }
            let alone = |file| convert_some(table, &options, std::slice::from_ref(file), converted);
            return files.iter().try_for_each(alone);
        }
        other => other?,
    };
    converted.counts.add(report.total);
    for (file, input) in files.iter().zip(report.inputs) {
        match input.status {
            InputStatus::Done | InputStatus::AlreadyInLake => converted.done.push(file.clone()),
            InputStatus::Failed => {
                converted.refused.push((file.clone(), input.message.unwrap_or_default()));
            }
        }
    }
    Ok(())
}

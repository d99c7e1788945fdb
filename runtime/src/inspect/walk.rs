//! Files below a folder, as readers of the table see them.

use crate::convert::cannot_read;
use crate::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// A file that readers would open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Folder below the root, `dt=2026-11-23/hour=00/`; empty for the root itself.
    pub(super) folder: String,
    /// Path below the root.
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// Files below a folder in the order of their paths, and how many more are hidden.
pub(super) fn walk(root: &Path) -> Result<(Vec<Found>, u64), Error> {
    let (mut files, mut hidden) = (Vec::new(), 0);
    visit(root, "", false, &mut files, &mut hidden)?;
    Ok((files, hidden))
}

fn visit(
    folder: &Path,
    below: &str,
    hide: bool,
    files: &mut Vec<Found>,
    hidden: &mut u64,
) -> Result<(), Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| cannot_read(folder, e))? {
        paths.push(entry.map_err(|e| cannot_read(folder, e))?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let hide = hide || name.starts_with(['.', '_']);
        // A link to nowhere is a file that cannot be read; its reader will say so.
        let metadata = fs::metadata(&path).ok();
        if metadata.as_ref().is_some_and(fs::Metadata::is_dir) {
            visit(&path, &format!("{below}{name}/"), hide, files, hidden)?;
        } else if hide {
            *hidden += 1;
        } else {
            let bytes = metadata.map_or(0, |metadata| metadata.len());
            files.push(Found { folder: below.to_owned(), name: format!("{below}{name}"), path, bytes });
        }
    }
    Ok(())
}

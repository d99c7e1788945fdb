//! The files that a source means.

use crate::error::CliError;
use crate::location::{self, Place};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of what was typed, each once; a folder means every file below it whose name does not start with `.` or
/// `_`, in order. Paths are as typed, and stand below `folder` when they are not absolute.
pub(crate) fn files(typed: &[OsString], folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for typed in typed {
        if typed == "-" {
            return Err(CliError::usage("standard input (`-`) cannot be one of several sources")
                .hint("write it to a file and name that"));
        }
        let path = location::path(typed, Place::Input)?;
        if folder.join(&path).is_dir() {
            walk(folder, &path, &mut files)?;
        } else {
            files.push(path);
        }
    }
    let mut known = BTreeSet::new();
    files.retain(|file| known.insert(folder.join(file)));
    Ok(files)
}

fn walk(root: &Path, path: &Path, files: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let cannot = |error: &io::Error| {
        CliError::failed("cannot read the source", path.display().to_string())
            .cause(error)
            .hint("check that the folder can be read")
    };
    let entries = fs::read_dir(root.join(path)).map_err(|error| cannot(&error))?;
    let names: Result<BTreeSet<OsString>, _> =
        entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
    for name in names.map_err(|error| cannot(&error))? {
        if name.to_string_lossy().starts_with(['.', '_']) {
            continue;
        }
        let below = path.join(&name);
        if root.join(&below).is_dir() {
            walk(root, &below, files)?;
        } else {
            files.push(below);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_its_files_and_each_counts_once() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("in/b/_errors")).expect("a folder");
        for name in ["in/z.json", "in/b/a.json", "in/b/_errors/e.json", "in/.hidden"] {
            fs::write(root.path().join(name), "{}").expect("a file");
        }
        let found = |typed: &[&str]| {
            let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
            files(&typed, root.path()).ok()
        };
        let expected = ["in/b/a.json", "in/z.json"].map(PathBuf::from).to_vec();
        assert_eq!(found(&["in", "in/z.json"]), Some(expected));
        assert_eq!(found(&["in", "-"]), None);
    }
}

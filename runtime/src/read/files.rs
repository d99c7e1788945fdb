//! The files of a table in path order, listed folder by folder.

use super::error::ReadError;
use std::fs;
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

/// Lists files; a folder is listed when it is reached.
#[derive(Debug)]
pub(super) struct Files {
    folders: Vec<IntoIter<PathBuf>>,
}

impl Files {
    /// One file, or all files below a folder.
    pub(super) fn below(path: PathBuf) -> Self {
        Self { folders: vec![vec![path].into_iter()] }
    }
}

impl Iterator for Files {
    type Item = Result<PathBuf, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(path) = self.folders.last_mut()?.next() else {
                self.folders.pop();
                continue;
            };
            if !path.is_dir() {
                return Some(Ok(path));
            }
            match list(&path) {
                Ok(entries) => self.folders.push(entries.into_iter()),
                Err(error) => return Some(Err(ReadError::caused(&path, "a readable folder", error))),
            }
        }
    }
}

fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !is_hidden(&entry.file_name().to_string_lossy()) {
            paths.push(entry.path());
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Whether readers of Hive tables pass a name over. A partition column may start with an underscore.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || (name.starts_with('_') && !name.contains('='))
}

//! The files of a table in path order, listed folder by folder.

use super::error::ReadError;
use crate::journal::compaction::{generations, live_generations, unread};
use crate::journal::read_journal;
use crate::store::LocalStore;
use std::collections::BTreeMap;
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

    /// The files that readers of a table in a lake see: those below its folder, and in place of what readers of
    /// partitions were switched from, what they were switched to.
    pub(super) fn of_table(lake: &Path, table: &str) -> Result<Self, ReadError> {
        let folder = lake.join(table);
        if !lake.join(generations(table)).is_dir() {
            return Ok(Self::below(folder));
        }
        let journal = read_journal(&LocalStore::new(lake.to_owned()), table);
        let (runs, _) =
            journal.map_err(|error| ReadError::caused(&folder, "a table with a readable journal", error))?;
        let live = live_generations(&runs, table);
        if live.is_empty() {
            return Ok(Self::below(folder));
        }
        let unread = unread(&runs);
        let is_read = |file: &PathBuf| {
            let key = file.strip_prefix(lake).ok().and_then(Path::to_str);
            key.is_none_or(|key| !unread.contains(key))
        };
        // In the order of their partitions, wherever their files are.
        let mut found: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        if folder.is_dir() {
            for file in Self::below(folder.clone()) {
                let file = file?;
                let own = file.parent().and_then(|own| own.strip_prefix(&folder).ok()).map(Path::to_owned);
                if is_read(&file) {
                    found.entry(own.unwrap_or_default()).or_default().push(file);
                }
            }
        }
        let own = format!("{table}/");
        for (partition, live) in live.into_iter().filter(|(_, live)| !live.starts_with(&own)) {
            let folder = lake.join(live);
            let listed = list(&folder).map_err(|e| ReadError::caused(&folder, "a readable folder", e))?;
            found
                .entry(partition.into())
                .or_default()
                .extend(listed.into_iter().filter(|path| path.is_file()));
        }
        let files: Vec<PathBuf> = found.into_values().flatten().collect();
        Ok(Self { folders: vec![files.into_iter()] })
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

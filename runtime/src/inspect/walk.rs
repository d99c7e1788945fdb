//! Files below a folder, as readers of the table see them.

use crate::error::Error;
use crate::store::{Meta, Store, StoreError};

/// A file that readers would open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) meta: Meta,
    /// Folder below the root, `dt=2026-11-23/hour=00/`; empty for the root itself.
    pub(super) folder: String,
    /// Path below the root.
    pub(super) name: String,
    pub(super) bytes: u64,
}

/// Files below `prefix` in the order of their paths, and how many more are hidden.
pub(super) fn walk(store: &dyn Store, prefix: &str) -> Result<(Vec<Found>, u64), Error> {
    let (mut files, mut hidden) = (Vec::new(), 0);
    let mut all = Vec::new();
    if store.root().as_path().is_some() {
        visit(store, prefix, &mut all).map_err(StoreError::input)?;
    } else {
        // One listing of all is cheaper than one for each folder. What ends in a slash is a folder that a console made.
        all = store.list(prefix).map_err(StoreError::input)?;
        all.retain(|meta| !meta.key.ends_with('/'));
    }
    for meta in all {
        let name = meta.key.strip_prefix(prefix).unwrap_or(&meta.key).to_owned();
        if name.split('/').any(|part| part.starts_with(['.', '_'])) {
            hidden += 1;
            continue;
        }
        let folder = name.rfind('/').and_then(|at| name.get(..=at)).unwrap_or_default().to_owned();
        files.push(Found { folder, name, bytes: meta.bytes, meta });
    }
    Ok((files, hidden))
}

fn visit(store: &dyn Store, folder: &str, files: &mut Vec<Meta>) -> Result<(), StoreError> {
    for name in store.names(folder)? {
        let key = format!("{folder}{name}");
        if name.ends_with('/') {
            visit(store, &key, files)?;
        } else {
            // A link to nowhere is a file that cannot be read; its reader will say so.
            let nothing = Meta { key: key.clone(), bytes: 0, modified: 0, version: Default::default() };
            files.push(store.head(&key)?.unwrap_or(nothing));
        }
    }
    Ok(())
}

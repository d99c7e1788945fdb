//! The files and objects that locations mean: themselves, all below a folder, all that a pattern matches.

use super::cannot_read;
use super::pattern::{Matched, Part, Pattern, is_hidden, is_pattern};
use crate::error::{Error, ErrorKind};
use crate::report::PassedOver;
use crate::store::{LocalStore, Location, Meta, Store, StoreError, Stores};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file or object to look at.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) location: Location,
    /// The same under one name, however it is written.
    pub(super) canonical: Location,
    pub(super) store: Arc<dyn Store>,
    pub(super) meta: Meta,
    /// Whether it was named, not found below a folder or by a pattern.
    pub(super) is_named: bool,
}

/// What locations mean, in their order, and what was passed over on the way.
#[derive(Debug, Default)]
pub(super) struct Finder {
    pub(super) found: Vec<Found>,
    pub(super) passed: PassedOver,
}

impl Finder {
    /// Adds what one location means.
    ///
    /// # Errors
    /// It is missing or cannot be read, holds no files, or is a pattern that nothing matches.
    pub(super) fn find(&mut self, location: &Location, stores: &Stores) -> Result<(), Error> {
        let before = (self.found.len(), self.passed.hidden);
        self.look(location, stores)?;
        if self.found.len() > before.0 {
            return Ok(());
        }
        let hidden = match self.passed.hidden - before.1 {
            0 => String::new(),
            hidden => format!("; {hidden} hidden ones, which start with `.` or `_`, are passed over"),
        };
        let message = match location {
            Location::Local(path) if path.is_dir() => {
                format!("the folder {location} holds no files to convert{hidden}")
            }
            Location::S3 { key, .. } if !is_pattern(key) => {
                format!("there is no object {location} and none below it to convert{hidden}")
            }
            Location::Local(_) | Location::S3 { .. } => format!(
                "nothing matches {location}{hidden}; `*` and `?` stay within one name, `**` stands for any number of \
                 folders"
            ),
        };
        Err(Error::new(ErrorKind::Input, message))
    }

    /// Adds what one location means, which may be nothing.
    ///
    /// # Errors
    /// It is missing or cannot be read.
    pub(super) fn look(&mut self, location: &Location, stores: &Stores) -> Result<(), Error> {
        match location {
            Location::Local(path) => self.find_files(path),
            Location::S3 { bucket, key } => {
                let root = Location::S3 { bucket: bucket.clone(), key: String::new() };
                let store = stores.open(&root).map_err(StoreError::input)?;
                self.find_objects(key, &store)
            }
        }
    }

    fn find_files(&mut self, path: &Path) -> Result<(), Error> {
        match fs::metadata(path) {
            // A file that is called like a pattern is meant itself.
            Ok(metadata) if metadata.is_dir() => self.walk(path),
            Ok(_) => self.add_file(path.to_owned(), true),
            Err(e) => match path.to_str().filter(|text| is_pattern(text)) {
                Some(text) if e.kind() == io::ErrorKind::NotFound => self.find_matching_files(text),
                _ => Err(cannot_read(path, e)),
            },
        }
    }

    fn find_matching_files(&mut self, text: &str) -> Result<(), Error> {
        let mut paths = BTreeSet::new();
        for pattern in read_pattern(text)? {
            let (names, parts) = pattern.split();
            let mut folder = PathBuf::new();
            for (index, name) in names.iter().enumerate() {
                // An absolute path begins with an empty name.
                folder.push(if index == 0 && name.is_empty() { "/" } else { name });
            }
            matching(&folder, parts, &mut paths)?;
        }
        for path in paths {
            if fs::metadata(&path).map_err(|e| cannot_read(&path, e))?.is_dir() {
                self.walk(&path)?;
            } else {
                self.add_file(path, false)?;
            }
        }
        Ok(())
    }

    /// A file of this machine: its store is the file itself, so that any name will do.
    fn add_file(&mut self, path: PathBuf, is_named: bool) -> Result<(), Error> {
        let store = LocalStore::new(path.clone());
        let meta = store.head("").map_err(StoreError::input)?;
        let meta = meta.ok_or_else(|| cannot_read(&path, io::ErrorKind::NotFound.into()))?;
        let location = Location::Local(path);
        let canonical = location.canonical();
        self.found.push(Found { location, canonical, store: Arc::new(store), meta, is_named });
        Ok(())
    }

    /// All files below a folder in the order of their names, but the hidden ones.
    fn walk(&mut self, folder: &Path) -> Result<(), Error> {
        for path in entries(folder)? {
            if is_hidden(&name(&path)) {
                self.passed.hidden += 1;
            } else if fs::metadata(&path).map_err(|e| cannot_read(&path, e))?.is_dir() {
                self.walk(&path)?;
            } else {
                self.add_file(path, false)?;
            }
        }
        Ok(())
    }

    /// The objects that a key means: the object itself, else all below it, else all that it matches as a pattern.
    fn find_objects(&mut self, key: &str, store: &Arc<dyn Store>) -> Result<(), Error> {
        let add = |meta: Meta, is_named| {
            let location = store.location(&meta.key);
            Found { canonical: location.clone(), location, store: Arc::clone(store), meta, is_named }
        };
        let names_object = !key.is_empty() && !key.ends_with('/');
        if names_object && let Some(meta) = store.head(key).map_err(StoreError::input)? {
            self.found.push(add(meta, true));
            return Ok(());
        }
        let patterns = if is_pattern(key) { read_pattern(key.trim_end_matches('/'))? } else { Vec::new() };
        let below = match key.trim_end_matches('/') {
            "" => String::new(),
            key => format!("{key}/"),
        };
        let mut hidden = BTreeSet::new();
        let mut metas = list_objects(store.as_ref(), &below)?;
        metas.retain(|meta| match below_shown(&meta.key, &below) {
            Ok(()) => true,
            Err(entry) => {
                hidden.insert(entry);
                false
            }
        });
        let mut seen = BTreeSet::new();
        if metas.is_empty() && hidden.is_empty() {
            for pattern in &patterns {
                let (names, rest) = pattern.split();
                // Braces may leave a name alone, which is then an object's, not a folder's.
                let folders = names.len() - usize::from(rest.is_empty() && !names.is_empty());
                let prefix: String = names.iter().take(folders).flat_map(|name| [*name, "/"]).collect();
                for meta in list_objects(store.as_ref(), &prefix)? {
                    let parts: Vec<&str> = meta.key.split('/').collect();
                    match pattern.matches(&parts) {
                        Matched::Yes if seen.insert(meta.key.clone()) => metas.push(meta),
                        Matched::Hidden(at) => {
                            hidden.insert(parts.iter().take(at + 1).copied().collect::<Vec<_>>().join("/"));
                        }
                        Matched::Yes | Matched::No => {}
                    }
                }
            }
            metas.sort_by(|a, b| a.key.cmp(&b.key));
        }
        self.passed.hidden += hidden.len() as u64;
        self.found.extend(metas.into_iter().map(|meta| add(meta, false)));
        Ok(())
    }
}

/// Objects below a prefix, without the empty ones that the console of S3 shows as folders.
fn list_objects(store: &dyn Store, prefix: &str) -> Result<Vec<Meta>, Error> {
    let mut metas = store.list(prefix).map_err(StoreError::input)?;
    let folders: BTreeSet<String> = metas
        .iter()
        .flat_map(|meta| meta.key.match_indices('/').filter_map(|(at, _)| meta.key.get(..at)))
        .map(str::to_owned)
        .collect();
    let is_marker = |meta: &Meta| {
        let key = meta.key.trim_end_matches('/');
        meta.bytes == 0 && (key != meta.key || key == prefix.trim_end_matches('/') || folders.contains(key))
    };
    metas.retain(|meta| !is_marker(meta));
    Ok(metas)
}

/// Whether no name below the prefix is hidden; else the key up to the first that is.
fn below_shown(key: &str, prefix: &str) -> Result<(), String> {
    let below = key.strip_prefix(prefix).unwrap_or(key);
    let names: Vec<&str> = below.split('/').collect();
    match names.iter().position(|name| is_hidden(name)) {
        None => Ok(()),
        Some(at) => Err(names.iter().take(at + 1).copied().collect::<Vec<_>>().join("/")),
    }
}

fn read_pattern(text: &str) -> Result<Vec<Pattern>, Error> {
    Pattern::read(text).map_err(|why| Error::new(ErrorKind::Usage, format!("{text}: {why}")))
}

/// Paths that the parts of a pattern match from a folder on; what is not there matches nothing.
fn matching(folder: &Path, parts: &[Part], paths: &mut BTreeSet<PathBuf>) -> Result<(), Error> {
    let Some((first, rest)) = parts.split_first() else {
        paths.insert(folder.to_owned());
        return Ok(());
    };
    match first {
        Part::Name(name) => {
            let path = folder.join(name);
            if path.try_exists().map_err(|e| cannot_read(&path, e))? {
                matching(&path, rest, paths)?;
            }
        }
        Part::Folders => {
            if !rest.is_empty() {
                matching(folder, rest, paths)?;
            }
            for path in listed(folder)? {
                if first.is_like(&name(&path)) {
                    if path.is_dir() {
                        matching(&path, parts, paths)?;
                    } else if rest.is_empty() {
                        paths.insert(path);
                    }
                }
            }
        }
        Part::Like(_) => {
            for path in listed(folder)? {
                if first.is_like(&name(&path)) && (rest.is_empty() || path.is_dir()) {
                    matching(&path, rest, paths)?;
                }
            }
        }
    }
    Ok(())
}

/// What is in a folder, and nothing where there is no folder.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let paths = if folder.is_dir() { entries(folder)? } else { Vec::new() };
    // What is found from the current folder on is written without it.
    Ok(match folder == Path::new(".") {
        true => {
            paths.into_iter().map(|path| path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)).collect()
        }
        false => paths,
    })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(|e| cannot_read(folder, e))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|e| cannot_read(folder, e))?.path());
    }
    paths.sort();
    Ok(paths)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

//! A folder of this machine. Writes go aside, are synced, and are renamed; then the folder is synced.

use super::{Content, Location, Meta, Put, Store, StoreError, Version, When};
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

/// A folder of this machine, and all below it. It is created by the first write.
#[derive(Debug)]
pub struct LocalStore {
    folder: PathBuf,
    root: Location,
}

impl LocalStore {
    /// The store in that folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { root: Location::Local(folder.clone()), folder }
    }

    fn path(&self, key: &str) -> PathBuf {
        if key.is_empty() { self.folder.clone() } else { self.folder.join(key) }
    }

    fn walk(&self, prefix: &str, files: &mut Vec<Meta>) -> Result<(), StoreError> {
        for name in self.names(prefix)? {
            let key = format!("{prefix}{name}");
            if name.ends_with('/') {
                self.walk(&key, files)?;
            } else if let Some(meta) = self.head(&key)? {
                files.push(meta);
            }
        }
        Ok(())
    }
}

impl Store for LocalStore {
    fn root(&self) -> &Location {
        &self.root
    }

    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        let path = self.path(key);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => Ok(None),
            Ok(metadata) => Ok(Some(meta(key, &metadata))),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(StoreError::of_io(path, e)),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        let mut files = Vec::new();
        self.walk(prefix, &mut files)?;
        // By folder is not by key: `a.b` comes before `a/b`.
        files.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(files)
    }

    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let folder = self.path(prefix.trim_end_matches('/'));
        let failed = |e| StoreError::of_io(folder.clone(), e);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(failed(e)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let mut name = entry.file_name().to_string_lossy().into_owned();
            // What a link leads to counts; one to nowhere is a file that cannot be read.
            if entry.path().is_dir() {
                name.push('/');
            }
            names.push(name);
        }
        names.sort();
        Ok(names)
    }

    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        let path = self.path(key);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Content { bytes, version: Version::default() })),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(StoreError::of_io(path, e)),
        }
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        let path = self.path(&meta.key);
        let open = || {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(start))?;
            Ok(file)
        };
        open().map(|file| Box::new(file) as _).map_err(|e| StoreError::of_io(path.clone(), e))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        let path = self.path(key);
        let failed = |e| StoreError::of_io(path.clone(), e);
        if let When::Unchanged(before) = &when {
            // Who writes locally holds the table's lock, so that nobody comes between.
            let now = self.read(key)?;
            if now.is_none_or(|now| now.bytes != before.bytes) {
                return Ok(Put::Refused);
            }
        }
        let aside = aside(&path);
        let write = || {
            fs::create_dir_all(parent(&path))?;
            let mut file = File::create(&aside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            if when == When::Absent {
                // A link refuses to replace what is there; a rename does not.
                fs::hard_link(&aside, &path)?;
                fs::remove_file(&aside)?;
            } else {
                fs::rename(&aside, &path)?;
            }
            sync_folder(parent(&path))
        };
        match write() {
            Ok(()) => Ok(Put::Done),
            Err(e) => {
                let _ = fs::remove_file(&aside);
                if when == When::Absent && e.kind() == io::ErrorKind::AlreadyExists {
                    return Ok(Put::Refused);
                }
                Err(failed(e))
            }
        }
    }

    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        let path = self.path(key);
        let folder = parent(&path);
        let moved = fs::create_dir_all(folder).and_then(|()| match fs::rename(file, &path) {
            Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
                copy_whole(file, &path)?;
                fs::remove_file(file)
            }
            other => other,
        });
        moved.and_then(|()| sync_folder(folder)).map_err(|e| StoreError::of_io(path.clone(), e))
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let (from, to) = (self.path(from), self.path(to));
        fs::create_dir_all(parent(&to))
            .and_then(|()| copy_whole(&from, &to))
            .and_then(|()| sync_folder(parent(&to)))
            .map_err(|e| StoreError::of_io(to.clone(), e))
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key);
        match fs::remove_file(&path) {
            Err(e) if !is_absent(&e) => Err(StoreError::of_io(path, e)),
            _ => Ok(()),
        }
    }

    fn has_conditions(&self) -> bool {
        true
    }
}

/// Writes aside of `to`, syncs, renames.
fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    let aside = aside(to);
    let copy = || {
        let mut target = File::create(&aside)?;
        io::copy(&mut File::open(from)?, &mut target)?;
        target.sync_all()?;
        fs::rename(&aside, to)
    };
    copy().inspect_err(|_| {
        let _ = fs::remove_file(&aside);
    })
}

/// A name beside `path` that no reader takes for data, and no other writer takes.
fn aside(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn is_absent(e: &io::Error) -> bool {
    matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn meta(key: &str, metadata: &Metadata) -> Meta {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Meta {
        key: key.to_owned(),
        bytes: metadata.len(),
        modified: modified.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(0)),
        version: Version::default(),
    }
}

//! A folder of this machine. Writes go aside, are synced, and are renamed; then the folder is synced.

use super::{Content, Location, Meta, Put, Store, StoreError, StoreErrorKind, Unfinished, Version, When};
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
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

    /// The path of a key, which cannot lead out of the folder.
    fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        if key.is_empty() {
            return Ok(self.folder.clone());
        }
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if Path::new(key).components().all(plain) && !key.contains('\0') {
            return Ok(self.folder.join(key));
        }
        let error = StoreError::new(StoreErrorKind::Unsupported, self.root.clone());
        Err(error.with_source(format!("the key `{}` leads out of the folder", key.escape_debug())))
    }

    fn walk(&self, prefix: &str, files: &mut Vec<Meta>) -> Result<(), StoreError> {
        for name in self.names(prefix)? {
            let key = format!("{prefix}{name}");
            if name.ends_with('/') {
                self.walk(&key, files)?;
            } else if let Some(meta) = self.head(&key)? {
                files.push(meta);
            } else {
                // One that went away meanwhile is fine; a link to nowhere is a file that cannot be read.
                let path = self.path(&key)?;
                if fs::symlink_metadata(&path).is_ok() {
                    return Err(StoreError::of_io(path, io::ErrorKind::NotFound.into()));
                }
            }
        }
        Ok(())
    }

    /// Unfinished writes directly below a folder, and in those below it.
    fn walk_unfinished(&self, prefix: &str, found: &mut Vec<Unfinished>) -> Result<(), StoreError> {
        for name in self.names(prefix)? {
            if name.ends_with('/') {
                self.walk_unfinished(&format!("{prefix}{name}"), found)?;
            } else if let Some(meant) = meant_for(&name)
                && let Some(meta) = self.head(&format!("{prefix}{name}"))?
            {
                found.push(Unfinished { key: format!("{prefix}{meant}"), id: name, begun: meta.modified });
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
        let path = self.path(key)?;
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
        let folder = self.path(prefix.trim_end_matches('/'))?;
        let failed = |e| StoreError::of_io(folder.clone(), e);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(failed(e)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let Ok(mut name) = entry.file_name().into_string() else {
                // A key is text; leaving the file out would lose it.
                let error = StoreError::new(StoreErrorKind::Unsupported, entry.path().into());
                return Err(error.with_source("its name is no UTF-8").with_hint("rename it"));
            };
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
        let path = self.path(key)?;
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(Content { bytes, version: Version::default() })),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(StoreError::of_io(path, e)),
        }
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        let path = self.path(&meta.key)?;
        let open = || {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(start))?;
            Ok(file)
        };
        open().map(|file| Box::new(file) as _).map_err(|e| StoreError::of_io(path.clone(), e))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        let path = self.path(key)?;
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
            create_folders(parent(&path))?;
            let mut file = File::create(&aside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            if when == When::Absent {
                put_new(&aside, &path)?;
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
        let path = self.path(key)?;
        let folder = parent(&path);
        let moved = create_folders(folder).and_then(|()| match fs::rename(file, &path) {
            Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
                copy_whole(file, &path)?;
                fs::remove_file(file)
            }
            other => other,
        });
        moved.and_then(|()| sync_folder(folder)).map_err(|e| StoreError::of_io(path.clone(), e))
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let (from, to) = (self.path(from)?, self.path(to)?);
        create_folders(parent(&to))
            .and_then(|()| copy_whole(&from, &to))
            .and_then(|()| sync_folder(parent(&to)))
            .map_err(|e| StoreError::of_io(to.clone(), e))
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key)?;
        match fs::remove_file(&path) {
            Err(e) if !is_absent(&e) => Err(StoreError::of_io(path, e)),
            _ => Ok(()),
        }
    }

    fn settle_removals(&self, keys: &[String]) -> Result<(), StoreError> {
        let mut folders = BTreeSet::new();
        for key in keys {
            folders.insert(parent(&self.path(key)?).to_owned());
        }
        for folder in folders {
            match sync_folder(&folder) {
                Err(e) if !is_absent(&e) => return Err(StoreError::of_io(folder, e)),
                _ => {}
            }
        }
        Ok(())
    }

    fn has_conditions(&self) -> bool {
        true
    }

    fn unfinished(&self, prefix: &str) -> Result<Vec<Unfinished>, StoreError> {
        let mut found = Vec::new();
        self.walk_unfinished(prefix, &mut found)?;
        found.sort();
        Ok(found)
    }

    fn abandon(&self, unfinished: &Unfinished) -> Result<(), StoreError> {
        let folder = unfinished.key.rsplit_once('/').map_or("", |(folder, _)| folder);
        let separator = if folder.is_empty() { "" } else { "/" };
        self.delete(&format!("{folder}{separator}{}", unfinished.id))
    }
}

/// Gives a written file its name, unless something has it already.
fn put_new(aside: &Path, path: &Path) -> io::Result<()> {
    // A link refuses to replace what is there; a rename does not.
    match fs::hard_link(aside, path) {
        Ok(()) => fs::remove_file(aside),
        Err(e) if matches!(e.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => {
            // No links on this file system. Who writes locally holds the table's lock, so that nobody comes between.
            if fs::symlink_metadata(path).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            fs::rename(aside, path)
        }
        Err(e) => Err(e),
    }
}

/// Creates a folder and those above it, each durable: its entry is synced in the folder above it.
pub(crate) fn create_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = parent(folder);
    if above != folder {
        create_folders(above)?;
    }
    match fs::create_dir(folder) {
        // Somebody else was faster, or it is a file: what is written into it tells.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
        Ok(()) => sync_folder(above),
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

/// The name that such a name was made from; nothing for any other.
fn meant_for(name: &str) -> Option<&str> {
    let (meant, number) = name.strip_prefix('.')?.strip_suffix(".tmp")?.rsplit_once('.')?;
    let (process, count) = number.split_once('-')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(process) && digits(count)).then_some(meant)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, LocalStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path().join("a/b/lake"));
        (folder, store)
    }

    #[test]
    fn no_key_leads_out_of_the_folder() {
        let (_folder, store) = store();
        for key in ["..", "../x", "a/../../x", "/etc/passwd", "./x", "a\0b"] {
            let error = store.put(key, b"x", When::Always).unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::Unsupported, "{key}");
            assert!(store.read(key).is_err() && store.delete(key).is_err() && store.head(key).is_err());
        }
        assert_eq!(store.put("a..b/..c", b"x", When::Always).unwrap(), Put::Done);
    }

    #[test]
    fn what_was_written_aside_is_found_and_removed() {
        let (_folder, store) = store();
        store.put("t/x.json", b"x", When::Always).unwrap();
        let left = store.folder.join("t/.y.json.17-4.tmp");
        fs::write(&left, b"half").unwrap();
        fs::write(store.folder.join("t/.hidden.tmp"), b"somebody's").unwrap();
        let found = store.unfinished("").unwrap();
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.key.as_str(), only.id.as_str()), ("t/y.json", ".y.json.17-4.tmp"));
        store.abandon(only).unwrap();
        store.abandon(only).unwrap();
        assert!(!left.exists() && store.unfinished("").unwrap().is_empty());
        assert_eq!(
            meant_for(&aside(Path::new("d/n.parquet")).file_name().unwrap().to_string_lossy()),
            Some("n.parquet")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nowhere_is_no_file_to_pass_over() {
        let (_folder, store) = store();
        store.put("t/x", b"x", When::Always).unwrap();
        std::os::unix::fs::symlink("nowhere", store.folder.join("t/y")).unwrap();
        let error = store.list("").unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::NotFound);
        assert!(error.at.to_string().ends_with("t/y"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_is_told() {
        use std::os::unix::ffi::OsStrExt;
        let (_folder, store) = store();
        store.put("t/x", b"x", When::Always).unwrap();
        fs::write(store.folder.join("t").join(std::ffi::OsStr::from_bytes(b"\xff")), b"x").unwrap();
        assert_eq!(store.names("t/").unwrap_err().kind, StoreErrorKind::Unsupported);
    }

    #[test]
    fn a_file_moves_in_and_replaces() {
        let (folder, store) = store();
        let file = folder.path().join("file");
        for content in ["one", "two"] {
            fs::write(&file, content).unwrap();
            store.publish(&file, "t/x").unwrap();
            assert_eq!(store.read("t/x").unwrap().unwrap().bytes, content.as_bytes());
            assert!(!file.exists());
        }
        assert_eq!(store.names("t/").unwrap(), ["x"]);
    }
}

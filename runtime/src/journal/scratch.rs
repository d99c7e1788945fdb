//! A folder of this machine for files under way: in the lake when that is a folder, so that publishing is a rename.

use super::{Access, folder};
use crate::error::{Error, ErrorKind};
use crate::store::{Store, StoreError};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

/// A folder for files under way; what is left in it goes with it.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    /// What shows others that the folder is in use, where the lake's lease does not: the file and its path.
    lock: Option<(File, PathBuf)>,
}

/// Folders beside each other for the same table: another is used when one is held by a run that was paused for longer
/// than its lease, or belongs to somebody else.
const BESIDE: usize = 64;

impl Scratch {
    /// An empty folder for a table of that lake. What runs that have ended left for the same table is removed.
    pub(crate) fn open(lake: &dyn Store, table: &str, access: &Access) -> Result<Self, Error> {
        if let Some(path) = lake.root().as_path() {
            let path = path.join(folder(table)).join("tmp");
            let failed = |e| StoreError::of_io(path.as_path(), e).output();
            remove(&path).map_err(failed)?;
            fs::create_dir_all(&path).map_err(failed)?;
            return Ok(Self { path, lock: None });
        }
        let Some(above) = &access.scratch else {
            let message = format!(
                "the lake {} needs a folder of this machine for files under way: give `Access::scratch`",
                lake.root()
            );
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let failed = |e| StoreError::of_io(above.as_path(), e).output();
        fs::create_dir_all(above).map_err(failed)?;
        let base = above.join(base_name(lake, table));
        let mut ours = None;
        let mut last = io::Error::from(io::ErrorKind::WouldBlock);
        for number in 0..BESIDE {
            let path = base.with_extension(number.to_string());
            // Past ours, only what is there is looked at.
            if ours.is_some() && !path.exists() && !lock_path(&path).exists() {
                break;
            }
            match take(&path) {
                Ok(Some(scratch)) if ours.is_none() => ours = Some(scratch),
                // Left by a run that has ended: dropping it removes it.
                Ok(Some(left)) => drop(left),
                Ok(None) => {}
                Err(error) => last = error,
            }
        }
        ours.ok_or_else(|| failed(last))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some((_, lock)) = &self.lock {
            let _ = fs::remove_dir_all(&self.path);
            let _ = fs::remove_file(lock);
        }
    }
}

/// Name of the folders of a table of that lake, without their numbers.
fn base_name(lake: &dyn Store, table: &str) -> String {
    let mut hash =
        blake3::hash(format!("{}\n{table}", lake.root().absolute()).as_bytes()).to_hex().to_string();
    hash.truncate(16);
    format!("lakebed-{hash}")
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    path.with_file_name(name)
}

/// Takes the folder, emptied; nothing when it is in use.
fn take(path: &Path) -> io::Result<Option<Scratch>> {
    let lock_path = lock_path(path);
    let lock = File::options().create(true).write(true).truncate(false).open(&lock_path)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(None),
        Err(fs::TryLockError::Error(e)) => return Err(e),
    }
    if !is_at(&lock, &lock_path) {
        // Its run ended, and removed the file between our opening and our locking it.
        return Ok(None);
    }
    let scratch = Scratch { path: path.to_owned(), lock: Some((lock, lock_path)) };
    remove(path)?;
    let mut builder = DirBuilder::new();
    // The place may be one that everybody can write: what is under way is for the user alone. `create` fails when
    // anything is there, so that nobody else's folder is used.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    Ok(Some(scratch))
}

/// Whether the open file is still the one at that path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        Ok(()) | Err(_) => Ok(()),
    }
}

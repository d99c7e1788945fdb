//! A folder of this machine for files under way: in the lake when that is a folder, so that publishing is a rename.

use super::folder;
use crate::error::Error;
use crate::store::{Store, StoreError};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder for files under way; what is left in it goes with it.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    /// Whether the folder itself is ours to remove.
    temporary: bool,
}

impl Scratch {
    /// An empty folder for a table of that lake.
    pub(crate) fn open(lake: &dyn Store, table: &str) -> Result<Self, Error> {
        let (path, temporary) = match lake.root().as_path() {
            Some(path) => (path.join(folder(table)).join("tmp"), false),
            None => {
                let name = format!("lakebed-{}-{table}", std::process::id());
                (std::env::temp_dir().join(name), true)
            }
        };
        let failed = |e| StoreError::of_io(path.as_path(), e).output();
        match fs::remove_dir_all(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(e)),
            _ => {}
        }
        fs::create_dir_all(&path).map_err(failed)?;
        Ok(Self { path, temporary })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.temporary {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

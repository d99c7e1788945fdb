//! What is asked of the disk, so that a test can have it fail.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// A disk with files.
pub(super) trait Device: Send {
    /// Appends to a file, durably.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;

    /// Cuts a file to so many bytes, durably.
    fn cut(&self, file: &File, bytes: u64) -> io::Result<()>;

    /// Makes durable what files a folder has.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
}

/// The disk of this machine.
pub(super) struct System;

impl Device for System {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)?;
        file.sync_data()
    }

    fn cut(&self, file: &File, bytes: u64) -> io::Result<()> {
        file.set_len(bytes)?;
        file.sync_all()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
pub(super) use failing::Failing;

#[cfg(test)]
mod failing {
    use super::{Device, File, Path, System, Write, io};
    use std::sync::{Arc, Mutex};

    /// The disk of this machine, of which some calls fail: `sync` (after the bytes were written), `cut`, `sync_folder`.
    #[derive(Clone, Default)]
    pub(in super::super) struct Failing(Arc<Mutex<Vec<&'static str>>>);

    impl Failing {
        pub(in super::super) fn set(&self, calls: &[&'static str]) {
            *self.0.lock().expect("a lock") = calls.to_vec();
        }

        fn check(&self, call: &str) -> io::Result<()> {
            if self.0.lock().expect("a lock").contains(&call) {
                return Err(io::Error::other("the disk fails"));
            }
            Ok(())
        }
    }

    impl Device for Failing {
        fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
            file.write_all(bytes)?;
            self.check("sync")?;
            file.sync_data()
        }

        fn cut(&self, file: &File, bytes: u64) -> io::Result<()> {
            self.check("cut")?;
            System.cut(file, bytes)
        }

        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            self.check("sync_folder")?;
            System.sync_folder(folder)
        }
    }
}

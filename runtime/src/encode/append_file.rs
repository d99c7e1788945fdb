//! A file that is opened only while bytes go out, so that any number of partitions can be under way.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Bytes held back before the file is opened.
const HELD: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct AppendFile {
    path: PathBuf,
    held: Vec<u8>,
}

impl AppendFile {
    /// Creates the file, empty.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        File::create(path)?;
        Ok(Self { path: path.to_owned(), held: Vec::new() })
    }

    /// Writes what is held back and makes the file durable.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.append()?.sync_all()
    }

    fn append(&mut self) -> io::Result<File> {
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        file.write_all(&self.held)?;
        self.held.clear();
        Ok(file)
    }
}

impl Write for AppendFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD {
            self.append()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.held.is_empty() {
            self.append()?;
        }
        self.held.shrink_to_fit();
        Ok(())
    }
}

//! A file that is open only while bytes go out or are made durable, so that many partitions can be under way.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

/// Bytes held back before the file is opened.
const HELD: usize = 64 << 10;
/// Bytes from which on a file is made durable beside the work that goes on: what is left at its end is then little.
const SYNC: usize = 8 << 20;

#[derive(Debug)]
pub(super) struct AppendFile {
    path: PathBuf,
    held: Vec<u8>,
    /// Bytes that went out since the file was made durable last.
    loose: usize,
    /// What makes those before them durable.
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl AppendFile {
    /// Creates the file, empty.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        File::create(path)?;
        Ok(Self { path: path.to_owned(), held: Vec::new(), loose: 0, syncing: None })
    }

    /// Writes what is held back and makes the file durable.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        let file = self.append()?;
        self.wait()?;
        file.sync_all()
    }

    fn append(&mut self) -> io::Result<File> {
        let mut file = OpenOptions::new().append(true).open(&self.path)?;
        file.write_all(&self.held)?;
        self.loose += self.held.len();
        self.held.clear();
        Ok(file)
    }

    /// Waits until what went out before is durable. A fault of a disk is told once, to the one who asks first: here.
    fn wait(&mut self) -> io::Result<()> {
        match self.syncing.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(synced)) => synced,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
        }
    }

    /// Makes what went out durable beside the work, when it is much.
    fn begin_sync(&mut self, file: File) -> io::Result<()> {
        if self.loose >= SYNC && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            self.wait()?;
            // Where no thread can be had, the end of the file makes all of it durable.
            if let Ok(syncing) = thread::Builder::new().spawn(move || file.sync_data()) {
                self.loose = 0;
                self.syncing = Some(syncing);
            }
        }
        Ok(())
    }
}

impl Write for AppendFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= HELD {
            let file = self.append()?;
            self.begin_sync(file)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.held.is_empty() {
            let file = self.append()?;
            self.begin_sync(file)?;
        }
        self.held.shrink_to_fit();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_file_is_whole_once_it_is_durable() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("below/0.parquet.tmp");
        let mut file = AppendFile::create(&path)?;
        let part: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 253) as u8).collect();
        let mut began = false;
        for _ in 0..7 {
            file.write_all(&part)?;
            file.flush()?;
            began |= file.syncing.is_some();
        }
        assert!(began);
        file.write_all(b"end")?;
        file.sync()?;
        let mut expected = part.repeat(7);
        expected.extend_from_slice(b"end");
        assert!(std::fs::read(&path)? == expected);
        Ok(())
    }

    #[test]
    fn a_fault_while_it_was_made_durable_is_told_at_its_end() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let mut file = AppendFile::create(&folder.path().join("0.parquet.tmp"))?;
        file.syncing = Some(thread::spawn(|| Err(io::Error::from(io::ErrorKind::StorageFull))));
        assert_eq!(file.sync().map_err(|e| e.kind()), Err(io::ErrorKind::StorageFull));
        Ok(())
    }

    #[test]
    fn a_file_that_is_gone_is_an_error() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("0.parquet.tmp");
        let mut file = AppendFile::create(&path)?;
        std::fs::remove_file(&path)?;
        file.write_all(b"x")?;
        assert_eq!(file.sync().map_err(|e| e.kind()), Err(io::ErrorKind::NotFound));
        Ok(())
    }
}

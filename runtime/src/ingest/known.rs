//! Documents that were seen before, by the hashes of their bytes.

use std::collections::{HashSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Hash of a document's bytes.
pub(super) type DocumentHash = [u8; 16];

/// Documents that are remembered: two years of minutes.
const MOST: usize = 1 << 20;

/// A file of hashes, the oldest first, that only grows; when it is opened, what is too old is left out.
#[derive(Debug)]
pub(super) struct Known {
    file: File,
    set: HashSet<DocumentHash>,
    order: VecDeque<DocumentHash>,
    most: usize,
}

impl Known {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::open_with(path, MOST)
    }

    fn open_with(path: &Path, most: usize) -> io::Result<Self> {
        let bytes = match fs::read(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        // Whoever was killed while writing has left a part of a hash.
        let (all, torn) = bytes.as_chunks::<16>();
        let old = all.len().saturating_sub(most);
        let order: VecDeque<DocumentHash> = all.iter().skip(old).copied().collect();
        if old > 0 || !torn.is_empty() {
            let aside = aside(path);
            let mut file = File::create(&aside)?;
            file.write_all(order.iter().copied().collect::<Vec<_>>().as_flattened())?;
            file.sync_all()?;
            fs::rename(&aside, path)?;
        }
        let file = File::options().create(true).append(true).open(path)?;
        let set = order.iter().copied().collect();
        Ok(Self { file, set, order, most })
    }

    pub(super) fn contains(&self, hash: &DocumentHash) -> bool {
        self.set.contains(hash)
    }

    /// Remembers a document, durably.
    pub(super) fn add(&mut self, hash: DocumentHash) -> io::Result<()> {
        if !self.set.insert(hash) {
            return Ok(());
        }
        self.order.push_back(hash);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.set.remove(&oldest);
        }
        self.file.write_all(&hash)?;
        self.file.sync_data()
    }
}

fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.tmp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_outlive_the_process_and_a_torn_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("documents");
        let hash = |n: u8| [n; 16];
        let mut known = Known::open_with(&path, 3).expect("a file");
        for n in [1, 2, 2, 3] {
            known.add(hash(n)).expect("a hash");
        }
        assert_eq!(fs::metadata(&path).expect("a file").len(), 48);
        let mut file = File::options().append(true).open(&path).expect("a file");
        file.write_all(&[4; 7]).expect("a part of a hash");
        let mut known = Known::open_with(&path, 3).expect("a file");
        assert!(known.contains(&hash(1)) && !known.contains(&hash(4)));
        known.add(hash(5)).expect("a hash");
        assert!(known.contains(&hash(5)) && !known.contains(&hash(1)));
        let known = Known::open_with(&path, 2).expect("a file");
        assert!(known.contains(&hash(3)) && known.contains(&hash(5)) && !known.contains(&hash(2)));
        assert_eq!(fs::metadata(&path).expect("a file").len(), 32);
    }
}

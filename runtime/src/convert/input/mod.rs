//! What a run reads: files and objects found, told by content, known by a hash.

mod arrival;
mod chunk;
mod find;
mod pattern;
mod tell;
mod trouble;

#[cfg(feature = "service")]
pub(crate) use chunk::ChunkName;
pub(crate) use trouble::{of_store, trouble};

use super::content;
use crate::error::{Error, ErrorKind};
use crate::framing::{Framing, Plain, Stored, Unwrapped};
use crate::journal::parallel;
use crate::report::{Arrival, ArrivalSource, PassedOver};
use crate::store::{Location, Meta, Store, StoreError, Stores};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// One input file.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// As it was named or found.
    pub(crate) location: Location,
    /// The same under one name, however it is written.
    pub(crate) canonical: Location,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) meta: Meta,
    /// Bytes as stored.
    pub(crate) bytes: u64,
    /// What the text is wrapped in, outermost first: Firehose compresses records that may be compressed already.
    pub(crate) wrapping: Vec<&'static Framing>,
    pub(crate) format: Format,
    /// Whether the decoded text starts with `[`, so that it cannot be cut.
    pub(crate) array: bool,
    /// Seconds since 1970 at which the input arrived.
    pub(crate) arrival: i64,
    /// How that is known.
    pub(crate) arrival_source: ArrivalSource,
    /// Of a file of this machine: when it was last modified before it was looked at.
    pub(crate) modified: Option<SystemTime>,
    /// What the input is known by: hash of the stored bytes, or ETag and size. Empty as long as the bytes of a file
    /// were not read.
    pub(crate) hash: String,
    /// Hash of the stored bytes, where it was asked for and `hash` is none.
    pub(crate) content: Option<String>,
    /// BLAKE3 of the stored bytes, where it was asked for: what journals of earlier versions know files by.
    pub(crate) blake3: Option<String>,
    /// Whether the file holds what came through a stream, so that its path says nothing.
    pub(crate) is_stream: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

/// Objects of S3 that are looked at the same time: each takes a request or two.
const OBJECTS_AT_ONCE: usize = 16;
/// Files of this machine that are looked at or hashed at the same time.
const FILES_AT_ONCE: usize = 4;

impl Input {
    /// How people call it: the path, the address, or `stdin`.
    pub(crate) fn name(&self) -> String {
        if self.is_stream { "stdin".to_owned() } else { self.location.to_string() }
    }

    /// What the journal knows it by: the absolute path without `..` and links, the address, or `stdin:` and the hash of
    /// what came.
    pub(crate) fn key(&self) -> String {
        if self.is_stream { format!("stdin:{}", self.hash) } else { self.canonical.to_string() }
    }

    /// What a journal may know it by: its key, and the absolute path as it is written, by which earlier versions of
    /// lakebed have known it.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys = vec![self.key()];
        if !self.is_stream {
            keys.push(self.location.absolute().to_string());
        } else if let Some(blake3) = &self.blake3 {
            keys.push(format!("stdin:{blake3}"));
        }
        keys.dedup();
        keys
    }

    /// When it arrived, and how that is known.
    pub(crate) fn arrival(&self) -> Arrival {
        Arrival { time: Some(self.arrival), source: self.arrival_source }
    }

    /// Says that the file holds what came through a stream: its content is all that it is known by, and whoever received
    /// it wrote the file when it came.
    pub(crate) fn set_stream(&mut self) {
        self.is_stream = true;
        self.arrival = self.meta.modified;
        self.arrival_source = ArrivalSource::Clock;
    }

    /// `json`, `xml`, `json+gzip`, `xml+zip`; what cannot be read has its own name, such as `parquet`.
    pub(crate) fn describe(&self) -> String {
        let mut name = String::new();
        if self.wrapping.last().is_none_or(|framing| framing.is_readable) {
            name.push_str(match self.format {
                Format::Json => "json",
                Format::Xml => "xml",
            });
        }
        for framing in self.wrapping.iter().rev() {
            if !name.is_empty() {
                name.push('+');
            }
            name.push_str(framing.name);
        }
        name
    }

    /// Hash of the stored bytes, as far as it is known; else what stands for it.
    pub(crate) fn content(&self) -> &str {
        self.content.as_deref().unwrap_or(&self.hash)
    }

    /// Hash of the stored bytes, from one pass over them.
    pub(crate) fn hash_content(&self) -> Result<String, Error> {
        self.open_stored(0).and_then(content::hash).map_err(|e| self.unreadable(e))
    }

    /// BLAKE3 of the stored bytes, from one pass over them.
    pub(crate) fn hash_with_blake3(&self) -> Result<String, Error> {
        let mut hasher = blake3::Hasher::new();
        let read = self.open_stored(0).and_then(|stored| hasher.update_reader(stored).map(drop));
        read.map_err(|e| self.unreadable(e))?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Reads what the input is known by, unless that is there already.
    pub(crate) fn know(&mut self) -> Result<(), Error> {
        if self.hash.is_empty() {
            self.hash = self.hash_content()?;
        }
        Ok(())
    }

    /// Whether it holds what was recorded, as this version records it or an earlier one. The bytes of a file are read
    /// for that, those of an object are not.
    pub(crate) fn is_known_as(&mut self, recorded: &str) -> Result<bool, Error> {
        if !content::is_blake3(recorded) || self.hash == recorded {
            self.know()?;
            return Ok(self.hash == recorded);
        }
        if self.location.as_path().is_none() {
            return Ok(false);
        }
        if self.blake3.is_none() {
            self.blake3 = Some(self.hash_with_blake3()?);
        }
        Ok(self.blake3.as_deref() == Some(recorded))
    }

    /// Whether it holds what one of those has held. A file is read for that only when there are some.
    pub(crate) fn is_one_of(&mut self, hashes: &Hashes) -> Result<bool, Error> {
        if hashes.all.is_empty() {
            return Ok(false);
        }
        self.know()?;
        if !hashes.all.contains(&self.hash) && hashes.with_blake3 && self.location.as_path().is_some() {
            return Ok(hashes.all.contains(&self.hash_with_blake3()?));
        }
        Ok(hashes.all.contains(&self.hash))
    }

    fn unreadable(&self, e: io::Error) -> Error {
        StoreError::of_io(self.location.clone(), e).input()
    }

    /// Whether the decoded bytes are the stored bytes, so that any part can be read on its own.
    pub(crate) fn is_seekable(&self) -> bool {
        self.wrapping.is_empty()
    }

    /// The decoded bytes from the start.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Unwrapped>> {
        self.unwrap(self.store.open(&self.meta, 0)?)
    }

    /// The stored bytes from `start` on.
    pub(crate) fn open_stored(&self, start: u64) -> io::Result<Plain> {
        Ok(Plain(self.store.open(&self.meta, start)?))
    }

    /// The stored bytes from `start` on. Beyond `end` nothing is read ahead, and nothing may come.
    pub(crate) fn open_stretch(&self, start: u64, end: u64) -> io::Result<Plain> {
        let meta = Meta { bytes: end.min(self.meta.bytes), ..self.meta.clone() };
        Ok(Plain(self.store.open(&meta, start)?))
    }

    /// Whether the file is the one that was looked at, by its size and time. Objects of S3 say so themselves when they are
    /// read.
    pub(crate) fn is_as_hashed(&self) -> bool {
        let (Some(modified), Some(path)) = (self.modified, self.location.as_path()) else { return true };
        std::fs::metadata(path)
            .is_ok_and(|now| now.len() == self.bytes && now.modified().ok() == Some(modified))
    }

    /// Stored bytes with their wrapping taken off.
    pub(crate) fn unwrap(&self, stored: Box<dyn Read + Send>) -> io::Result<Box<dyn Unwrapped>> {
        let stored: Box<dyn Unwrapped> = Box::new(Plain(stored));
        self.wrapping.iter().try_fold(stored, |reader, framing| (framing.open)(Stored::new(reader)))
    }
}

/// What inputs of earlier runs are known by.
#[derive(Debug, Default)]
pub(crate) struct Hashes {
    all: BTreeSet<String>,
    /// Whether earlier versions have recorded some of them.
    with_blake3: bool,
}

impl Hashes {
    pub(crate) fn add(&mut self, hash: String) {
        self.with_blake3 |= content::is_blake3(&hash);
        self.all.insert(hash);
    }
}

/// The inputs of a run, and what was passed over on the way to them.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) list: Vec<Input>,
    pub(crate) passed_over: PassedOver,
}

impl IntoIterator for Inputs {
    type Item = Input;
    type IntoIter = std::vec::IntoIter<Input>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// Finds the files and objects of all inputs: those that were named, all below folders and prefixes, and what patterns
/// match, each in order of their names. Hidden ones (`.` or `_` in front), the marker files of other tools and what
/// lakebed keeps in a lake, are passed over unless they are named; so are files of tables, which are Parquet already.
///
/// # Errors
/// A location that is missing or cannot be read, a folder without files, a pattern that nothing matches.
pub(crate) fn find_inputs(locations: &[Location], stores: &Stores) -> Result<Inputs, Error> {
    let mut finder = find::Finder::default();
    for location in locations {
        finder.find(location, stores)?;
    }
    let find::Finder { mut found, passed: mut passed_over } = finder;
    // One file under two spellings is still one input; its records must not be stored twice.
    let mut known = BTreeSet::new();
    found.retain(|found| known.insert(found.canonical.clone()));
    let far = found.iter().any(|found| found.location.as_path().is_none());
    let at_once = if far { OBJECTS_AT_ONCE } else { FILES_AT_ONCE };
    let list = tell::tell_all(&found, at_once, &mut passed_over)?;
    if list.is_empty() && passed_over.table_files > 0 {
        let message = format!(
            "there is nothing to convert: all {} files below the inputs are Parquet or ORC, files of some table",
            passed_over.table_files
        );
        return Err(Error::new(ErrorKind::Input, message));
    }
    Ok(Inputs { list, passed_over })
}

/// Tells files of a lake, in their order, and what they are known by. Those that are Parquet or ORC already are counted and left out.
///
/// # Errors
/// That of the first that cannot be read.
pub(crate) fn tell_files(lake: &Arc<dyn Store>, files: &[Meta]) -> Result<Inputs, Error> {
    let found = |meta: &Meta| find::Found {
        location: lake.location(&meta.key),
        canonical: lake.location(&meta.key).canonical(),
        store: Arc::clone(lake),
        meta: meta.clone(),
        is_named: false,
    };
    let found: Vec<find::Found> = files.iter().map(found).collect();
    let mut passed_over = PassedOver::default();
    let at_once = if lake.root().as_path().is_none() { OBJECTS_AT_ONCE } else { FILES_AT_ONCE };
    let mut list = tell::tell_all(&found, at_once, &mut passed_over)?;
    know(&mut list, |_| true)?;
    Ok(Inputs { list, passed_over })
}

/// Reads what inputs are known by, as far as that is not there already: those that are asked for.
///
/// # Errors
/// That of the first that cannot be read.
pub(crate) fn know(inputs: &mut [Input], asked: impl Fn(&Input) -> bool) -> Result<(), Error> {
    let unknown: Vec<&mut Input> =
        inputs.iter_mut().filter(|input| input.hash.is_empty() && asked(input)).collect();
    let hashes = parallel::each(&unknown, FILES_AT_ONCE, |input| input.hash_content())?;
    for (input, hash) in unknown.into_iter().zip(hashes) {
        input.hash = hash;
    }
    Ok(())
}

pub(crate) fn cannot_read(path: &Path, e: io::Error) -> Error {
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "the operating system has many kinds of error, and adds more"
    )]
    let what = match e.kind() {
        io::ErrorKind::NotFound => "there is no file or folder",
        io::ErrorKind::PermissionDenied => "no permission to read",
        _ => "cannot read",
    };
    Error::new(ErrorKind::Input, format!("{what} {}", path.display())).with_source(e)
}

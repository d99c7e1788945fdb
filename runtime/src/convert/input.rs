//! What a run reads: files found, told by content, known by a hash.

use crate::error::{Error, ErrorKind};
use crate::framing::{self, Framing, HEAD_BYTES, Plain, Stored, Unwrapped};
use crate::store::{LocalStore, Location, Meta, Store, StoreError, Stores};
use lakebed_schema::civil::{Civil, is_valid_date};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One input file.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) location: Location,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) meta: Meta,
    /// Bytes as stored.
    pub(crate) bytes: u64,
    /// What the text is wrapped in, outermost first: Firehose compresses records that may be compressed already.
    pub(crate) wrapping: Vec<&'static Framing>,
    pub(crate) format: Format,
    /// Whether the decoded text starts with `[`, so that it cannot be cut.
    pub(crate) array: bool,
    /// Seconds since 1970 at which the input arrived: from a Firehose object name, else the file's time.
    pub(crate) arrival: i64,
    /// Hash of the stored bytes, which is what an input is known by.
    pub(crate) hash: String,
}

/// Wrappings one in the other that are taken off.
const MAX_WRAPPINGS: usize = 3;

/// Bytes that decide about format and wrapping; white space in front of them does not count.
const HEAD: u64 = 4096;
const MAX_BLANK: u64 = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Input {
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

    /// Whether the decoded bytes are the stored bytes, so that any part can be read on its own.
    pub(crate) fn is_seekable(&self) -> bool {
        self.wrapping.is_empty()
    }

    /// The decoded bytes from the start.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Unwrapped>> {
        let file: Box<dyn Unwrapped> = Box::new(self.open_stored(0)?);
        self.wrapping.iter().try_fold(file, |reader, framing| (framing.open)(Stored::new(reader)))
    }

    /// The stored bytes from `start` on.
    pub(crate) fn open_stored(&self, start: u64) -> io::Result<Plain> {
        Ok(Plain(self.store.open(&self.meta, start)?))
    }

    /// The first bytes of the text. A stream that breaks here breaks again, with a better message, when it is
    /// converted.
    fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        if let Ok(mut reader) = self.open() {
            let _ = (&mut reader).take(HEAD).read_to_end(&mut head);
            if head.trim_ascii().is_empty() {
                let _ = reader.take(MAX_BLANK).read_to_end(&mut head);
            }
        }
        head
    }

    /// Opens a file and tells what it is.
    fn open_and_tell(location: Location, store: Arc<dyn Store>, meta: Meta) -> Result<Self, StoreError> {
        let name = location.file_name();
        let hash = match meta.version.0.as_str() {
            "" => {
                let content = store.open(&meta, 0)?;
                super::identity::hash(content).map_err(|e| StoreError::of_io(location.clone(), e))?
            }
            version => format!("etag:{}", version.trim_matches('"')),
        };
        let mut input = Self {
            bytes: meta.bytes,
            wrapping: Vec::new(),
            format: Format::Json,
            array: false,
            arrival: firehose_arrival(&name).unwrap_or(meta.modified),
            hash,
            location,
            store,
            meta,
        };
        let mut head = input.head();
        while let Some(framing) = framing::tell(head.get(..HEAD_BYTES).unwrap_or(&head)) {
            input.wrapping.push(framing);
            if !framing.is_readable || input.wrapping.len() == MAX_WRAPPINGS {
                break;
            }
            head = input.head();
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
        input.format = if text.starts_with(b"<") { Format::Xml } else { Format::Json };
        input.array = text.starts_with(b"[");
        Ok(input)
    }
}

/// Finds the files of all inputs: files as given, folders with all below them in order of their names. Hidden files
/// (`.` or `_` in front), the marker files of other tools, are passed over in folders only.
///
/// # Errors
/// A path that is missing or cannot be read, a folder without files.
pub(crate) fn find_inputs(locations: &[Location], stores: &Stores) -> Result<Vec<Input>, Error> {
    let mut files: Vec<Found> = Vec::new();
    for location in locations {
        let Location::Local(path) = location else {
            find_objects(location, stores, &mut files)?;
            continue;
        };
        let metadata = fs::metadata(path).map_err(|e| cannot_read(path, e))?;
        if metadata.is_dir() {
            let mut below = Vec::new();
            walk(path, &mut below)?;
            if below.is_empty() {
                let message = format!("the folder {} holds no files to convert", path.display());
                return Err(Error::new(ErrorKind::Input, message));
            }
            for path in below {
                files.push(find_file(path)?);
            }
        } else {
            files.push(find_file(path.clone())?);
        }
    }
    let mut inputs: Vec<Input> = Vec::new();
    let mut known = BTreeSet::new();
    for (location, store, meta) in files {
        // One file under two spellings is still one input; its records must not be stored twice.
        if known.insert(location.absolute()) {
            inputs.push(Input::open_and_tell(location, store, meta).map_err(StoreError::input)?);
        }
    }
    Ok(inputs)
}

type Found = (Location, Arc<dyn Store>, Meta);

/// A file of this machine: its store is the file itself, so that any name will do.
fn find_file(path: PathBuf) -> Result<Found, Error> {
    let store = LocalStore::new(path.clone());
    let meta = store.head("").map_err(StoreError::input)?;
    let meta = meta.ok_or_else(|| cannot_read(&path, io::ErrorKind::NotFound.into()))?;
    Ok((Location::Local(path), Arc::new(store), meta))
}

/// The objects that an address means: one object of that key, else all below it.
fn find_objects(location: &Location, stores: &Stores, files: &mut Vec<Found>) -> Result<(), Error> {
    let Location::S3 { bucket, key } = location else { return Ok(()) };
    let root = Location::S3 { bucket: bucket.clone(), key: String::new() };
    let store = stores.open(&root).map_err(StoreError::input)?;
    let mut found = |meta: Meta| files.push((root.join(&meta.key), Arc::clone(&store), meta));
    if !key.is_empty()
        && !key.ends_with('/')
        && let Some(meta) = store.head(key).map_err(StoreError::input)?
    {
        found(meta);
        return Ok(());
    }
    let prefix = match key.trim_end_matches('/') {
        "" => String::new(),
        key => format!("{key}/"),
    };
    let hidden = |key: &str| {
        key.strip_prefix(&prefix).unwrap_or(key).split('/').any(|name| name.starts_with(['.', '_']))
    };
    let objects = store.list(&prefix).map_err(StoreError::input)?;
    let objects: Vec<Meta> = objects.into_iter().filter(|meta| !hidden(&meta.key)).collect();
    if objects.is_empty() {
        let message = format!("there is no object {location} and none below it");
        return Err(Error::new(ErrorKind::Input, message));
    }
    objects.into_iter().for_each(&mut found);
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|e| cannot_read(folder, e))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|e| cannot_read(folder, e))?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(['.', '_']) {
            continue;
        }
        if fs::metadata(&path).map_err(|e| cannot_read(&path, e))?.is_dir() {
            walk(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn cannot_read(path: &Path, e: io::Error) -> Error {
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

/// The time in the name of a Firehose object, `stream-1-2026-11-23-08-15-00-uuid`, as seconds since 1970.
fn firehose_arrival(name: &str) -> Option<i64> {
    let parts: Vec<&str> = name.split('-').collect();
    // After the time come the five groups of a UUID; before it the version, and before that the stream's name.
    let uuid = parts.len().checked_sub(5)?;
    let time = uuid.checked_sub(6).filter(|&start| start >= 2)?;
    let widths = [4, 2, 2, 2, 2, 2];
    let mut numbers = [0_i64; 6];
    for ((number, part), width) in numbers.iter_mut().zip(&parts[time..uuid]).zip(widths) {
        if part.len() != width || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    let small = |n: i64| u8::try_from(n).ok();
    let [year, month, day, hour, minute, second] = numbers;
    let civil = Civil {
        year,
        month: small(month)?,
        day: small(day)?,
        hour: small(hour)?,
        minute: small(minute)?,
        second: small(second)?,
    };
    (civil.is_valid() && is_valid_date(civil.year, civil.month, civil.day)).then(|| civil.to_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrival_from_firehose_names() {
        let name = "my-stream-1-2026-11-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555.gz";
        assert_eq!(firehose_arrival(name), Some(1_795_421_730));
        assert_eq!(firehose_arrival("events-2026-11-23.json"), None);
        let impossible = "s-1-2026-13-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555";
        assert_eq!(firehose_arrival(impossible), None);
    }
}

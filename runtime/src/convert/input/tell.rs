//! What found files and objects are: told by their first bytes, several at once, in the order in which they were found.

use super::chunk::ChunkName;
use super::find::Found;
use super::{Format, Input, arrival, of_store};
use crate::error::Error;
use crate::framing::{self, HEAD_BYTES};
use crate::report::PassedOver;
use crate::store::{Meta, Store, StoreError};
use std::fs::{self, Metadata};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::SystemTime;

/// Wrappings one in the other that are taken off.
const MAX_WRAPPINGS: usize = 3;

/// Bytes that decide about format and wrapping; white space in front of them does not count.
const HEAD: u64 = 4096;
const MAX_BLANK: u64 = 1 << 20;
/// Stored bytes that are read at first; most inputs are told by these alone.
const FIRST: u64 = 64 << 10;

/// Tells what was found, up to `at_once` at the same time. Parquet and ORC below folders, the files of some table, are
/// passed over.
///
/// # Errors
/// That of the first in order that cannot be read.
pub(super) fn tell_all(
    found: &[Found],
    at_once: usize,
    passed: &mut PassedOver,
) -> Result<Vec<Input>, Error> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let told: Vec<Mutex<Option<Result<Told, StoreError>>>> = found.iter().map(|_| Mutex::default()).collect();
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, found.len().max(1)) {
            scope.spawn(|| {
                while !failed.load(Ordering::Relaxed)
                    && let index = next.fetch_add(1, Ordering::Relaxed)
                    && let (Some(found), Some(slot)) = (found.get(index), told.get(index))
                {
                    let result = tell(found);
                    failed.fetch_or(result.is_err(), Ordering::Relaxed);
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
                }
            });
        }
    });
    let mut inputs = Vec::new();
    for slot in told {
        // They are begun in order, so that what was not told stands behind a failure.
        match slot.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(Ok(Told::Input(input))) => inputs.push(*input),
            Some(Ok(Told::OfATable)) => passed.table_files += 1,
            Some(Err(e)) => return Err(e.input()),
            None => {}
        }
    }
    Ok(inputs)
}

enum Told {
    Input(Box<Input>),
    /// A file of some table below a folder.
    OfATable,
}

fn tell(found: &Found) -> Result<Told, StoreError> {
    let Found { location, canonical, store, meta, is_named } = found;
    let (arrival, arrival_source) = arrival::arrival(&location.file_name(), meta.modified);
    let mut input = Input {
        bytes: meta.bytes,
        wrapping: Vec::new(),
        format: Format::Json,
        array: false,
        arrival,
        arrival_source,
        modified: location.as_path().and_then(modified),
        hash: String::new(),
        blake3: None,
        location: location.clone(),
        canonical: canonical.clone(),
        store: Arc::clone(store),
        meta: meta.clone(),
        content: None,
        is_stream: false,
    };
    let first = match first_bytes(store.as_ref(), meta) {
        Ok(first) => first,
        // A store that does not answer is no matter of one input, and each further request would wait as long again.
        Err(e) if of_store(&e).is_some_and(StoreError::retryable) => {
            return Err(StoreError::of_io(location.clone(), e));
        }
        // An object that cannot be read here cannot be read later either, and is told then, with the place.
        Err(_) if !meta.version.0.is_empty() => Vec::new(),
        Err(e) => return Err(StoreError::of_io(location.clone(), e)),
    };
    let mut head = head(&input, &first);
    // Its records were unpacked one by one; what the first of them looks like says nothing of the others.
    let is_chunk = ChunkName::parse(&location.file_name()).is_some();
    while !is_chunk && let Some(framing) = framing::tell(head.get(..HEAD_BYTES).unwrap_or(&head)) {
        input.wrapping.push(framing);
        if !framing.is_readable || input.wrapping.len() == MAX_WRAPPINGS {
            break;
        }
        head = self::head(&input, &first);
    }
    let of_a_table = input.wrapping.len() == 1
        && input.wrapping.first().is_some_and(|framing| matches!(framing.name, "parquet" | "orc"));
    if of_a_table && !is_named {
        return Ok(Told::OfATable);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head).trim_ascii_start();
    input.format = if text.starts_with(b"<") && !is_chunk { Format::Xml } else { Format::Json };
    input.array = text.starts_with(b"[");
    if !meta.version.0.is_empty() {
        input.hash = format!("etag:{} size:{}", meta.version.0.trim_matches('"'), meta.bytes);
    }
    Ok(Told::Input(Box::new(input)))
}

/// When a file was last modified; nothing for what is no file, such as a pipe.
fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok().filter(Metadata::is_file)?.modified().ok()
}

/// The first stored bytes, in one request.
fn first_bytes(store: &dyn Store, meta: &Meta) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    let meta = Meta { bytes: meta.bytes.min(FIRST), ..meta.clone() };
    store.open(&meta, 0)?.take(FIRST).read_to_end(&mut first)?;
    Ok(first)
}

/// The first bytes of the text. A stream that breaks here breaks again, with a better message, when it is converted.
fn head(input: &Input, first: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    let start = Start {
        first: Cursor::new(first.to_vec()),
        rest: None,
        store: Arc::clone(&input.store),
        meta: input.meta.clone(),
    };
    if let Ok(mut reader) = input.unwrap(Box::new(start)) {
        let _ = (&mut reader).take(HEAD).read_to_end(&mut head);
        if head.trim_ascii().is_empty() {
            let _ = reader.take(MAX_BLANK).read_to_end(&mut head);
        }
    }
    head
}

/// The stored bytes: the first of them are here already, the rest is asked for when it is needed.
struct Start {
    first: Cursor<Vec<u8>>,
    rest: Option<Box<dyn Read + Send>>,
    store: Arc<dyn Store>,
    meta: Meta,
}

impl Read for Start {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.first.read(buf)?;
        let read = self.first.get_ref().len() as u64;
        if got > 0 || buf.is_empty() || read < FIRST {
            return Ok(got);
        }
        let rest = match &mut self.rest {
            Some(rest) => rest,
            None => self.rest.insert(self.store.open(&self.meta, read)?),
        };
        rest.read(buf)
    }
}

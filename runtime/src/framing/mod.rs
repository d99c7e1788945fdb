//! Documents out of compressed objects: what compression it is, told by content alone, and a reader of the text.
//!
//! No reader holds more than a bounded part of its input, whatever the input declares. A stream that is cut off or
//! damaged is an error that names the compression, the byte and what was expected there. A new compression is one
//! file and one line in [`FRAMINGS`].

mod foreign;
mod gzip;
mod snappy;
mod stored;
#[cfg(test)]
mod tests;
mod zip;
mod zstd;

use std::fmt;
use std::io::{self, Read};
pub(crate) use stored::Stored;

/// One way in which the text of an input can be wrapped.
pub(crate) struct Framing {
    /// Its name in reports.
    pub(crate) name: &'static str,
    /// Whether the first [`HEAD_BYTES`] bytes of an input, or all of a shorter one, are of this kind.
    pub(crate) tells: fn(&[u8]) -> bool,
    /// A reader of the text; an error when this kind is known and cannot be read.
    pub(crate) open: fn(Stored) -> io::Result<Box<dyn Unwrapped>>,
    /// Whether a text is inside; otherwise `open` says what to do instead.
    pub(crate) is_readable: bool,
}

impl fmt::Debug for Framing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Bytes that a sure guess needs.
pub(crate) const HEAD_BYTES: usize = 512;

/// Everything an input can be wrapped in; the first that tells is it.
const FRAMINGS: &[&Framing] = &[
    &gzip::GZIP,
    &zstd::ZSTD,
    &zip::ZIP,
    &snappy::xerial::XERIAL,
    &snappy::framed::FRAMED,
    &snappy::hadoop::HADOOP,
    &foreign::BZIP2,
    &foreign::XZ,
    &foreign::LZ4,
    &foreign::COMPRESS,
    &foreign::SEVEN_ZIP,
    &foreign::TAR,
    &foreign::PARQUET,
    &foreign::ORC,
    &foreign::AVRO,
    &foreign::UTF_32,
    &foreign::UTF_16,
];

/// What an input is wrapped in, nothing for plain text.
pub(crate) fn tell(head: &[u8]) -> Option<&'static Framing> {
    FRAMINGS.iter().copied().find(|framing| (framing.tells)(head))
}

/// Bytes with their wrapping taken off.
pub(crate) trait Unwrapped: Read + Send {
    /// What people should know about bytes that were passed over; complete at the end.
    fn note(&self) -> Option<String>;
}

/// Bytes as they are stored.
pub(crate) struct Plain(pub(crate) Box<dyn Read + Send>);

impl Read for Plain {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

impl Unwrapped for Plain {
    fn note(&self) -> Option<String> {
        None
    }
}

/// Little-endian number of up to eight bytes.
fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

//! Texts packed as streams and people pack them, each by code that shares nothing with the readers under test.

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use std::io::Write;

/// A way to pack a text, and the name a report gives it.
pub type Packer = (&'static str, fn(&[u8]) -> Vec<u8>);

/// Every compression that inputs may have.
pub const PACKERS: &[Packer] = &[
    ("gzip", gzip),
    ("zstd", zstd),
    ("zip", zip),
    ("snappy-xerial", xerial),
    ("snappy-framed", framed),
    ("snappy-hadoop", hadoop),
];

/// One gzip member.
///
/// # Panics
/// Never: memory takes every byte. The same holds for the other functions here.
pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

/// One zstd frame with a checksum.
///
/// # Panics
/// Never.
pub fn zstd(text: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("memory");
    encoder.include_checksum(true).expect("memory");
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

/// Google's framing format.
///
/// # Panics
/// Never.
pub fn framed(text: &[u8]) -> Vec<u8> {
    let mut encoder = snap::write::FrameEncoder::new(Vec::new());
    encoder.write_all(text).expect("memory");
    encoder.into_inner().expect("memory")
}

/// The stream of snappy-java, in its default chunks of 32 KiB.
pub fn xerial(text: &[u8]) -> Vec<u8> {
    let mut out = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec();
    for chunk in text.chunks(32 << 10) {
        snappy_chunk(chunk, &mut out);
    }
    out
}

/// Hadoop's block framing: blocks of 512 KiB, each of chunks of at most 256 KiB.
///
/// # Panics
/// Never.
pub fn hadoop(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for block in text.chunks(512 << 10) {
        out.extend(u32::try_from(block.len()).expect("a small block").to_be_bytes());
        for chunk in block.chunks(256 << 10) {
            snappy_chunk(chunk, &mut out);
        }
    }
    out
}

/// A length and a raw Snappy chunk.
fn snappy_chunk(text: &[u8], out: &mut Vec<u8>) {
    let packed = snap::raw::Encoder::new().compress_vec(text).expect("a small chunk");
    out.extend(u32::try_from(packed.len()).expect("a small chunk").to_be_bytes());
    out.extend(packed);
}

/// A zip archive of one file, its sizes behind the data, as Java's `ZipOutputStream` writes it.
pub fn zip(text: &[u8]) -> Vec<u8> {
    ZipWriter::default().entry("events.json", text, Sizes::Behind).finish()
}

/// Where an entry of a zip archive tells its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    /// In its header.
    InHeader,
    /// In its header, and the data are not compressed.
    InHeaderStored,
    /// Behind the data, four bytes each, after a signature.
    Behind,
    /// Behind the data, four bytes each, without a signature.
    BehindBare,
    /// Behind the data, eight bytes each, as for large files.
    BehindLarge,
}

/// Writes zip archives, sound ones and others.
#[derive(Debug, Default)]
pub struct ZipWriter {
    out: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
    /// Added to the flags of every entry; 1 means encrypted.
    pub flags: u16,
}

impl ZipWriter {
    /// Adds an entry.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn entry(mut self, name: &str, text: &[u8], sizes: Sizes) -> Self {
        let stored = sizes == Sizes::InHeaderStored;
        let packed = if stored { text.to_vec() } else { deflate(text) };
        let in_header = matches!(sizes, Sizes::InHeader | Sizes::InHeaderStored);
        let mut sum = Crc::new();
        sum.update(text);
        let offset = self.out.len();
        let numbers = [sum.sum() as usize, packed.len(), text.len()];
        let flags = self.flags | if in_header { 0 } else { 8 };
        let method = if stored { 0 } else { 8 };
        let head = |numbers: [usize; 3]| {
            let mut head = le2(&[20, flags, method, 0, 0]);
            head.extend(le4(&numbers));
            head.extend(le2(&[u16::try_from(name.len()).expect("a short name"), 0]));
            head
        };
        self.out.extend(b"PK\x03\x04");
        self.out.extend(head(if in_header { numbers } else { [0; 3] }));
        self.out.extend(name.as_bytes());
        self.out.extend(&packed);
        match sizes {
            Sizes::InHeader | Sizes::InHeaderStored => {}
            Sizes::Behind => self.out.extend([b"PK\x07\x08".to_vec(), le4(&numbers)].concat()),
            Sizes::BehindBare => self.out.extend(le4(&numbers)),
            Sizes::BehindLarge => {
                let [sum, packed, text] = numbers;
                self.out.extend([b"PK\x07\x08".to_vec(), le4(&[sum, packed, 0, text, 0])].concat());
            }
        }
        self.directory.extend(b"PK\x01\x02\x14\0");
        self.directory.extend(head(numbers));
        self.directory.extend([0; 10]);
        self.directory.extend(le4(&[offset]));
        self.directory.extend(name.as_bytes());
        self.entries += 1;
        self
    }

    /// The archive.
    pub fn finish(mut self) -> Vec<u8> {
        let offset = self.out.len();
        self.out.extend(&self.directory);
        self.out.extend(b"PK\x05\x06");
        self.out.extend(le2(&[0, 0, self.entries, self.entries]));
        self.out.extend(le4(&[self.directory.len(), offset]));
        self.out.extend([0, 0]);
        self.out
    }
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn le2(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn le4(numbers: &[usize]) -> Vec<u8> {
    numbers.iter().flat_map(|&number| u32::try_from(number).expect("four bytes").to_le_bytes()).collect()
}

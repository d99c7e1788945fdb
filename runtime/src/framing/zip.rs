//! A zip archive of one file, read from its start to its end without going back: the entry, then the directory at
//! the end, which must agree. Folders in it do not count.

use super::{Framing, Stored, Unwrapped, little_endian};
use flate2::{Crc, Decompress, FlushDecompress, Status};
use std::io::{self, BufRead, Read};

pub(super) static ZIP: Framing = Framing {
    name: NAME,
    tells: |head| head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
    open: |stored| Ok(Box::new(Zip { stored, state: State::Record, file: None, entries: 0 })),
    is_readable: true,
};

const NAME: &str = "zip";

struct Zip {
    stored: Stored,
    state: State,
    /// Name of the one file.
    file: Option<String>,
    /// Entries seen, folders among them.
    entries: u64,
}

enum State {
    /// A record of the archive comes next.
    Record,
    /// Inside the data of an entry.
    Data(Box<Entry>),
    End,
}

struct Entry {
    body: Body,
    sum: Crc,
    /// Stored and decoded bytes so far.
    packed: u64,
    text: u64,
    /// Checksum, stored and decoded size; nothing when they follow the data.
    declared: Option<(u32, u64, u64)>,
}

enum Body {
    Stored,
    Deflate(Decompress),
}

impl Zip {
    /// Reads one record of the archive.
    fn record(&mut self) -> io::Result<State> {
        let signature: [u8; 4] = self.stored.array(NAME, "a record of the archive")?;
        self.record_of(signature)
    }

    fn record_of(&mut self, signature: [u8; 4]) -> io::Result<State> {
        match &signature {
            b"PK\x03\x04" => return self.entry(),
            b"PK\x01\x02" => {
                let header: [u8; 42] = self.stored.array(NAME, "the archive's directory")?;
                let len: u64 = [24, 26, 28].map(|at| field(&header, at, 2)).iter().sum();
                self.stored.pass(len, NAME, "the archive's directory")?;
            }
            // The end of the directory in large archives, and where it stands.
            b"PK\x06\x06" => {
                let len = u64::from_le_bytes(self.stored.array(NAME, "the end of the archive")?);
                self.stored.pass(len, NAME, "the end of the archive")?;
            }
            b"PK\x06\x07" => self.stored.pass(16, NAME, "the end of the archive")?,
            b"PK\x05\x06" => return self.end(),
            _ => return Err(self.stored.wrong(NAME, "a record of the archive")),
        }
        Ok(State::Record)
    }

    /// The header of an entry.
    fn entry(&mut self) -> io::Result<State> {
        let header: [u8; 26] = self.stored.array(NAME, "the header of an entry")?;
        let [flags, method] = [2, 4].map(|at| field(&header, at, 2));
        let mut name = Vec::new();
        self.stored.fill(&mut name, field(&header, 22, 2), NAME, "the name of an entry")?;
        let mut extra = Vec::new();
        self.stored.fill(&mut extra, field(&header, 24, 2), NAME, "the header of an entry")?;
        let is_folder = name.ends_with(b"/");
        let name: String = String::from_utf8_lossy(&name).chars().take(80).collect();
        self.entries += 1;
        if !is_folder {
            if let Some(first) = &self.file {
                return Err(refused(format!(
                    "the zip archive holds several files, among them `{first}` and `{name}`: unpack it and give the folder"
                )));
            }
            self.file = Some(name.clone());
        }
        let (encrypted, follows) = (flags & 0x2041 != 0, flags & 8 != 0);
        if encrypted {
            return Err(refused(format!("`{name}` in the zip archive is encrypted: unpack it first")));
        }
        let body = match method {
            0 if follows => {
                return Err(refused(format!(
                    "`{name}` in the zip archive does not tell its size: pack it again"
                )));
            }
            0 => Body::Stored,
            8 => Body::Deflate(Decompress::new(false)),
            other => {
                return Err(refused(format!(
                    "`{name}` in the zip archive is packed by method {other}; lakebed reads 0 (stored) and 8 (deflate)"
                )));
            }
        };
        let declared = if follows { None } else { Some(self.declared(&header, &extra)?) };
        Ok(State::Data(Box::new(Entry { body, sum: Crc::new(), packed: 0, text: 0, declared })))
    }

    /// Checksum and sizes in the header of an entry; those of large ones stand in its extra fields.
    fn declared(&self, header: &[u8; 26], extra: &[u8]) -> io::Result<(u32, u64, u64)> {
        #[allow(clippy::cast_possible_truncation, reason = "four bytes")]
        let sum = field(header, 10, 4) as u32;
        let (mut packed, mut text) = (field(header, 14, 4), field(header, 18, 4));
        let mut large = large_sizes(extra).chunks_exact(8);
        for size in [&mut text, &mut packed] {
            if *size == u64::from(u32::MAX) {
                let bytes = large.next().ok_or_else(|| self.stored.wrong(NAME, "the size of an entry"))?;
                *size = little_endian(bytes);
            }
        }
        Ok((sum, packed, text))
    }

    /// Some bytes of the entry; 0 at its end.
    fn data(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let State::Data(entry) = &mut self.state else {
            return Ok(0);
        };
        let stored = &mut self.stored;
        let got = match &mut entry.body {
            Body::Stored => {
                let left = entry.declared.map_or(0, |(_, packed, _)| packed - entry.packed);
                let got = stored.take(left).read(buf)?;
                if got == 0 && left > 0 {
                    let expected = format!("{left} more bytes of the entry");
                    return Err(stored.damaged(NAME, &expected, io::ErrorKind::UnexpectedEof.into()));
                }
                entry.packed += got as u64;
                got
            }
            Body::Deflate(inflate) => loop {
                let block = stored.fill_buf()?;
                let at_end = block.is_empty();
                let (packed, text) = (inflate.total_in(), inflate.total_out());
                let status = inflate.decompress(block, buf, FlushDecompress::None);
                let taken = usize::try_from(inflate.total_in() - packed).unwrap_or(usize::MAX);
                let got = usize::try_from(inflate.total_out() - text).unwrap_or(usize::MAX);
                stored.consume(taken);
                entry.packed += taken as u64;
                let status = status.map_err(|e| stored.damaged(NAME, "sound deflate data", e.into()))?;
                if got > 0 || status == Status::StreamEnd {
                    break got;
                }
                if at_end {
                    let end = io::ErrorKind::UnexpectedEof.into();
                    return Err(stored.damaged(NAME, "the rest of the deflate data", end));
                }
            },
        };
        entry.text += got as u64;
        entry.sum.update(buf.get(..got).unwrap_or_default());
        Ok(got)
    }

    /// Checks an entry that is at its end.
    fn close(&mut self, entry: &Entry) -> io::Result<State> {
        let found = (entry.sum.sum(), entry.packed, entry.text);
        let Some(declared) = entry.declared else {
            return self.descriptor(found);
        };
        self.check(declared, found)?;
        Ok(State::Record)
    }

    /// Checksum and sizes behind the data: with or without a signature, sizes of four bytes or eight.
    fn descriptor(&mut self, found: (u32, u64, u64)) -> io::Result<State> {
        let what = "the checksum of an entry";
        let mut sum: [u8; 4] = self.stored.array(NAME, what)?;
        if sum == *b"PK\x07\x08" {
            sum = self.stored.array(NAME, what)?;
        }
        let sum = u32::from_le_bytes(sum);
        let sizes: [u8; 8] = self.stored.array(NAME, what)?;
        let short = (field(&sizes, 0, 4), field(&sizes, 4, 4));
        let mask = u64::from(u32::MAX);
        if short == (found.1 & mask, found.2 & mask) {
            self.check((sum, found.1, found.2), found)?;
            let next: [u8; 4] = self.stored.array(NAME, "a record of the archive")?;
            // An empty text: what was taken for both sizes was the first of eight bytes, of which these are more.
            if next == [0; 4] && found.2 == 0 {
                self.stored.pass(4, NAME, what)?;
                return Ok(State::Record);
            }
            return self.record_of(next);
        }
        let text = u64::from_le_bytes(self.stored.array(NAME, what)?);
        self.check((sum, u64::from_le_bytes(sizes), text), found)?;
        Ok(State::Record)
    }

    fn check(&self, declared: (u32, u64, u64), found: (u32, u64, u64)) -> io::Result<()> {
        if declared == found {
            return Ok(());
        }
        let expected = format!(
            "an entry of {} bytes, {} packed, with checksum {:08x}; it has {}, {} and {:08x}",
            declared.2, declared.1, declared.0, found.2, found.1, found.0
        );
        Err(self.stored.wrong(NAME, &expected))
    }

    /// The end of the archive.
    fn end(&mut self) -> io::Result<State> {
        let end: [u8; 18] = self.stored.array(NAME, "the end of the archive")?;
        self.stored.pass(field(&end, 16, 2), NAME, "the archive's comment")?;
        let entries = field(&end, 6, 2);
        if entries != self.entries && entries != u64::from(u16::MAX) {
            let expected = format!("a directory of {} entries, not of {entries}", self.entries);
            return Err(self.stored.wrong(NAME, &expected));
        }
        if self.file.is_none() {
            return Err(refused("the zip archive holds no file".to_owned()));
        }
        match self.stored.after_zeros()? {
            None => Ok(State::End),
            Some(_) => Err(self.stored.wrong(NAME, "nothing after the end of the archive")),
        }
    }
}

/// An archive that is sound and still cannot be read.
fn refused(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, message)
}

/// A number of `len` bytes in a header.
fn field(header: &[u8], at: usize, len: usize) -> u64 {
    little_endian(header.get(at..at + len).unwrap_or_default())
}

/// The extra field that holds the sizes of large entries.
fn large_sizes(mut extra: &[u8]) -> &[u8] {
    while let Some((head, rest)) = extra.split_at_checked(4) {
        let len = usize::try_from(field(head, 2, 2)).unwrap_or(usize::MAX);
        let Some((data, rest)) = rest.split_at_checked(len) else {
            break;
        };
        if field(head, 0, 2) == 1 {
            return data;
        }
        extra = rest;
    }
    &[]
}

impl Read for Zip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state {
                State::End => return Ok(0),
                State::Record => self.state = self.record()?,
                State::Data(_) => {
                    let got = self.data(buf)?;
                    if got > 0 || buf.is_empty() {
                        return Ok(got);
                    }
                    if let State::Data(entry) = std::mem::replace(&mut self.state, State::End) {
                        self.state = self.close(&entry)?;
                    }
                }
            }
        }
    }
}

impl Unwrapped for Zip {
    fn note(&self) -> Option<String> {
        self.stored.note()
    }
}

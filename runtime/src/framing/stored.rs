//! Bytes as they are stored, counted, and the errors that name a place among them.

use super::Unwrapped;
use std::io::{self, BufRead, BufReader, Read};

/// Compressed bytes on their way into a reader of one compression.
pub(crate) struct Stored {
    inner: BufReader<Box<dyn Unwrapped>>,
    /// Bytes taken so far.
    at: u64,
    /// Whether reading itself failed, so that the stream is not to blame.
    failed: bool,
}

const BUFFER: usize = 64 << 10;

impl Stored {
    pub(crate) fn new(inner: Box<dyn Unwrapped>) -> Self {
        Self { inner: BufReader::with_capacity(BUFFER, inner), at: 0, failed: false }
    }

    /// Bytes taken so far.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Notes of what is below.
    pub(super) fn note(&self) -> Option<String> {
        self.inner.get_ref().note()
    }

    /// The error of a stream that breaks here, after `e`.
    pub(super) fn damaged(&self, name: &str, expected: &str, e: io::Error) -> io::Error {
        if self.failed || e.kind() == io::ErrorKind::Interrupted {
            return e;
        }
        let at = self.at;
        if e.kind() == io::ErrorKind::UnexpectedEof {
            let message = format!("the {name} data is cut off at byte {at}: expected {expected}");
            return io::Error::new(io::ErrorKind::UnexpectedEof, message);
        }
        self.wrong(name, &format!("{expected} ({e})"))
    }

    /// The error of a stream that holds something else here.
    pub(super) fn wrong(&self, name: &str, expected: &str) -> io::Error {
        let message = format!("the {name} data is damaged near byte {}: expected {expected}", self.at);
        io::Error::new(io::ErrorKind::InvalidData, message)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self, name: &str, expected: &str) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes).map_err(|e| self.damaged(name, expected, e))?;
        Ok(bytes)
    }

    /// The next `len` bytes in `out`, which grows only as far as there are bytes.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>, len: u64, name: &str, what: &str) -> io::Result<()> {
        out.clear();
        let got = (&mut *self).take(len).read_to_end(out).map_err(|e| self.damaged(name, what, e))? as u64;
        if got == len {
            return Ok(());
        }
        let expected = format!("{} more bytes of {what}", len - got);
        Err(self.damaged(name, &expected, io::ErrorKind::UnexpectedEof.into()))
    }

    /// Passes over `len` bytes.
    pub(super) fn pass(&mut self, len: u64, name: &str, what: &str) -> io::Result<()> {
        let got = io::copy(&mut (&mut *self).take(len), &mut io::sink());
        match got {
            Ok(got) if got == len => Ok(()),
            Ok(_) => Err(self.damaged(name, what, io::ErrorKind::UnexpectedEof.into())),
            Err(e) => Err(self.damaged(name, what, e)),
        }
    }

    /// Passes over zero bytes; gives the first other one, which stays.
    pub(super) fn after_zeros(&mut self) -> io::Result<Option<u8>> {
        loop {
            let block = self.fill_buf()?;
            if block.is_empty() {
                return Ok(None);
            }
            let zeros = block.iter().position(|&byte| byte != 0);
            let found = zeros.and_then(|at| block.get(at)).copied();
            let len = zeros.unwrap_or(block.len());
            self.consume(len);
            if found.is_some() {
                return Ok(found);
            }
        }
    }
}

impl Read for Stored {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let block = self.fill_buf()?;
        let len = block.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(block) {
            *to = *from;
        }
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Stored {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.inner.fill_buf() {
            Ok(block) => Ok(block),
            Err(e) => {
                self.failed |= e.kind() != io::ErrorKind::Interrupted;
                Err(e)
            }
        }
    }

    fn consume(&mut self, len: usize) {
        self.inner.consume(len);
        self.at += len as u64;
    }
}

//! The stream of snappy-java, which is what Firehose's `Snappy` writes: a header, then chunks with their lengths.
//! Streams that were joined have their headers in the middle.

use super::{Block, MAX_BLOCK};
use crate::framing::{Framing, Stored, Unwrapped};
use std::io::{self, BufRead, Read};

pub(in crate::framing) static XERIAL: Framing = Framing {
    name: NAME,
    tells: |head| head.starts_with(&MAGIC),
    open: |stored| Ok(Box::new(Xerial { stored, block: Block::default(), started: false })),
    is_readable: true,
};

const NAME: &str = "snappy-xerial";
const MAGIC: [u8; 8] = *b"\x82SNAPPY\0";

struct Xerial {
    stored: Stored,
    block: Block,
    started: bool,
}

impl Xerial {
    /// The rest of a header, whose first four bytes were read: the magic, a version, the oldest version that reads it.
    fn header(&mut self) -> io::Result<()> {
        let rest: [u8; 12] = self.stored.array(NAME, "the rest of a header")?;
        let [m4, m5, m6, m7, _, _, _, _, c0, c1, c2, c3] = rest;
        if [m4, m5, m6, m7] != *b"PPY\0" {
            return Err(self.stored.wrong(NAME, "a header"));
        }
        match u32::from_be_bytes([c0, c1, c2, c3]) {
            1 => Ok(()),
            other => {
                Err(self.stored.wrong(NAME, &format!("a stream for readers of version 1, not of {other}")))
            }
        }
    }
}

impl Read for Xerial {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let given = self.block.give(buf);
            if given > 0 || buf.is_empty() {
                return Ok(given);
            }
            if self.started && self.stored.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let head: [u8; 4] = self.stored.array(NAME, "the length of a chunk")?;
            if MAGIC.starts_with(&head) {
                self.header()?;
                self.started = true;
            } else {
                let len = u64::from(u32::from_be_bytes(head));
                self.block.load(&mut self.stored, len, MAX_BLOCK, NAME)?;
            }
        }
    }
}

impl Unwrapped for Xerial {
    fn note(&self) -> Option<String> {
        self.stored.note()
    }
}

//! Hadoop's block framing, Firehose's `HADOOP_SNAPPY`: the length of a block of text, then chunks with their lengths
//! until the block is complete.
//!
//! It has no magic. An input is taken for it when both lengths are plausible, the chunk's own length agrees with
//! them, and the chunk starts as every Snappy chunk must. No JSON or XML text starts with a byte so small.

use super::{Block, MAX_BLOCK, MAX_CHUNK, MAX_RATIO};
use crate::framing::{Framing, Stored, Unwrapped};
use snap::raw::{decompress_len, max_compress_len};
use std::io::{self, BufRead, Read};

pub(in crate::framing) static HADOOP: Framing = Framing {
    name: NAME,
    tells,
    open: |stored| Ok(Box::new(Hadoop { stored, block: Block::default(), left: 0 })),
    is_readable: true,
};

const NAME: &str = "snappy-hadoop";

fn tells(head: &[u8]) -> bool {
    let [b0, b1, b2, b3, c0, c1, c2, c3, chunk @ ..] = head else {
        return false;
    };
    let block = u64::from(u32::from_be_bytes([*b0, *b1, *b2, *b3]));
    let packed = u64::from(u32::from_be_bytes([*c0, *c1, *c2, *c3]));
    let Ok(text) = decompress_len(chunk) else {
        return false;
    };
    // The length is a varint; the tag behind it must be that of a literal, since there is nothing to copy yet.
    let tag = chunk.iter().position(|byte| byte & 0x80 == 0).and_then(|end| chunk.get(end + 1));
    let starts_with_literal = tag.is_some_and(|tag| tag & 3 == 0);
    let longest = max_compress_len(text) as u64;
    let text = text as u64;
    (1..=MAX_BLOCK).contains(&block)
        && (1..=block).contains(&text)
        && (2..=longest.min(MAX_CHUNK)).contains(&packed)
        && text <= packed.saturating_mul(MAX_RATIO)
        && starts_with_literal
}

struct Hadoop {
    stored: Stored,
    block: Block,
    /// Bytes of text that the block under way still lacks.
    left: u64,
}

impl Read for Hadoop {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let given = self.block.give(buf);
            if given > 0 || buf.is_empty() {
                return Ok(given);
            }
            if self.left == 0 {
                if self.stored.fill_buf()?.is_empty() {
                    return Ok(0);
                }
                self.left = self.length("the length of a block")?;
                if self.left > MAX_BLOCK {
                    let expected = format!("a block of at most {MAX_BLOCK} bytes, not of {}", self.left);
                    return Err(self.stored.wrong(NAME, &expected));
                }
                // An empty block: the end of a stream that another may follow.
                continue;
            }
            let len = self.length("the length of a chunk")?;
            self.left -= self.block.load(&mut self.stored, len, self.left, NAME)?;
        }
    }
}

impl Hadoop {
    fn length(&mut self, expected: &str) -> io::Result<u64> {
        Ok(u64::from(u32::from_be_bytes(self.stored.array(NAME, expected)?)))
    }
}

impl Unwrapped for Hadoop {
    fn note(&self) -> Option<String> {
        self.stored.note()
    }
}

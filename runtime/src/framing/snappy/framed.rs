//! Google's framing format: a stream identifier, then chunks of at most 64 KiB with checksums.

use crate::framing::{Framing, Stored, Unwrapped};
use snap::read::FrameDecoder;
use std::io::{self, Read};

pub(in crate::framing) static FRAMED: Framing = Framing {
    name: NAME,
    tells: |head| head.starts_with(b"\xff\x06\x00\x00sNaPpY"),
    open: |stored| Ok(Box::new(Framed(FrameDecoder::new(stored)))),
    is_readable: true,
};

const NAME: &str = "snappy-framed";

struct Framed(FrameDecoder<Stored>);

impl Read for Framed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        self.0.read(buf).map_err(|e| self.0.get_ref().damaged(NAME, "a sound chunk of at most 64 KiB", e))
    }
}

impl Unwrapped for Framed {
    fn note(&self) -> Option<String> {
        self.0.get_ref().note()
    }
}

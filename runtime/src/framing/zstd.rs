//! Zstandard, of one frame or several, skippable ones among them.

use super::{Framing, Stored, Unwrapped};
use std::io::{self, Read};
use zstd::stream::read::Decoder;

pub(super) static ZSTD: Framing = Framing {
    name: "zstd",
    tells: |head| {
        let frame = head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
        let skippable = matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]);
        frame || skippable
    },
    open: |stored| {
        let mut decoder = Decoder::with_buffer(stored)?;
        decoder.window_log_max(WINDOW_LOG)?;
        Ok(Box::new(Zstd(decoder)))
    },
    is_readable: true,
};

/// Largest window: 128 MiB, what zstd(1) reads without being told to. A frame that asks for more is refused before
/// anything is allocated.
const WINDOW_LOG: u32 = 27;

struct Zstd(Decoder<'static, Stored>);

impl Read for Zstd {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf).map_err(|e| {
            let expected =
                format!("a sound zstd frame with a window of at most {} MiB", 1 << (WINDOW_LOG - 20));
            self.0.get_ref().damaged("zstd", &expected, e)
        })
    }
}

impl Unwrapped for Zstd {
    fn note(&self) -> Option<String> {
        self.0.get_ref().note()
    }
}

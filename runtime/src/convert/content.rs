//! What content is known by: a hash that is made while it is read, by several threads if need be.
//!
//! Stored bytes are cut into stretches of 1 MiB, wherever records end. Each stretch is hashed with XXH3 of 128 bits, and
//! the hashes of all, one behind the other, are hashed with it again. So threads that read different stretches each give
//! their part, and the whole is the same as that of one that reads everything.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use twox_hash::xxhash3_128::Hasher;

/// Bytes of a stretch; the last one may be shorter.
pub(super) const STRETCH: u64 = 1 << 20;

/// How such a hash begins: its kind, and the length of its stretches.
const KIND: &str = "xxh3-128-1m:";

/// Hashes of stretches, from the start of one on.
#[derive(Default)]
pub(super) struct Stretches {
    whole: Vec<u128>,
    open: Hasher,
    /// Bytes of the stretch under way.
    len: u64,
}

impl std::fmt::Debug for Stretches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stretches").field("whole", &self.whole.len()).field("len", &self.len).finish()
    }
}

impl Stretches {
    /// Takes the next bytes.
    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = usize::try_from(STRETCH - self.len).unwrap_or(usize::MAX);
            let (here, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.open.write(here);
            self.len += here.len() as u64;
            if self.len == STRETCH {
                self.end();
            }
            bytes = rest;
        }
    }

    fn end(&mut self) {
        self.whole.push(std::mem::take(&mut self.open).finish_128());
        self.len = 0;
    }

    /// Bytes taken so far.
    fn bytes(&self) -> u64 {
        self.whole.len() as u64 * STRETCH + self.len
    }

    /// The hashes of the stretches before `bytes`, where one of them ends.
    pub(super) fn before(mut self, bytes: u64) -> Vec<u128> {
        self.whole.truncate(usize::try_from(bytes / STRETCH).unwrap_or(usize::MAX));
        self.whole
    }

    /// The hashes of all stretches, of which the last one ends here.
    pub(super) fn all(mut self) -> Vec<u128> {
        if self.len > 0 {
            self.end();
        }
        self.whole
    }
}

/// What the hashes of stretches make up, in their order.
#[derive(Default)]
pub(super) struct Content(Hasher);

impl Content {
    pub(super) fn add(&mut self, stretches: &[u128]) {
        for hash in stretches {
            self.0.write(&hash.to_be_bytes());
        }
    }

    /// The hash and its kind, `xxh3-128-1m:` and 32 hexadecimal digits.
    pub(super) fn finish(&self) -> String {
        format!("{KIND}{:032x}", self.0.finish_128())
    }
}

/// What content is known by.
pub(super) fn hash(mut content: impl Read) -> io::Result<String> {
    let mut stretches = Stretches::default();
    let mut block = vec![0; 256 << 10];
    loop {
        match content.read(&mut block) {
            Ok(0) => break,
            Ok(len) => stretches.update(block.get(..len).unwrap_or_default()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let mut content = Content::default();
    content.add(&stretches.all());
    Ok(content.finish())
}

/// Whether that is what earlier versions have known content by: BLAKE3 in hexadecimal.
pub(super) fn is_blake3(hash: &str) -> bool {
    hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Stored bytes on their way to somebody else, hashed.
pub(super) struct Hashed {
    inner: Box<dyn Read + Send>,
    stretches: Arc<Mutex<Stretches>>,
}

/// The hashes of what a [`Hashed`] has given.
pub(super) struct HashedSoFar(Arc<Mutex<Stretches>>);

impl Hashed {
    pub(super) fn new(inner: Box<dyn Read + Send>) -> (Self, HashedSoFar) {
        let stretches = Arc::<Mutex<Stretches>>::default();
        (Self { inner, stretches: Arc::clone(&stretches) }, HashedSoFar(stretches))
    }
}

impl Read for Hashed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = self.inner.read(buf)?;
        let mut stretches = self.stretches.lock().unwrap_or_else(PoisonError::into_inner);
        stretches.update(buf.get(..len).unwrap_or_default());
        Ok(len)
    }
}

impl HashedSoFar {
    /// The hashes of all stretches. What nobody has read is read now: `open` opens the content at a byte.
    pub(super) fn finish(
        self,
        open: impl FnOnce(u64) -> io::Result<Box<dyn Read + Send>>,
    ) -> io::Result<Vec<u128>> {
        let mut stretches = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut rest = open(stretches.bytes())?;
        let mut block = vec![0; 64 << 10];
        loop {
            match rest.read(&mut block) {
                Ok(0) => return Ok(stretches.all()),
                Ok(len) => stretches.update(block.get(..len).unwrap_or_default()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(len: usize) -> Vec<u8> {
        (0..len).map(|at| (at.wrapping_mul(0x9e37_79b9) >> 13) as u8).collect()
    }

    #[test]
    fn parts_make_up_what_one_reader_sees() {
        let stretch = usize::try_from(STRETCH).unwrap();
        for len in [0, 1, stretch - 1, stretch, stretch + 1, 3 * stretch, 4 * stretch + 77] {
            let bytes = content(len);
            let whole = hash(bytes.as_slice()).unwrap();
            for (part, step) in [(stretch, 1000), (2 * stretch, stretch + 5), (3 * stretch, usize::MAX)] {
                let mut found = Content::default();
                let mut start = 0;
                while start < len {
                    // A thread reads a little further than its part ends.
                    let end = (start + part + 4096).min(len);
                    let mut stretches = Stretches::default();
                    bytes[start..end].chunks(step.min(len)).for_each(|piece| stretches.update(piece));
                    found.add(&if start + part < len {
                        stretches.before(part as u64)
                    } else {
                        stretches.all()
                    });
                    start += part;
                }
                assert_eq!(found.finish(), whole, "{len} bytes in parts of {part}");
            }
            let (mut hashed, so_far) = Hashed::new(Box::new(io::Cursor::new(bytes.clone())));
            io::copy(&mut (&mut hashed).take(len as u64 / 3), &mut io::sink()).unwrap();
            let rest = |at: u64| {
                let at = usize::try_from(at).unwrap();
                Ok(Box::new(io::Cursor::new(bytes[at..].to_vec())) as Box<dyn Read + Send>)
            };
            let mut found = Content::default();
            found.add(&so_far.finish(rest).unwrap());
            assert_eq!(found.finish(), whole, "{len} bytes, a third of them read by somebody else");
        }
    }

    #[test]
    fn hashes_say_what_they_are_and_stay_the_same() {
        // XXH3-128 of nothing, as the specification has it.
        assert_eq!(hash(&b""[..]).unwrap(), "xxh3-128-1m:99aa06d3014798d86001c324468d497f");
        let of_one = Hasher::oneshot(b"lake").to_be_bytes();
        assert_eq!(hash(&b"lake"[..]).unwrap(), format!("{KIND}{:032x}", Hasher::oneshot(&of_one)));
        assert!(!is_blake3(KIND) && is_blake3(&blake3::hash(b"lake").to_hex()));
    }
}

//! The text of an input, whatever it is compressed with.

use crate::framing::{HEAD_BYTES, Stored, Unwrapped, tell};
use std::io::{self, Cursor, Read};

/// Wrappings one in the other that are taken off.
const MAX_WRAPPINGS: usize = 3;

impl Unwrapped for Cursor<Vec<u8>> {
    fn note(&self) -> Option<String> {
        None
    }
}

/// Takes every known compression off some bytes: gzip, zstd, zip, snappy, one in the other, told by content.
///
/// No wrapping may give more than `limit` bytes.
///
/// ```
/// assert_eq!(lakebed::unpack(b"{\"a\": 1}".to_vec(), 1024).unwrap(), b"{\"a\": 1}");
/// ```
///
/// # Errors
/// Bytes that are cut off or damaged, a compression or format that is known and not read, and a longer text.
pub fn unpack(bytes: Vec<u8>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = bytes;
    for _ in 0..MAX_WRAPPINGS {
        let Some(framing) = tell(bytes.get(..HEAD_BYTES).unwrap_or(&bytes)) else { break };
        let reader = (framing.open)(Stored::new(Box::new(Cursor::new(bytes))))?;
        let mut text = Vec::new();
        reader.take(limit.saturating_add(1)).read_to_end(&mut text)?;
        if text.len() as u64 > limit {
            let message = format!("there is more than {limit} bytes of text in it");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        bytes = text;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
    }

    #[test]
    fn wrappings_come_off_up_to_a_limit() {
        // What is between two wrappings counts too.
        assert_eq!(unpack(gzip(&gzip(b"{}")), 100).ok(), Some(b"{}".to_vec()));
        assert!(unpack(gzip(&gzip(b"{}")), 10).is_err());
        let error = unpack(gzip(&[b' '; 100]), 10).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("more than 10 bytes")));
        assert!(unpack(b"PAR1".to_vec(), 10).is_err());
        assert!(unpack(gzip(b"{}").get(..12).unwrap_or_default().to_vec(), 10).is_err());
    }
}

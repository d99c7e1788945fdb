//! Compressed objects: any bytes are a text or an error, in bounded memory; what was packed comes back.

use super::pack::PACKERS;
use lakebed::unpack;

/// Longest text that is unpacked.
const LIMIT: u64 = 1 << 20;

/// The first byte tells what is done with the rest.
pub fn check(data: &[u8]) {
    let Some((&[mode, place], data)) = data.split_first_chunk() else { return };
    any(data);
    let Some((name, packer)) = PACKERS.get(usize::from(mode) % (PACKERS.len() + 1)) else { return };
    let packed = packer(data);
    // A text that looks packed itself is unpacked once more.
    if unpack(data.to_vec(), LIMIT).is_ok_and(|text| text == data) {
        let text = unpack(packed.clone(), LIMIT).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(text == data, "{name}: another text");
    }
    // Damaged: another text at worst, never more than asked for.
    let mut damaged = packed;
    let at = usize::from(place) * damaged.len() / 256;
    if let Some(byte) = damaged.get_mut(at) {
        *byte ^= 1 << (mode / 16 % 8);
    }
    any(&damaged);
    damaged.truncate(at);
    any(&damaged);
}

fn any(data: &[u8]) {
    match unpack(data.to_vec(), LIMIT) {
        Ok(text) => assert!(text.len() as u64 <= LIMIT || text == data, "more than was asked for"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

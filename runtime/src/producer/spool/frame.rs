//! How records stand in a file of a spool.
//!
//! A segment begins with [`HEADER`]. Each record follows as the length of its payload (4 bytes), its number (8), a
//! checksum (8), all little-endian, and the payload. A file of acknowledgements is a row of first number, last number
//! and checksum, 8 bytes each: the records of its segment from the one to the other are done with. A checksum is the low
//! half of XXH3 of 128 bits over everything else in its frame.

use twox_hash::xxhash3_128::Hasher;

/// First bytes of a segment.
pub(super) const HEADER: &[u8; 16] = b"lakebed spool 1\n";
/// Bytes before a payload.
pub(super) const FRAME: usize = 20;
/// Bytes of an acknowledgement.
pub(super) const ACK: usize = 24;
/// Longest payload of a spool, in bytes: what claims to be longer is damage.
pub const MAX_PAYLOAD: usize = 64 << 20;

fn checksum(pieces: &[&[u8]]) -> [u8; 8] {
    let mut hasher = Hasher::new();
    pieces.iter().for_each(|piece| hasher.write(piece));
    (hasher.finish_128() as u64).to_le_bytes()
}

/// Adds a record.
pub(super) fn write(seq: u64, payload: &[u8], out: &mut Vec<u8>) {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let seq = seq.to_le_bytes();
    out.extend_from_slice(&len);
    out.extend_from_slice(&seq);
    out.extend_from_slice(&checksum(&[&len, &seq, payload]));
    out.extend_from_slice(payload);
}

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<'a> {
    /// A record; its frame has [`FRAME`] bytes and those of the payload.
    Record { seq: u64, payload: &'a [u8] },
    /// The bytes end before the frame does; it would have so many.
    Short(usize),
    /// No record.
    Broken,
}

/// Reads the record at the start of the bytes.
pub(super) fn read(bytes: &[u8]) -> Found<'_> {
    let Some((head, rest)) = bytes.split_first_chunk::<FRAME>() else {
        return Found::Short(FRAME);
    };
    let [l0, l1, l2, l3, s0, s1, s2, s3, s4, s5, s6, s7, check @ ..] = head;
    let (len, seq) = ([*l0, *l1, *l2, *l3], [*s0, *s1, *s2, *s3, *s4, *s5, *s6, *s7]);
    let payload_len = u32::from_le_bytes(len) as usize;
    if payload_len > MAX_PAYLOAD {
        return Found::Broken;
    }
    let Some(payload) = rest.get(..payload_len) else {
        return Found::Short(FRAME + payload_len);
    };
    if checksum(&[&len, &seq, payload]) != *check {
        return Found::Broken;
    }
    Found::Record { seq: u64::from_le_bytes(seq), payload }
}

/// Adds an acknowledgement of the records from the first to the last.
pub(super) fn write_ack(first: u64, last: u64, out: &mut Vec<u8>) {
    let (first, last) = (first.to_le_bytes(), last.to_le_bytes());
    out.extend_from_slice(&first);
    out.extend_from_slice(&last);
    out.extend_from_slice(&checksum(&[&first, &last]));
}

/// Acknowledged numbers, sorted, none touching another. What is torn or broken only makes records come twice.
pub(super) fn read_acks(bytes: &[u8]) -> Vec<(u64, u64)> {
    let (acks, _) = bytes.as_chunks::<ACK>();
    let mut ranges: Vec<(u64, u64)> = acks.iter().filter_map(read_ack).collect();
    ranges.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
    for (first, last) in ranges {
        match merged.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            Some(_) | None => merged.push((first, last)),
        }
    }
    merged
}

fn read_ack(ack: &[u8; ACK]) -> Option<(u64, u64)> {
    let (first, rest) = ack.split_first_chunk::<8>()?;
    let (last, check) = rest.split_first_chunk::<8>()?;
    let is_sound = checksum(&[first, last]) == check;
    let range = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    (is_sound && range.0 <= range.1).then_some(range)
}

/// Whether a number is in sorted ranges.
pub(super) fn holds(ranges: &[(u64, u64)], seq: u64) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= seq);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| seq <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_reads_back_and_no_bit_can_change() {
        let mut bytes = Vec::new();
        write(7, b"payload", &mut bytes);
        assert_eq!(read(&bytes), Found::Record { seq: 7, payload: b"payload" });
        for len in 0..bytes.len() {
            assert!(matches!(read(&bytes[..len]), Found::Short(_)), "{len}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches!(read(&broken), Found::Record { .. }), "bit {bit}");
        }
    }

    #[test]
    fn acknowledgements_merge_and_broken_ones_are_left_out() {
        let mut bytes = Vec::new();
        for (first, last) in [(10, 12), (1, 3), (4, 4), (20, 29), (25, 40)] {
            write_ack(first, last, &mut bytes);
        }
        assert_eq!(read_acks(&bytes), [(1, 4), (10, 12), (20, 40)]);
        bytes[0] ^= 1;
        bytes.extend_from_slice(&[0; 9]);
        let ranges = read_acks(&bytes);
        assert_eq!(ranges, [(1, 4), (20, 40)]);
        let inside: Vec<_> = (0..50).filter(|seq| holds(&ranges, *seq)).collect();
        assert_eq!(inside, (1..=4).chain(20..=40).collect::<Vec<_>>());
    }
}

//! Parquet's hybrid of run lengths and bit-packing, for levels and for codes of a dictionary.

/// A level or a code.
pub(super) trait Symbol: Copy + Eq {
    fn bits(self) -> u64;
}

impl Symbol for u8 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}

impl Symbol for u32 {
    fn bits(self) -> u64 {
        u64::from(self)
    }
}

/// Bits that hold every number up to the highest.
pub(super) fn width_of(highest: usize) -> u8 {
    (usize::BITS - highest.leading_zeros()).min(32) as u8
}

/// Values are packed by the group.
const GROUP: usize = 8;
/// Groups of a packed run whose header is one byte.
const RUN_GROUPS: usize = 63;

/// Equal values that are shorter as a run of their own, header of the packed run after it included.
fn worthwhile_run(width: u8) -> usize {
    match width {
        0 => GROUP,
        width => GROUP * 4_usize.div_ceil(usize::from(width)),
    }
}

/// Appends the values, none of which needs more than `width` bits (32 at most).
pub(super) fn encode<S: Symbol>(values: &[S], width: u8, out: &mut Vec<u8>) {
    let worthwhile = worthwhile_run(width);
    let pack = packer::<S>(width);
    // What is to be packed begins here, and is a whole number of groups long.
    let (mut unpacked, mut rest) = (values, values);
    while let Some((group, after)) = rest.split_first_chunk::<GROUP>() {
        if !uniform(group) {
            rest = after;
            continue;
        }
        let [first, ..] = *group;
        let run = GROUP + equal_prefix(after, first);
        if run < worthwhile {
            rest = after;
            continue;
        }
        let packed = unpacked.len() - rest.len();
        pack_groups(unpacked.get(..packed).unwrap_or_default(), pack, out);
        encode_run(first, run, width, out);
        rest = rest.get(run..).unwrap_or_default();
        unpacked = rest;
    }
    if unpacked.len() < GROUP
        && let Some((&first, others)) = unpacked.split_first()
        && others.iter().all(|&other| other == first)
    {
        encode_run(first, unpacked.len(), width, out);
        return;
    }
    let whole = unpacked.len() - rest.len();
    match rest.first() {
        None => pack_groups(unpacked, pack, out),
        Some(&pad) => {
            // What fills the last group is never read.
            let mut last = [pad; GROUP];
            for (slot, &value) in last.iter_mut().zip(rest) {
                *slot = value;
            }
            let mut all = unpacked.get(..whole).unwrap_or_default().to_vec();
            all.extend_from_slice(&last);
            pack_groups(&all, pack, out);
        }
    }
}

/// Appends one value many times.
pub(super) fn encode_run<S: Symbol>(value: S, count: usize, width: u8, out: &mut Vec<u8>) {
    if count > 0 {
        varint((count as u64) << 1, out);
        let bytes = value.bits().to_le_bytes();
        out.extend(bytes.iter().take(usize::from(width.div_ceil(8))));
    }
}

fn uniform<S: Symbol>(group: &[S; GROUP]) -> bool {
    let [first, ..] = *group;
    group.iter().fold(0, |differing, value| differing | (value.bits() ^ first.bits())) == 0
}

fn equal_prefix<S: Symbol>(values: &[S], value: S) -> usize {
    let groups = values.as_chunks::<GROUP>().0;
    let equal = |group: &&[S; GROUP]| {
        group.iter().fold(0, |differing, other| differing | (other.bits() ^ value.bits())) == 0
    };
    let whole = groups.iter().take_while(equal).count() * GROUP;
    let rest = values.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|&&other| other == value).count()
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

type Packer<S> = fn(&[[S; GROUP]], &mut Vec<u8>);

fn pack_groups<S: Symbol>(values: &[S], pack: Packer<S>, out: &mut Vec<u8>) {
    for run in values.as_chunks::<GROUP>().0.chunks(RUN_GROUPS) {
        out.push((run.len() as u8) << 1 | 1);
        pack(run, out);
    }
}

fn packer<S: Symbol>(width: u8) -> Packer<S> {
    macro_rules! packers {
        ($($width:literal)*) => {
            match width {
                $($width => pack::<S, $width>,)*
                _ => pack::<S, 32>,
            }
        };
    }
    packers!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
}

fn pack<S: Symbol, const WIDTH: usize>(groups: &[[S; GROUP]], out: &mut Vec<u8>) {
    out.reserve(groups.len() * WIDTH);
    for group in groups {
        if WIDTH <= 8 {
            let mut bits = 0_u64;
            for (place, value) in group.iter().enumerate() {
                bits |= value.bits() << (place * WIDTH);
            }
            append::<WIDTH, 8>(bits.to_le_bytes(), out);
        } else if WIDTH <= 16 {
            let mut bits = 0_u128;
            for (place, value) in group.iter().enumerate() {
                bits |= u128::from(value.bits()) << (place * WIDTH);
            }
            append::<WIDTH, 16>(bits.to_le_bytes(), out);
        } else {
            pack_wide::<S, WIDTH>(group, out);
        }
    }
}

fn append<const WIDTH: usize, const SIZE: usize>(bytes: [u8; SIZE], out: &mut Vec<u8>) {
    if let Some(bytes) = bytes.first_chunk::<WIDTH>() {
        out.extend_from_slice(bytes);
    }
}

fn pack_wide<S: Symbol, const WIDTH: usize>(group: &[S; GROUP], out: &mut Vec<u8>) {
    let (mut bits, mut held) = (0_u64, 0);
    for value in group {
        bits |= value.bits() << held;
        held += WIDTH;
        if held >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            held -= 32;
        }
    }
    out.extend(bits.to_le_bytes().iter().take(held / 8));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the format's grammar says, read back one value at a time.
    fn decode(bytes: &[u8], width: u8, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (mut header, mut shift) = (0_u64, 0);
            loop {
                header |= u64::from(bytes[at] & 0x7f) << shift;
                shift += 7;
                at += 1;
                if bytes[at - 1] < 0x80 {
                    break;
                }
            }
            if header & 1 == 0 {
                let size = usize::from(width.div_ceil(8));
                let value =
                    bytes[at..at + size].iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
                values.resize(values.len() + (header >> 1) as usize, value);
                at += size;
            } else {
                let size = (header >> 1) as usize * usize::from(width);
                let bit = |n: usize| u64::from(bytes[at + n / 8] >> (n % 8) & 1);
                for value in 0..(header >> 1) as usize * 8 {
                    let from = value * usize::from(width);
                    values.push((0..usize::from(width)).fold(0, |v, n| v | (bit(from + n) << n)) as u32);
                }
                at += size;
            }
        }
        assert!(values.len() >= count && values.len() < count + 8);
        values.truncate(count);
        values
    }

    #[test]
    fn every_width_and_shape_comes_back() {
        let mut seed = 7_u64;
        let mut random = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 33
        };
        for width in 0..=32_u8 {
            for length in [0, 1, 7, 8, 9, 31, 64, 505, 1500] {
                for runs in [1, 5, 60, 2000] {
                    let mut values: Vec<u32> = Vec::new();
                    while values.len() < length {
                        let value = random() as u32 & (1_u64 << width).wrapping_sub(1) as u32;
                        let run = 1 + random() as usize % runs;
                        values.resize((values.len() + run).min(length), value);
                    }
                    let mut out = Vec::new();
                    encode(&values, width, &mut out);
                    assert_eq!(decode(&out, width, length), values, "width {width}");
                    if width <= 8 {
                        let small: Vec<u8> = values.iter().map(|&value| value as u8).collect();
                        let mut again = Vec::new();
                        encode(&small, width, &mut again);
                        assert_eq!(again, out);
                    }
                }
            }
        }
    }

    #[test]
    fn short_runs_of_narrow_values_stay_packed() {
        let values: Vec<u8> = (0..800).map(|n| u8::from(n % 20 == 0)).collect();
        let mut out = Vec::new();
        encode(&values, 1, &mut out);
        assert_eq!(out.len(), 100 + 2);
        out.clear();
        encode(&[1_u8; 800], 1, &mut out);
        assert_eq!(out, [0xc0, 0x0c, 1]);
    }

    #[test]
    fn widths() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256].map(width_of), [0, 1, 2, 2, 3, 8, 9]);
    }
}

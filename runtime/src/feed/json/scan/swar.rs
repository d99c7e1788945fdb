//! Several bytes at once, in ordinary 64-bit arithmetic.
//!
//! A byte of a word is called marked when its high bit is set in the result. Marks above the first one may be wrong
//! (sums carry upwards), so only the first is looked at.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes from `at` on, the first one lowest.
#[inline(always)]
pub(super) fn word(block: &[u8], at: usize) -> Option<u64> {
    let bytes = block.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*bytes))
}

/// Powers of ten, as many as a word has digits.
pub(super) const POWERS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Digits at the start of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    /// How many.
    pub(super) count: usize,
    values: u64,
}

impl Digits {
    #[inline(always)]
    pub(super) fn of(word: u64) -> Self {
        let values = word ^ (LOW * 0x30);
        let others = (values.wrapping_add(LOW * 0x76) | values) & HIGH;
        Self { count: (others.trailing_zeros() / 8) as usize, values }
    }

    /// The number that they are.
    #[inline(always)]
    pub(super) fn value(self) -> u64 {
        if self.count == 0 {
            return 0;
        }
        // The digits at the high end, zeros in front of them.
        sum_of(self.values << (64 - 8 * self.count))
    }

    /// As [`value`](Self::value), where they are one to seven; of none, anything.
    #[inline(always)]
    pub(super) fn some(self) -> u64 {
        let packed = self.values.wrapping_shl(64_u32.wrapping_sub(8 * self.count as u32));
        sum_of(packed)
    }
}

/// As [`Digits`], of four bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Few {
    pub(super) count: usize,
    values: u32,
}

impl Few {
    #[inline(always)]
    pub(super) fn of(word: u32) -> Self {
        let values = word ^ 0x3030_3030;
        let others = (values.wrapping_add(0x7676_7676) | values) & 0x8080_8080;
        Self { count: (others.trailing_zeros() / 8) as usize, values }
    }

    /// The number that one to three digits are; of others, anything.
    #[inline(always)]
    pub(super) fn value(self) -> u32 {
        let digits = self.values << (32_u32.wrapping_sub(8 * self.count as u32) & 31);
        let pairs = digits.wrapping_mul(2561) >> 8 & 0x00ff_00ff;
        pairs.wrapping_mul(6_553_601) >> 16
    }
}

/// The number that eight digits are: pairs, fours and eights are put together.
#[inline(always)]
fn sum_of(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(2561) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(6_553_601) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(42_949_672_960_001) >> 32
}

/// Digits at the start of a word: how many, and the number that they are.
#[inline(always)]
pub(super) fn digits(word: u64) -> (usize, u64) {
    let digits = Digits::of(word);
    (digits.count, digits.value())
}

/// Place of the first byte in a word that is a quote, a backslash, a control character or no ASCII; 8 when there is
/// none.
#[inline(always)]
pub(super) fn special(word: u64) -> usize {
    let is = |byte: u64| {
        let differs = word ^ (LOW * byte);
        differs.wrapping_sub(LOW) & !differs
    };
    let control = word.wrapping_sub(LOW * 0x20) & !word;
    let marks = (is(0x22) | is(0x5c) | control | word) & HIGH;
    (marks.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_as_far_as_they_go() {
        for text in
            ["0", "7", "42", "007", "1234567", "12345678", "99999999", "", "x", "12x45678", "1/2", "3:4"]
        {
            let mut bytes = *b"\"zzzzzzz";
            bytes[..text.len()].copy_from_slice(text.as_bytes());
            let expected: String = text.chars().take_while(char::is_ascii_digit).collect();
            let (count, value) = digits(u64::from_le_bytes(bytes));
            assert_eq!(count, expected.len(), "{text}");
            assert_eq!(value, expected.parse().unwrap_or(0), "{text}");
            let few = Few::of(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
            assert_eq!(few.count, count.min(4), "{text}");
            if (1..=3).contains(&count) {
                assert_eq!(u64::from(few.value()), value, "{text}");
            }
            if (1..=7).contains(&count) {
                assert_eq!(Digits::of(u64::from_le_bytes(bytes)).some(), value, "{text}");
            }
        }
        for other in 0..=255_u8 {
            for place in 0..8 {
                let mut bytes = *b"31415926";
                bytes[place] = other;
                let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
                assert_eq!(digits(u64::from_le_bytes(bytes)).0, count, "{other} at {place}");
            }
        }
    }

    #[test]
    fn the_first_special_byte_is_found() {
        for byte in 0..=255_u8 {
            for place in 0..8 {
                for behind in [b'a', 0, b'"', 0xff, b' '] {
                    let mut bytes = *b"a !#[]~z";
                    bytes[place] = byte;
                    if place < 7 {
                        bytes[place + 1] = behind;
                    }
                    let is_special = |b: &u8| *b < 0x20 || *b >= 0x80 || *b == b'"' || *b == b'\\';
                    let expected = bytes.iter().position(is_special).unwrap_or(8);
                    assert_eq!(special(u64::from_le_bytes(bytes)), expected, "{bytes:?}");
                }
            }
        }
    }
}

//! Bytes that are expected, compared many at a time.

/// Bytes that are looked at for one literal; what is longer is not learnt.
pub(super) const WINDOW: usize = 64;

/// Bytes that are looked at for one literal and the number behind it.
pub(super) const REACH: usize = WINDOW + 32;

/// Bytes that stood between two values: a comma or brace, a key, a colon, white space.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    len: usize,
    /// Sixteen bytes each; zeros behind the last one.
    parts: [Part; WINDOW / 16],
    /// The bits of the last part that count.
    mask: Part,
}

type Part = [u64; 2];

/// Up to 32 bytes, some of which must be there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pattern {
    words: [u64; 4],
    /// The bits that must be as in `words`.
    mask: [u64; 4],
}

impl Pattern {
    /// The bytes of which `must` says so; at most 32.
    pub(super) fn new(bytes: impl IntoIterator<Item = (u8, bool)>) -> Self {
        let (mut words, mut mask) = ([0; 32], [0; 32]);
        for ((word, mask), (byte, must)) in words.iter_mut().zip(&mut mask).zip(bytes) {
            if must {
                (*word, *mask) = (byte, 0xff);
            }
        }
        Self { words: to_words(&words), mask: to_words(&mask) }
    }

    #[inline(always)]
    pub(super) fn fits(&self, bytes: &[u8; 32]) -> bool {
        let found = to_words(bytes);
        let mut differs = 0;
        for ((found, word), mask) in found.iter().zip(&self.words).zip(&self.mask) {
            differs |= (found ^ word) & mask;
        }
        differs == 0
    }
}

#[inline(always)]
fn to_words(bytes: &[u8; 32]) -> [u64; 4] {
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(chunks) {
        *word = u64::from_le_bytes(*chunk);
    }
    words
}

impl Literal {
    /// A literal of at most [`WINDOW`] bytes.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        let mut padded = [0; WINDOW];
        padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
        let last = bytes.len().checked_sub(1)? / 16 * 16;
        let mut mask = [0; 16];
        mask.get_mut(..bytes.len() - last)?.fill(0xff);
        let (mut parts, (chunks, _)) = ([[0; 2]; WINDOW / 16], padded.as_chunks());
        for (part, chunk) in parts.iter_mut().zip(chunks) {
            *part = to_part(chunk);
        }
        Some(Self { len: bytes.len(), parts, mask: to_part(&mask) })
    }

    /// The literal of a first key as it would stand behind a value: with a comma for the brace.
    pub(super) fn behind_a_value(mut self) -> Self {
        let [[word, _], ..] = &mut self.parts;
        *word = *word & !0xff | u64::from(b',');
        self
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.parts.iter().flatten().flat_map(|word| word.to_le_bytes()).take(self.len).collect()
    }

    /// Whether bytes begin with the literal.
    #[inline(always)]
    pub(super) fn begins(&self, bytes: &[u8; REACH]) -> bool {
        let (chunks, _) = bytes.as_chunks();
        let [a, b, c, d, ..] = chunks else { return false };
        let [first, second, third, fourth] = &self.parts;
        match self.len {
            0..=16 => is_none(differ(a, first, &self.mask)),
            17..=32 => is_none(or(differ(a, first, &ALL), differ(b, second, &self.mask))),
            33..=48 => {
                let before = or(differ(a, first, &ALL), differ(b, second, &ALL));
                is_none(or(before, differ(c, third, &self.mask)))
            }
            _ => {
                let before = or(differ(a, first, &ALL), differ(b, second, &ALL));
                is_none(or(before, or(differ(c, third, &ALL), differ(d, fourth, &self.mask))))
            }
        }
    }
}

const ALL: Part = [u64::MAX; 2];

#[inline(always)]
fn to_part(bytes: &[u8; 16]) -> Part {
    let (words, _) = bytes.as_chunks();
    match words {
        [low, high] => [u64::from_le_bytes(*low), u64::from_le_bytes(*high)],
        _ => [0; 2],
    }
}

#[inline(always)]
fn differ(found: &[u8; 16], part: &Part, mask: &Part) -> Part {
    let [low, high] = to_part(found);
    [(low ^ part[0]) & mask[0], (high ^ part[1]) & mask[1]]
}

#[inline(always)]
fn or(a: Part, b: Part) -> Part {
    [a[0] | b[0], a[1] | b[1]]
}

#[inline(always)]
fn is_none(bits: Part) -> bool {
    bits[0] | bits[1] == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_compared_to_its_last_byte_and_no_further() {
        for len in 1..=WINDOW {
            let bytes: Vec<u8> = (0..len).map(|n| b'a' + (n % 23) as u8).collect();
            let literal = Literal::new(&bytes).unwrap();
            let mut window = [b'?'; REACH];
            window[..len].copy_from_slice(&bytes);
            assert!(literal.begins(&window), "{len}");
            for wrong in 0..len {
                let mut window = window;
                window[wrong] ^= 1;
                assert!(!literal.begins(&window), "{len} {wrong}");
            }
        }
        assert!(Literal::new(&[]).is_none() && Literal::new(&[b'x'; WINDOW + 1]).is_none());
    }
}

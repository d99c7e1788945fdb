//! Codes for texts and other bytes, in the order in which they first came.

/// No code yet.
const FREE: u32 = u32::MAX;
/// Steps after which the table is taken to be under attack.
const LONGEST_SEARCH: usize = 256;

/// A dictionary of byte strings.
#[derive(Debug)]
pub(super) struct TextCodes {
    /// The dictionary's page: each text after its length.
    page: Vec<u8>,
    entries: Vec<Entry>,
    /// Open addressing: high bits of a hash, then the code. A power of two, at most half of it taken.
    table: Vec<(u32, u32)>,
    last: u32,
    crowded: bool,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// All of a short text, the first eight and the last eight bytes of a long one.
    ends: (u64, u64),
    start: u32,
    length: u32,
    /// The code that came after this one last time.
    next: u32,
    /// The page in which it came last.
    page: u32,
}

/// A code, and whether it is the first of its kind in its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    pub(super) code: u32,
    pub(super) is_first: bool,
}

fn word(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes)
}

/// Up to sixteen bytes as two words, different for different bytes of the same length.
#[inline]
fn ends(text: &[u8]) -> (u64, u64) {
    if let (Some(&first), Some(&last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return (word(first), word(last));
    }
    if let (Some(&first), Some(&last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return (u64::from(u32::from_le_bytes(first)), u64::from(u32::from_le_bytes(last)));
    }
    match *text {
        [a] => (u64::from(a), 0),
        [a, b] => (u64::from(a), u64::from(b)),
        [a, b, c] => (u64::from(a), u64::from(b) << 8 | u64::from(c)),
        _ => (0, 0),
    }
}

fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xe703_7ed1_a0b4_28db);
    product as u64 ^ (product >> 64) as u64
}

fn hash(text: &[u8], ends: (u64, u64)) -> u64 {
    let mut hash = mix(ends.0 ^ (text.len() as u64).rotate_left(32), ends.1);
    if text.len() > 16 {
        let (pairs, _) = text.as_chunks::<16>();
        for pair in pairs {
            if let (Some(&first), Some(&last)) = (pair.first_chunk::<8>(), pair.last_chunk::<8>()) {
                hash = mix(hash ^ word(first), word(last));
            }
        }
    }
    hash
}

impl TextCodes {
    pub(super) fn new() -> Self {
        Self { page: Vec::new(), entries: Vec::new(), table: vec![(0, FREE); 64], last: 0, crowded: false }
    }

    /// The dictionary's page.
    pub(super) fn page(&self) -> &[u8] {
        &self.page
    }

    pub(super) fn into_page(self) -> Vec<u8> {
        self.page
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the texts are such that finding their codes takes too long.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowded
    }

    /// The text of a code, its length before it.
    pub(super) fn plain(&self, code: u32) -> &[u8] {
        self.entries.get(code as usize).map_or(&[], |entry| {
            let (start, end) = (entry.start as usize, entry.start as usize + entry.length as usize);
            self.page.get(start - 4..end).unwrap_or_default()
        })
    }

    fn is(&self, entry: &Entry, text: &[u8], ends: (u64, u64)) -> bool {
        entry.length as usize == text.len()
            && entry.ends == ends
            && (text.len() <= 16 || {
                let start = entry.start as usize;
                self.page.get(start..start + text.len()) == Some(text)
            })
    }

    /// The code of a text in a page of this number.
    #[inline]
    pub(super) fn code(&mut self, text: &[u8], page: u32) -> Coded {
        let ends = ends(text);
        let guess = self.entries.get(self.last as usize).map_or(0, |last| last.next);
        let code = match self.entries.get(guess as usize) {
            Some(entry) if self.is(entry, text, ends) => guess,
            Some(_) | None => {
                let code = self.search(text, ends);
                if let Some(last) = self.entries.get_mut(self.last as usize) {
                    last.next = code;
                }
                code
            }
        };
        self.last = code;
        let is_first = self.entries.get_mut(code as usize).is_some_and(|entry| {
            let is_first = entry.page != page;
            entry.page = page;
            is_first
        });
        Coded { code, is_first }
    }

    #[inline(never)]
    fn search(&mut self, text: &[u8], ends: (u64, u64)) -> u32 {
        let hash = hash(text, ends);
        let tag = (hash >> 32) as u32;
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        let mut steps = 0;
        loop {
            let (known, code) = self.table.get(place).copied().unwrap_or((0, FREE));
            let Some(entry) = self.entries.get(code as usize) else { break };
            if known == tag && self.is(entry, text, ends) {
                return code;
            }
            place = (place + 1) & mask;
            steps += 1;
        }
        self.crowded |= steps > LONGEST_SEARCH;
        let code = self.entries.len() as u32;
        if let Some(free) = self.table.get_mut(place) {
            *free = (tag, code);
        }
        self.page.extend_from_slice(&(text.len() as u32).to_le_bytes());
        let start = self.page.len() as u32;
        self.page.extend_from_slice(text);
        self.entries.push(Entry { ends, start, length: text.len() as u32, next: 0, page: FREE });
        if self.entries.len() * 2 > self.table.len() {
            self.grow();
        }
        code
    }

    #[cold]
    fn grow(&mut self) {
        let size = self.table.len() * 4;
        let mask = size - 1;
        let mut table = vec![(0, FREE); size];
        for (code, entry) in (0..).zip(&self.entries) {
            let start = entry.start as usize;
            let text = self.page.get(start..start + entry.length as usize).unwrap_or_default();
            let hash = hash(text, entry.ends);
            let mut place = hash as usize & mask;
            while table.get(place).is_some_and(|&(_, taken)| taken != FREE) {
                place = (place + 1) & mask;
            }
            if let Some(free) = table.get_mut(place) {
                *free = ((hash >> 32) as u32, code);
            }
        }
        self.table = table;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length() {
        let mut codes = TextCodes::new();
        let mut known: Vec<String> = Vec::new();
        for round in 0..3_u32 {
            for n in 0..4000_usize {
                let text =
                    format!("{}{}", "x".repeat(n % 40), if n % 3 == 0 { n * 7919 % 1000 } else { n % 10 });
                let coded = codes.code(text.as_bytes(), round);
                match known.iter().position(|known| *known == text) {
                    Some(place) => assert_eq!(place, coded.code as usize),
                    None => {
                        assert_eq!(coded.code as usize, known.len());
                        assert!(coded.is_first);
                        known.push(text.clone());
                    }
                }
                let mut plain = (text.len() as u32).to_le_bytes().to_vec();
                plain.extend_from_slice(text.as_bytes());
                assert_eq!(codes.plain(coded.code), plain);
                assert!(!codes.code(text.as_bytes(), round).is_first);
            }
        }
        assert_eq!(codes.len(), known.len());
        let page: Vec<u8> = (0..known.len()).flat_map(|code| codes.plain(code as u32).to_vec()).collect();
        assert_eq!(codes.page(), page);
    }

    #[test]
    fn short_texts_that_differ_in_one_byte_have_different_words() {
        for length in 0..=17_usize {
            let text = vec![b'a'; length];
            for place in 0..length.min(16) {
                let mut other = text.clone();
                other[place] = b'b';
                if length <= 16 {
                    assert_ne!(ends(&text), ends(&other), "{length} {place}");
                }
                assert_ne!(hash(&text, ends(&text)), hash(&other, ends(&other)));
            }
        }
    }
}

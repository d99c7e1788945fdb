//! Columns of texts and of other bytes.

use super::hybrid;
use super::text_codes::TextCodes;
use super::{Coder, Dictionary, PageEnd};
use arrow_array::{Array, cast::AsArray};
use arrow_buffer::{Buffer, OffsetBuffer};
use arrow_schema::DataType;
use std::ops::Range;

/// Codes or plain texts of a page under way.
#[derive(Debug)]
pub(super) struct Texts {
    dictionary: Option<TextCodes>,
    codes: Vec<u32>,
    /// Texts whose dictionary was dropped, each after its length.
    plain: Vec<u8>,
    /// Texts behind them, which stay where they are until the page ends or their arrays are let go of.
    waiting: Vec<Waiting>,
    waiting_bytes: usize,
    bounds: PageBounds,
    /// Bytes of the page's texts, lengths left out.
    text_bytes: usize,
    page: u32,
    coded: usize,
    coded_bytes: usize,
}

/// Texts of one array that wait to be copied.
#[derive(Debug)]
struct Waiting {
    source: TextSource,
    elements: Vec<Range<usize>>,
}

/// The least and the greatest text of a page.
#[derive(Debug, Default)]
struct PageBounds {
    bounds: Option<(Vec<u8>, Vec<u8>)>,
    /// How they begin.
    least: u64,
    greatest: u64,
}

/// The first eight bytes, in the order of texts.
fn beginning(text: &[u8]) -> u64 {
    match text.first_chunk::<8>() {
        Some(&bytes) => u64::from_be_bytes(bytes),
        None => text
            .iter()
            .zip((0..8).rev())
            .fold(0, |word, (&byte, place)| word | u64::from(byte) << (8 * place)),
    }
}

impl PageBounds {
    #[inline]
    fn add(&mut self, text: &[u8]) {
        let start = beginning(text);
        if self.bounds.is_none() || start <= self.least || start >= self.greatest {
            self.compare(text, start);
        }
    }

    fn compare(&mut self, text: &[u8], start: u64) {
        let Some((least, greatest)) = &mut self.bounds else {
            self.bounds = Some((text.to_vec(), text.to_vec()));
            (self.least, self.greatest) = (start, start);
            return;
        };
        if text < least.as_slice() {
            least.clear();
            least.extend_from_slice(text);
            self.least = start;
        } else if text > greatest.as_slice() {
            greatest.clear();
            greatest.extend_from_slice(text);
            self.greatest = start;
        }
    }
}

/// Texts of an array.
#[derive(Clone, Debug)]
pub(super) struct TextSource {
    offsets: OffsetBuffer<i32>,
    data: Buffer,
}

impl TextSource {
    fn of<'a>(&'a self, range: &Range<usize>) -> impl Iterator<Item = &'a [u8]> {
        let offsets = self.offsets.get(range.start..=range.end).unwrap_or_default();
        offsets.windows(2).map(|ends| match *ends {
            [start, end] => self.data.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        })
    }
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            dictionary: Some(TextCodes::new()),
            codes: Vec::new(),
            plain: Vec::new(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            bounds: PageBounds::default(),
            text_bytes: 0,
            page: 0,
            coded: 0,
            coded_bytes: 0,
        }
    }
}

impl Texts {
    /// Appends the texts that wait, each after its length.
    fn copy_waiting(&mut self, to: &mut Vec<u8>) {
        to.reserve(self.waiting_bytes);
        for Waiting { source, elements } in self.waiting.drain(..) {
            for text in elements.iter().flat_map(|range| source.of(range)) {
                self.bounds.add(text);
                to.extend_from_slice(&(text.len() as u32).to_le_bytes());
                to.extend_from_slice(text);
            }
        }
        self.waiting_bytes = 0;
    }
}

impl Coder for Texts {
    type Source = TextSource;
    type Bound = Vec<u8>;

    fn source(array: &dyn Array) -> Option<Self::Source> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "others are not stored so")]
        let (offsets, data) = match array.data_type() {
            DataType::Utf8 => {
                let array = array.as_string_opt::<i32>()?;
                (array.offsets(), array.values())
            }
            DataType::Binary => {
                let array = array.as_binary_opt::<i32>()?;
                (array.offsets(), array.values())
            }
            _ => return None,
        };
        Some(TextSource { offsets: offsets.clone(), data: data.clone() })
    }

    fn weight(source: &Self::Source, range: Range<usize>) -> usize {
        match (source.offsets.get(range.start), source.offsets.get(range.end)) {
            (Some(start), Some(end)) => (end - start) as usize,
            _ => 0,
        }
    }

    fn put(&mut self, source: &Self::Source, elements: &[Range<usize>]) {
        let count: usize = elements.iter().map(ExactSizeIterator::len).sum();
        let bytes: usize = elements.iter().map(|range| Self::weight(source, range.clone())).sum();
        if count == 0 {
            return;
        }
        self.text_bytes += bytes;
        let Some(dictionary) = &mut self.dictionary else {
            self.waiting_bytes += bytes + 4 * count;
            self.waiting.push(Waiting { source: source.clone(), elements: elements.to_vec() });
            return;
        };
        self.coded += count;
        self.coded_bytes += bytes;
        self.codes.reserve(count);
        for text in elements.iter().flat_map(|range| source.of(range)) {
            let coded = dictionary.code(text, self.page);
            if coded.is_first {
                self.bounds.add(text);
            }
            self.codes.push(coded.code);
        }
    }

    fn settle(&mut self) {
        let mut plain = std::mem::take(&mut self.plain);
        self.copy_waiting(&mut plain);
        self.plain = plain;
    }

    fn page_size(&self) -> usize {
        match &self.dictionary {
            Some(dictionary) => super::packed_size(self.codes.len(), dictionary.len()),
            None => self.plain.len() + self.waiting_bytes,
        }
    }

    fn dictionary_size(&self) -> Option<usize> {
        let dictionary = self.dictionary.as_ref()?;
        Some(if dictionary.is_crowded() { usize::MAX } else { dictionary.page().len() })
    }

    fn saving(&self) -> (usize, usize) {
        let Some(dictionary) = &self.dictionary else { return (0, 0) };
        let packed = super::packed_size(self.coded, dictionary.len());
        (dictionary.page().len() + packed, self.coded_bytes + 4 * self.coded)
    }

    fn drop_dictionary(&mut self) {
        if let Some(dictionary) = self.dictionary.take() {
            for &code in &self.codes {
                self.plain.extend_from_slice(dictionary.plain(code));
            }
            self.codes = Vec::new();
        }
    }

    fn end_dictionary(&mut self) -> Option<Dictionary> {
        let dictionary = self.dictionary.take()?;
        self.codes = Vec::new();
        let entries = dictionary.len();
        Some(Dictionary { page: dictionary.into_page(), entries })
    }

    fn end_page(&mut self, body: &mut Vec<u8>) -> PageEnd<Vec<u8>> {
        let is_coded = match &self.dictionary {
            Some(dictionary) => {
                let width = hybrid::width_of(dictionary.len().saturating_sub(1));
                body.push(width);
                hybrid::encode(&self.codes, width, body);
                self.codes.clear();
                true
            }
            None => {
                body.reserve(self.plain.len() + self.waiting_bytes);
                body.append(&mut self.plain);
                self.copy_waiting(body);
                false
            }
        };
        self.page += 1;
        let text_bytes = Some(std::mem::take(&mut self.text_bytes) as i64);
        let bounds = std::mem::take(&mut self.bounds).bounds;
        PageEnd { is_coded, bounds, nans: None, text_bytes }
    }
}

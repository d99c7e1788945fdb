//! One column of a row group, encoded piece by piece: pages are compressed as they are full, and wait for the
//! dictionary's page, which goes before them.
//!
//! What comes out follows from the rows alone, not from the pieces in which they came: a page is looked at only
//! where a step ends, and steps are counted from the start of the page.

mod booleans;
mod bounds;
mod codec;
mod hybrid;
mod index;
mod levels;
mod number_codes;
mod numbers;
mod pages;
mod rope;
mod slots;
mod text_codes;
mod texts;

pub(super) use codec::Workshop;
pub(super) use pages::Encoded;
pub(super) use slots::{Slots, each_leaf};

use arrow_array::Array;
use bounds::{Bound, Truncate};
use index::Index;
use levels::Levels;
use pages::{Ended, Pages};
use parquet::basic::Type;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterPropertiesPtr, WriterVersion};
use parquet::schema::types::ColumnDescPtr;
use slots::Cursor;
use std::ops::Range;

/// Slots, or bytes of text, between two looks at the size of a page.
const STEP: usize = 1024;
const STEP_BYTES: usize = 64 << 10;
/// Values after which a dictionary that saves nothing is given up.
const TRIAL: usize = 48 << 10;

/// A column chunk under way.
pub(super) trait Chunk: Send {
    /// Takes the next rows.
    fn write(&mut self, slots: &Slots, array: &dyn Array, shop: &mut Workshop) -> Result<()>;
    /// Lets go of the arrays: until then they may be held.
    fn settle(&mut self);
    /// Bytes that it holds.
    fn memory_size(&self) -> usize;
    /// Ends the chunk.
    fn close(self: Box<Self>, shop: &mut Workshop) -> Result<Encoded>;
}

/// A writer of our own for a column; none where the parquet crate has to do.
pub(super) fn open(
    column: &ColumnDescPtr,
    array_is: ArrayKind,
    properties: &WriterPropertiesPtr,
) -> Option<Box<dyn Chunk>> {
    let path = column.path();
    let covered = properties.writer_version() == WriterVersion::PARQUET_1_0
        && properties.dictionary_enabled(path)
        && properties.encoding(path).is_none()
        && properties.bloom_filter_properties(path).is_none()
        && properties.statistics_enabled(path) == EnabledStatistics::Page
        && !properties.write_page_header_statistics(path)
        && !properties.offset_index_disabled()
        && !properties.write_row_group_number_distinct_values()
        && properties.content_defined_chunking().is_none()
        && column.max_def_level() < 200;
    if !covered {
        return None;
    }
    let open = (column, properties);
    Some(match (column.physical_type(), array_is) {
        (Type::INT32, ArrayKind::Number) => Writer::boxed(open, numbers::Numbers::<i32>::new()),
        (Type::INT64, ArrayKind::Number) => Writer::boxed(open, numbers::Numbers::<i64>::new()),
        (Type::FLOAT, ArrayKind::Number) => Writer::boxed(open, numbers::Numbers::<f32>::new()),
        (Type::DOUBLE, ArrayKind::Number) => Writer::boxed(open, numbers::Numbers::<f64>::new()),
        (Type::BOOLEAN, ArrayKind::Boolean) => Writer::boxed(open, booleans::Booleans::default()),
        (Type::BYTE_ARRAY, ArrayKind::Bytes { text }) => {
            let writer = Writer::new(open, texts::Texts::new());
            Box::new(Writer { text, ..writer })
        }
        _ => return None,
    })
}

/// What a column's arrays hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArrayKind {
    Number,
    Boolean,
    Bytes { text: bool },
}

/// A dictionary as its page has it.
struct Dictionary {
    page: Vec<u8>,
    entries: usize,
}

/// What is known of a page once it ends.
struct PageEnd<B> {
    is_coded: bool,
    bounds: Option<(B, B)>,
    nans: Option<u64>,
    text_bytes: Option<i64>,
}

/// How the values of a kind of column become codes of a dictionary, or plain.
trait Coder: Send {
    type Source;
    type Bound: Bound;
    /// The values of an array; none if it is of another kind.
    fn source(array: &dyn Array) -> Option<Self::Source>;
    /// Bytes of elements that have lengths of their own.
    fn weight(source: &Self::Source, range: Range<usize>) -> usize;
    fn put(&mut self, source: &Self::Source, elements: &[Range<usize>]);
    /// Lets go of the sources.
    fn settle(&mut self) {}
    /// Bytes of the page so far.
    fn page_size(&self) -> usize;
    /// Bytes of the dictionary in use.
    fn dictionary_size(&self) -> Option<usize>;
    /// Bytes of all values coded so far, dictionary included, and what they would be without one.
    fn saving(&self) -> (usize, usize);
    /// Turns the codes of this page into plain values, and uses no dictionary from here on.
    fn drop_dictionary(&mut self);
    /// Ends the dictionary of pages that ended before.
    fn end_dictionary(&mut self) -> Option<Dictionary>;
    /// Appends the values of the page.
    fn end_page(&mut self, body: &mut Vec<u8>) -> PageEnd<Self::Bound>;
}

/// Bytes of codes, packed.
fn packed_size(codes: usize, entries: usize) -> usize {
    (codes * usize::from(hybrid::width_of(entries.saturating_sub(1)))).div_ceil(8)
}

struct Writer<C: Coder> {
    coder: C,
    column: ColumnDescPtr,
    properties: WriterPropertiesPtr,
    page_rows: usize,
    page_bytes: usize,
    dictionary_bytes: usize,
    text: bool,
    repetition: Levels,
    definition: Levels,
    /// Of the page under way.
    rows: usize,
    slots: usize,
    values: usize,
    /// Since the page was looked at.
    step: usize,
    step_bytes: usize,
    /// Of the chunk.
    all_rows: usize,
    dictionary: Option<Dictionary>,
    index: Index<C::Bound>,
    pages: Pages,
}

/// A stretch of slots that is written at once.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    end: usize,
    rows: usize,
    values: usize,
}

impl<C: Coder + 'static> Writer<C> {
    fn boxed(open: (&ColumnDescPtr, &WriterPropertiesPtr), coder: C) -> Box<dyn Chunk> {
        Box::new(Self::new(open, coder))
    }
}

impl<C: Coder> Writer<C> {
    fn new((column, properties): (&ColumnDescPtr, &WriterPropertiesPtr), coder: C) -> Self {
        let path = column.path();
        Self {
            coder,
            page_rows: properties.column_data_page_row_count_limit(path).max(1),
            page_bytes: properties.column_data_page_size_limit(path),
            dictionary_bytes: properties.column_dictionary_page_size_limit(path),
            text: false,
            repetition: Levels::default(),
            definition: Levels::default(),
            rows: 0,
            slots: 0,
            values: 0,
            step: 0,
            step_bytes: 0,
            all_rows: 0,
            dictionary: None,
            index: Index::new(column),
            pages: Pages::new(properties.compression(path)),
            column: ColumnDescPtr::clone(column),
            properties: WriterPropertiesPtr::clone(properties),
        }
    }

    /// The next slots: up to the end of the step, of the page or of the piece, whichever comes first.
    fn stretch(&self, slots: &Slots, start: usize) -> Stretch {
        let (step, rows) = (STEP.saturating_sub(self.step).max(1), self.page_rows - self.rows);
        let mut stretch = match &slots.repetition {
            None => {
                let count = step.min(rows).min(slots.count - start);
                Stretch { end: start + count, rows: count, values: count }
            }
            Some(levels) => {
                let levels = levels.get(start..).unwrap_or_default();
                let ahead = levels.get(step..).unwrap_or_default();
                let end = levels.len().min(step) + ahead.iter().take_while(|&&level| level > 0).count();
                let here = levels::count_of(levels.get(..end).unwrap_or_default(), 0);
                let (end, rows) = if here <= rows { (end, here) } else { (end_of_rows(levels, rows), rows) };
                Stretch { end: start + end, rows, values: end }
            }
        };
        if let Some(levels) = &slots.definition {
            let levels = levels.get(start..stretch.end).unwrap_or_default();
            stretch.values = levels::count_of(levels, slots.filled);
        }
        stretch
    }

    /// The shortest stretch of whole rows whose texts are at least so many bytes.
    fn shortened(
        slots: &Slots,
        start: usize,
        stretch: Stretch,
        source: &C::Source,
        mut cursor: Cursor,
        bytes: usize,
    ) -> Stretch {
        let mut short = Stretch { end: start, rows: 0, values: 0 };
        let mut weight = 0;
        let mut element = Vec::new();
        let level = |levels: &Option<std::rc::Rc<Vec<u8>>>, slot: usize| {
            levels.as_ref().and_then(|levels| levels.get(slot)).copied()
        };
        while short.end < stretch.end && weight < bytes {
            loop {
                let definition = level(&slots.definition, short.end);
                if definition.is_none_or(|definition| definition == slots.filled) {
                    cursor.take(&slots.elements, 1, &mut element);
                    weight += element.iter().map(|range| C::weight(source, range.clone())).sum::<usize>();
                    short.values += 1;
                }
                short.end += 1;
                if short.end == stretch.end || level(&slots.repetition, short.end).unwrap_or_default() == 0 {
                    break;
                }
            }
            short.rows += 1;
        }
        short
    }

    fn end_page(&mut self, is_last: bool, shop: &mut Workshop) -> Result<()> {
        let is_full = self.coder.dictionary_size().is_some_and(|size| size >= self.dictionary_bytes);
        if self.pages.is_empty() && (is_last || is_full) {
            let (coded, plain) = self.coder.saving();
            if coded >= plain {
                self.coder.drop_dictionary();
            }
        }
        shop.body.clear();
        let (highest_definition, highest_repetition) = self.highest_levels();
        if highest_repetition > 0 {
            self.repetition.encode(highest_repetition, &mut shop.body);
        }
        if highest_definition > 0 {
            self.definition.encode(highest_definition, &mut shop.body);
        }
        let end = self.coder.end_page(&mut shop.body);
        let ended =
            Ended { is_coded: end.is_coded, slots: self.slots, rows: self.rows, text_bytes: end.text_bytes };
        let truncate = Truncate { length: self.properties.column_index_truncate_length(), text: self.text };
        let histograms = (
            (highest_repetition > 0).then(|| self.repetition.histogram(highest_repetition)),
            (highest_definition > 0).then(|| self.definition.histogram(highest_definition)),
        );
        self.index.add(end, self.slots - self.values, self.values, histograms, truncate);
        self.pages.add(&ended, &self.properties, shop)?;
        let (coded, plain) = self.coder.saving();
        let is_useless = coded.saturating_mul(20) > plain.saturating_mul(19) && self.pages.slots() >= TRIAL;
        if is_full || is_useless {
            self.dictionary = self.coder.end_dictionary().or(self.dictionary.take());
        }
        self.all_rows += self.rows;
        (self.rows, self.slots, self.values, self.step, self.step_bytes) = (0, 0, 0, 0, 0);
        self.repetition.clear();
        self.definition.clear();
        Ok(())
    }

    fn highest_levels(&self) -> (u8, u8) {
        let level = |level: i16| u8::try_from(level).unwrap_or_default();
        (level(self.column.max_def_level()), level(self.column.max_rep_level()))
    }
}

/// Where so many rows end, of more.
fn end_of_rows(levels: &[u8], rows: usize) -> usize {
    let starts = levels.iter().enumerate().filter(|&(_, &level)| level == 0);
    starts.map(|(start, _)| start).nth(rows).unwrap_or(levels.len())
}

impl<C: Coder> Chunk for Writer<C> {
    fn write(&mut self, slots: &Slots, array: &dyn Array, shop: &mut Workshop) -> Result<()> {
        let source = C::source(array).ok_or_else(|| {
            let (path, found) = (self.column.path(), array.data_type());
            ParquetError::General(format!(
                "column {path} got an array of {found}, which its file does not hold"
            ))
        })?;
        let mut cursor = Cursor::default();
        let mut elements = Vec::new();
        let mut start = 0;
        while start < slots.count {
            let mut stretch = self.stretch(slots, start);
            let before = cursor;
            cursor.take(&slots.elements, stretch.values, &mut elements);
            let weigh = |elements: &[Range<usize>]| -> usize {
                elements.iter().map(|range| C::weight(&source, range.clone())).sum()
            };
            let mut weight = weigh(&elements);
            if self.step_bytes + weight >= STEP_BYTES && stretch.rows > 1 {
                let left = STEP_BYTES.saturating_sub(self.step_bytes);
                stretch = Self::shortened(slots, start, stretch, &source, before, left.max(1));
                cursor = before;
                cursor.take(&slots.elements, stretch.values, &mut elements);
                weight = weigh(&elements);
            }
            if let Some(levels) = &slots.repetition {
                self.repetition.push(levels.get(start..stretch.end).unwrap_or_default());
            }
            match &slots.definition {
                Some(levels) => self.definition.push(levels.get(start..stretch.end).unwrap_or_default()),
                None => self.definition.push_same(slots.filled, stretch.end - start),
            }
            self.coder.put(&source, &elements);
            self.rows += stretch.rows;
            self.slots += stretch.end - start;
            self.values += stretch.values;
            self.step += stretch.end - start;
            self.step_bytes += weight;
            start = stretch.end;
            if self.rows >= self.page_rows || self.step >= STEP || self.step_bytes >= STEP_BYTES {
                (self.step, self.step_bytes) = (0, 0);
                let is_full = self.coder.dictionary_size().is_some_and(|size| size >= self.dictionary_bytes);
                if is_full || self.rows >= self.page_rows || self.coder.page_size() >= self.page_bytes {
                    self.end_page(false, shop)?;
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self) {
        self.coder.settle();
    }

    fn memory_size(&self) -> usize {
        // A dictionary has its entries twice over, in the page to come and in the table that finds them.
        self.pages.bytes() + 2 * self.coder.page_size() + 3 * self.coder.dictionary_size().unwrap_or_default()
    }

    fn close(mut self: Box<Self>, shop: &mut Workshop) -> Result<Encoded> {
        if self.slots > 0 || self.pages.is_empty() {
            self.end_page(true, shop)?;
        }
        let dictionary = match self.dictionary.take() {
            Some(dictionary) => Some(dictionary),
            None => self.coder.end_dictionary(),
        };
        let truncate = Truncate { length: self.properties.statistics_truncate_length(), text: self.text };
        let index = self.index.close(truncate)?;
        self.pages.close(&self.column, self.all_rows, dictionary, index, &self.properties, shop)
    }
}

#[cfg(test)]
mod tests;

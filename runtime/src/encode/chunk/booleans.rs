//! Columns of booleans: a bit each.

use super::bounds::widen;
use super::{Coder, Dictionary, PageEnd};
use arrow_array::{Array, cast::AsArray};
use arrow_buffer::BooleanBuffer;
use std::ops::Range;

/// The bits of a page under way.
#[derive(Debug, Default)]
pub(super) struct Booleans {
    bits: Vec<u8>,
    count: usize,
    bounds: Option<(bool, bool)>,
}

impl Coder for Booleans {
    type Source = BooleanBuffer;
    type Bound = bool;

    fn source(array: &dyn Array) -> Option<Self::Source> {
        Some(array.as_boolean_opt()?.values().clone())
    }

    fn weight(_: &Self::Source, _: Range<usize>) -> usize {
        0
    }

    fn put(&mut self, source: &Self::Source, elements: &[Range<usize>]) {
        for range in elements {
            let values = source.slice(range.start, range.len());
            let set = values.count_set_bits();
            if !values.is_empty() {
                widen(&mut self.bounds, (set == values.len(), set > 0));
            }
            for value in &values {
                if self.count.is_multiple_of(8) {
                    self.bits.push(0);
                }
                if let Some(last) = self.bits.last_mut() {
                    *last |= u8::from(value) << (self.count % 8);
                }
                self.count += 1;
            }
        }
    }

    fn page_size(&self) -> usize {
        self.bits.len()
    }

    fn dictionary_size(&self) -> Option<usize> {
        None
    }

    fn saving(&self) -> (usize, usize) {
        (0, 0)
    }

    fn drop_dictionary(&mut self) {}

    fn end_dictionary(&mut self) -> Option<Dictionary> {
        None
    }

    fn end_page(&mut self, body: &mut Vec<u8>) -> PageEnd<bool> {
        body.append(&mut self.bits);
        self.count = 0;
        PageEnd { is_coded: false, bounds: self.bounds.take(), nans: None, text_bytes: None }
    }
}

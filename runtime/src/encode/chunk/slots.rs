//! Where each value of a leaf column stands in its record: definition and repetition levels from Arrow arrays.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field};
use parquet::errors::{ParquetError, Result};
use std::ops::Range;
use std::rc::Rc;

/// The slots of a level of nesting. Each is either the end of its path, because something above it is null or empty,
/// or is filled by one element of the array at this level.
#[derive(Clone, Debug)]
pub(in crate::encode) struct Slots {
    pub(super) count: usize,
    /// Repetition levels; none when each slot is a record.
    pub(super) repetition: Option<Rc<Vec<u8>>>,
    /// Definition levels; none when all slots are filled.
    pub(super) definition: Option<Rc<Vec<u8>>>,
    /// Definition level of filled slots; all others have a lower one.
    pub(super) filled: u8,
    depth: u8,
    /// The elements of the filled slots, in order.
    pub(super) elements: Rc<Vec<Range<usize>>>,
}

/// Calls back with the slots of each leaf of a column, in the order of the Parquet schema.
pub(in crate::encode) fn each_leaf(
    field: &Field,
    array: &ArrayRef,
    leaf: &mut dyn FnMut(&Slots, &ArrayRef) -> Result<()>,
) -> Result<()> {
    let records = Slots {
        count: array.len(),
        repetition: None,
        definition: None,
        filled: 0,
        depth: 0,
        elements: Rc::new(std::iter::once(0..array.len()).collect()),
    };
    walk(field, array, records, leaf)
}

fn walk(
    field: &Field,
    array: &ArrayRef,
    slots: Slots,
    leaf: &mut dyn FnMut(&Slots, &ArrayRef) -> Result<()>,
) -> Result<()> {
    if array.data_type() != field.data_type() && !same_kind(array.data_type(), field.data_type()) {
        let message = format!(
            "column {} is declared as {} and comes as {}",
            field.name(),
            field.data_type(),
            array.data_type()
        );
        return Err(ParquetError::ArrowError(message));
    }
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    let has_null = |range: &Range<usize>| {
        nulls.is_some_and(|nulls| nulls.slice(range.start, range.len()).null_count() > 0)
    };
    if !field.is_nullable() && slots.elements.iter().any(has_null) {
        let message = format!("a value of {} is null, and its schema allows none", field.name());
        return Err(ParquetError::ArrowError(message));
    }
    let nullable = field.is_nullable();
    #[allow(clippy::wildcard_enum_match_arm, reason = "all others are leaves")]
    match field.data_type() {
        DataType::Struct(members) => {
            let slots = if nullable { slots.optional(nulls) } else { slots };
            for (member, array) in members.iter().zip(array.as_struct().columns()) {
                walk(member, array, slots.clone(), leaf)?;
            }
            Ok(())
        }
        DataType::List(element) => {
            let list = array.as_list::<i32>();
            walk(element, list.values(), slots.repeated(list.offsets(), nulls, nullable), leaf)
        }
        DataType::Map(entries, _) => {
            let map = array.as_map();
            let array: ArrayRef = std::sync::Arc::new(map.entries().clone());
            walk(entries, &array, slots.repeated(map.offsets(), nulls, nullable), leaf)
        }
        _ if nullable => leaf(&slots.optional(nulls), array),
        _ => leaf(&slots, array),
    }
}

/// Whether types differ in names and comments only.
fn same_kind(array: &DataType, field: &DataType) -> bool {
    #[allow(clippy::wildcard_enum_match_arm, reason = "scalars have no names inside")]
    match (array, field) {
        (DataType::Struct(array), DataType::Struct(field)) => {
            array.len() == field.len()
                && array
                    .iter()
                    .zip(field)
                    .all(|(a, f)| a.data_type() == f.data_type() || same_kind(a.data_type(), f.data_type()))
        }
        (DataType::List(array), DataType::List(field))
        | (DataType::Map(array, _), DataType::Map(field, _)) => {
            array.data_type() == field.data_type() || same_kind(array.data_type(), field.data_type())
        }
        (array, field) => array == field,
    }
}

impl Slots {
    /// The slots after a level that may be null.
    fn optional(mut self, nulls: Option<&NullBuffer>) -> Self {
        let before = self.filled;
        self.filled += 1;
        let Some(nulls) = nulls else {
            if let Some(levels) = &mut self.definition {
                let lift = |&level: &u8| if level == before { before + 1 } else { level };
                *levels = Rc::new(levels.iter().map(lift).collect());
            }
            return self;
        };
        let mut valid = Vec::new();
        // Levels of the elements alone.
        let mut levels = Vec::with_capacity(self.count);
        for range in self.elements.iter() {
            let mut done = 0;
            for (start, end) in nulls.slice(range.start, range.len()).valid_slices() {
                levels.resize(levels.len() + start - done, before);
                levels.resize(levels.len() + end - start, before + 1);
                valid.push(range.start + start..range.start + end);
                done = end;
            }
            levels.resize(levels.len() + range.len() - done, before);
        }
        if let Some(above) = &self.definition {
            let mut own = levels.iter().copied();
            let fill = |&level: &u8| if level == before { own.next().unwrap_or(level) } else { level };
            levels = above.iter().map(fill).collect();
        }
        self.definition = Some(Rc::new(levels));
        self.elements = Rc::new(valid);
        self
    }

    /// The slots of a list's elements.
    fn repeated(self, offsets: &[i32], nulls: Option<&NullBuffer>, nullable: bool) -> Self {
        let empty = self.filled + u8::from(nullable);
        let filled = empty + 1;
        let depth = self.depth + 1;
        let mut elements: Vec<Range<usize>> = Vec::new();
        let mut repetition = Vec::with_capacity(self.count * 2);
        // Levels are written down once a slot is not filled.
        let mut definition = Vec::new();
        let mut unfilled = false;
        let mut end_path = |level: u8, repetition: &Vec<u8>| {
            definition.resize(repetition.len() - 1, filled);
            definition.push(level);
            unfilled = true;
        };
        let mut lists = self.elements.iter().cloned().flatten();
        for slot in 0..self.count {
            let level =
                self.repetition.as_ref().and_then(|levels| levels.get(slot)).copied().unwrap_or_default();
            repetition.push(level);
            let above = self.definition.as_ref().and_then(|levels| levels.get(slot)).copied();
            if let Some(above) = above
                && above < self.filled
            {
                end_path(above, &repetition);
                continue;
            }
            let Some(list) = lists.next() else { continue };
            if nulls.is_some_and(|nulls| nulls.is_null(list)) {
                end_path(self.filled, &repetition);
                continue;
            }
            let (start, end) = match offsets.get(list..) {
                Some(&[start, end, ..]) => (start as usize, end as usize),
                Some(_) | None => (0, 0),
            };
            if start >= end {
                end_path(empty, &repetition);
                continue;
            }
            repetition.resize(repetition.len() + (end - start - 1), depth);
            match elements.last_mut() {
                Some(last) if last.end == start => last.end = end,
                Some(_) | None => elements.push(start..end),
            }
        }
        if unfilled {
            definition.resize(repetition.len(), filled);
        }
        Self {
            count: repetition.len(),
            repetition: Some(Rc::new(repetition)),
            definition: unfilled.then(|| Rc::new(definition)),
            filled,
            depth,
            elements: Rc::new(elements),
        }
    }
}

/// How far the elements are taken.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    range: usize,
    taken: usize,
}

impl Cursor {
    /// The next elements, as ranges.
    pub(super) fn take(&mut self, elements: &[Range<usize>], mut count: usize, out: &mut Vec<Range<usize>>) {
        out.clear();
        while count > 0
            && let Some(range) = elements.get(self.range)
        {
            let start = range.start + self.taken;
            let here = count.min(range.end - start);
            if here > 0 {
                out.push(start..start + here);
            }
            count -= here;
            self.taken += here;
            if start + here == range.end {
                *self = Self { range: self.range + 1, taken: 0 };
            }
        }
    }
}

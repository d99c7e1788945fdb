//! What rows weigh: a number that follows from their values alone, however they are cut into batches.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

/// Weight of some rows of a batch, in bytes: their values, and four bytes for the end of each text or list. The weight
/// of rows is the sum of the weights of its parts.
pub(crate) fn weight(batch: &RecordBatch, start: usize, len: usize) -> usize {
    batch.columns().iter().map(|column| of_array(column, start, len)).sum()
}

fn of_array(array: &dyn Array, start: usize, len: usize) -> usize {
    let end = start + len;
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type has values of one width")]
    match array.data_type() {
        DataType::Utf8 => 4 * len + span(array.as_string::<i32>().value_offsets(), start, end).1,
        DataType::Binary => 4 * len + span(array.as_binary::<i32>().value_offsets(), start, end).1,
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let (start, elements) = span(list.value_offsets(), start, end);
            4 * len + of_array(list.values(), start, elements)
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let (start, entries) = span(map.value_offsets(), start, end);
            let columns = map.entries().columns().iter();
            4 * len + columns.map(|column| of_array(column, start, entries)).sum::<usize>()
        }
        DataType::Struct(_) => {
            array.as_struct().columns().iter().map(|column| of_array(column, start, len)).sum()
        }
        other => len * other.primitive_width().unwrap_or(1),
    }
}

/// Where the values of some slots begin, and how many there are.
fn span(offsets: &[i32], start: usize, end: usize) -> (usize, usize) {
    let at = |slot: usize| offsets.get(slot).and_then(|&at| usize::try_from(at).ok()).unwrap_or_default();
    (at(start), at(end).saturating_sub(at(start)))
}

/// How many of some rows it takes to weigh `limit`; `None` when all of them weigh less.
pub(crate) fn rows_that_weigh(batch: &RecordBatch, start: usize, len: usize, limit: usize) -> Option<usize> {
    if weight(batch, start, len) < limit {
        return None;
    }
    let (mut too_few, mut enough) = (0, len);
    while too_few + 1 < enough {
        let middle = too_few.midpoint(enough);
        if weight(batch, start, middle) < limit {
            too_few = middle;
        } else {
            enough = middle;
        }
    }
    Some(enough)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
    use arrow_array::{ArrayRef, StructArray};
    use std::sync::Arc;

    fn batch() -> RecordBatch {
        let mut lists = ListBuilder::new(StringBuilder::new());
        let mut numbers = Int64Builder::new();
        for row in 0..20_usize {
            for word in 0..row % 4 {
                lists.values().append_value("x".repeat(word * row));
            }
            lists.append(row % 5 != 0);
            numbers.append_option((row % 3 != 0).then_some(7));
        }
        let lists: ArrayRef = Arc::new(lists.finish());
        let numbers: ArrayRef = Arc::new(numbers.finish());
        let both = StructArray::try_from(vec![("lists", lists), ("numbers", numbers)]).expect("one length");
        RecordBatch::from(both)
    }

    #[test]
    fn a_whole_weighs_what_its_parts_weigh() {
        let batch = batch();
        let whole = weight(&batch, 0, 20);
        for cut in 0..=20 {
            assert_eq!(weight(&batch, 0, cut) + weight(&batch, cut, 20 - cut), whole);
            let sliced = batch.slice(cut, 20 - cut);
            assert_eq!(
                weight(&sliced, 0, 20 - cut),
                weight(&batch, cut, 20 - cut),
                "a slice weighs its rows"
            );
        }
        assert_eq!(weight(&batch, 0, 1), 4 + 8);
    }

    #[test]
    fn rows_are_counted_up_to_a_weight() {
        let batch = batch();
        for limit in 1..weight(&batch, 2, 15) {
            let rows = rows_that_weigh(&batch, 2, 15, limit).expect("so many weigh more");
            assert!(weight(&batch, 2, rows) >= limit && weight(&batch, 2, rows - 1) < limit);
        }
        assert_eq!(rows_that_weigh(&batch, 0, 20, weight(&batch, 0, 20) + 1), None);
    }
}

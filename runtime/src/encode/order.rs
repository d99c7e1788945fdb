//! The order of rows: by one column after the other, each turned into whole numbers that sort as its values do.
//!
//! Comparing rows through their arrays costs more than all other work on them, so what is compared is a word: the
//! number itself, or the first eight bytes of a text. Only texts whose words are the same are looked at whole, and
//! only rows that are equal so far are sorted by the next column.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType,
};
use arrow_array::{Array, ArrayRef, PrimitiveArray, UInt32Array};
use arrow_ord::sort::{SortColumn, SortOptions, lexsort_to_indices};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use std::cmp::Reverse;
use std::sync::Arc;

/// Rows that are sorted so at most: more of them take much more memory than through their arrays.
const MOST_ROWS: usize = 2 << 20;

/// Sorts by these columns, each ascending or, where its flag is set, descending; nulls come last either way, and rows
/// that are equal stay as they stand.
pub(super) fn sorted(columns: &[(ArrayRef, bool)]) -> Result<Vec<u32>, ArrowError> {
    by_words(columns).map_or_else(|| by_arrow(columns), Ok)
}

/// For columns of any type and any number of rows.
fn by_arrow(columns: &[(ArrayRef, bool)]) -> Result<Vec<u32>, ArrowError> {
    let rows = columns.first().map_or(0, |(column, _)| column.len());
    let mut all: Vec<SortColumn> = columns
        .iter()
        .map(|(values, descending)| {
            let options = Some(SortOptions { descending: *descending, nulls_first: false });
            SortColumn { values: Arc::clone(values), options }
        })
        .collect();
    let place: ArrayRef = Arc::new(UInt32Array::from_iter_values((0_u32..).take(rows)));
    all.push(SortColumn { values: place, options: None });
    Ok(lexsort_to_indices(&all, None)?.values().to_vec())
}

/// Nothing when rows are too many, or a column is of a type that has no words.
fn by_words(columns: &[(ArrayRef, bool)]) -> Option<Vec<u32>> {
    let rows = columns.first().map_or(0, |(array, _)| array.len());
    if rows > MOST_ROWS {
        return None;
    }
    let keys: Vec<Key<'_>> = columns
        .iter()
        .map(|(array, descending)| Some(Key { words: Words::of(array)?, array, descending: *descending }))
        .collect::<Option<_>>()?;
    let mut order: Vec<u32> = (0..).take(rows).collect();
    sort(&mut order, &keys, &mut Vec::new());
    Some(order)
}

struct Key<'a> {
    words: Words<'a>,
    array: &'a ArrayRef,
    descending: bool,
}

/// What stands for the values of a column.
enum Words<'a> {
    Numbers(Vec<u64>),
    Texts(TextOf<'a>),
}

type TextOf<'a> = Box<dyn Fn(u32) -> &'a [u8] + 'a>;

/// Sorts rows, which stand in ascending order, by the columns that are left.
fn sort(rows: &mut [u32], keys: &[Key<'_>], room: &mut Vec<(u64, u32)>) {
    let Some((key, others)) = keys.split_first() else { return };
    if rows.len() < 2 {
        return;
    }
    let filled = nulls_last(rows, key.array);
    let (filled, nulls) = rows.split_at_mut(filled);
    sort(nulls, others, room);
    room.clear();
    room.extend(filled.iter().map(|&row| (key.word(row), row)));
    // The row decides between equal words: so equal rows stay as they stand.
    if key.descending {
        room.sort_unstable_by_key(|&(word, row)| (Reverse(word), row));
    } else {
        room.sort_unstable();
    }
    let mut ends = Vec::new();
    for (place, (slot, &(word, row))) in filled.iter_mut().zip(room.iter()).enumerate() {
        *slot = row;
        if room.get(place + 1).is_none_or(|&(next, _)| next != word) {
            ends.push(place + 1);
        }
    }
    let mut start = 0;
    for end in ends {
        let same = filled.get_mut(start..end).unwrap_or_default();
        start = end;
        if same.len() < 2 {
            continue;
        }
        match &key.words {
            Words::Numbers(_) => sort(same, others, room),
            Words::Texts(text) => {
                if key.descending {
                    same.sort_by(|&a, &b| text(b).cmp(text(a)));
                } else {
                    same.sort_by(|&a, &b| text(a).cmp(text(b)));
                }
                same.chunk_by_mut(|&a, &b| text(a) == text(b)).for_each(|same| sort(same, others, room));
            }
        }
    }
}

/// Moves rows that are null behind the others, both as they stand; gives how many are not.
fn nulls_last(rows: &mut [u32], array: &ArrayRef) -> usize {
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else { return rows.len() };
    let (filled, empty): (Vec<u32>, Vec<u32>) = rows.iter().partition(|&&row| nulls.is_valid(row as usize));
    for (slot, row) in rows.iter_mut().zip(filled.iter().chain(&empty)) {
        *slot = *row;
    }
    filled.len()
}

impl Key<'_> {
    fn word(&self, row: u32) -> u64 {
        match &self.words {
            Words::Numbers(words) => words.get(row as usize).copied().unwrap_or_default(),
            Words::Texts(text) => {
                let text = text(row);
                let mut word = [0; 8];
                for (slot, byte) in word.iter_mut().zip(text) {
                    *slot = *byte;
                }
                u64::from_be_bytes(word)
            }
        }
    }
}

impl<'a> Words<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        fn signed<'a, T: arrow_array::ArrowPrimitiveType>(
            array: &PrimitiveArray<T>,
            number: impl Fn(T::Native) -> i64,
        ) -> Words<'a> {
            let word = |&value: &T::Native| number(value).cast_unsigned() ^ 1 << 63;
            Words::Numbers(array.values().iter().map(word).collect())
        }
        // As `total_cmp` orders them: the bits of a negative number count down.
        let total = |bits: i64| bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed();
        #[allow(clippy::wildcard_enum_match_arm, reason = "others have no words")]
        Some(match array.data_type() {
            DataType::Boolean => {
                let values = array.as_boolean_opt()?.values();
                Self::Numbers(values.iter().map(u64::from).collect())
            }
            DataType::Int8 => signed(array.as_primitive_opt::<Int8Type>()?, i64::from),
            DataType::Int16 => signed(array.as_primitive_opt::<Int16Type>()?, i64::from),
            DataType::Int32 => signed(array.as_primitive_opt::<Int32Type>()?, i64::from),
            DataType::Int64 => signed(array.as_primitive_opt::<Int64Type>()?, |v| v),
            DataType::Date32 => signed(array.as_primitive_opt::<Date32Type>()?, i64::from),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                signed(array.as_primitive_opt::<TimestampMillisecondType>()?, |v| v)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                signed(array.as_primitive_opt::<TimestampMicrosecondType>()?, |v| v)
            }
            DataType::Decimal128(precision, _) if *precision <= 18 => {
                signed(array.as_primitive_opt::<Decimal128Type>()?, |v| v as i64)
            }
            DataType::Float64 => {
                signed(array.as_primitive_opt::<Float64Type>()?, |v| total(v.to_bits().cast_signed()))
            }
            // Widening keeps the order of numbers; the bits of what is none are compared as they are.
            DataType::Float32 => signed(array.as_primitive_opt::<Float32Type>()?, |v| {
                let bits = v.to_bits().cast_signed();
                i64::from(bits ^ ((bits >> 31).cast_unsigned() >> 1).cast_signed())
            }),
            DataType::Utf8 => {
                let texts = array.as_string_opt::<i32>()?;
                Self::Texts(Box::new(move |row| texts.value(row as usize).as_bytes()))
            }
            DataType::Binary => {
                let bytes = array.as_binary_opt::<i32>()?;
                Self::Texts(Box::new(move |row| bytes.value(row as usize)))
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{
        BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
        Int16Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
        TimestampMillisecondArray,
    };

    #[test]
    fn rows_come_as_arrow_sorts_them() {
        let mut seed = 3_u64;
        let mut below = move |most: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % most
        };
        const ROWS: usize = 700;
        const TEXTS: [&str; 9] =
            ["", "a", "abcdefgh", "abcdefg", "abcdefgh\0", "abcdefghi", "b", "é", "ab\0"];
        const FLOATS: [f64; 8] =
            [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5, -2.5e-300];
        const INTS: [i64; 6] = [i64::MIN, -1, 0, 1, 7, i64::MAX];
        for round in 0..30 {
            let nulls = [0, 30, 100][round % 3];
            let mut pick = |most: usize| (below(100) >= nulls).then(|| below(most as u64) as usize);
            let mut picks = |most: usize| -> Vec<Option<usize>> { (0..ROWS).map(|_| pick(most)).collect() };
            let floats = picks(8);
            let ints = picks(6);
            let of_ints = |n: &Option<usize>| n.map(|n| INTS[n]);
            let texts: StringArray = picks(9).into_iter().map(|n| n.map(|n| TEXTS[n])).collect();
            let bools: BooleanArray = picks(2).into_iter().map(|n| n.map(|n| n == 1)).collect();
            let wide: Int64Array = ints.iter().map(of_ints).collect();
            let decimals: Decimal128Array =
                ints.iter().map(|n| n.map(|n| i128::from(INTS[n] % 1_000_000))).collect();
            let times: TimestampMillisecondArray = ints.iter().map(of_ints).collect();
            let days: Date32Array = ints.iter().map(|n| n.map(|n| INTS[n] as i32)).collect();
            let plain: Int32Array = picks(3).into_iter().map(|n| n.map(|n| n as i32 - 1)).collect();
            let small: Int8Array = picks(3).into_iter().map(|n| n.map(|n| n as i8 - 1)).collect();
            let doubles: Float64Array = floats.iter().map(|n| n.map(|n| FLOATS[n])).collect();
            let singles: Float32Array = floats.iter().map(|n| n.map(|n| FLOATS[n] as f32)).collect();
            let shorts: Int16Array = ints.iter().map(|n| n.map(|n| INTS[n] as i16)).collect();
            let fine: TimestampMicrosecondArray = ints.iter().map(of_ints).collect();
            let bytes: BinaryArray = texts.iter().map(|text| text.map(str::as_bytes)).collect();
            // Arrays that begin within their buffers, too.
            let bytes = bytes.slice(1, ROWS - 1);
            let head: BinaryArray = [Some(b"head".as_slice())].into_iter().chain(bytes.iter()).collect();
            let all: Vec<ArrayRef> = vec![
                Arc::new(shorts),
                Arc::new(fine),
                Arc::new(head),
                Arc::new(texts),
                Arc::new(bools),
                Arc::new(wide),
                Arc::new(decimals.with_precision_and_scale(9, 2).unwrap()),
                Arc::new(times),
                Arc::new(days),
                Arc::new(plain),
                Arc::new(small),
                Arc::new(doubles),
                Arc::new(singles),
            ];
            for first in 0..all.len() {
                for (second, descending) in [(0, false), (1, true), (6, false), (8, true)] {
                    let columns = [
                        (Arc::clone(&all[first]), round % 2 == 1),
                        (Arc::clone(&all[second]), descending),
                        (Arc::clone(&all[(first + second) % all.len()]), false),
                    ];
                    assert_eq!(
                        by_words(&columns).unwrap(),
                        by_arrow(&columns).unwrap(),
                        "{first} {second} {round}"
                    );
                }
            }
        }
    }

    #[test]
    fn columns_without_words_are_left_to_others() {
        let long = Decimal128Array::from(vec![1, 2]).with_precision_and_scale(38, 0).unwrap();
        assert!(by_words(&[(Arc::new(long), false)]).is_none());
        assert_eq!(by_words(&[]), Some(Vec::new()));
    }
}

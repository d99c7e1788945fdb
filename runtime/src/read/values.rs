//! The values of one column in one batch.

use super::shape::Kind;
use arrow_array::{Array, BinaryArray, FixedSizeBinaryArray, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use lakebed_schema::civil::{days_from_civil, is_valid_date};

/// Values, one in each slot; a column that stands in the path has one for all rows.
#[derive(Debug)]
pub(super) struct Values {
    nulls: Option<NullBuffer>,
    pub(super) data: Data,
    constant: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Data {
    /// The file has no such column.
    Missing,
    /// Every value is null.
    Null,
    Bool(BooleanBuffer),
    /// Integers, and days since 1970.
    Int(ScalarBuffer<i64>),
    Float32(ScalarBuffer<f32>),
    Float64(ScalarBuffer<f64>),
    /// Unscaled, and the scale.
    Decimal(ScalarBuffer<i128>, u32),
    Text(StringArray),
    Bytes(BinaryArray),
    Fixed(FixedSizeBinaryArray),
    /// Time since 1970, and how many of its units are a second.
    Time(ScalarBuffer<i64>, i64),
    /// Where lists or maps start and end among their elements.
    Offsets(OffsetBuffer<i32>),
    Struct,
}

impl Values {
    pub(super) fn new(nulls: Option<NullBuffer>, data: Data) -> Self {
        Self { nulls, data, constant: false }
    }

    /// The value of all rows of a file, from its path.
    pub(super) fn constant(data: Data) -> Self {
        Self { nulls: None, data, constant: true }
    }

    /// The same values again.
    pub(super) fn again(&self) -> Self {
        Self { nulls: self.nulls.clone(), data: self.data.clone(), constant: self.constant }
    }

    /// Where the value of a slot stands.
    pub(super) fn slot(&self, slot: usize) -> usize {
        if self.constant { 0 } else { slot }
    }

    pub(super) fn is_null(&self, slot: usize) -> bool {
        matches!(self.data, Data::Missing | Data::Null)
            || self.nulls.as_ref().is_some_and(|nulls| slot >= nulls.len() || nulls.is_null(slot))
    }

    /// The value in a slot as bytes.
    pub(super) fn bytes(&self, slot: usize) -> Option<&[u8]> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else has bytes")]
        match &self.data {
            Data::Text(array) if slot < array.len() => Some(array.value(slot).as_bytes()),
            Data::Bytes(array) if slot < array.len() => Some(array.value(slot)),
            Data::Fixed(array) if slot < array.len() => Some(array.value(slot)),
            _ => None,
        }
    }
}

/// The value that a path spells, if it is one of a kind.
pub(super) fn from_path(kind: Kind, text: &str) -> Option<Data> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else can partition a table")]
    match kind {
        Kind::Boolean => {
            let value = text.parse::<bool>().ok()?;
            Some(Data::Bool(BooleanBuffer::collect_bool(1, |_| value)))
        }
        Kind::Int => text.parse::<i64>().ok().map(|value| Data::Int(vec![value].into())),
        Kind::Text => Some(Data::Text(StringArray::from(vec![text]))),
        Kind::Date => day(text).map(|value| Data::Int(vec![value].into())),
        _ => None,
    }
}

/// Days since 1970 of `2026-11-23`.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    is_valid_date(year, month, day).then(|| days_from_civil(year, month, day))
}

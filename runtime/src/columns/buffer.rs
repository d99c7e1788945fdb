//! Storage of one column.

use arrow_buffer::BooleanBufferBuilder;
use arrow_schema::{DataType, TimeUnit};

/// Values of one column, without their validity.
#[derive(Debug)]
pub(super) enum Buffer {
    Bits(BooleanBufferBuilder),
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I128(Vec<i128>),
    F32(Vec<f32>),
    F64(Vec<f64>),
    /// Text or bytes: end of each value in `data`, a leading 0 included.
    Bytes {
        offsets: Vec<i32>,
        data: Vec<u8>,
    },
    /// Lists and maps: end of each in the element column, a leading 0 included.
    Offsets(Vec<i32>),
    Struct,
}

/// Turns a length into an Arrow offset. Batches end long before 2 GiB, so the largest value never stands for
/// anything that is stored.
pub(super) fn offset(len: usize) -> i32 {
    i32::try_from(len).unwrap_or(i32::MAX)
}

impl Buffer {
    #[allow(clippy::panic, reason = "a defect: tables have none of these types, whatever an input holds")]
    pub(super) fn new(data_type: &DataType) -> Self {
        #[allow(clippy::wildcard_enum_match_arm, reason = "Arrow has types that no logical type maps to")]
        match data_type {
            DataType::Boolean => Self::Bits(BooleanBufferBuilder::new(0)),
            DataType::Int8 => Self::I8(Vec::new()),
            DataType::Int16 => Self::I16(Vec::new()),
            DataType::Int32 | DataType::Date32 => Self::I32(Vec::new()),
            DataType::Int64 | DataType::Timestamp(TimeUnit::Millisecond | TimeUnit::Microsecond, _) => {
                Self::I64(Vec::new())
            }
            DataType::Decimal128(..) => Self::I128(Vec::new()),
            DataType::Float32 => Self::F32(Vec::new()),
            DataType::Float64 => Self::F64(Vec::new()),
            DataType::Utf8 | DataType::Binary => Self::Bytes { offsets: vec![0], data: Vec::new() },
            DataType::List(_) | DataType::Map(..) => Self::Offsets(vec![0]),
            DataType::Struct(_) => Self::Struct,
            other => panic!("no logical type maps to the Arrow type {other}"),
        }
    }

    /// An empty buffer with room for as many values as another one has, and some more: batches end with the record
    /// that fills them, so one is a little longer than the other.
    pub(super) fn with_capacity_of(other: &Self, data_type: &DataType) -> Self {
        fn some_more<T>(values: &[T]) -> Vec<T> {
            Vec::with_capacity(values.len() + values.len() / 8)
        }
        let offsets = |ends: &[i32]| {
            let mut offsets = some_more(ends);
            offsets.push(0);
            offsets
        };
        match other {
            Self::Bits(bits) => Self::Bits(BooleanBufferBuilder::new(bits.len())),
            Self::I8(values) => Self::I8(some_more(values)),
            Self::I16(values) => Self::I16(some_more(values)),
            Self::I32(values) => Self::I32(some_more(values)),
            Self::I64(values) => Self::I64(some_more(values)),
            Self::I128(values) => Self::I128(some_more(values)),
            Self::F32(values) => Self::F32(some_more(values)),
            Self::F64(values) => Self::F64(some_more(values)),
            Self::Bytes { offsets: ends, data } => {
                Self::Bytes { offsets: offsets(ends), data: some_more(data) }
            }
            Self::Offsets(ends) => Self::Offsets(offsets(ends)),
            Self::Struct => Self::new(data_type),
        }
    }

    pub(super) fn truncate(&mut self, len: usize) {
        match self {
            Self::Bits(bits) => bits.truncate(len),
            Self::I8(values) => values.truncate(len),
            Self::I16(values) => values.truncate(len),
            Self::I32(values) => values.truncate(len),
            Self::I64(values) => values.truncate(len),
            Self::I128(values) => values.truncate(len),
            Self::F32(values) => values.truncate(len),
            Self::F64(values) => values.truncate(len),
            Self::Bytes { offsets, data } => {
                offsets.truncate(len + 1);
                data.truncate(offsets.last().map_or(0, |&end| end as usize));
            }
            Self::Offsets(offsets) => offsets.truncate(len + 1),
            Self::Struct => {}
        }
    }

    /// Values under nulls.
    pub(super) fn push_defaults(&mut self, count: usize) {
        match self {
            Self::Bits(bits) => bits.append_n(count, false),
            Self::I8(values) => values.resize(values.len() + count, 0),
            Self::I16(values) => values.resize(values.len() + count, 0),
            Self::I32(values) => values.resize(values.len() + count, 0),
            Self::I64(values) => values.resize(values.len() + count, 0),
            Self::I128(values) => values.resize(values.len() + count, 0),
            Self::F32(values) => values.resize(values.len() + count, 0.0),
            Self::F64(values) => values.resize(values.len() + count, 0.0),
            Self::Bytes { offsets, .. } | Self::Offsets(offsets) => {
                let end = offsets.last().copied().unwrap_or(0);
                offsets.resize(offsets.len() + count, end);
            }
            Self::Struct => {}
        }
    }

    /// Gives back what was reserved for values that did not come, if that is much: arrays may be held for long.
    pub(super) fn shrink(&mut self) {
        fn shrink<T>(values: &mut Vec<T>) {
            if values.capacity() > values.len() + values.len() / 4 {
                values.shrink_to_fit();
            }
        }
        match self {
            Self::I8(values) => shrink(values),
            Self::I16(values) => shrink(values),
            Self::I32(values) | Self::Offsets(values) => shrink(values),
            Self::I64(values) => shrink(values),
            Self::I128(values) => shrink(values),
            Self::F32(values) => shrink(values),
            Self::F64(values) => shrink(values),
            Self::Bytes { offsets, data } => {
                shrink(offsets);
                shrink(data);
            }
            Self::Bits(_) | Self::Struct => {}
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Bits(bits) => bits.len() / 8,
            Self::I8(values) => values.len(),
            Self::I16(values) => values.len() * 2,
            Self::I32(values) => values.len() * 4,
            Self::I64(values) => values.len() * 8,
            Self::I128(values) => values.len() * 16,
            Self::F32(values) => values.len() * 4,
            Self::F64(values) => values.len() * 8,
            Self::Bytes { offsets, data } => offsets.len() * 4 + data.len(),
            Self::Offsets(offsets) => offsets.len() * 4,
            Self::Struct => 0,
        }
    }
}

/// Which values are null; nothing is stored before the first null comes.
#[derive(Debug, Default)]
pub(super) enum Validity {
    #[default]
    AllValid,
    Bits(BooleanBufferBuilder),
}

impl Validity {
    /// Notes the value at `len`.
    #[inline]
    pub(super) fn push(&mut self, len: usize, valid: bool) {
        match self {
            Self::AllValid if valid => {}
            Self::AllValid => self.push_nulls(len, 1),
            Self::Bits(bits) => bits.append(valid),
        }
    }

    /// Notes `count` nulls after `len` values.
    pub(super) fn push_nulls(&mut self, len: usize, count: usize) {
        if count == 0 {
            return;
        }
        self.materialize(len);
        if let Self::Bits(bits) = self {
            bits.append_n(count, false);
        }
    }

    /// Stores that the first `len` values are none of them null.
    pub(super) fn materialize(&mut self, len: usize) {
        if let Self::AllValid = self {
            let mut bits = BooleanBufferBuilder::new(len + 64);
            bits.append_n(len, true);
            *self = Self::Bits(bits);
        }
    }

    pub(super) fn truncate(&mut self, len: usize) {
        if let Self::Bits(bits) = self {
            bits.truncate(len);
        }
    }
}

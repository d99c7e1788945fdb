//! Values of one type as those of another, where nothing is lost.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BinaryArray, Float32Array, Float64Array, PrimitiveArray, StringArray};
use arrow_schema::{DataType, TimeUnit};
use std::sync::Arc;

pub(in crate::compact) fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Values of a column of times, whatever its unit.
pub(in crate::compact) fn raw_times(array: &ArrayRef) -> Option<Vec<Option<i64>>> {
    let DataType::Timestamp(unit, _) = array.data_type() else { return None };
    Some(match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().iter().collect(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().iter().collect(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().iter().collect(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().iter().collect(),
    })
}

/// One value of a column of times.
pub(in crate::compact) fn time(array: &ArrayRef, row: usize) -> Option<i64> {
    let DataType::Timestamp(unit, _) = array.data_type() else { return None };
    Some(match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row),
    })
}

/// Integers of any width.
pub(super) fn integers(array: &ArrayRef) -> Option<Vec<Option<i128>>> {
    macro_rules! widened {
        ($arrow:ty) => {
            array.as_primitive::<$arrow>().iter().map(|value| value.map(i128::from)).collect()
        };
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else is an integer")]
    Some(match array.data_type() {
        DataType::Int8 => widened!(Int8Type),
        DataType::Int16 => widened!(Int16Type),
        DataType::Int32 => widened!(Int32Type),
        DataType::Int64 => widened!(Int64Type),
        DataType::UInt8 => widened!(UInt8Type),
        DataType::UInt16 => widened!(UInt16Type),
        DataType::UInt32 => widened!(UInt32Type),
        DataType::UInt64 => widened!(UInt64Type),
        _ => return None,
    })
}

/// Integers of another width; an error is the value that does not fit.
pub(super) fn narrowed<T>(array: &ArrayRef) -> Option<Result<ArrayRef, String>>
where
    T: ArrowPrimitiveType,
    T::Native: TryFrom<i128>,
{
    let values = integers(array)?;
    let made = values.into_iter().map(|value| match value {
        Some(value) => T::Native::try_from(value).map(Some).map_err(|_| value.to_string()),
        None => Ok(None),
    });
    let made = made.collect::<Result<Vec<Option<T::Native>>, String>>();
    Some(made.map(|values| Arc::new(values.into_iter().collect::<PrimitiveArray<T>>()) as ArrayRef))
}

#[allow(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    reason = "only what stays exactly equal is taken"
)]
pub(super) fn float32(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
    if array.data_type() != &DataType::Float64 {
        return None;
    }
    let values = array.as_primitive::<Float64Type>().iter().map(|value| match value {
        Some(value) if f64::from(value as f32) == value || value.is_nan() => Ok(Some(value as f32)),
        Some(value) => Err(value.to_string()),
        None => Ok(None),
    });
    Some(values.collect::<Result<Float32Array, String>>().map(|array| Arc::new(array) as ArrayRef))
}

pub(super) fn float64(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
    if array.data_type() == &DataType::Float32 {
        let values = array.as_primitive::<Float32Type>().iter().map(|value| value.map(f64::from));
        return Some(Ok(Arc::new(values.collect::<Float64Array>())));
    }
    // What 53 bits hold.
    const EXACT: i128 = 1 << 53;
    #[allow(clippy::cast_precision_loss, reason = "only what stays exactly equal is taken")]
    let values = integers(array)?.into_iter().map(|value| match value {
        Some(value) if value.abs() <= EXACT => Ok(Some(value as f64)),
        Some(value) => Err(value.to_string()),
        None => Ok(None),
    });
    Some(values.collect::<Result<Float64Array, String>>().map(|array| Arc::new(array) as ArrayRef))
}

pub(super) fn decimal(array: &ArrayRef, precision: u8, scale: i8) -> Option<Result<ArrayRef, String>> {
    let (values, found) = if let DataType::Decimal128(_, found) = array.data_type() {
        (array.as_primitive::<Decimal128Type>().iter().collect(), *found)
    } else {
        (integers(array)?, 0)
    };
    let power = |digits: i16| 10_i128.checked_pow(u32::from(digits.unsigned_abs()));
    let limit = power(i16::from(precision))?;
    let shift = i16::from(scale) - i16::from(found);
    let factor = power(shift)?;
    let values = values.into_iter().map(|value| {
        let Some(value) = value else { return Ok(None) };
        let scaled = if shift >= 0 {
            value.checked_mul(factor)
        } else {
            (value % factor == 0).then(|| value / factor)
        };
        let fits = scaled.filter(|scaled| scaled.unsigned_abs() < limit.unsigned_abs());
        fits.map(Some).ok_or_else(|| if found == 0 { value.to_string() } else { format!("{value}e-{found}") })
    });
    let values = values.collect::<Result<PrimitiveArray<Decimal128Type>, String>>();
    Some(values.and_then(|values| {
        let typed = values.with_precision_and_scale(precision, scale);
        typed.map(|array| Arc::new(array) as ArrayRef).map_err(|e| e.to_string())
    }))
}

/// Text of writers that do not say that it is text.
pub(super) fn text(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
    if array.data_type() != &DataType::Binary {
        return None;
    }
    let values = array.as_binary::<i32>().iter().map(|value| match value {
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(format!("of {} bytes that are no UTF-8", bytes.len())),
        },
        None => Ok(None),
    });
    let values = values.collect::<Result<Vec<Option<&str>>, String>>();
    Some(values.map(|values| Arc::new(StringArray::from(values)) as ArrayRef))
}

pub(super) fn binary(array: &ArrayRef) -> Option<ArrayRef> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else has bytes")]
    let values: BinaryArray = match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|text| text.map(str::as_bytes)).collect(),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().iter().collect(),
        _ => return None,
    };
    Some(Arc::new(values))
}

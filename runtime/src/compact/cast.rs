//! Columns of other writers as the table's own, value by value: what would lose anything is refused.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, Float32Array, Float64Array, ListArray, MapArray, PrimitiveArray,
    RecordBatch, StringArray, StructArray, new_null_array,
};
use arrow_schema::{ArrowError, DataType, FieldRef, Fields, SchemaRef, TimeUnit};
use std::sync::Arc;

/// A column that cannot be the table's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Such as `classes[].count`.
    pub(super) column: String,
    pub(super) expected: String,
    pub(super) found: String,
}

/// Turns batches into the table's.
#[derive(Debug)]
pub(super) struct Caster {
    pub(super) schema: SchemaRef,
    /// Leave out what the table does not have.
    pub(super) drop_columns: bool,
    /// Floor times that are finer than the column's unit.
    pub(super) floor_times: bool,
    /// Times that were floored.
    pub(super) floored: u64,
}

impl Caster {
    /// The batch with the table's columns, in their order.
    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch, Misfit> {
        let schema = Arc::clone(&self.schema);
        let found = batch.schema();
        let columns = self.members(found.fields(), batch.columns(), schema.fields(), batch.num_rows(), "")?;
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(schema, columns, &options).map_err(|e| broken("", &e))
    }

    /// Members by name: what is missing is null, what is too much is refused.
    fn members(
        &mut self,
        found: &Fields,
        arrays: &[ArrayRef],
        wanted: &Fields,
        rows: usize,
        path: &str,
    ) -> Result<Vec<ArrayRef>, Misfit> {
        let mut used = vec![false; found.len()];
        let mut columns = Vec::with_capacity(wanted.len());
        for field in wanted {
            let name = field.name();
            let place = found.iter().position(|other| other.name() == name);
            let place =
                place.or_else(|| found.iter().position(|other| other.name().eq_ignore_ascii_case(name)));
            let array = place.and_then(|place| {
                if let Some(used) = used.get_mut(place) {
                    *used = true;
                }
                arrays.get(place)
            });
            columns.push(match array {
                Some(array) => self.array(array, field.data_type(), &below(path, name))?,
                None => new_null_array(field.data_type(), rows),
            });
        }
        let extra = found.iter().zip(&used).find(|(_, used)| !**used).map(|(field, _)| field);
        match extra.filter(|_| !self.drop_columns) {
            Some(field) => Err(Misfit {
                column: below(path, field.name()),
                expected: "only columns of the table".to_owned(),
                found: format!("a column of type {}, which it does not have", words(field.data_type())),
            }),
            None => Ok(columns),
        }
    }

    fn array(&mut self, array: &ArrayRef, wanted: &DataType, path: &str) -> Result<ArrayRef, Misfit> {
        let found = array.data_type();
        if found == wanted {
            return Ok(Arc::clone(array));
        }
        if found == &DataType::Null {
            return Ok(new_null_array(wanted, array.len()));
        }
        let other_type = || Misfit {
            column: path.to_owned(),
            expected: words(wanted),
            found: format!("a column of type {}", words(found)),
        };
        let other_value = |value: String| Misfit {
            column: path.to_owned(),
            expected: words(wanted),
            found: format!("the {} {value}", words(found)),
        };
        #[allow(clippy::wildcard_enum_match_arm, reason = "a table's files have no other types")]
        match wanted {
            DataType::Int8 => narrowed::<Int8Type>(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Int16 => narrowed::<Int16Type>(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Int32 => narrowed::<Int32Type>(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Int64 => narrowed::<Int64Type>(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Float32 => float32(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Float64 => float64(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Decimal128(precision, scale) => {
                decimal(array, *precision, *scale).ok_or_else(other_type)?.map_err(other_value)
            }
            DataType::Utf8 => text(array).ok_or_else(other_type)?.map_err(other_value),
            DataType::Binary => binary(array).ok_or_else(other_type),
            DataType::Timestamp(unit, zone) => {
                let times = self.times(array, *unit).ok_or_else(other_type)?.map_err(other_value)?;
                Ok(match unit {
                    TimeUnit::Millisecond => {
                        let times: PrimitiveArray<TimestampMillisecondType> = times.into_iter().collect();
                        Arc::new(times.with_timezone_opt(zone.clone()))
                    }
                    TimeUnit::Second | TimeUnit::Microsecond | TimeUnit::Nanosecond => {
                        let times: PrimitiveArray<TimestampMicrosecondType> = times.into_iter().collect();
                        Arc::new(times.with_timezone_opt(zone.clone()))
                    }
                })
            }
            DataType::List(field) if matches!(found, DataType::List(_)) => {
                let list = array.as_list::<i32>();
                let (values, offsets) = (list.values(), list.offsets().clone());
                let values = self.array(values, field.data_type(), &format!("{path}[]"))?;
                let made = ListArray::try_new(Arc::clone(field), offsets, values, list.nulls().cloned());
                made.map(|list| Arc::new(list) as ArrayRef).map_err(|e| broken(path, &e))
            }
            DataType::Map(entries, sorted) if matches!(found, DataType::Map(..)) => {
                self.map(array.as_map(), entries, *sorted, path)
            }
            DataType::Struct(fields) if matches!(found, DataType::Struct(_)) => {
                let record = array.as_struct();
                let columns = self.members(record.fields(), record.columns(), fields, record.len(), path)?;
                let made = StructArray::try_new_with_length(
                    fields.clone(),
                    columns,
                    record.nulls().cloned(),
                    record.len(),
                );
                made.map(|record| Arc::new(record) as ArrayRef).map_err(|e| broken(path, &e))
            }
            _ => Err(other_type()),
        }
    }

    fn map(
        &mut self,
        map: &MapArray,
        entries: &FieldRef,
        sorted: bool,
        path: &str,
    ) -> Result<ArrayRef, Misfit> {
        let DataType::Struct(fields) = entries.data_type() else {
            return Err(Misfit { column: path.to_owned(), expected: "a map".into(), found: "none".into() });
        };
        let [key, value] = fields.as_ref() else {
            return Err(Misfit { column: path.to_owned(), expected: "a map".into(), found: "none".into() });
        };
        let keys = self.array(map.keys(), key.data_type(), &format!("{path} key"))?;
        let values = self.array(map.values(), value.data_type(), &format!("{path}{{}}"))?;
        let made = StructArray::try_new(fields.clone(), vec![keys, values], None).and_then(|inner| {
            MapArray::try_new(Arc::clone(entries), map.offsets().clone(), inner, map.nulls().cloned(), sorted)
        });
        made.map(|map| Arc::new(map) as ArrayRef).map_err(|e| broken(path, &e))
    }

    /// Times in the wanted unit.
    fn times(&mut self, array: &ArrayRef, unit: TimeUnit) -> Option<Result<Vec<Option<i64>>, String>> {
        let wanted = per_second(unit);
        let DataType::Timestamp(unit, _) = array.data_type() else { return None };
        let (values, found) = (raw_times(array)?, per_second(*unit));
        let mut made = Vec::with_capacity(values.len());
        for value in values {
            let Some(value) = value else {
                made.push(None);
                continue;
            };
            let time = if wanted >= found {
                value.checked_mul(wanted / found)
            } else {
                let factor = found / wanted;
                if value.rem_euclid(factor) != 0 {
                    if !self.floor_times {
                        return Some(Err(format!("{value}, which is finer")));
                    }
                    self.floored += 1;
                }
                Some(value.div_euclid(factor))
            };
            match time {
                Some(time) => made.push(Some(time)),
                None => return Some(Err(format!("{value}, which is out of range"))),
            }
        }
        Some(Ok(made))
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn broken(path: &str, error: &ArrowError) -> Misfit {
    Misfit { column: path.to_owned(), expected: "sound values".to_owned(), found: error.to_string() }
}

pub(super) fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Values of a column of times, whatever its unit.
pub(super) fn raw_times(array: &ArrayRef) -> Option<Vec<Option<i64>>> {
    let DataType::Timestamp(unit, _) = array.data_type() else { return None };
    Some(match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().iter().collect(),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().iter().collect(),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().iter().collect(),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().iter().collect(),
    })
}

/// One value of a column of times.
pub(super) fn time(array: &ArrayRef, row: usize) -> Option<i64> {
    let DataType::Timestamp(unit, _) = array.data_type() else { return None };
    Some(match unit {
        TimeUnit::Second => array.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().value(row),
        TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().value(row),
    })
}

/// Integers of any width.
fn integers(array: &ArrayRef) -> Option<Vec<Option<i128>>> {
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
fn narrowed<T>(array: &ArrayRef) -> Option<Result<ArrayRef, String>>
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
fn float32(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
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

fn float64(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
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

fn decimal(array: &ArrayRef, precision: u8, scale: i8) -> Option<Result<ArrayRef, String>> {
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
fn text(array: &ArrayRef) -> Option<Result<ArrayRef, String>> {
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

fn binary(array: &ArrayRef) -> Option<ArrayRef> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else has bytes")]
    let values: BinaryArray = match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(|text| text.map(str::as_bytes)).collect(),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().iter().collect(),
        _ => return None,
    };
    Some(Arc::new(values))
}

/// A type as Hive calls it, where Hive has it.
pub(super) fn words(ty: &DataType) -> String {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the others go by their own names")]
    match ty {
        DataType::Boolean => "boolean".into(),
        DataType::Int8 => "tinyint".into(),
        DataType::Int16 => "smallint".into(),
        DataType::Int32 => "int".into(),
        DataType::Int64 => "bigint".into(),
        DataType::UInt8 => "unsigned integer of 8 bits".into(),
        DataType::UInt16 => "unsigned integer of 16 bits".into(),
        DataType::UInt32 => "unsigned integer of 32 bits".into(),
        DataType::UInt64 => "unsigned integer of 64 bits".into(),
        DataType::Float32 => "float".into(),
        DataType::Float64 => "double".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Utf8 => "string".into(),
        DataType::Binary => "binary".into(),
        DataType::FixedSizeBinary(size) => format!("binary of {size} bytes"),
        DataType::Date32 => "date".into(),
        DataType::Timestamp(unit, zone) => {
            let unit = match unit {
                TimeUnit::Second => "seconds",
                TimeUnit::Millisecond => "milliseconds",
                TimeUnit::Microsecond => "microseconds",
                TimeUnit::Nanosecond => "nanoseconds",
            };
            format!("timestamp in {unit}{}", if zone.is_some() { ", UTC" } else { "" })
        }
        DataType::List(element) => format!("array<{}>", words(element.data_type())),
        DataType::Struct(fields) => {
            let members: Vec<String> =
                fields.iter().map(|field| format!("{}:{}", field.name(), words(field.data_type()))).collect();
            format!("struct<{}>", members.join(","))
        }
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let parts: Vec<String> = fields.iter().map(|field| words(field.data_type())).collect();
                format!("map<{}>", parts.join(","))
            }
            other => words(other),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{
        BooleanArray, Decimal128Array, Int32Array, Int64Array, TimestampMicrosecondArray, UInt64Array,
    };
    use arrow_schema::{Field, Schema};

    fn cast(array: ArrayRef, wanted: DataType, floor: bool) -> Result<ArrayRef, String> {
        let field = Field::new("c", wanted, true);
        let mut caster = Caster {
            schema: Arc::new(Schema::new(vec![field])),
            drop_columns: false,
            floor_times: floor,
            floored: 0,
        };
        let batch = RecordBatch::try_from_iter_with_nullable([("C", array, true)]).unwrap();
        let made = caster.batch(&batch).map_err(|m| format!("{}: {} / {}", m.column, m.expected, m.found))?;
        Ok(Arc::clone(made.column(0)))
    }

    fn decimals(values: Vec<Option<i128>>, precision: u8, scale: i8) -> ArrayRef {
        Arc::new(Decimal128Array::from(values).with_precision_and_scale(precision, scale).unwrap())
    }

    #[test]
    fn what_loses_nothing_is_taken() {
        let ints: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None, Some(-128)]));
        for wanted in [DataType::Int8, DataType::Int16, DataType::Int64] {
            let made = cast(Arc::clone(&ints), wanted.clone(), false).unwrap();
            assert_eq!((made.data_type(), made.null_count()), (&wanted, 1));
        }
        let made = cast(Arc::new(UInt64Array::from(vec![1, 2])), DataType::Int64, false).unwrap();
        assert_eq!(&made, &(Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef));
        let made = cast(decimals(vec![Some(125), None], 7, 2), DataType::Decimal128(20, 4), false).unwrap();
        assert_eq!(&made, &decimals(vec![Some(12_500), None], 20, 4));
        let made = cast(decimals(vec![Some(12_500)], 38, 4), DataType::Decimal128(7, 2), false).unwrap();
        assert_eq!(&made, &decimals(vec![Some(125)], 7, 2));
        let made = cast(Arc::new(BinaryArray::from(vec![&b"x"[..]])), DataType::Utf8, false).unwrap();
        assert_eq!(&made, &(Arc::new(StringArray::from(vec!["x"])) as ArrayRef));
        let made = cast(Arc::new(Float64Array::from(vec![0.5, f64::INFINITY])), DataType::Float32, false);
        assert_eq!(&made.unwrap(), &(Arc::new(Float32Array::from(vec![0.5, f32::INFINITY])) as ArrayRef));
    }

    #[test]
    fn what_loses_something_is_refused_with_its_value() {
        let millis = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        let micros: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![1_000, -1]));
        let cases: [(ArrayRef, DataType, &str); 8] = [
            (Arc::new(Int32Array::from(vec![300])), DataType::Int8, "c: tinyint / the int 300"),
            (Arc::new(UInt64Array::from(vec![u64::MAX])), DataType::Int64, "18446744073709551615"),
            (Arc::new(Float64Array::from(vec![0.1])), DataType::Float32, "the double 0.1"),
            (decimals(vec![Some(125)], 7, 2), DataType::Decimal128(7, 1), "the decimal(7,2) 125e-2"),
            (decimals(vec![Some(12_500)], 7, 2), DataType::Decimal128(4, 2), "12500e-2"),
            (Arc::clone(&micros), millis.clone(), "the timestamp in microseconds -1, which is finer"),
            (Arc::new(BooleanArray::from(vec![true])), DataType::Int8, "tinyint / a column of type boolean"),
            (Arc::new(BinaryArray::from(vec![&b"\xff"[..]])), DataType::Utf8, "no UTF-8"),
        ];
        for (array, wanted, expected) in cases {
            let error = cast(array, wanted, false).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let floored = cast(micros, millis, true).unwrap();
        assert_eq!(raw_times(&floored).unwrap(), [Some(1), Some(-1)]);
    }

    #[test]
    fn members_go_by_name_and_what_is_too_much_is_named() {
        let x = Field::new("x", DataType::Int32, true);
        let (y, z) = (Field::new("y", DataType::Utf8, true), Field::new("Z", DataType::Int64, true));
        let found = StructArray::from(vec![
            (Arc::new(z.clone()), Arc::new(Int64Array::from(vec![2])) as ArrayRef),
            (Arc::new(x.clone()), Arc::new(Int32Array::from(vec![1])) as ArrayRef),
        ]);
        let wanted = |fields: Vec<Field>| DataType::Struct(fields.into());
        let lower = Field::new("z", DataType::Int64, true);
        let made = cast(Arc::new(found.clone()), wanted(vec![x.clone(), y, lower]), false).unwrap();
        let made = made.as_struct();
        assert_eq!(
            (made.column(1).null_count(), made.column(2).as_primitive::<Int64Type>().value(0)),
            (1, 2)
        );
        let error = cast(Arc::new(found), wanted(vec![x]), false).unwrap_err();
        assert_eq!(error, "c.Z: only columns of the table / a column of type bigint, which it does not have");
    }
}

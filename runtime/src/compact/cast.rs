//! Columns of other writers as the table's own, value by value: what would lose anything is refused.

mod values;
mod words;

#[cfg(test)]
mod tests;

pub(super) use values::{per_second, raw_times, time};
pub(super) use words::words;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
};
use arrow_array::{
    Array, ArrayRef, ListArray, MapArray, PrimitiveArray, RecordBatch, StructArray, new_null_array,
};
use arrow_schema::{ArrowError, DataType, FieldRef, Fields, SchemaRef, TimeUnit};
use std::sync::Arc;
use values::{binary, decimal, float32, float64, narrowed, text};

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

//! What is taken and what is refused.

use super::*;
use arrow_array::{
    BinaryArray, BooleanArray, Decimal128Array, Float32Array, Float64Array, Int32Array, Int64Array,
    StringArray, TimestampMicrosecondArray, UInt64Array,
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
    assert_eq!((made.column(1).null_count(), made.column(2).as_primitive::<Int64Type>().value(0)), (1, 2));
    let error = cast(Arc::new(found), wanted(vec![x]), false).unwrap_err();
    assert_eq!(error, "c.Z: only columns of the table / a column of type bigint, which it does not have");
}

//! Files of other writers, rows that do not fit, and what stands in paths.

use super::{ReadError, read, read_file};
use crate::{ReadRecord, Record};
use arrow_array::builder::{Int64Builder, ListBuilder};
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Float32Array, Int64Array, RecordBatch, StringArray,
    TimestampNanosecondArray,
};
use parquet::arrow::ArrowWriter;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, PartialEq, Record, ReadRecord)]
#[lake(crate = "crate", table = "reading", partition(by = region, layout = "region={region}", null = "none"))]
struct Reading {
    sensor: u8,
    region: Option<String>,
    ratio: Option<f64>,
    name: Option<String>,
    levels: Option<Vec<i16>>,
    #[serde(default = "seven")]
    extra: u8,
    #[serde(skip)]
    seen: bool,
}

fn seven() -> u8 {
    7
}

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn sensors(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn shown<T>(result: Result<T, ReadError>) -> Result<T, String> {
    result.map_err(|error| {
        let name = error.file().file_name().unwrap().to_string_lossy().into_owned();
        let text = error.to_string();
        name + text.strip_prefix(&error.file().display().to_string()).unwrap()
    })
}

#[test]
fn files_of_other_writers() {
    let lake = tempfile::tempdir().unwrap();
    let mut levels = ListBuilder::new(Int64Builder::new());
    levels.append_value([Some(-3), Some(4)]);
    let file = lake.path().join("reading/region=Gent%20%C3%A9/part-0.snappy.parquet");
    write(
        &file,
        vec![
            ("unknown", Arc::new(Date32Array::from(vec![1]))),
            ("SENSOR", sensors(&[Some(5)])),
            ("ratio", Arc::new(Float32Array::from(vec![0.5]))),
            ("name", Arc::new(BinaryArray::from(vec![&b"x"[..]]))),
            ("levels", Arc::new(levels.finish())),
        ],
    );
    let expected = |region: Option<&str>| Reading {
        sensor: 5,
        region: region.map(str::to_owned),
        ratio: Some(0.5),
        name: Some("x".into()),
        levels: Some(vec![-3, 4]),
        extra: 7,
        seen: false,
    };
    assert_eq!(read_file::<Reading>(&file).next().unwrap().unwrap(), expected(Some("Gent é")));
    for null in ["__HIVE_DEFAULT_PARTITION__", "none"] {
        let folder = lake.path().join("reading").join(format!("region={null}"));
        fs::create_dir_all(&folder).unwrap();
        fs::copy(&file, folder.join("f.parquet")).unwrap();
    }
    for hidden in ["_SUCCESS", ".crc", "_temporary/x"] {
        let path = lake.path().join("reading").join(hidden);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "no Parquet").unwrap();
    }
    let regions: Vec<_> = read::<Reading>(lake.path()).map(|record| record.unwrap().region).collect();
    assert_eq!(regions, [Some("Gent é".to_owned()), None, None]);
}

#[test]
fn one_bad_row_or_file_does_not_end_the_stream() {
    let lake = tempfile::tempdir().unwrap();
    let folder = lake.path().join("reading");
    write(&folder.join("a.parquet"), vec![("sensor", sensors(&[Some(1), Some(300), None, Some(2)]))]);
    fs::write(folder.join("b.parquet"), "no Parquet").unwrap();
    write(&folder.join("c.parquet"), vec![("sensor", Arc::new(StringArray::from(vec!["1"])))]);
    write(&folder.join("d.parquet"), vec![("name", Arc::new(StringArray::from(vec!["x"])))]);
    write(&folder.join("e.parquet"), vec![("sensor", sensors(&vec![Some(3); 3000]))]);
    let found: Vec<_> =
        read::<Reading>(lake.path()).map(|result| shown(result.map(|record| record.sensor))).collect();
    let wrong = |text: &str| Err(text.to_owned());
    assert_eq!(found[0], Ok(1));
    assert_eq!(
        found[1],
        wrong("a.parquet, row 2, column `sensor`: expected an integer from 0 to 255, found 300")
    );
    assert_eq!(found[2], wrong("a.parquet, row 3, column `sensor`: expected uint8, found null"));
    assert_eq!(found[3], Ok(2));
    assert!(found[4].as_ref().unwrap_err().starts_with("b.parquet: expected a readable Parquet file, found"));
    assert_eq!(
        found[5],
        wrong("c.parquet, column `sensor`: expected a column of type uint8, found a column of type Utf8")
    );
    assert_eq!(found[6], wrong("d.parquet, row 1, column `sensor`: expected uint8, found no such column"));
    assert_eq!(found.len(), 3007);
    assert!(found[7..].iter().all(|sensor| *sensor == Ok(3)));
}

#[test]
fn a_lake_without_the_table_is_one_error() {
    let lake = tempfile::tempdir().unwrap();
    let found: Vec<_> = read::<Reading>(lake.path()).map(shown).collect();
    assert_eq!(found, [Err("reading: expected the folder of table `reading`, found nothing".to_owned())]);
    let found: Vec<_> = read_file::<Reading>(lake.path().join("x.parquet")).collect();
    assert_eq!(found.len(), 1);
}

#[derive(Debug, PartialEq, Record, ReadRecord)]
#[lake(crate = "crate", table = "nested")]
struct Nested {
    #[serde(flatten)]
    place: Option<Place>,
    parts: Vec<Place>,
    count: u16,
}

#[derive(Debug, PartialEq, crate::ColumnType, crate::ReadColumn)]
#[lake(crate = "crate")]
struct Place {
    x: i32,
    y: Option<i32>,
}

#[test]
fn a_flattened_option_and_the_column_of_a_fault_inside_a_list() {
    let lake = tempfile::tempdir().unwrap();
    let table = crate::Table::try_from(Nested::TABLE).unwrap();
    let plan = crate::Plan::compile(&table).unwrap();
    let mut batch = crate::Batch::new(&plan, 0);
    let place = |x| Place { x, y: None };
    let records = [
        Nested { place: None, parts: vec![place(1)], count: 0 },
        Nested { place: Some(place(2)), parts: vec![], count: 9 },
    ];
    for record in &records {
        crate::feed::typed::append(record, &plan, &mut batch).unwrap();
    }
    crate::write_batches(&table, lake.path(), "n", &batch.split(&plan).unwrap()).unwrap();
    assert_eq!(read::<Nested>(lake.path()).map(Result::unwrap).collect::<Vec<_>>(), records);

    #[derive(Debug, PartialEq, Record, ReadRecord)]
    #[lake(crate = "crate", table = "nested")]
    struct Narrow {
        parts: Vec<NarrowPlace>,
    }
    #[derive(Debug, PartialEq, crate::ColumnType, crate::ReadColumn)]
    #[lake(crate = "crate")]
    struct NarrowPlace {
        y: i8,
    }
    let error = read::<Narrow>(lake.path()).next().unwrap().unwrap_err();
    assert_eq!((error.column(), error.row(), error.found()), (Some("parts[].y"), Some(1), "null"));
}

#[test]
fn times_of_another_unit() {
    #[derive(Debug, PartialEq, Record, ReadRecord)]
    #[lake(crate = "crate", table = "times")]
    struct Times {
        at: Moment,
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("times.parquet");
    write(&file, vec![("at", Arc::new(TimestampNanosecondArray::from(vec![-1])))]);
    let record = read_file::<Times>(&file).next().unwrap().unwrap();
    assert_eq!(record, Times { at: Moment(-1, 999_999_999) });
}

/// A moment, as the source gives it.
#[derive(Debug, PartialEq)]
struct Moment(i64, u32);

impl crate::ColumnType for Moment {
    const TYPE: crate::def::TypeDef = crate::def::TypeDef::Timestamp { instant: true, offset: false };
    fn push_value<S: crate::RowSink + ?Sized>(&self, sink: &mut S) {
        sink.timestamp(self.0, self.1);
    }
}

impl crate::ReadColumn for Moment {
    fn read_value<S: crate::RowSource + ?Sized>(source: &mut S) -> Result<Self, crate::ReadFault> {
        source.timestamp().map(|(seconds, nanos)| Self(seconds, nanos))
    }
}

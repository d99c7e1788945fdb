use super::*;
use crate::artifacts::{Artifact as _, Content, Rendered};
use crate::def::TimeUnit;
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord};
use crate::table::{Partition, PartitionBy};

fn element(ty: LogicalType) -> Box<Element> {
    Box::new(Element { ty, nullable: false })
}

/// A column of each kind that Spark sees differently in files and in records.
fn table() -> Table {
    let mut speed = Column::new("car_speed", LogicalType::UInt8);
    speed.key = "voertuigsnelheid".into();
    speed.comment = Some("Speed, \"km/h\";\nnull at night – 晚上".into());
    let mut region = Column::new("region", LogicalType::String);
    region.comment = Some("Region.".into());
    let prices = LogicalType::Map {
        key: Box::new(LogicalType::Int32),
        value: element(LogicalType::Decimal { precision: 12, scale: 2 }),
    };
    let members = vec![speed.clone(), Column::new("prices", prices)];
    let columns = vec![
        region,
        Column::new("at", LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false }),
        speed,
        Column::new(
            "boxes",
            LogicalType::List { element: element(LogicalType::Struct { columns: members }), length: None },
        ),
    ];
    let mut table = Table::new("traffic", columns);
    for (by, layout) in [("region", "region={region}"), ("at", "dt={yyyy-MM-dd}")] {
        table.partitions.push(Partition {
            by: PartitionBy::Column(by.into()),
            layout: Layout::parse(layout, Some(by)).unwrap(),
            null: None,
        });
    }
    table.validate().unwrap();
    table
}

fn names(fields: &[SparkField]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

fn rendered(table: &Table, name: &str) -> Rendered {
    let part = Spark.parts().iter().find(|part| part.name == name).unwrap();
    Spark.render(part, table, &crate::Target::default()).unwrap().unwrap()
}

#[test]
fn a_table_has_its_file_columns_then_its_partitions() {
    let fields = table_fields(&table(), &Target::default());
    assert_eq!(names(&fields), ["at", "car_speed", "boxes", "region", "dt"]);
    assert!(fields[3..].iter().all(|field| field.ty == SparkType::String));
    assert_eq!(fields[3].comment.as_deref(), Some("Region."));
    assert_eq!(fields[4].comment.as_deref(), Some("at (UTC), {yyyy-MM-dd}"));
}

#[test]
fn records_have_every_column_by_its_key_and_maps_of_texts() {
    let fields = record_fields(&table());
    assert_eq!(names(&fields), ["region", "at", "voertuigsnelheid", "boxes"]);
    let SparkType::Array(members) = &fields[3].ty else { panic!("{fields:?}") };
    let SparkType::Struct(members) = members.as_ref() else { panic!("{fields:?}") };
    assert_eq!(names(members), ["voertuigsnelheid", "prices"]);
    let SparkType::Map(key, _) = &members[1].ty else { panic!("{members:?}") };
    assert_eq!(key.as_ref(), &SparkType::String);
}

#[test]
fn types() {
    let time = |instant| LogicalType::Timestamp { unit: TimeUnit::Micros, instant, offset: true };
    for (ty, spark) in [
        (LogicalType::Boolean, SparkType::Boolean),
        (LogicalType::Int8, SparkType::Byte),
        (LogicalType::UInt8, SparkType::Short),
        (LogicalType::UInt16, SparkType::Integer),
        (LogicalType::UInt32, SparkType::Long),
        (LogicalType::Decimal { precision: 20, scale: 0 }, SparkType::Decimal { precision: 20, scale: 0 }),
        (LogicalType::Char, SparkType::String),
        (LogicalType::Enum(vec![EnumWord { word: "a".into(), aliases: vec![] }]), SparkType::String),
        (LogicalType::Json, SparkType::String),
        (LogicalType::Binary, SparkType::Binary),
        (LogicalType::Date, SparkType::Date),
        (time(true), SparkType::Timestamp),
        (time(false), SparkType::TimestampNtz),
    ] {
        assert_eq!(spark_type(&ty, Names::Columns), spark, "{}", ty.name());
    }
}

#[test]
fn json_is_what_spark_writes() {
    let Content::Json(json) = rendered(&table(), "json").content else { panic!("no JSON") };
    let fields = json.get("fields").unwrap();
    let crate::json::Json::List(fields) = fields else { panic!("{fields:?}") };
    assert_eq!(
        serde_json::to_string(&fields[1]).unwrap(),
        r#"{"metadata":{"comment":"Speed, \"km/h\";\nnull at night – 晚上"},"name":"car_speed","nullable":true,"type":"short"}"#
    );
    assert_eq!(
        serde_json::to_string(&fields[0]).unwrap(),
        r#"{"metadata":{},"name":"at","nullable":true,"type":"timestamp"}"#
    );
    let boxes = serde_json::to_string(&fields[2]).unwrap();
    let map = r#"{"keyType":"integer","type":"map","valueContainsNull":true,"valueType":"decimal(12,2)"}"#;
    assert!(
        boxes.contains(map) && boxes.contains(r#""type":{"containsNull":true,"elementType":{"#),
        "{boxes}"
    );
}

#[test]
fn python_has_a_field_a_line() {
    let text = rendered(&table(), "python").content.to_text();
    let fields: Vec<_> = text.lines().filter(|line| line.contains("StructField(")).collect();
    assert_eq!(fields.len(), 5 + 2 + 4 + 2, "{text}");
    let speed = r#"        StructField("car_speed", ShortType(), True, {"comment": "Speed, \"km/h\";\nnull at night – 晚上"}),"#;
    assert_eq!(fields[1], speed);
    assert!(text.contains("    \"car_speed\": \"voertuigsnelheid\",\n"), "{text}");
    assert!(text.contains("    DecimalType,\n") && !text.contains("BinaryType"), "{text}");
}

#[test]
fn wall_clocks_are_noted() {
    let mut table = table();
    assert_eq!(rendered(&table, "json").notes, [""; 0]);
    let wall = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: false, offset: false };
    table.columns.push(Column::new("walls", LogicalType::List { element: element(wall), length: None }));
    for part in ["json", "records", "python"] {
        assert!(rendered(&table, part).notes[0].contains("Spark 3.4"));
    }
}

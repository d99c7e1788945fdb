use super::*;
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord};
use crate::table::{Partition, PartitionBy};

fn element(ty: LogicalType) -> Box<Element> {
    Box::new(Element { ty, nullable: false })
}

#[test]
fn types() {
    let timestamp = |unit, instant| LogicalType::Timestamp { unit, instant, offset: true };
    let utc = || Some(Arc::from("UTC"));
    for (ty, arrow) in [
        (LogicalType::Boolean, DataType::Boolean),
        (LogicalType::UInt8, DataType::Int16),
        (LogicalType::UInt16, DataType::Int32),
        (LogicalType::UInt32, DataType::Int64),
        (LogicalType::Int8, DataType::Int8),
        (LogicalType::Decimal { precision: 12, scale: 2 }, DataType::Decimal128(12, 2)),
        (LogicalType::Uuid, DataType::Utf8),
        (LogicalType::Enum(vec![EnumWord { word: "a".into(), aliases: vec![] }]), DataType::Utf8),
        (LogicalType::Date, DataType::Date32),
        (timestamp(TimeUnit::Millis, true), DataType::Timestamp(arrow_schema::TimeUnit::Millisecond, utc())),
        (timestamp(TimeUnit::Micros, false), DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, None)),
    ] {
        assert_eq!(arrow_type(&ty), arrow);
    }
}

#[test]
fn nested_names_are_those_of_parquet() {
    let list = arrow_type(&LogicalType::List { element: element(LogicalType::Int8), length: Some(2) });
    assert_eq!(list, DataType::List(Arc::new(Field::new("element", DataType::Int8, true))));
    let map = LogicalType::Map { key: Box::new(LogicalType::String), value: element(LogicalType::UInt8) };
    let entries = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Int16, true),
    ]);
    let entries = Field::new("key_value", DataType::Struct(entries), false);
    assert_eq!(arrow_type(&map), DataType::Map(Arc::new(entries), false));
}

fn table() -> Table {
    let mut speed = Column::new("car_speed", LogicalType::UInt8);
    speed.comment = Some("km/h".into());
    let members = vec![speed.clone(), Column::new("b", LogicalType::Binary)];
    let columns = vec![
        Column::new("region", LogicalType::String),
        speed,
        Column::new("record", LogicalType::Struct { columns: members }),
    ];
    let mut table = Table::new("traffic", columns);
    table.comment = Some("Minutes.".into());
    table.partitions = vec![Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    }];
    table
}

#[test]
fn file_columns_with_comments() {
    let schema = arrow_schema(&table());
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["car_speed", "record"]);
    assert!(schema.fields().iter().all(|field| field.is_nullable()));
    assert_eq!(schema.field(0).metadata().get(COMMENT_KEY).map(String::as_str), Some("km/h"));
    assert_eq!(schema.metadata().get(TABLE_KEY).map(String::as_str), Some("traffic"));
    assert_eq!(schema.metadata().get(COMMENT_KEY).map(String::as_str), Some("Minutes."));
    let DataType::Struct(members) = schema.field(1).data_type() else { panic!("no struct") };
    assert_eq!(members[0].metadata().get(COMMENT_KEY).map(String::as_str), Some("km/h"));
}

#[cfg(feature = "contract")]
#[test]
fn rendering() {
    use crate::artifacts::Artifact as _;
    let part = &ArrowSchema.parts()[0];
    let rendered = ArrowSchema.render(part, &table(), &crate::Target::default()).unwrap().unwrap();
    let text = rendered.content.to_text();
    assert!(text.ends_with("}\n"));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["fields"][0]["type"], "Int16");
    assert_eq!(json["fields"][1]["children"][0]["metadata"]["comment"], "km/h");
    assert_eq!(part.file_name(&table()), "traffic.arrow.json");
}

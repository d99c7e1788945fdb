use super::{Guess, RustOptions, rust};
use crate::def::TimeUnit;
use crate::layout::Layout;
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::table::{Column, Partition, PartitionBy, Scalar, SortColumn, Table, TimeFormat};

fn source(table: &Table) -> String {
    rust(table, &RustOptions::default()).unwrap_or_else(|findings| panic!("{findings}")).text
}

fn word(word: &str) -> EnumWord {
    EnumWord { word: word.into(), aliases: Vec::new() }
}

fn list(ty: LogicalType) -> LogicalType {
    LogicalType::List { element: Box::new(Element { ty, nullable: false }), length: None }
}

#[test]
fn a_table_with_everything_in_it() {
    let mut at =
        Column::new("at", LogicalType::Timestamp { unit: TimeUnit::Micros, instant: true, offset: false });
    at.rules.time = vec![TimeFormat::Rfc3339, TimeFormat::Pattern("d/M/yyyy HH:mm".into())];
    at.comment = Some("Start of the minute.".into());
    let mut speed = Column::new("type", LogicalType::Decimal { precision: 5, scale: 2 });
    (speed.nullable, speed.key) = (true, "Type".into());
    speed.rules.null_if = vec![Scalar::Int(-1), Scalar::Float(2.5), Scalar::Text("n/a".into())];
    let mut class = Column::new("kind", LogicalType::Enum(vec![word("small-car"), word("lorry-xl")]));
    class.aliases = vec!["kind_of".into()];
    let classes = Column::new("classes", list(LogicalType::Struct { columns: vec![class] }));
    let mut blob = Column::new("blob", LogicalType::Binary);
    blob.nullable = true;
    let mut table = Table::new("traffic", vec![at, speed, classes, blob]);
    table.comment = Some("One minute.".into());
    table.partitions = vec![Partition {
        by: PartitionBy::Column("at".into()),
        layout: Layout::parse("dt={yyyy-MM-dd}", Some("at")).unwrap(),
        null: None,
    }];
    table.key = vec!["type".into(), "at".into()];
    table.sort = vec![SortColumn { column: "at".into(), descending: true }];
    table.parameters.insert("owner".into(), "\"us\"".into());
    let options = RustOptions {
        name: Some("Minute".into()),
        guesses: vec![Guess::new("classes.kind", "these words are all that was seen")],
    };
    let written = rust(&table, &options).unwrap_or_else(|findings| panic!("{findings}"));
    assert_eq!(written.features, ["chrono", "rust_decimal"]);
    assert_eq!(
        written.text,
        r#"use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "traffic", partition(by = at, layout = "dt={yyyy-MM-dd}"))]
#[lake(key = "type, at", sort = "at desc", parameters("owner" = "\"us\""))]
pub struct Minute {
    /// Start of the minute.
    #[lake(time(rfc3339, "d/M/yyyy HH:mm"), unit = "us")]
    pub at: DateTime<Utc>,
    #[serde(rename = "Type")]
    #[lake(decimal(5, 2), null_if(-1, 2.5, "n/a"))]
    pub r#type: Option<Decimal>,
    pub classes: Vec<Class>,
    #[lake(binary)]
    pub blob: Option<Vec<u8>>,
}

/// A record in `classes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Class {
    // guessed: these words are all that was seen
    #[serde(alias = "kind_of")]
    pub kind: Kind,
}

/// A word in `classes.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ColumnType)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    SmallCar,
    LorryXl,
}
"#
    );
}

#[test]
fn keys_of_one_style_need_one_word() {
    let mut columns =
        vec![Column::new("point_id", LogicalType::Int32), Column::new("car_speed", LogicalType::Int32)];
    for (column, key) in columns.iter_mut().zip(["pointId", "carSpeed"]) {
        column.key = key.into();
    }
    let text = source(&Table::new("t", columns));
    assert!(text.contains("#[serde(rename_all = \"camelCase\")]\n#[lake(table = \"t\")]\n"), "{text}");
    assert!(!text.contains("rename ="), "{text}");
}

#[test]
fn comments_are_those_of_a_struct_and_the_notes_say_so() {
    let mut columns: Vec<Column> =
        (0..3).map(|i| Column::new(format!("c{i}"), LogicalType::String)).collect();
    for (column, comment) in columns.iter_mut().zip([" two  blanks ", "", "``` code"]) {
        column.comment = Some(comment.into());
    }
    let written = rust(&Table::new("t", columns), &RustOptions::default()).unwrap();
    let comments: Vec<_> = written.table.columns.iter().map(|column| column.comment.as_deref()).collect();
    assert_eq!(comments, [Some("two blanks"), None, Some("``` code")]);
    assert_eq!(written.notes.len(), 2, "{:?}", written.notes);
    assert!(written.text.contains("    #[lake(comment = \"``` code\")]\n"), "{}", written.text);
}

#[test]
fn what_no_struct_can_say_is_named() {
    let wall = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: false, offset: true };
    let long = LogicalType::List {
        element: Box::new(Element { ty: LogicalType::Int8, nullable: false }),
        length: Some(33),
    };
    let key = |key| LogicalType::Map {
        key: Box::new(key),
        value: Box::new(Element { ty: LogicalType::Int8, nullable: false }),
    };
    let mut tagged = Column::new("tagged", LogicalType::Int8);
    tagged.tags = vec!["a".into(), "a".into()];
    let table = Table::new(
        "t",
        vec![
            Column::new("wall", wall),
            Column::new("long", list(long)),
            Column::new("price", key(LogicalType::Decimal { precision: 3, scale: 1 })),
            tagged,
        ],
    );
    let findings =
        rust(&table, &RustOptions { name: Some("Option".into()), ..RustOptions::default() }).unwrap_err();
    let found: Vec<_> = findings.0.iter().map(|finding| (finding.rule, finding.place.as_str())).collect();
    assert_eq!(
        found,
        [
            ("import-rust-name", "name of the struct"),
            ("import-rust-type", "column `wall`"),
            ("import-rust-type", "column `long`"),
            ("import-rust-type", "column `price`"),
            ("import-rust-word", "column `tagged`"),
        ]
    );
}

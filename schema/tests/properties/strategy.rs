//! Any valid table.

use lakebed_schema::layout::Layout;
use lakebed_schema::validate::MAX_DEPTH;
use lakebed_schema::{
    Column, Compression, Element, Encoding, EnumWord, LogicalType, Partition, PartitionBy, Rules, Scalar,
    SortColumn, Storage, Table, TimeFormat, TimeUnit,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Types nested as deep as may be: lists, maps, records.
pub(crate) fn deepest() -> Vec<LogicalType> {
    let element = |ty| Box::new(Element { ty, nullable: true });
    let nest =
        |wrap: &dyn Fn(LogicalType) -> LogicalType| (1..MAX_DEPTH).fold(LogicalType::Int8, |ty, _| wrap(ty));
    vec![
        nest(&|ty| LogicalType::List { element: element(ty), length: None }),
        nest(&|ty| LogicalType::Map { key: Box::new(LogicalType::String), value: element(ty) }),
        nest(&|ty| LogicalType::Struct { columns: vec![Column::new("a", ty)] }),
    ]
}

fn scalar() -> impl Strategy<Value = LogicalType> {
    prop_oneof![
        6 => select(vec![
            LogicalType::Boolean,
            LogicalType::Int8,
            LogicalType::Int16,
            LogicalType::Int32,
            LogicalType::Int64,
            LogicalType::UInt8,
            LogicalType::UInt16,
            LogicalType::UInt32,
            LogicalType::Float32,
            LogicalType::Float64,
            LogicalType::String,
            LogicalType::Char,
            LogicalType::Uuid,
            LogicalType::Json,
            LogicalType::Binary,
            LogicalType::Date,
        ]),
        1 => (1..=38_u8).prop_flat_map(|precision| {
            (0..=precision).prop_map(move |scale| LogicalType::Decimal { precision, scale })
        }),
        1 => (unit(), any::<bool>(), any::<bool>())
            .prop_map(|(unit, instant, offset)| LogicalType::Timestamp { unit, instant, offset }),
        1 => vec(vec("[a-zé \"]{0,4}", 0..2), 1..4).prop_map(|words| {
            let word = |(i, aliases): (usize, Vec<String>)| EnumWord {
                word: format!("word {i}"),
                aliases: aliases.iter().enumerate().map(|(j, alias)| format!("{alias}{i}.{j}")).collect(),
            };
            LogicalType::Enum(words.into_iter().enumerate().map(word).collect())
        }),
    ]
}

fn unit() -> impl Strategy<Value = TimeUnit> {
    select(vec![TimeUnit::Millis, TimeUnit::Micros])
}

fn map_key() -> impl Strategy<Value = LogicalType> {
    select(vec![
        LogicalType::String,
        LogicalType::Int64,
        LogicalType::UInt8,
        LogicalType::Date,
        LogicalType::Uuid,
    ])
}

/// Any type, scalars included.
pub(crate) fn logical_type() -> impl Strategy<Value = LogicalType> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        let element =
            (inner.clone(), any::<bool>()).prop_map(|(ty, nullable)| Box::new(Element { ty, nullable }));
        prop_oneof![
            (element.clone(), option::of(1..9_u64))
                .prop_map(|(element, length)| LogicalType::List { element, length }),
            (map_key(), element).prop_map(|(key, value)| LogicalType::Map { key: Box::new(key), value }),
            vec(column(inner), 1..4).prop_map(|columns| LogicalType::Struct { columns: named(columns) }),
        ]
    })
}

/// A column of some type with words that fit; its names are given by [`named`].
fn column(ty: impl Strategy<Value = LogicalType>) -> impl Strategy<Value = Column> {
    let texts = (
        option::of(".{0,12}"),
        vec("[a-z]{1,4}", 0..3),
        option::of(select(vec!["@a", "a/b/@c", "a[@k='v']/b"])),
    );
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (ty, texts, flags, any::<i8>(), any::<f64>()).prop_map(
        |(ty, (comment, tags, xml), (nullable, default, bloom, comma, other_key), int, float)| {
            let mut column = Column::new("x", ty);
            column.key = if other_key { "Sleutel-é".into() } else { String::new() };
            (column.comment, column.tags, column.xml) = (comment, tags, xml.map(str::to_owned));
            (column.nullable, column.default) = (nullable, default);
            column.rules = rules(&column.ty, nullable, comma, int, float);
            column.bloom = bloom && column.ty == LogicalType::String;
            column.encoding = match column.ty {
                LogicalType::Int32 => Some(Encoding::DeltaBinaryPacked),
                LogicalType::Float64 => Some(Encoding::ByteStreamSplit),
                _ => None,
            };
            column
        },
    )
}

fn rules(ty: &LogicalType, nullable: bool, comma: bool, int: i8, float: f64) -> Rules {
    let mut rules = Rules::default();
    match ty {
        LogicalType::Timestamp { .. } => {
            let pattern = TimeFormat::Pattern("d/M/yyyy 'om' HH:mm".into());
            rules.time =
                vec![TimeFormat::Rfc3339, TimeFormat::EpochSeconds, TimeFormat::EpochMillis, pattern];
        }
        LogicalType::Float64 if nullable => {
            let float = if float.is_finite() { float } else { 0.5 };
            rules.null_if = vec![Scalar::Float(float), Scalar::Int(int.into()), Scalar::Int(u64::MAX.into())];
            rules.decimal_comma = comma;
        }
        LogicalType::Boolean if nullable => rules.null_if = vec![Scalar::Bool(comma)],
        LogicalType::String if nullable => rules.null_if = vec![Scalar::Text("\"\u{7f}-9.99".into())],
        LogicalType::Int8 if nullable => rules.null_if = vec![Scalar::Int(int.into())],
        _ => {}
    }
    rules
}

/// Gives each column a name and a key of its own, and lets a nullable one follow one with sentinels.
fn named(mut columns: Vec<Column>) -> Vec<Column> {
    for (i, column) in columns.iter_mut().enumerate() {
        column.name = format!("c{i}");
        column.key = if column.key.is_empty() { column.name.clone() } else { format!("{}{i}", column.key) };
        column.aliases = if i % 2 == 0 { vec![] } else { vec![format!("Alias{i}"), format!("alias-{i}")] };
    }
    let source =
        columns.iter().find(|column| !column.rules.null_if.is_empty()).map(|column| column.name.clone());
    if let Some(column) = columns.iter_mut().rev().find(|column| column.nullable) {
        column.rules.null_with = source;
    }
    columns
}

fn partitions() -> impl Strategy<Value = Vec<Partition>> {
    let partition = |by: Option<&str>, layout: &str, null: Option<&str>| Partition {
        by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.to_owned())),
        layout: Layout::parse(layout, by).expect("a legal layout"),
        null: null.map(str::to_owned),
    };
    proptest::sample::subsequence(
        vec![
            partition(Some("region"), "region={region}", Some("unknown")),
            partition(Some("region"), "zone=z-{region}.x/", None),
            partition(Some("observed_at"), "dt={yyyy-MM-dd}/hour={HH}", None),
            partition(Some("day"), "year={yyyy}/month={MM}", None),
            partition(None, "received={yyyyMMdd}/minute={HH.mm}", None),
        ],
        0..=5,
    )
}

/// Any valid table.
pub(crate) fn table() -> impl Strategy<Value = Table> {
    let fixed = || {
        let ty = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
        [
            Column::new("region", LogicalType::String),
            Column::new("observed_at", ty),
            Column::new("day", LogicalType::Date),
        ]
    };
    let storage =
        (select(vec![Compression::Snappy, Compression::Zstd]), 1..u64::MAX, select(vec![1, 134_217_728]));
    (
        vec(column(logical_type()), 0..5),
        partitions(),
        option::of(storage),
        btree_map("[a-z.]{1,6}", ".{0,6}", 0..3),
        option::of(".{0,20}"),
        any::<bool>(),
    )
        .prop_map(move |(columns, partitions, storage, parameters, comment, words)| {
            let mut table = Table::new("events", fixed().into_iter().chain(named(columns)).collect());
            table.partitions = partitions;
            table.parameters = parameters;
            table.comment = comment;
            if let Some((compression, row_group_rows, row_group_bytes)) = storage {
                table.storage = Storage { compression, row_group_rows, row_group_bytes };
            }
            if words {
                table.database = Some("lake".into());
                table.key = vec!["day".into(), "region".into()];
                table.latest_by = Some("observed_at".into());
                table.sort = vec![SortColumn { column: "day".into(), descending: true }];
                table.xml = Some("event".into());
            }
            table
        })
}

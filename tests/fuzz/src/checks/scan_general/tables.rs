//! Tables of any types and rules.

use super::choices::Choices;
use lakebed_schema::{
    Column, Element, EnumWord, Layout, LogicalType, Partition, PartitionBy, Scalar, Table, TimeFormat,
    TimeUnit,
};

/// A valid table; in the few cases where rules do not fit each other, one without them, or none.
pub fn table(choices: &mut Choices<'_>) -> Option<Table> {
    let wide = choices.happens(16);
    let count = if wide { 20 + choices.below(60) } else { 1 + choices.below(9) };
    let mut columns = columns(choices, count, if wide { 1 } else { 3 });
    let mut partitions = Vec::new();
    if choices.happens(64) {
        columns.splice(0..0, partition_columns());
        partitions = partitions_of(choices);
    }
    let mut table = Table { partitions, ..Table::new("t", columns) };
    if choices.happens(12) {
        table.records = vec![(*choices.pick(&["top/records", "meetpunt", "a/b/c"])).into()];
    }
    table.xml_json = choices.happens(24);
    if table.validate().is_err() {
        table.records.clear();
        plain(&mut table.columns);
    }
    table.validate().is_ok().then_some(table)
}

/// Every key and alias in the table, nested ones too.
pub fn keys(columns: &[Column]) -> Vec<String> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the rest has nothing of the kind")]
    fn within(ty: &LogicalType, keys: &mut Vec<String>) {
        match ty {
            LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } => {
                within(&element.ty, keys);
            }
            LogicalType::Struct { columns } => of(columns, keys),
            _ => {}
        }
    }
    fn of(columns: &[Column], keys: &mut Vec<String>) {
        for column in columns {
            keys.push(column.key.clone());
            keys.extend(column.aliases.iter().cloned());
            within(&column.ty, keys);
        }
    }
    let mut keys = Vec::new();
    of(columns, &mut keys);
    keys
}

/// Takes all rules away.
fn plain(columns: &mut [Column]) {
    for column in columns {
        column.rules = lakebed_schema::Rules::default();
        column.aliases.clear();
        column.key.clone_from(&column.name);
        if let LogicalType::Struct { columns } = &mut column.ty {
            plain(columns);
        }
    }
}

fn partition_columns() -> [Column; 3] {
    let ty = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    [
        Column { nullable: true, ..Column::new("region", LogicalType::String) },
        Column::new("observed_at", ty),
        Column::new("day", LogicalType::Date),
    ]
}

fn partitions_of(choices: &mut Choices<'_>) -> Vec<Partition> {
    let all = [
        (Some("region"), "region={region}", Some("unknown")),
        (Some("observed_at"), "dt={yyyy-MM-dd}/hour={HH}", None),
        (Some("day"), "year={yyyy}/month={MM}", None),
        (None, "received={yyyyMMdd}", None),
    ];
    let chosen: Vec<_> = all.into_iter().filter(|_| choices.happens(96)).collect();
    let partition = |(by, layout, null): (Option<&str>, &str, Option<&str>)| Partition {
        by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.to_owned())),
        layout: Layout::parse(layout, by).unwrap_or_else(|error| panic!("{error}")),
        null: null.map(str::to_owned),
    };
    chosen.into_iter().map(partition).collect()
}

fn columns(choices: &mut Choices<'_>, count: usize, depth: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = (0..count).map(|index| column(choices, index, depth)).collect();
    let sources: Vec<String> = columns
        .iter()
        .filter(|column| !column.rules.null_if.is_empty() && column.ty.is_scalar())
        .map(|column| column.name.clone())
        .collect();
    for column in &mut columns {
        if column.nullable && !sources.is_empty() && choices.happens(96) {
            column.rules.null_with = Some(choices.pick(&sources).clone());
        }
    }
    columns
}

fn column(choices: &mut Choices<'_>, index: usize, depth: usize) -> Column {
    let ty = ty(choices, depth);
    let mut column = Column::new(format!("c{index}"), ty);
    column.key = match choices.below(8) {
        0 => format!("Sleutel-é{index}"),
        1 => format!("camelCase{index}"),
        2 => format!("q\"\\{index}"),
        3 => format!("{}{index}", "long".repeat(17)),
        4 => format!("@{index}"),
        _ => column.name.clone(),
    };
    for alias in 0..choices.below(4).saturating_sub(1) {
        column.aliases.push(format!("Alias{alias}-{index}"));
    }
    column.nullable = choices.happens(128);
    column.default = choices.happens(32);
    rules(choices, &mut column);
    column
}

/// Rules that fit what the column holds in the end.
#[allow(clippy::wildcard_enum_match_arm, reason = "the rest has nothing of the kind")]
fn rules(choices: &mut Choices<'_>, column: &mut Column) {
    let (mut leaf, mut nullable) = (&column.ty, column.nullable);
    while let LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } = leaf {
        (leaf, nullable) = (&element.ty, element.nullable);
    }
    let mut null_if = Vec::new();
    match leaf {
        LogicalType::Date | LogicalType::Timestamp { .. } => {
            let formats = [
                TimeFormat::Rfc3339,
                TimeFormat::EpochSeconds,
                TimeFormat::EpochMillis,
                TimeFormat::Pattern("d/M/yyyy 'om' HH:mm".into()),
                TimeFormat::Pattern("yyyy-MM-dd HH:mm:ss.SSS".into()),
                TimeFormat::Pattern("yyyyMMdd".into()),
            ];
            for format in formats {
                if choices.happens(48) {
                    column.rules.time.push(format);
                }
            }
            null_if.push(Scalar::Text("1900-01-01T00:00:00Z".into()));
        }
        LogicalType::Float32 | LogicalType::Float64 | LogicalType::Decimal { .. } => {
            column.rules.decimal_comma = choices.happens(48);
            null_if.extend([Scalar::Float(-9.5), Scalar::Int(0), Scalar::Text("n/a".into())]);
        }
        LogicalType::Boolean => null_if.push(Scalar::Bool(false)),
        LogicalType::String => null_if.extend([Scalar::Text("-".into()), Scalar::Text("é\"".into())]),
        LogicalType::Enum(words) => null_if.push(Scalar::Text(words[0].word.clone())),
        LogicalType::Char => null_if.push(Scalar::Text("?".into())),
        other => {
            if let Some((min, max)) = other.integer_range() {
                null_if.extend([Scalar::Int(max.into()), Scalar::Int(min.into()), Scalar::Text("x".into())]);
            }
        }
    }
    if nullable {
        column.rules.null_if = null_if.into_iter().filter(|_| choices.happens(64)).collect();
    }
}

fn ty(choices: &mut Choices<'_>, depth: usize) -> LogicalType {
    if depth > 1 && choices.happens(72) {
        let element = |choices: &mut Choices<'_>| {
            Box::new(Element { ty: ty(choices, depth - 1), nullable: choices.happens(128) })
        };
        return match choices.below(4) {
            0 => LogicalType::List { element: element(choices), length: None },
            1 => LogicalType::List { length: Some(choices.below(5) as u64), element: element(choices) },
            2 => {
                let keys = [LogicalType::String, LogicalType::Int64, LogicalType::UInt8, LogicalType::Date];
                LogicalType::Map { key: Box::new(choices.pick(&keys).clone()), value: element(choices) }
            }
            _ => {
                let count = 1 + choices.below(4);
                LogicalType::Struct { columns: columns(choices, count, depth - 1) }
            }
        };
    }
    match choices.below(22) {
        0 => LogicalType::Boolean,
        1 => LogicalType::Int8,
        2 => LogicalType::Int16,
        3 => LogicalType::Int32,
        4 => LogicalType::Int64,
        5 => LogicalType::UInt8,
        6 => LogicalType::UInt16,
        7 => LogicalType::UInt32,
        8 => LogicalType::Float32,
        9 => LogicalType::Float64,
        10 | 11 => {
            let precision = 1 + choices.below(38) as u8;
            LogicalType::Decimal { precision, scale: choices.below(usize::from(precision) + 1) as u8 }
        }
        12 | 13 => LogicalType::String,
        14 => LogicalType::Char,
        15 => LogicalType::Uuid,
        16 => LogicalType::Enum(words(choices)),
        17 => LogicalType::Json,
        18 => LogicalType::Binary,
        19 => LogicalType::Date,
        _ => LogicalType::Timestamp {
            unit: *choices.pick(&[TimeUnit::Millis, TimeUnit::Micros]),
            instant: choices.happens(170),
            offset: choices.happens(64),
        },
    }
}

fn words(choices: &mut Choices<'_>) -> Vec<EnumWord> {
    let words = ["aan", "uit", "é", "a word of more than sixteen bytes", "q\"", "N"];
    let word = |(index, word): (usize, &&str)| EnumWord {
        word: (*word).to_owned(),
        aliases: (0..index % 3).map(|alias| format!("{alias}{index}")).collect(),
    };
    words.iter().enumerate().take(1 + choices.below(words.len())).map(word).collect()
}

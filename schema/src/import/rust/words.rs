//! Columns and tables as words of `#[lake(…)]`, `#[serde(…)]` and `#[schemars(…)]`.

use super::layout::{Word, doc, literal};
use super::names::Ident;
use crate::def::{Compression, Encoding, TimeUnit};
use crate::json::Json;
use crate::keywords::{ITEMS, Keywords, VALUES};
use crate::logical_type::LogicalType;
use crate::table::{Column, PartitionBy, Scalar, Storage, Table, TimeFormat};
use crate::validate::leaf;

fn is(name: &str, text: &str) -> Word {
    Word::Plain(format!("{name} = {}", literal(text)))
}

fn flag(name: &str, there: bool) -> Option<Word> {
    there.then(|| Word::Plain(name.to_owned()))
}

/// Names of fields by the names of their columns.
pub(super) struct Fields<'a> {
    pub(super) columns: &'a [Column],
    pub(super) idents: &'a [Ident],
}

impl Fields<'_> {
    fn name<'b>(&'b self, column: &'b str) -> &'b str {
        let at = self.columns.iter().position(|other| other.name == column);
        at.and_then(|at| self.idents.get(at)).map_or(column, |ident| &ident.name)
    }

    fn source<'b>(&'b self, column: &'b str) -> &'b str {
        let at = self.columns.iter().position(|other| other.name == column);
        at.and_then(|at| self.idents.get(at)).map_or(column, |ident| &ident.source)
    }

    fn list<'b>(&self, columns: impl Iterator<Item = (&'b String, &'b str)>) -> String {
        columns.map(|(column, after)| format!("{}{after}", self.name(column))).collect::<Vec<_>>().join(", ")
    }
}

/// The words of a table, those that its columns have come first.
pub(super) fn table(table: &Table, fields: &Fields<'_>, has_schema: bool) -> Vec<Word> {
    let mut words = vec![is("table", &table.name)];
    words.extend(table.database.as_ref().map(|database| is("database", database)));
    words
        .extend(table.comment.as_ref().filter(|text| doc(text, 0).is_none()).map(|text| is("comment", text)));
    words.extend(table.xml.as_ref().map(|xml| is("xml", xml)));
    words.extend(flag("xml_json", table.xml_json));
    if !table.records.is_empty() {
        words.push(Word::List("records", table.records.iter().map(|path| literal(path)).collect()));
    }
    words.extend(flag("json_schema", has_schema));
    for partition in &table.partitions {
        let by = match &partition.by {
            PartitionBy::Arrival => "arrival",
            PartitionBy::Column(column) => fields.source(column),
        };
        let null = partition.null.as_ref().map(|text| format!(", null = {}", literal(text)));
        words.push(Word::Plain(format!(
            "partition(by = {by}, layout = {}{})",
            literal(&partition.layout.text),
            null.unwrap_or_default()
        )));
    }
    if !table.key.is_empty() {
        words.push(is("key", &fields.list(table.key.iter().map(|column| (column, "")))));
    }
    words.extend(table.latest_by.as_ref().map(|column| is("latest_by", fields.name(column))));
    if !table.sort.is_empty() {
        let sort = table.sort.iter().map(|sort| (&sort.column, if sort.descending { " desc" } else { "" }));
        words.push(is("sort", &fields.list(sort)));
    }
    words.extend(storage(&table.storage));
    if !table.parameters.is_empty() {
        let pairs =
            table.parameters.iter().map(|(key, value)| format!("{} = {}", literal(key), literal(value)));
        words.push(Word::List("parameters", pairs.collect()));
    }
    words
}

fn storage(storage: &Storage) -> Vec<Word> {
    let default = Storage::default();
    let mut words = Vec::new();
    let mut group = Vec::new();
    if storage.row_group_rows != default.row_group_rows {
        group.push(format!("rows = {}", storage.row_group_rows));
    }
    if storage.row_group_bytes != default.row_group_bytes {
        group.push(format!("bytes = {}", storage.row_group_bytes));
    }
    if !group.is_empty() {
        words.push(Word::List("row_group", group));
    }
    let codec = match storage.compression {
        Compression::Snappy => None,
        Compression::Zstd => Some("zstd"),
        Compression::Gzip => Some("gzip"),
        Compression::Uncompressed => Some("uncompressed"),
    };
    words.extend(codec.map(|codec| is("compression", codec)));
    words
}

/// The words of a column.
pub(super) fn column(column: &Column, ident: &Ident, fields: &Fields<'_>) -> Vec<Word> {
    let (leaf, _) = leaf(column);
    let mut words = Vec::new();
    words.extend((ident.name != column.name).then(|| is("name", &column.name)));
    words.extend(
        column.comment.as_ref().filter(|text| doc(text, 0).is_none()).map(|text| is("comment", text)),
    );
    if let LogicalType::Decimal { precision, scale } = leaf {
        words.push(Word::Plain(format!("decimal({precision}, {scale})")));
    }
    words.extend(flag("decimal_comma", column.rules.decimal_comma));
    if !column.rules.time.is_empty() {
        words.push(Word::List("time", column.rules.time.iter().map(time).collect()));
    }
    if matches!(leaf, LogicalType::Timestamp { unit: TimeUnit::Micros, .. }) {
        words.push(is("unit", "us"));
    }
    words.extend(flag("binary", column.ty == LogicalType::Binary));
    words.extend(flag("json", column.ty == LogicalType::Json));
    if !column.rules.null_if.is_empty() {
        words.push(Word::List("null_if", column.rules.null_if.iter().map(scalar).collect()));
    }
    words.extend(column.rules.null_with.as_ref().map(|source| is("null_with", fields.name(source))));
    if !column.tags.is_empty() {
        words.push(Word::List("tag", column.tags.iter().map(|tag| literal(tag)).collect()));
    }
    words.extend(flag("bloom", column.bloom));
    words.extend(column.encoding.map(|encoding| is("encoding", encoding_name(encoding))));
    words.extend(column.xml.as_ref().map(|path| is("xml", path)));
    words
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Dictionary => "dictionary",
        Encoding::Plain => "plain",
        Encoding::DeltaBinaryPacked => "delta_binary_packed",
        Encoding::DeltaByteArray => "delta_byte_array",
        Encoding::ByteStreamSplit => "byte_stream_split",
    }
}

fn time(format: &TimeFormat) -> String {
    match format {
        TimeFormat::Rfc3339 => "rfc3339".to_owned(),
        TimeFormat::EpochSeconds => "epoch_seconds".to_owned(),
        TimeFormat::EpochMillis => "epoch_millis".to_owned(),
        TimeFormat::Pattern(pattern) => literal(pattern),
    }
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Float(value) => format!("{value:?}"),
        Scalar::Text(text) => literal(text),
    }
}

/// The words of serde for a column; `renamed` is the key that the rule of the struct makes of the field.
pub(super) fn serde(column: &Column, renamed: &str, as_number: Option<&str>) -> Vec<Word> {
    let mut words = Vec::new();
    words.extend((column.key != renamed).then(|| is("rename", &column.key)));
    words.extend(column.aliases.iter().map(|alias| is("alias", alias)));
    words.extend(flag("default", column.default));
    words.extend(as_number.map(|with| is("with", with)));
    words
}

/// The module of chrono by which serde writes an instant as the only number that its column takes.
pub(super) fn serde_with(column: &Column) -> Option<&'static str> {
    let instant = matches!(column.ty, LogicalType::Timestamp { instant: true, offset: false, .. });
    // An optional one would need `default` as well, which says something else.
    match (instant && !column.nullable, column.rules.time.as_slice()) {
        (true, [TimeFormat::EpochSeconds]) => Some("chrono::serde::ts_seconds"),
        (true, [TimeFormat::EpochMillis]) => Some("chrono::serde::ts_milliseconds"),
        _ => None,
    }
}

/// The words of schemars for what a table knows beyond types.
pub(super) fn schemars(keywords: &Keywords) -> Vec<Word> {
    let extend =
        |(name, value): &(String, Json)| Word::Plain(format!("extend({} = {})", literal(name), json(value)));
    members(keywords).iter().map(extend).collect()
}

fn members(keywords: &Keywords) -> Vec<(String, Json)> {
    let mut all: Vec<(String, Json)> =
        keywords.own.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, inner) in [(ITEMS, &keywords.items), (VALUES, &keywords.values)] {
        all.extend(inner.as_ref().map(|inner| (name.to_owned(), Json::Object(members(inner)))));
    }
    all
}

/// JSON as the macro `json!` takes it: literals of Rust.
fn json(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => value.to_string(),
        Json::Int(value) => value.to_string(),
        Json::Float(value) => format!("{value:?}"),
        Json::Text(text) => literal(text),
        Json::List(values) => format!("[{}]", values.iter().map(json).collect::<Vec<_>>().join(", ")),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", literal(name), json(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

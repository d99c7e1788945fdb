//! `DataFormatConversionConfiguration`: JSON to Parquet by the table's Glue entry.

use crate::def::Compression;
use crate::finding::{Finding, Findings};
use crate::firehose_class::{FirehoseClass, classify};
use crate::json::Json;
use crate::logical_type::LogicalType;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

/// Smallest and usual sizes of a Parquet block, in bytes.
const MIN_BLOCK_BYTES: u64 = 67_108_864;
/// Largest block: what an int of the API holds.
const MAX_BLOCK_BYTES: u64 = 2_147_483_647;
/// Parquet page, in bytes: Firehose's own default.
const PAGE_BYTES: i64 = 1_048_576;

/// Rules of a table that Firehose's conversion does not keep, `column: rule: why`, nested ones after their column. Empty
/// when every rule is equal, so that Firehose may convert the records as they come.
pub fn unequal_rules(table: &Table) -> Vec<String> {
    let mut rules = Vec::new();
    for column in classify(table) {
        for rule in column.rules.iter().filter(|rule| rule.class != FirehoseClass::Equal) {
            rules.push(format!("`{}`: {}: {}", column.path, rule.rule, rule.why));
        }
    }
    if !table.records.is_empty() {
        rules.push(
            "the table: records: Firehose stores a document that holds records as one row of nulls"
                .to_owned(),
        );
    }
    if table.xml_json {
        rules.push("the table: xml_json: Firehose does not look into attributes and lists of one".to_owned());
    }
    rules
}

/// The conversion.
///
/// # Errors
/// Rules that Firehose's conversion does not keep, without a function that makes the records canonical.
pub(super) fn conversion(table: &Table, target: &Target, refs: &Refs) -> Result<Json, Findings> {
    if refs.transform_arn.is_none() {
        check_equal(table)?;
    }
    let mut schema = Json::object([
        ("RoleARN", refs.role_arn.clone()),
        ("DatabaseName", refs.database.clone()),
        ("TableName", refs.table.clone()),
        ("Region", refs.region.clone()),
        ("VersionId", "LATEST".into()),
    ]);
    if target.account.is_some() || refs.account.as_text().is_none() {
        schema.set("CatalogId", refs.account.clone());
    }
    let mut open_x = Json::object([
        ("CaseInsensitive", true.into()),
        ("ConvertDotsInJsonKeysToUnderscores", false.into()),
    ]);
    let mappings: Vec<_> = table
        .file_columns()
        .filter(|column| column.key.to_lowercase() != column.name)
        .map(|column| (column.name.as_str(), Json::from(&column.key)))
        .collect();
    if !mappings.is_empty() {
        open_x.set("ColumnToJsonKeyMappings", Json::object(mappings));
    }
    let (codec, _) = codec(table.storage.compression);
    let parquet = Json::object([
        ("Compression", codec.into()),
        ("BlockSizeBytes", Json::Int(block_bytes(table))),
        ("PageSizeBytes", Json::Int(PAGE_BYTES)),
        ("EnableDictionaryCompression", true.into()),
        ("WriterVersion", "V1".into()),
    ]);
    let nest =
        |outer: &str, inner: &str, value: Json| Json::object([(outer, Json::object([(inner, value)]))]);
    Ok(Json::object([
        ("Enabled", true.into()),
        ("SchemaConfiguration", schema),
        ("InputFormatConfiguration", nest("Deserializer", "OpenXJsonSerDe", open_x)),
        ("OutputFormatConfiguration", nest("Serializer", "ParquetSerDe", parquet)),
    ]))
}

/// Every rule must be equal, or Firehose would store what the table's own rules do not say.
fn check_equal(table: &Table) -> Result<(), Findings> {
    const SHOWN: usize = 5;
    let rules = unequal_rules(table);
    if rules.is_empty() {
        return Ok(());
    }
    let mut problem = format!(
        "Firehose's conversion does not keep {} of the table's rules, and no function makes the records canonical first",
        rules.len()
    );
    for rule in rules.iter().take(SHOWN) {
        problem.push_str("\n  ");
        problem.push_str(rule);
    }
    if rules.len() > SHOWN {
        problem.push_str(&format!("\n  and {} more: `explain` shows all of a record's", rules.len() - SHOWN));
    }
    let fix = "set stream.transform to the ARN of the normalising function, or stream.convert = false and let `convert` do it";
    Err(Finding::new("firehose-not-equal", "stream.transform", problem, fix).into())
}

/// Firehose's name of a codec, and whether it is the table's own.
fn codec(compression: Compression) -> (&'static str, bool) {
    match compression {
        Compression::Snappy => ("SNAPPY", true),
        Compression::Gzip => ("GZIP", true),
        Compression::Uncompressed => ("UNCOMPRESSED", true),
        Compression::Zstd => ("SNAPPY", false),
    }
}

fn block_bytes(table: &Table) -> i64 {
    let bytes = table.storage.row_group_bytes.clamp(MIN_BLOCK_BYTES, MAX_BLOCK_BYTES);
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// What conversion does that its configuration does not show.
pub(super) fn notes(table: &Table, target: &Target) -> Vec<String> {
    let mut notes = Vec::new();
    if !target.converts(table) {
        return notes;
    }
    if !codec(table.storage.compression).1 {
        notes.push("The table's files are ZSTD, which Firehose cannot write: its files are SNAPPY. Readers take both side by side.".into());
    }
    if table.storage.row_group_bytes < MIN_BLOCK_BYTES {
        notes.push(format!(
            "The table's row groups have at most {} bytes; Firehose's smallest Parquet block is {MIN_BLOCK_BYTES}.",
            table.storage.row_group_bytes
        ));
    }
    let binary: Vec<_> = table
        .file_columns()
        .filter(|column| holds_binary(&column.ty))
        .map(|column| format!("`{}`", column.name))
        .collect();
    if !binary.is_empty() {
        notes.push(format!(
            "What Firehose's conversion makes of binary columns ({}) is not documented: try it before you rely on it.",
            binary.join(", ")
        ));
    }
    notes
}

fn holds_binary(ty: &LogicalType) -> bool {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the other types have no parts")]
    match ty {
        LogicalType::Binary => true,
        LogicalType::List { element, .. } => holds_binary(&element.ty),
        LogicalType::Map { key, value } => holds_binary(key) || holds_binary(&value.ty),
        LogicalType::Struct { columns } => columns.iter().any(|column| holds_binary(&column.ty)),
        _ => false,
    }
}

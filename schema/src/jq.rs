//! jq 1.6 expressions that compute partition values as the decoder does: what Firehose's `MetadataExtraction` runs.
//!
//! For each partition column there is one expression over the whole record. It finds the source by its key, whatever
//! the key's case, reads it by the declared rules, and gives the partition text, or null where the source is null. A
//! source that cannot be read is an error, so that Firehose sends the record to the error prefix, where the decoder
//! writes a reject.
//!
//! jq 1.6 holds numbers as doubles and forgets how they were written. So sources of 64 bits are refused here, and a
//! text column takes a bare number only when it is a whole one below 10^15. What cannot be closed: `1.0` and `1e2` are
//! whole numbers to jq, while the decoder refuses such spellings in a text column that paths are made of; an epoch with
//! a fraction beyond the precision of a double is a whole number to jq, and a reject to the decoder; and of a key that
//! stands in a record twice to the letter jq sees the last value only, where the decoder writes a reject.

mod time;
mod value;

#[cfg(test)]
mod tests;

use crate::date_pattern::{DatePattern, PatternItem};
use crate::finding::{Finding, Findings};
use crate::layout::{Part, Segment};
use crate::logical_type::LogicalType;
use crate::table::{Column, Partition, PartitionBy, Table};
use std::fmt::Write as _;

/// Longest value of a processor's parameter, in characters; the whole query is one.
pub const MAX_QUERY_CHARS: usize = 5_120;

/// Most keys of a query.
pub const MAX_KEYS: usize = 50;

/// Spellings that the record has when the query sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// As producers send them.
    Raw,
    /// As the normalising Lambda function leaves them: primary keys, `Z` times, null for sentinels.
    Canonical,
}

/// The expression of one partition column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyExpression {
    /// Partition column, and key of the query.
    pub key: String,
    /// jq 1.6 over the record: the partition text, null, or an error.
    pub expression: String,
}

/// Expressions of all partition columns that come from the record, in path order; those of the time of arrival have
/// none.
///
/// ```
/// use lakebed_schema::jq::{Records, expressions};
/// use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy, Table};
///
/// let mut table = Table::new("delivery", vec![Column::new("region", LogicalType::Boolean)]);
/// table.partitions.push(Partition {
///     by: PartitionBy::Column("region".into()),
///     layout: Layout::parse("region={region}", Some("region")).unwrap(),
///     null: None,
/// });
/// let expressions = expressions(&table, Records::Raw).unwrap();
/// assert_eq!(expressions[0].key, "region");
/// ```
///
/// # Errors
/// Sources whose value jq 1.6 cannot compute exactly, with the way out for each.
pub fn expressions(table: &Table, records: Records) -> Result<Vec<KeyExpression>, Findings> {
    let mut findings = Findings::default();
    let mut found = Vec::new();
    for partition in &table.partitions {
        let PartitionBy::Column(name) = &partition.by else {
            continue;
        };
        // Validation has refused sources that do not exist.
        let Some(column) = table.column(name) else {
            continue;
        };
        let place = format!("partition `{}`", partition.layout);
        match source(table, column, records) {
            Ok(source) => found.extend(partition.layout.segments.iter().map(|segment| KeyExpression {
                key: segment.column.clone(),
                expression: expression(&source, column, partition, segment),
            })),
            Err(problem) => findings.push(Finding::new("jq-source", place, problem, LAMBDA)),
        }
    }
    if records == Records::Raw && !found.is_empty() && !table.records.is_empty() {
        findings.push(Finding::new(
            "jq-records",
            "records",
            "a document may hold several records, and jq sees only the document",
            LAMBDA,
        ));
    }
    if records == Records::Raw && !found.is_empty() && table.xml_json {
        findings.push(Finding::new(
            "jq-xml-json",
            "xml_json",
            "values may stand in attributes and lists of one, which the query does not look into",
            LAMBDA,
        ));
    }
    findings.or(|| found)
}

/// What to do where jq cannot help.
const LAMBDA: &str =
    "set stream.transform and stream.partition_keys = \"lambda\", so that the function computes the keys";

/// The whole query: a jq object, one member for each partition column that comes from the record. Empty without any.
///
/// # Errors
/// Those of [`expressions`]; more than 50 keys, or more than 5,120 characters.
pub fn query(table: &Table, records: Records) -> Result<String, Findings> {
    let expressions = expressions(table, records)?;
    if expressions.is_empty() {
        return Ok(String::new());
    }
    let mut findings = Findings::default();
    if expressions.len() > MAX_KEYS {
        let problem =
            format!("{} keys come from the record, and a query has at most {MAX_KEYS}", expressions.len());
        findings.push(Finding::new("jq-keys", "partitions", problem, "put several values into one segment"));
    }
    let text = object(&expressions);
    let length = text.chars().count();
    if length > MAX_QUERY_CHARS {
        let problem = format!("the query has {length} characters, and Firehose takes {MAX_QUERY_CHARS}");
        findings.push(Finding::new("jq-length", "MetadataExtractionQuery", problem, LAMBDA));
    }
    findings.or(|| text)
}

/// A jq object with one member for each expression.
pub fn object(expressions: &[KeyExpression]) -> String {
    let member =
        |KeyExpression { key, expression }: &KeyExpression| format!("{}:({expression})", literal(key));
    format!("{{{}}}", expressions.iter().map(member).collect::<Vec<_>>().join(","))
}

/// A column as a query reads it.
struct Source {
    /// From the record to the raw value.
    raw: String,
    /// From the raw value to what the layout's parts are made of: an epoch for times, text for values.
    read: String,
    /// Where the raw value means null: a condition on it.
    is_null: Option<String>,
    /// Whether the text may hold characters that no path takes.
    needs_check: bool,
}

fn source(table: &Table, column: &Column, records: Records) -> Result<Source, String> {
    let canonical;
    let column = match records {
        Records::Raw => column,
        Records::Canonical => {
            canonical = value::canonical(column);
            &canonical
        }
    };
    let mut nulls: Vec<String> = value::sentinel(column)?.into_iter().collect();
    let raw = look_up(column);
    let raw = match column.rules.null_with.as_deref().and_then(|name| table.column(name)) {
        None => raw,
        Some(partner) => {
            let sentinel = value::sentinel(partner)?.unwrap_or_else(|| "false".into());
            format!("if ({}|{sentinel}) then null else {raw} end", look_up(partner))
        }
    };
    let (read, needs_check) = if matches!(column.ty, LogicalType::Date | LogicalType::Timestamp { .. }) {
        (time::read(&column.ty, &column.rules.time), false)
    } else {
        value::read(&column.ty, &column.name)?
    };
    nulls.insert(0, ".==null".into());
    Ok(Source { raw, read, is_null: Some(nulls.join(" or ")), needs_check })
}

/// Finds the raw value of a column: the one member whose key is its key or one of its aliases, whatever the case.
fn look_up(column: &Column) -> String {
    let mut keys: Vec<String> = Vec::new();
    for key in std::iter::once(&column.key).chain(&column.aliases) {
        let key = key.to_ascii_lowercase();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let keys: Vec<_> = keys.iter().map(|key| format!(".=={}", literal(key))).collect();
    format!(
        "([to_entries[]|select(.key|ascii_downcase|{})|.value]|if length>1 then error else .[0] end)",
        keys.join(" or ")
    )
}

/// A partition value: the parts of its segment, or what stands for null.
fn expression(source: &Source, column: &Column, partition: &Partition, segment: &Segment) -> String {
    let null = match &partition.null {
        Some(text) if column.nullable || column.default => literal(text),
        Some(_) | None => "null".into(),
    };
    let parts: Vec<_> = segment.parts.iter().map(|part| self::part(part, column)).collect();
    let mut value = format!("{}|{}", source.read, parts.join("+"));
    if source.needs_check {
        value.push_str(PATH_TEXT);
    }
    match &source.is_null {
        Some(is_null) => format!("{}|if {is_null} then {null} else {value} end", source.raw),
        None => format!("{}|{value}", source.raw),
    }
}

/// Refuses text that cannot stand in a path on every side.
const PATH_TEXT: &str = r#"|if test("\\A[A-Za-z0-9._-]{1,128}\\z") and .!="." and .!=".." and .!="__HIVE_DEFAULT_PARTITION__" then . else error end"#;

fn part(part: &Part, column: &Column) -> String {
    match part {
        Part::Literal(text) => literal(text),
        Part::Date(pattern) => date(pattern),
        Part::Value if column.ty == LogicalType::Date => date_text("%Y-%m-%d", 10),
        Part::Value => ".".into(),
    }
}

/// An epoch in a layout's date pattern. jq's `%Y` does not pad years before 1000, so texts with a year are filled up to
/// their width.
fn date(pattern: &DatePattern) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let (mut format, mut width) = (String::new(), 0);
    for item in &pattern.items {
        match item {
            PatternItem::Literal(text) => {
                format.push_str(&text.replace('%', "%%"));
                width += text.chars().count();
            }
            PatternItem::Field { letter: 'y' | 'u', .. } => {
                // A year begins a piece of its own, which can be padded on its left.
                if width > 0 {
                    pieces.push(date_text(&format, 0));
                }
                (format, width) = ("%Y".into(), 4);
            }
            PatternItem::Field { letter, .. } => {
                // Validated layouts have no letters beyond these.
                format.push_str(match letter {
                    'M' => "%m",
                    'd' => "%d",
                    'H' => "%H",
                    _ => "%M",
                });
                width += 2;
            }
        }
    }
    pieces.push(date_text(&format, if format.starts_with("%Y") { width } else { 0 }));
    if pieces.len() == 1 { pieces.remove(0) } else { format!("({})", pieces.join("+")) }
}

fn date_text(format: &str, width: usize) -> String {
    let text = format!("strftime({})", literal(format));
    if width == 0 { format!("({text})") } else { format!("({text}|(\"000\"+.)[-{width}:])") }
}

/// A text as jq writes it. No text can begin an interpolation, since its backslashes are doubled.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

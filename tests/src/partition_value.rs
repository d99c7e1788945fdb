//! The partition of one record on each side: what the runtime writes, and what the jq query makes of it.

use lakebed::canonical::Canonical;
use lakebed::convert::Limits;
use lakebed::feed::json::JsonDecoder;
use lakebed::jq::{self, Records};
use lakebed::reject::Rejects;
use lakebed::{Batch, Plan, Table};
use serde_json::Value;
use std::collections::BTreeMap;

/// The path that the runtime gives each record that arrived at that second, such as `dt=2026-11-23/hour=00/`; or why it
/// is a reject.
///
/// # Panics
/// When the table is not valid, or a text is not one record.
pub fn of_runtime(table: &Table, lines: &[String], arrival: i64) -> Vec<Result<String, String>> {
    let plan = Plan::compile(table).unwrap_or_else(|error| panic!("{error}"));
    let path = |line: &String| {
        let (mut batch, mut rejects) = (Batch::new(&plan, arrival), Rejects::default());
        JsonDecoder::new(&plan, Limits::default()).decode(line.as_bytes(), 0, true, &mut batch, &mut rejects);
        let mut parts = batch.split(&plan).unwrap_or_else(|error| panic!("{error}"));
        match (parts.len(), rejects.list.first()) {
            (1, None) => Ok(parts.remove(0).0),
            (0, Some(reject)) => Err(reject.message()),
            _ => panic!("{line} is not one record"),
        }
    };
    lines.iter().map(path).collect()
}

/// A record as the normalising function leaves it.
///
/// # Panics
/// When the table is not valid, or refuses the record, or it has no canonical form.
pub fn canonical(table: &Table, line: &str) -> String {
    let plan = Plan::compile(table).unwrap_or_else(|error| panic!("{error}"));
    let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
    JsonDecoder::new(&plan, Limits::default()).decode(line.as_bytes(), 0, true, &mut batch, &mut rejects);
    assert_eq!((batch.rows().len(), &rejects.list), (1, &Vec::new()), "{line}");
    let mut json = Vec::new();
    Canonical::new(&plan).write(&batch, 0, &mut json).unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8(json).unwrap_or_else(|error| panic!("{error}"))
}

/// The paths that Firehose would write records to, by the real jq: all keys of the query joined as in the path.
///
/// # Panics
/// When the table has partitions that are not from the record, or none at all.
pub fn of_jq(table: &Table, records: Records, lines: &[String]) -> Vec<Result<String, String>> {
    let path = |keys: Result<BTreeMap<String, String>, String>| {
        let keys = keys?;
        Ok(table.partition_columns().map(|column| format!("{column}={}/", keys[column])).collect())
    };
    keys_of_jq(table, records, lines).into_iter().map(path).collect()
}

/// The partition keys of each record, by the real jq; Firehose refuses keys that are null, empty or no text.
///
/// # Panics
/// When a source cannot be computed in jq.
pub fn keys_of_jq(
    table: &Table,
    records: Records,
    lines: &[String],
) -> Vec<Result<BTreeMap<String, String>, String>> {
    crate::jq::run(&query_text(table, records), lines).into_iter().map(|keys| texts(&keys?)).collect()
}

/// The query, also where it is longer than Firehose takes: what it says holds at any length.
///
/// # Panics
/// When a source cannot be computed in jq.
pub fn query_text(table: &Table, records: Records) -> String {
    jq::object(&jq::expressions(table, records).unwrap_or_else(|findings| panic!("{findings}")))
}

/// What a query gave, as Firehose takes it.
fn texts(keys: &Value) -> Result<BTreeMap<String, String>, String> {
    let members = keys.as_object().ok_or_else(|| format!("{keys} is no object"))?;
    let text = |(key, value): (&String, &Value)| match value.as_str() {
        Some(text) if !text.is_empty() => Ok((key.clone(), text.to_owned())),
        _ => Err(format!("the key {key} is {value}")),
    };
    members.iter().map(text).collect()
}

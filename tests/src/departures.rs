//! What a lake of departures must hold, told from the inputs without lakebed, and what it holds.

use crate::cases::documents::{Documents, Form, documents};
use crate::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use crate::lake;
use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMillisecondType;
use arrow_array::{Array, RecordBatch};
use chrono::{DateTime, Utc};
use lakebed::{Record, Table};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the table.
pub const TABLE: &str = "departure";

/// Rows by what tells them apart, and how often each is there.
pub type Rows = BTreeMap<String, u64>;

/// The table.
///
/// # Panics
/// Never: it is sound.
pub fn table() -> Table {
    Table::try_from(Departure::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

/// An input with some broken documents in it: lines of JSON.
pub fn input(bytes: usize, seed: u64) -> Documents {
    documents(Form::Lines, bytes, 8 << 10, seed)
}

/// The rows of good records among lines, read with serde_json and chrono alone.
///
/// # Panics
/// On lines that no generator of this crate makes.
pub fn expected<'a>(texts: impl IntoIterator<Item = &'a str>) -> Rows {
    let mut rows = Rows::new();
    for line in texts.into_iter().flat_map(str::lines) {
        // Broken ones begin with other words.
        let good = line
            .strip_prefix(r#"{"train":"IC "#)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if good {
            let record: Value = serde_json::from_str(line).expect("a good record");
            let left_at: DateTime<Utc> = record["left_at"].as_str().expect("a text").parse().expect("a time");
            let train = record["train"].as_str().expect("a text");
            let stops = record["stops"].as_array().expect("a list").len();
            let partition = left_at.format("dt=%Y-%m-%d/hour=%H/").to_string();
            count(&mut rows, row(&partition, train, left_at.timestamp_millis(), stops));
        }
    }
    rows
}

/// The rows in all files of the table.
///
/// # Panics
/// On a file that is no whole Parquet file.
pub fn stored(lake: &Path) -> Rows {
    let mut rows = Rows::new();
    for (partition, batches) in lake::rows(lake, &table()) {
        for batch in batches {
            add(&mut rows, &partition, &batch);
        }
    }
    rows
}

/// Adds the rows of a batch.
///
/// # Panics
/// On columns of another table.
pub fn add(rows: &mut Rows, partition: &str, batch: &RecordBatch) {
    let column = |name| batch.column_by_name(name).expect("a column of the table");
    let train = column("train").as_string::<i32>();
    let left_at = column("left_at").as_primitive::<TimestampMillisecondType>();
    let stops = column("stops").as_list::<i32>();
    for at in 0..batch.num_rows() {
        let stops = if stops.is_null(at) { 0 } else { stops.value(at).len() };
        count(rows, row(partition, train.value(at), left_at.value(at), stops));
    }
}

fn row(partition: &str, train: &str, left_at: i64, stops: usize) -> String {
    format!("{partition} {train} at {left_at} with {stops} stops")
}

fn count(rows: &mut Rows, row: String) {
    *rows.entry(row).or_default() += 1;
}

/// Adds the rows of one multiset to another.
pub fn merge(rows: &mut Rows, others: &Rows) {
    for (row, times) in others {
        *rows.entry(row.clone()).or_default() += times;
    }
}

/// What one multiset has and the other has not, in a few lines; empty when they are equal.
pub fn differences(wanted: &Rows, found: &Rows) -> String {
    let times = |rows: &Rows, row: &str| rows.get(row).copied().unwrap_or_default();
    let all: std::collections::BTreeSet<&String> = wanted.keys().chain(found.keys()).collect();
    let unequal: Vec<&String> =
        all.into_iter().filter(|row| times(wanted, row) != times(found, row)).collect();
    let mut text: Vec<String> = unequal
        .iter()
        .take(5)
        .map(|row| format!("{row}: {} wanted, {} found", times(wanted, row), times(found, row)))
        .collect();
    if unequal.len() > 5 {
        text.push(format!("and {} others", unequal.len() - 5));
    }
    text.join("\n")
}

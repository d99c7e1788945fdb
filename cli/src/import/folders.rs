//! Partitions from the folders that a file stands in: `dt=2026-11-23/hour=07/part.parquet`.

use lakebed_schema::hive_path;
use lakebed_schema::import::rust::Guess;
use lakebed_schema::layout::Layout;
use lakebed_schema::name::check_name;
use lakebed_schema::{Column, LogicalType, Partition, PartitionBy, Table};
use std::path::Path;

/// Adds the partitions of a file's path to its table, each of them a guess.
pub(crate) fn add(path: &Path, table: &mut Table, guesses: &mut Vec<Guess>, notes: &mut Vec<String>) {
    let mut keys: Vec<(String, String)> = Vec::new();
    for folder in path.parent().into_iter().flat_map(Path::components) {
        let folder = folder.as_os_str().to_string_lossy();
        match folder.split_once('=') {
            Some((key, value)) if !key.is_empty() => keys.push((key.to_owned(), value.to_owned())),
            // Folders above the table do not count.
            _ => keys.clear(),
        }
    }
    let mut time: Vec<String> = Vec::new();
    for (key, value) in keys {
        if check_name(&key).is_err() {
            notes.push(format!(
                "The folder {key}={value} is left out: its name is no legal partition column."
            ));
            continue;
        }
        match pattern(&key, &value, !time.is_empty()) {
            Some(pattern) => time.push(format!("{key}={{{pattern}}}")),
            None => {
                by_time(&mut time, table, guesses);
                by_value(&key, &value, table, guesses, notes);
            }
        }
    }
    by_time(&mut time, table, guesses);
}

/// The part of a time that a value looks like.
fn pattern(key: &str, value: &str, follows: bool) -> Option<&'static str> {
    let digits =
        |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = value.split('-').collect();
    match (key, parts.as_slice()) {
        (_, [year, month, day]) if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            Some("yyyy-MM-dd")
        }
        (_, [year, month]) if digits(year, 4) && digits(month, 2) => Some("yyyy-MM"),
        ("year" | "y" | "yyyy", [year]) if digits(year, 4) => Some("yyyy"),
        ("month" | "m" | "mm", [month]) if follows && digits(month, 2) => Some("MM"),
        ("day" | "d" | "dd", [day]) if follows && digits(day, 2) => Some("dd"),
        ("hour" | "h" | "hh" | "hr", [hour]) if follows && digits(hour, 2) => Some("HH"),
        (_, [day]) if digits(day, 8) && (day.starts_with("20") || day.starts_with("19")) => Some("yyyyMMdd"),
        _ => None,
    }
}

/// Folders that name one time together: that of the only instant in the file, else the time of arrival.
fn by_time(time: &mut Vec<String>, table: &mut Table, guesses: &mut Vec<Guess>) {
    let text = std::mem::take(time).join("/");
    if text.is_empty() {
        return;
    }
    let instants: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| matches!(column.ty, LogicalType::Timestamp { instant: true, .. }))
        .map(|column| column.name.as_str())
        .collect();
    let (by, guess) = match instants.as_slice() {
        [only] => (
            PartitionBy::Column((*only).to_owned()),
            format!(
                "{text} is the time of `{only}`, the only instant of the table; by = arrival when it is the time of arrival"
            ),
        ),
        _ => (
            PartitionBy::Arrival,
            format!(
                "{text} is the time of arrival: name the column in partition(by = …) when it is the time of an event"
            ),
        ),
    };
    let source = match &by {
        PartitionBy::Column(source) => Some(source.as_str()),
        PartitionBy::Arrival => None,
    };
    if let Ok(layout) = Layout::parse(&text, source) {
        table.partitions.push(Partition { by, layout, null: None });
        guesses.push(Guess::new("", guess));
    }
}

/// A folder that holds the value of a column of its name.
fn by_value(key: &str, value: &str, table: &mut Table, guesses: &mut Vec<Guess>, notes: &mut Vec<String>) {
    let Ok(layout) = Layout::parse(&format!("{key}={{{key}}}"), Some(key)) else { return };
    if table.column(key).is_some() {
        notes.push(format!("The folder {key}={value} is left out: the file has a column of that name."));
        return;
    }
    let mut column = Column::new(key, LogicalType::String);
    column.nullable = value == hive_path::NULL;
    while table.columns.iter().any(|other| other.key.eq_ignore_ascii_case(&column.key)) {
        column.key.push('_');
    }
    table.columns.push(column);
    table.partitions.push(Partition { by: PartitionBy::Column(key.to_owned()), layout, null: None });
    guesses.push(Guess::new(
        key,
        format!("a value of the record, as the folder {key}={value} is named after it"),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::TimeUnit;

    fn partitions(path: &str, instants: usize) -> Vec<String> {
        let ty = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
        let columns = (0..instants).map(|i| Column::new(format!("at{i}"), ty.clone()));
        let columns = columns.chain([Column::new("a", LogicalType::Int8)]).collect();
        let mut table = Table::new("t", columns);
        let (mut guesses, mut notes) = (Vec::new(), Vec::new());
        add(Path::new(path), &mut table, &mut guesses, &mut notes);
        assert_eq!(table.validate(), Ok(()), "{path}");
        assert_eq!(guesses.len() + notes.len(), table.partitions.len() + notes.len(), "{path}");
        table.partitions.iter().map(|partition| format!("{:?} {}", partition.by, partition.layout)).collect()
    }

    #[test]
    fn folders_are_times_or_values() {
        let arrival = |layout: &str| vec![format!("Arrival {layout}")];
        assert_eq!(
            partitions("lake/t/dt=2026-11-23/hour=07/a.parquet", 0),
            arrival("dt={yyyy-MM-dd}/hour={HH}")
        );
        assert_eq!(
            partitions("t/year=2026/month=01/day=02/a", 2),
            arrival("year={yyyy}/month={MM}/day={dd}")
        );
        assert_eq!(partitions("t/d=20261123/a", 1), ["Column(\"at0\") d={yyyyMMdd}"]);
        assert_eq!(
            partitions("x=1/t/region=north/dt=2026-11-23/a", 0),
            ["Column(\"region\") region={region}", "Arrival dt={yyyy-MM-dd}"]
        );
        assert!(partitions("t/a=1/f", 0).is_empty());
        assert!(partitions("t/Bad-Name=1/f", 0).is_empty());
    }
}

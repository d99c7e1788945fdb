//! `ALTER TABLE … ADD PARTITION`, for tables whose partitions Athena does not compute.

use super::text::{literal, name};
use crate::artifacts::Rendered;
use crate::artifacts::glue::GlueTable;
use crate::civil::Civil;
use crate::layout::{Part, Segment};
use crate::logical_type::LogicalType;
use crate::table::{Column, Partition, PartitionBy, Table};
use crate::target::{ColumnProjection, Target};

/// 2026-01-01, where the target names no first day.
const SAMPLE_DAY: Civil = Civil { year: 2026, month: 1, day: 1, hour: 0, minute: 0, second: 0 };

/// The statement with example values for a table of the catalog; `table` has its partitions. None for tables without
/// partitions or with projection.
pub(super) fn add_partition(
    glue: &GlueTable,
    table: &Table,
    target: &Target,
    database: &str,
) -> Option<Rendered> {
    let projected = glue.parameters.get("projection.enabled").is_some_and(|value| value == "true");
    if table.partitions.is_empty() || projected {
        return None;
    }
    let mut place = glue.storage.location.clone().unwrap_or_default();
    if !place.ends_with('/') {
        place.push('/');
    }
    let mut values = Vec::new();
    for partition in &table.partitions {
        for segment in &partition.layout.segments {
            let value = sample(table, target, partition, segment);
            place.push_str(&format!("{}={value}/", segment.column));
            values.push(format!("{} = {}", name(&segment.column), literal(&value)));
        }
    }
    let sql = format!(
        "ALTER TABLE {}.{} ADD IF NOT EXISTS\nPARTITION ({})\nLOCATION {}\n",
        name(database),
        name(&glue.name),
        values.join(", "),
        literal(&place)
    );
    let note = "The values are examples: run it for each new partition, with the values of its folder.";
    Some(Rendered { notes: vec![note.to_owned()], ..Rendered::text(sql) })
}

/// A value that the path could have.
fn sample(table: &Table, target: &Target, partition: &Partition, segment: &Segment) -> String {
    match target.projection.columns.get(&segment.column) {
        Some(ColumnProjection::Values(values)) if let Some(first) = values.first() => return first.clone(),
        Some(ColumnProjection::Range(first, _)) => return first.to_string(),
        Some(ColumnProjection::Values(_) | ColumnProjection::Injected) | None => {}
    }
    let source = match &partition.by {
        PartitionBy::Column(name) => table.column(name),
        PartitionBy::Arrival => None,
    };
    let day = target.projection.from.as_deref().and_then(iso_day).unwrap_or(SAMPLE_DAY);
    let mut text = String::new();
    for part in &segment.parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Date(pattern) => pattern.format(&mut text, &day),
            Part::Value => text.push_str(&sample_value(source, &day)),
        }
    }
    text
}

fn iso_day(text: &str) -> Option<Civil> {
    let mut parts = text.split('-');
    let (year, month, day) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let legal = (1..=12).contains(&month) && (1..=31).contains(&day) && parts.next().is_none();
    legal.then_some(Civil { year, month, day, ..SAMPLE_DAY })
}

fn sample_value(source: Option<&Column>, day: &Civil) -> String {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type that a path can hold is text")]
    match source.map(|column| &column.ty) {
        Some(LogicalType::Enum(words)) => words.first().map(|word| word.word.clone()).unwrap_or_default(),
        Some(LogicalType::Boolean) => "true".into(),
        Some(LogicalType::Date) => format!("{:04}-{:02}-{:02}", day.year, day.month, day.day),
        Some(LogicalType::Uuid) => "00000000-0000-0000-0000-000000000000".into(),
        Some(LogicalType::Char) => "a".into(),
        Some(ty) if ty.integer_range().is_some() => "1".into(),
        _ => "example".into(),
    }
}

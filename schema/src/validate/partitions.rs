//! Rules of partitions: sources, layouts, and which columns leave the file.

use super::Collector;
use crate::date_pattern::is_path_char;
use crate::layout::{Granularity, Layout};
use crate::logical_type::LogicalType;
use crate::problem::ProblemKind;
use crate::table::{Column, Partition, PartitionBy, Table};
use std::collections::BTreeSet;

/// How a contract writes the time of arrival, so that no source column can have this name.
pub(crate) const ARRIVAL: &str = "arrival";
/// Longest partition text, in characters.
const MAX_PARTITION_TEXT: usize = 128;

pub(super) fn validate(table: &Table, problems: &mut Collector) {
    let mut seen = BTreeSet::new();
    for partition in &table.partitions {
        let place = format!("partition `{}`", partition.layout);
        validate_source(table, partition, &place, problems);
        validate_layout(partition, &place, problems);
        for segment in &partition.layout.segments {
            let column = segment.column.clone();
            let source = match &partition.by {
                PartitionBy::Column(source) => Some(source),
                PartitionBy::Arrival => None,
            };
            let takes_out = segment.is_plain_value() && source == Some(&column);
            if table.column(&column).is_some() && !takes_out {
                problems.add(&place, ProblemKind::PartitionIsColumn { column: column.clone() });
            }
            if !seen.insert(column.clone()) {
                problems.add(&place, ProblemKind::RepeatedPartition { column });
            }
        }
        if let Some(text) = partition.null.as_ref().filter(|text| !is_partition_text(text)) {
            problems.add(&place, ProblemKind::NullText { text: text.clone() });
        }
    }
}

/// Whether a text can be a partition value on every side (files, jq, projection) without escapes:
/// `[A-Za-z0-9._-]{1,128}`, but none of those that mean something else to a reader of paths.
pub fn is_partition_text(text: &str) -> bool {
    (1..=MAX_PARTITION_TEXT).contains(&text.len())
        && text.chars().all(is_path_char)
        // Hive reads this one as null, and a lone dot or two name folders.
        && !matches!(text, crate::hive_path::NULL | "." | "..")
}

fn validate_layout(partition: &Partition, place: &str, problems: &mut Collector) {
    let by = match &partition.by {
        PartitionBy::Column(source) => Some(source.as_str()),
        PartitionBy::Arrival => None,
    };
    match Layout::parse(&partition.layout.text, by) {
        Err(error) => problems.add(place, ProblemKind::Layout(error)),
        Ok(layout) if layout != partition.layout => problems.add(place, ProblemKind::LayoutDiffers),
        Ok(_) => {}
    }
}

fn validate_source(table: &Table, partition: &Partition, place: &str, problems: &mut Collector) {
    let source = match &partition.by {
        PartitionBy::Arrival => {
            if partition.null.is_some() {
                problems.add(place, ProblemKind::ArrivalIsNeverNull);
            }
            return;
        }
        PartitionBy::Column(source) => source,
    };
    if source == ARRIVAL {
        problems.add(place, ProblemKind::ArrivalColumn);
    }
    let column = match table.find("partition", source) {
        Ok(column) => column,
        Err(kind) => return problems.add(place, kind),
    };
    if !column.ty.is_scalar() {
        let (column, found) = (source.clone(), column.ty.name());
        return problems.add(place, ProblemKind::NotScalar { word: "partition", column, found });
    }
    validate_use(column, &partition.layout, place, problems);
}

/// Whether the source has what the layout takes from it.
fn validate_use(source: &Column, layout: &Layout, place: &str, problems: &mut Collector) {
    let (column, found) = (source.name.clone(), source.ty.name());
    let has_time = matches!(source.ty, LogicalType::Date | LogicalType::Timestamp { .. });
    if layout.date_patterns().next().is_some() && !has_time {
        problems.add(place, ProblemKind::SourceHasNoTime { column: column.clone(), found: found.clone() });
    }
    if source.ty == LogicalType::Date && layout.granularity() >= Granularity::Hour {
        problems.add(place, ProblemKind::SourceHasNoHour { column: column.clone() });
    }
    if layout.has_value() && !has_path_text(&source.ty) {
        problems.add(place, ProblemKind::SourceHasNoText { column, found });
    }
}

/// Whether values have one short text each.
fn has_path_text(ty: &LogicalType) -> bool {
    ty.integer_range().is_some()
        || matches!(
            ty,
            LogicalType::String
                | LogicalType::Char
                | LogicalType::Uuid
                | LogicalType::Enum(_)
                | LogicalType::Boolean
                | LogicalType::Date
        )
}

//! What a query over one unit of time would read: the finest unit by which the table is partitioned.

use lakebed::report::PartitionReport;
use lakebed_schema::layout::{Granularity, Part, Segment};
use lakebed_schema::{LogicalType, Partition, PartitionBy, Table};
use std::collections::BTreeMap;

/// Name of a unit of time.
pub(super) fn word(unit: Granularity) -> &'static str {
    match unit {
        Granularity::Value => "value",
        Granularity::Year => "year",
        Granularity::Month => "month",
        Granularity::Day => "day",
        Granularity::Hour => "hour",
        Granularity::Minute => "minute",
    }
}

/// The partitions of one run that share a moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// The finest unit of time in the layout.
    pub(super) unit: Granularity,
    /// The time segments of the path, `dt=2026-11-23/hour=00`.
    pub(super) at: String,
    /// Bytes of all partitions at that moment.
    pub(super) bytes: u64,
    /// Whether that moment is the one of arrival.
    pub(super) arrival: bool,
}

/// The moment with the most bytes; none when the table is not partitioned by time or nothing was written.
pub(super) fn largest(table: &Table, partitions: &[PartitionReport]) -> Option<Slice> {
    let segments: Vec<(&Partition, &Segment, Granularity)> = table
        .partitions
        .iter()
        .flat_map(|partition| partition.layout.segments.iter().map(move |segment| (partition, segment)))
        .filter_map(|(partition, segment)| Some((partition, segment, finest(table, partition, segment)?)))
        .collect();
    let (finest_of, _, unit) = segments.iter().max_by_key(|(_, _, unit)| *unit)?;
    let mut moments: BTreeMap<String, u64> = BTreeMap::new();
    for partition in partitions {
        let time = |part: &&str| {
            let column = part.split_once('=').map(|(column, _)| column);
            segments.iter().any(|(_, segment, _)| Some(segment.column.as_str()) == column)
        };
        let at: Vec<&str> = partition.path.split('/').filter(time).collect();
        *moments.entry(at.join("/")).or_default() += partition.bytes;
    }
    let (at, bytes) = moments.into_iter().rev().max_by_key(|(_, bytes)| *bytes)?;
    Some(Slice { unit: *unit, at, bytes, arrival: finest_of.by == PartitionBy::Arrival })
}

/// Whether any partition column holds a time.
pub(super) fn by_time(table: &Table) -> bool {
    table.partitions.iter().any(|partition| {
        partition.layout.segments.iter().any(|segment| finest(table, partition, segment).is_some())
    })
}

/// The finest part of time in a segment, if there is any.
fn finest(table: &Table, partition: &Partition, segment: &Segment) -> Option<Granularity> {
    let day = match &partition.by {
        PartitionBy::Column(name) => table.column(name).is_some_and(|column| column.ty == LogicalType::Date),
        PartitionBy::Arrival => false,
    };
    let of = |part: &Part| match part {
        Part::Literal(_) => None,
        Part::Date(pattern) => pattern.fields().filter_map(|(letter, _)| unit(letter)).max(),
        Part::Value => day.then_some(Granularity::Day),
    };
    segment.parts.iter().filter_map(of).max()
}

fn unit(letter: char) -> Option<Granularity> {
    match letter {
        'y' => Some(Granularity::Year),
        'M' => Some(Granularity::Month),
        'd' => Some(Granularity::Day),
        'H' => Some(Granularity::Hour),
        'm' => Some(Granularity::Minute),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed_schema::{Column, Layout};

    fn slice(partitions: &[(Option<&str>, &str)], written: &[(&str, u64)]) -> Option<Slice> {
        let columns = [("region", LogicalType::String), ("day", LogicalType::Date)];
        let mut table = Table::new("t", columns.map(|(name, ty)| Column::new(name, ty)).into());
        for (by, layout) in partitions {
            let layout = Layout::parse(layout, *by).expect("the sample is valid");
            let by = by.map_or(PartitionBy::Arrival, |name| PartitionBy::Column(name.to_owned()));
            table.partitions.push(Partition { by, layout, null: None });
        }
        let report = |(path, bytes): &(&str, u64)| PartitionReport {
            path: (*path).to_owned(),
            bytes: *bytes,
            ..PartitionReport::default()
        };
        largest(&table, &written.iter().map(report).collect::<Vec<_>>())
    }

    fn expected(unit: Granularity, at: &str, bytes: u64, arrival: bool) -> Option<Slice> {
        Some(Slice { unit, at: at.to_owned(), bytes, arrival })
    }

    #[test]
    fn partitions_of_one_moment_are_read_together() {
        let layouts = [(Some("region"), "region={region}"), (None, "dt={yyyy-MM-dd}/hour={HH}")];
        let written = [
            ("region=a/dt=2026-11-23/hour=00/", 5),
            ("region=b/dt=2026-11-23/hour=00/", 4),
            ("region=a/dt=2026-11-23/hour=01/", 8),
        ];
        let found = slice(&layouts, &written);
        assert_eq!(found, expected(Granularity::Hour, "dt=2026-11-23/hour=00", 9, true));
    }

    #[test]
    fn a_column_of_days_is_a_time_and_a_text_is_none() {
        let days = slice(&[(Some("day"), "day={day}")], &[("day=2026-11-23/", 3), ("day=2026-11-24/", 2)]);
        assert_eq!(days, expected(Granularity::Day, "day=2026-11-23", 3, false));
        assert_eq!(slice(&[(Some("region"), "region={region}")], &[("region=a/", 3)]), None);
        assert_eq!(slice(&[(None, "year={yyyy}/month={MM}")], &[]), None);
    }
}

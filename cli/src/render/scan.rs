//! What a query over one unit of time would read: the finest unit by which the table is partitioned.

use lakebed::report::PartitionReport;
use lakebed_schema::date_pattern::{DatePattern, PatternItem};
use lakebed_schema::layout::{Part, Segment};
use lakebed_schema::{LogicalType, Partition, PartitionBy, Table};
use std::collections::BTreeMap;

/// A unit of time, coarse to fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }

    fn of_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'y' | 'u' => Self::Year,
            'Q' | 'q' => Self::Quarter,
            'M' | 'L' => Self::Month,
            'Y' | 'w' | 'W' => Self::Week,
            'd' | 'D' | 'e' | 'E' | 'c' | 'F' => Self::Day,
            'H' | 'k' | 'K' | 'h' | 'a' => Self::Hour,
            'm' => Self::Minute,
            's' | 'S' | 'n' | 'A' | 'N' => Self::Second,
            _ => return None,
        })
    }
}

/// The partitions of one run that share a moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slice {
    /// The finest unit of time in the layout.
    pub(super) unit: Unit,
    /// The time segments of the path, `dt=2026-11-23/hour=00`.
    pub(super) at: String,
    /// Bytes of all partitions at that moment.
    pub(super) bytes: u64,
    /// Whether that moment is the one of arrival.
    pub(super) arrival: bool,
}

/// The moment with the most bytes; none when the table is not partitioned by time or nothing was written.
pub(super) fn largest(table: &Table, partitions: &[PartitionReport]) -> Option<Slice> {
    let segments: Vec<(&Partition, &Segment, Unit)> = table
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

fn finest(table: &Table, partition: &Partition, segment: &Segment) -> Option<Unit> {
    segment.parts.iter().filter_map(|part| match part {
        Part::Literal(_) => None,
        Part::Date(pattern) => finest_letter(pattern),
        Part::Value => match &partition.by {
            PartitionBy::Column(name) if table.column(name).is_some_and(|c| c.ty == LogicalType::Date) => {
                Some(Unit::Day)
            }
            PartitionBy::Column(_) | PartitionBy::Arrival => None,
        },
    })
    .max()
}

fn finest_letter(pattern: &DatePattern) -> Option<Unit> {
    pattern.items.iter().filter_map(|item| match item {
        PatternItem::Literal(_) => None,
        PatternItem::Field { letter, .. } => Unit::of_letter(*letter),
    })
    .max()
}

//! Partitions: what a layout needs of its source.

use crate::attr::PartitionAttrs;
use lakebed_schema::layout::{Granularity, Layout};

/// What a layout takes from its source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Its value as text.
    Value,
    /// Year, month or day.
    Day,
    /// Hours too.
    Time,
}

impl Source {
    pub(crate) fn of(layout: &Layout) -> Vec<Self> {
        let mut sources = Vec::new();
        if layout.has_value() {
            sources.push(Self::Value);
        }
        match layout.granularity() {
            Granularity::Value => {}
            Granularity::Year | Granularity::Month | Granularity::Day => sources.push(Self::Day),
            Granularity::Hour | Granularity::Minute => sources.push(Self::Time),
        }
        sources
    }

    /// The constant function that checks it.
    pub(crate) fn check(self) -> &'static str {
        match self {
            Self::Value => "partition_value",
            Self::Day => "partition_day",
            Self::Time => "partition_time",
        }
    }
}

impl PartitionAttrs {
    /// The layout, if it is one.
    pub(crate) fn parsed(&self) -> Option<Layout> {
        Layout::parse(&self.layout.value(), self.by.as_ref().map(|by| by.text.as_str())).ok()
    }

    /// Whether the partition column is the source itself, `region={region}`, which takes it out of the file.
    pub(crate) fn restores(&self, layout: &Layout, column: &str) -> bool {
        self.by.as_ref().is_some_and(|by| by.text == column)
            && layout.segments.iter().any(|segment| segment.column == column && segment.is_plain_value())
    }
}

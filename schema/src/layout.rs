//! The layout language: `region={region}/dt={yyyy-MM-dd}/hour={HH}`.

use crate::date_pattern::DatePattern;

/// A parsed layout: the Hive path of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// As written.
    pub text: String,
    /// One segment for each partition column.
    pub segments: Vec<Segment>,
}

/// `column=…`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Partition column.
    pub column: String,
    /// What its value is made of.
    pub parts: Vec<Part>,
}

/// A part of a partition value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that stands for itself.
    Literal(String),
    /// The source's time, formatted.
    Date(DatePattern),
    /// The source's value as text.
    Value,
}

impl Layout {
    /// Names of the partition columns, in path order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(|segment| segment.column.as_str())
    }
}

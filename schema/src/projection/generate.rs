//! From a table to its `projection.*` parameters.

mod dates;
mod values;

#[cfg(test)]
mod tests;

use crate::finding::{Finding, Findings};
use crate::layout::{Part, Segment};
use crate::table::{Partition, PartitionBy, Table};
use crate::target::{ColumnProjection, Target};
use crate::validate::is_partition_text;

/// Most partitions that Athena reads in one scan.
const MAX_PARTITIONS: u128 = 1_000_000;

/// How Athena computes the values of one partition column.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// These texts.
    Enum(Vec<String>),
    /// Whole numbers from the first to the last, padded with zeros.
    Integer { first: i64, last: i64, digits: Option<u8> },
    /// Dates in a Java pattern, one for each unit, from the first one, written in that pattern.
    Date { format: String, from: String, unit: &'static str, per_year: u128 },
    /// What the query asks for.
    Injected,
}

/// The parameters that let Athena compute a table's partitions, in a fixed order. They belong into the table's
/// parameters; in those of its storage descriptor Athena ignores them. None when projection is turned off or the
/// table has no partitions.
///
/// Our paths are `column=value` below the table's location, which is what Athena assumes without a location template.
///
/// ```
/// use lakebed_schema::{Layout, Partition, PartitionBy, Table, Target, projection};
///
/// let mut table = Table::new("traffic", Vec::new());
/// let layout = Layout::parse("dt={yyyy-MM-dd}/hour={HH}", None).unwrap();
/// table.partitions.push(Partition { by: PartitionBy::Arrival, layout, null: None });
/// let mut target = Target::default();
/// target.projection.from = Some("2026-01-01".into());
/// let properties = projection::properties(&table, &target).unwrap();
/// assert_eq!(properties[0], ("projection.enabled".into(), "true".into()));
/// assert_eq!(properties[2], ("projection.dt.range".into(), "2026-01-01,NOW+1DAY".into()));
/// ```
///
/// # Errors
/// Every partition column whose values cannot be computed, with what to write into the settings.
pub fn properties(table: &Table, target: &Target) -> Result<Vec<(String, String)>, Findings> {
    let shapes = shapes(table, target)?;
    let mut properties = Vec::new();
    if !shapes.is_empty() {
        properties.push(("projection.enabled".to_owned(), "true".to_owned()));
    }
    for (column, shape) in &shapes {
        let mut add =
            |key: &str, value: String| properties.push((format!("projection.{column}.{key}"), value));
        match shape {
            Shape::Enum(words) => {
                add("type", "enum".to_owned());
                add("values", words.join(","));
            }
            Shape::Integer { first, last, digits } => {
                add("type", "integer".to_owned());
                add("range", format!("{first},{last}"));
                if let Some(digits) = digits {
                    add("digits", digits.to_string());
                }
            }
            Shape::Date { format, from, unit, .. } => {
                add("type", "date".to_owned());
                // NOW is UTC: a time zone ahead of it is already at the next day.
                add("range", format!("{from},NOW+1DAY"));
                add("format", format.clone());
                add("interval", "1".to_owned());
                add("interval.unit", (*unit).to_owned());
            }
            Shape::Injected => add("type", "injected".to_owned()),
        }
    }
    Ok(properties)
}

/// What users of the projected table should know, one sentence each: columns that every query must name, and
/// more partitions in a year than Athena takes in one scan.
///
/// # Errors
/// Those of [`properties`].
pub fn notes(table: &Table, target: &Target) -> Result<Vec<String>, Findings> {
    let shapes = shapes(table, target)?;
    let mut notes: Vec<_> = shapes
        .iter()
        .filter(|(_, shape)| *shape == Shape::Injected)
        .map(|(column, _)| {
            format!("Partition column `{column}` is injected: every query must say `{column} = '…'`.")
        })
        .collect();
    let per_year = shapes.iter().fold(1_u128, |product, (_, shape)| product.saturating_mul(shape.per_year()));
    if per_year > MAX_PARTITIONS {
        notes.push(format!(
            "A query without a condition on the partition columns makes Athena look at {per_year} partitions for each year of data, and it reads at most {MAX_PARTITIONS} in one scan: always filter by them, or choose a coarser layout."
        ));
    }
    Ok(notes)
}

impl Shape {
    /// How many values a year of data has.
    fn per_year(&self) -> u128 {
        match self {
            Self::Enum(words) => words.len() as u128,
            Self::Integer { first, last, .. } => u128::from(last.abs_diff(*first)) + 1,
            Self::Date { per_year, .. } => *per_year,
            Self::Injected => 1,
        }
    }
}

/// The partition columns in path order, each with its shape.
fn shapes(table: &Table, target: &Target) -> Result<Vec<(String, Shape)>, Findings> {
    let (mut shapes, mut findings) = (Vec::new(), Findings::default());
    if !target.projection.enabled {
        return Ok(shapes);
    }
    for partition in &table.partitions {
        for segment in &partition.layout.segments {
            match shape(table, partition, segment, target) {
                Ok(shape) => shapes.push((segment.column.clone(), shape)),
                // One missing setting may be missed by several columns.
                Err(finding) if findings.0.contains(&finding) => {}
                Err(finding) => findings.push(finding),
            }
        }
    }
    findings.or(|| shapes)
}

fn shape(table: &Table, partition: &Partition, segment: &Segment, target: &Target) -> Result<Shape, Finding> {
    let null = partition.null.as_deref();
    let shape = match target.projection.columns.get(&segment.column) {
        Some(ColumnProjection::Injected) => return Ok(Shape::Injected),
        Some(ColumnProjection::Values(words)) => values::listed(segment, words, null)?,
        Some(ColumnProjection::Range(first, last)) => values::range(segment, *first, *last)?,
        None if segment.parts.contains(&Part::Value) => {
            let source = match &partition.by {
                PartitionBy::Column(name) => table.column(name),
                PartitionBy::Arrival => None,
            };
            values::declared(segment, source, target)?
        }
        None => dates::shape(segment, null.is_some(), target)?,
    };
    with_null(segment, shape, null)
}

/// Takes the text for null among the values.
fn with_null(segment: &Segment, shape: Shape, null: Option<&str>) -> Result<Shape, Finding> {
    let Some(null) = null else { return Ok(shape) };
    match shape {
        Shape::Enum(mut words) => {
            if !words.iter().any(|word| word == null) {
                words.push(null.to_owned());
            }
            Ok(Shape::Enum(words))
        }
        Shape::Injected => Ok(Shape::Injected),
        Shape::Integer { .. } | Shape::Date { .. } => Err(Finding::new(
            "projection-null",
            place(&segment.column),
            format!("null goes into the partition `{null}`, which is among no numbers and no dates"),
            format!(
                "leave out null = \"{null}\" in the table; or write projection.columns.{column} = {{ values = […] }} with every value, or \"injected\" when every query names the column; or projection.enabled = false",
                column = segment.column
            ),
        )),
    }
}

/// Place of a finding about a partition column.
fn place(column: &str) -> String {
    format!("partition column `{column}`")
}

/// A word that can stand in a path and in a list of values.
fn check_word(column: &str, word: &str) -> Result<(), Finding> {
    if is_partition_text(word) {
        return Ok(());
    }
    Err(Finding::new(
        "projection-value",
        place(column),
        format!("the value `{word}` cannot stand in a path and in a list of values"),
        "use 1 to 128 characters from A-Z a-z 0-9 . _ -, without blanks and commas",
    ))
}

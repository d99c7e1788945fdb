//! How safe a change is, why, and what to do about it: the rules of the engines.
//!
//! They are those of Athena's documentation where it has any, and of the open readers that it and others are made
//! of: Trino's Parquet reader, Spark's, Redshift Spectrum's.

use super::change::Class;
use super::reading::{Access, Partitioning, Reading};
use super::widening::{Widening, widening};
use lakebed_schema::hive_type::HiveType;

/// The class of a change, with its reason and remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) class: Class,
    pub(super) reason: String,
    pub(super) remedy: Option<String>,
}

impl Verdict {
    pub(super) fn new(class: Class, reason: impl Into<String>) -> Self {
        Self { class, reason: reason.into(), remedy: None }
    }

    pub(super) fn safe(reason: impl Into<String>) -> Self {
        Self::new(Class::Safe, reason)
    }

    pub(super) fn breaking(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Class::Breaking, reason).with(remedy)
    }

    #[must_use]
    pub(super) fn with(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// A column or member that comes. `last` tells whether everything behind it is new too.
pub(super) fn add(reading: Reading, what: &str, last: bool) -> Verdict {
    if !last && reading.shifts(what) {
        return stay_behind(what);
    }
    match reading.access {
        Access::ParquetByName => {
            Verdict::safe(format!("Parquet {what}s are found by name; files without it give null"))
        }
        Access::OrcByName => {
            Verdict::safe(format!("this table reads ORC {what}s by name; files without it give null"))
        }
        Access::Json => {
            Verdict::safe(format!("JSON {what}s are found by key; documents without it give null"))
        }
        Access::ByPosition if last => Verdict::safe(format!(
            "this table reads {what}s by position, and it comes behind all others; files without it give null"
        )),
        Access::ByPosition => Verdict::breaking(
            format!(
                "this table reads {what}s by position: in files that exist, every {what} behind it is read as its neighbour"
            ),
            format!("put the {what} last"),
        ),
    }
}

/// Columns or members that change their places while registered partitions keep the old ones.
fn stay_behind(what: &str) -> Verdict {
    Verdict::breaking(
        format!(
            "registered partitions have {what}s of their own, which engines compare with the table's by position; they were not listed, so that none follows, and queries over them fail or give wrong values"
        ),
        "leave --skip-partitions out, so that they follow",
    )
}

/// A column or member that goes. `last` tells whether none stays behind it.
pub(super) fn remove(reading: Reading, what: &str, name: &str, last: bool) -> Verdict {
    if !last && reading.shifts(what) {
        return stay_behind(what);
    }
    if reading.access == Access::ByPosition && !last {
        return Verdict::breaking(
            format!(
                "this table reads {what}s by position: every {what} behind it is read as its neighbour, and queries that name `{name}` fail"
            ),
            format!("keep the {what}, or write the files again without it first"),
        );
    }
    Verdict::breaking(
        "queries that name it fail; its values stay in the files that have them",
        format!("change those queries first; the {what} can come back later with the values of old files"),
    )
}

/// Columns or members that change their order.
pub(super) fn reorder(reading: Reading, what: &str) -> Verdict {
    if reading.shifts(what) {
        return stay_behind(what);
    }
    match reading.access {
        Access::ParquetByName | Access::OrcByName | Access::Json => Verdict::safe(match what {
            "column" => "columns are found by name; only SELECT * gives them in another order".to_owned(),
            _ => format!("{what}s are found by name; only whole records show them in another order"),
        }),
        Access::ByPosition => Verdict::breaking(
            format!(
                "this table reads {what}s by position: values of files that exist come out under other names"
            ),
            format!("keep the order, and put new {what}s last"),
        ),
    }
}

/// A type that becomes another one.
pub(super) fn change_type(reading: Reading, before: &HiveType, after: &HiveType) -> Verdict {
    let rewrite = "write the old files again with the new type: read them with the old table, then convert";
    match (reading.access, widening(before, after)) {
        (Access::Json, Widening::SameBytes | Widening::Wider { .. }) => {
            Verdict::safe(format!("documents that hold {before} values are read as {after} without a loss"))
        }
        (_, Widening::SameBytes) => Verdict::safe(format!("{before} and {after} are stored alike in files")),
        (Access::ParquetByName | Access::OrcByName | Access::ByPosition, Widening::Wider { refused_by }) => {
            Verdict::new(Class::NeedsRewrite, format!("Athena reads {before} files as {after}; {refused_by}"))
                .with(format!("nothing, where only Athena reads the table; else {rewrite}"))
        }
        (Access::Json, Widening::No) if *after == HiveType::String => Verdict::breaking(
            format!("old documents are read as text; queries that take its values for {before} fail"),
            "change those queries first, with a cast; or add a column of the new type under another name",
        ),
        (access, Widening::No) => {
            let old = match (access, reading.partitioning) {
                (Access::Json, _) => format!("queries fail at values that are not of type {after}"),
                (_, Partitioning::Registered) if casts(before, after) => format!(
                    "Athena casts values of partitions that are registered with {before}; engines that take the table's types fail at their files"
                ),
                (_, Partitioning::None | Partitioning::Projected | Partitioning::Registered) => {
                    format!("files with {before} cannot be read as {after}: queries that touch them fail")
                }
            };
            Verdict::breaking(
                format!("{old}; queries that take its values for {before} fail"),
                format!(
                    "add a column of the new type under another name and fill both for a while; or {rewrite}"
                ),
            )
        }
    }
}

/// Whether Athena casts the values of a partition whose column has the old type.
fn casts(before: &HiveType, after: &HiveType) -> bool {
    let is_integer = |ty: &HiveType| {
        matches!(ty, HiveType::TinyInt | HiveType::SmallInt | HiveType::Int | HiveType::BigInt)
    };
    let is_text = |ty: &HiveType| matches!(ty, HiveType::String | HiveType::Varchar(_));
    let is_float = |ty: &HiveType| matches!(ty, HiveType::Float | HiveType::Double);
    let is_decimal = |ty: &HiveType| matches!(ty, HiveType::Decimal { .. });
    let is_time = |ty: &HiveType| matches!(ty, HiveType::Date | HiveType::Timestamp);
    (is_integer(before) && is_text(after))
        || (is_text(before) && (is_integer(after) || is_time(after)))
        || (is_float(before) && (is_float(after) || is_decimal(after)))
        || (is_decimal(before)
            && (is_decimal(after) || is_float(after) || is_integer(after) || is_text(after)))
        || (matches!(before, HiveType::Timestamp | HiveType::Double) && is_text(after))
}

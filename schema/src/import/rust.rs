//! A table as the Rust source of a struct that makes it.
//!
//! The source is as rustfmt would leave it, and compiled it exports the table again, but for what the notes say. What
//! the attributes of a struct cannot say is a finding.

mod cases;
mod layout;
mod names;
mod sayable;
#[cfg(test)]
mod tests;
mod types;
mod words;
mod write;

use crate::finding::{Finding, Findings};
use crate::table::Table;

/// How the source is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RustOptions {
    /// Name of the struct; made of the table's name when absent.
    pub name: Option<String>,
    /// What is guessed, marked in the source where it stands.
    pub guesses: Vec<Guess>,
}

/// Something about a column that its source does not say for certain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct Guess {
    /// Path of the column, `weather.wind`; empty for the table itself.
    pub column: String,
    /// What was guessed, and why: `text, as every value was null`.
    pub text: String,
}

impl Guess {
    /// A guess about a column.
    pub fn new(column: impl Into<String>, text: impl Into<String>) -> Self {
        Self { column: column.into(), text: text.into() }
    }
}

/// A struct with everything in it.
#[derive(Clone, Debug, PartialEq)]
pub struct RustSource {
    /// The source: imports, then the struct, then what it holds.
    pub text: String,
    /// Name of the struct.
    pub name: String,
    /// The table that it exports.
    pub table: Table,
    /// Features of the crate `lakebed` that it needs.
    pub features: Vec<&'static str>,
    /// How the table differs from the one that was given, and what else to know: one sentence each.
    pub notes: Vec<String>,
}

/// The source of a struct that is this table.
///
/// ```
/// use lakebed_schema::import::rust::{RustOptions, rust};
/// use lakebed_schema::{Column, LogicalType, Table};
///
/// let mut speed = Column::new("car_speed", LogicalType::UInt8);
/// speed.comment = Some("km/h".into());
/// let source = rust(&Table::new("traffic", vec![speed]), &RustOptions::default()).unwrap();
/// assert!(source.text.ends_with("#[lake(table = \"traffic\")]\npub struct Traffic {\n    /// km/h\n    pub car_speed: u8,\n}\n"));
/// ```
///
/// # Errors
/// A table that breaks rules, a name that no struct has, and everything that no struct can say.
pub fn rust(table: &Table, options: &RustOptions) -> Result<RustSource, Findings> {
    let mut findings = Findings::default();
    if let Err(problems) = table.validate() {
        for problem in problems.0 {
            findings.push(Finding::new(
                "import-table",
                problem.path,
                problem.kind.to_string(),
                problem.kind.fix(),
            ));
        }
    }
    if let Some(name) = options.name.as_ref().filter(|name| !names::is_type_name(name)) {
        findings.push(Finding::new(
            "import-rust-name",
            "name of the struct",
            format!("`{name}` is no name for it: expected a capital, then letters and digits, and no name that Rust or the source uses"),
            format!("write, for example, {}Record", names::pascal(name)),
        ));
    }
    let sayable = findings.take(sayable::sayable(table));
    findings.or(|| ())?;
    let Some((table, notes)) = sayable else { return Err(Findings::default()) };
    Ok(write::write(table, options, notes))
}

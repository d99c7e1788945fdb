//! Where a struct, its contract file, the catalog and the files of the lake are out of step, and which of them is.
//!
//! [`compare`] is pure: what each side says comes in, findings with stable [`Code`]s come out. The struct is the
//! truth, and a side that differs from it is out of step, unless all others agree against the struct: then it is the
//! program that does not belong to what is deployed. What the catalog lacks is told by [`plan::diff`](crate::plan::diff),
//! and what files mean to their readers by the rules of the plan.

mod catalog;
mod code;
mod contract;
mod files;
mod partitions;
mod voices;

pub use code::{CODES, Code};

use crate::partitions::PartitionFolders;
use crate::plan::{Actual, TablePlan, Wanted};
use lakebed::inspect::Sample;
use lakebed_schema::Table;
use serde::Serialize;
use voices::Voices;

/// Which of the sides is out of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The struct that is compiled in.
    Struct,
    /// The contract file.
    Contract,
    /// The catalog.
    Catalog,
    /// The files of the lake.
    Files,
    /// The partitions: those that are registered or projected, and the folders.
    Partitions,
}

impl Side {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Struct => "struct",
            Self::Contract => "contract",
            Self::Catalog => "catalog",
            Self::Files => "files",
            Self::Partitions => "partitions",
        }
    }
}

/// One thing that is out of step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind it is.
    pub code: Code,
    /// Which side is out of step.
    pub side: Side,
    /// Where: "column `speed`", "12 folders".
    pub place: String,
    /// What is wrong there, read on from the place: "is int; struct, contract and 18 of 18 files say bigint".
    pub problem: String,
    /// What to do next.
    pub next: String,
    /// Some of many: paths of files or folders, values of partitions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

impl Finding {
    fn new(
        code: Code,
        place: impl Into<String>,
        problem: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            code,
            side: code.side(),
            place: place.into(),
            problem: problem.into(),
            next: next.into(),
            examples: Vec::new(),
        }
    }

    /// With some of many.
    fn with(mut self, examples: impl Iterator<Item = String>) -> Self {
        self.examples = examples.take(MAX_EXAMPLES).collect();
        self
    }
}

/// Most examples of a finding.
const MAX_EXAMPLES: usize = 5;

/// What was found for a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// What is out of step, in the order of the codes.
    pub findings: Vec<Finding>,
    /// What is worth knowing and is no fault.
    pub notes: Vec<String>,
}

/// The contract file of a struct.
#[derive(Clone, Debug, PartialEq)]
pub enum Contract {
    /// There is none; the name that it should have.
    Missing(String),
    /// It is none; its name, and what is wrong.
    Invalid(String, String),
    /// What it says.
    Table(String, Box<Table>),
}

/// What the sides say about one table.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The table as it is declared.
    pub table: &'a Table,
    /// Its contract file; none where the table itself was read from one, or nobody keeps contracts.
    pub contract: Option<&'a Contract>,
    /// Whether the table was read from a contract file, so that there is no struct.
    pub is_contract: bool,
    /// What is wanted of the catalog, what it holds, and what would change.
    pub catalog: Option<(&'a Wanted, &'a Actual, &'a TablePlan)>,
    /// Files of the lake.
    pub sample: Option<&'a Sample>,
    /// Folders of the lake.
    pub folders: Option<&'a PartitionFolders>,
    /// Seconds since 1970 for which `NOW` of a projection stands.
    pub now: i64,
    /// The program, for what to run next.
    pub program: &'a str,
}

/// Compares the sides of a table.
///
/// # Errors
/// A defect of lakebed: two contracts that differ in nothing that their text shows.
pub fn compare(sides: &Sides<'_>) -> Result<Drift, String> {
    let mut drift = Drift::default();
    let voices = Voices::of(sides);
    contract::compare(sides, &voices, &mut drift)?;
    compare_deployed(sides, Some(&voices), &mut drift);
    drift.findings.sort_by_key(|finding| finding.code);
    Ok(drift)
}

/// Compares the raw records of a table, which have no struct, no contract and no Parquet of their own.
pub fn compare_raw(sides: &Sides<'_>) -> Drift {
    let mut drift = Drift::default();
    compare_deployed(sides, None, &mut drift);
    drift.findings.sort_by_key(|finding| finding.code);
    drift
}

fn compare_deployed(sides: &Sides<'_>, voices: Option<&Voices>, drift: &mut Drift) {
    if let Some((wanted, actual, plan)) = sides.catalog {
        catalog::compare(sides, wanted, actual, plan, voices, drift);
    }
    if let (Some(sample), Some(voices)) = (sides.sample, voices) {
        files::compare(sides, sample, voices, drift);
    }
    if let Some(folders) = sides.folders {
        partitions::compare(sides, folders, drift);
    }
}

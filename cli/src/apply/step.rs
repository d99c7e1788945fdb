//! What there is to do for a table, in order.

use crate::plan::{Base, TablePlan};
use std::fmt;

/// One step of carrying a plan out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The database is made.
    CreateDatabase,
    /// The table is made.
    CreateTable,
    /// The table is replaced.
    UpdateTable {
        /// The version that it replaces.
        replaced: String,
    },
    /// The table was found as it was to be when it was written: by this run, whose answer was lost, or by an equal one.
    FindTable {
        /// The version that it was to replace; none when it was to be made.
        replaced: Option<String>,
    },
    /// Descriptors of registered partitions follow the table.
    UpdatePartitions {
        /// How many.
        count: usize,
    },
    /// A partition index is asked for.
    CreateIndex {
        /// Its name.
        name: String,
    },
}

impl Step {
    /// Its name: `create_table`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::CreateDatabase => "create_database",
            Self::CreateTable => "create_table",
            Self::UpdateTable { .. } => "update_table",
            Self::FindTable { .. } => "find_table",
            Self::UpdatePartitions { .. } => "update_partitions",
            Self::CreateIndex { .. } => "create_partition_index",
        }
    }
}

impl Step {
    /// In a few words, once it is done: "updated the table (replaces version 3)".
    pub fn past(&self) -> String {
        match self {
            Self::CreateDatabase => "created the database".to_owned(),
            Self::CreateTable => "created the table".to_owned(),
            Self::UpdateTable { replaced } => format!("updated the table (replaces version {replaced})"),
            Self::FindTable { replaced: None } => "created the table, in this run or an equal one".to_owned(),
            Self::FindTable { replaced: Some(version) } => {
                format!("updated the table (replaces version {version}), in this run or an equal one")
            }
            Self::UpdatePartitions { count: 1 } => "updated 1 partition".to_owned(),
            Self::UpdatePartitions { count } => format!("updated {count} partitions"),
            Self::CreateIndex { name } => format!("asked for the partition index `{name}`"),
        }
    }
}

impl fmt::Display for Step {
    /// In a few words, before it is done: "update the table (replaces version 3)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateDatabase => f.write_str("create the database"),
            Self::CreateTable => f.write_str("create the table"),
            Self::UpdateTable { replaced } => write!(f, "update the table (replaces version {replaced})"),
            Self::FindTable { .. } => f.write_str("find the table as it is to be"),
            Self::UpdatePartitions { count: 1 } => f.write_str("update 1 partition"),
            Self::UpdatePartitions { count } => write!(f, "update {count} partitions"),
            Self::CreateIndex { name } => write!(f, "ask for the partition index `{name}`"),
        }
    }
}

/// The steps of a plan, in the order in which they are done.
pub fn steps(plan: &TablePlan) -> Vec<Step> {
    let mut steps = Vec::new();
    if plan.create_database {
        steps.push(Step::CreateDatabase);
    }
    if plan.result.is_some() {
        steps.push(match &plan.base {
            Base::Absent => Step::CreateTable,
            Base::Version { version, .. } => Step::UpdateTable { replaced: version.clone() },
        });
    }
    if !plan.partitions.is_empty() {
        steps.push(Step::UpdatePartitions { count: plan.partitions.len() });
    }
    steps.extend(plan.indexes.iter().map(|index| Step::CreateIndex { name: index.name.clone() }));
    steps
}

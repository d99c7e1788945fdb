//! Artifacts: text that is generated from a table, one file for each kind.
//!
//! [`ARTIFACTS`] is the list that commands, documentation and tests walk. A new kind is a module here and an entry
//! in the list.

#[cfg(feature = "arrow")]
pub mod arrow;

use crate::table::Table;

/// A kind of text that is generated from a table.
pub trait Artifact: Sync {
    /// Name of the kind, such as `contract`.
    fn name(&self) -> &'static str;
    /// Name of the file for a table, such as `traffic.contract.json`.
    fn file_name(&self, table: &Table) -> String;
    /// The text; the same bytes for the same table.
    fn render(&self, table: &Table) -> String;
}

/// Every kind.
pub const ARTIFACTS: &[&dyn Artifact] = &[
    #[cfg(feature = "contract")]
    &Contract,
    #[cfg(all(feature = "arrow", feature = "contract"))]
    &arrow::ArrowSchema,
];

/// The artifact of that name.
pub fn find(name: &str) -> Option<&'static dyn Artifact> {
    ARTIFACTS.iter().copied().find(|artifact| artifact.name() == name)
}

/// The [contract](crate::contract).
#[cfg(feature = "contract")]
#[derive(Clone, Copy, Debug)]
pub struct Contract;

#[cfg(feature = "contract")]
impl Artifact for Contract {
    fn name(&self) -> &'static str {
        "contract"
    }

    fn file_name(&self, table: &Table) -> String {
        format!("{}.contract.json", table.name)
    }

    fn render(&self, table: &Table) -> String {
        table.to_contract()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        for (i, artifact) in ARTIFACTS.iter().enumerate() {
            assert!(ARTIFACTS[..i].iter().all(|other| other.name() != artifact.name()));
            assert_eq!(find(artifact.name()).map(|found| found.name()), Some(artifact.name()));
        }
    }
}

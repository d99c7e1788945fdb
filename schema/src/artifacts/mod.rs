//! Artifacts: text that is generated from a table and a target, one file for each kind.
//!
//! [`ARTIFACTS`] is the list that commands, documentation and tests walk. A new kind is a module here and an entry
//! in the list.

#[cfg(feature = "arrow")]
pub mod arrow;
#[cfg(feature = "contract")]
pub mod athena_ddl;
#[cfg(feature = "contract")]
pub mod cloudformation;
#[cfg(feature = "contract")]
pub mod firehose;
#[cfg(feature = "contract")]
pub mod glue;
#[cfg(feature = "contract")]
pub mod iam;
#[cfg(feature = "contract")]
pub mod json_schema;
#[cfg(feature = "contract")]
pub mod spark;
#[cfg(feature = "contract")]
mod stack;
#[cfg(feature = "contract")]
pub mod terraform;

use crate::finding::Findings;
#[cfg(feature = "contract")]
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

/// A kind of text that is generated from a table and a target.
pub trait Artifact: Sync {
    /// Name of the kind, such as `glue`.
    fn name(&self) -> &'static str;

    /// What it is, in a line, for help and documentation.
    fn about(&self) -> &'static str;

    /// Its parts, the main one first: one file each.
    fn parts(&self) -> &'static [Part];

    /// Whether its JSON can be used as YAML too: not where the tools that read it know JSON only.
    fn has_yaml(&self) -> bool {
        true
    }

    /// Makes a part: the same bytes for the same table and target. Gives none where the part does not apply, such as
    /// a raw table for records that are XML.
    ///
    /// # Errors
    /// Every rule that the table and the target break, and every setting that is missing.
    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings>;
}

/// One of the files that an artifact consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Name, such as `table`.
    pub name: &'static str,
    /// What follows the table's name in the name of the file, such as `glue.json`.
    pub suffix: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
}

impl Part {
    /// Name of the file for a table, such as `traffic.glue.json`.
    pub fn file_name(&self, table: &Table) -> String {
        format!("{}.{}", table.name, self.suffix)
    }
}

/// A part that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// What it holds.
    pub content: Content,
    /// What its user should know and cannot see in it, one sentence each.
    pub notes: Vec<String>,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text in a language of its own.
    Text(String),
    /// JSON, which can also be written as YAML.
    #[cfg(feature = "contract")]
    Json(Json),
}

impl Content {
    /// The text of the file, ending in a newline.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) if text.ends_with('\n') => text.clone(),
            Self::Text(text) => format!("{text}\n"),
            #[cfg(feature = "contract")]
            Self::Json(json) => json.to_text(),
        }
    }
}

impl Rendered {
    /// Text without notes.
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: Content::Text(text.into()), notes: Vec::new() }
    }

    /// JSON without notes.
    #[cfg(feature = "contract")]
    pub fn json(json: Json) -> Self {
        Self { content: Content::Json(json), notes: Vec::new() }
    }
}

/// Every kind.
pub const ARTIFACTS: &[&dyn Artifact] = &[
    #[cfg(feature = "contract")]
    &Contract,
    #[cfg(all(feature = "arrow", feature = "contract"))]
    &arrow::ArrowSchema,
    #[cfg(feature = "contract")]
    &glue::Glue,
    #[cfg(feature = "contract")]
    &athena_ddl::AthenaDdl,
    #[cfg(feature = "contract")]
    &firehose::Firehose,
    #[cfg(feature = "contract")]
    &json_schema::JsonSchema,
    #[cfg(feature = "contract")]
    &cloudformation::CloudFormation,
    #[cfg(feature = "contract")]
    &terraform::Terraform,
    #[cfg(feature = "contract")]
    &iam::Iam,
    #[cfg(feature = "contract")]
    &spark::Spark,
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

    fn about(&self) -> &'static str {
        "the whole table as JSON, to commit beside the code"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part { name: "contract", suffix: "contract.json", about: "the table" }]
    }

    fn render(&self, _: &Part, table: &Table, _: &Target) -> Result<Option<Rendered>, Findings> {
        Ok(Some(Rendered::text(table.to_contract())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ() {
        let mut suffixes = Vec::new();
        for (i, artifact) in ARTIFACTS.iter().enumerate() {
            assert!(ARTIFACTS[..i].iter().all(|other| other.name() != artifact.name()));
            assert_eq!(find(artifact.name()).map(|found| found.name()), Some(artifact.name()));
            assert!(!artifact.parts().is_empty() && !artifact.about().is_empty());
            for part in artifact.parts() {
                assert!(!suffixes.contains(&part.suffix), "{}", part.suffix);
                suffixes.push(part.suffix);
            }
        }
    }
}

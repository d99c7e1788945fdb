//! What lakebed put into a table of the catalog, as the last `apply` noted it there.
//!
//! The note is one parameter of the table, [`OWNED`]: compact JSON with a version. With it a plan can tell a column
//! that left the struct, which goes, from one that somebody else added, which stays. A table without the note, or
//! with one that cannot be read, holds nothing that is known to be lakebed's.
//!
//! What the note claims, and neither table nor struct has any more, a plan takes out of it: else the note would take
//! away what somebody puts there later under the same name. In between, until the next apply, it still would.

pub use lakebed_schema::artifacts::glue::OWNED;

use super::foreign::is_of_engines;
use super::types::normal_type;
use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};
use lakebed_schema::json::Json;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Version of the note that is written, and the only one that is read.
const VERSION: u32 = 1;
/// Longest value of a parameter, in characters.
const MAX_VALUE: usize = 512_000;

/// What a table says about what is lakebed's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// Nothing.
    None,
    /// A note.
    Ours(Owned),
    /// A note of a version that only newer lakebeds read.
    Newer(u64),
    /// Something that is no note.
    Damaged,
}

impl Note {
    /// The note of a table.
    pub(super) fn of(table: &GlueTable) -> Self {
        let Some(text) = table.parameters.get(OWNED) else { return Self::None };
        let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let version =
            value.as_ref().and_then(|value| value.get("version")).and_then(serde_json::Value::as_u64);
        match version {
            Some(version) if version > u64::from(VERSION) => Self::Newer(version),
            Some(_) | None => Owned::read(table).map_or(Self::Damaged, Self::Ours),
        }
    }
}

/// What lakebed put into a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owned {
    version: u32,
    /// Columns with their types, which tell whose the members of nested records are.
    columns: BTreeMap<String, String>,
    /// Columns and partition keys whose comments are ours.
    comments: BTreeSet<String>,
    /// Keys among the table's parameters; those of projection are always ours and not noted.
    parameters: BTreeSet<String>,
    /// Keys among the SerDe's parameters.
    serde: BTreeSet<String>,
    /// Whether the description is ours.
    description: bool,
}

impl Owned {
    /// What is ours once the table is as wanted: all of it.
    pub fn of(wanted: &GlueTable) -> Self {
        let commented = |column: &&GlueColumn| column.comment.as_deref().is_some_and(|text| !text.is_empty());
        let lower = |column: &GlueColumn| column.name.to_lowercase();
        Self {
            version: VERSION,
            columns: wanted.columns.iter().map(|column| (lower(column), normal_type(&column.ty))).collect(),
            comments: wanted
                .columns
                .iter()
                .chain(&wanted.partition_keys)
                .filter(commented)
                .map(lower)
                .collect(),
            parameters: wanted
                .parameters
                .keys()
                .filter(|key| *key != OWNED && !is_always_ours(key))
                .cloned()
                .collect(),
            serde: wanted.storage.serde_parameters.keys().cloned().collect(),
            description: wanted.description.as_deref().is_some_and(|text| !text.is_empty()),
        }
    }

    /// Everything that a table holds, but for the parameters that engines and crawlers keep for themselves.
    pub(super) fn everything(table: &GlueTable) -> Self {
        let mut owned = Self::of(table);
        owned.parameters.retain(|key| !is_of_engines(key));
        owned
    }

    /// The note that a table holds; none when there is none, or none that can be read.
    pub fn read(table: &GlueTable) -> Option<Self> {
        let owned: Self = serde_json::from_str(table.parameters.get(OWNED)?).ok()?;
        (owned.version == VERSION).then_some(owned)
    }

    /// What the note claims although the table does not have it and `after`, the next note, does not claim it: one
    /// phrase each. Whoever puts it there later is somebody else.
    pub(super) fn stale(&self, table: &GlueTable, after: &Self) -> Vec<String> {
        // The note of all that the table holds.
        let there = Self::of(table);
        let gone = |what: &str, ours: Vec<&String>, has: &dyn Fn(&Self, &str) -> bool| -> Vec<String> {
            let gone = ours.into_iter().filter(|name| !has(&there, name) && !has(after, name));
            gone.map(|name| format!("{what} `{name}`")).collect()
        };
        let mut stale =
            gone("column", self.columns.keys().collect(), &|owned, name| owned.column(name).is_some());
        stale.extend(gone("comment of", self.comments.iter().collect(), &Self::comment));
        stale.extend(gone("parameter", self.parameters.iter().collect(), &Self::parameter));
        stale.extend(gone("SerDe parameter", self.serde.iter().collect(), &Self::serde_parameter));
        stale.extend(
            (self.description && !there.description && !after.description).then(|| "description".to_owned()),
        );
        stale
    }

    /// The value of the parameter; none when it would be longer than the catalog takes.
    pub fn to_text(&self) -> Option<String> {
        let json = Json::object([
            ("version", Json::from(self.version)),
            ("columns", Json::object(self.columns.iter().map(|(name, ty)| (name, Json::from(ty))))),
            ("comments", Json::list(&self.comments)),
            ("parameters", Json::list(&self.parameters)),
            ("serde", Json::list(&self.serde)),
            ("description", Json::from(self.description)),
        ]);
        serde_json::to_string(&json).ok().filter(|text| text.chars().count() <= MAX_VALUE)
    }

    /// The type that a column of ours had; none when the column is not ours. Names in lower case.
    pub fn column(&self, name: &str) -> Option<&str> {
        self.columns.get(name).map(String::as_str)
    }

    pub(super) fn comment(&self, column: &str) -> bool {
        self.comments.contains(column)
    }

    pub(super) fn parameter(&self, key: &str) -> bool {
        self.parameters.contains(key)
    }

    pub(super) fn serde_parameter(&self, key: &str) -> bool {
        self.serde.contains(key)
    }

    pub(super) fn description(&self) -> bool {
        self.description
    }
}

/// Whether a table parameter is lakebed's wherever it comes from: two hands in one projection make it wrong.
pub(super) fn is_always_ours(key: &str) -> bool {
    key.starts_with("projection.") || key == "storage.location.template"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_reads_back_and_is_nothing_when_it_cannot_be_read() {
        let mut table = GlueTable::default();
        table.columns.push(GlueColumn {
            name: "Lane".into(),
            ty: "struct<A: int>".into(),
            comment: Some("Lane.".into()),
            parameters: BTreeMap::new(),
        });
        table.parameters.insert("classification".into(), "parquet".into());
        table.parameters.insert("projection.enabled".into(), "true".into());
        let owned = Owned::of(&table);
        let text = owned.to_text().unwrap();
        assert_eq!(
            text,
            r#"{"version":1,"columns":{"lane":"struct<a:int>"},"comments":["lane"],"parameters":["classification"],"serde":[],"description":false}"#
        );
        assert_eq!(Owned::read(&table), None);
        table.parameters.insert(OWNED.into(), text.clone());
        assert_eq!(Owned::read(&table), Some(owned.clone()));
        assert_eq!(Owned::of(&table), owned, "the note is not among what it notes");
        for broken in [text.replace(":1,", ":2,"), text.replace("serde", "sorde"), "{".into(), String::new()]
        {
            table.parameters.insert(OWNED.into(), broken.clone());
            assert_eq!(Owned::read(&table), None, "{broken}");
        }
    }
}

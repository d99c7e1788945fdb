//! What a registry holds.

use lakebed_schema::target::Compatibility;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a schema, with its registry's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SchemaName {
    /// Name of the registry.
    pub registry: String,
    /// Name of the schema in it.
    pub schema: String,
}

impl SchemaName {
    /// A schema of a registry.
    pub fn new(registry: impl Into<String>, schema: impl Into<String>) -> Self {
        Self { registry: registry.into(), schema: schema.into() }
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.schema)
    }
}

/// A schema that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchema {
    /// What new versions must be compatible with.
    pub compatibility: Compatibility,
    /// What it is, in at most 2,048 characters.
    pub description: Option<String>,
    /// The first version: a JSON Schema of draft-07.
    pub definition: String,
}

/// A schema as the registry knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredSchema {
    /// JSON, AVRO or PROTOBUF.
    pub format: String,
    /// What new versions must be compatible with.
    pub compatibility: Compatibility,
    /// What it is.
    pub description: Option<String>,
    /// The version that new ones are compared with.
    pub checkpoint: Option<u64>,
    /// The last version.
    pub latest: Option<u64>,
}

/// A version, without its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaVersion {
    /// From 1.
    pub number: u64,
    /// By which serialisers name it.
    pub id: String,
    /// How far the registry is with it.
    pub status: VersionStatus,
    /// Time in ISO 8601, when it is known.
    pub created: Option<String>,
}

/// A version with its definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredVersion {
    /// The version.
    pub version: SchemaVersion,
    /// Its text.
    pub definition: String,
}

/// How far the registry is with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VersionStatus {
    /// It is checked.
    Pending,
    /// It can be used.
    Available,
    /// It was refused.
    Failure,
    /// It goes.
    Deleting,
}

impl fmt::Display for VersionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "PENDING",
            Self::Available => "AVAILABLE",
            Self::Failure => "FAILURE",
            Self::Deleting => "DELETING",
        })
    }
}

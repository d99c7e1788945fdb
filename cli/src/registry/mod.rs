//! Registries of schemas: the AWS Glue Schema Registry, and what stands in for it.
//!
//! [`SchemaRegistry`] is what `registry push` needs of one. There is one in memory, one in the folder of a catalog, and
//! Glue itself behind the feature `aws`. Whether a new version is compatible is decided here before it is
//! registered: emulators do not decide it, and the service only says that it is not.

pub mod compatible;
mod decide;
mod folder;
mod memory;
mod push;
pub(crate) mod rules;
mod told;
mod value;

pub use decide::{Direction, Refusal, compared, refusals};
pub use folder::FolderRegistry;
pub use memory::MemoryRegistry;
pub use push::{Proposal, PushError, Standing, Wanted, carry_out, propose};
pub use value::{NewSchema, RegisteredSchema, RegisteredVersion, SchemaName, SchemaVersion, VersionStatus};

use crate::catalog::CatalogError;
use lakebed_schema::target::Compatibility;

/// Most versions of all schemas of an account and region.
/// <https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html>
pub const MAX_VERSIONS: u64 = 10_000;

/// What lakebed asks of a registry of schemas.
///
/// Errors are [`Invalid`](crate::catalog::CatalogErrorKind::Invalid) for names and definitions that Glue does not take.
/// Registering waits until the registry has checked the version, which Glue does in the background.
pub trait SchemaRegistry: Send + Sync {
    /// How to call it in messages: "the folder catalog/", "Glue in eu-west-1".
    fn shown(&self) -> String;

    /// Whether there is a registry of that name (`GetRegistry`).
    fn has_registry(&self, registry: &str) -> Result<bool, CatalogError>;

    /// Makes a registry (`CreateRegistry`).
    fn create_registry(&self, registry: &str) -> Result<(), CatalogError>;

    /// A schema (`GetSchema`); none when it or its registry does not exist.
    fn schema(&self, name: &SchemaName) -> Result<Option<RegisteredSchema>, CatalogError>;

    /// Makes a schema with its first version (`CreateSchema`). The registry must exist, but for the one that every
    /// account has.
    fn create_schema(&self, name: &SchemaName, schema: &NewSchema) -> Result<SchemaVersion, CatalogError>;

    /// Adds a version (`RegisterSchemaVersion`); the one there is, when it has this definition.
    fn register(&self, name: &SchemaName, definition: &str) -> Result<SchemaVersion, CatalogError>;

    /// The same, as long as the registry's last version is the one that the definition was compared with.
    ///
    /// # Errors
    /// [`Conflict`](crate::catalog::CatalogErrorKind::Conflict) when there is another last version by now. A registry
    /// that compares by itself may look before it registers instead of at the same moment.
    fn register_after(
        &self,
        name: &SchemaName,
        definition: &str,
        latest: Option<u64>,
    ) -> Result<SchemaVersion, CatalogError> {
        let present = self.schema(name)?.and_then(|schema| schema.latest);
        if present != latest && self.find(name, definition)?.is_none() {
            return Err(rules::Asked::schema("RegisterSchemaVersion", name).overtaken(present));
        }
        self.register(name, definition)
    }

    /// Every version, by number (`ListSchemaVersions`).
    fn versions(&self, name: &SchemaName) -> Result<Vec<SchemaVersion>, CatalogError>;

    /// A version with its definition (`GetSchemaVersion`); none when it does not exist.
    fn version(&self, name: &SchemaName, number: u64) -> Result<Option<RegisteredVersion>, CatalogError>;

    /// The version of a definition that was not refused (`GetSchemaByDefinition`); none when there is none.
    fn find(&self, name: &SchemaName, definition: &str) -> Result<Option<SchemaVersion>, CatalogError>;

    /// Changes the mode, and the version that new ones are compared with (`UpdateSchema`).
    fn set_compatibility(
        &self,
        name: &SchemaName,
        compatibility: Compatibility,
        checkpoint: u64,
    ) -> Result<(), CatalogError>;
}

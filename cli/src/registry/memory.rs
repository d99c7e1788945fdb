//! A registry in memory.

use super::rules::Asked;
use super::{
    NewSchema, RegisteredSchema, RegisteredVersion, SchemaName, SchemaRegistry, SchemaVersion, VersionStatus,
};
use crate::catalog::CatalogError;
use lakebed_schema::target::{Compatibility, DEFAULT_REGISTRY};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A registry that is gone with the process.
#[derive(Debug, Default)]
pub struct MemoryRegistry(Mutex<Registries>);

type Registries = BTreeMap<String, BTreeMap<String, Kept>>;

/// A schema with its versions.
#[derive(Debug)]
struct Kept {
    schema: RegisteredSchema,
    versions: Vec<RegisteredVersion>,
}

impl MemoryRegistry {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Registries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kept<'a>(registries: &'a mut Registries, name: &SchemaName) -> Option<&'a mut Kept> {
    registries.get_mut(&name.registry)?.get_mut(&name.schema)
}

impl Kept {
    fn add(&mut self, name: &SchemaName, definition: &str) -> SchemaVersion {
        let number = self.versions.last().map_or(1, |last| last.version.number + 1);
        let version = SchemaVersion {
            number,
            id: format!("{name}/{number}"),
            status: VersionStatus::Available,
            created: None,
        };
        self.versions.push(RegisteredVersion { version: version.clone(), definition: definition.to_owned() });
        self.schema.latest = Some(number);
        version
    }
}

impl SchemaRegistry for MemoryRegistry {
    fn shown(&self) -> String {
        "memory".to_owned()
    }

    fn has_registry(&self, registry: &str) -> Result<bool, CatalogError> {
        Ok(self.lock().contains_key(registry))
    }

    fn create_registry(&self, registry: &str) -> Result<(), CatalogError> {
        let asked = Asked::registry("CreateRegistry", registry);
        asked.check_names()?;
        let mut registries = self.lock();
        if registries.contains_key(registry) {
            return Err(asked.exists());
        }
        registries.insert(registry.to_owned(), BTreeMap::new());
        Ok(())
    }

    fn schema(&self, name: &SchemaName) -> Result<Option<RegisteredSchema>, CatalogError> {
        Ok(kept(&mut self.lock(), name).map(|kept| kept.schema.clone()))
    }

    fn create_schema(&self, name: &SchemaName, schema: &NewSchema) -> Result<SchemaVersion, CatalogError> {
        let asked = Asked::schema("CreateSchema", name);
        asked.check_names()?;
        asked.check_description(schema.description.as_deref())?;
        asked.check_definition(&schema.definition)?;
        let mut registries = self.lock();
        if name.registry == DEFAULT_REGISTRY {
            registries.entry(name.registry.clone()).or_default();
        }
        let Some(registry) = registries.get_mut(&name.registry) else {
            return Err(Asked::registry("CreateSchema", &name.registry).missing());
        };
        if registry.contains_key(&name.schema) {
            return Err(asked.exists());
        }
        let mut kept = Kept {
            schema: RegisteredSchema {
                format: "JSON".to_owned(),
                compatibility: schema.compatibility,
                description: schema.description.clone(),
                checkpoint: Some(1),
                latest: None,
            },
            versions: Vec::new(),
        };
        let version = kept.add(name, &schema.definition);
        registry.insert(name.schema.clone(), kept);
        Ok(version)
    }

    fn register(&self, name: &SchemaName, definition: &str) -> Result<SchemaVersion, CatalogError> {
        let asked = Asked::schema("RegisterSchemaVersion", name);
        asked.check_definition(definition)?;
        let mut registries = self.lock();
        let kept = kept(&mut registries, name).ok_or_else(|| asked.missing())?;
        if let Some(same) = kept.versions.iter().find(|version| version.definition == definition) {
            return Ok(same.version.clone());
        }
        if kept.schema.compatibility == Compatibility::Disabled {
            return Err(asked.versions_are_disabled());
        }
        Ok(kept.add(name, definition))
    }

    fn versions(&self, name: &SchemaName) -> Result<Vec<SchemaVersion>, CatalogError> {
        let mut registries = self.lock();
        let kept =
            kept(&mut registries, name).ok_or_else(|| Asked::schema("ListSchemaVersions", name).missing())?;
        Ok(kept.versions.iter().map(|version| version.version.clone()).collect())
    }

    fn version(&self, name: &SchemaName, number: u64) -> Result<Option<RegisteredVersion>, CatalogError> {
        let mut registries = self.lock();
        let kept = kept(&mut registries, name);
        Ok(kept.and_then(|kept| kept.versions.iter().find(|found| found.version.number == number).cloned()))
    }

    fn find(&self, name: &SchemaName, definition: &str) -> Result<Option<SchemaVersion>, CatalogError> {
        let mut registries = self.lock();
        let same = |found: &&RegisteredVersion| found.definition == definition;
        let kept = kept(&mut registries, name);
        Ok(kept.and_then(|kept| kept.versions.iter().find(same).map(|found| found.version.clone())))
    }

    fn set_compatibility(
        &self,
        name: &SchemaName,
        compatibility: Compatibility,
        checkpoint: u64,
    ) -> Result<(), CatalogError> {
        let asked = Asked::schema("UpdateSchema", name);
        let mut registries = self.lock();
        let kept = kept(&mut registries, name).ok_or_else(|| asked.missing())?;
        if kept.versions.iter().all(|found| found.version.number != checkpoint) {
            return Err(asked.missing());
        }
        kept.schema.compatibility = compatibility;
        kept.schema.checkpoint = Some(checkpoint);
        Ok(())
    }
}

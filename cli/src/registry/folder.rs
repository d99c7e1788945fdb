//! A registry in the folder of a catalog.

use super::rules::Asked;
use super::{
    NewSchema, RegisteredSchema, RegisteredVersion, SchemaName, SchemaRegistry, SchemaVersion, VersionStatus,
};
use crate::catalog::{CatalogError, CatalogErrorKind};
use crate::files;
use crate::lock::{self, Lock, LockError, PATIENCE};
use chrono::{DateTime, SecondsFormat, Utc};
use lakebed_schema::target::{Compatibility, DEFAULT_REGISTRY};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folder of the registries, beside the databases.
const FOLDER: &str = "_registry";
const HEAD: &str = "schema.json";

/// Registries in the folder of a catalog, for people to read, commit and compare.
///
/// ```text
/// catalog/_registry/default-registry/orders/schema.json   mode, checkpoint, list of the versions
/// catalog/_registry/default-registry/orders/3.json        definition of version 3, letter for letter
/// ```
///
/// A version counts when `schema.json` lists it, which is written last: a killed command leaves the old list. Writers
/// take turns by a lock that the system drops when a process ends.
#[derive(Clone, Debug)]
pub struct FolderRegistry {
    folder: PathBuf,
    shown: String,
}

/// What `schema.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Head {
    data_format: String,
    compatibility: Compatibility,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    schema_checkpoint: u64,
    versions: Vec<Listed>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    version_number: u64,
    status: VersionStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_time: Option<String>,
}

impl FolderRegistry {
    /// The registries of the catalog in that folder, called `shown` in messages.
    pub fn new(catalog: impl Into<PathBuf>, shown: impl Into<String>) -> Self {
        Self { folder: catalog.into().join(FOLDER), shown: shown.into() }
    }

    fn place(&self, asked: &Asked<'_>, name: &SchemaName) -> Result<PathBuf, CatalogError> {
        Ok(self.registry(asked, &name.registry)?.join(part(asked, &name.schema)?))
    }

    fn registry(&self, asked: &Asked<'_>, registry: &str) -> Result<PathBuf, CatalogError> {
        Ok(self.folder.join(part(asked, registry)?))
    }

    fn head(&self, asked: &Asked<'_>, place: &Path) -> Result<Option<Head>, CatalogError> {
        let file = place.join(HEAD);
        let Some(text) = read(asked, &file)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| {
            asked
                .error(CatalogErrorKind::Unreadable, format!("{} cannot be read", file.display()))
                .with_source(error)
                .with_hint("restore the file from version control")
        })
    }

    fn definition(&self, asked: &Asked<'_>, place: &Path, number: u64) -> Result<String, CatalogError> {
        let file = place.join(format!("{number}.json"));
        read(asked, &file)?.ok_or_else(|| {
            asked
                .error(CatalogErrorKind::Unreadable, format!("{} is missing", file.display()))
                .with_hint("restore the file from version control")
        })
    }

    /// Changes a schema that must exist, while nobody else does.
    fn change<T>(
        &self,
        asked: &Asked<'_>,
        name: &SchemaName,
        act: impl FnOnce(&Path, Head) -> Result<T, CatalogError>,
    ) -> Result<T, CatalogError> {
        let place = self.place(asked, name)?;
        if !place.join(HEAD).exists() {
            return Err(asked.missing());
        }
        let _lock = self.lock(asked)?;
        let head = self.head(asked, &place)?.ok_or_else(|| asked.missing())?;
        act(&place, head)
    }

    fn lock(&self, asked: &Asked<'_>) -> Result<Lock, CatalogError> {
        lock::exclusive(&self.folder, PATIENCE).map_err(|error| match error {
            LockError::Busy => {
                let (message, hint) = lock::busy(&self.folder);
                asked.error(CatalogErrorKind::Unavailable, message).with_hint(hint)
            }
            LockError::Unwritable(error) => cannot("write", asked, &self.folder, error),
            LockError::Unlockable(file, error) => {
                cannot("lock", asked, &file, error).with_hint("put the catalog on a disk that has file locks")
            }
        })
    }

    /// Registers a version, if that may be after the last one there is.
    fn register_if(
        &self,
        name: &SchemaName,
        definition: &str,
        may_follow: impl FnOnce(Option<u64>) -> bool,
    ) -> Result<SchemaVersion, CatalogError> {
        let asked = Asked::schema("RegisterSchemaVersion", name);
        asked.check_definition(definition)?;
        self.change(&asked, name, |place, head| {
            if let Some(same) = self.find_in(&asked, name, place, &head, definition)? {
                return Ok(same);
            }
            let last = head.versions.last().map(|last| last.version_number);
            if !may_follow(last) {
                return Err(asked.overtaken(last));
            }
            if head.compatibility == Compatibility::Disabled {
                return Err(asked.versions_are_disabled());
            }
            head.add(&asked, name, place, definition)
        })
    }

    fn find_in(
        &self,
        asked: &Asked<'_>,
        name: &SchemaName,
        place: &Path,
        head: &Head,
        definition: &str,
    ) -> Result<Option<SchemaVersion>, CatalogError> {
        for listed in &head.versions {
            if self.definition(asked, place, listed.version_number)? == definition {
                return Ok(Some(listed.version(name)));
            }
        }
        Ok(None)
    }
}

impl Head {
    /// Writes the definition, then the list that makes it count.
    fn add(
        mut self,
        asked: &Asked<'_>,
        name: &SchemaName,
        place: &Path,
        definition: &str,
    ) -> Result<SchemaVersion, CatalogError> {
        let number = self.versions.last().map_or(1, |last| last.version_number + 1);
        let file = place.join(format!("{number}.json"));
        files::write(&file, definition).map_err(|error| cannot("write", asked, &file, error))?;
        let now = DateTime::<Utc>::from(SystemTime::now()).to_rfc3339_opts(SecondsFormat::Millis, true);
        let listed =
            Listed { version_number: number, status: VersionStatus::Available, created_time: Some(now) };
        let version = listed.version(name);
        self.versions.push(listed);
        self.write(asked, place)?;
        Ok(version)
    }

    fn write(&self, asked: &Asked<'_>, place: &Path) -> Result<(), CatalogError> {
        let file = place.join(HEAD);
        let text = serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(io::Error::from);
        let written = text.and_then(|text| files::write(&file, &text));
        written.map(drop).map_err(|error| cannot("write", asked, &file, error))
    }
}

impl Listed {
    fn version(&self, name: &SchemaName) -> SchemaVersion {
        SchemaVersion {
            number: self.version_number,
            id: format!("{name}/{}", self.version_number),
            status: self.status,
            created: self.created_time.clone(),
        }
    }
}

/// A name as part of a path.
fn part<'a>(asked: &Asked<'_>, name: &'a str) -> Result<&'a str, CatalogError> {
    asked.check_names()?;
    if name.starts_with('.') {
        let message = format!("a folder keeps no name that begins with a dot, and this one is `{name}`");
        return Err(asked.error(CatalogErrorKind::Invalid, message));
    }
    Ok(name)
}

fn read(asked: &Asked<'_>, file: &Path) -> Result<Option<String>, CatalogError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", asked, file, error)),
    }
}

fn cannot(what: &str, asked: &Asked<'_>, file: &Path, error: io::Error) -> CatalogError {
    asked
        .error(CatalogErrorKind::Other, format!("cannot {what} {}", file.display()))
        .with_source(error)
        .with_hint("check that the folder of the catalog can be read and written, and that the disk has room")
}

impl SchemaRegistry for FolderRegistry {
    fn shown(&self) -> String {
        format!("the folder {}", self.shown)
    }

    fn has_registry(&self, registry: &str) -> Result<bool, CatalogError> {
        Ok(self.registry(&Asked::registry("GetRegistry", registry), registry)?.is_dir())
    }

    fn create_registry(&self, registry: &str) -> Result<(), CatalogError> {
        let asked = Asked::registry("CreateRegistry", registry);
        let place = self.registry(&asked, registry)?;
        let _lock = self.lock(&asked)?;
        match fs::create_dir(&place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(asked.exists()),
            done => done.map_err(|error| cannot("make", &asked, &place, error)),
        }
    }

    fn schema(&self, name: &SchemaName) -> Result<Option<RegisteredSchema>, CatalogError> {
        let asked = Asked::schema("GetSchema", name);
        let head = self.head(&asked, &self.place(&asked, name)?)?;
        Ok(head.map(|head| RegisteredSchema {
            format: head.data_format,
            compatibility: head.compatibility,
            description: head.description,
            checkpoint: Some(head.schema_checkpoint),
            latest: head.versions.last().map(|last| last.version_number),
        }))
    }

    fn create_schema(&self, name: &SchemaName, schema: &NewSchema) -> Result<SchemaVersion, CatalogError> {
        let asked = Asked::schema("CreateSchema", name);
        let place = self.place(&asked, name)?;
        asked.check_description(schema.description.as_deref())?;
        asked.check_definition(&schema.definition)?;
        let _lock = self.lock(&asked)?;
        if name.registry != DEFAULT_REGISTRY && !self.has_registry(&name.registry)? {
            return Err(Asked::registry("CreateSchema", &name.registry).missing());
        }
        if self.head(&asked, &place)?.is_some() {
            return Err(asked.exists());
        }
        let head = Head {
            data_format: "JSON".to_owned(),
            compatibility: schema.compatibility,
            description: schema.description.clone(),
            schema_checkpoint: 1,
            versions: Vec::new(),
        };
        head.add(&asked, name, &place, &schema.definition)
    }

    fn register(&self, name: &SchemaName, definition: &str) -> Result<SchemaVersion, CatalogError> {
        self.register_if(name, definition, |_| true)
    }

    fn register_after(
        &self,
        name: &SchemaName,
        definition: &str,
        latest: Option<u64>,
    ) -> Result<SchemaVersion, CatalogError> {
        self.register_if(name, definition, |last| last == latest)
    }

    fn versions(&self, name: &SchemaName) -> Result<Vec<SchemaVersion>, CatalogError> {
        let asked = Asked::schema("ListSchemaVersions", name);
        let head = self.head(&asked, &self.place(&asked, name)?)?.ok_or_else(|| asked.missing())?;
        Ok(head.versions.iter().map(|listed| listed.version(name)).collect())
    }

    fn version(&self, name: &SchemaName, number: u64) -> Result<Option<RegisteredVersion>, CatalogError> {
        let asked = Asked::schema("GetSchemaVersion", name);
        let place = self.place(&asked, name)?;
        let head = self.head(&asked, &place)?;
        let listed =
            head.and_then(|head| head.versions.into_iter().find(|listed| listed.version_number == number));
        let Some(listed) = listed else { return Ok(None) };
        let definition = self.definition(&asked, &place, number)?;
        Ok(Some(RegisteredVersion { version: listed.version(name), definition }))
    }

    fn find(&self, name: &SchemaName, definition: &str) -> Result<Option<SchemaVersion>, CatalogError> {
        let asked = Asked::schema("GetSchemaByDefinition", name);
        let place = self.place(&asked, name)?;
        match self.head(&asked, &place)? {
            Some(head) => self.find_in(&asked, name, &place, &head, definition),
            None => Ok(None),
        }
    }

    fn set_compatibility(
        &self,
        name: &SchemaName,
        compatibility: Compatibility,
        checkpoint: u64,
    ) -> Result<(), CatalogError> {
        let asked = Asked::schema("UpdateSchema", name);
        self.change(&asked, name, |place, head| {
            if head.versions.iter().all(|listed| listed.version_number != checkpoint) {
                return Err(asked.missing());
            }
            Head { compatibility, schema_checkpoint: checkpoint, ..head }.write(&asked, place)
        })
    }
}

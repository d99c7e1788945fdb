//! The Glue Schema Registry.

use super::call::{Call, Resource};
use super::client::{Connection, GlueOptions};
use super::{empty, found, page};
use crate::catalog::{CatalogError, CatalogErrorKind};
use crate::registry::{
    NewSchema, RegisteredSchema, RegisteredVersion, SchemaName, SchemaRegistry, SchemaVersion, VersionStatus,
    rules::Asked,
};
use aws_sdk_glue::operation::get_schema_version::GetSchemaVersionOutput;
use aws_sdk_glue::operation::get_schema_version::builders::GetSchemaVersionFluentBuilder;
use aws_sdk_glue::types::{
    Compatibility as GlueCompatibility, DataFormat, RegistryId, SchemaId, SchemaVersionNumber,
    SchemaVersionStatus,
};
use lakebed_schema::target::{Compatibility, DEFAULT_REGISTRY};
use std::time::{Duration, Instant};

/// First wait for a version that the registry is checking; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How long a check is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// The Glue Schema Registry of an account and region.
///
/// Calls block the thread; inside of an asynchronous runtime they are refused.
pub struct GlueRegistry {
    connection: Connection,
}

impl std::fmt::Debug for GlueRegistry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GlueRegistry").field(self.connection.service()).finish()
    }
}

impl GlueRegistry {
    /// Opens the registry: reads the SDK's settings, and asks nothing of the service yet.
    ///
    /// # Errors
    /// No region is set.
    pub fn open(options: GlueOptions) -> Result<Self, CatalogError> {
        Ok(Self { connection: Connection::open(options)? })
    }

    fn get(
        &self,
        call: &Call,
        request: impl FnOnce(GetSchemaVersionFluentBuilder) -> GetSchemaVersionFluentBuilder,
    ) -> Result<Option<RegisteredVersion>, CatalogError> {
        let request = request(self.connection.client().get_schema_version());
        let Some(answer) = found(self.connection.run(call, request.send()))? else { return Ok(None) };
        read(call, answer).map(Some)
    }

    /// A version by its id, which may be so new that the service has not found it yet.
    fn by_id(&self, name: &SchemaName, id: &str) -> Result<Option<SchemaVersion>, CatalogError> {
        let call = of_schema("GetSchemaVersion", name);
        Ok(self.get(&call, |request| request.schema_version_id(id))?.map(|found| found.version))
    }

    /// Waits until the registry has checked a version.
    fn settled(&self, asked: &Asked<'_>, name: &SchemaName, id: &str) -> Result<SchemaVersion, CatalogError> {
        let start = Instant::now();
        let mut wait = FIRST_WAIT;
        loop {
            let version = self.by_id(name, id)?;
            let pending = version.as_ref().is_none_or(|found| found.status == VersionStatus::Pending);
            match version {
                Some(version) if !pending || start.elapsed() > PATIENCE => {
                    asked.settled(version.number, version.status)?;
                    return Ok(version);
                }
                None if start.elapsed() > PATIENCE => return Err(asked.missing()),
                Some(_) | None => {}
            }
            std::thread::sleep(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

/// A call about a registry.
fn of_registry(operation: &'static str, registry: &str) -> Call {
    let resource = Resource::Others(vec![format!("registry/{registry}")]);
    Call { operation, subject: Asked::registry(operation, registry).subject(), resource }
}

/// A call about a schema; its permission is on the registry and on the schema.
fn of_schema(operation: &'static str, name: &SchemaName) -> Call {
    let resource = Resource::Others(vec![format!("registry/{}", name.registry), format!("schema/{name}")]);
    Call { operation, subject: Asked::schema(operation, name).subject(), resource }
}

fn schema_id(name: &SchemaName) -> SchemaId {
    SchemaId::builder().registry_name(&name.registry).schema_name(&name.schema).build()
}

fn registry_id(registry: &str) -> RegistryId {
    RegistryId::builder().registry_name(registry).build()
}

fn numbered(number: u64) -> SchemaVersionNumber {
    SchemaVersionNumber::builder().version_number(i64::try_from(number).unwrap_or(i64::MAX)).build()
}

fn number(call: &Call, value: Option<i64>) -> Result<u64, CatalogError> {
    value.and_then(|value| u64::try_from(value).ok()).ok_or_else(|| empty(call))
}

fn read(call: &Call, answer: GetSchemaVersionOutput) -> Result<RegisteredVersion, CatalogError> {
    let version = SchemaVersion {
        number: number(call, answer.version_number)?,
        id: answer.schema_version_id.unwrap_or_default(),
        status: status(call, answer.status.as_ref())?,
        created: answer.created_time,
    };
    Ok(RegisteredVersion { version, definition: answer.schema_definition.unwrap_or_default() })
}

fn status(call: &Call, status: Option<&SchemaVersionStatus>) -> Result<VersionStatus, CatalogError> {
    match status {
        Some(SchemaVersionStatus::Available) => Ok(VersionStatus::Available),
        Some(SchemaVersionStatus::Pending) => Ok(VersionStatus::Pending),
        Some(SchemaVersionStatus::Failure) => Ok(VersionStatus::Failure),
        Some(SchemaVersionStatus::Deleting) => Ok(VersionStatus::Deleting),
        other => {
            let said = other.map_or("none", SchemaVersionStatus::as_str);
            let message = format!("a version has the status {said}, which this program does not know");
            Err(call.error(CatalogErrorKind::Unreadable, message))
        }
    }
}

fn to_glue(compatibility: Compatibility) -> GlueCompatibility {
    match compatibility {
        Compatibility::None => GlueCompatibility::None,
        Compatibility::Disabled => GlueCompatibility::Disabled,
        Compatibility::Backward => GlueCompatibility::Backward,
        Compatibility::BackwardAll => GlueCompatibility::BackwardAll,
        Compatibility::Forward => GlueCompatibility::Forward,
        Compatibility::ForwardAll => GlueCompatibility::ForwardAll,
        Compatibility::Full => GlueCompatibility::Full,
        Compatibility::FullAll => GlueCompatibility::FullAll,
    }
}

impl SchemaRegistry for GlueRegistry {
    fn shown(&self) -> String {
        let service = self.connection.service();
        match &service.account {
            Some(account) => format!("the Glue Schema Registry in {} of account {account}", service.region),
            None => format!("the Glue Schema Registry in {}", service.region),
        }
    }

    fn has_registry(&self, registry: &str) -> Result<bool, CatalogError> {
        Asked::registry("GetRegistry", registry).check_names()?;
        let request = self.connection.client().get_registry().registry_id(registry_id(registry));
        let answer = self.connection.run(&of_registry("GetRegistry", registry), request.send());
        found(answer).map(|found| found.is_some())
    }

    fn create_registry(&self, registry: &str) -> Result<(), CatalogError> {
        Asked::registry("CreateRegistry", registry).check_names()?;
        let request = self.connection.client().create_registry().registry_name(registry);
        self.connection.run(&of_registry("CreateRegistry", registry), request.send()).map(drop)
    }

    fn schema(&self, name: &SchemaName) -> Result<Option<RegisteredSchema>, CatalogError> {
        let call = of_schema("GetSchema", name);
        Asked::schema("GetSchema", name).check_names()?;
        let request = self.connection.client().get_schema().schema_id(schema_id(name));
        let Some(answer) = found(self.connection.run(&call, request.send()))? else { return Ok(None) };
        let mode = answer.compatibility.as_ref().map(GlueCompatibility::as_str).unwrap_or_default();
        let positive = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
        Ok(Some(RegisteredSchema {
            format: answer.data_format.as_ref().map(DataFormat::as_str).unwrap_or_default().to_owned(),
            compatibility: mode.parse().map_err(|expected: String| {
                let message = format!("its compatibility is {mode:?}, which this program does not know");
                call.error(CatalogErrorKind::Unreadable, message).with_hint(expected)
            })?,
            description: answer.description.filter(|text| !text.is_empty()),
            checkpoint: positive(answer.schema_checkpoint).filter(|number| *number > 0),
            latest: positive(answer.latest_schema_version).filter(|number| *number > 0),
        }))
    }

    fn create_schema(&self, name: &SchemaName, schema: &NewSchema) -> Result<SchemaVersion, CatalogError> {
        let call = of_schema("CreateSchema", name);
        let asked = Asked::schema("CreateSchema", name);
        asked.check_names()?;
        asked.check_description(schema.description.as_deref())?;
        asked.check_definition(&schema.definition)?;
        // The service makes the registry that every account has when nobody names one.
        let registry = Some(&name.registry).filter(|registry| *registry != DEFAULT_REGISTRY);
        let request = self.connection.client().create_schema();
        let request = request
            .set_registry_id(registry.map(|registry| registry_id(registry)))
            .schema_name(&name.schema)
            .data_format(DataFormat::Json)
            .compatibility(to_glue(schema.compatibility))
            .set_description(schema.description.clone())
            .schema_definition(&schema.definition);
        let answer = self.connection.run(&call, request.send())?;
        self.settled(&asked, name, answer.schema_version_id().ok_or_else(|| empty(&call))?)
    }

    fn register(&self, name: &SchemaName, definition: &str) -> Result<SchemaVersion, CatalogError> {
        let call = of_schema("RegisterSchemaVersion", name);
        let asked = Asked::schema("RegisterSchemaVersion", name);
        asked.check_names()?;
        asked.check_definition(definition)?;
        let request = self.connection.client().register_schema_version();
        let request = request.schema_id(schema_id(name)).schema_definition(definition);
        let answer = self.connection.run(&call, request.send())?;
        self.settled(&asked, name, answer.schema_version_id().ok_or_else(|| empty(&call))?)
    }

    fn versions(&self, name: &SchemaName) -> Result<Vec<SchemaVersion>, CatalogError> {
        let call = of_schema("ListSchemaVersions", name);
        Asked::schema("ListSchemaVersions", name).check_names()?;
        let all = page::all(&self.connection, &call, async |next| {
            let request = self.connection.client().list_schema_versions().schema_id(schema_id(name));
            let page = request.set_next_token(next).send().await?;
            Ok((page.schemas.unwrap_or_default(), page.next_token))
        })?;
        let mut versions = Vec::new();
        for item in all {
            versions.push(SchemaVersion {
                number: number(&call, item.version_number)?,
                id: item.schema_version_id.clone().unwrap_or_default(),
                status: status(&call, item.status.as_ref())?,
                created: item.created_time,
            });
        }
        versions.sort_by_key(|version| version.number);
        Ok(versions)
    }

    fn version(&self, name: &SchemaName, number: u64) -> Result<Option<RegisteredVersion>, CatalogError> {
        Asked::schema("GetSchemaVersion", name).check_names()?;
        self.get(&of_schema("GetSchemaVersion", name), |request| {
            request.schema_id(schema_id(name)).schema_version_number(numbered(number))
        })
    }

    fn find(&self, name: &SchemaName, definition: &str) -> Result<Option<SchemaVersion>, CatalogError> {
        let call = of_schema("GetSchemaByDefinition", name);
        let asked = Asked::schema("GetSchemaByDefinition", name);
        asked.check_names()?;
        asked.check_definition(definition)?;
        let request = self.connection.client().get_schema_by_definition();
        let request = request.schema_id(schema_id(name)).schema_definition(definition);
        let Some(answer) = found(self.connection.run(&call, request.send()))? else { return Ok(None) };
        // One that was refused can be tried again.
        if answer.status == Some(SchemaVersionStatus::Failure) {
            return Ok(None);
        }
        self.by_id(name, answer.schema_version_id().ok_or_else(|| empty(&call))?)
    }

    fn set_compatibility(
        &self,
        name: &SchemaName,
        compatibility: Compatibility,
        checkpoint: u64,
    ) -> Result<(), CatalogError> {
        Asked::schema("UpdateSchema", name).check_names()?;
        let request = self.connection.client().update_schema();
        let request = request
            .schema_id(schema_id(name))
            .schema_version_number(numbered(checkpoint))
            .compatibility(to_glue(compatibility));
        self.connection.run(&of_schema("UpdateSchema", name), request.send()).map(drop)
    }
}

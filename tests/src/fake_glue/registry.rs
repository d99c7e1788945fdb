//! Registries and schemas of the Glue Schema Registry.

use super::ACCOUNT;
use super::error::ApiError;
use super::schema_version::{Version, check_definition};
use super::store::{Request, Store, scrambled, text};
use crate::server::REGION;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Answer = Result<Value, ApiError>;

/// The registry of requests that name none.
const DEFAULT: &str = "default-registry";

/// A registry.
#[derive(Clone, Debug)]
pub(super) struct Registry {
    description: Option<String>,
    created: String,
    updated: String,
    schemas: BTreeMap<String, Schema>,
}

/// A schema with its versions.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    pub(super) registry: String,
    pub(super) name: String,
    pub(super) format: String,
    pub(super) compatibility: String,
    description: Option<String>,
    /// The version that new ones are compared with.
    checkpoint: u64,
    created: String,
    pub(super) updated: String,
    pub(super) next: u64,
    pub(super) versions: BTreeMap<u64, Version>,
}

impl Store {
    pub(super) fn create_registry(&mut self, request: Request<'_>) -> Answer {
        request.without(&["Tags"])?;
        let name = text(request.input, "RegistryName");
        if self.registries.contains_key(name) {
            return Err(ApiError::exists(format!("Registry already exists. RegistryName: {name}")));
        }
        let registry = Registry::new(optional(request.input, "Description"));
        self.registries.insert(name.to_owned(), registry);
        Ok(
            json!({ "RegistryArn": registry_arn(name), "RegistryName": name, "Description": request.input["Description"] }),
        )
    }

    pub(super) fn get_registry(&mut self, request: Request<'_>) -> Answer {
        let name = registry_name(&request.input["RegistryId"])?;
        Ok(self.registry(&name)?.shown(&name))
    }

    pub(super) fn list_registries(&mut self, request: Request<'_>) -> Answer {
        self.page(request, "Registries", |store| {
            let all: Vec<_> = store
                .registries
                .iter()
                .map(|(name, registry)| (scrambled(name), registry.shown(name)))
                .collect();
            Ok(all)
        })
    }

    pub(super) fn delete_registry(&mut self, request: Request<'_>) -> Answer {
        let name = registry_name(&request.input["RegistryId"])?;
        self.registry(&name)?;
        self.registries.remove(&name);
        Ok(json!({ "RegistryName": name, "RegistryArn": registry_arn(&name), "Status": "DELETING" }))
    }

    pub(super) fn create_schema(&mut self, request: Request<'_>) -> Answer {
        request.without(&["Tags"])?;
        let input = request.input;
        let registry_name = registry_name(&input["RegistryId"])?;
        let name = text(input, "SchemaName");
        let format = text(input, "DataFormat");
        let definition = optional(input, "SchemaDefinition");
        if let Some(definition) = &definition {
            check_definition(format, definition).map_err(ApiError::invalid)?;
        }
        // The default one comes into being when it is first used.
        if registry_name == DEFAULT {
            self.registries.entry(registry_name.clone()).or_insert_with(|| Registry::new(None));
        }
        let registry = self.registry(&registry_name)?;
        if registry.schemas.contains_key(name) {
            return Err(ApiError::exists(format!("Schema already exists. SchemaName: {name}")));
        }
        let now = now();
        let compatibility = optional(input, "Compatibility").unwrap_or_else(|| "BACKWARD".to_owned());
        let schema = Schema {
            registry: registry_name.clone(),
            name: name.to_owned(),
            format: format.to_owned(),
            compatibility,
            description: optional(input, "Description"),
            checkpoint: 1,
            created: now.clone(),
            updated: now,
            next: 1,
            versions: BTreeMap::new(),
        };
        registry.schemas.insert(name.to_owned(), schema);
        let schema_id = json!({ "RegistryName": registry_name, "SchemaName": name });
        let first = match definition {
            None => Value::Null,
            Some(definition) => self.add_version(&schema_id, &definition, false)?,
        };
        let mut shown = self.schema(&schema_id)?.shown();
        if let Some(members) = shown.as_object_mut() {
            members.remove("CreatedTime");
            members.remove("UpdatedTime");
        }
        if !first.is_null() {
            shown["SchemaVersionId"] = first["SchemaVersionId"].clone();
            shown["SchemaVersionStatus"] = first["Status"].clone();
        }
        Ok(shown)
    }

    pub(super) fn get_schema(&mut self, request: Request<'_>) -> Answer {
        Ok(self.schema(&request.input["SchemaId"])?.shown())
    }

    pub(super) fn list_schemas(&mut self, request: Request<'_>) -> Answer {
        let only = match &request.input["RegistryId"] {
            Value::Null => None,
            id => Some(registry_name(id)?),
        };
        self.page(request, "Schemas", |store| {
            if let Some(name) = &only {
                store.registry(name)?;
            }
            let registries =
                store.registries.iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == *name));
            let all = registries.flat_map(|(_, registry)| registry.schemas.values());
            let all = all.map(|schema| (scrambled(&schema.arn()), schema.listed())).collect();
            Ok(all)
        })
    }

    pub(super) fn update_schema(&mut self, request: Request<'_>) -> Answer {
        let input = request.input;
        let schema = self.schema(&input["SchemaId"])?;
        let checkpoint = match &input["SchemaVersionNumber"] {
            Value::Null => None,
            number => Some(schema.number(number)?),
        };
        let compatibility = optional(input, "Compatibility");
        if compatibility.is_some() && checkpoint.is_none() {
            return Err(ApiError::invalid("One of version number (or) latest version is required."));
        }
        schema.compatibility = compatibility.unwrap_or_else(|| schema.compatibility.clone());
        schema.checkpoint = checkpoint.unwrap_or(schema.checkpoint);
        schema.description = optional(input, "Description").or(schema.description.take());
        schema.updated = now();
        Ok(json!({ "SchemaArn": schema.arn(), "SchemaName": schema.name, "RegistryName": schema.registry }))
    }

    pub(super) fn delete_schema(&mut self, request: Request<'_>) -> Answer {
        let schema = self.schema(&request.input["SchemaId"])?;
        let (arn, name, registry) = (schema.arn(), schema.name.clone(), schema.registry.clone());
        self.registry(&registry)?.schemas.remove(&name);
        Ok(json!({ "SchemaArn": arn, "SchemaName": name, "Status": "DELETING" }))
    }

    fn registry(&mut self, name: &str) -> Result<&mut Registry, ApiError> {
        let missing = ApiError::not_found(format!("Registry is not found. RegistryName: {name}"));
        self.registries.get_mut(name).ok_or(missing)
    }

    /// The schema of a `SchemaId`: by its ARN, or by its name and its registry's.
    pub(super) fn schema(&mut self, id: &Value) -> Result<&mut Schema, ApiError> {
        let arn = id["SchemaArn"].as_str();
        let (registry, name) = match (arn, id["SchemaName"].as_str()) {
            (Some(_), Some(_)) => {
                return Err(ApiError::invalid(
                    "One of (registryName and schemaName) or schemaArn has to be provided, both cannot be provided.",
                ));
            }
            (Some(arn), None) => arn
                .split_once(":schema/")
                .and_then(|(_, names)| names.split_once('/'))
                .ok_or_else(|| ApiError::invalid(format!("{arn} is no ARN of a schema")))?,
            (None, Some(name)) => (id["RegistryName"].as_str().unwrap_or(DEFAULT), name),
            (None, None) => {
                return Err(ApiError::invalid(
                    "At least one of (registryName and schemaName) or schemaArn has to be provided.",
                ));
            }
        };
        let missing =
            format!("Schema is not found. RegistryName: {registry}, SchemaName: {name}, SchemaArn: null");
        let schemas = self.registries.get_mut(registry).map(|registry| &mut registry.schemas);
        schemas.and_then(|schemas| schemas.get_mut(name)).ok_or_else(|| ApiError::not_found(missing))
    }

    /// Every schema there is.
    pub(super) fn schemas(&mut self) -> impl Iterator<Item = &mut Schema> {
        self.registries.values_mut().flat_map(|registry| registry.schemas.values_mut())
    }
}

impl Registry {
    fn new(description: Option<String>) -> Self {
        Self { description, created: now(), updated: now(), schemas: BTreeMap::new() }
    }

    fn shown(&self, name: &str) -> Value {
        json!({
            "RegistryName": name,
            "RegistryArn": registry_arn(name),
            "Description": self.description,
            "Status": "AVAILABLE",
            "CreatedTime": self.created,
            "UpdatedTime": self.updated,
        })
    }
}

impl Schema {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:glue:{REGION}:{ACCOUNT}:schema/{}/{}", self.registry, self.name)
    }

    fn shown(&self) -> Value {
        let mut shown = self.listed();
        shown["RegistryArn"] = json!(registry_arn(&self.registry));
        shown["DataFormat"] = json!(self.format);
        shown["Compatibility"] = json!(self.compatibility);
        shown["SchemaCheckpoint"] = json!(self.checkpoint);
        if let Some(latest) = self.latest() {
            shown["LatestSchemaVersion"] = json!(latest);
        }
        shown["NextSchemaVersion"] = json!(self.next);
        shown
    }

    fn listed(&self) -> Value {
        json!({
            "RegistryName": self.registry,
            "SchemaName": self.name,
            "SchemaArn": self.arn(),
            "Description": self.description,
            "SchemaStatus": "AVAILABLE",
            "CreatedTime": self.created,
            "UpdatedTime": self.updated,
        })
    }
}

fn registry_name(id: &Value) -> Result<String, ApiError> {
    match (id["RegistryName"].as_str(), id["RegistryArn"].as_str()) {
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "One of registryName or registryArn has to be provided, both cannot be provided.",
        )),
        (Some(name), None) => Ok(name.to_owned()),
        (None, Some(arn)) => {
            let name = arn.split_once(":registry/").map(|(_, name)| name.to_owned());
            name.ok_or_else(|| ApiError::invalid(format!("{arn} is no ARN of a registry")))
        }
        (None, None) => Ok(DEFAULT.to_owned()),
    }
}

fn registry_arn(name: &str) -> String {
    format!("arn:aws:glue:{REGION}:{ACCOUNT}:registry/{name}")
}

fn optional(input: &Value, member: &str) -> Option<String> {
    input[member].as_str().map(str::to_owned)
}

/// The registry writes times as text.
pub(super) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

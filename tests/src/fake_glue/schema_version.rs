//! Versions of schemas: registered at once, checked in the background.
//!
//! What is compatible the fake does not judge: a version fails its check when a [`Fault::Incompatible`] says so.

use super::error::ApiError;
use super::fault::Fault;
use super::registry::{Schema, now};
use super::store::{Request, Store, scrambled, text};
use serde_json::{Value, json};

type Answer = Result<Value, ApiError>;

/// Most pairs of metadata of a version.
const MOST_METADATA: usize = 10;
/// The drafts of JSON Schema that the registry knows.
const DRAFTS: [&str; 3] = ["draft-04", "draft-06", "draft-07"];

/// One version.
#[derive(Clone, Debug)]
pub(super) struct Version {
    id: String,
    number: u64,
    definition: String,
    created: String,
    metadata: Vec<(String, String)>,
    /// How often it is read until its check is over.
    reads_left: usize,
    /// How its check ends.
    fails: bool,
}

impl Store {
    pub(super) fn register_schema_version(&mut self, request: Request<'_>) -> Answer {
        let fails = request.fault == Some(&Fault::Incompatible);
        self.add_version(&request.input["SchemaId"], text(request.input, "SchemaDefinition"), fails)
    }

    /// Adds a version, unless there is one with this definition that did not fail.
    pub(super) fn add_version(&mut self, schema: &Value, definition: &str, fails: bool) -> Answer {
        let (reads, most) = (self.settings.check_reads, self.settings.most_schema_versions);
        self.count += 1;
        let id = format!("{:08x}-0000-4000-8000-{:012x}", super::page::fold(definition) >> 32, self.count);
        let schema = self.schema(schema)?;
        check_definition(&schema.format, definition).map_err(ApiError::invalid)?;
        let same = |version: &&Version| version.definition == definition && version.status() != "FAILURE";
        if let Some(version) = schema.versions.values().find(same) {
            return Ok(version.registered());
        }
        if schema.compatibility == "DISABLED" && !schema.versions.is_empty() {
            return Err(ApiError::invalid("Compatibility DISABLED does not allow versioning."));
        }
        if schema.versions.len() >= most {
            let message = "Your resource limits for Schema Version have been exceeded.";
            return Err(ApiError::new("ResourceNumberLimitExceededException", message));
        }
        let number = schema.next;
        schema.next += 1;
        schema.updated = now();
        let definition = definition.to_owned();
        let version = Version {
            id,
            number,
            definition,
            created: now(),
            metadata: Vec::new(),
            reads_left: reads,
            fails,
        };
        let registered = version.registered();
        schema.versions.insert(number, version);
        Ok(registered)
    }

    pub(super) fn get_schema_version(&mut self, request: Request<'_>) -> Answer {
        let (schema, number) = self.version(request.input)?;
        let (arn, format) = (schema.arn(), schema.format.clone());
        let version = schema.get(number)?;
        let mut shown = version.listed(&arn);
        shown["SchemaDefinition"] = json!(version.definition);
        shown["DataFormat"] = json!(format);
        version.reads_left = version.reads_left.saturating_sub(1);
        Ok(shown)
    }

    pub(super) fn get_schema_by_definition(&mut self, request: Request<'_>) -> Answer {
        let schema = self.schema(&request.input["SchemaId"])?;
        let definition = text(request.input, "SchemaDefinition");
        // Whatever the state: a version that failed is found as well.
        let found = schema.versions.values().rfind(|version| version.definition == definition);
        let version = found.ok_or_else(|| ApiError::not_found("Schema version is not found."))?;
        let mut shown = version.listed(&schema.arn());
        if let Some(members) = shown.as_object_mut() {
            members.remove("VersionNumber");
        }
        shown["DataFormat"] = json!(schema.format);
        Ok(shown)
    }

    pub(super) fn list_schema_versions(&mut self, request: Request<'_>) -> Answer {
        self.page(request, "Schemas", |store| {
            let schema = store.schema(&request.input["SchemaId"])?;
            let arn = schema.arn();
            let all: Vec<_> = schema
                .versions
                .values()
                .map(|version| (scrambled(&version.id), version.listed(&arn)))
                .collect();
            Ok(all)
        })
    }

    pub(super) fn delete_schema_versions(&mut self, request: Request<'_>) -> Answer {
        let schema = self.schema(&request.input["SchemaId"])?;
        let range = text(request.input, "Versions");
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let number = |text: &str| text.parse::<u64>().unwrap_or_default();
        let mut errors = Vec::new();
        for number in number(from)..=number(to) {
            if schema.versions.remove(&number).is_none() {
                let details = json!({ "ErrorCode": "EntityNotFoundException", "ErrorMessage": "Schema version is not found." });
                errors.push(json!({ "VersionNumber": number, "ErrorDetails": details }));
            }
        }
        Ok(json!({ "SchemaVersionErrors": errors }))
    }

    pub(super) fn check_schema_version_validity(&mut self, request: Request<'_>) -> Answer {
        let checked =
            check_definition(text(request.input, "DataFormat"), text(request.input, "SchemaDefinition"));
        Ok(match checked {
            Ok(()) => json!({ "Valid": true }),
            Err(problem) => json!({ "Valid": false, "Error": problem }),
        })
    }

    pub(super) fn put_schema_version_metadata(&mut self, request: Request<'_>) -> Answer {
        let pair = &request.input["MetadataKeyValue"];
        let (key, value) = (text(pair, "MetadataKey").to_owned(), text(pair, "MetadataValue").to_owned());
        let (schema, number) = self.version(request.input)?;
        let (arn, name, registry) = (schema.arn(), schema.name.clone(), schema.registry.clone());
        let latest = schema.latest() == Some(number);
        let version = schema.get(number)?;
        let shown = json!({
            "SchemaArn": arn, "SchemaName": name, "RegistryName": registry, "LatestVersion": latest,
            "VersionNumber": number, "SchemaVersionId": version.id, "MetadataKey": key, "MetadataValue": value,
        });
        let pair = (key, value);
        if version.metadata.contains(&pair) {
            return Err(ApiError::exists(format!(
                "Resource already exist for schema version id: {}",
                version.id
            )));
        }
        if version.metadata.len() >= MOST_METADATA {
            let message = "Your resource limits for Schema Version Metadata have been exceeded.";
            return Err(ApiError::new("ResourceNumberLimitExceededException", message));
        }
        version.metadata.push(pair);
        Ok(shown)
    }

    /// The version that a request names: by its id, or by schema and number.
    fn version(&mut self, input: &Value) -> Result<(&mut Schema, u64), ApiError> {
        let Some(id) = input["SchemaVersionId"].as_str() else {
            let schema = self.schema(&input["SchemaId"])?;
            let number = schema.number(&input["SchemaVersionNumber"])?;
            return Ok((schema, number));
        };
        if !input["SchemaId"].is_null() || !input["SchemaVersionNumber"].is_null() {
            return Err(ApiError::invalid(
                "No other input parameters can be specified when fetching by SchemaVersionId.",
            ));
        }
        let missing = || ApiError::not_found(format!("Schema version is not found. SchemaVersionId: {id}"));
        self.schemas()
            .find_map(|schema| {
                let number = schema.versions.values().find(|version| version.id == id)?.number;
                Some((schema, number))
            })
            .ok_or_else(missing)
    }
}

impl Schema {
    /// Number of the latest version that passed its check.
    pub(super) fn latest(&self) -> Option<u64> {
        self.versions.values().rfind(|version| version.status() == "AVAILABLE").map(|version| version.number)
    }

    /// The number that a `SchemaVersionNumber` means.
    pub(super) fn number(&self, wanted: &Value) -> Result<u64, ApiError> {
        let missing = || ApiError::not_found("Schema version is not found.");
        match (wanted["VersionNumber"].as_u64(), wanted["LatestVersion"].as_bool()) {
            (Some(_), Some(_)) => {
                Err(ApiError::invalid("Only one of VersionNumber or LatestVersion is required."))
            }
            (Some(number), None) => self.versions.contains_key(&number).then_some(number).ok_or_else(missing),
            (None, Some(true)) => self.latest().ok_or_else(missing),
            (None, Some(false) | None) => {
                Err(ApiError::invalid("One of version number (or) latest version is required."))
            }
        }
    }

    fn get(&mut self, number: u64) -> Result<&mut Version, ApiError> {
        self.versions.get_mut(&number).ok_or_else(|| ApiError::not_found("Schema version is not found."))
    }
}

impl Version {
    fn status(&self) -> &'static str {
        match (self.reads_left, self.fails) {
            (0, false) => "AVAILABLE",
            (0, true) => "FAILURE",
            _ => "PENDING",
        }
    }

    fn registered(&self) -> Value {
        json!({ "SchemaVersionId": self.id, "VersionNumber": self.number, "Status": self.status() })
    }

    fn listed(&self, arn: &str) -> Value {
        let mut listed = self.registered();
        listed["SchemaArn"] = json!(arn);
        listed["CreatedTime"] = json!(self.created);
        listed
    }
}

/// Whether a definition has the form of its format. Only JSON Schema is looked at.
pub(super) fn check_definition(format: &str, definition: &str) -> Result<(), String> {
    if format != "JSON" {
        return Err(format!("this fake does not play the data format {format}"));
    }
    let invalid = |problem: String| format!("Schema definition of JSON data format is invalid: {problem}");
    let schema: Value = serde_json::from_str(definition).map_err(|error| invalid(error.to_string()))?;
    if !schema.is_object() {
        return Err(invalid("it is no object".to_owned()));
    }
    match schema["$schema"].as_str() {
        Some(draft) if !DRAFTS.iter().any(|known| draft.contains(known)) => {
            Err(invalid(format!("{draft} is not supported")))
        }
        Some(_) | None => Ok(()),
    }
}

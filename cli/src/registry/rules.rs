//! What Glue asks of names and definitions, and errors of the calls that stand in for its own.

use super::{SchemaName, VersionStatus};
use crate::catalog::{CatalogError, CatalogErrorKind};
use lakebed_schema::artifacts::json_schema::MAX_REGISTRY_CHARACTERS;
use serde_json::Value;

/// Longest name of a registry or schema.
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSchema.html>
const MAX_NAME: usize = 255;
/// Longest description.
const MAX_DESCRIPTION: usize = 2048;
/// The drafts of JSON Schema that the registry knows.
const DRAFTS: [&str; 3] = ["draft-04", "draft-06", "draft-07"];

/// A call, as errors tell about it.
pub(crate) struct Asked<'a> {
    pub(crate) operation: &'static str,
    pub(crate) registry: &'a str,
    pub(crate) schema: Option<&'a str>,
}

impl<'a> Asked<'a> {
    pub(crate) fn registry(operation: &'static str, registry: &'a str) -> Self {
        Self { operation, registry, schema: None }
    }

    pub(crate) fn schema(operation: &'static str, name: &'a SchemaName) -> Self {
        Self { operation, registry: &name.registry, schema: Some(&name.schema) }
    }

    pub(crate) fn subject(&self) -> String {
        match self.schema {
            Some(schema) => format!("schema `{}/{schema}`", self.registry),
            None => format!("registry `{}`", self.registry),
        }
    }

    pub(crate) fn error(&self, kind: CatalogErrorKind, message: impl Into<String>) -> CatalogError {
        CatalogError::new(kind, self.operation, self.subject(), message)
    }

    pub(crate) fn missing(&self) -> CatalogError {
        self.error(CatalogErrorKind::NotFound, "it does not exist")
    }

    pub(crate) fn exists(&self) -> CatalogError {
        self.error(CatalogErrorKind::AlreadyExists, "it exists already")
    }

    /// Whether the names are ones that Glue takes.
    pub(crate) fn check_names(&self) -> Result<(), CatalogError> {
        for (what, name) in [("registry", Some(self.registry)), ("schema", self.schema)] {
            let Some(name) = name else { continue };
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_$#.".contains(c));
            if name.is_empty() || name.len() > MAX_NAME || !plain {
                let message = format!(
                    "the name of a {what} has 1 to {MAX_NAME} characters out of A-Z a-z 0-9 - _ $ # . and this one is \
                     `{name}`"
                );
                let hint = format!(
                    "give another name with the setting registry.{}",
                    if what == "schema" { what } else { "name" }
                );
                return Err(self.error(CatalogErrorKind::Invalid, message).with_hint(hint));
            }
        }
        Ok(())
    }

    pub(crate) fn check_description(&self, description: Option<&str>) -> Result<(), CatalogError> {
        let characters = description.unwrap_or_default().chars().count();
        if characters > MAX_DESCRIPTION {
            let message = format!(
                "a description has at most {MAX_DESCRIPTION} characters, and this one has {characters}"
            );
            return Err(self.error(CatalogErrorKind::Invalid, message));
        }
        Ok(())
    }

    /// Whether Glue takes a definition.
    pub(crate) fn check_definition(&self, definition: &str) -> Result<(), CatalogError> {
        let characters = definition.chars().count();
        if characters > MAX_REGISTRY_CHARACTERS {
            let message = format!(
                "a definition has at most {MAX_REGISTRY_CHARACTERS} characters, and this one has {characters}"
            );
            return Err(self
                .error(CatalogErrorKind::Invalid, message)
                .with_hint("shorten comments and enums"));
        }
        let schema: Value = serde_json::from_str(definition).map_err(|error| {
            self.error(CatalogErrorKind::Invalid, format!("the definition is no JSON: {error}"))
        })?;
        let draft = schema.get("$schema").and_then(Value::as_str);
        if draft.is_some_and(|draft| !DRAFTS.iter().any(|known| draft.contains(known))) {
            let message =
                format!("the registry knows JSON Schema of {}, and this is {draft:?}", DRAFTS.join(", "));
            return Err(self.error(CatalogErrorKind::Invalid, message));
        }
        Ok(())
    }

    pub(crate) fn versions_are_disabled(&self) -> CatalogError {
        self.error(CatalogErrorKind::Invalid, "its compatibility is DISABLED: it takes no new version")
            .with_hint("change the mode with --compatibility")
    }

    /// Somebody registered another version after the comparison.
    pub(crate) fn overtaken(&self, present: Option<u64>) -> CatalogError {
        let present = present.map_or_else(|| "none".to_owned(), |number| number.to_string());
        let message = format!("somebody registered a version meanwhile: the last one is {present} now");
        self.error(CatalogErrorKind::Conflict, message)
            .with_hint("run the same command again: it compares with that version")
    }

    /// What a version that was registered has come to.
    #[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "Glue alone checks in the background"))]
    pub(crate) fn settled(&self, number: u64, status: VersionStatus) -> Result<(), CatalogError> {
        let (kind, message, hint) = match status {
            VersionStatus::Available => return Ok(()),
            VersionStatus::Failure => (
                CatalogErrorKind::Invalid,
                format!("the registry has refused version {number}: it finds it incompatible"),
                "`lakebed registry check` shows what changed; the service's own rules are stricter here",
            ),
            VersionStatus::Pending => (
                CatalogErrorKind::Unavailable,
                format!("the registry is still checking version {number}"),
                "run the same command again: it finds the version and waits for it",
            ),
            VersionStatus::Deleting => (
                CatalogErrorKind::Conflict,
                format!("somebody is deleting version {number}"),
                "run the same command again when it is gone",
            ),
        };
        Err(self.error(kind, message).with_hint(hint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_definitions_are_checked() {
        let long = "a".repeat(256);
        for (name, good) in
            [("a-b_$#.9", true), ("", false), ("a b", false), ("é", false), (long.as_str(), false)]
        {
            let name = SchemaName::new("r", name);
            assert_eq!(Asked::schema("CreateSchema", &name).check_names().is_ok(), good, "{name}");
        }
        let asked = Asked::registry("CreateSchema", "r");
        for (definition, good) in [
            ("{}", true),
            ("{", false),
            (r#"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, true),
            (r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#, false),
        ] {
            assert_eq!(asked.check_definition(definition).is_ok(), good, "{definition}");
        }
        let long = format!("{{\"title\": \"{}\"}}", "a".repeat(MAX_REGISTRY_CHARACTERS));
        assert!(asked.check_definition(&long).is_err());
    }
}

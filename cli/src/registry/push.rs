//! What registering a schema comes to, and doing it.

use super::told::told;
use super::{
    MAX_VERSIONS, NewSchema, Refusal, RegisteredSchema, RegisteredVersion, SchemaName, SchemaRegistry,
    SchemaVersion, VersionStatus, compared, refusals,
};
use crate::catalog::{CatalogError, CatalogErrorKind};
use lakebed_schema::finding::Finding;
use lakebed_schema::target::{Compatibility, DEFAULT_REGISTRY};
use serde::Serialize;
use serde_json::Value;

/// A schema as it should be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name.
    pub name: SchemaName,
    /// Mode that somebody has asked for; none leaves that of the registry, and makes new schemas BACKWARD.
    pub compatibility: Option<Compatibility>,
    /// What it is.
    pub description: Option<String>,
    /// A JSON Schema of draft-07.
    pub definition: String,
}

/// How what is wanted stands to what is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// There is no such schema.
    New,
    /// It is the last version.
    InStep,
    /// It is no version yet.
    Changed,
    /// It is an older version, and a registry has each definition once.
    Older,
}

/// What a push would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// How the schema stands.
    pub standing: Standing,
    /// The version that it is; none of one that is not registered.
    pub version: Option<u64>,
    /// The last version, with its definition.
    pub latest: Option<(u64, Value)>,
    /// The mode that decides.
    pub mode: Compatibility,
    /// The mode of before, where it changes.
    pub mode_before: Option<Compatibility>,
    /// Numbers of the versions that it was compared with.
    pub compared: Vec<u64>,
    /// By what it is incompatible.
    pub refusals: Vec<Refusal>,
    /// Everything that is wrong, the refusals among it.
    pub findings: Vec<Finding>,
    makes_registry: bool,
    /// The last version that the registry counts, and the one it compares with, when they were read.
    seen: (Option<u64>, Option<u64>),
}

impl Proposal {
    /// Whether anything would be done.
    pub fn is_empty(&self) -> bool {
        matches!(self.standing, Standing::InStep | Standing::Older) && self.mode_before.is_none()
    }
}

/// Looks at the registry, and decides.
///
/// # Errors
/// The registry cannot be asked, or holds what cannot be read.
pub fn propose(registry: &dyn SchemaRegistry, wanted: &Wanted) -> Result<Proposal, CatalogError> {
    let name = &wanted.name;
    let new: Value = serde_json::from_str(&wanted.definition).map_err(|error| {
        let subject = format!("schema `{name}`");
        CatalogError::new(CatalogErrorKind::Invalid, "reading", subject, "the definition is no JSON")
            .with_source(error)
    })?;
    let mut proposal = Proposal {
        standing: Standing::New,
        version: None,
        latest: None,
        mode: wanted.compatibility.unwrap_or_default(),
        mode_before: None,
        compared: Vec::new(),
        refusals: Vec::new(),
        findings: Vec::new(),
        makes_registry: false,
        seen: (None, None),
    };
    let Some(mut schema) = registry.schema(name)? else {
        proposal.makes_registry =
            name.registry != DEFAULT_REGISTRY && !registry.has_registry(&name.registry)?;
        return Ok(proposal);
    };
    if schema.format != "JSON" {
        proposal.findings.push(format_finding(name, &schema));
        return Ok(proposal);
    }
    proposal.seen = (schema.latest, schema.checkpoint);
    let latest = latest(registry, name, &schema)?;
    schema.latest = latest.as_ref().map(|latest| latest.version.number);
    proposal.mode = wanted.compatibility.unwrap_or(schema.compatibility);
    if proposal.mode != schema.compatibility {
        proposal.mode_before = Some(schema.compatibility);
        // Changing the mode makes the last version the one to compare with.
        schema.checkpoint = schema.latest;
    }
    if let Some(latest) = &latest {
        proposal.latest = Some((latest.version.number, definition(name, latest)?));
    }
    // The text may be laid out in another way.
    let same = proposal.latest.as_ref().filter(|(_, latest)| *latest == new).map(|(number, _)| *number);
    let known = match same {
        Some(number) => Some(number),
        None => registry.find(name, &wanted.definition)?.map(|found| found.number),
    };
    proposal.version = known;
    proposal.standing = match known {
        Some(number) if Some(number) == schema.latest => Standing::InStep,
        Some(_) => Standing::Older,
        None => Standing::Changed,
    };
    if proposal.standing == Standing::Changed {
        decide(registry, name, &schema, &new, &mut proposal)?;
    }
    Ok(proposal)
}

fn decide(
    registry: &dyn SchemaRegistry,
    name: &SchemaName,
    schema: &RegisteredSchema,
    new: &Value,
    proposal: &mut Proposal,
) -> Result<(), CatalogError> {
    if proposal.mode == Compatibility::Disabled {
        proposal.findings.push(Finding::new(
            "registry-disabled",
            format!("schema `{name}`"),
            "its compatibility is DISABLED: it takes no new version",
            "change the mode with --compatibility, or register under another name (setting registry.schema)",
        ));
        return Ok(());
    }
    if schema.latest.is_some_and(|latest| latest >= MAX_VERSIONS) {
        proposal.findings.push(Finding::new(
            "registry-versions",
            format!("schema `{name}`"),
            format!(
                "an account has at most {MAX_VERSIONS} versions in a region, and this schema has used them up"
            ),
            "delete old versions (`aws glue delete-schema-versions`), or register under another name",
        ));
        return Ok(());
    }
    let mut older = Vec::new();
    for number in compared(proposal.mode, schema) {
        // Versions can be deleted, and those that were refused nobody has written with.
        if let Some(version) = registry.version(name, number)?
            && version.version.status == VersionStatus::Available
        {
            older.push((number, definition(name, &version)?));
        }
    }
    proposal.compared = older.iter().map(|(number, _)| *number).collect();
    proposal.refusals = refusals(proposal.mode, new, &older);
    proposal.findings.extend(told(name, proposal.mode, schema.latest, &proposal.refusals));
    Ok(())
}

/// The last version that can be used.
fn latest(
    registry: &dyn SchemaRegistry,
    name: &SchemaName,
    schema: &RegisteredSchema,
) -> Result<Option<RegisteredVersion>, CatalogError> {
    let Some(last) = schema.latest else { return Ok(None) };
    for number in (1..=last).rev() {
        if let Some(version) = registry.version(name, number)?
            && version.version.status == VersionStatus::Available
        {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

fn definition(name: &SchemaName, version: &RegisteredVersion) -> Result<Value, CatalogError> {
    serde_json::from_str(&version.definition).map_err(|error| {
        let number = version.version.number;
        let subject = format!("schema `{name}`");
        let message = format!("version {number} is no JSON");
        CatalogError::new(CatalogErrorKind::Unreadable, "GetSchemaVersion", subject, message)
            .with_source(error)
            .with_hint("register under another name (setting registry.schema)")
    })
}

/// Why a proposal was not carried out.
#[derive(Debug)]
pub struct PushError {
    /// What failed.
    pub error: CatalogError,
    /// The mode that the schema was left with though its version was not registered: setting it back failed as well.
    pub mode_left: Option<Compatibility>,
}

impl From<CatalogError> for PushError {
    fn from(error: CatalogError) -> Self {
        Self { error, mode_left: None }
    }
}

/// Does what was proposed. The version that the schema is now, when it is one.
///
/// A mode that was changed for a version is set back, checkpoint and all, when the version is not registered.
///
/// # Errors
/// The registry fails, or refuses what was proposed, for instance because somebody has registered another version since.
pub fn carry_out(
    registry: &dyn SchemaRegistry,
    wanted: &Wanted,
    proposal: &Proposal,
) -> Result<Option<SchemaVersion>, PushError> {
    let name = &wanted.name;
    if proposal.makes_registry {
        match registry.create_registry(&name.registry) {
            Err(error) if error.kind() == CatalogErrorKind::AlreadyExists => {}
            made => made?,
        }
    }
    if proposal.standing == Standing::New {
        let schema = NewSchema {
            compatibility: proposal.mode,
            description: wanted.description.clone(),
            definition: wanted.definition.clone(),
        };
        return Ok(Some(registry.create_schema(name, &schema)?));
    }
    let (last, checkpoint) = proposal.seen;
    let mut before = None;
    if let (Some(mode), Some((latest, _))) = (proposal.mode_before, &proposal.latest) {
        registry.set_compatibility(name, proposal.mode, *latest)?;
        before = Some((mode, checkpoint.unwrap_or(*latest)));
    }
    if proposal.standing != Standing::Changed {
        return Ok(None);
    }
    registry.register_after(name, &wanted.definition, last).map(Some).map_err(|error| {
        let back = before.map(|(mode, checkpoint)| registry.set_compatibility(name, mode, checkpoint));
        let mode_left = back.is_some_and(|back| back.is_err()).then_some(proposal.mode);
        PushError { error, mode_left }
    })
}

fn format_finding(name: &SchemaName, schema: &RegisteredSchema) -> Finding {
    Finding::new(
        "registry-format",
        format!("schema `{name}`"),
        format!("it holds {}, and this is JSON Schema", schema.format),
        "register under another name (setting registry.schema)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::MemoryRegistry;
    use serde_json::json;

    fn wanted(definition: &Value, compatibility: Option<Compatibility>) -> Wanted {
        Wanted {
            name: SchemaName::new("streams", "orders"),
            compatibility,
            description: None,
            definition: definition.to_string(),
        }
    }

    fn push(registry: &MemoryRegistry, wanted: &Wanted) -> Proposal {
        let proposal = propose(registry, wanted).expect("a proposal");
        if proposal.findings.is_empty() {
            carry_out(registry, wanted, &proposal).expect("it is registered");
        }
        proposal
    }

    #[test]
    fn a_schema_lives() {
        let registry = MemoryRegistry::new();
        let narrow = json!({"properties": {"a": {"type": "integer"}}});
        let wide = json!({"properties": {"a": {"type": "number"}}});
        let must = json!({"properties": {"a": {"type": "number"}}, "required": ["a"]});
        assert_eq!(push(&registry, &wanted(&narrow, None)).standing, Standing::New);
        let again = push(&registry, &wanted(&narrow, None));
        assert_eq!((again.standing, again.version, again.is_empty()), (Standing::InStep, Some(1), true));
        let wider = push(&registry, &wanted(&wide, None));
        assert_eq!((wider.standing, wider.compared), (Standing::Changed, vec![1]));
        // Refused, and nothing is done.
        let refused = push(&registry, &wanted(&must, None));
        insta::assert_snapshot!(refused.findings[0], @"schema `streams/orders`, $.a: the new schema requires it, and documents of version 2 may lack it; BACKWARD forbids that (required); so it is with version 1: make the column optional (`Option`, or a default), or register under another name (setting registry.schema) [registry-backward]");
        assert_eq!(registry.versions(&wanted(&must, None).name).expect("versions").len(), 2);
        // Back to the first: a registry has it once.
        let back = push(&registry, &wanted(&narrow, None));
        assert_eq!((back.standing, back.version), (Standing::Older, Some(1)));
        // The mode that is asked for decides, and is kept.
        let forced = push(&registry, &wanted(&must, Some(Compatibility::Forward)));
        assert_eq!((forced.mode_before, forced.findings.len()), (Some(Compatibility::Backward), 0));
        let schema = registry.schema(&wanted(&must, None).name).expect("a schema").expect("a schema");
        assert_eq!(
            (schema.compatibility, schema.checkpoint, schema.latest),
            (Compatibility::Forward, Some(2), Some(3))
        );
        let refused = push(
            &registry,
            &wanted(&json!({"properties": {"a": {"type": "string"}}, "required": ["a"]}), None),
        );
        insta::assert_snapshot!(refused.findings[0], @r#"schema `streams/orders`, $.a: version 3 refuses "", which new documents may hold there; FORWARD forbids that (type "number" → "string"); so it is with version 2: write only what older readers take, or put the new meaning into a new optional column [registry-forward]"#);
    }

    /// What one registry says of a push that another one has overtaken.
    fn overtaken(registry: &dyn SchemaRegistry) {
        let integer = json!({"properties": {"a": {"type": "integer"}}});
        let number = json!({"properties": {"a": {"type": "number"}}});
        let text = json!({"properties": {"a": {"type": "string"}}});
        let first = wanted(&integer, None);
        if !registry.has_registry(&first.name.registry).expect("an answer") {
            registry.create_registry(&first.name.registry).expect("a registry");
        }
        let proposal = propose(registry, &first).expect("a proposal");
        carry_out(registry, &first, &proposal).expect("it is registered");
        let slow = wanted(&text, Some(Compatibility::None));
        let late = propose(registry, &slow).expect("a proposal");
        let quick = wanted(&number, None);
        let proposal = propose(registry, &quick).expect("a proposal");
        carry_out(registry, &quick, &proposal).expect("it is registered");
        let failed = carry_out(registry, &slow, &late).expect_err("nobody compared it with version 2");
        assert_eq!((failed.error.kind(), failed.mode_left), (CatalogErrorKind::Conflict, None));
        let schema = registry.schema(&slow.name).expect("a schema").expect("a schema");
        assert_eq!(
            (schema.compatibility, schema.checkpoint, schema.latest),
            (Compatibility::Backward, Some(1), Some(2)),
            "as it was before the push that failed"
        );
    }

    #[test]
    fn what_nobody_compared_is_not_registered_and_the_mode_is_set_back() {
        overtaken(&MemoryRegistry::new());
        let folder = tempfile::tempdir().expect("a folder");
        overtaken(&crate::registry::FolderRegistry::new(folder.path(), "catalog"));
    }

    #[test]
    fn a_mode_can_close_a_schema() {
        let registry = MemoryRegistry::new();
        push(&registry, &wanted(&json!({"type": "object"}), Some(Compatibility::Disabled)));
        let refused = push(&registry, &wanted(&json!({"type": "array"}), None));
        assert_eq!(refused.findings[0].rule, "registry-disabled");
        let opened = push(&registry, &wanted(&json!({"type": "array"}), Some(Compatibility::None)));
        assert_eq!((opened.findings.len(), opened.compared.len()), (0, 0));
    }
}

//! What registering a schema comes to, and doing it.

use super::{
    Direction, MAX_VERSIONS, NewSchema, Refusal, RegisteredSchema, RegisteredVersion, SchemaName,
    SchemaRegistry, SchemaVersion, VersionStatus, compared, refusals,
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

/// Does what was proposed. The version that the schema is now, when it is one.
///
/// # Errors
/// The registry fails, or refuses what was proposed.
pub fn carry_out(
    registry: &dyn SchemaRegistry,
    wanted: &Wanted,
    proposal: &Proposal,
) -> Result<Option<SchemaVersion>, CatalogError> {
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
        return registry.create_schema(name, &schema).map(Some);
    }
    if let (Some(_), Some((latest, _))) = (proposal.mode_before, &proposal.latest) {
        registry.set_compatibility(name, proposal.mode, *latest)?;
    }
    if proposal.standing == Standing::Changed {
        return registry.register(name, &wanted.definition).map(Some);
    }
    Ok(None)
}

fn format_finding(name: &SchemaName, schema: &RegisteredSchema) -> Finding {
    Finding::new(
        "registry-format",
        format!("schema `{name}`"),
        format!("it holds {}, and this is JSON Schema", schema.format),
        "register under another name (setting registry.schema)",
    )
}

/// Refusals as people read them: one for each place and keyword, whichever versions it is about.
fn told(name: &SchemaName, mode: Compatibility, latest: Option<u64>, refusals: &[Refusal]) -> Vec<Finding> {
    let same = |one: &Refusal, other: &Refusal| {
        one.direction == other.direction
            && one.difference.path == other.difference.path
            && one.difference.keyword == other.difference.keyword
    };
    let mut groups: Vec<Vec<&Refusal>> = Vec::new();
    for refusal in refusals {
        match groups.iter_mut().find(|group| same(group[0], refusal)) {
            Some(group) => group.push(refusal),
            None => groups.push(vec![refusal]),
        }
    }
    groups.iter().filter_map(|group| finding(name, mode, latest, group)).collect()
}

fn finding(
    name: &SchemaName,
    mode: Compatibility,
    latest: Option<u64>,
    group: &[&Refusal],
) -> Option<Finding> {
    // That with the last version says most.
    let Refusal { version, direction, difference } = group.last()?;
    let keyword = difference.keyword.as_str();
    let (rule, reader, writer) = match direction {
        Direction::Backward => {
            ("registry-backward", "the new schema".to_owned(), format!("documents of version {version}"))
        }
        Direction::Forward => ("registry-forward", format!("version {version}"), "new documents".to_owned()),
    };
    let what = match (&difference.undecided, &difference.example, keyword) {
        (Some(why), ..) => format!("whether {reader} takes all {writer} there cannot be decided: {why}"),
        (None, _, "required") => format!("{reader} requires it, and {writer} may lack it"),
        (None, Some(example), _) => {
            format!("{reader} refuses {}, which {writer} may hold there", short(example))
        }
        (None, None, _) => format!("{reader} refuses what {writer} may hold there"),
    };
    let (old, new) = match direction {
        Direction::Backward => (difference.writer.as_ref(), Some(&difference.reader)),
        Direction::Forward => (Some(&difference.reader), difference.writer.as_ref()),
    };
    let side = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
    let change = match keyword {
        "required" => String::new(),
        _ => format!(" {} → {}", side(old), side(new)),
    };
    let others: Vec<String> = group.iter().rev().skip(1).map(|refusal| refusal.version.to_string()).collect();
    let too = match others.as_slice() {
        [] => String::new(),
        [one] => format!("; so it is with version {one}"),
        several => format!("; so it is with versions {}", several.join(", ")),
    };
    let problem = format!("{what}; {mode} forbids that ({keyword}{change}){too}");
    let mut fix = fix(*direction, keyword, difference.undecided.is_some()).to_owned();
    if !mode.is_with_all() && group.iter().all(|refusal| Some(refusal.version) != latest) {
        fix.push_str(
            "; version VERSION is the checkpoint of the schema, and if nobody has its documents any more, move it on: \
             aws glue update-schema --schema-id RegistryName=REGISTRY,SchemaName=SCHEMA --schema-version-number \
             LatestVersion=true --compatibility MODE"
                .replace("VERSION", &version.to_string())
                .replace("REGISTRY", &name.registry)
                .replace("SCHEMA", &name.schema)
                .replace("MODE", mode.name())
                .as_str(),
        );
    }
    Some(Finding::new(rule, format!("schema `{name}`, {}", difference.path), problem, fix))
}

fn fix(direction: Direction, keyword: &str, undecided: bool) -> &'static str {
    match (direction, keyword, undecided) {
        (_, _, true) => {
            "leave that part of the schema as it was, or put it into a new column; --compatibility NONE lets it in \
             unchecked"
        }
        (Direction::Backward, "required", _) => {
            "make the column optional (`Option`, or a default), or register under another name (setting \
             registry.schema)"
        }
        (Direction::Forward, "required", _) => {
            "keep the column and fill it, or register under another name (setting registry.schema)"
        }
        (Direction::Backward, ..) => {
            "let the column take what older documents hold, or put the new meaning into a new optional column"
        }
        (Direction::Forward, ..) => {
            "write only what older readers take, or put the new meaning into a new optional column"
        }
    }
}

/// A value, cut where it is long.
fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
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

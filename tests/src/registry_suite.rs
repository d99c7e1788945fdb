//! What any [`SchemaRegistry`] must do, one case a behaviour.
//!
//! Each case works with schemas of its own, so that one server serves all. A registry that is known to get something
//! wrong skips that case by its name, with the reason.

use lakebed_cli::catalog::{CatalogError, CatalogErrorKind};
use lakebed_cli::registry::{
    NewSchema, RegisteredVersion, SchemaName, SchemaRegistry, SchemaVersion, VersionStatus,
};
use lakebed_schema::target::{Compatibility, DEFAULT_REGISTRY};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A behaviour, and how to see it.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name, `a_definition_is_registered_once`.
    pub name: &'static str,
    /// Looks whether a registry has it; says what is wrong if it has not.
    pub run: fn(&dyn SchemaRegistry) -> Result<(), String>,
}

macro_rules! cases {
    ($($case:ident,)*) => {
        &[$(Case {
            name: stringify!($case),
            run: |registry| $case(registry).map_err(|failure| failure.0),
        }),*]
    };
}

/// Every case.
pub fn cases() -> &'static [Case] {
    cases![
        a_registry_is_made_once,
        what_is_not_there_is_none,
        what_is_not_there_takes_no_version,
        a_schema_is_made_with_its_first_version,
        the_default_registry_needs_not_be_made,
        another_registry_must_be_there,
        a_schema_is_made_only_once,
        versions_are_numbered,
        definitions_come_back_letter_for_letter,
        a_definition_is_registered_once,
        a_version_is_found_by_its_definition,
        every_version_is_listed_by_number,
        the_mode_and_the_checkpoint_change,
        every_mode_is_kept,
        a_disabled_schema_takes_no_version,
        bad_names_are_refused,
        bad_definitions_are_refused,
    ]
}

/// What is wrong.
struct Failure(String);

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self(format!("{error} ({:?})", error.kind()))
    }
}

type Checked = Result<(), Failure>;

fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Checked {
    if found == expected { Ok(()) } else { Err(Failure(format!("{what}: {found:?}, expected {expected:?}"))) }
}

fn refused<T: Debug>(what: &str, kind: CatalogErrorKind, result: Result<T, CatalogError>) -> Checked {
    match result {
        Err(error) if error.kind() == kind => Ok(()),
        Err(error) => Err(Failure(format!("{what}: {error} ({:?}), expected {kind:?}", error.kind()))),
        Ok(found) => Err(Failure(format!("{what}: {found:?}, expected {kind:?}"))),
    }
}

fn there<T>(what: &str, found: Option<T>) -> Result<T, Failure> {
    found.ok_or_else(|| Failure(format!("{what} is not there")))
}

/// A name that nothing has.
fn fresh() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("suite-{}-{time}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn definition(most: u32) -> String {
    format!(
        "{{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"maximum\": {most}, \"title\": \"é\"\n}}\n"
    )
}

fn new(compatibility: Compatibility) -> NewSchema {
    NewSchema { compatibility, description: Some("Of the suite.".to_owned()), definition: definition(1) }
}

fn make(registry: &dyn SchemaRegistry, compatibility: Compatibility) -> Result<SchemaName, Failure> {
    let name = SchemaName::new(DEFAULT_REGISTRY, fresh());
    registry.create_schema(&name, &new(compatibility))?;
    Ok(name)
}

fn a_registry_is_made_once(registry: &dyn SchemaRegistry) -> Checked {
    let name = fresh();
    same("before", &registry.has_registry(&name)?, &false)?;
    registry.create_registry(&name)?;
    same("after", &registry.has_registry(&name)?, &true)?;
    refused("a second time", CatalogErrorKind::AlreadyExists, registry.create_registry(&name))
}

fn what_is_not_there_is_none(registry: &dyn SchemaRegistry) -> Checked {
    let absent = SchemaName::new(fresh(), "orders");
    same("a schema of no registry", &registry.schema(&absent)?, &None)?;
    same("a version of no registry", &registry.version(&absent, 1)?, &None)?;
    let name = make(registry, Compatibility::Backward)?;
    let absent = SchemaName::new(&name.registry, fresh());
    same("a schema", &registry.schema(&absent)?, &None)?;
    same("a version of no schema", &registry.version(&absent, 1)?, &None)?;
    same("a version by its definition", &registry.find(&absent, &definition(1))?, &None)?;
    same("a version", &registry.version(&name, 2)?, &None)?;
    same("another definition", &registry.find(&name, &definition(2))?, &None)
}

fn what_is_not_there_takes_no_version(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::Backward)?;
    let absent = SchemaName::new(&name.registry, fresh());
    refused("a version", CatalogErrorKind::NotFound, registry.register(&absent, &definition(1)))?;
    let set = registry.set_compatibility(&absent, Compatibility::Full, 1);
    refused("a mode", CatalogErrorKind::NotFound, set)
}

fn a_schema_is_made_with_its_first_version(registry: &dyn SchemaRegistry) -> Checked {
    let home = fresh();
    registry.create_registry(&home)?;
    let name = SchemaName::new(home, "orders_2.x$y#z-1");
    let first = registry.create_schema(&name, &new(Compatibility::FullAll))?;
    same("its number", &first.number, &1)?;
    same("its state", &first.status, &VersionStatus::Available)?;
    let schema = there("the schema", registry.schema(&name)?)?;
    same("its format", &schema.format.as_str(), &"JSON")?;
    same("its mode", &schema.compatibility, &Compatibility::FullAll)?;
    same("its description", &schema.description.as_deref(), &Some("Of the suite."))?;
    same("its last version", &schema.latest, &Some(1))?;
    same("its checkpoint", &schema.checkpoint, &Some(1))
}

fn the_default_registry_needs_not_be_made(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::Backward)?;
    there("the schema", registry.schema(&name)?).map(drop)
}

fn another_registry_must_be_there(registry: &dyn SchemaRegistry) -> Checked {
    let made = registry.create_schema(&SchemaName::new(fresh(), "orders"), &new(Compatibility::Backward));
    refused("a schema in no registry", CatalogErrorKind::NotFound, made)
}

fn a_schema_is_made_only_once(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::Backward)?;
    let again = NewSchema { definition: definition(2), ..new(Compatibility::None) };
    refused("a second time", CatalogErrorKind::AlreadyExists, registry.create_schema(&name, &again))?;
    let schema = there("the schema", registry.schema(&name)?)?;
    same("its mode", &schema.compatibility, &Compatibility::Backward)
}

fn versions_are_numbered(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    for number in 2..5 {
        let version = registry.register(&name, &definition(number))?;
        same("the number", &version.number, &u64::from(number))?;
        same("the state", &version.status, &VersionStatus::Available)?;
    }
    let schema = there("the schema", registry.schema(&name)?)?;
    same("the last version", &schema.latest, &Some(4))?;
    same("the checkpoint", &schema.checkpoint, &Some(1))
}

fn definitions_come_back_letter_for_letter(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    registry.register(&name, &definition(2))?;
    for number in 1..3 {
        let version = there("the version", registry.version(&name, u64::from(number))?)?;
        same("the definition", &version.definition, &definition(number))?;
        same("the number", &version.version.number, &u64::from(number))?;
    }
    Ok(())
}

fn a_definition_is_registered_once(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    registry.register(&name, &definition(2))?;
    same("the first again", &registry.register(&name, &definition(1))?.number, &1)?;
    same("the second again", &registry.register(&name, &definition(2))?.number, &2)?;
    let schema = there("the schema", registry.schema(&name)?)?;
    same("the last version", &schema.latest, &Some(2))
}

fn a_version_is_found_by_its_definition(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    let second = registry.register(&name, &definition(2))?;
    let found = there("the second", registry.find(&name, &definition(2))?)?;
    same("its number", &found.number, &2)?;
    same("its id", &found.id, &second.id)?;
    let RegisteredVersion { version, .. } = there("the second", registry.version(&name, 2)?)?;
    same("its id by number", &version.id, &second.id)
}

fn every_version_is_listed_by_number(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    for number in 2..13 {
        registry.register(&name, &definition(number))?;
    }
    let versions: Vec<SchemaVersion> = registry.versions(&name)?;
    let numbers: Vec<u64> = versions.iter().map(|version| version.number).collect();
    same("the numbers", &numbers, &(1..13).collect())?;
    let all = versions.iter().all(|version| version.status == VersionStatus::Available);
    same("the states", &all, &true)?;
    let absent = SchemaName::new(&name.registry, fresh());
    refused("those of no schema", CatalogErrorKind::NotFound, registry.versions(&absent))
}

fn the_mode_and_the_checkpoint_change(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    registry.register(&name, &definition(2))?;
    registry.set_compatibility(&name, Compatibility::Full, 2)?;
    let schema = there("the schema", registry.schema(&name)?)?;
    same("the mode", &schema.compatibility, &Compatibility::Full)?;
    same("the checkpoint", &schema.checkpoint, &Some(2))?;
    let set = registry.set_compatibility(&name, Compatibility::None, 9);
    refused("a checkpoint that is none", CatalogErrorKind::NotFound, set)
}

fn every_mode_is_kept(registry: &dyn SchemaRegistry) -> Checked {
    for mode in Compatibility::ALL {
        let name = make(registry, mode)?;
        let schema = there("the schema", registry.schema(&name)?)?;
        same("the mode", &schema.compatibility, &mode)?;
    }
    Ok(())
}

fn a_disabled_schema_takes_no_version(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::Disabled)?;
    same("the first again", &registry.register(&name, &definition(1))?.number, &1)?;
    refused("a second", CatalogErrorKind::Invalid, registry.register(&name, &definition(2)))
}

fn bad_names_are_refused(registry: &dyn SchemaRegistry) -> Checked {
    for bad in ["", "a b", "é", "a/b", &"a".repeat(256)] {
        let schema = SchemaName::new(DEFAULT_REGISTRY, bad);
        refused("a registry", CatalogErrorKind::Invalid, registry.create_registry(bad))?;
        refused(
            "a schema",
            CatalogErrorKind::Invalid,
            registry.create_schema(&schema, &new(Compatibility::Full)),
        )?;
    }
    Ok(())
}

fn bad_definitions_are_refused(registry: &dyn SchemaRegistry) -> Checked {
    let name = make(registry, Compatibility::None)?;
    let long = format!("{{\"title\": \"{}\"}}", "a".repeat(170_000));
    let late = "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}";
    for bad in ["{", &long, late] {
        refused("a version", CatalogErrorKind::Invalid, registry.register(&name, bad))?;
        let schema = NewSchema { definition: bad.to_owned(), ..new(Compatibility::None) };
        let other = SchemaName::new(&name.registry, fresh());
        refused("a schema", CatalogErrorKind::Invalid, registry.create_schema(&other, &schema))?;
        same("what it leaves", &registry.schema(&other)?, &None)?;
    }
    Ok(())
}

//! The Glue Schema Registry by its client: the suite against the strict fake and moto, and what the fake does that
//! moto does not.

use super::isolated::isolated;
use lakebed_cli::catalog::{CatalogErrorKind, GlueOptions, GlueRegistry};
use lakebed_cli::registry::{NewSchema, SchemaName, SchemaRegistry, Wanted, carry_out, propose};
use lakebed_schema::target::Compatibility;
use lakebed_tests::fake_glue::{Fault, Settings, When};
use lakebed_tests::server::{Emulator, REGION, Server};
use lakebed_tests::{registry_suite, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn open(url: String) -> GlueRegistry {
    let options = GlueOptions {
        region: Some(REGION.to_owned()),
        endpoint: Some(url),
        account: Some("123456789012".to_owned()),
        attempts: Some(1),
        ..GlueOptions::default()
    };
    GlueRegistry::open(options).unwrap_or_else(|error| panic!("{error}"))
}

fn failures(registry: &dyn SchemaRegistry) -> Vec<(&'static str, String)> {
    let cases = registry_suite::cases().iter();
    cases.filter_map(|case| (case.run)(registry).err().map(|failure| (case.name, failure))).collect()
}

#[test]
fn the_fake_passes_every_case() {
    isolated(module_path!(), "the_fake_passes_every_case", || {
        let fake = super::start(Settings::default());
        let failures = failures(&open(fake.url()));
        let said: Vec<_> = failures.iter().map(|(case, failure)| format!("{case}: {failure}")).collect();
        assert!(said.is_empty(), "{} cases:\n{}", said.len(), said.join("\n"));
    });
}

/// Cases that moto gets wrong, each with the reason.
fn skips() -> BTreeMap<String, String> {
    let path = workspace::root().join("tests/data/emulators/moto-registry-skips.txt");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (case, reason) = line.split_once("  ").unwrap_or_else(|| panic!("no reason: {line}"));
            (case.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

#[test]
fn moto_passes_but_for_its_skips() {
    isolated(module_path!(), "moto_passes_but_for_its_skips", || {
        let server = Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR"))
            .unwrap_or_else(|error| panic!("{error}"));
        let (failures, skips) = (failures(&open(server.url())), skips());
        let failed: BTreeSet<_> = failures.iter().map(|(case, _)| *case).collect();
        let mut problems: Vec<_> = failures
            .iter()
            .filter(|(case, _)| !skips.contains_key(*case))
            .map(|(case, failure)| format!("{case}: {failure}"))
            .collect();
        for skipped in skips.keys().filter(|skipped| !failed.contains(skipped.as_str())) {
            problems.push(format!("{skipped} passes, or is no case: take it off the list"));
        }
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    });
}

fn wanted(definition: &str) -> Wanted {
    Wanted {
        name: SchemaName::new("default-registry", "orders"),
        compatibility: None,
        description: None,
        definition: definition.to_owned(),
    }
}

const NARROW: &str = r#"{"properties": {"a": {"type": "integer"}}}"#;
const WIDE: &str = r#"{"properties": {"a": {"type": "number"}}}"#;

/// The service has rules of its own: what it refuses is told, and the next push tries again.
#[test]
fn what_the_service_refuses_is_told() {
    isolated(module_path!(), "what_the_service_refuses_is_told", || {
        let fake = super::start(Settings::default());
        let registry = open(fake.url());
        let push = |definition| {
            let wanted = wanted(definition);
            let proposal = propose(&registry, &wanted).unwrap_or_else(|error| panic!("{error}"));
            assert!(proposal.findings.is_empty(), "{:?}", proposal.findings);
            carry_out(&registry, &wanted, &proposal)
        };
        assert_eq!(push(NARROW).expect("a schema").map(|version| version.number), Some(1));
        fake.plan(When::next("RegisterSchemaVersion", Fault::Incompatible));
        let error = push(WIDE).expect_err("refused");
        assert_eq!(error.error.kind(), CatalogErrorKind::Invalid, "{error:?}");
        assert!(error.error.message().contains("version 2"), "{error:?}");
        let again = push(WIDE).expect("accepted now");
        assert_eq!(again.map(|version| version.number), Some(3));
        // The version that failed is not compared with.
        let proposal = propose(&registry, &wanted(NARROW)).expect("a proposal");
        assert_eq!(proposal.latest.map(|(number, _)| number), Some(3));
    });
}

#[test]
fn a_denied_call_names_the_permission() {
    isolated(module_path!(), "a_denied_call_names_the_permission", || {
        let fake = super::start(Settings::default());
        let registry = open(fake.url());
        let name = SchemaName::new("default-registry", "orders");
        fake.plan(When::next("CreateSchema", Fault::AccessDenied));
        let schema = NewSchema {
            compatibility: Compatibility::Backward,
            description: None,
            definition: NARROW.to_owned(),
        };
        let error = registry.create_schema(&name, &schema).expect_err("denied");
        assert_eq!(error.kind(), CatalogErrorKind::Denied, "{error}");
        assert_eq!(
            error.permission(),
            Some(
                "glue:CreateSchema on arn:aws:glue:eu-west-1:123456789012:registry/default-registry and \
                 arn:aws:glue:eu-west-1:123456789012:schema/default-registry/orders"
            )
        );
    });
}

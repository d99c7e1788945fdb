//! The policies that we write allow the calls that we make.

use lakebed::artifacts::ARTIFACTS;
use lakebed_tests::{golden, workspace};
use std::collections::BTreeSet;

/// Calls that no command makes: they remove what cannot be had back, or look beyond the database.
const BEYOND: [&str; 4] =
    ["glue:BatchDeleteTableVersion", "glue:DeletePartitionIndex", "glue:DeleteTable", "glue:GetDatabases"];

/// How the source names a call about the catalog.
const CATALOG: [&str; 4] =
    ["Call::of_database(\"", "Call::of_databases(\"", "Call::of_table(\"", "Call::of_tables(\""];
/// How it names one about the schema registry.
const REGISTRY: [&str; 2] = ["of_registry(\"", "of_schema(\""];

/// Calls of the Glue client, by their names in the source.
fn calls(starts: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in workspace::files("cli/src/catalog/glue") {
        if file.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        for start in starts {
            let names = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(|name| format!("glue:{name}")));
        }
    }
    found
}

/// Actions that a policy allows, for a table whose partitions are registered.
fn allowed(part: &str) -> BTreeSet<String> {
    let mut target = golden::target();
    target.projection.enabled = false;
    let table = golden::tables().into_iter().find(|table| table.name == "click").expect("the table");
    let iam = ARTIFACTS.iter().find(|artifact| artifact.name() == "iam").expect("the policies");
    let part = iam.parts().iter().find(|known| known.name == part).expect("a part");
    let made = iam.render(part, &table, &target).unwrap_or_else(|findings| panic!("{findings}"));
    let policy = made.expect("a policy").content.to_text();
    let policy: serde_json::Value = serde_json::from_str(&policy).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements");
    let allowed = statements.iter().filter_map(|statement| statement["Action"].as_array()).flatten();
    allowed.filter_map(|action| action.as_str()).map(str::to_owned).collect()
}

#[test]
fn the_policies_of_the_catalog_allow_every_call_and_no_other() {
    let mut made = calls(&CATALOG);
    assert!(made.contains("glue:UpdateTable"), "the source was read: {made:?}");
    for action in BEYOND {
        assert!(made.remove(action), "{action} is no call of ours");
    }
    assert_eq!(allowed("prune"), made);
    assert!(made.remove("glue:BatchDeletePartition"));
    assert_eq!(allowed("apply"), made);
    made.retain(|action| action.starts_with("glue:Get") || action.starts_with("glue:BatchGet"));
    assert_eq!(allowed("plan"), made);
}

#[test]
fn the_policies_of_the_registry_allow_every_call_and_no_other() {
    let mut made = calls(&REGISTRY);
    assert!(made.contains("glue:RegisterSchemaVersion"), "the source was read: {made:?}");
    assert_eq!(allowed("registry-push"), made);
    made.retain(|action| action.starts_with("glue:Get") || action.starts_with("glue:List"));
    assert_eq!(allowed("registry-check"), made);
}

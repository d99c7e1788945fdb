//! The policies that we write allow the calls that we make.

use lakebed_tests::workspace;
use std::collections::BTreeSet;

/// Calls that neither `plan` nor `apply` makes: they remove something, or look beyond the database.
const BEYOND: [&str; 5] = [
    "glue:BatchDeletePartition",
    "glue:BatchDeleteTableVersion",
    "glue:DeletePartitionIndex",
    "glue:DeleteTable",
    "glue:GetDatabases",
];

/// Calls of the Glue client that are about the catalog, by their names in the source.
fn calls() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in workspace::files("cli/src/catalog/glue") {
        if file.components().any(|part| part.as_os_str() == "tests") {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        for start in
            ["Call::of_database(\"", "Call::of_databases(\"", "Call::of_table(\"", "Call::of_tables(\""]
        {
            let names = text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(names.map(|name| format!("glue:{name}")));
        }
    }
    found
}

#[test]
fn the_policy_of_apply_allows_every_call_of_apply_and_no_other() {
    let policy = workspace::root().join("tests/tests/golden/click/click.iam-apply.json");
    let policy = std::fs::read_to_string(policy).expect("the policy");
    let policy: serde_json::Value = serde_json::from_str(&policy).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements");
    let allowed = statements.iter().filter_map(|statement| statement["Action"].as_array()).flatten();
    let allowed: BTreeSet<String> = allowed.filter_map(|action| action.as_str()).map(str::to_owned).collect();
    let mut made = calls();
    assert!(made.contains("glue:UpdateTable"), "the source was read: {made:?}");
    for action in BEYOND {
        assert!(made.remove(action), "{action} is no call of ours");
    }
    assert_eq!(allowed, made);
}

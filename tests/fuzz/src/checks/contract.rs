//! Contract files: any text is a table or an error; a table is valid, compiles, and comes back as it was written.

use lakebed_schema::artifacts::ARTIFACTS;
use lakebed_schema::{Table, Target};
use std::sync::LazyLock;

/// Where every table is deployed, so that artifacts are made in full.
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let target = r#"{"lake": "s3://my-lake/traffic", "database": "traffic", "region": "eu-west-1",
        "account": "123456789012", "projection": {"enabled": true, "from": "2026-01-01"}}"#;
    serde_json::from_str(target).unwrap_or_else(|error| panic!("{error}"))
});

/// Any bytes.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let table = match Table::from_contract(text) {
        Ok(table) => table,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    table.validate().unwrap_or_else(|problems| panic!("loaded and not valid: {problems}"));
    let written = table.to_contract();
    let again = Table::from_contract(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again, table);
    assert_eq!(again.to_contract(), written);
    // What is valid can be used.
    let _ = lakebed::Plan::compile(&table);
    for artifact in ARTIFACTS {
        for part in artifact.parts() {
            let _ = artifact.render(part, &table, &TARGET).map_err(|findings| findings.to_string());
        }
    }
}

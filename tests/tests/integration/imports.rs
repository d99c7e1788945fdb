//! Public examples of tables: each is imported and generated again without loss, or the missing feature is named.

use lakebed::artifacts::athena_ddl::create_table;
use lakebed::artifacts::glue::GlueTable;
use lakebed::hive_type::HiveType;
use lakebed::import::ddl::{RowFormat, StoredAs, parse, unescape};
use lakebed::import::{Imported, from_ddl, from_glue, from_json};
use lakebed::{Findings, Table, Target};
use lakebed_cli::catalog::{GlueDatabase, StoredTable};
use lakebed_cli::domain;
use lakebed_cli::plan::{Actual, OWNED, Wanted, diff};
use lakebed_tests::workspace;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// What becomes of each file: a round trip, or the rules that name what is missing.
const EXPECTED: &[(&str, &[&str])] = &[
    ("glue/cdk-projection-date.json", &[]),
    ("glue/cdk-projection-integer.json", &["import-key-type"]),
    ("glue/cdk-table-json.json", &["import-key-type"]),
    ("glue/cdk-table-parquet.json", &["import-key-type"]),
    ("glue/cloudfront-parquet.json", &[]),
    ("glue/cloudtrail-projection.json", &["import-format", "import-layout", "import-table"]),
    ("glue/collection-log-projection.json", &["import-layout", "import-storage"]),
    ("glue/cost-and-usage-parquet-map.json", &[]),
    ("glue/get-table-csv-demo.json", &["import-format"]),
    ("glue/govuk-csp-reports-orc.json", &["import-format", "import-key-type", "import-storage"]),
    ("glue/rds-engine-versions-nested.json", &[]),
    ("glue/resilience-assessments-nested.json", &[]),
    ("glue/waf-logs.json", &["import-key-type", "import-storage"]),
    ("glue/workspaces-metrics.json", &[]),
    ("athena-ddl/alb-access-logs-projection.sql", &["import-format", "import-layout"]),
    ("athena-ddl/cds-lb.sql", &["import-format", "import-layout", "import-table"]),
    ("athena-ddl/cloudtrail-plain.sql", &["import-format"]),
    ("athena-ddl/cloudtrail-projection.sql", &["import-format", "import-layout"]),
    ("athena-ddl/firehose-example-1.sql", &["import-format", "import-layout"]),
    ("athena-ddl/firehose-example-2.sql", &["import-format", "import-key-type", "import-layout"]),
    ("athena-ddl/firehose-example-3.sql", &["import-format", "import-layout"]),
    ("athena-ddl/hive-json-impressions.sql", &["import-format"]),
    ("athena-ddl/hive-json-serde.sql", &["import-format"]),
    ("athena-ddl/ion-sample.sql", &["import-format"]),
    ("athena-ddl/kasama-year-month-day.sql", &["import-layout"]),
    ("athena-ddl/openx-nested-deep.sql", &[]),
    ("athena-ddl/openx-nested-mapping.sql", &[]),
    ("athena-ddl/parquet-flights.sql", &[]),
    ("athena-ddl/vpc-flow-projection.sql", &["import-format", "import-layout"]),
    ("athena-ddl/workshop-party-power.sql", &[]),
    ("athena-ddl/workshop-quest-start.sql", &[]),
];
/// What generating may add to an example: defaults that it leaves unsaid.
const ADDED: [&str; 2] = ["classification", "parquet.compression"];

fn read(file: &str) -> String {
    let path = workspace::root().join("tests/data").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(file: &str) -> Value {
    serde_json::from_str(&read(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The example as a table of the catalog, and its import.
fn import(file: &str) -> (Option<GlueTable>, Result<Imported, Findings>) {
    if file.ends_with(".sql") {
        let text = read(file);
        (parse(&text).ok().map(|ddl| ddl.to_glue()), from_ddl(&text))
    } else {
        let value = json(file);
        (GlueTable::from_json(&value).ok(), from_json(&value))
    }
}

#[test]
fn every_example_is_expected() {
    let on_disk: BTreeSet<String> = ["glue", "athena-ddl"]
        .iter()
        .flat_map(|folder| workspace::files(&format!("tests/data/{folder}")))
        .filter(|path| !path.ends_with("hive-type-strings.json"))
        .filter(|path| path.extension().is_some_and(|end| end == "json" || end == "sql"))
        .map(|path| {
            let data = workspace::root().join("tests/data");
            path.strip_prefix(data).expect("below the data").to_string_lossy().into_owned()
        })
        .collect();
    assert_eq!(on_disk, EXPECTED.iter().map(|(file, _)| (*file).to_owned()).collect());
}

#[test]
fn examples_come_out_again_or_name_what_is_missing() {
    let mut wrong = Vec::new();
    for (file, rules) in EXPECTED {
        let (original, imported) = import(file);
        let found: BTreeSet<&str> = match &imported {
            Ok(_) => BTreeSet::new(),
            Err(findings) => findings.0.iter().map(|finding| finding.rule).collect(),
        };
        if found != rules.iter().copied().collect() {
            wrong.push(format!("{file}: expected {rules:?}, found {imported:#?}"));
        } else if let Ok(imported) = imported {
            round_trip(file, &original.expect("what was imported was read"), &imported);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Compares without the code that imports use for it: every part of the example is in what is generated, and
/// whatever else is there is a default.
fn round_trip(file: &str, original: &GlueTable, imported: &Imported) {
    let generated = GlueTable::of(&imported.table, &imported.target).expect(file);
    let (original, mut again) = (original.normal(), generated.normal());
    for key in ADDED {
        if !original.parameters.contains_key(key) {
            again.parameters.remove(key);
        }
    }
    for (key, was) in again.partition_keys.iter_mut().zip(&original.partition_keys) {
        if was.comment.is_none() {
            key.comment = None;
        }
    }
    assert_eq!(again, original, "{file}");

    // The contract says as much as the struct it would come from.
    let contract = imported.table.to_contract();
    assert_eq!(lakebed::Table::from_contract(&contract).as_ref(), Ok(&imported.table), "{file}");

    // And the way through JSON and through SQL leads to the same place.
    let through_json: Value = serde_json::from_str(&generated.to_json().to_text()).expect("JSON");
    let from_json = GlueTable::from_json(&through_json).expect(file);
    assert_eq!(from_json.normal(), generated.normal(), "{file}");
    let through_sql = parse(&create_table("db", &generated).expect(file)).expect(file).to_glue();
    assert_eq!(through_sql.normal(), generated.normal(), "{file}");
    for glue in [from_json, through_sql] {
        let Imported { table, target, .. } = from_glue(&glue, None).expect(file);
        assert_eq!(GlueTable::of(&table, &target).expect(file).normal(), generated.normal(), "{file}");
    }
}

#[test]
fn statements_are_read_as_expected() {
    let mut count = 0;
    for line in read("athena-ddl/expected.ndjson").lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let file = format!("athena-ddl/{}", case["file"].as_str().expect("a file"));
        let parsed = parse(&read(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let wanted = &case["parsed"];
        count += 1;
        assert_eq!(Value::from(parsed.if_not_exists), wanted["if_not_exists"], "{file}");
        assert_eq!(Value::from(parsed.database.clone()), wanted["database"], "{file}");
        assert_eq!(Value::from(parsed.name.clone()), wanted["table"], "{file}");
        for (found, key) in [(&parsed.columns, "columns"), (&parsed.partition_keys, "partition_keys")] {
            let found: Vec<Value> = found
                .iter()
                .map(|column| {
                    serde_json::json!({"name": column.name.to_lowercase(), "type": column.ty.to_lowercase()})
                })
                .collect();
            assert_eq!(Value::from(found), wanted[key], "{file}");
        }
        let (serde, properties) = match &parsed.row_format {
            RowFormat::Serde { class, properties } => (Some(class.clone()), properties.clone()),
            RowFormat::Default | RowFormat::Delimited(_) => (None, BTreeMap::new()),
        };
        assert_eq!(Value::from(serde), wanted["serde"], "{file}");
        // The expected file has texts with their escapes, as they stand in the statement.
        assert_eq!(properties, texts(&wanted["serde_properties"]), "{file}");
        assert_eq!(parsed.properties, texts(&wanted["table_properties"]), "{file}");
        let fields = match &parsed.row_format {
            RowFormat::Delimited(words) => words.get("FIELDS").cloned(),
            RowFormat::Default | RowFormat::Serde { .. } => None,
        };
        assert_eq!(Value::from(fields), wanted["delimited"]["fields"], "{file}");
        let (named, input, output) = match parsed.stored_as {
            StoredAs::Default => (None, None, None),
            StoredAs::Named(word) => (Some(word), None, None),
            StoredAs::Classes { input, output } => (None, Some(input), Some(output)),
        };
        assert_eq!(Value::from(named), wanted["stored_as"], "{file}");
        assert_eq!(Value::from(input), wanted["input_format"], "{file}");
        assert_eq!(Value::from(output), wanted["output_format"], "{file}");
        assert_eq!(Value::from(parsed.location), wanted["location"], "{file}");
    }
    assert_eq!(count, EXPECTED.iter().filter(|(file, _)| file.ends_with(".sql")).count());
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    let members = value.as_object().into_iter().flatten();
    members.map(|(key, value)| (key.clone(), unescape(value.as_str().expect("a text")))).collect()
}

#[test]
fn type_texts_have_their_verdicts() {
    let cases = json("glue/hive-type-strings.json");
    for (list, valid) in [("valid", true), ("invalid", false)] {
        let texts = cases[list].as_array().expect("a list");
        assert!(!texts.is_empty());
        for text in texts {
            let text = text.as_str().expect("a text");
            assert_eq!(text.parse::<HiveType>().is_ok(), valid, "{text}: {:?}", text.parse::<HiveType>());
        }
    }
}

#[test]
fn our_own_tables_come_back() {
    let mut target = Target { lake: Some("s3://my-lake/traffic".into()), ..Target::default() };
    target.projection.from = Some("2026-01-01".into());
    target.stream.backup = true;
    for contract in workspace::files("contracts") {
        let text = fs::read_to_string(&contract).expect("a readable contract");
        let table = lakebed::Table::from_contract(&text).expect("a contract");
        let mut glue = vec![GlueTable::of(&table, &target).expect("a table")];
        glue.extend(GlueTable::raw(&table, &target).expect("a raw table"));
        assert_eq!(glue.len(), 2);
        for glue in glue {
            let imported =
                from_glue(&glue, None).unwrap_or_else(|findings| panic!("{}: {findings}", glue.name));
            round_trip(&glue.name, &glue, &imported);
        }
    }
}

#[test]
fn what_apply_wrote_is_imported_without_its_note_and_planned_as_it_is() {
    let target: Target = serde_json::from_value(serde_json::json!({
        "lake": "s3://lake", "database": "traffic", "projection": {"from": "2026-01-01"}
    }))
    .expect("a target");
    for def in domain::tables() {
        let table = Table::try_from(def).expect("a table");
        let wanted = Wanted::of(&table, &target).expect("a table of the catalog").remove(0);
        let applied = diff(&wanted, &Actual::default()).result.expect("a table");
        assert!(applied.parameters.contains_key(OWNED));
        let imported = from_glue(&applied, Some("traffic")).unwrap_or_else(|findings| panic!("{findings}"));
        assert!(!imported.table.parameters.contains_key(OWNED), "{:?}", imported.table.parameters);
        let again = Wanted::of(&imported.table, &imported.target).expect("a table of the catalog").remove(0);
        let stored = StoredTable {
            database: "traffic".into(),
            table: applied,
            version: "0".into(),
            updated: None,
            created_by: None,
            obstacles: Vec::new(),
        };
        let database = Some(GlueDatabase::new("traffic"));
        let plan = diff(&again, &Actual { database, table: Some(stored), ..Actual::default() });
        assert!(plan.is_empty() && plan.foreign.is_empty(), "{plan:?}");
    }
}

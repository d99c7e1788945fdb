//! One check for CI: contracts, generated files, catalog, and the tables against each other.

use lakebed_cli::domain;
use lakebed_tests::command::{Ran, lakebed};
use serde_json::Value;
use std::fs;
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> Ran {
    let target = folder.join("lakebed.toml").display().to_string();
    lakebed(&domain::tables(), [args, &["--target", &target]].concat())
}

fn check(folder: &Path, more: &[&str]) -> Ran {
    let contracts = folder.join("contracts").display().to_string();
    run(folder, &[&["check", "--against", &contracts], more].concat())
}

#[test]
fn one_report_and_one_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let text = "lake = \"s3://lake\"\ndatabase = \"traffic\"\ncatalog = \"tables\"\n\
                [projection]\nfrom = \"2026-01-01\"\n\
                [generate]\nout = \"generated\"\nartifacts = [\"glue\", \"athena-ddl\"]\n";
    fs::write(folder.join("lakebed.toml"), text).expect("a file");
    let contracts = folder.join("contracts").display().to_string();
    assert_eq!(lakebed(&domain::tables(), ["export", "--out", &contracts]).code, 0);
    for args in [&["generate", "--all"][..], &["apply", "--yes"]] {
        let ran = run(folder, args);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let ran = check(folder, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.out.matches("In step").count(), 3, "{ran:?}");

    // Each part alone makes it fail, and the others still say that they are in step.
    let broken = |file: &str, from: &str, to: &str| {
        let file = folder.join(file);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(text.contains(from), "{}", file.display());
        fs::write(&file, text.replacen(from, to, 1)).expect("a file");
        let ran = check(folder, &["--json"]);
        fs::write(&file, text).expect("a file");
        let document: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        assert_eq!((ran.code, &document["in_step"]), (1, &Value::Bool(false)), "{ran:?}");
        let contracts = document["tables"].as_array().expect("tables");
        let contracts = contracts.iter().all(|table| table["state"] == "in_step");
        (contracts, document["generated"]["ok"] == true, document["catalog"]["in_step"] == true)
    };
    let contract = "contracts/measuring_point.lakebed.json";
    assert_eq!(broken(contract, "\"name\":", "\"comment\": \"x\", \"name\":"), (false, true, true));
    let generated = "generated/measuring_point.glue.json";
    assert_eq!(broken(generated, "\"string\"", "\"int\""), (true, false, true));
    let catalog = "tables/traffic/measuring_point/table.json";
    assert_eq!(broken(catalog, "\"string\"", "\"int\""), (true, true, false));
    let ran = check(folder, &["--set", "stream.name=one"]);
    assert!(ran.code == 1 && ran.out.contains("[stream-shared]"), "{ran:?}");
}

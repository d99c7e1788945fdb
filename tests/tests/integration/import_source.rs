//! What `import` writes: compiled, formatted, and equal to what was imported.

use crate::foreign_parquet;
use crate::sample::strategy;
use lakebed::artifacts::arrow::arrow_schema;
use lakebed::artifacts::json_schema::{Draft, schema};
use lakebed::import::json_schema::{from_json_schema, read};
use lakebed::import::rust::{Guess, RustOptions, RustSource, rust};
use lakebed::import::samples::{SampleOptions, Samples, infer};
use lakebed::import::{from_ddl, from_json};
use lakebed::{Column, LogicalType, NoProgress, Table};
use lakebed_tests::cases::imported::ALL;
use lakebed_tests::command::lakebed;
use lakebed_tests::{committed, golden, workspace};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folder of the committed sources.
fn folder() -> PathBuf {
    workspace::root().join("tests/src/cases/imported")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The public examples that are inside the type system, imported.
fn examples() -> Vec<(String, Table, Vec<Guess>)> {
    let mut found = Vec::new();
    for (folder, ending) in [("glue", "json"), ("athena-ddl", "sql")] {
        for path in workspace::files(&format!("tests/data/{folder}")) {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
            if path.extension().is_none_or(|end| end != ending) || stem == "hive_type_strings" {
                continue;
            }
            let text = text(&path);
            let imported = if ending == "sql" {
                from_ddl(&text)
            } else {
                from_json(&serde_json::from_str(&text).expect("JSON"))
            };
            found.extend(imported.ok().map(|imported| (stem, imported.table, imported.guesses)));
        }
    }
    found
}

/// Everything whose source is committed, by the name of its file.
fn cases() -> Vec<(String, Table, RustOptions)> {
    let options = |name: &str, guesses| RustOptions {
        name: ALL.iter().find(|(file, ..)| *file == name).map(|(_, record, _)| (*record).to_owned()),
        guesses,
    };
    let mut cases: Vec<_> = examples()
        .into_iter()
        .map(|(name, table, guesses)| {
            let options = options(&name, guesses);
            (name, table, options)
        })
        .collect();
    for table in golden::tables() {
        let name = format!("contract_{}", table.name);
        cases.push((name.clone(), table, options(&name, Vec::new())));
    }
    for (name, file) in [
        ("flat", "flat/events-flat-incoming.ndjson"),
        ("nested", "nested/snapshot-2017-04-27.sample.nested.ndjson"),
    ] {
        let samples = Samples::of(&text(&workspace::miv().join(file)));
        let inferred = infer(&samples, &SampleOptions { name: name.into(), ..SampleOptions::default() })
            .expect("a table");
        let name = format!("samples_{name}");
        cases.push((name.clone(), inferred.table, options(&name, inferred.guesses)));
    }
    for file in foreign_parquet::SOUND {
        let (table, guesses) = foreign_parquet::imported(file);
        let name = format!("foreign_{file}");
        cases.push((name.clone(), table, options(&name, guesses)));
    }
    let measurement = golden::tables().into_iter().find(|table| table.name == "traffic_measurement");
    let json = schema(&measurement.expect("the stock table"), Draft::Draft202012);
    let imported = from_json_schema(&read(&json.to_text()).expect("a schema"), None).expect("a table");
    let name = "schema_traffic_measurement";
    cases.push((name.to_owned(), imported.table, options(name, imported.guesses)));
    for (number, table) in random(8, "committed").into_iter().enumerate() {
        let name = format!("random_{number:02}");
        cases.push((name.clone(), table, options(&name, Vec::new())));
    }
    cases
}

/// Tables of every kind that a struct can say; the same each time.
fn random(count: usize, seed: &str) -> Vec<Table> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::from_seed(
            proptest::test_runner::RngAlgorithm::ChaCha,
            blake3::hash(seed.as_bytes()).as_bytes(),
        ),
    );
    let mut found = Vec::new();
    while found.len() < count {
        let table = strategy::table().new_tree(&mut runner).expect("a table").current();
        if rust(&table, &RustOptions::default()).is_ok() {
            found.push(table);
        }
    }
    found
}

fn source(name: &str, table: &Table, options: &RustOptions) -> RustSource {
    rust(table, options).unwrap_or_else(|findings| panic!("{name}: {findings}"))
}

/// The committed source is what the import writes, and compiled it is the table again.
#[test]
fn every_source_compiles_and_exports_what_was_imported() {
    let cases = cases();
    let written =
        cases.iter().map(|(name, table, options)| (format!("{name}.rs"), source(name, table, options).text));
    committed::assert_folder(&folder(), &["rustfmt.toml"], &written.collect());
    for (name, table, options) in &cases {
        let compiled = ALL.iter().find(|(file, ..)| file == name).map(|(_, _, def)| *def);
        let compiled = compiled.unwrap_or_else(|| panic!("{name} is not in cases/imported.rs"));
        let exported = Table::try_from(compiled).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let wanted = source(name, table, options).table;
        assert_eq!(exported.to_contract(), wanted.to_contract(), "{name}");
        assert_eq!(exported, wanted, "{name}");
    }
    assert_eq!(cases.len(), ALL.len());
    assert_eq!(examples().len(), 11);
}

/// Runs rustfmt with its own settings over sources; what it would change.
fn rustfmt(sources: &BTreeMap<String, String>, edition: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("rustfmt.toml"), "").expect("a file");
    let mut command = Command::new("rustfmt");
    command.args(["--check", "--edition", edition]);
    for (name, text) in sources {
        let file = folder.path().join(format!("{name}.rs"));
        fs::write(&file, text).expect("a file");
        command.arg(file);
    }
    let output = command.output().expect("rustfmt runs");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn rustfmt_changes_no_source() {
    let mut sources: BTreeMap<String, String> = cases()
        .iter()
        .map(|(name, table, options)| (name.clone(), source(name, table, options).text))
        .collect();
    for (number, table) in random(150, "formatted").into_iter().enumerate() {
        sources.insert(format!("more_{number:03}"), source("more", &table, &RustOptions::default()).text);
    }
    for edition in ["2021", "2024"] {
        assert_eq!(rustfmt(&sources, edition), "", "edition {edition}");
    }
    let spoiled = BTreeMap::from([("a".to_owned(), "fn  a() {}\n".to_owned())]);
    assert_ne!(rustfmt(&spoiled, "2024"), "");
}

/// Imports a file by the command; the folder then holds its contract.
fn import(folder: &Path, source: &Path, more: &[&str]) -> Table {
    let contract = folder.join("imported.lakebed.json");
    let shown = |path: &Path| path.to_str().expect("a path in UTF-8").to_owned();
    let (source, out) = (shown(source), shown(&contract));
    let args = ["import", source.as_str(), "--force", "--contract-out", out.as_str()];
    let ran = lakebed(&[], args.into_iter().chain(more.iter().copied()));
    assert_eq!(ran.code, 0, "{source}: {}", ran.err);
    Table::from_contract(&text(&contract)).expect("a contract")
}

/// Every JSON file of the traffic data, as documents and, where records stand inside them, as those.
#[test]
fn real_records_decode_under_the_table_that_they_gave() {
    let mut files = 0;
    for file in workspace::files("tests/data/miv") {
        if file.extension().is_some_and(|end| end == "xml") {
            continue;
        }
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let inside: &[&[&str]] = match name.as_str() {
            name if name.ends_with("xmltodict.json") => &[&[], &["--records", "miv/meetpunt"]],
            name if name.ends_with("xml2js.json") => &[&[], &["--records", "meetpunt"]],
            _ => &[&[]],
        };
        for more in inside {
            let folder = tempfile::tempdir().expect("a folder");
            let table = import(folder.path(), &file, more);
            let options = lakebed::ConvertOptions::new(vec![file.clone()], folder.path().join("lake"));
            let report = lakebed::convert(&table, &options, &NoProgress).expect("the input is sound");
            assert_eq!(report.total.rejected, 0, "{name} {more:?}: {:?}", report.rejects);
            assert!(report.total.written > 0, "{name} {more:?}");
        }
        files += 1;
    }
    assert!(files >= 12, "{files}");
}

/// A type as its files hold it: unsigned numbers are wider ones, words are text, anything may be null.
#[test]
fn a_parquet_file_gives_back_the_schema_that_it_was_written_with() {
    for (table, records) in [
        ("traffic_measurement", "flat/events-flat-incoming.ndjson"),
        ("traffic_snapshot", "nested/event-nested-2020-04-06.json"),
        ("measuring_point", "config/json/config-2017-02-17.sample.ndjson"),
    ] {
        let table = golden::tables().into_iter().find(|other| other.name == table).expect("a stock table");
        let folder = tempfile::tempdir().expect("a folder");
        let lake = folder.path().join("lake");
        let options = lakebed::ConvertOptions::new(vec![workspace::miv().join(records)], lake.clone());
        lakebed::convert(&table, &options, &NoProgress).expect("the input is sound");
        let file = parquet_files(&lake.join(&table.name)).into_iter().next().expect("a file");
        let imported = import(folder.path(), &file, &[]);
        // Our files carry no comments.
        assert_eq!(imported.name, table.name);
        let fields = |table: &Table| arrow_schema(&without_comments(table)).fields().clone();
        assert_eq!(fields(&imported), fields(&table), "{}", table.name);
        assert_eq!(imported.storage.compression, table.storage.compression);
        assert_eq!(imported.sort, table.sort, "{}", table.name);
        let columns = |table: &Table| table.partition_columns().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(columns(&imported), columns(&table));
    }
}

fn without_comments(table: &Table) -> Table {
    fn strip(columns: &mut [Column]) {
        for column in columns {
            column.comment = None;
            let mut ty = &mut column.ty;
            while let LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } = ty {
                ty = &mut element.ty;
            }
            if let LogicalType::Struct { columns } = ty {
                strip(columns);
            }
        }
    }
    let mut table = table.clone();
    strip(&mut table.columns);
    table
}

fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(parquet_files(&path));
        } else if path.extension().is_some_and(|end| end == "parquet") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The contract is the whole table; a JSON Schema is what its records may be.
#[test]
fn contracts_and_our_own_schemas_come_back() {
    let mut schemas = 0;
    for table in golden::tables() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("contract.json");
        fs::write(&file, table.to_contract()).expect("a file");
        assert_eq!(
            import(folder.path(), &file, &[]),
            source(&table.name, &table, &RustOptions::default()).table
        );
        if table.xml_json {
            continue;
        }
        for draft in [Draft::Draft202012, Draft::Draft07] {
            let json = schema(&table, draft);
            let imported = from_json_schema(&read(&json.to_text()).expect("JSON"), None)
                .unwrap_or_else(|findings| panic!("{}: {findings}", table.name))
                .table;
            // Partitions ask more of their columns; without them the schema is the same to the letter.
            let plain = Table { partitions: Vec::new(), ..table.clone() };
            let plain = schema(&plain, draft).to_text();
            let required = |text: &str| text.replace("\"$id\"", "");
            if table.partitions.is_empty() || !has_text_source(&table) {
                assert_eq!(required(&schema(&imported, draft).to_text()), required(&plain), "{}", table.name);
                schemas += 1;
            }
        }
    }
    assert!(schemas >= 8, "{schemas}");
}

fn has_text_source(table: &Table) -> bool {
    let is_text = |name: &str| {
        table
            .column(name)
            .is_some_and(|column| !matches!(column.ty, LogicalType::Timestamp { .. } | LogicalType::Date))
    };
    table.partitions.iter().any(|partition| match &partition.by {
        lakebed::PartitionBy::Column(name) => is_text(name),
        lakebed::PartitionBy::Arrival => false,
    })
}

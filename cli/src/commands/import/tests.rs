use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs `import` in a folder: exit code, standard output, standard error.
fn run(folder: &Path, args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let around = crate::surroundings::Surroundings { folder: folder.to_owned(), ..Default::default() };
    let args = ["lakebed", "import"].into_iter().chain(args.iter().copied());
    let code = crate::run_in(around, [], args, &mut crate::Io::new(&mut out, &mut err));
    let text = |bytes: &[u8]| anstream::adapter::strip_str(&String::from_utf8_lossy(bytes)).to_string();
    (code, text(&out), text(&err))
}

#[test]
fn records_become_a_struct_with_its_guesses() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("web-visits.json"),
        r#"{"id": 1, "at": "2026-11-23T08:15:00+01:00"} {"id": 2, "at": null}"#,
    )
    .expect("a file");
    let (code, out, err) = run(folder.path(), &["web-visits.json"]);
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!(out, @r#"
    use chrono::{DateTime, Utc};
    use lakebed::Record;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
    #[lake(table = "web_visits")]
    pub struct WebVisits {
        pub id: i64,
        // guessed: an instant, as every text is a time with a zone
        #[lake(time(rfc3339))]
        pub at: Option<DateTime<Utc>>,
    }
    "#);
    insta::assert_snapshot!(err, @r#"
    Imported: table web_visits as struct WebVisits, from sample records
      to check: 1 guess, each marked `// guessed:` in the source
      what to do: read the source, add it to your crate and to `lakebed::tables![WebVisits]`; it needs `lakebed` (feature chrono), `chrono` (feature serde) and `serde` (feature derive); then `lakebed export` writes its contract; --contract-out does so now
    "#);
}

#[test]
fn files_are_written_together_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let ddl = "CREATE EXTERNAL TABLE web.clicks (page STRING COMMENT 'Its path.') STORED AS PARQUET LOCATION 's3://lake/clicks/'";
    fs::write(folder.path().join("clicks.sql"), ddl).expect("a file");
    let args = [
        "clicks.sql",
        "--out",
        "src/click.rs",
        "--contract-out",
        "c.json",
        "--target-out",
        "lakebed.toml",
        "--name",
        "Click",
    ];
    let (code, out, err) = run(folder.path(), &args);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(
        err.contains("+ src/click.rs created") && err.contains("--contract c.json` works at once"),
        "{err}"
    );
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    assert!(
        read("src/click.rs").contains("pub struct Click {\n    /// Its path.\n"),
        "{}",
        read("src/click.rs")
    );
    assert!(lakebed_schema::Table::from_contract(&read("c.json")).is_ok());
    assert_eq!(read("lakebed.toml"), "database = \"web\"\nlake = \"s3://lake\"\n");

    fs::remove_file(folder.path().join("c.json")).expect("removed");
    fs::write(folder.path().join("lakebed.toml"), "mine = 1").expect("a file");
    let (code, _, err) = run(folder.path(), &args);
    assert!(code == 2 && err.contains("lakebed.toml") && err.contains("nothing was written"), "{err}");
    assert!(!folder.path().join("c.json").exists());
    let (code, _, err) = run(folder.path(), &[&args[..], &["--force"]].concat());
    assert!(code == 0 && err.contains("~ lakebed.toml replaced"), "{err}");
}

#[test]
fn one_json_document_also_of_what_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("t.json"), "{\"a\": 1}").expect("a file");
    let (_, out, _) = run(folder.path(), &["t.json", "--json", "--table", "other"]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("one document");
    assert_eq!((&document["kind"], &document["table"]), (&"samples".into(), &"other".into()));
    assert_eq!(document["contract"]["columns"][0]["name"], "a");
    let schema = r#"{"type": "object", "properties": {"a": {"type": ["string", "integer"]}}}"#;
    fs::write(folder.path().join("s.json"), schema).expect("a file");
    let (code, out, _) = run(folder.path(), &["s.json", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("one document");
    assert_eq!((code, &document["findings"][0]["rule"]), (1, &"import-json-schema-union".into()));
}

#[test]
fn what_cannot_be_read_is_exit_2_and_what_cannot_be_is_exit_1() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("bad.json", &b"{\"a\": 1}\n{\"a\": }"[..]),
        ("latin.json", b"{\"a\": \"\xe9\"}"),
        ("x.xml", b"<a/>"),
        ("cut.parquet", b"PAR1 and no more"),
        ("cut.gz", &[0x1f, 0x8b, 8, 0]),
        ("good.json", b"{\"a\": 1}"),
        ("none.json", b"{a: 1}"),
        ("table.json", b"{\"Name\": \"t\", \"StorageDescriptor\": {}}"),
        ("text.csv", b"a,b\n1,2\n"),
    ] {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    fs::create_dir(folder.path().join("empty")).expect("a folder");
    for (args, code, said) in [
        (&["nowhere.json"][..], 2, "cannot read the source"),
        (&["bad.json"], 0, "line 2, column 7: is no JSON: expected a value"),
        (&["good.json", "bad.json"], 0, "skipped: 1 record left out of the samples"),
        (&["none.json"], 1, "line 1, column 2: is no JSON: expected a key in quotes"),
        (&["good.json", "table.json"], 2, "table.json is a table of Glue, and only records"),
        (&["good.json", "cut.parquet"], 2, "cut.parquet is a Parquet file"),
        (&["good.json", "text.csv"], 2, "text.csv is no JSON"),
        (&["good.json", "-"], 2, "standard input"),
        (&["empty"], 2, "no file below empty"),
        (&["latin.json"], 2, "byte 7 is no UTF-8"),
        (&["x.xml"], 2, "not built yet"),
        (&["cut.parquet"], 1, "[import-parquet-file]"),
        (&["cut.gz"], 2, "gzip"),
        (&["good.json", "--table", "Bad-Name"], 2, "--table bad_name"),
        (&["good.json", "--name", "lower"], 1, "[import-rust-name]"),
        (&["good.json", "--from", "glue"], 1, "fix:"),
        (&["good.json", "--from", "ddl", "--records", "a"], 2, "--records is about sample records"),
        (&["good.json", "--records", "a/b"], 1, "[import-samples-none]"),
    ] {
        let (found, out, err) = run(folder.path(), args);
        assert!(found == code && err.contains(said), "{args:?}: {found} {out}{err}");
    }
}

#[test]
fn records_of_a_folder_are_one_table_and_broken_ones_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("clicks/2026/_errors")).expect("a folder");
    for (name, text) in [
        ("2026/a.json", "{\"id\": 1}\n{\"id\": 2,}\n{\"id\": 3}\n"),
        ("b.json", "[{\"id\": 4, \"page\": \"x\"}, 7]"),
        ("empty.json", ""),
        ("2026/_errors/e.json", "{\"wrong\": 1}"),
    ] {
        fs::write(folder.path().join("clicks").join(name), text).expect("a file");
    }
    let (code, out, err) = run(folder.path(), &["clicks"]);
    assert_eq!(code, 0, "{err}");
    for line in ["#[lake(table = \"clicks\")]", "pub id: i64,", "pub page: Option<String>,"] {
        assert!(out.contains(line), "{line}: {out}");
    }
    assert!(!out.contains("wrong"), "{out}");
    for line in [
        "skipped: 2 records left out",
        "clicks/2026/a.json: line 2, column 10: is no JSON: expected a key in quotes, found `}`",
        "clicks/b.json: line 1: is no record: expected a JSON object, found a number",
    ] {
        assert!(err.contains(line), "{line}: {err}");
    }
    let (_, out, _) = run(folder.path(), &["clicks", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("one document");
    assert_eq!(document["skipped"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_parquet_file_of_a_lake_gives_its_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let contract = folder.path().join("c.json");
    fs::write(folder.path().join("visits.json"), r#"{"id": 1, "at": "2026-11-23T08:15:00Z", "tags": ["a"]}"#)
        .expect("a file");
    let (code, _, err) = run(folder.path(), &["visits.json", "--contract-out", "c.json"]);
    assert_eq!(code, 0, "{err}");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = [
        "lakebed",
        "convert",
        &at("visits.json"),
        "--to",
        &at("lake"),
        "--contract",
        &contract.display().to_string(),
    ];
    assert_eq!(
        crate::run([], args, &mut crate::Io::new(&mut out, &mut err)),
        0,
        "{}",
        String::from_utf8_lossy(&err)
    );
    let file = find(&folder.path().join("lake/visits"));
    let (code, out, err) = run(folder.path(), &[&file.display().to_string()]);
    assert_eq!(code, 0, "{err}");
    for line in [
        "#[lake(table = \"visits\")]",
        "pub at: Option<DateTime<Utc>>,",
        "pub tags: Option<Vec<Option<String>>>,",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
}

#[test]
fn a_table_of_a_catalog() {
    use crate::catalog::{Catalog as _, FolderCatalog, GlueDatabase};
    let folder = tempfile::tempdir().expect("a folder");
    let catalog = FolderCatalog::new(folder.path().join("tables")).unflushed();
    catalog.create_database(&GlueDatabase::new("web")).expect("a database");
    let ddl = "CREATE EXTERNAL TABLE clicks (page STRING) STORED AS PARQUET LOCATION 's3://lake/clicks/'";
    let table = lakebed_schema::import::ddl::parse(ddl).expect("a statement").to_glue();
    catalog.create_table("web", &table).expect("a table");
    let (code, out, err) = run(folder.path(), &["web.clicks", "--catalog", "tables"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("#[lake(table = \"clicks\")]") && err.contains("database = \"web\""), "{out}{err}");
    for (args, said) in [
        (&["web.click", "--catalog", "tables"][..], "did you mean `web.clicks`?"),
        (&["clicks", "--catalog", "tables"], "write DATABASE.TABLE"),
        (&["web.clicks", "--catalog", "tables", "--from", "ddl"], "leave --from out"),
        (&["other.clicks", "--catalog", "tables"], "no table other.clicks"),
    ] {
        let (code, _, err) = run(folder.path(), args);
        assert!(code == 2 && err.contains(said), "{args:?}: {code} {err}");
    }
}

fn find(folder: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "parquet"))
        .expect("a Parquet file")
}

/// Whether rustfmt would change a source.
fn rustfmt_changes(text: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("source.rs");
    // Settings of its own, or those of a folder above would hold.
    fs::write(folder.path().join("rustfmt.toml"), "").expect("a file");
    fs::write(&file, text).expect("a file");
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .arg(&file)
        .output()
        .expect("rustfmt runs");
    (!output.status.success())
        .then(|| String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn the_source_is_as_rustfmt_leaves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = r#"{"a-long-key-of-many-many-many-many-many-many-many-many-many-words": {"type": [[[[1]]]]}, "é": "2026-11-23"}"#;
    fs::write(folder.path().join("events.json"), record).expect("a file");
    let (code, out, err) = run(folder.path(), &["events.json"]);
    assert_eq!((code, rustfmt_changes(&out)), (0, None), "{err}{out}");
    assert!(rustfmt_changes("fn  a ( ) {}").is_some());
}

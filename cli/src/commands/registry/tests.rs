//! The command on a folder, over the life of a table.

use crate::surroundings::Surroundings;
use crate::tables::contract_file;
use lakebed_schema::{Column, LogicalType, Table};
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = crate::Io::new(&mut out, &mut err);
    let around = Surroundings { folder: folder.to_owned(), ..Surroundings::default() };
    let line = ["lakebed", "registry"].iter().chain(args);
    let code = crate::run_in(around, [], line, &mut io);
    let text = |bytes: &[u8]| anstream::adapter::strip_str(&String::from_utf8_lossy(bytes)).to_string();
    (code, text(&out), text(&err))
}

fn column(name: &str, ty: LogicalType) -> Column {
    Column { nullable: true, ..Column::new(name, ty) }
}

#[test]
fn a_table_over_its_life() {
    let folder = tempfile::tempdir().expect("a folder");
    let contract = folder.path().join(contract_file("orders"));
    let file = contract.display().to_string();
    let save = |columns: Vec<Column>| {
        std::fs::write(&contract, Table::new("orders", columns).to_contract()).expect("a file");
    };
    let push = |more: &[&str]| run(folder.path(), &[&["push", "--contract", &file], more].concat());

    save(vec![column("id", LogicalType::Int32)]);
    insta::assert_snapshot!(push(&["--dry-run"]).1, @"
    + orders  default-registry/orders  new, BACKWARD
    To be registered: 1 of 1 schema; `lakebed registry push` registers in the folder catalog
    ");
    assert!(!folder.path().join("catalog").exists(), "a dry run writes nothing");
    insta::assert_snapshot!(push(&[]).1, @"
    + orders  default-registry/orders  new, BACKWARD
    Registered: 1 of 1 schema in the folder catalog
    ");
    insta::assert_snapshot!(push(&[]).1, @"
    = orders  default-registry/orders  in step with version 1
    In step: 1 schema and the folder catalog
    ");

    save(vec![column("id", LogicalType::Int64), column("note", LogicalType::Boolean)]);
    let (code, out, err) = push(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("version 1 → 2, BACKWARD, compatible with version 1"), "{out}");
    assert!(out.contains("~ properties.id.maximum  2147483647 → 9223372036854775807"), "{out}");
    let definition = folder.path().join("catalog/_registry/default-registry/orders/2.json");
    assert!(std::fs::read_to_string(definition).expect("a definition").contains("draft-07"));
    let ignored = std::fs::read_to_string(folder.path().join("catalog/_registry/.gitignore"));
    assert!(ignored.expect("a file").contains(".lakebed.lock"), "the lock is no part of the registry");

    save(vec![column("id", LogicalType::Int16), Column::new("note", LogicalType::Boolean)]);
    let check = run(folder.path(), &["check", "--contract", &file]);
    let (code, out, _) = push(&[]);
    assert_eq!((code, check.0), (1, 1));
    assert_eq!(check.1, out, "the check says what a push would");
    let said: Vec<&str> = out.lines().filter(|line| line.contains("forbids")).collect();
    assert_eq!(said.len(), 5, "{out}");
    let refused = out.lines().skip_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(refused, @r#"
    refused: schema `default-registry/orders`, $.id  [registry-backward]
      the new schema refuses 32768, which documents of version 2 may hold there; BACKWARD forbids that (maximum 9223372036854775807 → 32767); so it is with version 1
      fix: let the column take what older documents hold, or put the new meaning into a new optional column

    refused: schema `default-registry/orders`, $.id  [registry-backward]
      the new schema refuses -9223372036854775808, which documents of version 2 may hold there; BACKWARD forbids that (minimum -9223372036854775808 → -32768); so it is with version 1
      fix: let the column take what older documents hold, or put the new meaning into a new optional column

    refused: schema `default-registry/orders`, $.id  [registry-backward]
      the new schema refuses "32768", which documents of version 2 may hold there; BACKWARD forbids that (pattern "^(?:\\+?0*(?:[0-9]{1,18}|[1-8][0-9]{18}|9[01][0-9]{17}|92[01][0-9]{16}|922[0-2]… → "^(?:\\+?0*(?:[0-9]{1,4}|[12][0-9]{4}|3[01][0-9]{3}|32[0-6][0-9]{2}|327[0-5][0-9…); so it is with version 1
      fix: let the column take what older documents hold, or put the new meaning into a new optional column

    refused: schema `default-registry/orders`, $.note  [registry-backward]
      the new schema requires it, and documents of version 2 may lack it; BACKWARD forbids that (required); so it is with version 1
      fix: make the column optional (`Option`, or a default), or register under another name (setting registry.schema)

    refused: schema `default-registry/orders`, $.note  [registry-backward]
      the new schema refuses null, which documents of version 2 may hold there; BACKWARD forbids that (type ["string","boolean","null"] → ["string","boolean"])
      fix: let the column take what older documents hold, or put the new meaning into a new optional column

    Refused: 1 of 1 schema; nothing was registered in the folder catalog
    "#);

    let forced = push(&["--compatibility", "none"]);
    assert_eq!(forced.0, 0, "{}", forced.2);
    assert!(forced.1.contains("~ compatibility  BACKWARD → NONE"), "{}", forced.1);

    let (code, out, _) = run(folder.path(), &["versions", "--contract", &file, "--json"]);
    let listing: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(code, 0);
    let schema = &listing["schemas"][0];
    assert_eq!((schema["mode"].as_str(), schema["checkpoint"].as_u64()), (Some("NONE"), Some(2)));
    let numbers: Vec<_> =
        schema["versions"].as_array().expect("versions").iter().map(|one| one["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(3)]);
    let shown = run(folder.path(), &["versions", "--contract", &file]).1;
    assert!(shown.contains("version 2") && shown.contains("+ properties.note"), "{shown}");
}

#[test]
fn what_is_wrong_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(contract_file("orders"));
    let table = Table::new("orders", vec![column("id", LogicalType::Int32)]);
    std::fs::write(&file, table.to_contract()).expect("a file");
    let file = file.display().to_string();
    let told = |args: &[&str]| {
        let (code, _, err) = run(folder.path(), &[args, &["--contract", &file]].concat());
        assert_eq!(code, 2, "{err}");
        err
    };
    insta::assert_snapshot!(told(&["push", "--registry", "a b"]), @"
    error: the catalog does not take it
      GetSchema of schema `a b/orders`: the name of a registry has 1 to 255 characters out of A-Z a-z 0-9 - _ $ # . and this one is `a b`
      what to do: give another name with the setting registry.name
    ");
    let mode = told(&["push", "--compatibility", "sideways"]);
    assert!(mode.contains("expected one of NONE, DISABLED, BACKWARD"), "{mode}");
    let unregistered = run(folder.path(), &["versions", "--contract", &file]);
    assert!(unregistered.1.contains("not registered"), "{}", unregistered.1);
}

#[test]
fn a_push_that_fails_says_so_and_leaves_the_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let contract = folder.path().join(contract_file("orders"));
    let file = contract.display().to_string();
    let save = |ty: LogicalType| {
        std::fs::write(&contract, Table::new("orders", vec![column("id", ty)]).to_contract())
            .expect("a file");
    };
    save(LogicalType::Int32);
    assert_eq!(run(folder.path(), &["push", "--contract", &file]).0, 0);
    save(LogicalType::Boolean);
    // The definition of the next version cannot be written.
    let place = folder.path().join("catalog/_registry/default-registry/orders");
    std::fs::create_dir(place.join("2.json")).expect("a folder");
    let (code, out, err) = run(folder.path(), &["push", "--contract", &file, "--compatibility", "none"]);
    assert!(code == 2 && err.contains("2.json"), "{err}");
    let last = out.lines().last().unwrap_or_default();
    assert_eq!(last, "Cut short: 0 of 1 schema registered in the folder catalog");
    assert!(out.contains("not registered") && !out.contains("compatibility"), "{out}");
    let head = std::fs::read_to_string(place.join("schema.json")).expect("a file");
    assert!(head.contains("\"BACKWARD\""), "{head}");
}

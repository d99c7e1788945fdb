//! Drift of the traffic tables, over real events, as a team meets it.

use crate::readers::{convert_all, table};
use lakebed_cli::catalog::{Archive, Catalog, FolderCatalog, TableName};
use lakebed_cli::domain;
use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};
use lakebed_tests::command::{Ran, lakebed};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const MEASUREMENT: &str = "traffic_measurement";

/// A lake of real events, with contracts and a catalog that are in step with it.
struct Deployed {
    folder: TempDir,
    projected: bool,
}

impl Deployed {
    fn new(projected: bool) -> Self {
        let deployed = Self { folder: tempfile::tempdir().expect("a folder"), projected };
        convert_all(MEASUREMENT, &["flat"], &deployed.path("lake"));
        let contracts = deployed.path("contracts").display().to_string();
        assert_eq!(lakebed(&domain::tables(), ["export", "--out", &contracts]).code, 0);
        let ran = deployed.run(&["apply", "--yes"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        if !projected {
            let ran = deployed.run(&["partitions", "sync"]);
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        deployed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn catalog(&self) -> FolderCatalog {
        FolderCatalog::new(self.path("catalog"))
    }

    fn name(&self) -> TableName {
        TableName::new("traffic", MEASUREMENT)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let lake = self.path("lake").display().to_string();
        let settings = [
            format!("lake={lake}"),
            "database=traffic".to_owned(),
            format!("projection.enabled={}", self.projected),
            // The events begin in December 2016.
            "projection.from=2016-12-01".to_owned(),
        ];
        let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        all.extend(["--table".to_owned(), MEASUREMENT.to_owned()]);
        all.extend(["--catalog".to_owned(), self.path("catalog").display().to_string()]);
        all.extend(settings.into_iter().flat_map(|setting| ["--set".to_owned(), setting]));
        lakebed(&domain::tables(), all)
    }

    /// Exit code and codes of the findings.
    fn drift(&self) -> (u8, Vec<String>, Ran) {
        let contracts = self.path("contracts").display().to_string();
        let text = self.run(&["drift", "--against", &contracts]);
        let json = self.run(&["drift", "--against", &contracts, "--json"]);
        assert_eq!(text.code, json.code);
        let document: Value =
            serde_json::from_str(&json.out).unwrap_or_else(|error| panic!("{error}: {json:?}"));
        let findings = document["tables"][0]["findings"].as_array().cloned().unwrap_or_default();
        let codes: Vec<String> =
            findings.iter().filter_map(|finding| finding["code"].as_str()).map(str::to_owned).collect();
        // One line each, with the same codes in the same order.
        let lines: Vec<&str> = text.out.lines().filter(|line| line.starts_with("DR")).collect();
        let shown: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(shown, codes, "{text:?}");
        assert_eq!(document["in_step"], Value::Bool(codes.is_empty()));
        (text.code, codes, text)
    }

    /// What a colleague or a crawler does to the table.
    fn by_hand(&self, change: impl FnOnce(&mut GlueTable)) {
        let catalog = self.catalog();
        let mut stored = catalog.table(&self.name()).expect("a catalog").expect("a table");
        change(&mut stored.table);
        catalog.update_table("traffic", &stored.table, &stored.version, Archive::Keep).expect("an update");
    }
}

#[test]
fn what_was_applied_is_in_step() {
    for projected in [true, false] {
        let deployed = Deployed::new(projected);
        let (code, codes, ran) = deployed.drift();
        assert_eq!((code, codes.len()), (0, 0), "{ran:?}");
        assert!(ran.out.starts_with("In step: 1 table; compared with contracts in "), "{ran:?}");
        // The same question has the same answer.
        assert_eq!(deployed.drift().2, ran);
    }
}

#[test]
fn apply_repairs_what_others_changed_and_leaves_what_they_added() {
    let deployed = Deployed::new(true);
    let columns = table(MEASUREMENT).file_columns().count();
    deployed.by_hand(|table| {
        assert_eq!(table.columns.len(), columns);
        table.columns.remove(3);
        table.columns.push(GlueColumn {
            name: "crawled".into(),
            ty: "string".into(),
            ..GlueColumn::default()
        });
        table.parameters.insert("team".into(), "roads".into());
    });
    let (code, codes, ran) = deployed.drift();
    assert_eq!((code, codes), (1, vec!["DR104".to_owned(), "DR105".to_owned()]), "{ran:?}");
    assert!(ran.out.contains("struct, contract and ") && ran.out.contains(" files say "), "{ran:?}");
    let ran = deployed.run(&["apply", "--yes"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let (code, codes, ran) = deployed.drift();
    assert_eq!((code, codes), (1, vec!["DR105".to_owned()]), "{ran:?}");
    // Which a team may live with.
    let ran = deployed.run(&["drift", "--allow", "DR105"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // The note names the parameter; it is no finding.
    assert!(ran.out.contains("note: traffic_measurement: parameter `team` = `roads`"), "{ran:?}");
    let ran = deployed.run(&["apply", "--yes", "--adopt", "--allow", "LB102"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(deployed.drift().0, 0);
}

#[test]
fn partitions_follow_the_lake() {
    let deployed = Deployed::new(false);
    let catalog = deployed.catalog();
    let registered = catalog.partitions(&deployed.name()).expect("a catalog");
    assert!(registered.len() >= 3, "{}", registered.len());
    // Each is where its files are.
    for partition in &registered {
        let place = partition.storage.location.clone().expect("a location");
        assert!(fs::read_dir(&place).unwrap_or_else(|error| panic!("{place}: {error}")).count() > 0);
    }
    let values: Vec<Vec<String>> = registered.iter().take(2).map(|one| one.values.clone()).collect();
    assert_eq!(catalog.delete_partitions(&deployed.name(), &values).expect("a catalog"), []);
    let (code, codes, ran) = deployed.drift();
    assert_eq!((code, codes), (1, vec!["DR302".to_owned()]), "{ran:?}");
    assert_eq!(deployed.run(&["partitions", "sync"]).code, 0);
    assert_eq!(deployed.drift().0, 0);
    let gone = registered.last().and_then(|one| one.storage.location.clone()).expect("a location");
    fs::remove_dir_all(gone).expect("a folder that can be removed");
    let (code, codes, ran) = deployed.drift();
    assert_eq!((code, codes), (1, vec!["DR301".to_owned()]), "{ran:?}");
    assert_eq!(deployed.run(&["partitions", "sync", "--prune", "--yes"]).code, 0);
    assert_eq!(deployed.drift().0, 0);
}

#[test]
fn events_before_the_projection_are_found() {
    let deployed = Deployed::new(true);
    deployed.by_hand(|table| {
        table.parameters.insert("projection.dt.range".into(), "2017-01-01,NOW+1DAY".into());
    });
    let (code, codes, ran) = deployed.drift();
    assert_eq!((code, codes), (1, vec!["DR103".to_owned(), "DR303".to_owned()]), "{ran:?}");
    assert!(ran.out.contains("the first is `dt=2016-12-20/hour=09/`"), "{ran:?}");
}

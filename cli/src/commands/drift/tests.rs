use crate::catalog::Catalog;
use crate::commands::world::World;
use crate::drift::CODES;
use crate::plan::{self, Wanted};
use crate::tables::samples::{ORDERS, TRAFFIC};
use lakebed_schema::LogicalType;
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition};
use std::fs;
use std::path::Path;

impl World {
    fn drift(&self, args: &[&str]) -> (u8, String) {
        let args: Vec<&str> = std::iter::once("drift").chain(args.iter().copied()).collect();
        self.run(&[&TRAFFIC], &args)
    }
}

fn column(name: &str, ty: &str) -> GlueColumn {
    GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() }
}

/// Removes every file whose name ends like this.
fn remove(folder: &Path) {
    fs::remove_dir_all(folder).expect("a folder that can be removed");
}

#[test]
fn nothing_differs() {
    for world in [World::projected(), World::registered()] {
        let (code, text) = world.drift(&[]);
        assert_eq!(code, 0, "{text}");
        assert_eq!(
            text,
            "In step: 1 table; compared with contracts in contracts, the folder catalog, 3 of 3 files\n"
        );
    }
}

#[test]
fn a_catalog_that_somebody_changed() {
    let world = World::projected();
    world.by_hand(|table| {
        table.columns[2].ty = "int".into();
        table.columns.remove(0);
        table.columns.push(column("weather", "string"));
        table.columns[1].comment = Some("km/h".into());
        table.parameters.insert("team".into(), "roads".into());
        table.parameters.insert("classification".into(), "json".into());
        table.parameters.insert("projection.dt.range".into(), "2026-11-24,NOW+1DAY".into());
    });
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR103 traffic: catalog: projection of `dt` is range = 2026-11-24,NOW+1DAY; struct says range = 2026-11-01,NOW+1DAY [LB301]: run `lakebed apply`
    DR103 traffic: catalog: parameter `classification` is json; struct says parquet [LB501]: run `lakebed apply`
    DR104 traffic: catalog: column `point_id` is missing; struct, contract and 3 of 3 files say string (somebody changed it after the last apply) [LB101]: run `lakebed apply`
    DR104 traffic: catalog: column `speed` is int; struct, contract and 3 of 3 files say smallint (somebody changed it after the last apply) [LB104]: run `lakebed apply --allow LB104` after reading `lakebed plan`
    DR105 traffic: catalog: column `weather` is string, and nobody declares it: declare it, or remove it with `lakebed apply --adopt`; `lakebed apply` alone leaves it
    DR303 traffic: partitions: 1 of 3 folders is outside the projection, where Athena never looks; the first is `dt=2026-11-23/hour=07/`: partition column `dt`: `2026-11-23` is not projected, which is 2026-11-24 to TOMORROW, every 1 DAYS in the format yyyy-MM-dd: widen the projection (projection.from and its like in lakebed.toml) and run `lakebed apply`, or move the files
    note: traffic: comment of column `speed`: km/h: put into the catalog by others, and left alone
    note: traffic: parameter `team` = `roads`: put into the catalog by others, and left alone
    Drift: 6 findings in 1 table; compared with contracts in contracts, the folder catalog, 3 of 3 files
    ");
    let allow = ["DR103", "DR104", "DR105", "dr303"].map(|code| ["--allow", code]).concat();
    let (code, text) = world.drift(&allow);
    assert!(code == 0 && text.contains("DR105 traffic: catalog (allowed):"), "{text}");
}

#[test]
fn a_struct_that_has_moved_on() {
    let world = World::projected();
    // What is deployed was made of an older struct.
    let mut old = world.table();
    old.columns[2].ty = LogicalType::Int8;
    old.columns.pop();
    old.columns.push(lakebed_schema::Column {
        nullable: true,
        ..lakebed_schema::Column::new("old", LogicalType::Int8)
    });
    let wanted = Wanted::of(&old, &world.target("[projection]\nfrom = \"2026-11-01\"\n")).unwrap().remove(0);
    let catalog = world.catalog();
    catalog.delete_table(&world.name()).unwrap();
    let plan = plan::diff(&wanted, &plan::read(&catalog, &wanted).unwrap());
    catalog.create_table("db", &plan.result.unwrap()).unwrap();
    world.write("contracts/traffic.lakebed.json", &old.to_contract());
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @r#"
    DR003 traffic: contract: `columns.old` is {"name":"old","nullable":true,"type":"int8"}; struct does not have it: run `lakebed export`, and commit the file
    DR003 traffic: contract: `columns.speed` is missing; struct says {"key":"snelheid","name":"speed","nullable":true,"type":"uint8"}: run `lakebed export`, and commit the file
    DR103 traffic: catalog: column `speed` is missing; struct and 3 of 3 files say smallint [LB101]: run `lakebed apply`
    DR103 traffic: catalog: column `old` is tinyint; struct no longer has it [LB102]: run `lakebed apply --allow LB102` after reading `lakebed plan`
    Drift: 4 findings in 1 table; compared with contracts in contracts, the folder catalog, 3 of 3 files
    "#);
}

#[test]
fn a_program_that_is_not_the_one_that_is_deployed() {
    let world = World::projected();
    let mut newer = world.table();
    newer.columns[2].ty = LogicalType::String;
    world.write("contracts/traffic.lakebed.json", &newer.to_contract());
    world.by_hand(|table| table.columns[2].ty = "string".into());
    remove(&world.path("lake/traffic"));
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR004 traffic: struct: column `speed` is smallint; contract and catalog say string: build `lakebed` from the sources that are deployed; if the struct is newer, run `lakebed export`, then `lakebed apply`
    note: traffic: there are no files yet: lake/traffic does not exist
    Drift: 1 finding in 1 table; compared with contracts in contracts, the folder catalog
    ");
}

#[test]
fn contracts_that_are_missing_or_broken() {
    let world = World::projected();
    world.write("contracts/traffic.lakebed.json", "{}");
    let (code, text) = world.drift(&[]);
    assert!(
        code == 1 && text.contains("DR002 traffic: contract: contracts/traffic.lakebed.json is no contract"),
        "{text}"
    );
    fs::remove_file(world.path("contracts/traffic.lakebed.json")).unwrap();
    let (code, text) = world.drift(&[]);
    assert!(
        code == 1 && text.contains("DR001 traffic: contract: contracts/traffic.lakebed.json does not exist"),
        "{text}"
    );
    // Without the folder nobody keeps contracts, unless it was named.
    remove(&world.path("contracts"));
    let (code, text) = world.drift(&[]);
    assert!(code == 0 && !text.contains("contracts"), "{text}");
    assert_eq!(world.drift(&["--against", "contracts"]).0, 2);
}

#[test]
fn a_catalog_without_the_table() {
    let world = World::projected();
    world.catalog().delete_table(&world.name()).unwrap();
    let (code, text) = world.drift(&[]);
    assert!(
        code == 1
            && text
                .contains("DR102 traffic: catalog: table `db.traffic` does not exist: run `lakebed apply`"),
        "{text}"
    );
    remove(&world.path("catalog"));
    let (code, text) = world.drift(&[]);
    assert!(
        code == 1
            && text.contains("DR101 traffic: catalog: database `db` does not exist: run `lakebed apply`"),
        "{text}"
    );
    // A target that says too little.
    world.write("lakebed.toml", "lake = \"lake\"\n");
    let (code, text) = world.drift(&[]);
    assert!(code == 1 && text.contains("database: is not set") && text.contains("Not compared"), "{text}");
}

#[test]
fn partitions_that_are_not_registered_or_have_no_files() {
    let world = World::registered();
    world.convert("b", &["2026-11-26T10:00:00Z", "2026-11-27T10:00:00Z"]);
    remove(&world.path("lake/traffic/dt=2026-11-24"));
    let lake = world.path("lake/traffic");
    fs::create_dir_all(lake.join("dt=2026-02-30/hour=01")).unwrap();
    let some = fs::read_dir(lake.join("dt=2026-11-23/hour=07")).unwrap().next().unwrap().unwrap().path();
    fs::copy(&some, lake.join("dt=2026-02-30/hour=01/x.parquet")).unwrap();
    fs::copy(&some, lake.join("x.parquet")).unwrap();
    fs::write(lake.join("dt=2026-11-23/hour=07/broken.parquet"), "PAR1 and no more").unwrap();
    let catalog = world.catalog();
    let mut partition: GluePartition = catalog.partitions(&world.name()).unwrap().remove(0);
    partition.storage.location = Some("elsewhere/".into());
    assert_eq!(catalog.update_partitions(&world.name(), &[partition]).unwrap(), []);
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR205 traffic: files: `dt=2026-11-23/hour=07/broken.parquet` is cut off: a Parquet file without its footer: write it again from its source (`lakebed convert --force`), or remove it: queries that touch it fail
    DR301 traffic: partitions: 1 of 3 registered partitions has no file; the first is 2026-11-24/08: run `lakebed partitions sync --prune`, if the files are gone on purpose
    DR302 traffic: partitions: 2 of 4 folders are not registered and read by nobody; the first is 2026-11-26/10: run `lakebed partitions sync`
    DR304 traffic: partitions: partition 2026-11-23/07 is read from `elsewhere/`, and its folder `dt=2026-11-23/hour=07/` by nobody: move the files to where the catalog reads them, or correct the partition's location
    DR305 traffic: partitions: the table's own folder holds 1 file and is no partition: it stands outside any partition, where the layout is `dt={yyyy-MM-dd}/hour={HH}/`: move the files into a folder of the table's layout, or out of its LOCATION
    DR305 traffic: partitions: `dt=2026-02-30/hour=01/` holds 1 file and is no partition: its date does not exist: move the files into a folder of the table's layout, or out of its LOCATION
    Drift: 6 findings in 1 table; compared with contracts in contracts, the folder catalog, 7 of 7 files
    ");
}

#[test]
fn folders_outside_the_projection_and_columns_that_stay_behind() {
    let world = World::projected();
    // Somebody who knows of no target writes what it does not project.
    let (target, aside) = (world.path("lakebed.toml"), world.path("aside.toml"));
    fs::rename(&target, &aside).expect("a file");
    world.convert("b", &["2026-10-01T10:00:00Z", "2026-10-02T10:00:00Z"]);
    fs::rename(&aside, &target).expect("a file");
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR303 traffic: partitions: 2 of 5 folders are outside the projection, where Athena never looks; the first is `dt=2026-10-01/hour=10/`: partition column `dt`: `2026-10-01` is not projected, which is 2026-11-01 to TOMORROW, every 1 DAYS in the format yyyy-MM-dd: widen the projection (projection.from and its like in lakebed.toml) and run `lakebed apply`, or move the files
    Drift: 1 finding in 1 table; compared with contracts in contracts, the folder catalog, 5 of 5 files
    ");

    let world = World::registered();
    let mut table = world.catalog().table(&world.name()).unwrap().unwrap().table;
    table.columns.truncate(2);
    let catalog = world.catalog();
    let mut partitions = catalog.partitions(&world.name()).unwrap();
    for partition in &mut partitions {
        partition.columns.truncate(2);
    }
    assert_eq!(catalog.update_partitions(&world.name(), &partitions).unwrap(), []);
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR306 traffic: partitions: descriptors stay behind the table: 3 of 3 get the table's columns: run `lakebed apply`
    Drift: 1 finding in 1 table; compared with contracts in contracts, the folder catalog, 3 of 3 files
    ");
}

#[test]
fn files_of_other_programs() {
    let world = World::projected();
    // A newer program writes the last day, an older one the first: same table name, other columns.
    let mut newer = world.table();
    newer.columns.push(lakebed_schema::Column {
        nullable: true,
        ..lakebed_schema::Column::new("extra", LogicalType::String)
    });
    newer.columns[2].ty = LogicalType::Int64;
    world.write("newer.json", &newer.to_contract());
    world.write(
        "c.json",
        "{\"unieke_id\":\"a\",\"tijd\":\"2026-11-26T09:00:00Z\",\"snelheid\":1,\"extra\":\"x\"}\n",
    );
    let paths = ["c.json", "lake", "newer.json"].map(|name| world.path(name).display().to_string());
    world.ok(&[], &["convert", &paths[0], "--to", &paths[1], "--contract", &paths[2]]);
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR201 traffic: files: column `speed` is bigint in 1 of 4 files (dt=2026-11-26/hour=09); struct says smallint: they cannot be read like that: write them again (`lakebed convert --force`), or declare bigint
    DR204 traffic: files: column `extra` is string in 1 of 4 files (dt=2026-11-26/hour=09), the last partition among them, and not declared: a newer program writes there: declare it and run `lakebed apply`, or stop writing it
    Drift: 2 findings in 1 table; compared with contracts in contracts, the folder catalog, 4 of 4 files
    ");

    // For the newer program the older files are narrower, and what they lack is null.
    let (code, text) = world.run(&[], &["drift", "--contract", &paths[2]]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    DR103 traffic: catalog: column `extra` is missing; contract and 1 of 4 files say string [LB101]: run `lakebed apply`
    DR103 traffic: catalog: column `speed` is smallint; contract and 1 of 4 files say bigint [LB104]: run `lakebed apply`
    DR201 traffic: files: column `speed` is smallint in 3 of 4 files (oldest dt=2026-11-23/hour=07, newest dt=2026-11-25/hour=09); contract says bigint: Athena reads smallint files as bigint; Spark before version 4 refuses 32-bit integers in a bigint column: write them again (`lakebed convert --force`) where such an engine reads them
    Drift: 3 findings in 1 table; compared with contracts in contracts, the folder catalog, 4 of 4 files
    ");
}

#[test]
fn one_json_document_and_places_that_are_not_read() {
    let world = World::projected();
    let (code, text) = world.drift(&["--set", "lake=s3://bucket/x", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, &document["in_step"]), (1, &false.into()));
    let finding = &document["tables"][0]["findings"][0];
    assert_eq!((&finding["code"], &finding["side"]), (&"DR103".into(), &"catalog".into()), "{text}");
    assert!(text.contains("files in s3://bucket/x/traffic/ are not looked at: "), "{text}");
    for (args, said) in [
        (&["--lake", "nowhere"][..], "does not exist"),
        (&["--lake", "s3://bucket/x"], "no AWS region is set"),
        (&["--allow", "DR999"], "there is no such code; the codes are DR001"),
        (&["--table", "trafic"], "did you mean `--table traffic`?"),
    ] {
        let (code, text) = world.drift(args);
        assert!(code == 2 && text.contains(said), "{args:?}: {text}");
    }
    // Another table is another matter.
    let (code, text) = world.run(&[&TRAFFIC, &ORDERS], &["drift", "--table", "orders"]);
    assert!(code == 1 && text.contains("DR102 orders") && !text.contains("traffic:"), "{text}");
}

#[test]
fn a_table_that_lakebed_must_not_change() {
    let world = World::projected();
    world.by_hand(|table| {
        table.parameters.insert("table_type".into(), "ICEBERG".into());
        table.columns.pop();
    });
    let (code, text) = world.drift(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("DR106 traffic: catalog: table `db.traffic` It is an Iceberg table")
            || text.contains("DR106 traffic: catalog: table `db.traffic`: It is an Iceberg table"),
        "{text}"
    );
    assert!(text.contains("change it with the tool that made it"), "{text}");
}

#[test]
fn files_that_lack_columns() {
    let world = World::projected();
    let extra = |nullable| {
        let mut newer = world.table();
        let column = lakebed_schema::Column::new("extra", LogicalType::String);
        newer.columns.push(lakebed_schema::Column { nullable, ..column });
        newer.to_contract()
    };
    world.write("newer.json", &extra(false));
    let newer = world.path("newer.json").display().to_string();
    let (code, text) = world.run(&[], &["drift", "--contract", &newer]);
    let required = "DR202 traffic: files: column `extra` is not in 3 of 3 files \
                    (oldest dt=2026-11-23/hour=07, newest dt=2026-11-25/hour=09); \
                    contract says that each record has it";
    assert!(code == 1 && text.contains(required), "{text}");

    // Files of an older day have it, those of the last one do not.
    world.write("newer.json", &extra(true));
    let line = "{\"unieke_id\":\"a\",\"tijd\":\"2026-11-22T09:00:00Z\",\"snelheid\":1,\"extra\":\"x\"}\n";
    world.write("c.json", line);
    let paths = ["c.json", "lake"].map(|name| world.path(name).display().to_string());
    world.ok(&[], &["convert", &paths[0], "--to", &paths[1], "--contract", &newer]);
    let (code, text) = world.run(&[], &["drift", "--contract", &newer]);
    let behind = "DR203 traffic: files: column `extra` is not in the last partition, and in 1 of 4 files: an older program";
    assert!(code == 1 && text.contains(behind), "{text}");
}

#[test]
fn every_code_is_produced_by_a_test_above() {
    let above = include_str!("tests.rs");
    for (_, number, side, _) in CODES {
        let finding = format!("{number} traffic: {}: ", side.name());
        assert!(above.contains(&finding), "no test shows {finding}");
    }
}

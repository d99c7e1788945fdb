//! `compact` over a lake whose partitions are registered, and over one that no catalog knows.

use super::super::world::World;
use crate::catalog::Catalog as _;
use crate::tables::samples::TRAFFIC;
use lakebed_schema::artifacts::glue::GluePartition;

/// Three partitions of two files each.
fn world() -> (World, String) {
    let world = World::registered();
    world.convert("b", &["2026-11-23T07:30:00Z", "2026-11-24T08:30:00Z", "2026-11-25T09:30:00Z"]);
    let lake = world.path("lake").display().to_string();
    (world, lake)
}

fn locations(world: &World) -> Vec<String> {
    let location = |partition: GluePartition| partition.storage.location.unwrap_or_default();
    world.catalog().partitions(&world.name()).expect("a catalog").into_iter().map(location).collect()
}

#[test]
fn readers_of_registered_partitions_are_switched_and_other_commands_know_it() {
    let (world, lake) = world();
    let args = |more: &[&'static str]| {
        let args = ["compact", &lake, "--older-than", "0", "--catalog", "catalog"];
        args.into_iter().chain(more.iter().copied()).map(str::to_owned).collect::<Vec<_>>()
    };
    let run = |more: &[&'static str]| {
        let args = args(more);
        world.run(&[&TRAFFIC], &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let (code, text) = run(&["--dry-run"]);
    assert!(code == 0 && text.contains("3 partitions of ~/lake/traffic/ would be merged, 6 files"), "{text}");
    assert!(locations(&world).iter().all(|place| place.starts_with("lake/traffic/")));
    let (code, text) = run(&[]);
    assert!(code == 0 && text.contains("Compacted 3 partitions"), "{text}");
    assert!(text.contains("read 6 rows = written 6 + dropped 0"), "{text}");
    let after = locations(&world);
    assert!(after.iter().all(|place| place.starts_with("lake/traffic.generations/")), "{after:?}");
    let (code, text) = world.run(&[&TRAFFIC], &["partitions", "sync"]);
    assert!(code == 0 && text.contains("3 present"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &["inspect", &lake]);
    assert!(code == 0 && text.contains('6') && !text.contains("missing"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &["drift"]);
    assert!(code == 0, "{text}");
    let (code, text) = run(&["--grace", "0"]);
    assert!(code == 0 && text.contains("6 files of earlier compactions removed"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &["partitions", "sync"]);
    assert!(code == 0 && text.contains("3 present"), "{text}");
    assert_eq!(locations(&world), after);
}

#[test]
fn without_a_catalog_only_on_request() {
    let (world, lake) = world();
    let (code, text) = world.run(&[&TRAFFIC], &["compact", &lake, "--older-than", "0"]);
    assert_eq!(code, 2, "{text}");
    insta::assert_snapshot!(text, @"
    error: wrong usage
      the files of `traffic` cannot be exchanged in one step: no catalog is named that could point its partitions elsewhere. Who reads between the coming of the new files and the going of the old ones counts rows twice
      what to do: name the catalog with --catalog when partitions are registered there; or say with --allow-overlap that nobody reads these partitions meanwhile, or that it does not matter; `lakebed compact … --dry-run` shows what would be done
    ");
    let (code, text) = world.run(&[&TRAFFIC], &["compact", &lake, "--older-than", "0", "--allow-overlap"]);
    assert!(code == 0 && text.contains("may have counted rows twice, for at most"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &["partitions", "sync"]);
    assert!(code == 0 && text.contains("3 present"), "{text}");
    let json = ["compact", &lake, "--older-than", "0", "--allow-overlap", "--json"];
    let (code, text) = world.run(&[&TRAFFIC], &json);
    assert!(code == 0 && text.contains("\"status\": \"nothing_to_do\""), "{text}");
}

#[test]
fn a_projected_table_has_no_switch() {
    let world = World::projected();
    let lake = world.path("lake").display().to_string();
    let (code, text) = world.run(&[&TRAFFIC], &["compact", &lake, "--catalog", "catalog"]);
    assert!(code == 2 && text.contains("Athena computes its partitions"), "{text}");
    let elsewhere = World::registered();
    let (code, text) = elsewhere.run(&[&TRAFFIC], &["compact", &lake, "--catalog", "catalog"]);
    assert!(code == 2 && text.contains("the catalog's files are elsewhere"), "{text}");
}

#[test]
fn a_partition_of_json_becomes_one_of_parquet_with_the_formats_of_the_table() {
    let (world, lake) = world();
    let catalog = world.catalog();
    let template = catalog.partitions(&world.name()).expect("a catalog").remove(0);
    let folder = world.path("lake/traffic/dt=2026-11-20/hour=07");
    std::fs::create_dir_all(&folder).expect("a folder");
    let line = |time: &str| format!("{{\"unieke_id\":\"j\",\"tijd\":\"{time}\",\"snelheid\":90}}");
    let text = format!("{}{}", line("2026-11-20T07:01:00Z"), line("2026-11-20T08:00:00Z"));
    std::fs::write(folder.join("stream-1-2026-11-20-07-00-00-x"), text).expect("a file");
    let mut json = GluePartition {
        values: vec!["2026-11-20".into(), "07".into()],
        parameters: [("classification".to_owned(), "json".to_owned())].into(),
        ..template.clone()
    };
    json.storage.location = Some("lake/traffic/dt=2026-11-20/hour=07/".into());
    json.storage.serde_library = Some("org.openx.data.jsonserde.JsonSerDe".into());
    json.storage.input_format = Some("org.apache.hadoop.mapred.TextInputFormat".into());
    json.columns.truncate(1);
    assert_eq!(catalog.create_partitions(&world.name(), &[json]).expect("a catalog").len(), 0);
    let run = |more: &[&str]| {
        let args = ["compact", &lake, "--from-json", "--older-than", "0", "--catalog", "catalog"];
        world.run(&[&TRAFFIC], &args.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let (code, text) = run(&["--dry-run"]);
    assert!(code == 0 && text.contains("1 partition of ~/lake/traffic/ would be merged, 1 file"), "{text}");
    let (code, text) = run(&[]);
    assert!(code == 0 && text.contains("read 2 rows = written 1 + dropped 0 + rejected 1"), "{text}");
    assert!(text.contains("rejected 1 × Lakebed.OtherPartition"), "{text}");
    let now = catalog.partitions(&world.name()).expect("a catalog");
    let now = now.into_iter().find(|partition| partition.values[0] == "2026-11-20").expect("a partition");
    let place = now.storage.location.clone().unwrap_or_default();
    assert!(place.starts_with("lake/traffic.generations/"), "{place}");
    let storage = lakebed_schema::artifacts::glue::GlueStorage {
        location: now.storage.location.clone(),
        ..template.storage.clone()
    };
    assert_eq!((&now.columns, &now.storage), (&template.columns, &storage));
    assert_ne!(now.parameters.get("classification").map(String::as_str), Some("json"));
    assert!(folder.join("stream-1-2026-11-20-07-00-00-x").exists());
    let (code, text) = run(&[]);
    assert!(code == 0 && text.contains("1 file of JSON kept"), "{text}");
    let (code, text) = run(&["--remove-sources", "--grace", "0"]);
    assert!(code == 0 && !folder.join("stream-1-2026-11-20-07-00-00-x").exists(), "{text}");
    // What was in the wrong folder goes to its own.
    let (code, text) = world.run(&[&TRAFFIC], &["replay", &lake, "--to", &lake]);
    assert!(code == 0 && world.path("lake/traffic/dt=2026-11-20/hour=08").exists(), "{text}");
}

#[test]
fn json_stays_where_no_catalog_can_switch_its_readers() {
    let (world, lake) = world();
    let (code, text) = world.run(&[&TRAFFIC], &["compact", &lake, "--from-json"]);
    assert_eq!(code, 2, "{text}");
    insta::assert_snapshot!(text, @"
    error: wrong usage
      Parquet cannot take the place of the JSON of `traffic` in one step: no catalog is named. Readers understand one of the two formats
      what to do: name the catalog with --catalog when partitions are registered there; otherwise `lakebed convert FOLDER --to LAKE` writes the same rows into the table's folder of a lake that holds no JSON, and the JSON is moved away by hand
    ");
    world.by_hand(|table| {
        table.storage.serde_library = Some("org.openx.data.jsonserde.JsonSerDe".into());
    });
    let (code, text) = world.run(&[&TRAFFIC], &["compact", &lake, "--from-json", "--catalog", "catalog"]);
    assert!(code == 2 && text.contains("run `lakebed apply` first"), "{text}");
}

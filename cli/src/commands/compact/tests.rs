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

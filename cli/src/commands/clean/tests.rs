//! `clean` where a compaction has switched readers to other files.

use super::super::world::World;
use crate::catalog::Catalog as _;
use crate::tables::samples::TRAFFIC;

#[test]
fn files_that_readers_were_switched_from_go_when_their_time_is_over() {
    let world = World::registered();
    world.convert("b", &["2026-11-23T07:30:00Z", "2026-11-24T08:30:00Z", "2026-11-25T09:30:00Z"]);
    let lake = world.path("lake").display().to_string();
    world.ok(&[&TRAFFIC], &["compact", &lake, "--older-than", "0", "--catalog", "catalog"]);
    let clean = |more: &[&str]| {
        let args: Vec<&str> = ["clean", &lake].into_iter().chain(more.iter().copied()).collect();
        world.run(&[&TRAFFIC], &args)
    };
    // Their time is not over.
    let (code, text) = clean(&["--yes"]);
    assert!(code == 0 && text.contains("nothing is left behind"), "{text}");
    assert!(text.contains("waiting: 6 old files of earlier compactions"), "{text}");
    // Nobody says where readers look.
    let (code, text) = clean(&["--grace", "0", "--yes"]);
    assert!(code == 1 && text.contains("name it with --catalog"), "{text}");
    assert!(text.contains("6 files of earlier compactions, their time of grace is over, stay"), "{text}");
    let (code, text) = world.run(&[], &["clean", &lake, "--grace", "0", "--catalog", "catalog"]);
    assert!(code == 1 && text.contains("name it with --contract"), "{text}");
    // Shown first.
    let (code, text) = clean(&["--grace", "0", "--catalog", "catalog"]);
    assert!(code == 1 && text.contains("6 files that no run needs"), "{text}");
    assert!(text.contains("readers were switched to another file"), "{text}");
    assert!(text.contains("nothing was removed"), "{text}");
    // Somebody has set one partition back by hand.
    let catalog = world.catalog();
    let mut partition = catalog.partitions(&world.name()).expect("a catalog").remove(0);
    let live = partition.storage.location.replace("lake/traffic/dt=2026-11-23/hour=07/".to_owned());
    assert_eq!(catalog.update_partitions(&world.name(), &[partition.clone()]).expect("a catalog"), []);
    let (code, text) = clean(&["--grace", "0", "--catalog", "catalog", "--yes"]);
    assert!(code == 1 && text.contains("Removed 4 files"), "{text}");
    assert!(
        text.contains("2 old files of run") && text.contains("has readers look into traffic/dt="),
        "{text}"
    );
    partition.storage.location = live;
    assert_eq!(catalog.update_partitions(&world.name(), &[partition]).expect("a catalog"), []);
    let (code, text) = clean(&["--grace", "0", "--catalog", "catalog", "--json", "--yes"]);
    let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, document["tables"][0]["leftovers"].as_array().map(Vec::len)), (0, Some(2)), "{text}");
    let (code, text) = clean(&["--grace", "0"]);
    assert!(code == 0 && !text.contains("waiting"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &["inspect", &lake]);
    assert!(code == 0 && text.contains("6 rows in 3 files"), "{text}");
}

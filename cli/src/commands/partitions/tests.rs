use crate::catalog::Catalog;
use crate::commands::world::World;
use crate::tables::samples::{ORDERS, TRAFFIC};
use std::fs;

impl World {
    fn partitions(&self, args: &[&str]) -> (u8, String) {
        let args: Vec<&str> = std::iter::once("partitions").chain(args.iter().copied()).collect();
        self.run(&[&TRAFFIC], &args)
    }

    fn registered_values(&self) -> Vec<String> {
        let partitions = self.catalog().partitions(&self.name()).expect("a catalog");
        partitions.iter().map(|partition| partition.values.join("/")).collect()
    }
}

fn unprojected() -> World {
    World::new("[projection]\nenabled = false\n")
}

#[test]
fn what_is_missing_is_registered_once() {
    let world = unprojected();
    let (code, text) = world.partitions(&["sync", "--dry-run"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 3 partitions would be added, 0 present
      + 2026-11-23/07
      + 2026-11-24/08
      + 2026-11-25/09
    Dry run: nothing was changed in the folder catalog
    ");
    assert_eq!(world.registered_values(), [""; 0]);
    let (code, text) = world.partitions(&["sync"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 3 partitions added, 0 present
      + 2026-11-23/07
      + 2026-11-24/08
      + 2026-11-25/09
    ");
    assert_eq!(world.registered_values(), ["2026-11-23/07", "2026-11-24/08", "2026-11-25/09"]);
    world.convert("b", &["2026-11-26T10:00:00Z", "2026-11-25T09:30:00Z"]);
    let (code, text) = world.partitions(&["sync", "--source", "journal"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 1 partition added, 3 present
      + 2026-11-26/10
    ");
    let (code, text) = world.partitions(&["list"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
      values         location
      2026-11-23/07  lake/traffic/dt=2026-11-23/hour=07/
      2026-11-24/08  lake/traffic/dt=2026-11-24/hour=08/
      2026-11-25/09  lake/traffic/dt=2026-11-25/hour=09/
      2026-11-26/10  lake/traffic/dt=2026-11-26/hour=10/
    4 registered partitions of db.traffic in the folder catalog
    ");
}

#[test]
fn what_is_gone_is_removed_only_when_asked() {
    let world = World::registered();
    fs::remove_dir_all(world.path("lake/traffic/dt=2026-11-24")).unwrap();
    let (code, text) = world.partitions(&["sync"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 0 partitions added, 2 present, 1 without files
      ? 2026-11-24/08: no file in lake/traffic/dt=2026-11-24/hour=08/
        `lakebed partitions sync --prune` removes what has no files
    ");
    let (code, text) = world.partitions(&["sync", "--prune"]);
    assert!(code == 2 && text.contains("add --yes"), "{text}");
    let (code, text) = world.partitions(&["sync", "--prune", "--yes", "--source", "journal"]);
    assert!(code == 2 && text.contains("does not know what others have written"), "{text}");
    assert_eq!(world.registered_values().len(), 3);
    let (code, text) = world.answering(b"no\n", &["partitions", "sync", "--prune"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 0 partitions added, 2 present, 1 without files
      ? 2026-11-24/08: no file in lake/traffic/dt=2026-11-24/hour=08/
        `lakebed partitions sync --prune` removes what has no files
    db.traffic: 1 registered partition without files
      - 2026-11-24/08  lake/traffic/dt=2026-11-24/hour=08/
    Remove them from the catalog? Their files, if any, stay. [yes/no]
    ");
    assert_eq!(world.registered_values().len(), 3);
    let (code, text) = world.partitions(&["sync", "--prune", "--yes"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 0 partitions added, 2 present, 1 pruned
      - 2026-11-24/08  lake/traffic/dt=2026-11-24/hour=08/
    ");
    assert_eq!(world.registered_values(), ["2026-11-23/07", "2026-11-25/09"]);
}

#[test]
fn a_copy_of_the_lake_removes_nothing_unless_it_is_said_to_be_whole() {
    let world = World::registered();
    world.by_hand(|table| table.storage.location = Some("s3://lake/traffic/".into()));
    let catalog = world.catalog();
    let mut late = catalog.partitions(&world.name()).expect("a catalog").remove(0);
    late.values = vec!["2026-11-26".into(), "00".into()];
    late.storage.location = Some("s3://lake/traffic/dt=2026-11-26/hour=00/".into());
    catalog.create_partitions(&world.name(), &[late]).expect("a catalog");
    let (code, text) = world.partitions(&["sync", "--prune", "--yes"]);
    assert!(code == 2 && text.contains("registered after the copy was made"), "{text}");
    assert_eq!(world.registered_values().len(), 4);
    let (_, text) = world.partitions(&["sync", "--prune", "--dry-run"]);
    assert!(text.contains("1 would be pruned"), "{text}");
    let (_, text) = world.partitions(&["sync", "--prune", "--yes", "--lake-is-whole"]);
    assert!(text.contains("1 pruned"), "{text}");
    assert_eq!(world.registered_values().len(), 3);
}

#[test]
fn a_lake_without_any_partition_removes_none() {
    let world = World::registered();
    for name in ["dt=2026-11-23", "dt=2026-11-24", "dt=2026-11-25"] {
        fs::remove_dir_all(world.path("lake/traffic").join(name)).unwrap();
    }
    let (code, text) = world.partitions(&["sync", "--prune", "--yes"]);
    assert!(code == 2 && text.contains("the lake holds no partition of `db.traffic` at all"), "{text}");
    fs::remove_dir_all(world.path("lake/traffic")).unwrap();
    let (code, text) = world.partitions(&["sync", "--prune", "--yes"]);
    assert!(code == 2 && text.contains("lake/traffic does not exist"), "{text}");
    assert_eq!(world.registered_values().len(), 3);
}

#[test]
fn wrong_folders_are_findings_and_no_partitions() {
    let world = unprojected();
    let lake = world.path("lake/traffic");
    let some = fs::read_dir(lake.join("dt=2026-11-23/hour=07")).unwrap().next().unwrap().unwrap().path();
    for wrong in ["hour=07/dt=2026-11-23", "day=2026-11-23/hour=07", "dt=2026-11-23"] {
        fs::create_dir_all(lake.join(wrong)).unwrap();
        fs::copy(&some, lake.join(wrong).join("x.parquet")).unwrap();
    }
    let (code, text) = world.partitions(&["sync"]);
    assert_eq!(code, 1, "{text}");
    insta::assert_snapshot!(text, @"
    traffic: 3 partitions added, 0 present, 3 folders ignored
      + 2026-11-23/07
      + 2026-11-24/08
      + 2026-11-25/09
      ! day=2026-11-23/hour=07/ (1 file): `day` where the layout `dt={yyyy-MM-dd}/hour={HH}/` has `dt`
      ! dt=2026-11-23/ (1 file): one level of folders where the layout is `dt={yyyy-MM-dd}/hour={HH}/`
      ! hour=07/dt=2026-11-23/ (1 file): `hour` where the layout `dt={yyyy-MM-dd}/hour={HH}/` has `dt`
    ");
}

#[test]
fn partitions_are_there_before_projection_goes() {
    let world = World::projected();
    let off = ["--set", "projection.enabled=false"];
    let (code, text) = world.partitions(&[&["sync"], &off[..]].concat());
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("traffic: 3 partitions added, 0 present"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &[&["plan"], &off[..]].concat());
    assert!(code == 1 && text.contains("registered partitions only (3 registered)"), "{text}");
    let (code, text) = world.run(&[&TRAFFIC], &[&["apply", "--yes", "--allow", "LB301"], &off[..]].concat());
    assert_eq!(code, 0, "{text}");
    let (code, text) = world.partitions(&[&["sync"], &off[..]].concat());
    assert!(code == 0 && text.contains("0 partitions added, 3 present"), "{text}");
}

#[test]
fn tables_that_need_no_partitions_or_are_not_there() {
    let world = World::projected();
    let (code, text) = world.partitions(&["sync"]);
    assert_eq!(code, 0, "{text}");
    insta::assert_snapshot!(text, @"
    = traffic: nothing to do: Athena computes the partitions of this table itself (projection.enabled in the catalog), and does not look at registered ones
    ");
    let (code, text) =
        world.run(&[&TRAFFIC, &ORDERS], &["partitions", "sync", "--table", "orders", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, &document["tables"][0]["state"]), (0, &"nothing_to_do".into()), "{text}");

    let world = unprojected();
    let (code, text) = world.partitions(&["sync", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, &document["tables"][0]["added"][0][0]), (0, &"2026-11-23".into()), "{text}");
    world.by_hand(|table| drop(table.parameters.insert("projection.enabled".into(), "true".into())));
    let (_, text) = world.partitions(&["list"]);
    assert!(text.contains("Athena computes them itself and does not look at these"), "{text}");
    world.catalog().delete_table(&world.name()).unwrap();
    for args in [&["sync"][..], &["list"]] {
        let (code, text) = world.partitions(args);
        assert!(code == 2 && text.contains("the folder catalog holds no table `db.traffic`"), "{text}");
    }
}

#[test]
fn a_table_of_another_layout_is_not_touched() {
    let world = unprojected();
    world.by_hand(|table| table.partition_keys.truncate(1));
    let (code, text) = world.partitions(&["sync"]);
    assert!(
        code == 2 && text.contains("the catalog has the partition keys dt, and the layout has dt, hour"),
        "{text}"
    );
    assert_eq!(world.registered_values(), [""; 0]);
    let (code, text) = world.partitions(&["sync", "--set", "lake=s3://bucket/x"]);
    assert_eq!(code, 2, "{text}");
}

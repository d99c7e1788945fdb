//! What is asked of a catalog, on the one in memory.

use super::*;
use crate::catalog::{Catalog, MemoryCatalog};
use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy, Table, Target};

fn declared(projected: bool) -> (Table, Target) {
    let mut table = Table::new("traffic", vec![Column::new("a", LogicalType::Int32)]);
    let layout = Layout::parse("dt={yyyy-MM-dd}", None).unwrap();
    table.partitions.push(Partition { by: PartitionBy::Arrival, layout, null: None });
    let mut target = Target { lake: Some("s3://my-lake".into()), ..Target::default() };
    target.database = Some("mobility".into());
    target.projection.enabled = projected;
    target.projection.from = Some("2026-01-01".into());
    (table, target)
}

fn one(table: &Table, target: &Target) -> Wanted {
    let mut all = Wanted::of(table, target).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn a_table_and_its_raw_records_are_wanted() {
    let (table, mut target) = declared(true);
    target.stream.backup = true;
    let names: Vec<_> =
        Wanted::of(&table, &target).unwrap().iter().map(|wanted| wanted.name().to_string()).collect();
    assert_eq!(names, ["mobility.traffic", "mobility.traffic_raw"]);
    let error = Wanted::of(&table, &Target::default()).unwrap_err().to_string();
    assert!(error.contains("database: is not set") && error.contains("lake: is not set"), "{error}");
}

#[test]
fn indexes_are_wanted_when_the_target_says_so() {
    let (table, mut target) = declared(false);
    target.partition_indexes = vec!["dt".into()];
    let wanted = one(&table, &target);
    assert_eq!(wanted.indexes.len(), 1);
    assert_eq!(
        (wanted.indexes[0].name.as_str(), wanted.indexes[0].keys.as_slice()),
        ("dt", &["dt".to_owned()][..])
    );
}

#[test]
fn partitions_are_listed_only_where_they_count() {
    let catalog = MemoryCatalog::new();
    let (table, target) = declared(true);
    let projected = one(&table, &target);
    assert_eq!(read(&catalog, &projected).unwrap(), Actual::default());
    catalog.create_database(&projected.database).unwrap();
    let plan = diff(&projected, &read(&catalog, &projected).unwrap());
    catalog.create_table("mobility", &plan.result.unwrap()).unwrap();

    let actual = read(&catalog, &projected).unwrap();
    assert_eq!(actual.partitions, None);
    assert!(diff(&projected, &actual).is_empty());
    let (table, target) = declared(false);
    let registered = one(&table, &target);
    let actual = read(&catalog, &registered).unwrap();
    assert_eq!(actual.partitions, Some(Vec::new()));
    assert_eq!(codes(&diff(&registered, &actual)), ["LB301 partition projection breaking"]);
}

#[test]
fn a_table_in_the_same_place_is_seen() {
    let catalog = MemoryCatalog::new();
    let (mut table, mut target) = declared(true);
    let old = one(&table, &target);
    catalog.create_database(&old.database).unwrap();
    catalog.create_table("mobility", &old.table).unwrap();
    table.name = "verkeer".into();
    target.locations.insert("verkeer".into(), "s3://my-lake/traffic".into());
    let actual = read(&catalog, &one(&table, &target)).unwrap();
    assert_eq!(actual.same_location, ["traffic"]);
}

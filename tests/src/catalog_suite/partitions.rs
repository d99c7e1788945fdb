//! Partitions.

use super::scene::{
    Checked, Scene, column, faults, owned, partition, plain, refused, same, same_partition, storage, texts,
};
use lakebed_cli::catalog::{
    CatalogError, CatalogErrorKind, ItemFault, MAX_CREATE, MAX_DELETE, MAX_GET, MAX_UPDATE, TableName,
};
use lakebed_schema::artifacts::glue::{GluePartition, GlueSort, GlueStorage};

fn values_of(partitions: &[GluePartition]) -> Vec<Vec<String>> {
    let mut values: Vec<_> = partitions.iter().map(|partition| partition.values.clone()).collect();
    values.sort();
    values
}

/// That the table has these partitions and no others.
fn has(scene: &Scene<'_>, name: &TableName, values: &[&[&str]]) -> Checked {
    let mut expected: Vec<_> = values.iter().map(|values| owned(values)).collect();
    expected.sort();
    same("the partitions", &values_of(&scene.catalog.partitions(name)?), &expected)
}

/// Makes the partitions in batches.
fn make(scene: &Scene<'_>, name: &TableName, partitions: &[GluePartition]) -> Checked {
    for batch in partitions.chunks(MAX_CREATE) {
        faults(&scene.catalog.create_partitions(name, batch)?, CatalogErrorKind::AlreadyExists, &[])?;
    }
    Ok(())
}

pub(super) fn those_of_no_table_are_an_error(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let (name, missing) = (scene.name("none"), [CatalogErrorKind::NotFound]);
    let one = partition(&["2024-01-31", "07"]);
    refused("listing", scene.catalog.partitions(&name), &missing)?;
    refused("getting", scene.catalog.partitions_of(&name, std::slice::from_ref(&one.values)), &missing)?;
    refused("making", scene.catalog.create_partitions(&name, &[one]), &missing)
}

pub(super) fn every_member_survives(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let mut columns = vec![column("point_id", "string"), column("lanes", "array<struct<number:int>>")];
    columns[0].comment = Some("\"Where\" in Zürich".to_owned());
    columns[1].parameters = texts(&[("unit", "km/h")]);
    let full = GluePartition {
        values: owned(&["2024-01-31", "07"]),
        columns,
        storage: GlueStorage {
            compressed: true,
            number_of_buckets: 4,
            bucket_columns: owned(&["point_id"]),
            sort_columns: vec![GlueSort { column: "point_id".to_owned(), order: 1 }],
            parameters: texts(&[("averageRecordSize", "37")]),
            ..storage("s3://lake/t/dt=2024-01-31/hour=07/")
        },
        parameters: texts(&[("numRows", "12"), ("note", "東京")]),
        last_access_time: Some("2024-01-31T07:00:00Z".to_owned()),
        last_analyzed_time: Some("2024-02-29T23:59:59Z".to_owned()),
    };
    make(scene, &name, std::slice::from_ref(&full))?;
    for found in [
        scene.catalog.partitions(&name)?,
        scene.catalog.partitions_of(&name, std::slice::from_ref(&full.values))?,
    ] {
        same("the number of partitions", &found.len(), &1)?;
        same_partition(&found[0], &full)?;
    }
    Ok(())
}

pub(super) fn one_that_is_there_is_a_fault_and_the_others_are_made(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let first = partition(&["d", "02"]);
    make(scene, &name, std::slice::from_ref(&first))?;
    let other = GluePartition { parameters: texts(&[("other", "yes")]), ..first.clone() };
    let batch = [partition(&["d", "01"]), other, partition(&["d", "03"])];
    let found = scene.catalog.create_partitions(&name, &batch)?;
    faults(&found, CatalogErrorKind::AlreadyExists, &[&["d", "02"]])?;
    has(scene, &name, &[&["d", "01"], &["d", "02"], &["d", "03"]])?;
    let found = scene.catalog.partitions_of(&name, std::slice::from_ref(&first.values))?;
    same("the number of partitions", &found.len(), &1)?;
    same_partition(&found[0], &first)
}

pub(super) fn more_than_a_page_is_listed_by_value(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let all: Vec<_> = (0..1150)
        .rev()
        .map(|i| partition(&[&format!("day-{:03}", i / 24), &format!("{:02}", i % 24)]))
        .collect();
    make(scene, &name, &all)?;
    let found: Vec<_> =
        scene.catalog.partitions(&name)?.into_iter().map(|partition| partition.values).collect();
    same("the partitions", &found, &all.into_iter().rev().map(|partition| partition.values).collect())
}

pub(super) fn those_that_exist_are_found(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let all: Vec<_> = (0..MAX_GET).map(|i| partition(&["d", &format!("{i:04}")])).collect();
    make(scene, &name, &all)?;
    let values: Vec<_> = all.into_iter().map(|partition| partition.values).collect();
    same("all", &values_of(&scene.catalog.partitions_of(&name, &values)?), &values)?;
    let some = [owned(&["d", "0007"]), owned(&["d", "none"]), owned(&["d", "0001"])];
    let expected = vec![owned(&["d", "0001"]), owned(&["d", "0007"])];
    same("some", &values_of(&scene.catalog.partitions_of(&name, &some)?), &expected)
}

pub(super) fn updates_replace_and_answer_for_each(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let first = GluePartition { parameters: texts(&[("old", "yes")]), ..partition(&["d", "01"]) };
    make(scene, &name, std::slice::from_ref(&first))?;
    let changed = GluePartition {
        columns: vec![column("point_id", "string")],
        storage: storage("s3://lake/t/elsewhere/"),
        parameters: texts(&[("new", "yes")]),
        ..first
    };
    let found = scene.catalog.update_partitions(&name, &[partition(&["d", "none"]), changed.clone()])?;
    faults(&found, CatalogErrorKind::NotFound, &[&["d", "none"]])?;
    let found = scene.catalog.partitions(&name)?;
    same("the number of partitions", &found.len(), &1)?;
    same_partition(&found[0], &changed)
}

pub(super) fn removing_answers_for_each(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    make(scene, &name, &["01", "02", "03"].map(|hour| partition(&["d", hour])))?;
    let removed = [owned(&["d", "03"]), owned(&["d", "none"]), owned(&["d", "01"])];
    let found = scene.catalog.delete_partitions(&name, &removed)?;
    faults(&found, CatalogErrorKind::NotFound, &[&["d", "none"]])?;
    has(scene, &name, &[&["d", "02"]])
}

pub(super) fn batches_have_limits(scene: &Scene<'_>) -> Checked {
    let (name, invalid) = (scene.make(&plain("t"))?, [CatalogErrorKind::Invalid]);
    let partitions = |n: usize| -> Vec<_> { (0..n).map(|i| partition(&["d", &i.to_string()])).collect() };
    let values = |n: usize| values_of(&partitions(n));
    let catalog = scene.catalog;
    refused("making 101", catalog.create_partitions(&name, &partitions(MAX_CREATE + 1)), &invalid)?;
    has(scene, &name, &[])?;
    make(scene, &name, &partitions(MAX_CREATE))?;
    refused("updating 101", catalog.update_partitions(&name, &partitions(MAX_UPDATE + 1)), &invalid)?;
    refused("removing 26", catalog.delete_partitions(&name, &values(MAX_DELETE + 1)), &invalid)?;
    refused("getting 1,001", catalog.partitions_of(&name, &values(MAX_GET + 1)), &invalid)?;
    same("the number of partitions", &catalog.partitions(&name)?.len(), &MAX_CREATE)?;
    let none = CatalogErrorKind::NotFound;
    faults(&catalog.update_partitions(&name, &partitions(MAX_UPDATE))?, none, &[])?;
    faults(&catalog.delete_partitions(&name, &values(MAX_DELETE))?, none, &[])?;
    same("the number of partitions", &catalog.partitions(&name)?.len(), &(MAX_CREATE - MAX_DELETE))
}

pub(super) fn the_order_of_values_counts(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    make(scene, &name, &[partition(&["a", "b"]), partition(&["b", "a"]), partition(&["a", "a"])])?;
    faults(&scene.catalog.delete_partitions(&name, &[owned(&["b", "a"])])?, CatalogErrorKind::NotFound, &[])?;
    has(scene, &name, &[&["a", "b"], &["a", "a"]])
}

pub(super) fn odd_values_survive(scene: &Scene<'_>) -> Checked {
    const ODD: &[&str] = &[
        "2024/01/31/07",
        "a=b",
        "a,b",
        "a b",
        "50%",
        "%2F",
        "..",
        ".",
        "~",
        "a\\b",
        "\"quoted\"",
        "it's",
        "[x]",
        "{x}",
        "a:b",
        "a+b",
        "a&b",
        "a?b",
        "a*b",
        "a#b",
        "<x>",
        "|",
        "$",
        "NL",
        "nl",
        "Zürich",
        "東京",
        "🛣",
        "nul",
        "-1",
        "1.5",
        "__HIVE_DEFAULT_PARTITION__",
    ];
    let name = scene.make(&plain("t"))?;
    let all: Vec<_> = ODD
        .iter()
        .flat_map(|odd| [partition(&[odd, "plain"]), partition(&["plain", odd])])
        // Where a join of the values would be the same.
        .chain([partition(&["x,y", "z"]), partition(&["x", "y,z"])])
        .collect();
    make(scene, &name, &all)?;
    same("the partitions", &values_of(&scene.catalog.partitions(&name)?), &values_of(&all))?;
    let values: Vec<_> = all.iter().map(|partition| partition.values.clone()).collect();
    same("one by one", &values_of(&scene.catalog.partitions_of(&name, &values)?), &values_of(&all))?;
    faults(&scene.catalog.update_partitions(&name, &all)?, CatalogErrorKind::NotFound, &[])?;
    for batch in values.chunks(MAX_DELETE) {
        faults(&scene.catalog.delete_partitions(&name, batch)?, CatalogErrorKind::NotFound, &[])?;
    }
    has(scene, &name, &[])
}

pub(super) fn values_of_the_longest_length_survive(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let start = "x".repeat(1023);
    let all = ["a", "b", "A"].map(|end| partition(&["d", &format!("{start}{end}")]));
    make(scene, &name, &all)?;
    same("the partitions", &values_of(&scene.catalog.partitions(&name)?), &values_of(&all))
}

/// That a partition is refused, be it alone or with its whole batch.
fn not_made(
    scene: &Scene<'_>,
    name: &TableName,
    result: Result<Vec<ItemFault>, CatalogError>,
    item: &[&str],
) -> Checked {
    match result {
        Ok(found) => faults(&found, CatalogErrorKind::Invalid, &[item])?,
        Err(error) => refused::<()>("the partition", Err(error), &[CatalogErrorKind::Invalid])?,
    }
    has(scene, name, &[])
}

pub(super) fn too_few_values_are_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    for values in [&["2024-01-31"][..], &["2024-01-31", "07", "30"]] {
        let result = scene.catalog.create_partitions(&name, &[partition(values)]);
        not_made(scene, &name, result, values)?;
    }
    Ok(())
}

pub(super) fn empty_values_are_refused(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    for values in [["2024-01-31", ""], ["2024-01-31", &"x".repeat(1025)]] {
        let result = scene.catalog.create_partitions(&name, &[partition(&values)]);
        not_made(scene, &name, result, &values)?;
    }
    Ok(())
}

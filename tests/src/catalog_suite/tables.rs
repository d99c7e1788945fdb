//! Tables.

use super::scene::{
    Checked, Scene, column, holds, partition, plain, refused, same, same_table, storage, texts,
};
use lakebed_cli::catalog::{Archive, CatalogErrorKind, GlueDatabase, IndexState, PartitionIndex, TableName};
use lakebed_schema::artifacts::glue::{GlueColumn, GlueSort, GlueStorage, GlueTable};
use lakebed_schema::json::Json;

pub(super) fn one_that_is_not_there_is_none(scene: &Scene<'_>) -> Checked {
    same("the table of no database", &scene.catalog.table(&scene.name("t"))?, &None)?;
    scene.make_database()?;
    same("the table", &scene.catalog.table(&scene.name("t"))?, &None)?;
    same("the tables", &scene.catalog.tables(&scene.database)?, &Vec::new())
}

pub(super) fn a_database_that_is_not_there_is_an_error(scene: &Scene<'_>) -> Checked {
    let missing = [CatalogErrorKind::NotFound];
    refused("listing", scene.catalog.tables(&scene.database), &missing)?;
    refused("making", scene.catalog.create_table(&scene.database, &plain("t")), &missing)
}

pub(super) fn what_is_not_there_is_neither_updated_nor_removed(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let missing = [CatalogErrorKind::NotFound];
    let update = scene.catalog.update_table(&scene.database, &plain("t"), "0", Archive::Keep);
    refused("updating", update, &missing)?;
    refused("removing", scene.catalog.delete_table(&scene.name("t")), &missing)?;
    same("the table", &scene.catalog.table(&scene.name("t"))?, &None)
}

pub(super) fn one_is_made_only_once(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let other = GlueTable { columns: vec![column("other", "int")], ..plain("t") };
    let result = scene.catalog.create_table(&scene.database, &other);
    refused("the same table again", result, &[CatalogErrorKind::AlreadyExists])?;
    same_table(&scene.stored(&name)?.table, &plain("t"))
}

pub(super) fn names_are_in_lower_case_but_for_those_inside_a_type(scene: &Scene<'_>) -> Checked {
    let table = GlueTable {
        name: "Traffic".to_owned(),
        columns: vec![column("PointId", "string"), column("Lane", "struct<laneNumber:int,Kind:string>")],
        partition_keys: vec![column("DT", "string")],
        ..plain("Traffic")
    };
    scene.make(&table)?;
    let expected = GlueTable {
        name: "traffic".to_owned(),
        columns: vec![column("pointid", "string"), column("lane", "struct<laneNumber:int,Kind:string>")],
        partition_keys: vec![column("dt", "string")],
        ..table.clone()
    };
    for name in ["Traffic", "traffic"] {
        let name = TableName { database: scene.database.to_uppercase(), table: name.to_owned() };
        same_table(&scene.stored(&name)?.table, &expected)?;
    }
    let stored = scene.stored(&scene.name("traffic"))?;
    same("its database", &stored.database, &scene.database)?;
    scene.catalog.update_table(&scene.database, &table, &stored.version, Archive::Keep)?;
    same_table(&scene.stored(&scene.name("traffic"))?.table, &expected)?;
    let result = scene.catalog.create_table(&scene.database, &expected);
    refused("the name in lower case", result, &[CatalogErrorKind::AlreadyExists])
}

/// A table that uses every member.
fn everything() -> GlueTable {
    let with_comment = |name: &str, ty: &str, comment: &str| GlueColumn {
        comment: Some(comment.to_owned()),
        ..column(name, ty)
    };
    let skewed = Json::object([
        ("SkewedColumnNames", Json::list(["point_id"])),
        ("SkewedColumnValues", Json::list(["A4"])),
        ("SkewedColumnValueLocationMaps", Json::object([("A4", Json::from("s3://lake/everything/a4/"))])),
    ]);
    GlueTable {
        name: "everything".to_owned(),
        description: Some("One of each".to_owned()),
        columns: vec![
            with_comment("point_id", "string", "Where it was measured"),
            column("lanes", "array<struct<number:int,speed:decimal(5,1)>>"),
            column("tags", "map<string,string>"),
        ],
        partition_keys: vec![with_comment("dt", "string", "Day of the measurement"), column("hour", "int")],
        parameters: texts(&[
            ("classification", "parquet"),
            ("CrawlerSchemaSerializerVersion", "1.0"),
            ("projection.enabled", "true"),
            ("note of a colleague", "keep = me; please"),
            ("empty", ""),
        ]),
        storage: GlueStorage {
            compressed: true,
            number_of_buckets: 4,
            serde_name: Some("parquet".to_owned()),
            serde_parameters: texts(&[("serialization.format", "1"), ("mapping.point_id", "PointId")]),
            bucket_columns: vec!["point_id".to_owned()],
            sort_columns: vec![
                GlueSort { column: "point_id".to_owned(), order: 1 },
                GlueSort { column: "lanes".to_owned(), order: 0 },
            ],
            skewed: Some(skewed),
            parameters: texts(&[("averageRecordSize", "37")]),
            stored_as_sub_directories: true,
            ..storage("s3://lake/everything/")
        },
        table_type: Some("EXTERNAL_TABLE".to_owned()),
        retention: 90,
        view_original_text: Some("/* as written */".to_owned()),
        view_expanded_text: Some("/* as resolved */".to_owned()),
        owner: Some("roads".to_owned()),
        last_access_time: Some("2024-01-31T07:00:00Z".to_owned()),
        last_analyzed_time: Some("2024-02-29T23:59:59Z".to_owned()),
    }
}

pub(super) fn every_member_survives(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("other"))?;
    let table = everything();
    scene.catalog.create_table(&scene.database, &table)?;
    same_table(&scene.stored(&scene.name("everything"))?.table, &table)?;
    // What an update brings comes back as well.
    let renamed = GlueTable { name: "other".to_owned(), ..table };
    let version = scene.stored(&name)?.version;
    scene.catalog.update_table(&scene.database, &renamed, &version, Archive::Keep)?;
    same_table(&scene.stored(&name)?.table, &renamed)?;
    let listed = scene.catalog.tables(&scene.database)?;
    listed.iter().try_for_each(|stored| {
        same_table(&stored.table, &GlueTable { name: stored.table.name.clone(), ..everything() })
    })
}

pub(super) fn odd_and_long_texts_survive(scene: &Scene<'_>) -> Checked {
    let odd = "\"quotes\", 'more', `ticks`, back\\slash, tab\t, <&>, ${dt}, %41, Zürich, 東京, 🛣";
    let commented = GlueColumn { comment: Some(odd.to_owned()), ..column("odd", "string") };
    let long = GlueColumn { comment: Some("ö".repeat(255)), ..column("long", "string") };
    let members: Vec<String> = (0..400).map(|i| format!("member_{i}:string")).collect();
    let mut table = plain("t");
    table.description = Some(format!("{odd}\nsecond line\r\nthird line"));
    table.columns.extend([commented, long, column("wide", &format!("struct<{}>", members.join(",")))]);
    table.parameters.insert("odd".to_owned(), odd.to_owned());
    table.parameters.insert(format!("key {odd}"), "value".to_owned());
    table.parameters.insert("long".to_owned(), "x".repeat(100_000));
    table.storage.serde_parameters.insert("odd".to_owned(), odd.to_owned());
    let name = scene.make(&table)?;
    same_table(&scene.stored(&name)?.table, &table)
}

pub(super) fn column_parameters_survive(scene: &Scene<'_>) -> Checked {
    let mut table = plain("t");
    table.columns[0].parameters = texts(&[("unit", "km/h"), ("source", "loop")]);
    let name = scene.make(&table)?;
    same_table(&scene.stored(&name)?.table, &table)
}

pub(super) fn what_is_too_long_is_refused(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let invalid = [CatalogErrorKind::Invalid];
    let make = |table: &GlueTable| scene.catalog.create_table(&scene.database, table);
    let mut table = plain("t");
    table.columns[0].comment = Some("x".repeat(256));
    refused("a comment of 256 characters", make(&table), &invalid)?;
    table.columns[0].comment = Some("two\nlines".to_owned());
    refused("a comment of two lines", make(&table), &invalid)?;
    refused("a name of 256 characters", make(&plain(&"x".repeat(256))), &invalid)?;
    refused("no name", make(&plain("")), &invalid)?;
    let described = GlueTable { description: Some("x".repeat(2049)), ..plain("t") };
    refused("a description of 2,049 characters", make(&described), &invalid)?;
    same("the tables", &scene.catalog.tables(&scene.database)?, &Vec::new())
}

pub(super) fn keys_with_parameters_are_refused(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let mut table = plain("t");
    table.partition_keys[0].parameters = texts(&[("unit", "day")]);
    let result = scene.catalog.create_table(&scene.database, &table);
    refused("a partition key with parameters", result, &[CatalogErrorKind::Invalid])
}

pub(super) fn many_are_listed_by_name(scene: &Scene<'_>) -> Checked {
    scene.make_database()?;
    let mut names: Vec<String> = (0..120).map(|i| format!("t_{i}")).collect();
    for name in &names {
        scene.catalog.create_table(&scene.database, &plain(name))?;
    }
    names.sort();
    let listed = scene.catalog.tables(&scene.database)?;
    same("the tables", &listed.iter().map(|stored| stored.table.name.clone()).collect(), &names)?;
    holds("each has a version", listed.iter().all(|stored| !stored.version.is_empty()))
}

pub(super) fn tables_of_other_databases_are_not_listed(scene: &Scene<'_>) -> Checked {
    scene.make(&plain("t"))?;
    let other = format!("{}_other", scene.database);
    scene.catalog.create_database(&GlueDatabase::new(&other))?;
    same("the tables", &scene.catalog.tables(&other)?, &Vec::new())?;
    scene.catalog.create_table(&other, &GlueTable { columns: vec![column("a", "int")], ..plain("t") })?;
    same_table(&scene.stored(&scene.name("t"))?.table, &plain("t"))
}

pub(super) fn removing_one_takes_all_it_has(scene: &Scene<'_>) -> Checked {
    let name = scene.make(&plain("t"))?;
    let version = scene.stored(&name)?.version;
    let other = GlueTable { description: Some("second".to_owned()), ..plain("t") };
    scene.catalog.update_table(&scene.database, &other, &version, Archive::Keep)?;
    scene.catalog.create_partitions(&name, &[partition(&["2024-01-31", "07"])])?;
    let index =
        PartitionIndex { name: "by_day".to_owned(), keys: vec!["dt".to_owned()], state: IndexState::Active };
    scene.catalog.create_partition_index(&name, &index)?;
    scene.catalog.delete_table(&name)?;
    same("the table", &scene.catalog.table(&name)?, &None)?;
    scene.catalog.create_table(&scene.database, &plain("t"))?;
    same_table(&scene.stored(&name)?.table, &plain("t"))?;
    same("its partitions", &scene.catalog.partitions(&name)?, &Vec::new())?;
    same("its versions", &scene.catalog.table_versions(&name)?.len(), &1)?;
    same("its indexes", &scene.catalog.partition_indexes(&name)?, &Vec::new())
}

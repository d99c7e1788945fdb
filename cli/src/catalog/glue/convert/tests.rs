use super::{partition, partition_input, stored, table_input};
use aws_sdk_glue::types;
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueSort, GlueStorage, GlueTable};
use lakebed_schema::json::Json;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::Config;
use std::collections::BTreeMap;

fn texts() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map("[a-zA-Z.é_]{1,8}", "\\PC{0,12}", 0..4)
}

fn columns() -> impl Strategy<Value = Vec<GlueColumn>> {
    // Names are lower case in the catalog; nested ones are part of the type and keep theirs.
    let column = ("[a-z0-9_é]{1,8}", "int|struct<Ab:int>|\\PC{0,9}", option::of("\\PC{0,12}"), texts());
    vec(column.prop_map(|(name, ty, comment, parameters)| GlueColumn { name, ty, comment, parameters }), 0..4)
}

fn times() -> impl Strategy<Value = Option<String>> {
    option::of(prop::sample::select(vec![
        "1970-01-01T00:00:00Z",
        "2026-02-28T23:59:59Z",
        "2026-02-28T23:59:59.125Z",
        "1969-12-31T23:59:58.5Z",
        "9999-12-31T23:59:59Z",
        "253402300800",
    ]))
    .prop_map(|time| time.map(str::to_owned))
}

fn skewed() -> impl Strategy<Value = Option<Json>> {
    let list = || vec("\\PC{0,5}", 1..3);
    option::of((list(), texts(), list()).prop_map(|(names, places, values)| {
        Json::object([
            ("SkewedColumnNames", Json::list(&names)),
            (
                "SkewedColumnValueLocationMaps",
                Json::object(places.iter().map(|(key, value)| (key, Json::from(value)))),
            ),
            ("SkewedColumnValues", Json::list(&values)),
        ])
    }))
}

fn storage() -> impl Strategy<Value = GlueStorage> {
    let text = || option::of("\\PC{0,12}");
    let sort = ("[a-z]{1,5}", 0..2_i64).prop_map(|(column, order)| GlueSort { column, order });
    (
        (text(), text(), text(), text(), text()),
        (any::<bool>(), any::<i32>(), any::<bool>()),
        (texts(), texts(), vec("[a-z]{1,5}", 0..3), vec(sort, 0..3), skewed()),
    )
        .prop_map(|(words, (compressed, buckets, folders), rest)| GlueStorage {
            location: words.0,
            input_format: words.1,
            output_format: words.2,
            compressed,
            number_of_buckets: buckets.into(),
            serde_name: words.3,
            serde_library: words.4,
            serde_parameters: rest.0,
            bucket_columns: rest.2,
            sort_columns: rest.3,
            skewed: rest.4,
            parameters: rest.1,
            stored_as_sub_directories: folders,
        })
}

prop_compose! {
    fn tables()(
        name in "[a-z0-9_é]{1,8}",
        words in (option::of("\\PC{0,12}"), option::of("[A-Z_]{1,9}"), option::of("\\PC{0,9}"), option::of("\\PC{0,9}")),
        owner in option::of("\\PC{0,9}"),
        columns in columns(),
        partition_keys in columns(),
        parameters in texts(),
        storage in storage(),
        retention in any::<i32>(),
        last_access_time in times(),
        last_analyzed_time in times(),
    ) -> GlueTable {
        GlueTable {
            name,
            description: words.0,
            columns,
            partition_keys,
            parameters,
            storage,
            table_type: words.1,
            retention: retention.into(),
            view_original_text: words.2,
            view_expanded_text: words.3,
            owner,
            last_access_time,
            last_analyzed_time,
        }
    }
}

/// The table as the service would answer it after it took the input.
fn answered(input: types::TableInput) -> types::Table {
    types::Table::builder()
        .name(input.name)
        .set_description(input.description)
        .set_owner(input.owner)
        .set_last_access_time(input.last_access_time)
        .set_last_analyzed_time(input.last_analyzed_time)
        .retention(input.retention)
        .set_storage_descriptor(input.storage_descriptor)
        .set_partition_keys(input.partition_keys)
        .set_view_original_text(input.view_original_text)
        .set_view_expanded_text(input.view_expanded_text)
        .set_table_type(input.table_type)
        .set_parameters(input.parameters)
        .version_id("0")
        .build()
        .expect("a table with a name")
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn tables_go_there_and_back(table in tables()) {
        let stored = stored(&answered(table_input(&table).expect("it can be sent")), "Roads");
        prop_assert_eq!(stored.table, table);
        prop_assert_eq!((stored.database.as_str(), stored.obstacles.len()), ("roads", 0));
    }

    #[test]
    fn partitions_go_there_and_back(table in tables(), values in vec("\\PC{1,5}", 1..3)) {
        let wanted = GluePartition {
            values,
            columns: table.columns,
            storage: table.storage,
            parameters: table.parameters,
            last_access_time: table.last_access_time,
            last_analyzed_time: table.last_analyzed_time,
        };
        let input = partition_input(&wanted).expect("it can be sent");
        let answered = types::Partition::builder()
            .set_values(input.values)
            .set_last_access_time(input.last_access_time)
            .set_last_analyzed_time(input.last_analyzed_time)
            .set_storage_descriptor(input.storage_descriptor)
            .set_parameters(input.parameters)
            .build();
        prop_assert_eq!(partition(&answered), Ok(wanted));
    }
}

#[test]
fn names_are_sent_in_lower_case_and_types_as_they_are() {
    let column = GlueColumn { name: "Speed".into(), ty: "struct<Ab:int>".into(), ..GlueColumn::default() };
    let table = GlueTable { name: "Traffic".into(), columns: vec![column], ..GlueTable::default() };
    let sent = stored(&answered(table_input(&table).unwrap()), "roads").table;
    assert_eq!((sent.name.as_str(), sent.columns[0].name.as_str()), ("traffic", "speed"));
    assert_eq!(sent.columns[0].ty, "struct<Ab:int>");
}

#[test]
fn times_are_read_in_every_spelling_of_the_api() {
    for (given, read) in [
        ("2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z"),
        ("1769860800", "2026-01-31T12:00:00Z"),
        ("1769860800.5", "2026-01-31T12:00:00.5Z"),
        ("1.7698608E9", "2026-01-31T12:00:00Z"),
    ] {
        let table =
            GlueTable { name: "a".into(), last_access_time: Some(given.into()), ..GlueTable::default() };
        let table = stored(&answered(table_input(&table).unwrap()), "roads").table;
        assert_eq!(table.last_access_time.as_deref(), Some(read), "{given}");
    }
}

#[test]
fn what_the_service_cannot_take_is_told() {
    let wrong = |change: fn(&mut GlueTable)| {
        let mut table = GlueTable { name: "a".into(), ..GlueTable::default() };
        change(&mut table);
        table_input(&table).unwrap_err().0
    };
    assert_eq!(
        wrong(|table| table.last_analyzed_time = Some("yesterday".into())),
        "LastAnalyzedTime is `yesterday`: a time like 2026-01-31T12:00:00Z is expected, or seconds since 1970"
    );
    assert_eq!(
        wrong(|table| table.retention = 3_000_000_000),
        "Retention is 3000000000: a number of 32 bits is expected"
    );
    assert!(wrong(|table| table.last_access_time = Some("inf".into())).contains("`inf`"));
    assert_eq!(
        wrong(|table| table.storage.skewed = Some(Json::object([("Columns", Json::Null)]))),
        "SkewedInfo has the member Columns: SkewedColumnNames, SkewedColumnValueLocationMaps, SkewedColumnValues are \
         known"
    );
    let numbers = Json::object([("SkewedColumnNames", Json::list([Json::Int(1)]))]);
    let mut table = GlueTable { name: "a".into(), ..GlueTable::default() };
    table.storage.skewed = Some(numbers);
    assert_eq!(table_input(&table).unwrap_err().0, "SkewedInfo holds texts alone");
}

fn base() -> types::builders::TableBuilder {
    types::Table::builder().name("a").version_id("1")
}

#[test]
fn whatever_an_update_would_lose_is_an_obstacle() {
    use types::builders::TableBuilder;
    let place = |storage: types::StorageDescriptor| base().storage_descriptor(storage);
    let reference = types::SchemaReference::builder().schema_version_number(1).build();
    let cases: Vec<(TableBuilder, &str)> = vec![
        (base().target_table(types::TableIdentifier::builder().build()), "a link to a table"),
        (base().federated_table(types::FederatedTable::builder().build()), "a federated catalog"),
        (base().view_definition(types::ViewDefinition::builder().build()), "a view in several dialects"),
        (base().is_multi_dialect_view(true), "a view in several dialects"),
        (base().is_materialized_view(true), "a materialized view"),
        (base().parameters("table_type", "iceberg"), "an Iceberg table"),
        (base().iceberg_table_metadata(types::IcebergTableMetadata::builder().build()), "an Iceberg table"),
        (
            base().rls_properties(types::RlsProperties::builder().default_rls_policy("p").build()),
            "row-level security",
        ),
        (types::Table::builder().name("a"), "no version"),
        (
            place(types::StorageDescriptor::builder().schema_reference(reference).build()),
            "the schema registry",
        ),
        (
            place(types::StorageDescriptor::builder().additional_locations("s3://b/").build()),
            "several places",
        ),
    ];
    for (table, part) in cases {
        let obstacles = stored(&table.build().unwrap(), "roads").obstacles;
        assert!(obstacles.len() == 1 && obstacles[0].contains(part), "{part}: {obstacles:?}");
        assert!(obstacles[0].ends_with('.'), "a sentence: {obstacles:?}");
    }
    let plain = base()
        .is_multi_dialect_view(false)
        .is_materialized_view(false)
        .parameters("table_type", "EXTERNAL_TABLE")
        .storage_descriptor(
            types::StorageDescriptor::builder()
                .schema_reference(types::SchemaReference::builder().build())
                .set_additional_locations(Some(Vec::new()))
                .build(),
        )
        .build()
        .unwrap();
    assert_eq!(stored(&plain, "roads").obstacles, [""; 0]);
}

#[test]
fn a_partition_that_an_update_would_damage_is_not_read() {
    let storage = types::StorageDescriptor::builder().additional_locations("s3://b/").build();
    let found = types::Partition::builder().values("1").storage_descriptor(storage).build();
    assert_eq!(
        partition(&found).unwrap_err().0,
        "the partition [\"1\"] is more than files. It has several places (AdditionalLocations)."
    );
}

use super::*;
use crate::artifacts::Content;
use crate::layout::Layout;
use crate::logical_type::Element;
use crate::table::{Column, Partition, PartitionBy, Scalar};
use crate::{LogicalType, TimeUnit};
use serde_json::json;

fn table() -> Table {
    let moment = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let mut observed_at = Column::new("observed_at", moment);
    observed_at.key = "tijd_waarneming".into();
    observed_at.comment = Some("Start of the\nminute.".into());
    let mut speed = Column::new("car_speed", LogicalType::UInt8);
    (speed.key, speed.nullable) = ("Snelheid".into(), true);
    speed.rules.null_if = vec![Scalar::Int(251)];
    let mut region = Column::new("region", LogicalType::String);
    region.comment = Some("Province.".into());
    let mut member = Column::new("lane_id", LogicalType::Int32);
    member.key = "laneId".into();
    let lanes = LogicalType::List {
        element: Box::new(Element { ty: LogicalType::Struct { columns: vec![member] }, nullable: false }),
        length: None,
    };
    let mut table = Table::new("traffic", vec![observed_at, speed, region, Column::new("lanes", lanes)]);
    table.comment = Some("Traffic.".into());
    table.parameters.insert("owner_team".into(), "mobility".into());
    table.partitions = vec![
        Partition {
            by: PartitionBy::Column("region".into()),
            layout: Layout::parse("region={region}", Some("region")).unwrap(),
            null: None,
        },
        Partition {
            by: PartitionBy::Column("observed_at".into()),
            layout: Layout::parse("dt={yyyy-MM-dd}/hour={HH}", Some("observed_at")).unwrap(),
            null: None,
        },
    ];
    table.validate().unwrap();
    table
}

fn target() -> Target {
    let mut target = Target { lake: Some("s3://my-lake/a".into()), ..Target::default() };
    target.database = Some("mobility".into());
    target.projection.from = Some("2026-01-01".into());
    target.projection.columns.insert("region".into(), crate::target::ColumnProjection::Injected);
    target
}

fn value(json: &Json) -> serde_json::Value {
    serde_json::from_str(&json.to_text()).unwrap()
}

#[test]
fn table_input() {
    let glue = GlueTable::of(&table(), &target()).unwrap();
    let expected = json!({
        "Name": "traffic",
        "Description": "Traffic.",
        "StorageDescriptor": {
            "Columns": [
                {"Name": "observed_at", "Type": "timestamp", "Comment": "Start of the minute."},
                {"Name": "car_speed", "Type": "smallint"},
                {"Name": "lanes", "Type": "array<struct<lane_id:int>>"}
            ],
            "Location": "s3://my-lake/a/traffic/",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "Compressed": false,
            "NumberOfBuckets": -1,
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"}
            },
            "StoredAsSubDirectories": false
        },
        "PartitionKeys": [
            {"Name": "region", "Type": "string", "Comment": "Province."},
            {"Name": "dt", "Type": "string", "Comment": "observed_at (UTC), {yyyy-MM-dd}"},
            {"Name": "hour", "Type": "string", "Comment": "observed_at (UTC), {HH}"}
        ],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet",
            "owner_team": "mobility",
            "parquet.compression": "SNAPPY",
            "projection.dt.format": "yyyy-MM-dd",
            "projection.dt.interval": "1",
            "projection.dt.interval.unit": "DAYS",
            "projection.dt.range": "2026-01-01,NOW+1DAY",
            "projection.dt.type": "date",
            "projection.enabled": "true",
            "projection.hour.digits": "2",
            "projection.hour.range": "0,23",
            "projection.hour.type": "integer",
            "projection.region.type": "injected"
        }
    });
    assert_eq!(value(&glue.to_json()), expected);
    assert_eq!(GlueTable::from_json(&expected).unwrap().normal(), glue.normal());
}

#[test]
fn parts() {
    let (table, mut target) = (table(), target());
    let render = |part: &Part, target: &Target| Glue.render(part, &table, target);
    let database = render(&DATABASE, &target).unwrap().unwrap();
    assert_eq!(database.content, Content::Json(Json::object([("Name", Json::from("mobility"))])));
    assert_eq!(render(&RAW, &target), Ok(None));
    target.stream.backup = true;
    assert!(!render(&RAW, &target).unwrap().unwrap().notes.is_empty());
    let notes = render(&TABLE, &target).unwrap().unwrap().notes;
    assert_eq!(notes, ["Partition column `region` is injected: every query must say `region = '…'`."]);
    let findings = render(&TABLE, &Target::default()).unwrap_err();
    let rules: Vec<_> = findings.0.iter().map(|finding| (finding.rule, finding.place.as_str())).collect();
    assert!(rules.contains(&("setting", "lake")), "{findings}");
}

#[test]
fn raw_table() {
    let mut target = target();
    target.stream.backup = true;
    target.locations.insert("traffic".into(), "s3://my-lake/elsewhere/".into());
    let mut table = table();
    table.columns.push(Column { key: "DT".into(), ..Column::new("hour", LogicalType::Float64) });
    table.partitions.pop();
    let raw = value(&GlueTable::raw(&table, &target).unwrap().unwrap().to_json());
    assert_eq!(raw["Name"], "traffic_raw");
    assert_eq!(raw["StorageDescriptor"]["Location"], "s3://my-lake/a/traffic_raw/");
    let columns: Vec<_> = raw["StorageDescriptor"]["Columns"].as_array().unwrap().iter().collect();
    let named = |name: &str| columns.iter().find(|column| column["Name"] == name).unwrap()["Type"].clone();
    assert_eq!(named("car_speed"), "string");
    assert_eq!(named("region"), "string");
    assert_eq!(named("lanes"), "array<struct<laneid:string>>");
    assert_eq!(named("record_hour"), "string");
    assert_eq!(
        raw["StorageDescriptor"]["SerdeInfo"]["Parameters"],
        json!({
            "case.insensitive": "TRUE",
            "ignore.malformed.json": "TRUE",
            "mapping.car_speed": "snelheid",
            "mapping.observed_at": "tijd_waarneming",
            "mapping.record_hour": "dt",
            "serialization.format": "1"
        })
    );
    assert_eq!(raw["Parameters"]["projection.hour.range"], "0,23");
    assert_eq!(raw["PartitionKeys"][0]["Comment"], "Time of arrival (UTC), {yyyy-MM-dd}");
    assert_eq!(raw["Parameters"].get("projection.region.type"), None);
}

#[test]
fn raw_table_of_a_stream_that_delivers_json() {
    let mut target = target();
    target.stream.convert = false;
    let raw = value(&GlueTable::raw(&table(), &target).unwrap().unwrap().to_json());
    let expected: Vec<_> = GlueTable::of(&table(), &target).unwrap().partition_keys;
    let keys: Vec<_> = raw["PartitionKeys"].as_array().unwrap().iter().map(|key| &key["Comment"]).collect();
    assert_eq!(keys, expected.iter().map(|key| key.comment.as_deref().unwrap()).collect::<Vec<_>>());
    assert_eq!(raw["Parameters"]["projection.region.type"], "injected");
    assert_eq!(raw["StorageDescriptor"]["Columns"][2]["Name"], "record_region");
    let mapped = &raw["StorageDescriptor"]["SerdeInfo"]["Parameters"]["mapping.record_region"];
    assert_eq!(mapped, "region");
}

#[test]
fn a_location_that_holds_the_place_of_rejects_is_refused() {
    let mut target = Target { lake: Some("s3://my-lake/a".into()), ..target() };
    let name = table().name;
    for (location, rule) in [
        ("s3://my-lake/a", Some("prefix-inside-location")),
        ("s3://my-lake/", Some("prefix-inside-location")),
        ("s3://my-lake/a/_errors/", Some("prefix-inside-location")),
        ("s3://my-lake/a/here/", None),
        ("s3://other/", None),
    ] {
        target.locations.insert(name.clone(), location.into());
        let refused = GlueTable::of(&table(), &target).err();
        let rules: Vec<_> = refused.iter().flat_map(|found| &found.0).map(|finding| finding.rule).collect();
        assert_eq!(rules, rule.into_iter().collect::<Vec<_>>(), "{location}");
    }
    // No lake, no place of rejects.
    (target.lake, target.locations) = (None, [(name, "s3://my-lake/".to_owned())].into());
    assert_eq!(GlueTable::of(&table(), &target).err(), None);
}

#[test]
fn a_member_that_cannot_be_named_by_its_key_makes_the_raw_column_text() {
    let mut target = target();
    target.stream.backup = true;
    for key in ["lane-id", "car_speed"] {
        let mut table = table();
        let LogicalType::List { element, .. } = &mut table.columns[3].ty else { panic!("a list") };
        let LogicalType::Struct { columns } = &mut element.ty else { panic!("a record") };
        columns[0].key = key.into();
        let raw = GlueTable::raw(&table, &target).unwrap().unwrap();
        assert_eq!(raw.columns[3].ty, "string", "{key}");
    }
}

#[test]
fn json_tables_map_keys() {
    let (mut table, target) = (table(), target());
    table.parameters.insert("classification".into(), "json".into());
    let glue = GlueTable::of(&table, &target).unwrap();
    assert_eq!(Format::of_storage(&glue.storage), Some(Format::Json));
    assert_eq!(glue.columns[1].ty, "smallint");
    assert_eq!(glue.parameters.get("parquet.compression"), None);
    let serde = &glue.storage.serde_parameters;
    assert_eq!(serde.get("mapping.car_speed").map(String::as_str), Some("snelheid"));
    assert_eq!(serde.get("mapping.lane_id").map(String::as_str), Some("laneid"));
    let notes = Glue.render(&TABLE, &table, &target).unwrap().unwrap().notes;
    assert!(notes[0].contains("`car_speed`") && notes[1].contains("`observed_at`"), "{notes:?}");

    table.parameters.insert("serde.case.insensitive".into(), "FALSE".into());
    let serde = GlueTable::of(&table, &target).unwrap().storage.serde_parameters;
    assert_eq!(serde.get("mapping.car_speed").map(String::as_str), Some("Snelheid"));
    assert_eq!(serde.get("case.insensitive").map(String::as_str), Some("FALSE"));

    table.columns[1].name = "lane_id".into();
    let findings = GlueTable::of(&table, &target).unwrap_err();
    assert_eq!(findings.0[0].rule, "openx-mapping", "{findings}");
}

#[test]
fn declared_parameters_that_contradict() {
    let mut table = table();
    for (key, value) in [
        ("classification", "csv"),
        ("parquet.compression", "SNAPPY"),
        ("projection.enabled", "false"),
        ("serde.serialization.format", "2"),
    ] {
        table.parameters.insert(key.into(), value.into());
    }
    let findings = GlueTable::of(&table, &target()).unwrap_err();
    let places: Vec<_> = findings.0.iter().map(|finding| finding.place.as_str()).collect();
    assert!(findings.0.iter().all(|finding| finding.rule == "parameter-clash"), "{findings}");
    assert_eq!(
        places,
        [
            "parameter `classification`",
            "parameter `projection.enabled`",
            "parameter `serde.serialization.format`"
        ]
    );
}

#[test]
fn limits() {
    let glue = || GlueTable::of(&table(), &target()).unwrap();
    let refused = |rule: &str, change: &dyn Fn(&mut GlueTable)| {
        let mut glue = glue();
        change(&mut glue);
        let findings = glue.check().unwrap_err();
        assert!(findings.0.iter().any(|finding| finding.rule == rule), "{rule}: {findings}");
    };
    let accepted = |change: &dyn Fn(&mut GlueTable)| {
        let mut glue = glue();
        change(&mut glue);
        assert_eq!(glue.check(), Ok(()));
    };
    let text = |length: usize| "x".repeat(length);
    accepted(&|t| t.name = text(255));
    refused("glue-name", &|t| t.name = text(256));
    refused("glue-name", &|t| t.columns[0].name = "a\nb".into());
    accepted(&|t| t.columns[0].ty = text(131_072));
    refused("glue-type-length", &|t| t.columns[0].ty = text(131_073));
    accepted(&|t| t.columns[0].comment = Some(text(255)));
    refused("glue-comment", &|t| t.columns[0].comment = Some(text(256)));
    refused("glue-comment", &|t| t.columns[0].comment = Some("a\nb".into()));
    accepted(&|t| t.description = Some(format!("a\n{}", text(2046))));
    refused("glue-description", &|t| t.description = Some(text(2049)));
    accepted(&|t| drop(t.parameters.insert(text(255), text(512_000))));
    refused("glue-parameter-key", &|t| drop(t.parameters.insert(text(256), String::new())));
    refused("glue-parameter-key", &|t| drop(t.storage.serde_parameters.insert(String::new(), String::new())));
    refused("glue-parameter-value", &|t| drop(t.parameters.insert(text(1), text(512_001))));
    accepted(&|t| t.storage.location = Some(format!("s3://b/{}", text(2049))));
    refused("glue-location-length", &|t| t.storage.location = Some(format!("s3://b/{}", text(2050))));
    for location in ["s3a://b/x/", "s3://", "s3:///x/", "s3://b//x/", "s3://b/*/"] {
        refused("glue-location", &|t| t.storage.location = Some(location.into()));
    }
    refused("glue-class", &|t| t.storage.input_format = Some(text(129)));
    refused("glue-class", &|t| t.storage.serde_library = Some(text(256)));
    refused("glue-view", &|t| t.view_original_text = Some(text(409_601)));
    refused("glue-column-twice", &|t| t.columns[0].name = "DT".into());
    refused("glue-key-type", &|t| t.partition_keys[0].ty = "array<string>".into());
    refused("glue-key-parameters", &|t| {
        t.partition_keys[0].parameters.insert("a".into(), "b".into());
    });
}

#[test]
fn a_mapping_of_the_longest_name_is_too_long_a_key() {
    let (mut table, target) = (table(), target());
    table.parameters.insert("classification".into(), "json".into());
    table.columns[1].name = "s".repeat(255);
    let findings = GlueTable::of(&table, &target).unwrap_err();
    assert_eq!(findings.0[0].rule, "glue-parameter-key", "{findings}");
}

#[test]
fn answers_and_templates() {
    let input = value(&GlueTable::of(&table(), &target()).unwrap().to_json());
    let wanted = GlueTable::from_json(&input).unwrap();
    let mut answer = input.clone();
    for key in ["DatabaseName", "CreatedBy", "VersionId", "SomethingNew"] {
        answer[key] = "x".into();
    }
    answer["Owner"] = "hadoop".into();
    answer["StorageDescriptor"]["SkewedInfo"] =
        json!({"SkewedColumnNames": [], "SkewedColumnValueLocationMaps": {}});
    let answer = json!({ "Table": answer });
    let owned = GlueTable { owner: Some("hadoop".into()), ..wanted.clone() };
    assert_eq!(GlueTable::from_json(&answer), Ok(owned.clone()));
    assert_eq!(owned.normal(), wanted.normal());
    assert_eq!(database_of(&answer), Some("x"));

    let properties = json!({"CatalogId": "1", "DatabaseName": "db", "TableInput": input});
    assert_eq!(GlueTable::from_json(&properties), Ok(wanted.clone()));
    let resource = json!({"Type": "AWS::Glue::Table", "Properties": properties});
    assert_eq!(GlueTable::from_json(&resource), Ok(wanted));
    assert_eq!(database_of(&resource), Some("db"));
}

#[test]
fn inputs_that_are_wrong_say_where() {
    let input = json!({
        "CatalogId": "1",
        "Parameters": {"projection.enabled": "true"},
        "TableInput": {
            "Nmae": "x",
            "Parameters": {"a": {"Ref": "B"}, "encrypted": true},
            "StorageDescriptor": {
                "Columns": [{"Name": "a"}, 7],
                "Compressed": "maybe",
                "NumberOfBuckets": "many",
                "SchemaReference": {"SchemaVersionNumber": 1}
            },
            "PartitionKeys": {}
        }
    });
    let text = GlueTable::from_json(&input).unwrap_err().to_string();
    for part in [
        "Properties.Parameters: nothing reads this member: move it into TableInput [glue-input]",
        "TableInput.Nmae: nothing reads this member: write Name",
        "TableInput.Name: is missing",
        "TableInput.Parameters.a: expected a text, found an object",
        "TableInput.StorageDescriptor.Columns[0].Type: is missing",
        "TableInput.StorageDescriptor.Columns[1]: expected an object, found a number",
        "TableInput.StorageDescriptor.Compressed: expected true or false, found `maybe`",
        "TableInput.StorageDescriptor.NumberOfBuckets: expected a whole number, found `many`",
        "a table whose columns stand in the schema registry",
        "TableInput.PartitionKeys: expected a list, found an object",
    ] {
        assert!(text.contains(part), "{part}\nis not in\n{text}");
    }
    assert!(GlueTable::from_json(&json!("x")).is_err());
}

#[test]
fn the_normal_form_keeps_what_differs() {
    let glue = GlueTable::of(&table(), &target()).unwrap();
    let mut other = glue.clone();
    other.name = "Traffic".into();
    other.columns[2].ty = "ARRAY < struct<LANE_ID: int> >".into();
    other.columns[1].comment = Some(String::new());
    other.table_type = None;
    other.storage.number_of_buckets = -1;
    other.storage.serde_name = Some("label".into());
    other.storage.serde_parameters.clear();
    other.parameters.insert("transient_lastDdlTime".into(), "1".into());
    assert_eq!(other.normal(), glue.normal());
    other.columns[1].ty = "int".into();
    assert_ne!(other.normal(), glue.normal());
}

#[test]
fn texts_are_cut_at_a_word() {
    let words = "word ".repeat(100);
    let cut = one_line(&words, 255).unwrap();
    assert!(cut.encode_utf16().count() <= 255 && cut.ends_with("word…"), "{cut}");
    assert_eq!(one_line(&cut, 255).as_deref(), Some(cut.as_str()));
    assert_eq!(one_line(&"x".repeat(300), 255).unwrap().chars().count(), 255);
    assert_eq!(one_line("a\u{0}\u{7f}b\u{2028}c", 255).as_deref(), Some("a b c"));
    assert_eq!(one_line(&"\u{1f697}".repeat(200), 255).unwrap().encode_utf16().count(), 255);
    assert_eq!(one_line("two  blanks ", 255).as_deref(), Some("two  blanks "));
    assert_eq!(description(" a\r\nb \u{0}", 2048).as_deref(), Some("a\nb"));
    assert_eq!(description("\u{0}", 2048), None);
}

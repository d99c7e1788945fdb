use super::*;
use crate::def::{Compression, TimeUnit};
use crate::layout::Layout;
use crate::logical_type::LogicalType;
use crate::table::{Column, Partition, PartitionBy, Scalar, TimeFormat};
use crate::target::{PartitionKeys, StreamTarget};

fn partition(by: Option<&str>, layout: &str) -> Partition {
    Partition {
        layout: Layout::parse(layout, by).unwrap(),
        by: by.map_or(PartitionBy::Arrival, |by| PartitionBy::Column(by.into())),
        null: None,
    }
}

/// Every rule of it is equal.
fn table(partitions: Vec<Partition>) -> Table {
    let optional = |name: &str, ty| Column { nullable: true, ..Column::new(name, ty) };
    let instant = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let columns = vec![
        optional("at", instant),
        optional("region", LogicalType::String),
        optional("n", LogicalType::Int64),
    ];
    let table = Table { partitions, ..Table::new("traffic", columns) };
    table.validate().unwrap();
    table
}

fn target() -> Target {
    let mut target = Target {
        lake: Some("s3://my-lake/prod".into()),
        database: Some("lake".into()),
        region: Some("eu-west-1".into()),
        account: Some("123456789012".into()),
        ..Target::default()
    };
    target.stream.role = Some("arn:aws:iam::123456789012:role/firehose".into());
    target
}

const TRANSFORM: &str = "arn:aws:lambda:eu-west-1:123456789012:function:normalise:1";

fn stream(table: &Table, target: &Target) -> Result<serde_json::Value, Findings> {
    let made = Firehose.render(&STREAM, table, target)?.unwrap();
    Ok(serde_json::from_str(&made.content.to_text()).unwrap())
}

fn to(table: &Table, target: &Target) -> serde_json::Value {
    stream(table, target).unwrap_or_else(|findings| panic!("{findings}"))["ExtendedS3DestinationConfiguration"].clone()
}

fn rules(table: &Table, target: &Target) -> Vec<&'static str> {
    stream(table, target).unwrap_err().0.iter().map(|finding| finding.rule).collect()
}

#[test]
fn the_classic_prefix_letter_for_letter() {
    let layout = "year={yyyy}/month={MM}/day={dd}/hour={HH}";
    let table = table(vec![partition(None, layout)]);
    let mut target = target();
    target.locations.insert("traffic".into(), "s3://my-lake/myPrefix/".into());
    let to = to(&table, &target);
    assert_eq!(
        to["Prefix"],
        "myPrefix/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    );
    assert_eq!(
        to["ErrorOutputPrefix"],
        "prod/_errors/traffic/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    );
    assert!(to["DynamicPartitioningConfiguration"].is_null() && to["ProcessingConfiguration"].is_null());
}

#[test]
fn literal_text_in_a_layout_stays_text() {
    let table = table(vec![partition(None, "on=day-{dd'of'MM}.x")]);
    assert_eq!(to(&table, &target())["Prefix"], "prod/traffic/on=day-!{timestamp:dd'of'MM}.x/");
}

#[test]
fn keys_from_the_record_by_query_or_by_lambda() {
    let by_event =
        table(vec![partition(Some("region"), "region={region}"), partition(Some("at"), "dt={yyyy-MM-dd}")]);
    let by_query = to(&by_event, &target());
    assert_eq!(
        by_query["Prefix"],
        "prod/traffic/region=!{partitionKeyFromQuery:region}/dt=!{partitionKeyFromQuery:dt}/"
    );
    let processors = &by_query["ProcessingConfiguration"]["Processors"];
    assert_eq!(processors[0]["Type"], "MetadataExtraction");
    let query = processors[0]["Parameters"][0]["ParameterValue"].as_str().unwrap();
    let file = Firehose.render(&QUERY, &by_event, &target()).unwrap().unwrap();
    assert_eq!(file.content.to_text().trim_end(), query);
    assert_eq!(by_query["DynamicPartitioningConfiguration"]["Enabled"], true);

    let mut target = target();
    target.stream.transform = Some(TRANSFORM.into());
    let by_lambda = to(&by_event, &target);
    assert_eq!(
        by_lambda["Prefix"],
        "prod/traffic/region=!{partitionKeyFromLambda:region}/dt=!{partitionKeyFromLambda:dt}/"
    );
    assert_eq!(by_lambda["ProcessingConfiguration"]["Processors"].as_array().unwrap().len(), 1);
    assert_eq!(Firehose.render(&QUERY, &by_event, &target), Ok(None));

    target.stream.partition_keys = PartitionKeys::Query;
    let both = to(&by_event, &target);
    let types: Vec<_> = both["ProcessingConfiguration"]["Processors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["Type"].clone())
        .collect();
    assert_eq!(types, ["Lambda", "MetadataExtraction"]);

    target.stream = crate::target::StreamTarget {
        partition_keys: PartitionKeys::Lambda,
        transform: None,
        ..target.stream
    };
    assert_eq!(rules(&by_event, &target), ["firehose-lambda-keys"]);
}

#[test]
fn processors_stand_in_the_order_firehose_wants() {
    let table = table(vec![partition(Some("region"), "region={region}")]);
    let mut target = target();
    target.stream.transform = Some(TRANSFORM.into());
    target.stream.partition_keys = PartitionKeys::Query;
    target.stream.deaggregate = true;
    target.stream.decompress = true;
    target.stream.convert = false;
    let types = |to: &serde_json::Value| -> Vec<serde_json::Value> {
        let processors = to["ProcessingConfiguration"]["Processors"].as_array().unwrap();
        processors.iter().map(|p| p["Type"].clone()).collect()
    };
    let direct = to(
        &table,
        &Target { stream: StreamTarget { transform: None, ..target.stream.clone() }, ..target.clone() },
    );
    assert_eq!(
        types(&direct),
        ["Decompression", "RecordDeAggregation", "MetadataExtraction", "AppendDelimiterToRecord"]
    );
    // What comes out of the function ends its lines itself.
    let to = to(&table, &target);
    assert_eq!(types(&to), ["Decompression", "RecordDeAggregation", "Lambda", "MetadataExtraction"]);
    // JSON goes beside the table, never into it.
    assert_eq!(to["Prefix"], "prod/traffic_raw/region=!{partitionKeyFromQuery:region}/");
    assert_eq!(to["CompressionFormat"], "GZIP");
}

#[test]
fn records_are_split_only_where_they_are_partitioned_by_content() {
    let mut target = target();
    target.stream.deaggregate = true;
    assert_eq!(rules(&table(vec![partition(None, "dt={yyyy-MM-dd}")]), &target), ["firehose-deaggregation"]);
    let by_record = table(vec![partition(Some("region"), "region={region}")]);
    assert_eq!(
        to(&by_record, &target)["ProcessingConfiguration"]["Processors"][0]["Type"],
        "RecordDeAggregation"
    );
}

#[test]
fn a_rule_that_firehose_does_not_keep_needs_the_function() {
    let mut strict = table(Vec::new());
    strict.columns[2].rules.null_if = vec![Scalar::Int(252)];
    strict.columns[0].rules.time = vec![TimeFormat::Rfc3339];
    let findings = stream(&strict, &target()).unwrap_err();
    assert_eq!(findings.0.len(), 1);
    let text = findings.to_string();
    for part in [
        "firehose-not-equal",
        "`n`: null_if",
        "`at`: time(rfc3339)",
        "set stream.transform",
        "stream.convert = false",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let mut with_function = target();
    with_function.stream.transform = Some(TRANSFORM.into());
    assert_eq!(to(&strict, &with_function)["ProcessingConfiguration"]["Processors"][0]["Type"], "Lambda");
    let mut without_conversion = target();
    without_conversion.stream.convert = false;
    assert!(to(&strict, &without_conversion)["DataFormatConversionConfiguration"].is_null());
    for wrapped in
        [Table { records: vec!["a/b".into()], ..table(vec![]) }, Table { xml_json: true, ..table(vec![]) }]
    {
        assert_eq!(rules(&wrapped, &target()), ["firehose-not-equal"]);
    }
}

#[test]
fn codecs_and_keys_of_the_conversion() {
    let mut keyed = table(vec![partition(Some("region"), "region={region}")]);
    keyed.columns[2].key = "Aantal".into();
    keyed.columns[1].key = "Regio".into();
    keyed.columns[0].key = "AT".into();
    for (compression, codec, noted) in [
        (Compression::Snappy, "SNAPPY", false),
        (Compression::Zstd, "SNAPPY", true),
        (Compression::Gzip, "GZIP", false),
        (Compression::Uncompressed, "UNCOMPRESSED", false),
    ] {
        keyed.storage.compression = compression;
        let conversion = &to(&keyed, &target())["DataFormatConversionConfiguration"];
        assert_eq!(
            conversion["OutputFormatConfiguration"]["Serializer"]["ParquetSerDe"]["Compression"],
            codec
        );
        // The partition column is no column of the file, and a key that is the name in another case needs no mapping.
        let open_x = &conversion["InputFormatConfiguration"]["Deserializer"]["OpenXJsonSerDe"];
        assert_eq!(open_x["ColumnToJsonKeyMappings"], serde_json::json!({"n": "Aantal"}));
        assert_eq!(notes(&keyed, &target()).iter().any(|note| note.contains("ZSTD")), noted);
    }
}

#[test]
fn every_limit_of_a_setting() {
    let arrival = || table(vec![partition(None, "dt={yyyy-MM-dd}")]);
    let by_value = || table(vec![partition(Some("region"), "region={region}")]);
    let json = |target: &mut Target| target.stream.convert = false;
    type Change = fn(&mut Target);
    let cases: [(&str, Table, Change); 12] = [
        ("firehose-buffer-size", arrival(), |t| t.stream.buffer_mib = 63),
        ("firehose-buffer-size", arrival(), |t| t.stream.buffer_mib = 129),
        ("firehose-buffer-interval", by_value(), |t| t.stream.buffer_seconds = 59),
        ("firehose-buffer-interval", arrival(), |t| t.stream.buffer_seconds = 901),
        ("firehose-stream-name", arrival(), |t| t.stream.name = Some("a b".into())),
        ("firehose-stream-name", arrival(), |t| t.stream.name = Some("x".repeat(65))),
        ("time-zone-characters", arrival(), |t| t.stream.time_zone = Some("Etc/GMT+9".into())),
        ("time-zone-three-letters", arrival(), |t| t.stream.time_zone = Some("EST".into())),
        ("file-extension-dot", arrival(), |t| t.stream.file_extension = Some("parquet".into())),
        ("file-extension-characters", arrival(), |t| t.stream.file_extension = Some(".PQ".into())),
        ("lake-on-s3", arrival(), |t| t.lake = Some("lake".into())),
        ("firehose-prefix-length", arrival(), |t| {
            t.lake = Some(format!("s3://my-lake/{}", "p/".repeat(500)))
        }),
    ];
    for (rule, table, change) in cases {
        let mut target = target();
        change(&mut target);
        assert!(rules(&table, &target).contains(&rule), "{rule}");
    }
    // The same values where they are allowed.
    let mut small = target();
    json(&mut small);
    (small.stream.buffer_mib, small.stream.buffer_seconds) = (1, 0);
    small.stream.time_zone = Some("America/New_York".into());
    small.stream.file_extension = Some(".json.gz".into());
    assert_eq!(to(&arrival(), &small)["BufferingHints"]["SizeInMBs"], 1);
    assert_eq!(rules(&by_value(), &small), ["firehose-buffer-size", "firehose-buffer-interval"]);
}

#[test]
fn the_backup_lies_beside_the_table() {
    let mut target = target();
    target.stream.backup = true;
    let to = to(&table(vec![partition(Some("region"), "region={region}")]), &target);
    assert_eq!(to["S3BackupMode"], "Enabled");
    let backup = &to["S3BackupConfiguration"];
    assert_eq!(backup["Prefix"], "prod/traffic_raw/dt=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/");
    assert_eq!(
        backup["ErrorOutputPrefix"],
        "prod/_errors/traffic_raw/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/"
    );
    target.stream.convert = false;
    assert_eq!(rules(&table(Vec::new()), &target), ["firehose-backup-of-json"]);
}

#[test]
fn everything_that_is_missing_at_once() {
    let mut target = Target { lake: Some("s3://my-lake".into()), ..Target::default() };
    target.stream.buffer_mib = 1;
    let findings = stream(&table(Vec::new()), &target).unwrap_err();
    let places: Vec<_> = findings.0.iter().map(|finding| finding.place.as_str()).collect();
    assert_eq!(places, ["stream.role", "database", "region", "account", "stream.buffer_mib"]);
}

#[test]
fn a_stream_in_front() {
    let mut target = target();
    target.stream.kinesis = Some("arn:aws:kinesis:eu-west-1:123456789012:stream/traffic".into());
    target.stream.kms_key = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
    let stream = stream(&table(Vec::new()), &target).unwrap();
    assert_eq!(stream["DeliveryStreamType"], "KinesisStreamAsSource");
    assert!(stream["DeliveryStreamEncryptionConfigurationInput"].is_null());
    let to = &stream["ExtendedS3DestinationConfiguration"];
    assert_eq!(
        to["EncryptionConfiguration"]["KMSEncryptionConfig"]["AWSKMSKeyARN"],
        "arn:aws:kms:eu-west-1:123456789012:key/1"
    );
}

#[test]
fn a_table_of_json_gets_json() {
    let json = Table {
        parameters: [("classification".to_owned(), "json".to_owned())].into(),
        ..table(vec![partition(None, "dt={yyyy-MM-dd}")])
    };
    let to = to(&json, &target());
    assert_eq!(to["Prefix"], "prod/traffic/dt=!{timestamp:yyyy-MM-dd}/");
    assert_eq!(to["CompressionFormat"], "GZIP");
    assert!(to["DataFormatConversionConfiguration"].is_null());
    assert_eq!(to["ProcessingConfiguration"]["Processors"][0]["Type"], "AppendDelimiterToRecord");
}

#[test]
fn an_ending_tells_how_the_object_is_packed() {
    let table = table(vec![partition(None, "dt={yyyy-MM-dd}")]);
    for (convert, ending, legal) in [
        (true, ".parquet", true),
        (true, ".json.gz", false),
        (false, ".json.gz", true),
        (false, ".json", false),
    ] {
        let mut target = target();
        (target.stream.convert, target.stream.file_extension) = (convert, Some(ending.into()));
        let refused = stream(&table, &target).err().map(|findings| findings.0[0].rule);
        assert_eq!(refused, (!legal).then_some("firehose-ending"), "{convert} {ending}");
    }
}

#[test]
fn a_setting_that_is_no_arn_is_refused_and_a_wrong_lake_blames_nothing_else() {
    let mut strict = table(Vec::new());
    strict.columns[2].nullable = false;
    let mut target = target();
    target.stream.transform = Some("normalise".into());
    let findings = stream(&strict, &target).unwrap_err();
    assert!(findings.to_string().contains("normalise"), "{findings}");
    target.stream.transform = Some(TRANSFORM.into());
    target.lake = Some("s3://my_lake".into());
    let rules: Vec<_> = rules(&strict, &target);
    assert!(!rules.contains(&"firehose-not-equal") && rules.contains(&"lake"), "{rules:?}");
}

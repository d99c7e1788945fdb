mod broken;

use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

/// Members of the destination.
const D: &str = "/ExtendedS3DestinationConfiguration";

/// A stream with everything: Kinesis, dynamic partitioning, every kind of processor but the two for logs, conversion,
/// backup.
fn full() -> Value {
    json!({
        "DeliveryStreamName": "traffic",
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": {
            "KinesisStreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/traffic",
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
        },
        "ExtendedS3DestinationConfiguration": {
            "RoleARN": "arn:aws:iam::123456789012:role/firehose",
            "BucketARN": "arn:aws:s3:::my-lake",
            "Prefix": "lake/traffic/dt=!{partitionKeyFromQuery:dt}/",
            "ErrorOutputPrefix": "lake/_errors/traffic/!{firehose:error-output-type}/",
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
            "CompressionFormat": "UNCOMPRESSED",
            "EncryptionConfiguration": {
                "KMSEncryptionConfig": {"AWSKMSKeyARN": "arn:aws:kms:eu-west-1:123456789012:key/2b9c6d1e"},
            },
            "CloudWatchLoggingOptions": {
                "Enabled": true, "LogGroupName": "/aws/kinesisfirehose/traffic", "LogStreamName": "delivery",
            },
            "ProcessingConfiguration": {
                "Enabled": true,
                "Processors": [
                    {"Type": "RecordDeAggregation", "Parameters": [
                        {"ParameterName": "SubRecordType", "ParameterValue": "JSON"},
                    ]},
                    {"Type": "Lambda", "Parameters": [
                        {"ParameterName": "LambdaArn",
                         "ParameterValue": "arn:aws:lambda:eu-west-1:123456789012:function:normalise:$LATEST"},
                        {"ParameterName": "NumberOfRetries", "ParameterValue": "3"},
                        {"ParameterName": "BufferSizeInMBs", "ParameterValue": "0.2"},
                        {"ParameterName": "BufferIntervalInSeconds", "ParameterValue": "60"},
                    ]},
                    {"Type": "MetadataExtraction", "Parameters": [
                        {"ParameterName": "MetadataExtractionQuery", "ParameterValue": "{\"dt\": .t[0:10]}"},
                        {"ParameterName": "JsonParsingEngine", "ParameterValue": "JQ-1.6"},
                    ]},
                    {"Type": "AppendDelimiterToRecord", "Parameters": [
                        {"ParameterName": "Delimiter", "ParameterValue": "\\n"},
                    ]},
                ],
            },
            "DynamicPartitioningConfiguration": {"Enabled": true, "RetryOptions": {"DurationInSeconds": 300}},
            "DataFormatConversionConfiguration": {
                "Enabled": true,
                "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {
                    "CaseInsensitive": true,
                    "ColumnToJsonKeyMappings": {"car_speed": "speed"},
                }}},
                "OutputFormatConfiguration": {"Serializer": {"ParquetSerDe": {
                    "BlockSizeBytes": 67_108_864, "PageSizeBytes": 65_536, "Compression": "SNAPPY",
                    "WriterVersion": "V1", "MaxPaddingBytes": 0,
                }}},
                "SchemaConfiguration": {
                    "RoleARN": "arn:aws:iam::123456789012:role/firehose", "DatabaseName": "traffic",
                    "TableName": "traffic", "Region": "eu-west-1", "VersionId": "LATEST",
                },
            },
            "S3BackupMode": "Enabled",
            "S3BackupConfiguration": {
                "RoleARN": "arn:aws:iam::123456789012:role/firehose",
                "BucketARN": "arn:aws:s3:::my-lake",
                "Prefix": "lake/traffic_raw/dt=!{timestamp:yyyy-MM-dd}/",
                "ErrorOutputPrefix": "lake/_errors/traffic_raw/!{firehose:error-output-type}/",
                "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 0},
                "CompressionFormat": "GZIP",
            },
            "FileExtension": ".parquet",
            "CustomTimeZone": "Europe/Brussels",
        },
    })
}

/// The least: a name and a place.
fn small() -> Value {
    json!({
        "DeliveryStreamName": "traffic",
        "ExtendedS3DestinationConfiguration": {
            "RoleARN": "arn:aws:iam::123456789012:role/firehose", "BucketARN": "arn:aws:s3:::my-lake", "Prefix": "data/",
        },
    })
}

/// The input with members replaced or added; null takes one away. `D` stands for the destination.
fn with(mut input: Value, changes: &[(&str, Value)]) -> Value {
    for (path, new) in changes {
        let path = path.replacen('D', D, usize::from(path.starts_with("D/")));
        let (parent, name) = path.rsplit_once('/').expect("a path");
        let parent = input.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
        if let Some(items) = parent.as_array_mut() {
            let at: usize = name.parse().expect("a place in a list");
            items.resize(items.len().max(at + 1), Value::Null);
            items[at] = new.clone();
        } else {
            parent[name] = new.clone();
        }
    }
    input
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let place = finding.place.replace("ExtendedS3DestinationConfiguration", "D");
            format!("{} {}", finding.rule, place.split(", character").next().unwrap_or_default())
        })
        .collect()
}

fn processor(ty: &str, parameters: &[(&str, &str)]) -> Value {
    let parameter = |(name, value): &(&str, &str)| json!({"ParameterName": name, "ParameterValue": value});
    json!({"Type": ty, "Parameters": parameters.iter().map(parameter).collect::<Vec<_>>()})
}

const FUNCTION: (&str, &str) = ("LambdaArn", "arn:aws:lambda:eu-west-1:123456789012:function:f");
const P: &str = "D/ProcessingConfiguration/Processors";
const SERIALIZER: &str = "D/DataFormatConversionConfiguration/OutputFormatConfiguration/Serializer";
const DESERIALIZER: &str = "D/DataFormatConversionConfiguration/InputFormatConfiguration/Deserializer";

#[test]
fn what_is_accepted() {
    let p = |n: usize| format!("{P}/{n}");
    let inputs = [
        full(),
        small(),
        with(full(), &[("D/BufferingHints", json!({"SizeInMBs": 128, "IntervalInSeconds": 900}))]),
        with(small(), &[("D/BufferingHints", json!({"SizeInMBs": 1, "IntervalInSeconds": 0}))]),
        with(small(), &[("D/CompressionFormat", json!("HADOOP_SNAPPY"))]),
        with(small(), &[("D/EncryptionConfiguration", json!({"NoEncryptionConfig": "NoEncryption"}))]),
        with(small(), &[("D/CloudWatchLoggingOptions", json!({"Enabled": false}))]),
        // Conversion that is turned off is kept, whatever it holds.
        with(
            small(),
            &[
                ("D/DataFormatConversionConfiguration", json!({"Enabled": false})),
                ("D/CompressionFormat", json!("GZIP")),
            ],
        ),
        with(
            full(),
            &[(
                SERIALIZER,
                json!({"OrcSerDe": {
                    "Compression": "ZLIB", "StripeSizeBytes": 8_388_608, "RowIndexStride": 1000, "FormatVersion": "V0_12",
                    "BloomFilterColumns": ["a"], "BloomFilterFalsePositiveProbability": 0.05,
                }}),
            )],
        ),
        with(
            full(),
            &[(
                DESERIALIZER,
                json!({"HiveJsonSerDe": {"TimestampFormats": ["millis", "yyyy-MM-dd'T'HH:mm:ss"]}}),
            )],
        ),
        with(
            full(),
            &[(
                &p(0),
                processor("RecordDeAggregation", &[("SubRecordType", "DELIMITED"), ("Delimiter", "Cg==")]),
            )],
        ),
        with(full(), &[(&p(1), processor("Lambda", &[FUNCTION, ("NumberOfRetries", "300")]))]),
        // Keys of the function alone.
        with(
            full(),
            &[
                ("D/Prefix", json!("lake/traffic/dt=!{partitionKeyFromLambda:dt}/")),
                (P, json!([processor("Lambda", &[FUNCTION])])),
            ],
        ),
        with(
            small(),
            &[(
                "D/ProcessingConfiguration",
                json!({"Enabled": true, "Processors": [
                    processor("Decompression", &[("CompressionFormat", "GZIP")]),
                    processor("CloudWatchLogProcessing", &[("DataMessageExtraction", "true")]),
                    processor("AppendDelimiterToRecord", &[]),
                ]}),
            )],
        ),
        with(small(), &[("D/ProcessingConfiguration", json!({"Enabled": false, "Processors": []}))]),
        // A backup in another bucket may have any place.
        with(
            full(),
            &[
                ("D/S3BackupConfiguration/BucketARN", json!("arn:aws:s3:::my-raw")),
                ("D/S3BackupConfiguration/Prefix", json!("lake/traffic/")),
            ],
        ),
        with(
            small(),
            &[("/DeliveryStreamEncryptionConfigurationInput", json!({"KeyType": "AWS_OWNED_CMK"}))],
        ),
        with(
            small(),
            &[(
                "/DeliveryStreamEncryptionConfigurationInput",
                json!({
                    "KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": "arn:aws-cn:kms:cn-north-1:123456789012:alias/k",
                }),
            )],
        ),
        with(
            small(),
            &[
                ("/ExtendedS3DestinationConfiguration", Value::Null),
                ("/RedshiftDestinationConfiguration", json!({"S3Configuration": {"Prefix": "data/"}})),
            ],
        ),
    ];
    for input in inputs {
        assert_eq!(shown(&check(&input)), [""; 0], "{input:#}");
    }
    assert_eq!(shown(&doubts(&full())), [""; 0]);
}

#[test]
fn what_is_refused() {
    let mut rules = BTreeSet::new();
    for (input, expected) in broken::inputs() {
        let findings = check(&input);
        // Paths into a serializer are long; the end of them tells which.
        let found: Vec<String> = shown(&findings)
            .into_iter()
            .map(|finding| {
                finding
                    .replace("D.DataFormatConversionConfiguration.OutputFormatConfiguration.Serializer.", "")
            })
            .collect();
        assert_eq!(found, expected, "{input:#}");
        rules.extend(findings.iter().map(|finding| finding.rule));
    }
    let sources = [
        include_str!("conversion.rs"),
        include_str!("destination.rs"),
        include_str!("dynamic_partitioning.rs"),
        include_str!("model.rs"),
        include_str!("prefixes.rs"),
        include_str!("processing.rs"),
        include_str!("processor.rs"),
        include_str!("shape.rs"),
        include_str!("stream.rs"),
    ];
    let is_rule = |word: &&str| {
        word.contains('-') && word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '-' | '0'..='9'))
    };
    let doubted = ["error-prefix-inside", "prefix-length"];
    let doubtful: BTreeSet<&str> =
        doubtful().iter().flat_map(|(input, _)| doubts(input)).map(|f| f.rule).collect();
    let named = sources.iter().flat_map(|source| source.split('"')).filter(is_rule);
    let untested: Vec<&str> = named
        .filter(|rule| !rules.contains(rule) && !doubtful.contains(rule) && !doubted.contains(rule))
        .collect();
    assert_eq!(untested, [""; 0], "each rule has a case that breaks it");
    assert!(rules.len() > 80, "{}", rules.len());
}

/// What AWS takes, and each doubt once.
fn doubtful() -> Vec<(Value, Vec<&'static str>)> {
    vec![
        (
            with(full(), &[("/DeliveryStreamType", json!("DirectPut"))]),
            vec!["kinesis-source-ignored KinesisStreamSourceConfiguration"],
        ),
        (with(full(), &[("D/S3BackupMode", json!("Disabled"))]), vec!["backup-not-enabled D.S3BackupMode"]),
        (
            with(full(), &[("D/ProcessingConfiguration/Enabled", Value::Null)]),
            vec!["processing-enabled D.ProcessingConfiguration.Enabled"],
        ),
        (
            with(small(), &[("D/DynamicPartitioningConfiguration", json!({}))]),
            vec!["dynamic-partitioning-enabled D.DynamicPartitioningConfiguration.Enabled"],
        ),
        (
            with(full(), &[("D/BufferingHints", Value::Null)]),
            vec!["dynamic-partitioning-hints D.BufferingHints"],
        ),
        (
            with(full(), &[(&format!("{P}/2/Parameters/0/ParameterValue"), json!("{\"dt\":\n .t[0:10]}"))]),
            vec![
                "processor-parameter-line-end D.ProcessingConfiguration.Processors[2].Parameters[0].ParameterValue",
            ],
        ),
        (with(small(), &[("D/Prefix", json!("data"))]), vec!["prefix-no-slash D.Prefix"]),
    ]
}

#[test]
fn what_is_doubtful_is_not_refused() {
    for (input, expected) in doubtful() {
        assert_eq!(shown(&check(&input)), [""; 0], "{input:#}");
        assert_eq!(shown(&doubts(&input)), expected, "{input:#}");
    }
}

#[test]
fn messages_name_the_value_and_the_fix() {
    for (changes, message) in [
        (
            ("D/BufferingHints", json!({"SizeInMBs": 200, "IntervalInSeconds": 60})),
            "ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs: 200 is outside 1 to 128: write 128 [buffer-size]",
        ),
        (
            ("D/CompressionFormat", json!("SNAPPY")),
            "ExtendedS3DestinationConfiguration.CompressionFormat: `SNAPPY` is none of UNCOMPRESSED, GZIP, ZIP, Snappy, \
             HADOOP_SNAPPY: write Snappy [compression-format]",
        ),
        (
            ("D/CustomTimezone", json!("UTC")),
            "ExtendedS3DestinationConfiguration.CustomTimezone: the API has no such member here: write CustomTimeZone, or \
             leave it out [firehose-member]",
        ),
        (
            ("D/Prefix", json!("data/!{timestamp:dt=yyyy}/")),
            "ExtendedS3DestinationConfiguration.Prefix, character 19: `t` is no letter of date patterns (Firehose: Invalid \
             conversion character used in the value of the expression in Prefix): write it outside the expression, or in \
             quotes: 't' [prefix-date-pattern]",
        ),
    ] {
        let findings = check(&with(small(), &[changes]));
        assert_eq!(findings.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
    }
}

/// JSON in the likeness of an input.
fn odd() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[A-Za-z]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Paths of all members and items of a value.
fn paths(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| paths(value, format!("{path}/{name}"), out));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| paths(value, format!("{path}/{i}"), out));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    out.push(path);
}

proptest! {
    #[test]
    fn anything_anywhere_is_a_finding_and_no_panic(odd in odd(), place in any::<prop::sample::Index>()) {
        let mut input = full();
        let mut all = Vec::new();
        paths(&input, String::new(), &mut all);
        *input.pointer_mut(&all[place.index(all.len())]).expect("a member") = odd;
        let _ = (check(&input), doubts(&input));
    }
}

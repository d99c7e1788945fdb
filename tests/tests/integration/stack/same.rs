//! Terraform would make what CloudFormation would: both evaluated with the same answers, each by its own rules.

use super::{Case, cases};
use lakebed_tests::template::{Answers, cloudformation, terraform};
use serde_json::{Value, json};

/// Ways to answer a stack's questions: as it comes; on top of what is there; with a key and a topic.
fn answers() -> [Answers<'static>; 3] {
    let function = ("TransformArn", "arn:aws:lambda:eu-west-1:123456789012:function:f:1");
    [
        Answers::from([function]),
        Answers::from([
            function,
            ("CreateBucket", "false"),
            ("CreateDatabase", "false"),
            ("LakeBucketName", "other-lake"),
            ("DatabaseName", "other"),
            ("StreamName", "other-stream"),
            ("RejectDays", "7"),
            ("KmsKeyArn", ""),
            ("AlarmTopicArn", ""),
        ]),
        Answers::from([
            function,
            ("KmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/2"),
            ("AlarmTopicArn", "arn:aws:sns:eu-west-1:123456789012:pager"),
            ("ProjectionFrom", "2020-02-29"),
        ]),
    ]
}

/// Every plain value in it, and every key of a map, sorted.
fn leaves(json: &Value, out: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (key, value) in members {
                // Maps of the user, of dimensions and of policies: keys are values there.
                if !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    out.push(key.clone());
                }
                leaves(value, out);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| leaves(value, out)),
        Value::Null => {}
        plain @ (Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            out.push(plain.as_str().map_or_else(|| plain.to_string(), str::to_owned))
        }
    }
}

fn sorted_leaves<'a>(values: impl IntoIterator<Item = &'a Value>, besides: &[&str]) -> Vec<String> {
    let mut out: Vec<String> = besides.iter().map(|text| (*text).to_owned()).collect();
    values.into_iter().for_each(|value| leaves(value, &mut out));
    out.sort();
    out
}

/// A policy document in the words of the data source.
fn statements(document: &Value) -> Value {
    let listed = |value: &Value| match value.as_array() {
        Some(values) => values.clone(),
        None if value.is_null() => Vec::new(),
        None => vec![value.clone()],
    };
    let one = |statement: &Value| {
        let principal = &statement["Principal"];
        let principals: Vec<_> = match principal.as_object() {
            Some(kinds) => {
                kinds.iter().map(|(kind, who)| json!({"type": kind, "identifiers": listed(who)})).collect()
            }
            None if principal.is_null() => Vec::new(),
            None => vec![json!({"type": "*", "identifiers": listed(principal)})],
        };
        let conditions: Vec<_> = statement["Condition"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(test, variables)| {
                let variables = variables.as_object().expect("variables");
                variables.iter().map(move |(variable, values)| {
                    json!({"test": test, "variable": variable, "values": listed(values)})
                })
            })
            .collect();
        let whole = json!({
            "sid": statement["Sid"], "effect": statement["Effect"], "principals": principals,
            "actions": listed(&statement["Action"]), "resources": listed(&statement["Resource"]),
            "condition": conditions,
        });
        let whole = whole.as_object().expect("an object").clone();
        whole.into_iter().filter(|(_, value)| *value != json!([])).collect::<Value>()
    };
    document["Statement"].as_array().expect("statements").iter().map(one).collect()
}

fn compare(case: &Case, answers: &Answers<'_>) {
    let one = cloudformation(&case.template, answers);
    let other = terraform(&case.module, answers);
    let at = |id: &str| format!("{}, {answers:?}: {id}", case.name);

    let names = |made: &lakebed_tests::template::Resources| -> Vec<String> {
        let mut made = made.clone();
        made.retain(|_, blocks| blocks.iter().any(|(kind, _)| !kind.starts_with("data.")));
        made.into_keys().collect()
    };
    assert_eq!(names(&one), names(&other), "{}", at("resources"));

    for (id, made) in &one {
        let (kind, properties) = &made[0];
        let blocks = &other[id];
        let block = |kind: &str| {
            blocks.iter().find(|(found, _)| found == kind).map_or(&Value::Null, |(_, block)| block)
        };
        let document = |member: &str| {
            assert_eq!(
                block("data.aws_iam_policy_document")["statement"],
                statements(&properties[member]),
                "{}",
                at(id)
            );
        };
        match kind.as_str() {
            "AWS::IAM::Role" => document("AssumeRolePolicyDocument"),
            "AWS::IAM::Policy" => {
                document("PolicyDocument");
                let policy = block("aws_iam_role_policy");
                assert_eq!(
                    (&policy["name"], &policy["role"]),
                    (&properties["PolicyName"], &properties["Roles"][0])
                );
            }
            "AWS::S3::BucketPolicy" => document("PolicyDocument"),
            "AWS::S3::Bucket" => bucket(properties, &block),
            "AWS::KinesisFirehose::DeliveryStream" => {
                let mut properties = properties.clone();
                let kind =
                    properties.as_object_mut().and_then(|members| members.remove("DeliveryStreamType"));
                let stream = block("aws_kinesis_firehose_delivery_stream");
                let encrypted = kind == Some(json!("DirectPut"));
                assert_eq!(stream.get("server_side_encryption").is_some(), encrypted, "{}", at(id));
                let besides: &[&str] = if encrypted { &["extended_s3", "true"] } else { &["extended_s3"] };
                assert_eq!(sorted_leaves([&properties], besides), sorted_leaves([stream], &[]), "{}", at(id));
                destination(
                    &properties["ExtendedS3DestinationConfiguration"],
                    &stream["extended_s3_configuration"],
                );
            }
            "AWS::Glue::Table" => {
                let table = block("aws_glue_catalog_table");
                assert_eq!(sorted_leaves([properties], &[]), sorted_leaves([table], &[]), "{}", at(id));
                let input = &properties["TableInput"];
                assert_eq!(table["parameters"], input["Parameters"], "{}", at(id));
                assert_eq!(table["storage_descriptor"]["location"], input["StorageDescriptor"]["Location"]);
                let columns = |columns: &Value, [name, ty, comment]: [&str; 3]| -> Vec<Value> {
                    let columns = columns.as_array().expect("columns").iter();
                    columns.map(|column| json!([column[name], column[ty], column[comment]])).collect()
                };
                let (theirs, ours) = (["Name", "Type", "Comment"], ["name", "type", "comment"]);
                assert_eq!(
                    columns(&input["StorageDescriptor"]["Columns"], theirs),
                    columns(&table["storage_descriptor"]["columns"], ours)
                );
                assert_eq!(columns(&input["PartitionKeys"], theirs), columns(&table["partition_keys"], ours));
            }
            "AWS::CloudWatch::Alarm" => {
                let alarm = block("aws_cloudwatch_metric_alarm");
                let dimension = &properties["Dimensions"][0];
                let name = dimension["Name"].as_str().expect("a name");
                assert_eq!(alarm["dimensions"], json!({ name: dimension["Value"] }), "{}", at(id));
                let [one, other] = [sorted_leaves([properties], &[]), sorted_leaves([alarm], &[name])];
                assert_eq!(one, other, "{}", at(id));
                assert_eq!(alarm["metric_name"], properties["MetricName"]);
                assert_eq!(alarm["threshold"], properties["Threshold"]);
            }
            _ => {
                let bodies = blocks.iter().map(|(_, block)| block);
                assert_eq!(sorted_leaves([properties], &[]), sorted_leaves(bodies, &[]), "{}", at(id));
            }
        }
    }
}

fn bucket<'a>(properties: &Value, block: &dyn Fn(&str) -> &'a Value) {
    let name = &properties["BucketName"];
    assert_eq!(&block("aws_s3_bucket")["bucket"], name);
    let access = block("aws_s3_bucket_public_access_block");
    for (member, argument) in [
        ("BlockPublicAcls", "block_public_acls"),
        ("BlockPublicPolicy", "block_public_policy"),
        ("IgnorePublicAcls", "ignore_public_acls"),
        ("RestrictPublicBuckets", "restrict_public_buckets"),
    ] {
        assert_eq!(properties["PublicAccessBlockConfiguration"][member], true);
        assert_eq!(access[argument], true);
    }
    let owner = &properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
    assert_eq!(&block("aws_s3_bucket_ownership_controls")["rule"][0]["object_ownership"], owner);
    let status = &properties["VersioningConfiguration"]["Status"];
    assert_eq!(&block("aws_s3_bucket_versioning")["versioning_configuration"]["status"], status);
    let theirs = &properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0];
    let ours = &block("aws_s3_bucket_server_side_encryption_configuration")["rule"][0];
    assert_eq!(ours["bucket_key_enabled"], theirs["BucketKeyEnabled"]);
    let (theirs, ours) =
        (&theirs["ServerSideEncryptionByDefault"], &ours["apply_server_side_encryption_by_default"]);
    assert_eq!(ours["sse_algorithm"], theirs["SSEAlgorithm"]);
    assert_eq!(ours["kms_master_key_id"], theirs["KMSMasterKeyID"]);
    let rules = properties["LifecycleConfiguration"]["Rules"].as_array().expect("rules");
    let lifecycle = block("aws_s3_bucket_lifecycle_configuration")["rule"].as_array().expect("rules");
    assert_eq!(rules.len(), lifecycle.len());
    for (theirs, ours) in rules.iter().zip(lifecycle) {
        assert_eq!(sorted_leaves([theirs], &[]), sorted_leaves([ours], &[]));
        assert_eq!(theirs["Prefix"], ours["filter"]["prefix"]);
        assert_eq!(theirs["ExpirationInDays"], ours["expiration"]["days"]);
    }
}

/// The members that decide where records go and what becomes of them.
fn destination(theirs: &Value, ours: &Value) {
    for (member, argument) in [
        ("/Prefix", "/prefix"),
        ("/ErrorOutputPrefix", "/error_output_prefix"),
        ("/BucketARN", "/bucket_arn"),
        ("/RoleARN", "/role_arn"),
        ("/BufferingHints/SizeInMBs", "/buffering_size"),
        ("/BufferingHints/IntervalInSeconds", "/buffering_interval"),
        ("/CompressionFormat", "/compression_format"),
        ("/CustomTimeZone", "/custom_time_zone"),
        ("/EncryptionConfiguration/KMSEncryptionConfig/AWSKMSKeyARN", "/kms_key_arn"),
        ("/CloudWatchLoggingOptions/LogStreamName", "/cloudwatch_logging_options/log_stream_name"),
        ("/DynamicPartitioningConfiguration/Enabled", "/dynamic_partitioning_configuration/enabled"),
        (
            "/DynamicPartitioningConfiguration/RetryOptions/DurationInSeconds",
            "/dynamic_partitioning_configuration/retry_duration",
        ),
        (
            "/DataFormatConversionConfiguration/InputFormatConfiguration/Deserializer/OpenXJsonSerDe/ColumnToJsonKeyMappings",
            "/data_format_conversion_configuration/input_format_configuration/deserializer/open_x_json_ser_de/column_to_json_key_mappings",
        ),
        (
            "/DataFormatConversionConfiguration/OutputFormatConfiguration/Serializer/ParquetSerDe/Compression",
            "/data_format_conversion_configuration/output_format_configuration/serializer/parquet_ser_de/compression",
        ),
        (
            "/DataFormatConversionConfiguration/SchemaConfiguration/TableName",
            "/data_format_conversion_configuration/schema_configuration/table_name",
        ),
        ("/S3BackupMode", "/s3_backup_mode"),
        ("/S3BackupConfiguration/Prefix", "/s3_backup_configuration/prefix"),
        ("/S3BackupConfiguration/ErrorOutputPrefix", "/s3_backup_configuration/error_output_prefix"),
    ] {
        assert_eq!(theirs.pointer(member), ours.pointer(argument), "{member}");
    }
    let processors = |json: &Value, [list, kind, parameters, name, value]: [&str; 5]| -> Vec<Value> {
        let processors = json.pointer(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let one = |processor: &Value| {
            let pairs = processor[parameters].as_array().expect("parameters").iter();
            let pairs: Vec<_> = pairs.map(|pair| json!([pair[name], pair[value]])).collect();
            json!([processor[kind], pairs])
        };
        processors.iter().map(one).collect()
    };
    assert_eq!(
        processors(
            theirs,
            ["/ProcessingConfiguration/Processors", "Type", "Parameters", "ParameterName", "ParameterValue"]
        ),
        processors(
            ours,
            [
                "/processing_configuration/processors",
                "type",
                "parameters",
                "parameter_name",
                "parameter_value"
            ]
        )
    );
}

#[test]
fn both_say_the_same() {
    let (cases, _) = cases();
    for case in &cases {
        for answers in &answers() {
            compare(case, answers);
        }
    }
}

/// The comparison notices what it is for.
#[test]
fn a_difference_is_noticed() {
    let (cases, _) = cases();
    for (at, value) in [
        ("/Resources/LakeBucket/Properties/LifecycleConfiguration/Rules/0/Prefix", json!("")),
        ("/Resources/Table/Properties/TableInput/StorageDescriptor/Columns/0/Type", json!("varchar(3)")),
        ("/Resources/DeliveryStream/Properties/ExtendedS3DestinationConfiguration/Prefix", json!("x/")),
        ("/Resources/DeliveryPolicy/Properties/PolicyDocument/Statement/0/Action/0", json!("s3:*")),
        ("/Resources/FreshnessAlarm/Properties/Period", json!(60)),
        ("/Resources/DeliveryLogs/Properties/RetentionInDays", json!(1)),
    ] {
        let first = &cases[0];
        let mut template = first.template.clone();
        *template.pointer_mut(at).unwrap_or_else(|| panic!("{at}")) = value;
        let changed = Case {
            name: first.name.clone(),
            table: first.table.clone(),
            yaml: String::new(),
            module: first.module.clone(),
            template,
        };
        let noticed = std::panic::catch_unwind(|| compare(&changed, &answers()[0]));
        assert!(noticed.is_err(), "{at}");
    }
}

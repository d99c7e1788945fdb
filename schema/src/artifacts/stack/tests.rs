use super::expression::Expression;
use super::model::Resource;
use super::*;
use crate::{Column, Layout, LogicalType, Partition, PartitionBy, Scalar};

/// A table with a sentinel, which Firehose alone would read wrongly.
pub(in crate::artifacts) fn table() -> Table {
    let mut speed = Column::new("speed", LogicalType::Int16);
    speed.nullable = true;
    speed.rules.null_if = vec![Scalar::Int(252)];
    let mut table = Table::new("traffic", vec![Column::new("region", LogicalType::String), speed]);
    table.partitions.push(Partition {
        by: PartitionBy::Column("region".into()),
        layout: Layout::parse("region={region}", Some("region")).unwrap(),
        null: None,
    });
    table
}

/// A target that says what a stack needs, and no account or region.
pub(in crate::artifacts) fn target() -> Target {
    let mut target = Target {
        lake: Some("s3://my-lake/eu".into()),
        database: Some("traffic".into()),
        ..Target::default()
    };
    target.projection.from = Some("2026-01-01".into());
    target
}

/// Small texts of the kinds that the other generators give.
fn parts() -> Parts {
    let text = |members: &[(&str, &str)]| Json::object(members.iter().map(|(k, v)| (*k, Json::from(*v))));
    let key = reference(parameters::KMS_KEY);
    let log = Json::object([
        ("Enabled", Json::Bool(true)),
        ("LogGroupName", reference(stream::LOG_GROUP)),
        ("LogStreamName", "Delivery".into()),
    ]);
    let destination = Json::object([
        ("BucketARN", bucket::bucket_arn()),
        ("Prefix", "eu/traffic/dt=!{timestamp:yyyy-MM-dd}/".into()),
        ("CloudWatchLoggingOptions", log),
        (
            "EncryptionConfiguration",
            Json::object([("KMSEncryptionConfig", Json::object([("AWSKMSKeyARN", key.clone())]))]),
        ),
        ("DataFormatConversionConfiguration", Json::object([("Enabled", Json::Bool(true))])),
        ("DynamicPartitioningConfiguration", Json::object([("Enabled", Json::Bool(false))])),
    ]);
    Parts {
        database: text(&[("Name", "traffic")]),
        table: Json::object([
            ("Name", Json::from("traffic")),
            (
                "Parameters",
                text(&[
                    ("projection.dt.range", "2026-01-01,NOW+1DAY"),
                    ("storage.location.template", "s3://my-lake/eu/traffic/${dt}/"),
                    ("comment", "from 2026-01-01 on, in s3://my-lake"),
                ]),
            ),
            ("StorageDescriptor", text(&[("Location", "s3://my-lake/eu/traffic/")])),
        ]),
        raw: None,
        stream: Json::object([
            ("DeliveryStreamName", reference(parameters::STREAM_NAME)),
            ("DeliveryStreamType", "DirectPut".into()),
            ("DeliveryStreamEncryptionConfigurationInput", text(&[("KeyType", "AWS_OWNED_CMK")])),
            ("ExtendedS3DestinationConfiguration", destination),
        ]),
        trust: vec![Json::object([("Sid", Json::from("Trust"))])],
        statements: vec![
            Json::object([("Sid", Json::from("Objects"))]),
            Json::object([("Sid", Json::from("Key")), ("Resource", key)]),
        ],
    }
}

/// A stack of those.
pub(in crate::artifacts) fn sample(target: &Target) -> Stack {
    build(&table(), target, parts()).unwrap()
}

fn resource<'a>(stack: &'a Stack, id: &str) -> &'a Resource {
    stack.resources.iter().find(|resource| resource.id == id).unwrap_or_else(|| panic!("{id}"))
}

#[test]
fn texts_follow_the_bucket_and_the_first_day() {
    let stack = sample(&target());
    let table = resource(&stack, "Table").properties.get("TableInput").unwrap();
    let parameters = table.get("Parameters").unwrap();
    assert_eq!(parameters.get("projection.dt.range"), Some(&sub("${ProjectionFrom},NOW+1DAY")));
    assert_eq!(
        parameters.get("storage.location.template"),
        Some(&sub("s3://${LakeBucketName}/eu/traffic/${!dt}/"))
    );
    assert_eq!(parameters.get("comment"), Some(&"from 2026-01-01 on, in s3://my-lake".into()));
    let descriptor = table.get("StorageDescriptor").unwrap();
    assert_eq!(descriptor.get("Location"), Some(&sub("s3://${LakeBucketName}/eu/traffic/")));
    assert!(stack.parameters.iter().any(|parameter| parameter.name == "ProjectionFrom"));

    let mut without = parts();
    without.table.set("Parameters", Json::object([("projection.year.range", Json::from("2026,2035"))]));
    let stack = build(&super::tests::table(), &target(), without).unwrap();
    assert!(stack.parameters.iter().all(|parameter| parameter.name != "ProjectionFrom"));
}

#[test]
fn nothing_that_holds_data_or_schema_goes_with_the_stack() {
    let mut target = target();
    target.stack.kinesis = true;
    for resource in &sample(&target).resources {
        let holds = matches!(
            resource.kind,
            "AWS::S3::Bucket" | "AWS::Glue::Database" | "AWS::Glue::Table" | "AWS::Kinesis::Stream"
        );
        // The policy of a bucket that stays must stay with it.
        assert_eq!(resource.keep, holds || resource.kind == "AWS::S3::BucketPolicy", "{}", resource.id);
    }
}

#[test]
fn only_rejects_expire() {
    let stack = sample(&target());
    let rules = resource(&stack, "LakeBucket").properties.get("LifecycleConfiguration").unwrap();
    let expiring: Vec<_> = rules
        .get("Rules")
        .unwrap()
        .elements()
        .iter()
        .filter(|rule| rule.get("ExpirationInDays").is_some() || rule.get("ExpirationDate").is_some())
        .collect();
    let [rule] = expiring.as_slice() else { panic!("{expiring:?}") };
    assert_eq!(rule.get("Prefix"), Some(&"eu/_errors/".into()));
    assert_eq!(rule.get("ExpirationInDays"), Some(&reference("RejectDays")));
}

#[test]
fn the_key_is_named_where_there_is_one() {
    let stack = sample(&target());
    let destination = resource(&stack, "DeliveryStream").properties.get("ExtendedS3DestinationConfiguration");
    let encryption = destination.and_then(|destination| destination.get("EncryptionConfiguration")).unwrap();
    assert!(matches!(Expression::of(encryption), Some(Expression::If("HasKmsKey", ..))), "{encryption:?}");
    let policy = resource(&stack, "DeliveryPolicy").properties.get("PolicyDocument").unwrap();
    let [objects, key] = policy.get("Statement").unwrap().elements() else { panic!() };
    assert_eq!(Expression::of(objects), None);
    assert!(matches!(Expression::of(key), Some(Expression::If("HasKmsKey", ..))), "{key:?}");
}

#[test]
fn the_stream_waits_for_table_and_rights() {
    let stack = sample(&target());
    let after = &resource(&stack, "DeliveryStream").after;
    for id in ["Table", "DeliveryPolicy", "DeliveryLog"] {
        assert!(after.contains(&id), "{id}: {after:?}");
    }
}

#[test]
fn alarms_are_those_of_the_stream() {
    let names = |target: &Target| -> Vec<_> {
        let stack = sample(target);
        let alarms = stack.resources.iter().filter(|resource| resource.kind == "AWS::CloudWatch::Alarm");
        alarms
            .map(|alarm| alarm.properties.get("MetricName").unwrap().as_text().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&target()),
        [
            "DeliveryToS3.DataFreshness",
            "DeliveryToS3.Success",
            "FailedConversion.Records",
            "ExecuteProcessing.Success",
            "ThrottledRecords"
        ]
    );
    let mut target = target();
    target.stack.kinesis = true;
    target.stream.kinesis = Some("arn:aws:kinesis:eu-west-1:123456789012:stream/events".into());
    let named =
        sample(&target).parameters.into_iter().find(|parameter| parameter.name == "KinesisStreamName");
    assert_eq!(named.and_then(|parameter| parameter.default), Some("events".into()));
    assert_eq!(
        names(&target)[4..],
        ["ThrottledGetRecords", "GetRecords.IteratorAgeMilliseconds", "WriteProvisionedThroughputExceeded"]
    );
}

#[test]
fn the_function_is_asked_for_when_the_table_needs_it() {
    let asked = |table: &Table, target: &Target| asks_for_transform(table, target);
    assert!(asked(&table(), &target()));
    let mut plain = table();
    plain.columns[0].nullable = true;
    plain.columns[1].rules.null_if.clear();
    assert!(!asked(&plain, &target()));
    let mut told = target();
    told.stream.transform = Some("arn:aws:lambda:eu-west-1:123456789012:function:f:1".into());
    assert!(asked(&plain, &told));
    let mut json = target();
    json.stream.convert = false;
    assert!(!asked(&table(), &json));

    let stack = sample(&target());
    let transform = stack.parameters.iter().find(|parameter| parameter.name == "TransformArn").unwrap();
    assert_eq!(transform.default, None);
    assert!(stack.notes.iter().any(|note| note.contains("TransformArn")), "{:?}", stack.notes);
}

#[test]
fn records_reach_a_table_of_the_stack() {
    let mut beside = parts();
    beside.table.set("StorageDescriptor", Json::object([("Location", Json::from("s3://my-lake/eu/other/"))]));
    let findings = build(&table(), &target(), beside).map(|_| ()).unwrap_err();
    assert_eq!(findings.0[0].rule, "stream-beside-tables");
    assert!(findings.to_string().contains("s3://my-lake/eu/other/"), "{findings}");
}

#[test]
fn settings_that_no_stack_takes() {
    let mut target = target();
    target.lake = Some("/data/lake".into());
    target.stack.log_days = 31;
    target.stack.reject_days = 0;
    let findings = build(&table(), &target, parts()).map(|_| ()).unwrap_err();
    let mut rules: Vec<_> = findings.0.iter().map(|finding| finding.rule).collect();
    rules.dedup();
    assert_eq!(rules, ["lake-on-s3", "log-days", "reject-days"], "{findings}");
}

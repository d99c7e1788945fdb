use super::*;
use crate::layout::Layout;
use crate::logical_type::LogicalType;
use crate::table::{Column, Partition, PartitionBy};

fn table() -> Table {
    let mut table =
        Table::new("traffic", vec![Column { nullable: true, ..Column::new("n", LogicalType::Int64) }]);
    table.partitions = vec![Partition {
        by: PartitionBy::Arrival,
        layout: Layout::parse("dt={yyyy-MM-dd}", None).unwrap(),
        null: None,
    }];
    table
}

fn target() -> Target {
    Target {
        lake: Some("s3://my-lake/prod".into()),
        database: Some("lake".into()),
        region: Some("cn-north-1".into()),
        account: Some("123456789012".into()),
        ..Target::default()
    }
}

/// The same, where partitions are registered.
fn registered() -> Target {
    let mut target = target();
    target.projection.enabled = false;
    target
}

fn statements(part: &Part, target: &Target) -> Vec<serde_json::Value> {
    let made = Iam.render(part, &table(), target).unwrap_or_else(|findings| panic!("{findings}")).unwrap();
    let policy: serde_json::Value = serde_json::from_str(&made.content.to_text()).unwrap();
    policy["Statement"].as_array().unwrap().clone()
}

fn sids(statements: &[serde_json::Value]) -> Vec<&str> {
    statements.iter().filter_map(|statement| statement["Sid"].as_str()).collect()
}

#[test]
fn the_stream_writes_below_its_own_prefixes_only() {
    let made = statements(&STREAM, &target());
    assert_eq!(sids(&made), ["WriteObjects", "UseBucket", "ReadSchema", "WriteLog"]);
    assert_eq!(
        made[0]["Resource"],
        serde_json::json!([
            "arn:aws-cn:s3:::my-lake/prod/_errors/traffic/*",
            "arn:aws-cn:s3:::my-lake/prod/traffic/*"
        ])
    );
    assert_eq!(
        made[2]["Resource"],
        serde_json::json!([
            "arn:aws-cn:glue:cn-north-1:123456789012:catalog",
            "arn:aws-cn:glue:cn-north-1:123456789012:database/lake",
            "arn:aws-cn:glue:cn-north-1:123456789012:table/lake/traffic"
        ])
    );
    assert_eq!(
        made[3]["Resource"][0],
        "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/kinesisfirehose/traffic:log-stream:*"
    );
}

#[test]
fn each_setting_adds_what_it_needs() {
    let mut all = target();
    all.stream.backup = true;
    all.stream.kinesis = Some("arn:aws-cn:kinesis:cn-north-1:123456789012:stream/traffic".into());
    all.stream.transform = Some("arn:aws-cn:lambda:cn-north-1:123456789012:function:normalise".into());
    all.stream.kms_key = Some("arn:aws-cn:kms:cn-north-1:123456789012:key/1".into());
    let made = statements(&STREAM, &all);
    assert_eq!(
        sids(&made),
        [
            "WriteObjects",
            "UseBucket",
            "ReadSchema",
            "ReadSource",
            "CallTransform",
            "WriteLog",
            "UseKey",
            "UseKeyOfSource"
        ]
    );
    assert_eq!(made[0]["Resource"].as_array().unwrap().len(), 4);
    assert_eq!(made[4]["Resource"][1], "arn:aws-cn:lambda:cn-north-1:123456789012:function:normalise:*");
    assert_eq!(made[6]["Condition"]["StringEquals"]["kms:ViaService"], "s3.cn-north-1.amazonaws.com");
    all.stream.transform = Some("arn:aws-cn:lambda:cn-north-1:123456789012:function:normalise:7".into());
    assert_eq!(statements(&STREAM, &all)[4]["Resource"].as_array().unwrap().len(), 1);
    // JSON goes to the table of raw records, and no schema is looked up.
    (all.stream.backup, all.stream.convert) = (false, false);
    let json = statements(&STREAM, &all);
    assert!(!sids(&json).contains(&"ReadSchema"));
    assert_eq!(json[0]["Resource"][1], "arn:aws-cn:s3:::my-lake/prod/traffic_raw/*");
}

#[test]
fn no_policy_allows_everything() {
    for part in Iam.parts() {
        for statement in statements(part, &registered()) {
            // What has no ARN: it reads one version, by an id that nobody guesses.
            if statement["Sid"] == "ReadSchemaVersionById" {
                assert_eq!(statement["Action"], serde_json::json!(["glue:GetSchemaVersion"]));
                continue;
            }
            for member in ["Action", "Resource"] {
                let values = statement[member].as_array().cloned().unwrap_or_default();
                assert!(values.iter().all(|value| value != "*" && value != "glue:*"), "{statement}");
            }
            let sid = statement["Sid"].as_str().unwrap();
            assert!(sid.chars().all(char::is_alphanumeric), "{sid}");
        }
    }
    assert_eq!(sids(&statements(&PLAN, &target())), ["ReadCatalog", "ListTables"]);
    assert_eq!(sids(&statements(&APPLY, &target())), ["ReadCatalog", "ListTables", "ChangeCatalog"]);
    let reading = statements(&PLAN, &target())
        .iter()
        .map(|statement| statement["Action"].to_string())
        .collect::<String>();
    assert!(
        !reading.contains("Create") && !reading.contains("Update") && !reading.contains("Delete"),
        "{reading}"
    );
}

#[test]
fn partitions_are_removed_only_where_they_are_registered() {
    let made = statements(&PRUNE, &registered());
    assert_eq!(sids(&made), ["ReadCatalog", "ListTables", "ChangeCatalog", "PrunePartitions"]);
    assert_eq!(made[3]["Action"], serde_json::json!(["glue:BatchDeletePartition"]));
    assert_eq!(
        made[3]["Resource"],
        serde_json::json!([
            "arn:aws-cn:glue:cn-north-1:123456789012:catalog",
            "arn:aws-cn:glue:cn-north-1:123456789012:database/lake",
            "arn:aws-cn:glue:cn-north-1:123456789012:table/lake/traffic"
        ])
    );
    assert!(Iam.render(&PRUNE, &table(), &target()).unwrap().is_none(), "projected");
    let flat = Table { partitions: Vec::new(), ..table() };
    assert!(Iam.render(&PRUNE, &flat, &registered()).unwrap().is_none(), "without partitions");
}

#[test]
fn checking_a_schema_changes_nothing_and_pushing_changes_only_that_schema() {
    let mut target = target();
    target.registry.name = "roads".into();
    let arns = |schema: &str| {
        serde_json::json!([
            "arn:aws-cn:glue:cn-north-1:123456789012:registry/roads",
            format!("arn:aws-cn:glue:cn-north-1:123456789012:schema/roads/{schema}")
        ])
    };
    let made = statements(&REGISTRY_CHECK, &target);
    assert_eq!(sids(&made), ["ReadSchemas", "ReadSchemaVersionById"]);
    assert_eq!(made[0]["Resource"], arns("traffic"));
    target.registry.schema = Some("traffic-event".into());
    let made = statements(&REGISTRY_PUSH, &target);
    assert_eq!(sids(&made), ["ReadSchemas", "ReadSchemaVersionById", "ChangeSchemas"]);
    assert_eq!(made[0]["Resource"], arns("traffic-event"));
    assert_eq!(made[2]["Resource"], arns("traffic-event"));
    assert!(made[..2].iter().all(|one| !one["Action"].to_string().contains("Create")));
}

#[test]
fn what_is_missing_is_told() {
    let findings = Iam.render(&STREAM, &table(), &Target::default()).unwrap_err();
    let places: Vec<_> = findings.0.iter().map(|finding| finding.place.as_str()).collect();
    assert!(
        ["lake", "database", "region", "account"].iter().all(|place| places.contains(place)),
        "{places:?}"
    );
    assert!(!places.contains(&"stream.role"));
}

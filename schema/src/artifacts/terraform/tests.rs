use super::expression::escape;
use super::names::{kind, snake};
use super::*;
use crate::artifacts::stack::tests::{sample, target};

fn parsed(stack: &Stack) -> serde_json::Value {
    serde_json::from_str(&module(stack).to_text()).unwrap()
}

#[test]
fn names_in_small_letters() {
    for (name, small) in [
        ("Name", "name"),
        ("RoleARN", "role_arn"),
        ("OKActions", "ok_actions"),
        ("S3BackupMode", "s3_backup_mode"),
        ("OpenXJsonSerDe", "open_x_json_ser_de"),
        ("StoredAsSubDirectories", "stored_as_sub_directories"),
        ("ConvertDotsInJsonKeysToUnderscores", "convert_dots_in_json_keys_to_underscores"),
    ] {
        assert_eq!(snake(name), small);
    }
}

#[test]
fn text_of_its_own() {
    assert_eq!(escape("a${dt}%{x}!{y}"), "a$${dt}%%{x}!{y}");
}

#[test]
fn expressions() {
    let stack = sample(&target());
    let scope = Scope { stack: &stack };
    let json = |text: &str| Json::from(&serde_json::from_str::<serde_json::Value>(text).unwrap());
    for (from, to) in [
        (r#""plain ${x}""#, r#""plain $${x}""#),
        (r#"{"Ref":"StreamName"}"#, r#""${var.stream_name}""#),
        (r#"{"Ref":"AWS::AccountId"}"#, r#""${data.aws_caller_identity.current.account_id}""#),
        (r#"{"Ref":"Table"}"#, r#""${aws_glue_catalog_table.table.name}""#),
        (r#"{"Ref":"LakeBucket"}"#, r#""${aws_s3_bucket.lake_bucket[0].bucket}""#),
        (r#"{"Fn::GetAtt":["DeliveryRole","Arn"]}"#, r#""${aws_iam_role.delivery_role.arn}""#),
        (r#"{"Fn::Sub":"a/${StreamName}/${!dt}/%{b}"}"#, r#""a/${var.stream_name}/$${dt}/%%{b}""#),
        (r#"{"Fn::Sub":"${Table.Arn}/*"}"#, r#""${aws_glue_catalog_table.table.arn}/*""#),
        (r#"{"Fn::If":["CreatesBucket",1,2]}"#, r#""${var.create_bucket ? 1 : 2}""#),
        (
            r#"{"Fn::If":["HasKmsKey",["a\"b",{"Ref":"KmsKeyArn"}],{"Ref":"AWS::NoValue"}]}"#,
            r#""${var.kms_key_arn != \"\" ? [\"a\\\"b\", var.kms_key_arn] : null}""#,
        ),
        (
            r#"{"Fn::Select":["1",{"Fn::Split":["/",{"Ref":"KinesisStreamArn"}]}]}"#,
            r#""${element(split(\"/\", var.kinesis_stream_arn), 1)}""#,
        ),
        (r#"{"a":{"Ref":"AWS::NoValue"}}"#, r#"{"a":null}"#),
    ] {
        assert_eq!(serde_json::to_string(&scope.value(&json(from))).unwrap(), to, "{from}");
    }
}

#[test]
fn every_resource_has_a_type_and_every_name_a_meaning() {
    let mut target = target();
    target.stack.kinesis = true;
    for target in [super::super::stack::tests::target(), target] {
        let stack = sample(&target);
        for resource in &stack.resources {
            assert!(kind(resource.kind).starts_with("aws_"), "{}", resource.kind);
        }
        // What is referred to is there: variables, resources, data sources.
        let json = parsed(&stack);
        let text = json.to_string();
        let mut seen = 0;
        for (at, _) in text.match_indices("${") {
            if text[..at].ends_with('$') {
                continue;
            }
            let code = text[at + 2..].split('}').next().unwrap();
            for word in code.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '['))) {
                let mut parts = word.split(['.', '[']);
                let found = match (parts.next(), parts.next(), parts.next()) {
                    (Some("var"), Some(name), _) => &json["variable"][name],
                    (Some("data"), Some(kind), Some(name)) => &json["data"][kind][name],
                    (Some(kind), Some(name), _) if kind.starts_with("aws_") => &json["resource"][kind][name],
                    _ => continue,
                };
                assert!(found.is_object(), "{word} in {code}");
                seen += 1;
            }
        }
        assert!(seen > 40, "{seen}");
    }
}

#[test]
fn settings_of_the_bucket_are_resources() {
    let json = parsed(&sample(&target()));
    let of = |kind: &str| &json["resource"][kind]["lake_bucket"];
    assert_eq!(of("aws_s3_bucket")["bucket"], "${var.lake_bucket_name}");
    assert_eq!(of("aws_s3_bucket")["lifecycle"]["prevent_destroy"], true);
    for kind in [
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_ownership_controls",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_versioning",
        "aws_s3_bucket_lifecycle_configuration",
    ] {
        assert_eq!(of(kind)["count"], "${var.create_bucket ? 1 : 0}", "{kind}");
        assert_eq!(of(kind)["bucket"], "${aws_s3_bucket.lake_bucket[0].bucket}", "{kind}");
    }
    let rules = &of("aws_s3_bucket_lifecycle_configuration")["rule"];
    assert_eq!(rules[0]["filter"]["prefix"], "eu/_errors/");
    assert_eq!(rules[0]["expiration"]["days"], "${var.reject_days}");
    assert_eq!(rules[1]["expiration"]["expired_object_delete_marker"], true);
    let encryption = &of("aws_s3_bucket_server_side_encryption_configuration")["rule"][0];
    assert_eq!(
        encryption["apply_server_side_encryption_by_default"]["sse_algorithm"],
        "${var.kms_key_arn != \"\" ? \"aws:kms\" : \"AES256\"}"
    );
}

#[test]
fn a_block_by_condition_becomes_members_by_condition() {
    let json = parsed(&sample(&target()));
    let stream = &json["resource"]["aws_kinesis_firehose_delivery_stream"]["delivery_stream"];
    let destination = &stream["extended_s3_configuration"];
    assert_eq!(destination["kms_key_arn"], "${var.kms_key_arn != \"\" ? var.kms_key_arn : null}");
    assert_eq!(destination["prefix"], "eu/traffic/dt=!{timestamp:yyyy-MM-dd}/");
    assert_eq!(
        stream["server_side_encryption"],
        serde_json::json!({"key_type": "AWS_OWNED_CMK", "enabled": true})
    );
}

#[test]
fn a_statement_by_condition_is_dynamic() {
    let json = parsed(&sample(&target()));
    let policy = &json["data"]["aws_iam_policy_document"]["delivery_policy"];
    assert_eq!(policy["statement"][0]["sid"], "Objects");
    let key = &policy["dynamic"]["statement"][0];
    assert_eq!(key["for_each"], "${var.kms_key_arn != \"\" ? [1] : []}");
    assert_eq!(key["content"]["resources"], serde_json::json!(["${var.kms_key_arn}"]));
    let bucket = &json["data"]["aws_iam_policy_document"]["lake_bucket_policy"]["statement"][0];
    assert_eq!(bucket["principals"], serde_json::json!([{"type": "*", "identifiers": ["*"]}]));
    assert_eq!(
        bucket["condition"],
        serde_json::json!([{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}])
    );
}

#[test]
fn notes_name_variables() {
    let stack = sample(&target());
    let note = variables::in_text(&stack, &stack.notes[0]);
    assert!(note.contains("create_bucket=false") && !note.contains("CreateBucket"), "{note}");
}

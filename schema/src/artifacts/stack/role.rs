//! The role that the delivery stream takes on.

use super::expression::{ACCOUNT, PARTITION, REGION, URL_SUFFIX, only_if, reference, sub};
use super::model::Resource;
use super::parameters::{BUCKET, DATABASE, HAS_KMS_KEY, KMS_KEY, TRANSFORM};
use super::stream::{LOG_GROUP, Source};
use crate::json::Json;

/// Its name within the stack.
pub(super) const ROLE: &str = "DeliveryRole";
/// Its policy's.
pub(super) const POLICY: &str = "DeliveryPolicy";

/// A policy document.
pub(super) fn policy(statements: Vec<Json>) -> Json {
    Json::object([("Version", Json::from("2012-10-17")), ("Statement", Json::List(statements))])
}

/// The role and what it may do. The policy stands apart, so that the stream can wait for it.
pub(super) fn role(trust: Vec<Json>, statements: Vec<Json>) -> [Resource; 2] {
    let statements = statements.into_iter().map(if_key).collect();
    let role = Json::object([
        ("Description", Json::from("Lets Firehose write the lake.")),
        ("AssumeRolePolicyDocument", policy(trust)),
    ]);
    let allowed = Json::object([
        ("PolicyName", Json::from("delivery")),
        ("Roles", Json::List(vec![reference(ROLE)])),
        ("PolicyDocument", policy(statements)),
    ]);
    [Resource::new(ROLE, "AWS::IAM::Role", role), Resource::new(POLICY, "AWS::IAM::Policy", allowed)]
}

/// What a stream has to do with.
pub(super) struct Uses<'a> {
    /// What the keys of its objects begin with.
    pub(super) prefixes: Vec<String>,
    /// Name of the table that it converts by, when it converts.
    pub(super) table: Option<&'a str>,
    /// Where it takes records from.
    pub(super) source: Source,
    /// Whether a function changes records.
    pub(super) transforms: bool,
}

/// What the stream may do, each only with what is its own. No statement names `*` alone.
pub(super) fn statements(uses: &Uses<'_>) -> Vec<Json> {
    let arn = |service: &str, rest: &str| {
        sub(format!("arn:${{{PARTITION}}}:{service}:${{{REGION}}}:${{{ACCOUNT}}}:{rest}"))
    };
    let bucket = format!("arn:${{{PARTITION}}}:s3:::${{{BUCKET}}}");
    let objects = uses.prefixes.iter().map(|prefix| sub(format!("{bucket}/{prefix}*")));
    let mut statements = vec![
        statement("Objects", &["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], objects.collect()),
        statement(
            "Bucket",
            &["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            vec![sub(bucket.clone())],
        ),
    ];
    if let Some(table) = uses.table {
        statements.push(statement(
            "Schema",
            &["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
            vec![
                arn("glue", "catalog"),
                arn("glue", &format!("database/${{{DATABASE}}}")),
                arn("glue", &format!("table/${{{DATABASE}}}/{table}")),
            ],
        ));
    }
    if let Some(kinesis) = uses.source.kinesis_arn() {
        let actions = [
            "kinesis:DescribeStream",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ];
        statements.push(statement("Source", &actions, vec![kinesis]));
    }
    if uses.transforms {
        let actions = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
        statements.push(statement("Transform", &actions, vec![reference(TRANSFORM)]));
    }
    statements.push(statement(
        "Log",
        &["logs:PutLogEvents"],
        vec![arn("logs", &format!("log-group:${{{LOG_GROUP}}}:log-stream:*"))],
    ));
    statements.push(key("Key", &["kms:Decrypt", "kms:GenerateDataKey"], "s3"));
    if uses.source == Source::Own {
        statements.push(key("KeyOfSource", &["kms:Decrypt"], "kinesis"));
    }
    statements
}

fn statement(sid: &str, actions: &[&str], resources: Vec<Json>) -> Json {
    Json::object([
        ("Sid", Json::from(sid)),
        ("Effect", "Allow".into()),
        ("Action", Json::list(actions.iter().copied())),
        ("Resource", Json::List(resources)),
    ])
}

/// The key may be used through that service only.
fn key(sid: &str, actions: &[&str], service: &str) -> Json {
    let via = sub(format!("{service}.${{{REGION}}}.${{{URL_SUFFIX}}}"));
    let mut key = statement(sid, actions, vec![reference(KMS_KEY)]);
    key.set("Condition", Json::object([("StringEquals", Json::object([("kms:ViaService", via)]))]));
    key
}

/// Firehose takes the role on, and only for streams of this account.
pub(super) fn trust() -> Json {
    Json::object([
        ("Sid", Json::from("FirehoseOfThisAccount")),
        ("Effect", Json::from("Allow")),
        ("Principal", Json::object([("Service", Json::from("firehose.amazonaws.com"))])),
        ("Action", Json::from("sts:AssumeRole")),
        (
            "Condition",
            Json::object([("StringEquals", Json::object([("sts:ExternalId", reference(ACCOUNT))]))]),
        ),
    ])
}

/// A statement about the key is there where the key is.
fn if_key(statement: Json) -> Json {
    if mentions(&statement, KMS_KEY) { only_if(HAS_KMS_KEY, statement) } else { statement }
}

/// Whether a text in it holds that word.
pub(super) fn mentions(json: &Json, word: &str) -> bool {
    json.as_text().is_some_and(|text| text.contains(word))
        || json.elements().iter().any(|value| mentions(value, word))
        || json.members().iter().any(|(_, value)| mentions(value, word))
}

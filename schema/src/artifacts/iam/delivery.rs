//! The role that the delivery stream takes on: who may take it on, and what it may do.

use super::allow;
use super::catalog::glue_arns;
use crate::finding::Findings;
use crate::json::Json;
use crate::refs::{Refs, join};
use crate::table::Table;
use crate::target::Target;

/// Firehose takes the role on, and only for streams of this account.
pub fn trust_statements(refs: &Refs) -> Vec<Json> {
    let same_account = Json::object([("sts:ExternalId", refs.account.clone())]);
    vec![Json::object([
        ("Sid", "FirehoseOfThisAccount".into()),
        ("Effect", "Allow".into()),
        ("Principal", Json::object([("Service", "firehose.amazonaws.com".into())])),
        ("Action", "sts:AssumeRole".into()),
        ("Condition", Json::object([("StringEquals", same_account)])),
    ])]
}

/// What the stream needs, and nothing more: objects below its own prefixes, its table, its source, its function, its
/// log, its key.
///
/// # Errors
/// No lake on S3.
pub fn delivery_statements(table: &Table, target: &Target, refs: &Refs) -> Result<Vec<Json>, Findings> {
    let mut findings = Findings::default();
    let mut prefixes = vec![target.error_prefix(table)];
    if !target.delivers_raw(table) {
        prefixes.push(target.table_prefix(table));
    }
    if target.delivers_raw(table) || target.stream.backup {
        prefixes.push(target.raw_prefix(table));
    }
    if target.stream.backup {
        prefixes.push(target.raw_error_prefix(table));
    }
    let mut prefixes: Vec<String> = prefixes.into_iter().filter_map(|prefix| findings.take(prefix)).collect();
    prefixes.sort();
    let objects =
        prefixes.iter().map(|prefix| join([&refs.bucket_arn, &format!("/{prefix}*").into()])).collect();

    let mut statements = vec![
        allow("WriteObjects", &["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], objects),
        allow(
            "UseBucket",
            &["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            vec![refs.bucket_arn.clone()],
        ),
    ];
    if target.converts(table) {
        let actions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"];
        statements.push(allow("ReadSchema", &actions, glue_arns(refs, std::slice::from_ref(&refs.table))));
    }
    if let Some(stream) = &refs.kinesis_arn {
        let actions = [
            "kinesis:DescribeStream",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
        ];
        statements.push(allow("ReadSource", &actions, vec![stream.clone()]));
    }
    if let Some(function) = &refs.transform_arn {
        let actions = ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"];
        statements.push(allow("CallTransform", &actions, function_arns(function)));
    }
    let log = arn(refs, "logs", &["log-group:".into(), refs.log_group.clone(), ":log-stream:*".into()]);
    statements.push(allow("WriteLog", &["logs:PutLogEvents"], vec![log]));
    if let Some(key) = &refs.kms_key_arn {
        statements.extend(key_statements(refs, key));
    }
    findings.or(|| statements)
}

/// The function, and its versions and aliases where the ARN names none.
fn function_arns(function: &Json) -> Vec<Json> {
    const WITHOUT_VERSION: usize = 7;
    let named = function.as_text().is_some_and(|arn| arn.split(':').count() > WITHOUT_VERSION);
    if named { vec![function.clone()] } else { vec![function.clone(), join([function, &":*".into()])] }
}

/// The key, for objects of the bucket; and for records of the Kinesis stream, which may be encrypted with it too.
fn key_statements(refs: &Refs, key: &Json) -> Vec<Json> {
    let via = |service: &str| {
        let service = join([&format!("{service}.").into(), &refs.region, &".amazonaws.com".into()]);
        Json::object([("kms:ViaService", service)])
    };
    let mut objects = allow("UseKey", &["kms:Decrypt", "kms:GenerateDataKey"], vec![key.clone()]);
    // With a bucket key the context is the bucket, without one it is the object.
    let places = Json::List(vec![refs.bucket_arn.clone(), join([&refs.bucket_arn, &"/*".into()])]);
    objects.set(
        "Condition",
        Json::object([
            ("StringEquals", via("s3")),
            ("StringLike", Json::object([("kms:EncryptionContext:aws:s3:arn", places)])),
        ]),
    );
    let mut statements = vec![objects];
    if refs.kinesis_arn.is_some() {
        let mut source = allow("UseKeyOfSource", &["kms:Decrypt"], vec![key.clone()]);
        source.set("Condition", Json::object([("StringEquals", via("kinesis"))]));
        statements.push(source);
    }
    statements
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:` and the rest.
pub(super) fn arn(refs: &Refs, service: &str, rest: &[Json]) -> Json {
    let colon = Json::from(":");
    let (start, service) = (Json::from("arn:"), Json::from(format!(":{service}:")));
    let head = [&start, &refs.partition, &service, &refs.region, &colon, &refs.account, &colon];
    join(head.into_iter().chain(rest))
}

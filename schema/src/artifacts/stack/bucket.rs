//! The lake's bucket.

use super::expression::{PARTITION, choose, only_if, reference, sub};
use super::model::Resource;
use super::parameters::{BUCKET, CREATES_BUCKET, HAS_KMS_KEY, KMS_KEY, REJECT_DAYS};
use crate::artifacts::iam::policy;
use crate::json::Json;

/// Its name within the stack.
pub(in crate::artifacts) const LAKE_BUCKET: &str = "LakeBucket";
/// Its policy's.
const POLICY: &str = "LakeBucketPolicy";
/// Days for which deleted and replaced objects can be brought back.
const NONCURRENT_DAYS: i64 = 30;
/// Days after which the parts of an upload that was never completed are deleted.
const UPLOAD_DAYS: i64 = 7;

/// ARN of the bucket, whoever made it.
pub(super) fn bucket_arn() -> Json {
    sub(format!("arn:${{{PARTITION}}}:s3:::${{{BUCKET}}}"))
}

/// The bucket and its policy, where the stack is to make them. `rejects` is what the keys of rejected records begin
/// with.
pub(super) fn bucket(rejects: &str) -> Vec<Resource> {
    let made = |id, kind, properties| Resource {
        condition: Some(CREATES_BUCKET),
        keep: true,
        ..Resource::new(id, kind, properties)
    };
    let bucket = Json::object([
        ("BucketName", reference(BUCKET)),
        (
            "BucketEncryption",
            Json::object([("ServerSideEncryptionConfiguration", Json::list([encryption()]))]),
        ),
        (
            "PublicAccessBlockConfiguration",
            Json::object(
                ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]
                    .map(|member| (member, Json::Bool(true))),
            ),
        ),
        (
            "OwnershipControls",
            Json::object([(
                "Rules",
                Json::list([Json::object([("ObjectOwnership", Json::from("BucketOwnerEnforced"))])]),
            )]),
        ),
        ("VersioningConfiguration", Json::object([("Status", Json::from("Enabled"))])),
        ("LifecycleConfiguration", Json::object([("Rules", Json::list(lifecycle(rejects)))])),
    ]);
    let policy =
        Json::object([("Bucket", reference(LAKE_BUCKET)), ("PolicyDocument", only_encrypted_transport())]);
    vec![
        Resource {
            why: Some(
                "Versions are kept: an object that is deleted or replaced by mistake can be brought back for 30 days. \
                 Only rejected records expire by themselves; no rule deletes data of a table.",
            ),
            ..made(LAKE_BUCKET, "AWS::S3::Bucket", bucket)
        },
        made(POLICY, "AWS::S3::BucketPolicy", policy),
    ]
}

/// With the key when there is one, else with the keys of S3. A key of the bucket saves nearly all calls to KMS.
fn encryption() -> Json {
    Json::object([
        ("BucketKeyEnabled", Json::Bool(true)),
        (
            "ServerSideEncryptionByDefault",
            Json::object([
                ("SSEAlgorithm", choose(HAS_KMS_KEY, "aws:kms", "AES256")),
                ("KMSMasterKeyID", only_if(HAS_KMS_KEY, reference(KMS_KEY))),
            ]),
        ),
    ])
}

fn lifecycle(rejects: &str) -> [Json; 2] {
    let rejected = Json::object([
        ("Id", Json::from("delete-rejected-records")),
        ("Status", Json::from("Enabled")),
        ("Prefix", Json::from(rejects)),
        ("ExpirationInDays", reference(REJECT_DAYS)),
    ]);
    let cleaning = Json::object([
        ("Id", Json::from("clean-up")),
        ("Status", Json::from("Enabled")),
        ("AbortIncompleteMultipartUpload", Json::object([("DaysAfterInitiation", Json::Int(UPLOAD_DAYS))])),
        ("NoncurrentVersionExpiration", Json::object([("NoncurrentDays", Json::Int(NONCURRENT_DAYS))])),
        ("ExpiredObjectDeleteMarker", Json::Bool(true)),
    ]);
    [rejected, cleaning]
}

/// Refuses every request that does not come over TLS.
fn only_encrypted_transport() -> Json {
    let bucket = format!("arn:${{{PARTITION}}}:s3:::${{{BUCKET}}}");
    let statement = Json::object([
        ("Sid", Json::from("OnlyEncryptedTransport")),
        ("Effect", Json::from("Deny")),
        ("Principal", Json::from("*")),
        ("Action", Json::from("s3:*")),
        ("Resource", Json::list([sub(bucket.clone()), sub(format!("{bucket}/*"))])),
        ("Condition", Json::object([("Bool", Json::object([("aws:SecureTransport", Json::from("false"))]))])),
    ]);
    policy(vec![statement])
}

//! The bucket, which the provider takes apart into a resource for each of its settings.

use super::expression::Scope;
use super::resources::{block, members};
use crate::artifacts::stack::model::Resource;
use crate::json::Json;

/// Settings of the bucket, each a resource of its own.
pub(super) fn settings(scope: &Scope<'_>, bucket: &Resource) -> Vec<(&'static str, Vec<(String, Json)>)> {
    let properties = &bucket.properties;
    let name = ("bucket".to_owned(), scope.value(&Json::object([("Ref", Json::from(bucket.id))])));
    let part = |kind: &'static str, members: Vec<(String, Json)>| {
        (kind, std::iter::once(name.clone()).chain(members).collect())
    };
    let rules = |member: &str, list: &str, write: &dyn Fn(&Json) -> Json| {
        let rules = properties.get(member).and_then(|setting| setting.get(list));
        let rules = rules.map(Json::elements).unwrap_or_default().iter().map(write).collect();
        vec![("rule".to_owned(), Json::List(rules))]
    };
    let plain =
        |member: &str| properties.get(member).map(|setting| members(scope, "", setting)).unwrap_or_default();
    vec![
        part("aws_s3_bucket_public_access_block", plain("PublicAccessBlockConfiguration")),
        part(
            "aws_s3_bucket_ownership_controls",
            rules("OwnershipControls", "Rules", &|rule| block(scope, "", rule)),
        ),
        part(
            "aws_s3_bucket_server_side_encryption_configuration",
            rules("BucketEncryption", "ServerSideEncryptionConfiguration", &|rule| encryption(scope, rule)),
        ),
        part(
            "aws_s3_bucket_versioning",
            vec![("versioning_configuration".to_owned(), Json::Object(plain("VersioningConfiguration")))],
        ),
        part(
            "aws_s3_bucket_lifecycle_configuration",
            rules("LifecycleConfiguration", "Rules", &|rule| lifecycle(scope, rule)),
        ),
    ]
}

fn encryption(scope: &Scope<'_>, rule: &Json) -> Json {
    let mut members = Vec::new();
    if let Some(by_default) = rule.get("ServerSideEncryptionByDefault") {
        let of = |member: &str| by_default.get(member).map(|value| scope.value(value));
        let default = [("sse_algorithm", of("SSEAlgorithm")), ("kms_master_key_id", of("KMSMasterKeyID"))];
        let default = default.into_iter().filter_map(|(name, value)| Some((name, value?)));
        members.push(("apply_server_side_encryption_by_default", Json::object(default)));
    }
    members.extend(rule.get("BucketKeyEnabled").map(|value| ("bucket_key_enabled", scope.value(value))));
    Json::object(members)
}

fn lifecycle(scope: &Scope<'_>, rule: &Json) -> Json {
    let of = |member: &str| rule.get(member).map(|value| scope.value(value));
    let prefix = of("Prefix").map(|prefix| ("prefix", prefix));
    let mut members = Vec::new();
    members.extend(
        [("id", of("Id")), ("status", of("Status"))].map(|(name, value)| (name, value.unwrap_or(Json::Null))),
    );
    members.push(("filter", Json::object(prefix)));
    let expiration =
        [("days", of("ExpirationInDays")), ("expired_object_delete_marker", of("ExpiredObjectDeleteMarker"))];
    let expiration: Vec<_> =
        expiration.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    if !expiration.is_empty() {
        members.push(("expiration", Json::object(expiration)));
    }
    for (member, name) in [
        ("AbortIncompleteMultipartUpload", "abort_incomplete_multipart_upload"),
        ("NoncurrentVersionExpiration", "noncurrent_version_expiration"),
    ] {
        members.extend(rule.get(member).map(|value| (name, block(scope, "", value))));
    }
    Json::object(members)
}

//! Names of the AWS provider for what CloudFormation names.

use crate::json::Json;

/// What becomes of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// A member of this name.
    Name(&'static str),
    /// A member of its own name in small letters.
    Snake,
    /// Its members stand where it stood.
    Members,
    /// Nothing: the provider knows it by other means.
    Nothing,
}

/// Members whose names do not follow from CloudFormation's.
const MEMBERS: &[(&str, Becomes)] = &[
    ("AWSKMSKeyARN", Becomes::Name("kms_key_arn")),
    ("BufferingHints", Becomes::Members),
    ("CloudWatchLoggingOptions", Becomes::Name("cloudwatch_logging_options")),
    ("DatabaseInput", Becomes::Members),
    ("DeliveryStreamEncryptionConfigurationInput", Becomes::Name("server_side_encryption")),
    ("DeliveryStreamName", Becomes::Name("name")),
    // The block of the source says it.
    ("DeliveryStreamType", Becomes::Nothing),
    ("DurationInSeconds", Becomes::Name("retry_duration")),
    ("EncryptionConfiguration", Becomes::Members),
    ("ExtendedS3DestinationConfiguration", Becomes::Name("extended_s3_configuration")),
    ("IntervalInSeconds", Becomes::Name("buffering_interval")),
    ("KMSEncryptionConfig", Becomes::Members),
    ("KeyId", Becomes::Name("kms_key_id")),
    ("KinesisStreamSourceConfiguration", Becomes::Name("kinesis_source_configuration")),
    ("RetentionPeriodHours", Becomes::Name("retention_period")),
    ("RetryOptions", Becomes::Members),
    ("SerdeInfo", Becomes::Name("ser_de_info")),
    ("SizeInMBs", Becomes::Name("buffering_size")),
    ("StreamEncryption", Becomes::Members),
    ("TableInput", Becomes::Members),
];

/// Types of resources that become one resource.
const KINDS: &[(&str, &str)] = &[
    ("AWS::CloudWatch::Alarm", "aws_cloudwatch_metric_alarm"),
    ("AWS::Glue::Database", "aws_glue_catalog_database"),
    ("AWS::Glue::Table", "aws_glue_catalog_table"),
    ("AWS::IAM::Policy", "aws_iam_role_policy"),
    ("AWS::IAM::Role", "aws_iam_role"),
    ("AWS::Kinesis::Stream", "aws_kinesis_stream"),
    ("AWS::KinesisFirehose::DeliveryStream", "aws_kinesis_firehose_delivery_stream"),
    ("AWS::Logs::LogGroup", "aws_cloudwatch_log_group"),
    ("AWS::Logs::LogStream", "aws_cloudwatch_log_stream"),
    ("AWS::S3::Bucket", "aws_s3_bucket"),
    ("AWS::S3::BucketPolicy", "aws_s3_bucket_policy"),
];

/// The provider's type.
pub(super) fn kind(cloudformation: &str) -> &'static str {
    // A type that is not in the list would be a resource that nobody knows; the tests know every type of a stack.
    KINDS.iter().find(|(name, _)| *name == cloudformation).map_or("", |(_, kind)| kind)
}

/// What becomes of a member of a resource of that type.
pub(super) fn member(kind: &str, name: &str) -> Becomes {
    match (kind, name) {
        ("aws_cloudwatch_log_group", "LogGroupName") | ("aws_cloudwatch_log_stream", "LogStreamName") => {
            Becomes::Name("name")
        }
        _ => {
            MEMBERS.iter().find(|(member, _)| *member == name).map_or(Becomes::Snake, |(_, becomes)| *becomes)
        }
    }
}

/// `DeliveryStreamName` as `delivery_stream_name`, `RoleARN` as `role_arn`.
pub(super) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let small_before = before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
        let small_after = chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && before.is_some() && (small_before || small_after) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Whether the member is a map, whose keys are the user's.
pub(super) fn is_map(name: &str, value: &Json) -> bool {
    matches!(value, Json::Object(_))
        && matches!(name, "Parameters" | "ColumnToJsonKeyMappings" | "SkewedColumnValueLocationMaps")
}

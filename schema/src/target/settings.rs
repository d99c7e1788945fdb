//! The list of settings: what commands, the commented file and the documentation walk.

/// A setting of the [`Target`](super::Target).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key, with dots: `stream.buffer_mib`.
    pub key: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// A value as TOML: the default where there is one, else an example.
    pub example: &'static str,
    /// Whether the example is the default.
    pub is_default: bool,
}

const fn example(key: &'static str, example: &'static str, about: &'static str) -> Setting {
    Setting { key, about, example, is_default: false }
}

const fn default(key: &'static str, example: &'static str, about: &'static str) -> Setting {
    Setting { key, about, example, is_default: true }
}

/// Every setting, in the order of the file; those without a dot first.
pub const SETTINGS: &[Setting] = &[
    example("lake", "\"s3://my-lake/traffic\"", "root of the lake: a bucket and prefix, or a folder"),
    example(
        "locations",
        "{ events = \"s3://older-lake/streams/events/\" }",
        "tables that do not stand in LAKE/TABLE/, each with its LOCATION",
    ),
    example("database", "\"traffic\"", "database of the catalog"),
    example("catalog", "\"glue\"", "the catalog: glue, or a folder of Glue JSON"),
    example("region", "\"eu-west-1\"", "AWS region"),
    example("account", "\"123456789012\"", "AWS account, twelve digits in quotes"),
    default(
        "partition_indexes",
        "[]",
        "indexes over registered partitions, such as [\"dt,hour\"]; for tables without projection",
    ),
    default(
        "projection.enabled",
        "true",
        "whether Athena computes the partitions instead of asking the catalog",
    ),
    example("projection.from", "\"2026-01-01\"", "first day with data; projected dates begin there"),
    default("projection.years", "10", "how long year={yyyy} goes on from that day"),
    example(
        "projection.columns",
        "{ region = { values = [\"be\", \"nl\"] }, lane = { range = [1, 9] }, point = \"injected\" }",
        "values of partition columns that no declaration knows",
    ),
    example(
        "stream.name",
        "\"traffic-measurement\"",
        "name of the delivery stream; the table's name when absent",
    ),
    example(
        "stream.role",
        "\"arn:aws:iam::123456789012:role/firehose\"",
        "ARN of the role that the stream takes on",
    ),
    example(
        "stream.kinesis",
        "\"arn:aws:kinesis:eu-west-1:123456789012:stream/traffic\"",
        "ARN of the Kinesis stream that it reads; producers put into it directly when absent",
    ),
    example(
        "stream.transform",
        "\"arn:aws:lambda:eu-west-1:123456789012:function:normalise:1\"",
        "ARN of the Lambda function that makes records canonical before they are converted",
    ),
    default("stream.convert", "true", "whether Firehose converts records to Parquet"),
    default("stream.partition_keys", "\"auto\"", "who computes partition keys: auto, query (jq) or lambda"),
    default("stream.buffer_mib", "128", "MiB collected before an object is written"),
    default("stream.buffer_seconds", "300", "seconds after which an object is written in any case"),
    default("stream.backup", "false", "keep every record as it came, in the table TABLE_raw"),
    default("stream.deaggregate", "false", "records are packed: split them first"),
    default("stream.decompress", "false", "records are gzip-compressed, as CloudWatch Logs sends them"),
    example(
        "stream.time_zone",
        "\"Europe/Brussels\"",
        "time zone of the time of arrival in paths; UTC when absent",
    ),
    example("stream.file_extension", "\".parquet\"", "ending of object names instead of the format's"),
    example(
        "stream.kms_key",
        "\"arn:aws:kms:eu-west-1:123456789012:key/2b9c6d1e-0000-4000-8000-000000000000\"",
        "ARN of the KMS key that encrypts the objects",
    ),
    example("stream.log_group", "\"/aws/kinesisfirehose/traffic\"", "log group for delivery errors"),
    default("stack.kinesis", "false", "templates make a Kinesis stream in front of the delivery stream"),
    default("stack.reject_days", "90", "days after which rejected records are deleted"),
    default("stack.log_days", "30", "days for which delivery errors stay in the log"),
    example(
        "stack.alarm_topic",
        "\"arn:aws:sns:eu-west-1:123456789012:on-call\"",
        "ARN of the SNS topic that alarms notify",
    ),
    default("registry.name", "\"default-registry\"", "registry of the JSON Schemas"),
    example("registry.schema", "\"traffic-measurement\"", "name of the schema; the table's name when absent"),
    default(
        "registry.compatibility",
        "\"BACKWARD\"",
        "what a new version must be compatible with: NONE, DISABLED, BACKWARD, FORWARD, FULL, or with _ALL",
    ),
];

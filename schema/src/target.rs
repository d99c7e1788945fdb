//! The target: deployment facts that no Rust type knows.
//!
//! The same table goes to a test account and to production; what differs between the two is here and nowhere else.
//! Commands read it from `lakebed.toml`, the environment and flags; this crate takes it as a value.

mod across;
mod lake;
mod registry;
mod settings;
mod stream;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use across::across;
pub use lake::Lake;
pub use registry::{Compatibility, DEFAULT_REGISTRY, RegistryTarget};
pub use settings::{SETTINGS, Setting};

/// Where a table is deployed. Every setting has a default or is asked for by the artifact that needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(default, deny_unknown_fields))]
pub struct Target {
    /// Where the catalog is: `glue`, or a folder of Glue JSON.
    pub catalog: Option<String>,
    /// The lake: `s3://BUCKET/PREFIX` or a folder. The table stands in `LAKE/TABLE/`.
    pub lake: Option<String>,
    /// Tables that do not stand in `LAKE/TABLE/`, each with its LOCATION as the catalog has it.
    pub locations: BTreeMap<String, String>,
    /// Database of the catalog; the one that the table names when absent.
    pub database: Option<String>,
    /// AWS region, `eu-west-1`.
    pub region: Option<String>,
    /// AWS account, twelve digits.
    pub account: Option<String>,
    /// Partition indexes: keys with commas between them. For tables without projection.
    pub partition_indexes: Vec<String>,
    /// Partition projection: how Athena knows the partitions without asking the catalog.
    pub projection: ProjectionTarget,
    /// The delivery stream.
    pub stream: StreamTarget,
    /// Templates of whole stacks.
    pub stack: StackTarget,
    /// The registry of schemas.
    pub registry: RegistryTarget,
}

/// Partition projection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(default, deny_unknown_fields))]
pub struct ProjectionTarget {
    /// Whether Athena computes the partitions. Without it each partition must be registered in the catalog.
    pub enabled: bool,
    /// First day with data, `2026-01-01`; projected dates begin there.
    pub from: Option<String>,
    /// How many years a year that stands alone in the layout (`year={yyyy}`) goes on from the first one.
    pub years: u32,
    /// Partition columns whose values no declaration knows.
    pub columns: BTreeMap<String, ColumnProjection>,
}

impl Default for ProjectionTarget {
    fn default() -> Self {
        Self { enabled: true, from: None, years: 10, columns: BTreeMap::new() }
    }
}

/// The values of a partition column: words, whole numbers, or whatever a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "snake_case"))]
pub enum ColumnProjection {
    /// These words.
    Values(Vec<String>),
    /// Whole numbers from the first to the last.
    Range(i64, i64),
    /// Any; each query must then say which, with `=`.
    Injected,
}

/// The delivery stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(default, deny_unknown_fields))]
pub struct StreamTarget {
    /// Name of the delivery stream; the table's name when absent.
    pub name: Option<String>,
    /// ARN of the role that the stream takes on.
    pub role: Option<String>,
    /// ARN of the Kinesis stream that it reads; producers put into it directly when absent.
    pub kinesis: Option<String>,
    /// ARN of the Lambda function that makes records canonical before they are converted.
    pub transform: Option<String>,
    /// Whether Firehose converts records to Parquet. Without it the stream delivers JSON.
    pub convert: bool,
    /// Who computes partition keys that are not the time of arrival.
    pub partition_keys: PartitionKeys,
    /// MiB that are collected before an object is written.
    pub buffer_mib: u32,
    /// Seconds after which an object is written in any case.
    pub buffer_seconds: u32,
    /// Keep every record as it came, as JSON, in the lake's table `TABLE_raw`.
    pub backup: bool,
    /// Records are packed: split them first.
    pub deaggregate: bool,
    /// Records are gzip-compressed, as CloudWatch Logs sends them.
    pub decompress: bool,
    /// Time zone of the time of arrival in paths, `Europe/Brussels`; UTC when absent.
    pub time_zone: Option<String>,
    /// Ending of object names instead of the one of the format, `.parquet`.
    pub file_extension: Option<String>,
    /// ARN of the KMS key that encrypts the objects; the bucket's own way when absent.
    pub kms_key: Option<String>,
    /// Log group for delivery errors; `/aws/kinesisfirehose/STREAM` when absent.
    pub log_group: Option<String>,
}

impl Default for StreamTarget {
    fn default() -> Self {
        Self {
            name: None,
            role: None,
            kinesis: None,
            transform: None,
            convert: true,
            partition_keys: PartitionKeys::default(),
            buffer_mib: 128,
            buffer_seconds: 300,
            backup: false,
            deaggregate: false,
            decompress: false,
            time_zone: None,
            file_extension: None,
            kms_key: None,
            log_group: None,
        }
    }
}

/// Who computes partition keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "snake_case"))]
pub enum PartitionKeys {
    /// The Lambda function when there is one, else a jq query.
    #[default]
    Auto,
    /// A jq query.
    Query,
    /// The Lambda function.
    Lambda,
}

/// Templates of whole stacks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(default, deny_unknown_fields))]
pub struct StackTarget {
    /// Make a Kinesis stream in front of the delivery stream.
    pub kinesis: bool,
    /// Days after which rejected records are deleted.
    pub reject_days: u32,
    /// Days for which delivery errors stay in the log.
    pub log_days: u32,
    /// ARN of the SNS topic that alarms notify.
    pub alarm_topic: Option<String>,
}

impl Default for StackTarget {
    fn default() -> Self {
        Self { kinesis: false, reject_days: 90, log_days: 30, alarm_topic: None }
    }
}

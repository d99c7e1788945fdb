//! What a stack asks for.

use super::model::{Condition, Group, Parameter, Takes, Test};
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

pub(in crate::artifacts) const BUCKET: &str = "LakeBucketName";
pub(in crate::artifacts) const CREATE_BUCKET: &str = "CreateBucket";
pub(in crate::artifacts) const DATABASE: &str = "DatabaseName";
pub(in crate::artifacts) const CREATE_DATABASE: &str = "CreateDatabase";
pub(in crate::artifacts) const PROJECTION_FROM: &str = "ProjectionFrom";
pub(in crate::artifacts) const REJECT_DAYS: &str = "RejectDays";
pub(in crate::artifacts) const KMS_KEY: &str = "KmsKeyArn";
pub(in crate::artifacts) const STREAM_NAME: &str = "StreamName";
pub(in crate::artifacts) const KINESIS_ARN: &str = "KinesisStreamArn";
pub(in crate::artifacts) const KINESIS_NAME: &str = "KinesisStreamName";
pub(in crate::artifacts) const KINESIS_HOURS: &str = "KinesisRetentionHours";
pub(in crate::artifacts) const TRANSFORM: &str = "TransformArn";
pub(in crate::artifacts) const LOG_DAYS: &str = "LogDays";
pub(in crate::artifacts) const FRESHNESS: &str = "FreshnessSeconds";
pub(in crate::artifacts) const ALARM_TOPIC: &str = "AlarmTopicArn";

pub(in crate::artifacts) const CREATES_BUCKET: &str = "CreatesBucket";
pub(in crate::artifacts) const CREATES_DATABASE: &str = "CreatesDatabase";
pub(in crate::artifacts) const HAS_KMS_KEY: &str = "HasKmsKey";
pub(in crate::artifacts) const HAS_ALARM_TOPIC: &str = "HasAlarmTopic";

/// Days for which CloudWatch Logs can keep a log.
const LOG_DAYS_TAKEN: &[i64] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/// Most days after which S3 can be told to delete.
const MOST_DAYS: i64 = 36_500;
/// A fault of Friday evening can wait for Monday.
const KINESIS_HOURS_DEFAULT: i64 = 72;
/// Hours for which Kinesis keeps records.
const KINESIS_HOURS_TAKEN: (i64, i64) = (24, 8_760);
/// Longest time for which Firehose may collect records.
const LONGEST_BUFFER: i64 = 900;
/// Firehose keeps what it cannot deliver for a day.
const FIREHOSE_RETENTION: i64 = 86_400;

/// What differs between the stacks of tables.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Whether a parameter holds the first projected day.
    pub(super) projection_from: bool,
    /// Whether the function's ARN is asked for.
    pub(super) transform: bool,
}

/// Every question, in order.
///
/// # Errors
/// Settings that no stack can take, all of them.
pub(super) fn parameters(table: &Table, target: &Target, asked: Asked) -> Result<Vec<Parameter>, Findings> {
    let mut findings = Findings::default();
    let bucket = findings.take(target.bucket());
    let database = findings.take(target.database(table));
    let log_days = i64::from(target.stack.log_days);
    if !LOG_DAYS_TAKEN.contains(&log_days) {
        findings.push(Finding::new(
            "log-days",
            "stack.log_days",
            format!("CloudWatch Logs cannot keep a log for {log_days} days"),
            format!("take one of {}", list(LOG_DAYS_TAKEN)),
        ));
    }
    let reject_days = i64::from(target.stack.reject_days);
    if !(1..=MOST_DAYS).contains(&reject_days) {
        findings.push(Finding::new(
            "reject-days",
            "stack.reject_days",
            format!("S3 cannot delete after {reject_days} days"),
            format!("take 1 to {MOST_DAYS}"),
        ));
    }
    findings.or(|| {
        let mut asks = lake(bucket.unwrap_or_default(), database.unwrap_or_default(), target);
        if asked.projection_from {
            asks.push(projection_from(target));
        }
        asks.extend(stream(table, target, asked.transform));
        asks.extend(watching(target, log_days));
        asks
    })
}

/// The conditions that resources and values use.
pub(super) fn conditions() -> Vec<Condition> {
    let condition = |name, parameter, test| Condition { name, parameter, test };
    vec![
        condition(CREATES_BUCKET, CREATE_BUCKET, Test::IsTrue),
        condition(CREATES_DATABASE, CREATE_DATABASE, Test::IsTrue),
        condition(HAS_KMS_KEY, KMS_KEY, Test::IsSet),
        condition(HAS_ALARM_TOPIC, ALARM_TOPIC, Test::IsSet),
    ]
}

fn lake(bucket: String, database: &str, target: &Target) -> Vec<Parameter> {
    let ask = |name, about: &str, default: Json, takes| Parameter {
        name,
        group: Group::Lake,
        about: about.to_owned(),
        default: Some(default),
        takes,
    };
    vec![
        ask(
            BUCKET,
            "Bucket of the lake.",
            bucket.into(),
            Takes::Text {
                pattern: "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
                words: "3 to 63 of a-z 0-9 . - with a letter or digit at both ends",
            },
        ),
        ask(
            CREATE_BUCKET,
            "Make the bucket with this stack. false: it exists; give its settings and the deletion of rejected \
             records to whoever made it.",
            true.into(),
            Takes::Flag,
        ),
        ask(
            DATABASE,
            "Database of the catalog.",
            database.into(),
            Takes::Text { pattern: "[a-z][a-z0-9_]{0,254}", words: "a-z 0-9 _ with a letter first" },
        ),
        ask(
            CREATE_DATABASE,
            "Make the database with this stack. false: it exists, say from the stack of another table.",
            true.into(),
            Takes::Flag,
        ),
        ask(
            KMS_KEY,
            "ARN of the KMS key that encrypts the lake. Empty: keys of S3. The key's policy must let the role of the \
             stream use it.",
            target.stream.kms_key.as_deref().unwrap_or_default().into(),
            Takes::Text { pattern: "(arn:aws[a-z-]*:kms:.+)?", words: "the ARN of a key, or nothing" },
        ),
        ask(
            REJECT_DAYS,
            "Days after which rejected records are deleted.",
            Json::Int(target.stack.reject_days.into()),
            Takes::Number { from: 1, to: MOST_DAYS },
        ),
    ]
}

fn projection_from(target: &Target) -> Parameter {
    Parameter {
        name: PROJECTION_FROM,
        group: Group::Lake,
        about: "First day with data; Athena looks for no earlier partition.".to_owned(),
        default: target.projection.from.as_ref().map(Json::from),
        takes: Takes::Text { pattern: "[0-9]{4}-[0-9]{2}-[0-9]{2}", words: "a day such as 2026-01-31" },
    }
}

fn stream(table: &Table, target: &Target, transform: bool) -> Vec<Parameter> {
    let ask = |name, about: &str, default, takes| Parameter {
        name,
        group: Group::Stream,
        about: about.to_owned(),
        default,
        takes,
    };
    let mut asks = vec![ask(
        STREAM_NAME,
        "Name of the delivery stream; others are made from it.",
        Some(target.stream_name(table).into()),
        Takes::Text { pattern: "[a-zA-Z0-9._-]{1,64}", words: "1 to 64 of a-z A-Z 0-9 . _ -" },
    )];
    let kinesis = target.stream.kinesis.as_deref();
    if let Some(kinesis) = kinesis.filter(|_| !target.stack.kinesis) {
        asks.push(ask(
            KINESIS_ARN,
            "ARN of the Kinesis stream that the delivery stream reads.",
            Some(kinesis.into()),
            Takes::Text {
                pattern: "arn:aws[a-z-]*:kinesis:[^:]+:[0-9]{12}:stream/[a-zA-Z0-9._-]{1,128}",
                words: "the ARN of a Kinesis stream",
            },
        ));
    }
    if target.stack.kinesis {
        // An ARN that the target names is that of the stream to make.
        let name = kinesis.and_then(|arn| Some(arn.split_once('/')?.1)).unwrap_or(target.stream_name(table));
        asks.push(ask(
            KINESIS_NAME,
            "Name of the Kinesis stream that producers write to.",
            Some(name.into()),
            Takes::Text { pattern: "[a-zA-Z0-9._-]{1,128}", words: "1 to 128 of a-z A-Z 0-9 . _ -" },
        ));
        let (from, to) = KINESIS_HOURS_TAKEN;
        asks.push(ask(
            KINESIS_HOURS,
            "Hours for which Kinesis keeps records; more than 24 cost extra.",
            Some(Json::Int(KINESIS_HOURS_DEFAULT)),
            Takes::Number { from, to },
        ));
    }
    if transform {
        asks.push(ask(
            TRANSFORM,
            "ARN of the Lambda function that makes records canonical before they are converted, with its version or \
             alias.",
            target.stream.transform.as_ref().map(Json::from),
            Takes::Text {
                pattern: "arn:aws[a-z-]*:lambda:[^:]+:[0-9]{12}:function:[a-zA-Z0-9_-]+(:[$a-zA-Z0-9_-]+)?",
                words: "the ARN of a function, best with a version",
            },
        ));
    }
    asks
}

fn watching(target: &Target, log_days: i64) -> Vec<Parameter> {
    let ask = |name, about: &str, default: Json, takes| Parameter {
        name,
        group: Group::Watching,
        about: about.to_owned(),
        default: Some(default),
        takes,
    };
    let buffer = i64::from(target.stream.buffer_seconds);
    vec![
        ask(
            LOG_DAYS,
            "Days for which delivery errors stay in the log.",
            Json::Int(log_days),
            Takes::OneOf(LOG_DAYS_TAKEN),
        ),
        ask(
            FRESHNESS,
            "Age in seconds of the oldest record not yet in the lake at which the alarm goes off.",
            // Delivery may take one and a half times as long as the buffer is told to wait.
            Json::Int((2 * buffer).max(LONGEST_BUFFER)),
            Takes::Number { from: 60, to: FIREHOSE_RETENTION },
        ),
        ask(
            ALARM_TOPIC,
            "ARN of the SNS topic that alarms notify. Empty: none; the alarms are still there to look at.",
            target.stack.alarm_topic.as_deref().unwrap_or_default().into(),
            Takes::Text { pattern: "(arn:aws[a-z-]*:sns:.+)?", words: "the ARN of a topic, or nothing" },
        ),
    ]
}

fn list(numbers: &[i64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

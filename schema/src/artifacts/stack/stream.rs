//! What brings the records: the Kinesis stream when the stack makes one, the delivery stream, and its log.

use super::bucket::{LAKE_BUCKET, bucket_arn};
use super::catalog::{RAW_TABLE, TABLE};
use super::expression::{arn, choose, only_if, reference, sub};
use super::model::Resource;
use super::parameters::{
    CREATES_BUCKET, HAS_KMS_KEY, KINESIS_ARN, KINESIS_HOURS, KINESIS_NAME, KMS_KEY, LOG_DAYS, STREAM_NAME,
};
use super::role::POLICY;
use crate::json::Json;
use crate::target::Target;

/// The delivery stream's name within the stack.
pub(super) const DELIVERY_STREAM: &str = "DeliveryStream";
/// The Kinesis stream's.
pub(super) const KINESIS_STREAM: &str = "KinesisStream";
/// The log group's.
pub(super) const LOG_GROUP: &str = "DeliveryLogs";
/// Member of the destination.
pub(super) const DESTINATION: &str = "ExtendedS3DestinationConfiguration";
/// Member of the destination for the copies of records as they came.
const BACKUP: &str = "S3BackupConfiguration";
/// Names of the log streams, for delivered objects and for the copies of records as they came.
const LOG_STREAMS: [&str; 2] = ["DeliveryLog", "BackupLog"];

/// Where the delivery stream takes records from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Producers put them into it.
    Direct,
    /// A Kinesis stream that the stack makes.
    Own,
    /// A Kinesis stream that exists.
    Existing,
}

impl Source {
    /// The target's.
    pub(super) fn of(target: &Target) -> Self {
        match (target.stack.kinesis, &target.stream.kinesis) {
            (true, _) => Self::Own,
            (false, Some(_)) => Self::Existing,
            (false, None) => Self::Direct,
        }
    }

    /// ARN of the Kinesis stream, when there is one.
    pub(super) fn kinesis_arn(self) -> Option<Json> {
        match self {
            Self::Direct => None,
            Self::Own => Some(arn(KINESIS_STREAM)),
            Self::Existing => Some(reference(KINESIS_ARN)),
        }
    }
}

/// The Kinesis stream: grows by itself, encrypted.
pub(super) fn kinesis() -> Resource {
    let encryption = Json::object([
        ("EncryptionType", Json::from("KMS")),
        ("KeyId", choose(HAS_KMS_KEY, reference(KMS_KEY), "alias/aws/kinesis")),
    ]);
    Resource {
        keep: true,
        ..Resource::new(
            KINESIS_STREAM,
            "AWS::Kinesis::Stream",
            Json::object([
                ("Name", reference(KINESIS_NAME)),
                ("StreamModeDetails", Json::object([("StreamMode", Json::from("ON_DEMAND"))])),
                ("RetentionPeriodHours", reference(KINESIS_HOURS)),
                ("StreamEncryption", encryption),
            ]),
        )
    }
}

/// Log group and log streams, named as the delivery stream says.
pub(super) fn logs(target: &Target, stream: &Json) -> Vec<Resource> {
    let name = match &target.stream.log_group {
        Some(name) => Json::from(name),
        None => sub(format!("/aws/kinesisfirehose/${{{STREAM_NAME}}}")),
    };
    let group = Resource::new(
        LOG_GROUP,
        "AWS::Logs::LogGroup",
        Json::object([("LogGroupName", name), ("RetentionInDays", reference(LOG_DAYS))]),
    );
    let mut logs = vec![group];
    logs.extend(log_streams(stream).map(|(id, name)| {
        Resource::new(
            id,
            "AWS::Logs::LogStream",
            Json::object([("LogGroupName", reference(LOG_GROUP)), ("LogStreamName", name.clone())]),
        )
    }));
    logs
}

/// Log streams of the destination and of its backup, those that they name.
fn log_streams(stream: &Json) -> impl Iterator<Item = (&'static str, &Json)> {
    let destination = stream.get(DESTINATION);
    let places = [destination, destination.and_then(|destination| destination.get(BACKUP))];
    LOG_STREAMS.into_iter().zip(places).filter_map(|(id, place)| {
        let log = place?.get("CloudWatchLoggingOptions")?;
        Some((id, log.get("LogStreamName")?))
    })
}

/// The delivery stream, from the input of its API call. It waits for the table, which Firehose looks up, and for the
/// rights to do so.
pub(super) fn delivery(mut stream: Json, raw: bool) -> Resource {
    let mut after = vec![TABLE, POLICY];
    if raw {
        after.push(RAW_TABLE);
    }
    after.extend(log_streams(&stream).map(|(id, _)| id));
    if let Some(mut destination) = stream.get(DESTINATION).cloned() {
        // A reference where the stack makes the bucket, so that the stream waits for it.
        destination.set("BucketARN", choose(CREATES_BUCKET, arn(LAKE_BUCKET), bucket_arn()));
        stream.set(DESTINATION, if_key(destination));
    }
    Resource { after, ..Resource::new(DELIVERY_STREAM, "AWS::KinesisFirehose::DeliveryStream", stream) }
}

/// Objects are encrypted with the key where there is one, else in the bucket's own way.
fn if_key(mut destination: Json) -> Json {
    const ENCRYPTION: &str = "EncryptionConfiguration";
    if let Some(encryption) = destination.get(ENCRYPTION).cloned() {
        destination.set(ENCRYPTION, only_if(HAS_KMS_KEY, encryption));
    }
    if let Some(backup) = destination.get(BACKUP).cloned() {
        destination.set(BACKUP, if_key(backup));
    }
    destination
}

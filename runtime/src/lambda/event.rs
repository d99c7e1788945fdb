//! What Firehose sends to a transformation function.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A batch of records to transform, from a stream that is written to directly or that reads a Kinesis stream.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html>
///
/// ```
/// use lakebed::lambda::TransformEvent;
///
/// let event: TransformEvent = serde_json::from_str(
///     r#"{"invocationId":"i","deliveryStreamArn":"arn:aws:firehose:eu-west-1:123456789012:deliverystream/s",
///         "region":"eu-west-1","records":[{"recordId":"1","approximateArrivalTimestamp":1588327980000,"data":"e30="}]}"#,
/// )?;
/// assert_eq!(event.records[0].bytes()?, b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransformEvent {
    /// Name of the call, for logs.
    #[serde(default)]
    pub invocation_id: Option<String>,
    /// The stream.
    #[serde(default)]
    pub delivery_stream_arn: Option<String>,
    /// The Kinesis stream that it reads, if it does.
    #[serde(default)]
    pub source_kinesis_stream_arn: Option<String>,
    /// The records, in the order of their arrival.
    pub records: Vec<EventRecord>,
}

/// One record of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// What the answer must repeat.
    pub record_id: String,
    /// When the stream got it, in milliseconds since 1970.
    #[serde(default)]
    pub approximate_arrival_timestamp: i64,
    /// Its bytes, as base64.
    #[serde(default)]
    pub data: String,
}

impl EventRecord {
    /// Its bytes.
    ///
    /// # Errors
    /// Data that is no base64.
    pub fn bytes(&self) -> Result<Vec<u8>, base64::DecodeError> {
        STANDARD.decode(&self.data)
    }

    /// When it arrived, in seconds since 1970.
    pub(super) fn arrival(&self) -> i64 {
        self.approximate_arrival_timestamp.div_euclid(1000)
    }
}

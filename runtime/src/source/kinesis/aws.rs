//! The calls of a reader through the AWS SDK.

use super::{Fetched, Position, ReadError, ReadErrorKind, SequenceNumber, Shard, Shards, StreamRecord};
use crate::producer::{CallErrorKind, unanswered};
use aws_config::SdkConfig;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::http::HttpResponse;
use aws_sdk_kinesis::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::ShardIteratorType;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// A data stream of Kinesis, to be read.
///
/// # Examples
/// ```no_run
/// # async fn open() -> Result<(), lakebed::Error> {
/// use lakebed::producer::AwsOptions;
/// use lakebed::source::kinesis::KinesisShards;
///
/// let config = AwsOptions::default().load().await?;
/// let shards = KinesisShards::new(&config, "events");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct KinesisShards {
    client: Client,
    name: Option<String>,
    arn: Option<String>,
}

impl KinesisShards {
    /// A stream by its name or ARN. The settings are those of [`AwsOptions::load`](crate::producer::AwsOptions::load), or
    /// your own with retries turned off: the reader waits by itself, and counts.
    pub fn new(config: &SdkConfig, stream: impl Into<String>) -> Self {
        let stream = stream.into();
        let client = Client::new(config);
        match stream.starts_with("arn:") {
            true => Self { client, name: None, arn: Some(stream) },
            false => Self { client, name: Some(stream), arn: None },
        }
    }

    async fn list(&self) -> Result<Vec<Shard>, ReadError> {
        let (mut shards, mut token) = (Vec::new(), None);
        loop {
            // With a token the stream must not be named.
            let call = self.client.list_shards();
            let call = match token {
                Some(token) => call.next_token(token),
                None => call.set_stream_name(self.name.clone()).set_stream_arn(self.arn.clone()),
            };
            let answer = call.send().await.map_err(failed)?;
            shards.extend(answer.shards().iter().map(shard));
            token = answer.next_token;
            if token.is_none() {
                return Ok(shards);
            }
        }
    }

    async fn place(&self, shard: &str, position: &Position) -> Result<String, ReadError> {
        let call = self.client.get_shard_iterator().shard_id(shard);
        let call = call.set_stream_name(self.name.clone()).set_stream_arn(self.arn.clone());
        let call = match position {
            Position::TrimHorizon => call.shard_iterator_type(ShardIteratorType::TrimHorizon),
            Position::At(ms) => {
                call.shard_iterator_type(ShardIteratorType::AtTimestamp).timestamp(DateTime::from_millis(*ms))
            }
            Position::After(last) => call
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .starting_sequence_number(last.as_str()),
        };
        let answer = call.send().await.map_err(failed)?;
        answer.shard_iterator.ok_or_else(|| strange("no iterator"))
    }

    async fn get(&self, iterator: &str, limit: u32) -> Result<Fetched, ReadError> {
        let call = self.client.get_records().shard_iterator(iterator).set_stream_arn(self.arn.clone());
        let call = call.limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let answer = call.send().await.map_err(failed)?;
        let behind =
            answer.millis_behind_latest.map(|ms| Duration::from_millis(ms.try_into().unwrap_or_default()));
        let records = answer.records.into_iter().map(|record| {
            let sequence = SequenceNumber::new(&record.sequence_number);
            let arrival = record.approximate_arrival_timestamp.and_then(|time| time.to_millis().ok());
            Ok(StreamRecord {
                sequence: sequence.ok_or_else(|| strange("a sequence number that is no number"))?,
                // Records may be put without one.
                partition_key: record.partition_key.unwrap_or_default(),
                data: Bytes::from(record.data.into_inner()),
                arrival_ms: arrival.ok_or_else(|| strange("a record without a time of arrival"))?,
            })
        });
        let next = answer.next_shard_iterator;
        Ok(Fetched { records: records.collect::<Result<_, _>>()?, next, behind })
    }
}

impl Shards for KinesisShards {
    fn list_shards(&self) -> BoxFuture<'_, Result<Vec<Shard>, ReadError>> {
        self.list().boxed()
    }

    fn iterator<'a>(
        &'a self,
        shard: &'a str,
        position: &'a Position,
    ) -> BoxFuture<'a, Result<String, ReadError>> {
        self.place(shard, position).boxed()
    }

    fn records<'a>(&'a self, iterator: &'a str, limit: u32) -> BoxFuture<'a, Result<Fetched, ReadError>> {
        self.get(iterator, limit).boxed()
    }
}

fn shard(shard: &aws_sdk_kinesis::types::Shard) -> Shard {
    let parents = shard.parent_shard_id().into_iter().chain(shard.adjacent_parent_shard_id());
    let range = shard.hash_key_range().and_then(|range| {
        Some((range.starting_hash_key().parse().ok()?, range.ending_hash_key().parse().ok()?))
    });
    Shard { id: shard.shard_id().to_owned(), parents: parents.map(str::to_owned).collect(), hash_keys: range }
}

fn strange(what: &str) -> ReadError {
    ReadError::new(ReadErrorKind::Permanent, format!("Kinesis has answered with {what}"))
}

/// What a failed call means for a reader.
#[allow(clippy::wildcard_enum_match_arm, reason = "the SDK may have kinds of failure that nobody knows yet")]
fn failed<E>(error: SdkError<E, HttpResponse>) -> ReadError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or_default();
            let kind = kind_of(code, answer.raw().status().as_u16());
            (kind, format!("{code}: {}", answer.err().message().unwrap_or_default()))
        }
        SdkError::DispatchFailure(failure)
            if failure.is_user() || unanswered(&error) == CallErrorKind::Denied =>
        {
            // No credentials, for one.
            (ReadErrorKind::Permanent, DisplayErrorContext(&error).to_string())
        }
        SdkError::ConstructionFailure(_) => {
            (ReadErrorKind::Permanent, DisplayErrorContext(&error).to_string())
        }
        // No connection, no answer, half an answer: reading again does no harm.
        other => (ReadErrorKind::Transient, DisplayErrorContext(other).to_string()),
    };
    ReadError::new(kind, message).with_source(error)
}

/// The errors that the API's reference lists, <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>
/// and those common to all calls.
fn kind_of(code: &str, status: u16) -> ReadErrorKind {
    match code {
        "ExpiredIteratorException" => return ReadErrorKind::ExpiredIterator,
        "ResourceNotFoundException" => return ReadErrorKind::NotFound,
        // Pages of a list that took too long, and a stream that is being created or changed.
        "ExpiredNextTokenException" | "ResourceInUseException" => return ReadErrorKind::Transient,
        _ => {}
    }
    match CallErrorKind::of_answer(code, status) {
        CallErrorKind::Throttled => ReadErrorKind::Throttled,
        CallErrorKind::Transient | CallErrorKind::MaybeWritten => ReadErrorKind::Transient,
        CallErrorKind::Invalid | CallErrorKind::Denied => ReadErrorKind::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_the_same_as_to_producers_but_for_those_of_readers() {
        for (code, status, expected) in [
            ("ExpiredIteratorException", 400, ReadErrorKind::ExpiredIterator),
            ("ResourceNotFoundException", 400, ReadErrorKind::NotFound),
            ("ResourceInUseException", 400, ReadErrorKind::Transient),
            ("ProvisionedThroughputExceededException", 400, ReadErrorKind::Throttled),
            ("TooManyRequestsException", 400, ReadErrorKind::Throttled),
            ("SlowDown", 400, ReadErrorKind::Throttled),
            ("", 429, ReadErrorKind::Throttled),
            ("InternalFailure", 500, ReadErrorKind::Transient),
            ("", 503, ReadErrorKind::Transient),
            ("AccessDeniedException", 400, ReadErrorKind::Permanent),
            ("InvalidArgumentException", 400, ReadErrorKind::Permanent),
        ] {
            assert_eq!(kind_of(code, status), expected, "{code} {status}");
        }
    }
}

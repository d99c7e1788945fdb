//! `PutRecords` of Kinesis.

use super::aws::{entry_result, failed};
use super::entry::Entry;
use super::service::{CallError, CallErrorKind, EntryResult, Service, ServiceLimits};
use aws_config::SdkConfig;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// A data stream.
#[derive(Clone, Debug)]
pub struct KinesisStream {
    client: Client,
    stream: String,
    name: String,
    limits: ServiceLimits,
}

impl KinesisStream {
    /// A stream by its name. The settings are those of [`AwsOptions::load`](super::AwsOptions::load), or your own with
    /// retries turned off: the producer retries, and knows more than the SDK does.
    pub fn new(config: &SdkConfig, stream: impl Into<String>) -> Self {
        let stream = stream.into();
        let (client, name) = (Client::new(config), format!("kinesis:{stream}"));
        Self { client, stream, name, limits: ServiceLimits::KINESIS }
    }

    /// The same with other limits, such as those of [`ServiceLimits::kinesis`].
    #[must_use]
    pub fn with_limits(mut self, limits: ServiceLimits) -> Self {
        self.limits = limits;
        self
    }

    async fn call(&self, entries: &[Entry]) -> Result<Vec<EntryResult>, CallError> {
        let records = entries.iter().map(|entry| {
            let data = Blob::new(entry.data.to_vec());
            let record = PutRecordsRequestEntry::builder().data(data);
            record.set_partition_key(entry.partition_key.clone()).build()
        });
        let records = records
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| CallError::new(CallErrorKind::Invalid, "NoRequest", error.to_string()))?;
        let call = self.client.put_records().stream_name(&self.stream).set_records(Some(records));
        let answer = call.send().await.map_err(failed)?;
        let results = answer.records().iter();
        Ok(results.map(|result| entry_result(result.error_code(), result.error_message())).collect())
    }
}

impl Service for KinesisStream {
    fn name(&self) -> &str {
        &self.name
    }

    fn limits(&self) -> ServiceLimits {
        self.limits
    }

    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
        self.call(entries).boxed()
    }
}

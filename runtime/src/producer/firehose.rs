//! `PutRecordBatch` of Firehose.

use super::aws::{entry_result, failed};
use super::entry::Entry;
use super::service::{CallError, CallErrorKind, EntryResult, Service, ServiceLimits};
use aws_config::SdkConfig;
use aws_sdk_firehose::Client;
use aws_sdk_firehose::primitives::Blob;
use aws_sdk_firehose::types::Record;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// A delivery stream that takes records directly.
#[derive(Clone, Debug)]
pub struct FirehoseStream {
    client: Client,
    stream: String,
    name: String,
}

impl FirehoseStream {
    /// A stream by its name. The settings are those of [`AwsOptions::load`](super::AwsOptions::load), or your own with
    /// retries turned off: the producer retries, and knows more than the SDK does.
    pub fn new(config: &SdkConfig, stream: impl Into<String>) -> Self {
        let stream = stream.into();
        Self { client: Client::new(config), name: format!("firehose:{stream}"), stream }
    }

    async fn call(&self, entries: &[Entry]) -> Result<Vec<EntryResult>, CallError> {
        let records =
            entries.iter().map(|entry| Record::builder().data(Blob::new(entry.data.to_vec())).build());
        let records = records
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| CallError::new(CallErrorKind::Invalid, "NoRequest", error.to_string()))?;
        let call =
            self.client.put_record_batch().delivery_stream_name(&self.stream).set_records(Some(records));
        let answer = call.send().await.map_err(failed)?;
        let results = answer.request_responses().iter();
        Ok(results.map(|result| entry_result(result.error_code(), result.error_message())).collect())
    }
}

impl Service for FirehoseStream {
    fn name(&self) -> &str {
        &self.name
    }

    fn limits(&self) -> ServiceLimits {
        ServiceLimits::FIREHOSE
    }

    fn put<'a>(&'a self, entries: &'a [Entry]) -> BoxFuture<'a, Result<Vec<EntryResult>, CallError>> {
        self.call(entries).boxed()
    }
}

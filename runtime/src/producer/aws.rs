//! The AWS SDK: how its clients are set, and what its errors mean.

use super::service::{CallError, CallErrorKind, EntryResult};
use crate::error::{Error, ErrorKind};
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_kinesis::config::http::HttpResponse;
use aws_sdk_kinesis::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// Where a stream is. What is none is the choice of the SDK: its variables, then the profile. Credentials come from the
/// SDK's chain alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsOptions {
    /// AWS region.
    pub region: Option<String>,
    /// Address of a stand-in, such as `http://127.0.0.1:4566`.
    pub endpoint: Option<String>,
}

impl AwsOptions {
    /// Settings for clients of which each makes one attempt a call.
    ///
    /// # Errors
    /// Nobody says which region.
    pub async fn load(&self) -> Result<SdkConfig, Error> {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        if let Ok(name) = AppName::new("lakebed") {
            loader = loader.app_name(name);
        }
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        match config.region() {
            Some(_) => Ok(config),
            None => Err(Error::new(ErrorKind::Usage, "no AWS region is set")
                .with_hint("set AWS_REGION, or `region` in lakebed.toml")),
        }
    }
}

/// The result of one entry of an answer.
pub(super) fn entry_result(code: Option<&str>, message: Option<&str>) -> EntryResult {
    match code {
        None => EntryResult::Delivered,
        Some(code) => EntryResult::Failed {
            throttled: CallErrorKind::is_throttled_entry(code),
            code: code.to_owned(),
            message: message.unwrap_or_default().to_owned(),
        },
    }
}

/// What a failed call of the SDK means.
pub(super) fn failed<E>(error: SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let said = DisplayErrorContext(&error).to_string();
    let (kind, code, message) = match &error {
        SdkError::ServiceError(answer) => {
            let (code, status) = (answer.err().code().unwrap_or_default(), answer.raw().status().as_u16());
            let code_or_status = if code.is_empty() { format!("status {status}") } else { code.to_owned() };
            let message = answer.err().message().map_or(said, str::to_owned);
            (CallErrorKind::of_answer(code, status), code_or_status, message)
        }
        SdkError::ResponseError(answer) => {
            let status = answer.raw().status().as_u16();
            (CallErrorKind::of_answer("", status), format!("status {status}"), said)
        }
        SdkError::TimeoutError(_) => (CallErrorKind::MaybeWritten, "Timeout".to_owned(), said),
        SdkError::ConstructionFailure(_) => (CallErrorKind::Denied, "NoRequest".to_owned(), said),
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            let kind =
                if is_unconnected(&error) { CallErrorKind::Transient } else { CallErrorKind::MaybeWritten };
            (kind, "Connection".to_owned(), said)
        }
        // No credentials, for one.
        SdkError::DispatchFailure(_) => (CallErrorKind::Denied, "NotSent".to_owned(), said),
        other => (CallErrorKind::MaybeWritten, "Unknown".to_owned(), format!("{other}: {said}")),
    };
    CallError { kind, code, message, source: Some(Box::new(error)) }
}

/// Whether there was no connection, so that nothing can have been written.
fn is_unconnected(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if io.is_some_and(|kind| {
            use std::io::ErrorKind::{
                AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable,
            };
            matches!(kind, AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkUnreachable)
        }) {
            return true;
        }
        let said = error.to_string();
        // Names that nobody knows, and connections that were not made in time, have no type of their own.
        if said.contains("dns error") || said.contains("connect timeout") {
            return true;
        }
        next = error.source();
    }
    false
}

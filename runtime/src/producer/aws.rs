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
        SdkError::DispatchFailure(failure) if failure.is_user() => {
            (CallErrorKind::Denied, "NoRequest".to_owned(), said)
        }
        SdkError::DispatchFailure(_) => {
            let kind = unanswered(&error);
            let code = if kind == CallErrorKind::MaybeWritten { "Connection" } else { "NotSent" };
            (kind, code.to_owned(), said)
        }
        other => (CallErrorKind::MaybeWritten, "Unknown".to_owned(), format!("{other}: {said}")),
    };
    CallError { kind, code, message, source: Some(Box::new(error)) }
}

/// What it means that there is no answer at all: there were no credentials, no connection, or it broke off. Where nothing
/// says that the request was not sent, it may have been.
pub(crate) fn unanswered(error: &(dyn std::error::Error + 'static)) -> CallErrorKind {
    let says = |words: &[&str]| {
        let mut chain = std::iter::successors(Some(error), |error| error.source());
        chain.any(|error| {
            let said = error.to_string();
            words.iter().any(|word| said.contains(word))
        })
    };
    // Its types are those of crates that the SDK does not name.
    if says(&MOMENTARY) || is_unconnected(error) {
        CallErrorKind::Transient
    } else if says(&NO_CREDENTIALS) {
        CallErrorKind::Denied
    } else {
        CallErrorKind::MaybeWritten
    }
}

/// What the SDK says of credentials that could not be fetched now.
const MOMENTARY: [&str; 3] = [
    "an error occurred while loading credentials",
    "credentials provider timed out",
    "identity resolver timed out",
];

/// What it says where there are none.
const NO_CREDENTIALS: [&str; 6] = [
    "credential provider was not enabled",
    "credentials provider was not properly configured",
    "unexpected credentials error",
    "failed to select an auth scheme",
    "no auth options are available",
    "no providers in chain provided credentials",
];

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

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_kinesis::error::ConnectorError;
    use std::io;

    /// An error of that text over another.
    #[derive(Debug)]
    struct Over(&'static str, Option<Box<dyn std::error::Error + Send + Sync>>);

    impl std::fmt::Display for Over {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Over {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|error| error as _)
        }
    }

    #[test]
    fn what_was_not_answered_may_be_written_unless_something_says_no() {
        let no_connection = io::Error::from(io::ErrorKind::ConnectionRefused);
        for (below, kind) in [
            (Over("connection closed before message completed", None), CallErrorKind::MaybeWritten),
            (Over("something new", None), CallErrorKind::MaybeWritten),
            (Over("client error", Some(no_connection.into())), CallErrorKind::Transient),
            (Over("an error occurred while loading credentials", None), CallErrorKind::Transient),
            (Over("identity resolver timed out after 5s", None), CallErrorKind::Transient),
            (Over("the credential provider was not enabled", None), CallErrorKind::Denied),
        ] {
            let said = below.0;
            let connector = ConnectorError::other(Box::new(below), None);
            let error = SdkError::<CallError, HttpResponse>::dispatch_failure(connector);
            assert_eq!(unanswered(&error), kind, "{said}");
        }
    }
}

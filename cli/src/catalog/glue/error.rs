//! From the SDK's errors to ours.

mod cause;
mod code;

pub(crate) use code::kind_of;

use super::call::{Call, Service};
use super::seen::Seen;
use crate::catalog::{CatalogError, CatalogErrorKind};
use aws_sdk_glue::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_glue::operation::RequestId as _;
use cause::{Cause, clean};
use code::{CREDENTIALS, hint};
use std::error::Error;

/// What an SDK error says, without its type.
#[derive(Debug)]
enum Said {
    /// The service answered with an error.
    Service { code: String, message: String, status: u16, request: Option<String> },
    /// There was no answer in time.
    TimedOut(Cause),
    /// The request did not leave.
    NotSent { cause: Cause, connecting: bool },
    /// The request could not be made.
    NotMade(Cause),
    /// The answer could not be read.
    NotRead { status: u16, cause: Cause },
    /// Something that the SDK learned later.
    Unknown(Cause),
}

/// The error of a call that failed.
pub(crate) fn failed<E>(service: &Service, seen: &Seen, call: &Call, error: &SdkError<E>) -> CatalogError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let said = match error {
        // The SDK also takes for an error of the service what it cannot read, a proxy's page for one.
        SdkError::ServiceError(answer)
            if answer.err().code().is_none() && answer.err().message().is_none() =>
        {
            Said::NotRead {
                status: answer.raw().status().as_u16(),
                cause: Cause::of(answer.err().source(), seen),
            }
        }
        SdkError::ServiceError(answer) => {
            let meta = answer.err().meta();
            Said::Service {
                code: meta.code().unwrap_or_default().to_owned(),
                message: clean(meta.message().unwrap_or_default(), seen),
                status: answer.raw().status().as_u16(),
                request: meta.request_id().map(str::to_owned),
            }
        }
        SdkError::TimeoutError(_) => Said::TimedOut(Cause::of(error.source(), seen)),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            Said::TimedOut(Cause::of(error.source(), seen))
        }
        SdkError::DispatchFailure(failure) => {
            Said::NotSent { cause: Cause::of(error.source(), seen), connecting: !failure.is_other() }
        }
        SdkError::ConstructionFailure(_) => Said::NotMade(Cause::of(error.source(), seen)),
        SdkError::ResponseError(answer) => {
            Said::NotRead { status: answer.raw().status().as_u16(), cause: Cause::of(error.source(), seen) }
        }
        other => Said::Unknown(Cause::of(Some(other), seen)),
    };
    told(service, seen.host(), call, said)
}

fn told(service: &Service, host: Option<String>, call: &Call, said: Said) -> CatalogError {
    let host = host.unwrap_or_else(|| format!("Glue in {}", service.region));
    match said {
        Said::Service { code, message, status, request } => {
            answered(service, call, &code, &message, status, request)
        }
        Said::TimedOut(cause) => call
            .error(CatalogErrorKind::Unavailable, format!("{host} did not answer in time"))
            .with_hint(
                "run it again; it goes on where it stopped. If it stays so, look at the network to that host",
            )
            .with_source(cause),
        Said::NotSent { cause, connecting: false } if is_about_credentials(&cause) => call
            .error(CatalogErrorKind::Credentials, "no AWS credentials could be had")
            .with_hint(CREDENTIALS)
            .with_source(cause),
        Said::NotMade(cause) => not_made(service, call, cause),
        Said::NotSent { cause, connecting: false } if cause.whole().contains("endpoint") => {
            not_made(service, call, cause)
        }
        Said::NotSent { cause, .. } => {
            let no_name = cause.whole().contains("dns") || cause.whole().contains("lookup");
            let hint = match no_name {
                true => format!("{} If it is, this machine cannot resolve names", is_it_the_region(service)),
                false => {
                    "look at the network, a proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL".to_owned()
                }
            };
            call.error(CatalogErrorKind::Network, format!("no connection to {host}"))
                .with_hint(hint)
                .with_source(cause)
        }
        Said::NotRead { status, cause } if status >= 500 => call
            .error(CatalogErrorKind::Unavailable, format!("{host} failed with HTTP status {status}"))
            .with_hint("run it again; it goes on where it stopped")
            .with_source(cause),
        Said::NotRead { status, cause } => call
            .error(CatalogErrorKind::Network, format!("{host} gave no answer of Glue (HTTP status {status})"))
            .with_hint("something stands in between: look at AWS_ENDPOINT_URL and at proxies")
            .with_source(cause),
        Said::Unknown(cause) => call.error(CatalogErrorKind::Other, "the call failed").with_source(cause),
    }
}

fn not_made(service: &Service, call: &Call, cause: Cause) -> CatalogError {
    call.error(CatalogErrorKind::Invalid, "the request cannot be made")
        .with_hint(format!("{} Look at AWS_ENDPOINT_URL, too", is_it_the_region(service)))
        .with_source(cause)
}

fn is_it_the_region(service: &Service) -> String {
    format!(
        "is the region `{}` spelled right? It comes from `region` in lakebed.toml, AWS_REGION or the profile.",
        service.region
    )
}

fn is_about_credentials(cause: &Cause) -> bool {
    ["credential", "identity", "token"].iter().any(|word| cause.whole().contains(word))
}

/// The error of an answer of the service.
fn answered(
    service: &Service,
    call: &Call,
    code: &str,
    message: &str,
    status: u16,
    request: Option<String>,
) -> CatalogError {
    let mut kind = kind_of(code);
    if kind == CatalogErrorKind::Other {
        kind = match status {
            403 => CatalogErrorKind::Denied,
            429 => CatalogErrorKind::Throttled,
            500.. => CatalogErrorKind::Unavailable,
            _ => kind,
        };
    }
    let mut text = match (code, message) {
        ("", "") => format!("HTTP status {status}"),
        ("", message) => message.to_owned(),
        (code, "") => code.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    if let Some(request) = request {
        text.push_str(&format!(" (request {request})"));
    }
    let error = call.error(kind, text);
    match hint(call, kind, code, message) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
    .with_permission_when(kind == CatalogErrorKind::Denied, || call.permission(service))
}

impl CatalogError {
    fn with_permission_when(self, needed: bool, permission: impl FnOnce() -> String) -> Self {
        if needed { self.with_permission(permission()) } else { self }
    }
}

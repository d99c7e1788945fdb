//! From the SDK's errors to ours.

use super::call::{Call, Service};
use super::seen::Seen;
use crate::catalog::{CatalogError, CatalogErrorKind};
use aws_sdk_glue::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_glue::operation::RequestId as _;
use std::error::Error;
use std::fmt;

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

/// An error's text with those below it: the SDK's own errors hold the whole answer, which is nobody's business.
#[derive(Debug)]
pub(crate) struct Cause {
    text: String,
    below: Option<Box<Self>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.below.as_deref().map(|below| below as &(dyn Error + 'static))
    }
}

impl Cause {
    /// The error and everything below it; what repeats the line above is left out.
    fn of(error: Option<&(dyn Error + 'static)>, seen: &Seen) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut next = error;
        while let Some(error) = next {
            let text = clean(&error.to_string(), seen);
            // The SDK's word for a kind of its own.
            if text != "other" && texts.last().is_none_or(|last| !last.contains(&text)) {
                texts.push(text);
            }
            next = error.source();
        }
        let mut cause = None;
        for text in texts.into_iter().rev() {
            cause = Some(Box::new(Self { text, below: cause }));
        }
        cause.map_or_else(|| Self { text: "no reason was given".into(), below: None }, |cause| *cause)
    }

    /// Every text of it in lower case.
    fn whole(&self) -> String {
        let mut text = self.text.to_lowercase();
        if let Some(below) = &self.below {
            text.push('\n');
            text.push_str(&below.whole());
        }
        text
    }
}

/// Words after which a text is not told. Whoever refuses a signature sends back what was signed, and the session's token
/// is part of that; a program that should give credentials may write them to the wrong place.
const CUTS: [(&str, &str); 3] = [
    ("The Canonical String", ""),
    ("The String-to-Sign", ""),
    ("Stderr:", "What it wrote is not shown: run the `credential_process` of the profile by hand."),
];

/// A text without what it must not repeat.
fn clean(text: &str, seen: &Seen) -> String {
    let cut = CUTS.iter().filter_map(|(at, instead)| Some((text.find(at)?, instead))).min();
    let text = match cut {
        Some((end, instead)) => format!("{}{instead}", &text[..end]),
        None => text.to_owned(),
    };
    seen.scrub(text.trim())
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
        Said::NotSent { cause, .. } => {
            let no_name = cause.whole().contains("dns") || cause.whole().contains("lookup");
            let hint = match no_name {
                true => format!(
                    "is the region `{}` spelled right? It comes from `region` in lakebed.toml, AWS_REGION or the \
                     profile. If it is, this machine cannot resolve names",
                    service.region
                ),
                false => {
                    "look at the network, a proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL".to_owned()
                }
            };
            call.error(CatalogErrorKind::Network, format!("no connection to {host}"))
                .with_hint(hint)
                .with_source(cause)
        }
        Said::NotMade(cause) => {
            call.error(CatalogErrorKind::Invalid, "the request cannot be made").with_source(cause)
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

const CREDENTIALS: &str = "sign in (`aws sso login`, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and \
                           AWS_SECRET_ACCESS_KEY; `aws sts get-caller-identity` shows who you are";

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
    match hint(kind, code, message) {
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

/// Kind of an error by its code, in answers and in the items of a batch.
pub(crate) fn kind_of(code: &str) -> CatalogErrorKind {
    match code {
        "EntityNotFoundException" => CatalogErrorKind::NotFound,
        "AlreadyExistsException" => CatalogErrorKind::AlreadyExists,
        "ConcurrentModificationException" | "ConditionCheckFailureException" | "VersionMismatchException" => {
            CatalogErrorKind::Conflict
        }
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "SlowDown" => CatalogErrorKind::Throttled,
        "InternalServiceException"
        | "InternalServerException"
        | "InternalFailure"
        | "InternalError"
        | "OperationTimeoutException"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "ResourceNotReadyException"
        | "FederationSourceRetryableException"
        | "RequestTimeout"
        | "RequestTimeoutException" => CatalogErrorKind::Unavailable,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "AuthFailure" => CatalogErrorKind::Credentials,
        "AccessDeniedException"
        | "AccessDenied"
        | "UnauthorizedOperation"
        | "NotAuthorized"
        | "OptInRequired"
        | "PermissionTypeMismatchException"
        | "GlueEncryptionException" => CatalogErrorKind::Denied,
        "InvalidInputException"
        | "ValidationException"
        | "SerializationException"
        | "MalformedQueryString"
        | "UnknownOperationException"
        | "InvalidAction" => CatalogErrorKind::Invalid,
        "ResourceNumberLimitExceededException" | "LimitExceededException" => CatalogErrorKind::Limit,
        _ => CatalogErrorKind::Other,
    }
}

/// What to do next, where the code or its message tells more than the kind.
fn hint(kind: CatalogErrorKind, code: &str, message: &str) -> Option<&'static str> {
    let lower = message.to_lowercase();
    Some(match (kind, code) {
        (CatalogErrorKind::Denied, _)
            if lower.contains("lake formation") || lower.contains("lakeformation") =>
        {
            "AWS Lake Formation governs this: besides the IAM permission somebody has to grant ALTER on the table \
             (CREATE_TABLE on the database for a new one) and DATA_LOCATION_ACCESS on its path there"
        }
        (CatalogErrorKind::Denied, "GlueEncryptionException") => {
            "the catalog is encrypted with a key of AWS KMS: the permissions kms:Decrypt, kms:Encrypt and \
             kms:GenerateDataKey on that key are needed too"
        }
        (CatalogErrorKind::Denied, "OptInRequired") => {
            "the account must be enabled for this service and region"
        }
        (CatalogErrorKind::Denied, _) => {
            "give this permission to whoever runs the command (`aws sts get-caller-identity` shows who that is); \
             `lakebed generate iam` writes the policy"
        }
        (CatalogErrorKind::Credentials, "ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => {
            "the credentials have expired: sign in again (`aws sso login`) or get new ones, then run it again"
        }
        (CatalogErrorKind::Credentials, "RequestTimeTooSkewed") => "set the clock of this machine right",
        (CatalogErrorKind::Credentials, "InvalidSignatureException" | "SignatureDoesNotMatch") => {
            "the secret key does not belong to the key id, or the clock of this machine is wrong"
        }
        (CatalogErrorKind::Credentials, _) => CREDENTIALS,
        (CatalogErrorKind::Limit, _) if lower.contains("version") => {
            "the table has too many old versions: remove some (`aws glue batch-delete-table-version`), and keep no \
             more with --skip-archive"
        }
        (CatalogErrorKind::Limit, _) => {
            "ask AWS for a higher quota (Service Quotas, AWS Glue), or remove what is old"
        }
        (CatalogErrorKind::Throttled, _) => {
            "others call the catalog of this account at the same time: wait a minute and run it again, it goes on \
             where it stopped"
        }
        (CatalogErrorKind::Unavailable, _) => "run it again; it goes on where it stopped",
        (CatalogErrorKind::Conflict, _) => {
            "somebody changed it at the same time: look at what it has become and run it again"
        }
        _ => return None,
    })
}

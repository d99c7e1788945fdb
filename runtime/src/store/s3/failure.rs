//! From what was seen on the wire to an error that says what to do.

use super::action::{Action, partition};
use super::watch::{Answer, Seen};
use crate::store::{Location, StoreError, StoreErrorKind};
use std::fmt;

/// What failures are told with.
#[derive(Clone, Debug)]
pub(super) struct Teller {
    /// Region of the settings.
    pub(super) region: Option<String>,
    /// Address of the settings.
    pub(super) endpoint: Option<String>,
}

/// What to do first where an object may not be read.
const MAY_BE_ABSENT: &str = "ask who runs the bucket for the permission (S3 also says this of an object that is not \
                             there to one who may not list the bucket)";

/// The answer, as one line.
#[derive(Debug)]
struct Said(String);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Said {}

impl Teller {
    /// The failure of a call, from what was seen of its requests and what the library made of them.
    pub(super) fn failure(
        &self,
        action: Action,
        at: Location,
        seen: &Seen,
        library: object_store::Error,
    ) -> StoreError {
        if let Some(reason) = &seen.credentials {
            let answered = seen.answer.as_ref().filter(|answer| !answer.code.is_empty());
            let said = answered.map(|answer| format!(" ({}: {})", answer.code, answer.message));
            let said = Said(format!("{reason}{}", said.unwrap_or_default()));
            return StoreError::new(StoreErrorKind::Credentials, at)
                .with_source(said)
                .with_hint("see to it that lakebed gets AWS credentials");
        }
        if let Some(answer) = &seen.answer {
            return self.answered(action, at, answer, seen.attempts);
        }
        if let Some(broken) = &seen.broken {
            let tries = tries(seen.attempts);
            let said = Said(format!("{} from {}: {broken}{tries}", action.name(), self.address(&at)));
            return StoreError::new(StoreErrorKind::Unavailable, at).with_source(said);
        }
        // The answer was a success that the library cannot read, or the key is none it can have.
        #[allow(clippy::wildcard_enum_match_arm, reason = "object_store has more errors, and adds some")]
        let kind = match &library {
            object_store::Error::InvalidPath { .. } | object_store::Error::NotSupported { .. } => {
                StoreErrorKind::Unsupported
            }
            _ => StoreErrorKind::Other,
        };
        StoreError::new(kind, at).with_source(library)
    }

    fn answered(&self, action: Action, at: Location, answer: &Answer, attempts: u32) -> StoreError {
        let kind = kind(answer);
        let said = Said(format!("{}: {}{}", action.name(), said(answer), tries(attempts)));
        let error = StoreError::new(kind, at).with_source(said);
        let (bucket, key) = match &error.at {
            Location::S3 { bucket, key } => (bucket.clone(), key.clone()),
            Location::Local(_) => return error,
        };
        if kind == StoreErrorKind::Denied {
            let error = error.with_permission(action.needs(partition(self.region.as_deref()), &bucket, &key));
            return if matches!(action, Action::Get | Action::Head) {
                error.with_hint(MAY_BE_ABSENT)
            } else {
                error
            };
        }
        let first = match (answer.code.as_str(), kind) {
            ("SignatureDoesNotMatch", _) => Some("check AWS_SECRET_ACCESS_KEY"),
            ("RequestTimeTooSkewed", _) => Some("set the clock of this machine"),
            (_, StoreErrorKind::Unavailable) => Some("wait a minute"),
            (_, _) => None,
        };
        if let Some(first) = first {
            return error.with_hint(first);
        }
        if kind == StoreErrorKind::WrongRegion {
            let set = answer.region.as_ref().map(|region| format!("set AWS_REGION={region}"));
            return error.with_hint(set.unwrap_or_else(|| {
                format!(
                    "set AWS_REGION to the region of the bucket (`aws s3api get-bucket-location --bucket \
                     {bucket}` tells it)"
                )
            }));
        }
        error
    }

    /// Who was asked.
    fn address(&self, at: &Location) -> String {
        match (&self.endpoint, at) {
            (Some(endpoint), _) => endpoint.clone(),
            (None, Location::S3 { .. }) => {
                format!("S3 in {}", self.region.as_deref().unwrap_or("us-east-1"))
            }
            (None, Location::Local(_)) => "S3".to_owned(),
        }
    }
}

fn tries(attempts: u32) -> String {
    if attempts > 1 { format!(" (tried {attempts} times)") } else { String::new() }
}

/// `403 AccessDenied: Access Denied (request 7F1B)`.
fn said(answer: &Answer) -> String {
    let mut text = answer.status.to_string();
    for (before, part) in [(" ", &answer.code), (": ", &answer.message)] {
        if !part.is_empty() {
            text.push_str(before);
            text.push_str(part.trim_end_matches('.'));
        }
    }
    if !answer.request.is_empty() {
        text.push_str(&format!(" (request {})", answer.request));
    }
    text
}

/// The kind of an answer. Codes come before the status: S3 uses 400 and 403 for many things.
fn kind(answer: &Answer) -> StoreErrorKind {
    match answer.code.as_str() {
        "NoSuchBucket" => return StoreErrorKind::NoBucket,
        "AuthFailure"
        | "ExpiredToken"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "InvalidSecurity"
        | "InvalidToken"
        | "RequestTimeTooSkewed"
        | "SignatureDoesNotMatch"
        | "TokenRefreshRequired" => return StoreErrorKind::Credentials,
        "AuthorizationHeaderMalformed"
        | "IllegalLocationConstraintException"
        | "PermanentRedirect"
        | "TemporaryRedirect" => return StoreErrorKind::WrongRegion,
        "InvalidObjectState" => return StoreErrorKind::Other,
        "NotImplemented" | "MethodNotAllowed" => return StoreErrorKind::Unsupported,
        "QuotaExceeded" | "XMinioStorageFull" => return StoreErrorKind::Full,
        "SlowDown" | "InternalError" | "RequestTimeout" | "IncompleteBody" => {
            return StoreErrorKind::Unavailable;
        }
        _ => {}
    }
    match answer.status {
        301 | 302 | 307 | 308 => StoreErrorKind::WrongRegion,
        401 => StoreErrorKind::Credentials,
        403 => StoreErrorKind::Denied,
        404 => StoreErrorKind::NotFound,
        405 | 501 => StoreErrorKind::Unsupported,
        412 | 416 => StoreErrorKind::Changed,
        507 => StoreErrorKind::Full,
        408 | 409 | 429 | 500..=599 => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_before_the_status() {
        let of = |status, code: &str| kind(&Answer { status, code: code.to_owned(), ..Answer::default() });
        assert_eq!(of(403, "AccessDenied"), StoreErrorKind::Denied);
        assert_eq!(of(403, "InvalidAccessKeyId"), StoreErrorKind::Credentials);
        assert_eq!(of(400, "ExpiredToken"), StoreErrorKind::Credentials);
        assert_eq!(of(404, "NoSuchBucket"), StoreErrorKind::NoBucket);
        assert_eq!(of(404, ""), StoreErrorKind::NotFound);
        assert_eq!(of(301, ""), StoreErrorKind::WrongRegion);
        assert_eq!(of(503, ""), StoreErrorKind::Unavailable);
        assert_eq!(of(200, "InternalError"), StoreErrorKind::Unavailable);
        assert_eq!(of(400, "InvalidArgument"), StoreErrorKind::Other);
    }
}

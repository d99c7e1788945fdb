//! What the error codes of AWS mean for the records of a call.

use super::service::CallErrorKind;

/// Codes of services that are too busy. Firehose says `ServiceUnavailableException` with status 503 when the quota of
/// the stream is used up; nothing is written then.
const THROTTLED: [&str; 10] = [
    "KMSThrottlingException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ServiceUnavailableException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes of services that refuse what is in the call.
const INVALID: [&str; 4] =
    ["InvalidArgumentException", "SerializationException", "ValidationError", "ValidationException"];

impl CallErrorKind {
    /// What a service means that answered with that code and HTTP status, and no success.
    ///
    /// After an internal error it is not known what was written. What is not known by name and is the caller's fault
    /// needs somebody who acts: the records stay.
    pub fn of_answer(code: &str, status: u16) -> Self {
        if THROTTLED.contains(&code) || status == 429 {
            Self::Throttled
        } else if INVALID.contains(&code) || status == 413 {
            Self::Invalid
        } else if status == 503 {
            Self::Transient
        } else if (400..500).contains(&status) {
            Self::Denied
        } else {
            Self::MaybeWritten
        }
    }

    /// Whether an entry with that code of its own failed since the stream was too busy.
    pub fn is_throttled_entry(code: &str) -> bool {
        THROTTLED.contains(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_decide_before_the_status_does() {
        use CallErrorKind::{Denied, Invalid, MaybeWritten, Throttled, Transient};
        for (code, status, expected) in [
            ("ServiceUnavailableException", 503, Throttled),
            ("ProvisionedThroughputExceededException", 400, Throttled),
            ("ThrottlingException", 400, Throttled),
            ("KMSThrottlingException", 400, Throttled),
            ("InvalidArgumentException", 400, Invalid),
            ("ValidationException", 400, Invalid),
            ("", 413, Invalid),
            ("ResourceNotFoundException", 400, Denied),
            ("AccessDeniedException", 400, Denied),
            ("ExpiredTokenException", 400, Denied),
            ("UnrecognizedClientException", 400, Denied),
            ("KMSDisabledException", 400, Denied),
            ("SomethingNew", 403, Denied),
            ("", 503, Transient),
            ("InternalFailure", 500, MaybeWritten),
            ("", 502, MaybeWritten),
            ("", 504, MaybeWritten),
            ("", 200, MaybeWritten),
        ] {
            assert_eq!(CallErrorKind::of_answer(code, status), expected, "{code} {status}");
        }
    }
}

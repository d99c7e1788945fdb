//! What goes wrong when a test wants it to.

use super::error::ApiError;
use std::time::Duration;

/// One way to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `ThrottlingException`.
    Throttle,
    /// `InternalServiceException`, HTTP 500.
    Internal,
    /// HTTP 503 with a text that is no JSON, as something between client and service answers.
    Unavailable,
    /// `OperationTimeoutException`.
    Timeout,
    /// The connection is reset before anything is done.
    ResetBefore,
    /// Everything is done, and the connection is reset instead of an answer.
    ResetAfter,
    /// The answer comes late.
    Slow(Duration),
    /// The answer is cut in the middle of its JSON.
    Malformed,
    /// `ExpiredTokenException`.
    ExpiredToken,
    /// `UnrecognizedClientException`.
    UnrecognizedClient,
    /// `AccessDeniedException`.
    AccessDenied,
    /// Any other error.
    Error(ApiError),
    /// Of a batch, every item whose index (from 0) is a multiple of `every` fails with the error; the others are done.
    Items {
        /// 1: all of them; 2: each second, the first among them.
        every: usize,
        /// What is said of each.
        error: ApiError,
    },
    /// Of a `BatchGetPartition`, only the first keys are looked up; the others come back as unprocessed.
    Unprocessed {
        /// How many are looked up.
        keys: usize,
    },
    /// A version of a schema is registered, and fails its check.
    Incompatible,
}

/// When a fault comes.
#[derive(Clone, Debug)]
pub struct When {
    operation: Option<String>,
    skip: usize,
    times: usize,
    fault: Fault,
}

impl When {
    /// Once, at the next call of an operation.
    pub fn next(operation: &str, fault: Fault) -> Self {
        Self { operation: Some(operation.to_owned()), skip: 0, times: 1, fault }
    }

    /// Once, at the next call of whatever operation.
    pub fn any(fault: Fault) -> Self {
        Self { operation: None, skip: 0, times: 1, fault }
    }

    /// After so many calls that go well.
    #[must_use]
    pub fn after(mut self, calls: usize) -> Self {
        self.skip = calls;
        self
    }

    /// So many times.
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        self.times = times;
        self
    }

    /// From then on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }
}

/// Faults to come. The first that fits a call is taken; those behind it count the call all the same.
#[derive(Debug, Default)]
pub(super) struct Script(Vec<When>);

impl Script {
    pub(super) fn add(&mut self, when: When) {
        self.0.push(when);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Faults that were asked for a number of times and have not come so often yet.
    pub(super) fn left(&self) -> usize {
        self.0.iter().filter(|when| when.times != usize::MAX && when.times > 0).count()
    }

    pub(super) fn take(&mut self, operation: &str) -> Option<Fault> {
        let mut taken = None;
        for when in &mut self.0 {
            if when.operation.as_deref().is_some_and(|wanted| wanted != operation) {
                continue;
            }
            if when.skip > 0 {
                when.skip -= 1;
            } else if taken.is_none() && when.times > 0 {
                when.times = if when.times == usize::MAX { usize::MAX } else { when.times - 1 };
                taken = Some(when.fault.clone());
            }
        }
        taken
    }
}

impl Fault {
    /// The error that stands for the whole answer, if it is one.
    pub(super) fn error(&self, operation: &str) -> Option<ApiError> {
        let error = match self {
            Self::Throttle => ApiError::new("ThrottlingException", "Rate exceeded"),
            Self::Internal => ApiError::new("InternalServiceException", "Service is unavailable"),
            Self::Timeout => ApiError::new("OperationTimeoutException", "Operation timed out"),
            Self::ExpiredToken => ApiError::new(
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            Self::UnrecognizedClient => ApiError::new(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
            ),
            Self::AccessDenied => ApiError::new(
                "AccessDeniedException",
                format!(
                    "User: arn:aws:sts::{account}:assumed-role/deploy/ci is not authorized to perform: \
                     glue:{operation} on resource: arn:aws:glue:{region}:{account}:catalog because no \
                     identity-based policy allows the glue:{operation} action",
                    account = super::ACCOUNT,
                    region = crate::server::REGION,
                ),
            ),
            Self::Error(error) => error.clone(),
            Self::Unavailable
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::Slow(_)
            | Self::Malformed
            | Self::Items { .. }
            | Self::Unprocessed { .. }
            | Self::Incompatible => return None,
        };
        Some(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_when_they_are_due() {
        let mut script = Script::default();
        script.add(When::next("GetTable", Fault::Throttle).after(1).times(2));
        script.add(When::any(Fault::Internal).after(3));
        let came: Vec<_> = ["GetTable", "GetTables", "GetTable", "GetTable", "GetTable", "GetTable"]
            .map(|operation| script.take(operation))
            .into();
        // The fourth call is a GetTable that both wait for: the first has it, the second the call after.
        let wanted = [None, None, Some(Fault::Throttle), Some(Fault::Throttle), Some(Fault::Internal), None];
        assert_eq!(came, wanted);
        assert_eq!(script.left(), 0);
    }
}

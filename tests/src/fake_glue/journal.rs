//! What the fake was asked.

use serde_json::Value;

/// A call that came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The operation: `UpdateTable`.
    pub operation: String,
    /// Its input; null where the body was not read.
    pub input: Value,
    /// What became of it.
    pub outcome: Outcome,
    /// Its header `Authorization`.
    pub authorization: Option<String>,
}

/// The calls so far.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// How many were taken out.
    taken: usize,
    pub(super) calls: Vec<Call>,
}

impl Journal {
    /// Writes a call down, and gives its number.
    pub(super) fn note(&mut self, call: Call) -> usize {
        self.calls.push(call);
        self.taken + self.calls.len() - 1
    }

    /// Says what became of a call, unless it was taken out since.
    pub(super) fn end(&mut self, number: usize, outcome: Outcome) {
        let call = number.checked_sub(self.taken).and_then(|index| self.calls.get_mut(index));
        if let Some(call) = call {
            call.outcome = outcome;
        }
    }

    pub(super) fn take(&mut self) -> Vec<Call> {
        self.taken += self.calls.len();
        std::mem::take(&mut self.calls)
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not finished.
    Running,
    /// Done and answered.
    Done,
    /// Done, and the answer did not get through whole.
    DoneUnanswered,
    /// Not done, for this error.
    Refused(String),
    /// Not done, and not answered.
    Dropped,
}

impl Call {
    /// Whether the catalog did it, answered or not.
    pub fn was_done(&self) -> bool {
        matches!(self.outcome, Outcome::Done | Outcome::DoneUnanswered)
    }

    /// Whether the operation changes something.
    pub fn writes(&self) -> bool {
        !["Get", "List", "BatchGet", "Check", "Query", "Search"]
            .iter()
            .any(|reading| self.operation.starts_with(reading))
    }
}

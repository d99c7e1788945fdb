//! Which request meets which fault: decided by a seed, the request and how often it was made, so that the order in
//! which threads come does not matter.

use crate::cases::documents::Random;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The server never hears of it; the answer is `500 InternalError`.
    ServerError,
    /// The server never hears of it; the answer is `503 SlowDown`.
    SlowDown,
    /// The server never hears of it; the connection is reset.
    ResetBefore,
    /// The server does it; the connection is reset before the answer.
    ResetAfter,
    /// The server does it; the answer is lost, and `500 InternalError` comes in its place.
    LostAnswer,
    /// The server does it; its answer has fewer bytes than it says.
    Truncated,
    /// The server does it; its answer comes in small pieces.
    Slow,
    /// The server never hears of it; the answer is `200` with XML that breaks off. Only where XML is the answer.
    Malformed,
    /// The server never hears of it; the answer is `200` with an error in its XML, as S3 gives it after a long copy or
    /// the end of an upload. Only there.
    ErrorInside,
}

/// Every fault.
pub const FAULTS: [Fault; 9] = [
    Fault::ServerError,
    Fault::SlowDown,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::LostAnswer,
    Fault::Truncated,
    Fault::Slow,
    Fault::Malformed,
    Fault::ErrorInside,
];

/// Which requests meet faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Decides.
    pub seed: u64,
    /// Share of the requests that meet one, 0 to 100.
    pub percent: u64,
    /// Faults to choose from.
    pub faults: Vec<Fault>,
    /// Only requests of these methods; all when empty.
    pub methods: Vec<&'static str>,
    /// Only requests with this in path or query.
    pub target: String,
    /// How often one request passes before it can meet a fault.
    pub after: usize,
    /// How often one request can meet a fault; after that it passes.
    pub at_most: usize,
}

impl Plan {
    /// All requests pass.
    pub fn none() -> Self {
        Self::of(0, 0, &FAULTS)
    }

    /// A share of all requests meets one of the faults, one request not more often than three times.
    pub fn of(seed: u64, percent: u64, faults: &[Fault]) -> Self {
        let target = String::new();
        Self { seed, percent, faults: faults.to_vec(), methods: Vec::new(), target, after: 0, at_most: 3 }
    }

    /// Every request meets this fault, for ever.
    pub fn permanent(fault: Fault) -> Self {
        Self { at_most: usize::MAX, ..Self::of(0, 100, &[fault]) }
    }

    /// Only requests of these methods.
    #[must_use]
    pub fn methods(mut self, methods: &[&'static str]) -> Self {
        self.methods = methods.to_vec();
        self
    }

    /// Only requests with this in path or query.
    #[must_use]
    pub fn target(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    /// Only from the request after so many equal ones on.
    #[must_use]
    pub fn after(mut self, passed: usize) -> Self {
        self.after = passed;
        self
    }

    /// The fault that a request meets, which was made `before` times before and met `met` faults then.
    pub fn fault(&self, method: &str, target: &str, before: usize, met: usize) -> Option<Fault> {
        let meant =
            (self.methods.is_empty() || self.methods.contains(&method)) && target.contains(&self.target);
        if !meant || before < self.after || met >= self.at_most || self.faults.is_empty() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, method, target, before).hash(&mut hasher);
        let mut random = Random(hasher.finish());
        if random.below(100) >= self.percent {
            return None;
        }
        let at = usize::try_from(random.below(self.faults.len() as u64)).unwrap_or_default();
        Some(fitting(self.faults[at], method, target))
    }
}

/// A fault that this request can meet: answers without XML cannot be broken XML, and would be taken for the truth.
fn fitting(fault: Fault, method: &str, target: &str) -> Fault {
    let list = method == "GET" && (target.contains("list-type=") || target.contains("uploads"));
    let upload = method == "POST";
    if fault == Fault::Malformed && !list && !upload {
        Fault::ServerError
    } else if fault == Fault::ErrorInside && !(upload && target.contains("uploadId=")) {
        Fault::SlowDown
    } else {
        fault
    }
}

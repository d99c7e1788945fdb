//! Why an artifact cannot be made: rules of AWS that a table and its target break.

use std::fmt;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct Finding {
    /// Stable name of the rule, such as `firehose-buffer-size`.
    pub rule: &'static str,
    /// Where it is broken: a setting, a column, a member of the artifact.
    pub place: String,
    /// What is wrong, with what was expected and what was found.
    pub problem: String,
    /// What to do about it.
    pub fix: String,
}

impl Finding {
    /// A broken rule.
    pub fn new(
        rule: &'static str,
        place: impl Into<String>,
        problem: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { rule, place: place.into(), problem: problem.into(), fix: fix.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {} [{}]", self.place, self.problem, self.fix, self.rule)
    }
}

impl std::error::Error for Finding {}

/// Every broken rule that was found, at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize))]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Keeps the value, or takes over the findings and gives nothing.
    pub fn take<T>(&mut self, result: Result<T, impl Into<Self>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(findings) => {
                self.0.extend(findings.into().0);
                None
            }
        }
    }

    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// The value when nothing was found.
    ///
    /// # Errors
    /// Everything that was found.
    pub fn or<T>(self, value: impl FnOnce() -> T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value()) } else { Err(self) }
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.0.iter().enumerate() {
            write!(f, "{}{finding}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

//! Which changes may be made.

use crate::plan::{Change, Class, Code, TablePlan};
use std::collections::BTreeSet;

/// Why a plan is not carried out: one of its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The change.
    pub change: Change,
    /// Whether `--allow` with its code lets it through; what is impossible stays so.
    pub can_be_allowed: bool,
}

/// The changes of a plan that may not be made: impossible ones, and breaking ones whose code is not in `allow`.
pub fn refusals(plan: &TablePlan, allow: &BTreeSet<Code>) -> Vec<Refusal> {
    let refusal = |change: &Change| {
        let can_be_allowed = match change.class {
            Class::Safe | Class::NeedsRewrite => return None,
            Class::Breaking if allow.contains(&change.code) => return None,
            Class::Breaking => true,
            Class::Impossible => false,
        };
        Some(Refusal { change: change.clone(), can_be_allowed })
    };
    plan.changes.iter().filter_map(refusal).collect()
}

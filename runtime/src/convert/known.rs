//! What earlier runs know of inputs.

use super::input::Input;
use crate::journal::{InputRecord, RunRecord};
use crate::store::Location;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

/// The inputs of earlier runs, by what journals know them by.
#[derive(Debug, Default)]
pub(super) struct Known<'a>(pub(super) HashMap<Cow<'a, str>, Vec<(&'a RunRecord, &'a InputRecord)>>);

impl<'a> Known<'a> {
    pub(super) fn of(runs: impl Iterator<Item = &'a RunRecord>) -> Self {
        let mut known = Self::default();
        for run in runs {
            for (key, record) in &run.inputs {
                // Earlier versions have known files as they were written.
                let key = match key.contains("/../") {
                    true => Cow::Owned(known_as(key)),
                    false => Cow::Borrowed(key.as_str()),
                };
                known.0.entry(key).or_default().push((run, record));
            }
        }
        known
    }

    /// What earlier runs know of an input, each run once.
    pub(super) fn get(&self, input: &Input) -> Vec<(&'a RunRecord, &'a InputRecord)> {
        let mut found: Vec<(&RunRecord, &InputRecord)> = Vec::new();
        for &(run, record) in input.keys().iter().filter_map(|key| self.0.get(key.as_str())).flatten() {
            if found.iter().all(|(other, _)| other.run != run.run) {
                found.push((run, record));
            }
        }
        found
    }
}

/// What an input of a journal is known by today.
pub(super) fn known_as(key: &str) -> String {
    let path = Path::new(key);
    if path.is_absolute() { Location::from(path).canonical().to_string() } else { key.to_owned() }
}

//! What differs between a table that was read and the one that is generated from its import.

use crate::artifacts::glue::{GlueColumn, GlueTable};
use std::collections::BTreeMap;

/// Parameters that generating may add.
const ADDED: [&str; 2] = ["classification", "parquet.compression"];

/// The outcome of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// What is lost, changed, or added without need.
    pub(super) differences: Vec<String>,
    /// What is added where the original leaves it to defaults.
    pub(super) additions: Vec<String>,
}

/// Compares normal forms.
pub(super) fn compare(original: &GlueTable, generated: &GlueTable) -> Comparison {
    let mut found = Comparison::default();
    let (a, b) = (original.normal(), generated.normal());
    found.columns("column", &a.columns, &b.columns, false);
    found.columns("partition key", &a.partition_keys, &b.partition_keys, true);
    found.parameters("parameter", &a.parameters, &b.parameters, &ADDED);
    found.parameters("SerDe parameter", &a.storage.serde_parameters, &b.storage.serde_parameters, &[]);
    // Whatever is left once the compared parts are the same.
    let mut rest = b.clone();
    rest.columns.clone_from(&a.columns);
    rest.partition_keys.clone_from(&a.partition_keys);
    rest.parameters.clone_from(&a.parameters);
    rest.storage.serde_parameters.clone_from(&a.storage.serde_parameters);
    if rest != a {
        for (what, same) in [
            ("the name", rest.name == a.name),
            ("the description", rest.description == a.description),
            ("the location", rest.storage.location == a.storage.location),
        ] {
            if !same {
                found.differences.push(what.to_owned());
            }
        }
        if found.differences.is_empty() {
            found.differences.push("the storage descriptor".to_owned());
        }
    }
    found
}

impl Comparison {
    fn columns(&mut self, kind: &str, a: &[GlueColumn], b: &[GlueColumn], may_add_comments: bool) {
        let names =
            |columns: &[GlueColumn]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if names(a) != names(b) {
            self.differences.push(format!("the {kind}s"));
            return;
        }
        for (a, b) in a.iter().zip(b) {
            if (&a.ty, &a.parameters) != (&b.ty, &b.parameters) {
                self.differences.push(format!("{kind} `{}`", a.name));
            }
            match (&a.comment, &b.comment) {
                (None, Some(comment)) if may_add_comments => {
                    self.additions.push(format!("the comment `{comment}` of the {kind} `{}`", a.name));
                }
                (a_comment, b_comment) if a_comment != b_comment => {
                    self.differences.push(format!("the comment of {kind} `{}`", a.name));
                }
                _ => {}
            }
        }
    }

    fn parameters(
        &mut self,
        kind: &str,
        a: &BTreeMap<String, String>,
        b: &BTreeMap<String, String>,
        may_add: &[&str],
    ) {
        for (key, value) in a {
            if b.get(key) != Some(value) {
                self.differences.push(format!("the {kind} `{key}` = `{value}`"));
            }
        }
        for (key, value) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
            let added = format!("the {kind} `{key}` = `{value}`");
            if may_add.contains(&key.as_str()) { &mut self.additions } else { &mut self.differences }
                .push(added);
        }
    }
}

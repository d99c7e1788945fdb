//! Partition projection that changes: rows that it no longer reaches vanish without an error.

use super::change::{Change, Code};
use super::owned::is_always_ours;
use super::rules::Verdict;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};
use std::collections::{BTreeMap, BTreeSet};

/// Whether Athena computes the partitions of a table.
pub(super) fn is_enabled(table: &GlueTable) -> bool {
    table.parameters.get("projection.enabled").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

fn family(table: &GlueTable) -> BTreeMap<&str, &str> {
    let ours = table.parameters.iter().filter(|(key, _)| is_always_ours(key));
    ours.map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

pub(super) fn describe(
    before: &GlueTable,
    after: &GlueTable,
    partitions: Option<&[GluePartition]>,
    changes: &mut Vec<Change>,
) {
    let (from, to) = (family(before), family(after));
    let keys: BTreeSet<&str> = from.keys().chain(to.keys()).copied().collect();
    for key in keys.into_iter().filter(|key| from.get(key) != to.get(key)) {
        let verdict = match (is_enabled(before), is_enabled(after)) {
            (false, false) => Verdict::safe("projection is off, and nothing reads it"),
            (false, true) => match partitions {
                Some([]) => Verdict::safe("no partition is registered whose rows could vanish"),
                _ => Verdict::breaking(
                    "Athena then ignores the registered partitions: those outside the projection vanish from queries",
                    "make sure that the projection reaches all of them",
                ),
            },
            (true, false) => Verdict::breaking(
                "Athena then reads registered partitions only, and gives no rows for others",
                "register the partitions first: lakebed partitions sync",
            ),
            (true, true) => Verdict::breaking(
                "partitions that the projection no longer reaches vanish from queries, without an error",
                "make sure that it reaches every partition that exists",
            ),
        };
        changes.push(Change {
            code: Code::Projection,
            place: format!("parameter `{key}`"),
            class: verdict.class,
            before: from.get(key).map(|text| (*text).to_owned()),
            after: to.get(key).map(|text| (*text).to_owned()),
            reason: verdict.reason,
            remedy: verdict.remedy,
        });
    }
}

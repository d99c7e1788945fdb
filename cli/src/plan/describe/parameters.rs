//! Parameters of the table and of its SerDe.

use super::change;
use crate::plan::change::{Change, Class, Code};
use crate::plan::owned::{OWNED, is_always_ours};
use crate::plan::reading::{Access, ORC_BY_POSITION, PARQUET_BY_POSITION};
use crate::plan::rules::Verdict;
use lakebed_schema::artifacts::glue::GlueTable;
use std::collections::{BTreeMap, BTreeSet};

type Texts = BTreeMap<String, String>;

/// Keys whose values differ, with both.
fn differing<'a>(
    before: &'a Texts,
    after: &'a Texts,
) -> impl Iterator<Item = (&'a str, Option<&'a String>, Option<&'a String>)> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .map(|key| (key.as_str(), before.get(key), after.get(key)))
        .filter(|(_, before, after)| before != after)
}

pub(super) fn table(before: &GlueTable, after: &GlueTable, changes: &mut Vec<Change>) {
    for (key, from, to) in differing(&before.parameters, &after.parameters) {
        if key == OWNED || is_always_ours(key) {
            continue;
        }
        let verdict = match key {
            "classification" => Verdict::safe("Glue jobs and crawlers ask for it; queries do not"),
            "parquet.compression" => {
                Verdict::safe("it is what Athena compresses with when it writes; files of any codec are read")
            }
            "partition_filtering.enabled" => {
                Verdict::safe("it only decides whether Athena asks the partition indexes")
            }
            "skip.header.line.count" => Verdict::breaking(
                "it decides how many lines of each file are passed over",
                "make sure that the files that exist have so many heading lines",
            ),
            _ => Verdict::safe("no engine is known to read files otherwise because of it"),
        };
        changes.push(change(
            Code::TableParameter,
            format!("parameter `{key}`"),
            from.cloned(),
            to.cloned(),
            verdict,
        ));
    }
}

pub(super) fn serde(before: &GlueTable, after: &GlueTable, changes: &mut Vec<Change>) {
    let same_serde = before.storage.serde_library == after.storage.serde_library;
    for (key, from, to) in differing(&before.storage.serde_parameters, &after.storage.serde_parameters) {
        let verdict = if same_serde {
            serde_parameter(key, to, before, after)
        } else {
            Verdict::safe("it belongs to the SerDe, which changes too")
        };
        changes.push(change(
            Code::SerdeParameter,
            format!("SerDe parameter `{key}`"),
            from.cloned(),
            to.cloned(),
            verdict,
        ));
    }
}

fn serde_parameter(key: &str, to: Option<&String>, before: &GlueTable, after: &GlueTable) -> Verdict {
    let is = |word: &str| to.is_some_and(|to| to.trim().eq_ignore_ascii_case(word));
    match key {
        "serialization.format" => Verdict::safe("no reader of these files acts on it"),
        PARQUET_BY_POSITION | ORC_BY_POSITION => {
            if Access::of(&before.storage) == Access::of(&after.storage) {
                return Verdict::safe("columns are found as they were before");
            }
            let reason = if Access::of(&after.storage) == Access::ByPosition {
                "columns are then found by position in each file: values of files with another order come out under other names"
            } else {
                "columns are then found by name in each file: columns with other names in it are null"
            };
            Verdict::breaking(reason, "make sure that names and order are the same in all files")
        }
        "ignore.malformed.json" if is("true") => Verdict::new(
            Class::Safe,
            "lines that are no JSON become rows of nulls instead of failing the query",
        ),
        "ignore.malformed.json" => Verdict::breaking(
            "a line that is no JSON then fails every query that touches its file",
            "keep it, unless no such line is possible",
        ),
        _ if key.starts_with("mapping.") => Verdict::breaking(
            "the column is then read from another key of the documents: those that exist may not have it",
            "keep the key, unless every document that exists has the new one",
        ),
        _ => Verdict::breaking(
            "parameters of the SerDe decide how the files that exist are read",
            "try the new one first, with a second table over the same files",
        ),
    }
}

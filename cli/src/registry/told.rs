//! Refusals as findings: what is refused, by what, and what to do.

use super::{Direction, Refusal, SchemaName};
use lakebed_schema::finding::Finding;
use lakebed_schema::target::Compatibility;
use serde_json::Value;

/// Refusals as people read them: one for each place and keyword, whichever versions it is about.
pub(super) fn told(
    name: &SchemaName,
    mode: Compatibility,
    latest: Option<u64>,
    refusals: &[Refusal],
) -> Vec<Finding> {
    let same = |one: &Refusal, other: &Refusal| {
        one.direction == other.direction
            && one.difference.path == other.difference.path
            && one.difference.keyword == other.difference.keyword
    };
    let mut groups: Vec<Vec<&Refusal>> = Vec::new();
    for refusal in refusals {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| same(first, refusal))) {
            Some(group) => group.push(refusal),
            None => groups.push(vec![refusal]),
        }
    }
    groups.iter().filter_map(|group| finding(name, mode, latest, group)).collect()
}

fn finding(
    name: &SchemaName,
    mode: Compatibility,
    latest: Option<u64>,
    group: &[&Refusal],
) -> Option<Finding> {
    // That with the last version says most.
    let Refusal { version, direction, difference } = group.last()?;
    let keyword = difference.keyword.as_str();
    let (rule, reader, writer) = match direction {
        Direction::Backward => {
            ("registry-backward", "the new schema".to_owned(), format!("documents of version {version}"))
        }
        Direction::Forward => ("registry-forward", format!("version {version}"), "new documents".to_owned()),
    };
    let what = match (&difference.undecided, &difference.example, keyword) {
        (Some(why), ..) => format!("whether {reader} takes all {writer} there cannot be decided: {why}"),
        (None, _, "required") => format!("{reader} requires it, and {writer} may lack it"),
        (None, Some(example), _) => {
            format!("{reader} refuses {}, which {writer} may hold there", short(example))
        }
        (None, None, _) => format!("{reader} refuses what {writer} may hold there"),
    };
    let (old, new) = match direction {
        Direction::Backward => (difference.writer.as_ref(), Some(&difference.reader)),
        Direction::Forward => (Some(&difference.reader), difference.writer.as_ref()),
    };
    let side = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), short);
    let change = match keyword {
        "required" => String::new(),
        _ => format!(" {} → {}", side(old), side(new)),
    };
    let others: Vec<String> = group.iter().rev().skip(1).map(|refusal| refusal.version.to_string()).collect();
    let too = match others.as_slice() {
        [] => String::new(),
        [one] => format!("; so it is with version {one}"),
        several => format!("; so it is with versions {}", several.join(", ")),
    };
    let problem = format!("{what}; {mode} forbids that ({keyword}{change}){too}");
    let mut fix = fix(*direction, keyword, difference.undecided.is_some()).to_owned();
    if !mode.is_with_all() && group.iter().all(|refusal| Some(refusal.version) != latest) {
        fix.push_str(
            "; version VERSION is the checkpoint of the schema, and if nobody has its documents any more, move it on: \
             aws glue update-schema --schema-id RegistryName=REGISTRY,SchemaName=SCHEMA --schema-version-number \
             LatestVersion=true --compatibility MODE"
                .replace("VERSION", &version.to_string())
                .replace("REGISTRY", &name.registry)
                .replace("SCHEMA", &name.schema)
                .replace("MODE", mode.name())
                .as_str(),
        );
    }
    Some(Finding::new(rule, format!("schema `{name}`, {}", difference.path), problem, fix))
}

fn fix(direction: Direction, keyword: &str, undecided: bool) -> &'static str {
    match (direction, keyword, undecided) {
        (_, _, true) => {
            "leave that part of the schema as it was, or put it into a new column; --compatibility NONE lets it in \
             unchecked"
        }
        (Direction::Backward, "required", _) => {
            "make the column optional (`Option`, or a default), or register under another name (setting \
             registry.schema)"
        }
        (Direction::Forward, "required", _) => {
            "keep the column and fill it, or register under another name (setting registry.schema)"
        }
        (Direction::Backward, ..) => {
            "let the column take what older documents hold, or put the new meaning into a new optional column"
        }
        (Direction::Forward, ..) => {
            "write only what older readers take, or put the new meaning into a new optional column"
        }
    }
}

/// A value, cut where it is long.
fn short(value: &Value) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(&text)),
        None => text,
    }
}

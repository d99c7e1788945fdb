//! Partition projection that changes: rows that it no longer reaches vanish without an error.

use super::change::{Change, Code};
use super::owned::is_always_ours;
use super::rules::Verdict;
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueTable};
use lakebed_schema::projection::Projection;
use std::collections::BTreeMap;

const ENABLED: &str = "projection.enabled";
const TEMPLATE: &str = "storage.location.template";

/// Whether Athena computes the partitions of a table.
pub(crate) fn is_enabled(table: &GlueTable) -> bool {
    table.parameters.get(ENABLED).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// Adds what changes: one change when projection goes on or off, else one for each column and one for the template.
pub(super) fn describe(
    before: &GlueTable,
    after: &GlueTable,
    partitions: Option<&[GluePartition]>,
    changes: &mut Vec<Change>,
) {
    let (from, to) = (subjects(before), subjects(after));
    if from == to {
        return;
    }
    let mut push = |place: String, before: Option<String>, after: Option<String>, verdict: Verdict| {
        changes.push(Change {
            code: Code::Projection,
            place,
            class: verdict.class,
            before,
            after,
            reason: verdict.reason,
            remedy: verdict.remedy,
        });
    };
    if is_enabled(before) != is_enabled(after) {
        let verdict =
            if is_enabled(after) { turned_on(after, partitions) } else { turned_off(before, partitions) };
        push("partition projection".to_owned(), summary(before), summary(after), verdict);
        return;
    }
    let subjects: std::collections::BTreeSet<_> = from.keys().chain(to.keys()).collect();
    for subject in subjects.into_iter().filter(|subject| from.get(*subject) != to.get(*subject)) {
        let (old, new) = differing(from.get(subject), to.get(subject));
        let verdict = if is_enabled(after) {
            verdict(subject, before, after)
        } else {
            Verdict::safe("projection is off, and nothing reads it")
        };
        push(subject.place(), old, new, verdict);
    }
}

/// What parameters of projection are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Column(String),
    Template,
    /// `projection.enabled`, and whatever names no column.
    Whole,
}

impl Subject {
    fn place(&self) -> String {
        match self {
            Self::Column(name) => format!("projection of `{name}`"),
            Self::Template => "location template".to_owned(),
            Self::Whole => "partition projection".to_owned(),
        }
    }
}

type Words<'a> = BTreeMap<&'a str, &'a str>;

/// The parameters of projection by what they are about, without what their keys begin with.
fn subjects(table: &GlueTable) -> BTreeMap<Subject, Words<'_>> {
    let mut subjects: BTreeMap<Subject, Words<'_>> = BTreeMap::new();
    for (key, value) in table.parameters.iter().filter(|(key, _)| is_always_ours(key)) {
        let rest = key.strip_prefix("projection.").unwrap_or(key);
        let (subject, word) = match rest.split_once('.') {
            _ if key == TEMPLATE => (Subject::Template, ""),
            Some((column, word)) => (Subject::Column(column.to_owned()), word),
            None => (Subject::Whole, rest),
        };
        // The values in any spelling mean the same.
        let value = if key == ENABLED && is_enabled(table) { "true" } else { value };
        subjects.entry(subject).or_default().insert(word, value);
    }
    subjects
}

/// The words that differ, on both sides: `range = 0,23, digits = 2`.
fn differing(before: Option<&Words<'_>>, after: Option<&Words<'_>>) -> (Option<String>, Option<String>) {
    let shown = |these: Option<&Words<'_>>, those: Option<&Words<'_>>| {
        let words: Vec<_> = these?
            .iter()
            .filter(|(word, value)| those.and_then(|those| those.get(*word)) != Some(*value))
            .map(
                |(word, value)| {
                    if word.is_empty() { (*value).to_owned() } else { format!("{word} = {value}") }
                },
            )
            .collect();
        Some(words.join("; ")).filter(|text| !text.is_empty())
    };
    (shown(before, after), shown(after, before))
}

/// The projection in a line.
fn summary(table: &GlueTable) -> Option<String> {
    if !is_enabled(table) {
        return Some("off".to_owned());
    }
    let shown: Vec<_> = subjects(table)
        .iter()
        .filter_map(|(subject, words)| match subject {
            Subject::Column(name) => {
                let word = |word: &str| words.get(word).copied().unwrap_or_default();
                let values = [word("type"), word("range"), word("values")].join(" ");
                Some(format!("{name} {}", values.split_whitespace().collect::<Vec<_>>().join(" ")))
            }
            Subject::Template | Subject::Whole => None,
        })
        .collect();
    Some(format!("on: {}", shown.join("; ")))
}

/// The projection of a table; none when it is off, the problem when no query can use it.
pub(super) fn read(table: &GlueTable) -> Result<Option<Projection>, String> {
    let key = |key: &GlueColumn| (key.name.clone(), key.ty.clone());
    let keys: Vec<_> = table.partition_keys.iter().map(key).collect();
    let location = table.storage.location.as_deref().unwrap_or_default();
    Projection::from_properties(&keys, location, &table.parameters).map_err(|findings| {
        findings.0.first().map_or(String::new(), |finding| format!("{}: {}", finding.place, finding.problem))
    })
}

fn turned_on(after: &GlueTable, partitions: Option<&[GluePartition]>) -> Verdict {
    let registered = match partitions {
        None => "registered partitions are then ignored by Athena".to_owned(),
        Some([]) => return Verdict::safe("no partition is registered whose rows could vanish"),
        Some(partitions) => {
            let projection = read(after).ok().flatten();
            let is_elsewhere = |partition: &&GluePartition| {
                let location = |text: &str| text.trim_end_matches('/').to_owned();
                let computed = projection.as_ref().and_then(|found| found.location_of(&partition.values));
                computed.as_deref().map(location) != partition.storage.location.as_deref().map(location)
            };
            let count = match partitions.len() {
                1 => "the registered partition is then ignored by Athena".to_owned(),
                count => format!("the {count} registered partitions are then ignored by Athena"),
            };
            match partitions.iter().filter(is_elsewhere).count() {
                0 => format!("{count}; those outside the projection vanish from queries"),
                elsewhere => format!(
                    "{count}; {elsewhere} of them {} not where the projection looks, and vanish{} from queries",
                    if elsewhere == 1 { "is" } else { "are" },
                    if elsewhere == 1 { "es" } else { "" }
                ),
            }
        }
    };
    Verdict::breaking(
        format!("{registered}; other engines than Athena go on with the registered ones"),
        "make sure that the projection reaches every partition: first day, values and places",
    )
}

fn turned_off(before: &GlueTable, partitions: Option<&[GluePartition]>) -> Verdict {
    if before.partition_keys.is_empty() {
        return Verdict::safe("the table has no partitions");
    }
    let registered = match partitions {
        Some(partitions) => format!("{} registered", partitions.len()),
        None => "unknown how many".to_owned(),
    };
    Verdict::breaking(
        format!("Athena then reads registered partitions only ({registered}), and gives no rows for others"),
        "register the partitions before, with the same settings: lakebed partitions sync; and keep them up with new files",
    )
}

fn verdict(subject: &Subject, before: &GlueTable, after: &GlueTable) -> Verdict {
    let remedy = "make sure that no partition with data is outside, or leave it as it is";
    let (old, new) = match (read(before), read(after)) {
        (Ok(Some(old)), Ok(Some(new))) => (old, new),
        (Err(problem), _) => return Verdict::safe(format!("no query can use what is there: {problem}")),
        (_, Err(problem)) => return Verdict::breaking(format!("queries fail: {problem}"), remedy),
        (Ok(None), _) | (_, Ok(None)) => return Verdict::safe("projection is off, and nothing reads it"),
    };
    match subject {
        Subject::Column(name) => match new.losses(&old).into_iter().find(|(column, _)| column == name) {
            Some((_, loss)) => {
                Verdict::breaking(format!("{loss}: their rows vanish without an error"), remedy)
            }
            None => Verdict::safe("every partition that was read is read"),
        },
        Subject::Template if new.has_template_of(&old) => Verdict::safe("the same places are read"),
        Subject::Template => Verdict::breaking(
            "files are looked for in other places: those in the old ones vanish from queries without an error",
            "move the files first, or keep the places",
        ),
        Subject::Whole => Verdict::safe("no engine reads it"),
    }
}

//! What turns one table into another, change by change.

mod columns;
mod parameters;

pub(super) use columns::Named;

use super::change::{Change, Class, Code};
use super::projection;
use super::reading::{Access, Partitioning, Reading};
use super::rules::Verdict;
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueStorage, GlueTable};

/// Every change that turns the table `before` into `after`, in the order of their codes. `partitions` are the
/// registered ones of `before`, when they were read.
///
/// Tables are compared in their [normal form](GlueTable::normal), without the note of what lakebed owns.
pub fn changes(before: &GlueTable, after: &GlueTable, partitions: Option<&[GluePartition]>) -> Vec<Change> {
    describe(before, after, partitions, false)
}

/// Like [`changes`], of a table that is about to be written: registered partitions that were not read will not follow.
pub(super) fn changes_to_write(
    before: &GlueTable,
    after: &GlueTable,
    partitions: Option<&[GluePartition]>,
) -> Vec<Change> {
    describe(before, after, partitions, partitions.is_none())
}

fn describe(
    before: &GlueTable,
    after: &GlueTable,
    partitions: Option<&[GluePartition]>,
    stay_behind: bool,
) -> Vec<Change> {
    let (before, after) = (before.normal(), after.normal());
    let reading = Reading {
        access: Access::of(&before.storage),
        partitioning: partitioning(&before),
        stay_behind: stay_behind && partitioning(&after) == Partitioning::Registered,
    };
    let mut changes = Vec::new();
    columns::describe(&before.columns, &after.columns, reading, &mut changes);
    partition_keys(&before.partition_keys, &after.partition_keys, &mut changes);
    projection::describe(&before, &after, partitions, &mut changes);
    location(&before, &after, reading, &mut changes);
    format(&before.storage, &after.storage, reading, &mut changes);
    parameters::serde(&before, &after, &mut changes);
    parameters::table(&before, &after, &mut changes);
    table_itself(&before, &after, &mut changes);
    changes.sort_by_key(|change| change.code);
    changes
}

/// How the partitions of a table are known.
fn partitioning(table: &GlueTable) -> Partitioning {
    match () {
        () if table.partition_keys.is_empty() => Partitioning::None,
        () if projection::is_enabled(table) => Partitioning::Projected,
        () => Partitioning::Registered,
    }
}

/// A change of one thing.
fn change(
    code: Code,
    place: impl Into<String>,
    before: Option<String>,
    after: Option<String>,
    verdict: Verdict,
) -> Change {
    Change {
        code,
        place: place.into(),
        class: verdict.class,
        before,
        after,
        reason: verdict.reason,
        remedy: verdict.remedy,
    }
}

fn shown(keys: &[GlueColumn]) -> String {
    if keys.is_empty() {
        return "none".to_owned();
    }
    keys.iter().map(|key| format!("{} {}", key.name, key.ty)).collect::<Vec<_>>().join(", ")
}

fn partition_keys(before: &[GlueColumn], after: &[GlueColumn], changes: &mut Vec<Change>) {
    let same = before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .all(|(before, after)| (&before.name, &before.ty) == (&after.name, &after.ty));
    if !same {
        let verdict = Verdict::new(
            Class::Impossible,
            "the partition keys of a table are fixed: the paths of its files and the values of its registered partitions follow them",
        )
        .with("make a new table: give it another name and another location, write the old records into it again, then move the readers");
        changes.push(change(
            Code::PartitionKeys,
            "partition keys",
            Some(shown(before)),
            Some(shown(after)),
            verdict,
        ));
        return;
    }
    for (before, after) in before.iter().zip(after).filter(|(before, after)| before.comment != after.comment)
    {
        changes.push(change(
            Code::PartitionKeyComment,
            format!("comment of partition key `{}`", after.name),
            before.comment.clone(),
            after.comment.clone(),
            Verdict::safe("comments are for people"),
        ));
    }
}

fn location(before: &GlueTable, after: &GlueTable, reading: Reading, changes: &mut Vec<Change>) {
    let (from, to) = (&before.storage.location, &after.storage.location);
    if from == to {
        return;
    }
    let plain = |location: &Option<String>| {
        location.as_deref().map(|location| location.trim_end_matches('/').to_owned())
    };
    let verdict = if plain(from) == plain(to) {
        Verdict::safe("it is the same folder")
    } else if reading.partitioning == Partitioning::Registered {
        Verdict::breaking(
            "partitions that are registered are still read where they are; files in the old place that are in none of them are no longer found",
            "register every partition first (lakebed partitions sync), or move the files; to leave the table where it is, name its place under `locations` in the settings",
        )
    } else {
        Verdict::breaking(
            "files in the old place are no longer read: their rows vanish from every query, without an error",
            "move the files first; to leave the table where it is, name its place under `locations` in the settings",
        )
    };
    changes.push(change(Code::Location, "location", from.clone(), to.clone(), verdict));
}

fn format(before: &GlueStorage, after: &GlueStorage, reading: Reading, changes: &mut Vec<Change>) {
    let rewrite = "write the files that exist again in the new format before, or make a new table for it";
    for (what, from, to) in [
        ("SerDe", &before.serde_library, &after.serde_library),
        ("input format", &before.input_format, &after.input_format),
        ("output format", &before.output_format, &after.output_format),
    ] {
        if from == to {
            continue;
        }
        let verdict = if what == "output format" {
            Verdict::safe("it is used for writing only")
        } else if reading.partitioning == Partitioning::Registered {
            Verdict::new(
                Class::NeedsRewrite,
                "partitions that are registered keep the format they have; new files in them would be read wrongly",
            )
            .with(rewrite)
        } else {
            Verdict::breaking("files that exist are read in the new format, which fails", rewrite)
        };
        changes.push(change(Code::Format, what, from.clone(), to.clone(), verdict));
    }
    // Nothing that lakebed sets; an older version of the table may have had it otherwise.
    let layout = |storage: &GlueStorage| {
        let mut parts = Vec::new();
        if storage.number_of_buckets > 0 || !storage.bucket_columns.is_empty() {
            parts.push(format!(
                "{} buckets by {}",
                storage.number_of_buckets,
                storage.bucket_columns.join(", ")
            ));
        }
        for sort in &storage.sort_columns {
            parts.push(format!("sorted by {} {}", sort.column, if sort.order == 0 { "down" } else { "up" }));
        }
        if storage.skewed.is_some() {
            parts.push("skewed".to_owned());
        }
        for (key, value) in &storage.parameters {
            parts.push(format!("{key} = {value}"));
        }
        for (said, words) in [
            (storage.compressed, "compressed"),
            (storage.stored_as_sub_directories, "in folders of their own"),
        ] {
            parts.extend(said.then(|| words.to_owned()));
        }
        parts.join("; ")
    };
    let (from, to) = (layout(before), layout(after));
    if from != to {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let verdict = Verdict::breaking(
            "buckets, orders and parameters of the storage descriptor decide which files an engine looks at",
            "make sure that the files are laid out like that",
        );
        changes.push(change(Code::Format, "storage descriptor", some(from), some(to), verdict));
    }
}

fn table_itself(before: &GlueTable, after: &GlueTable, changes: &mut Vec<Change>) {
    if before.description != after.description {
        changes.push(change(
            Code::Description,
            "description",
            before.description.clone(),
            after.description.clone(),
            Verdict::safe("descriptions are for people"),
        ));
    }
    if before.table_type != after.table_type {
        changes.push(change(
            Code::TableType,
            "table type",
            before.table_type.clone(),
            after.table_type.clone(),
            Verdict::safe("Athena reads both kinds alike; with EXTERNAL_TABLE no engine deletes the files when the table is dropped"),
        ));
    }
    for (what, from, to) in [
        ("view text", &before.view_original_text, &after.view_original_text),
        ("expanded view text", &before.view_expanded_text, &after.view_expanded_text),
    ] {
        if from != to {
            let verdict = Verdict::breaking("it is what a view gives", "make the view again");
            changes.push(change(Code::TableType, what, from.clone(), to.clone(), verdict));
        }
    }
    if before.retention != after.retention {
        changes.push(change(
            Code::TableParameter,
            "retention",
            Some(before.retention.to_string()),
            Some(after.retention.to_string()),
            Verdict::safe("no engine acts on it"),
        ));
    }
}

//! From what is wanted and what is there to a plan.

use super::change::{Change, Class, Code};
use super::describe::changes_to_write;
use super::follow::follow;
use super::foreign::foreign;
use super::hands;
use super::merge::merge;
use super::obstacle::obstacles;
use super::owned::{Note, OWNED, Owned};
use super::projection::is_enabled;
use super::{Actual, Base, TablePlan, Wanted};
use crate::catalog::{IndexState, MAX_INDEXES, PartitionIndex, StoredTable, TableName};
use lakebed_schema::Finding;
use lakebed_schema::artifacts::glue::{GluePartition, GlueTable};

/// What has to be done so that the catalog holds what is wanted.
///
/// The plan is empty when there is nothing to do. With an [impossible](Class::Impossible) change the plan has no
/// result: nothing of it can be applied.
pub fn diff(wanted: &Wanted, actual: &Actual) -> TablePlan {
    let mut plan = TablePlan {
        name: TableName::new(&wanted.database.name, &wanted.table.name),
        base: Base::Absent,
        create_database: actual.database.is_none(),
        changes: Vec::new(),
        foreign: Vec::new(),
        result: None,
        partitions: Vec::new(),
        indexes: Vec::new(),
    };
    if plan.create_database {
        plan.changes.push(made_database(&plan.name.database));
    }
    match &actual.table {
        None => create(wanted, actual, &mut plan),
        Some(stored) => update(wanted, actual, stored, &mut plan),
    }
    indexes(wanted, actual, &mut plan);
    let is_newer = |stored: &StoredTable| matches!(Note::of(&stored.table), Note::Newer(_));
    if let Some(stored) = actual.table.as_ref().filter(|stored| !plan.changes.is_empty() || is_newer(stored))
    {
        let refused = obstructions(stored, &plan.name);
        plan.changes.extend(refused);
    }
    plan.changes.sort_by_key(|change| change.code);
    if plan.changes.iter().any(|change| change.class == Class::Impossible) {
        plan.result = None;
        plan.partitions.clear();
        plan.indexes.clear();
    }
    plan
}

/// A change that makes something as a whole.
fn whole(code: Code, place: String, after: String, reason: &str) -> Change {
    Change {
        code,
        place,
        class: Class::Safe,
        before: None,
        after: Some(after),
        reason: reason.to_owned(),
        remedy: None,
    }
}

/// A database that is made.
pub(super) fn made_database(name: &str) -> Change {
    whole(
        Code::CreateDatabase,
        format!("database `{name}`"),
        name.to_owned(),
        "nothing is there that could change",
    )
}

/// A table that is made.
pub(super) fn made_table(name: &TableName, table: &GlueTable) -> Change {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    whole(
        Code::CreateTable,
        format!("table `{name}`"),
        format!(
            "{}, {}, in {}",
            count(table.columns.len(), "column"),
            count(table.partition_keys.len(), "partition key"),
            table.storage.location.as_deref().unwrap_or("no place")
        ),
        "nothing is there that could change",
    )
}

/// So many partitions that follow, of so many that are registered.
pub(super) fn made_partitions(following: usize, registered: usize) -> Change {
    whole(
        Code::PartitionDescriptors,
        "partitions".to_owned(),
        format!("{following} of {registered} get the table's columns"),
        "each registered partition has columns of its own, and engines read its files by them",
    )
}

/// A partition index that is made.
pub(super) fn made_index(index: &PartitionIndex) -> Change {
    whole(
        Code::AddIndex,
        format!("partition index `{}`", index.name),
        index.keys.join(", "),
        "queries only get faster; Glue builds it in the background",
    )
}

fn create(wanted: &Wanted, actual: &Actual, plan: &mut TablePlan) {
    let table = &wanted.table;
    let mut change = made_table(&plan.name, table);
    if !actual.same_location.is_empty() {
        change.remedy = Some(format!(
            "`{}` has the same location: if the table was renamed, remove the old one once its readers have moved; if not, give this one another location, since both would read all files",
            actual.same_location.join("`, `")
        ));
    }
    plan.changes.push(change);
    plan.result = Some(with_note(table.clone(), table));
}

/// The table with the note of what is ours, in the spelling of [`GlueTable::to_json`], so that it reads back to itself.
fn with_note(mut table: GlueTable, wanted: &GlueTable) -> GlueTable {
    if table.storage.number_of_buckets <= 0 {
        table.storage.number_of_buckets = -1;
    }
    match Owned::of(wanted).to_text() {
        Some(text) => table.parameters.insert(OWNED.to_owned(), text),
        None => table.parameters.remove(OWNED),
    };
    table
}

fn update(wanted: &Wanted, actual: &Actual, stored: &StoredTable, plan: &mut TablePlan) {
    plan.base = Base::of(stored);
    let noted = match Note::of(&stored.table) {
        Note::Ours(owned) => owned,
        Note::None | Note::Newer(_) | Note::Damaged => Owned::default(),
    };
    let owned = if wanted.adopt { Owned::everything(&stored.table) } else { noted.clone() };
    let merged = merge(&wanted.table, &stored.table, &owned);
    plan.foreign = foreign(&wanted.table, &merged);
    if Note::of(&stored.table) == Note::Damaged {
        let told = format!(
            "parameter `{OWNED}`, which cannot be read and tells what is lakebed's: without it what left the struct stays"
        );
        plan.foreign.insert(0, told);
    }
    let mut differences = changes_to_write(&stored.table, &merged, actual.partitions.as_deref());
    hands::tell(&wanted.table, &noted, &mut differences);
    plan.changes.extend(differences);
    let result = with_note(merged.clone(), &wanted.table);
    plan.changes.extend(corrected(&stored.table, &result));
    if !plan.changes.is_empty() {
        plan.result = Some(result);
    }
    if !is_enabled(&merged) {
        partitions(&merged, actual.partitions.as_deref().unwrap_or_default(), plan);
    }
}

fn partitions(table: &GlueTable, registered: &[GluePartition], plan: &mut TablePlan) {
    plan.partitions = registered
        .iter()
        .filter(|partition| follow(partition, table).is_some())
        .map(|partition| partition.values.clone())
        .collect();
    if plan.partitions.is_empty() {
        return;
    }
    plan.changes.push(made_partitions(plan.partitions.len(), registered.len()));
}

fn indexes(wanted: &Wanted, actual: &Actual, plan: &mut TablePlan) {
    let is_missing = |index: &&PartitionIndex| !actual.indexes.iter().any(|there| there.keys == index.keys);
    let missing: Vec<_> = wanted.indexes.iter().filter(is_missing).collect();
    for there in &actual.indexes {
        let is_wanted = wanted.indexes.iter().any(|index| index.keys == there.keys);
        match there.state {
            IndexState::Failed if is_wanted => plan.foreign.push(format!(
                "partition index `{}`, which Glue could not build: remove it to have it built again",
                there.name
            )),
            IndexState::Creating | IndexState::Active | IndexState::Deleting | IndexState::Failed => {
                if !is_wanted {
                    plan.foreign.push(format!(
                        "partition index `{}` over {}",
                        there.name,
                        there.keys.join(", ")
                    ));
                }
            }
        }
    }
    for index in missing.into_iter().take(free(actual)) {
        let index = PartitionIndex { name: free_name(&index.name, &actual.indexes), ..index.clone() };
        let mut change = made_index(&index);
        change.remedy = Some(
            "nothing; while there is an index, Glue checks the types of new partition values".to_owned(),
        );
        plan.indexes.push(index);
        plan.changes.push(change);
    }
}

/// How many more indexes the table takes.
fn free(actual: &Actual) -> usize {
    MAX_INDEXES.saturating_sub(actual.indexes.len())
}

/// The wanted indexes for which the table has no room: a plan leaves them out.
pub fn left_out(wanted: &Wanted, actual: &Actual) -> Vec<Finding> {
    let is_missing = |index: &&PartitionIndex| !actual.indexes.iter().any(|there| there.keys == index.keys);
    let finding = |index: &PartitionIndex| {
        Finding::new(
            "partition-index-limit",
            format!("partition index over {}", index.keys.join(", ")),
            format!(
                "a table has at most {MAX_INDEXES} partition indexes, and others are there; the rest is planned"
            ),
            "remove one that no query needs (aws glue delete-partition-index), or take this one out of `partition_indexes` in the settings",
        )
    };
    wanted.indexes.iter().filter(is_missing).skip(free(actual)).map(finding).collect()
}

/// The name, or the first one with a number behind it that no index has.
fn free_name(name: &str, there: &[PartitionIndex]) -> String {
    let is_taken = |name: &str| there.iter().any(|index| index.name.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    [name.to_owned()].into_iter().chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

/// The note of what is lakebed's that claims what is neither there nor wanted, and no longer does.
pub(super) fn corrected(table: &GlueTable, result: &GlueTable) -> Option<Change> {
    let (Note::Ours(noted), Note::Ours(after)) = (Note::of(table), Note::of(result)) else { return None };
    let stale = noted.stale(table, &after);
    (!stale.is_empty()).then(|| Change {
        code: Code::TableParameter,
        place: format!("parameter `{OWNED}`"),
        class: Class::Safe,
        before: Some(format!("claims {}", stale.join(", "))),
        after: Some("without".to_owned()),
        reason: "it tells what is lakebed's, and somebody took that away: whoever puts it there again, it is theirs"
            .to_owned(),
        remedy: None,
    })
}

/// Why an update of a table that is more than columns over files is refused as a whole.
pub(crate) fn obstructions(stored: &StoredTable, name: &TableName) -> Vec<Change> {
    let refused = |obstacle: String| Change {
        code: Code::TableType,
        place: format!("table `{name}`"),
        class: Class::Impossible,
        before: None,
        after: None,
        reason: obstacle,
        remedy: Some(
            "change it with the tool that made it, or give the table of the struct another name".to_owned(),
        ),
    };
    let mut refused: Vec<Change> = obstacles(stored).into_iter().map(refused).collect();
    if let Note::Newer(version) = Note::of(&stored.table) {
        refused.push(Change {
            code: Code::TableType,
            place: format!("table `{name}`"),
            class: Class::Impossible,
            before: None,
            after: None,
            reason: format!(
                "A newer lakebed wrote its parameter `{OWNED}`, version {version}: what is lakebed's of it cannot be told."
            ),
            remedy: Some("update lakebed".to_owned()),
        });
    }
    refused
}

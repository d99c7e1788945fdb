//! A report as JSON.

use super::{Ended, Failure, PartitionFault, Refusal, Report, Step, TableReport};
use crate::catalog::{CatalogError, CatalogErrorKind};
use crate::plan::Change;
use lakebed_schema::json::Json;

/// Version of the document.
const VERSION: u32 = 1;

impl Report {
    /// The report as one document; `catalog` is how to call the catalog, `not_planned` what became of tables that no
    /// plan could be made for.
    pub fn to_json(&self, catalog: &str, not_planned: &[Json]) -> Json {
        Json::object([
            ("lakebed_apply", Json::from(VERSION)),
            ("catalog", catalog.into()),
            ("ok", (self.is_good() && not_planned.is_empty()).into()),
            ("tables", Json::list(self.tables.iter().map(table))),
            ("not_planned", Json::list(not_planned.iter().cloned())),
        ])
    }
}

fn table(report: &TableReport) -> Json {
    let mut members = vec![
        ("database", Json::from(&report.name.database)),
        ("table", Json::from(&report.name.table)),
        ("outcome", report.ended.name().into()),
        ("done", Json::list(report.done.iter().map(step))),
        ("not_done", Json::list(report.not_done.iter().map(step))),
    ];
    match &report.ended {
        Ended::NothingToDo | Ended::Applied | Ended::AlreadyDone | Ended::Declined => {}
        Ended::Refused(refusals) => members.push(("refused", Json::list(refusals.iter().map(refusal)))),
        Ended::Stale { then, now, since } => members.push((
            "stale",
            Json::object([
                ("then", then.into()),
                ("now", now.into()),
                ("since", Json::list(since.iter().map(change))),
            ]),
        )),
        Ended::Contradictory(differences) => members.push(("differences", Json::list(differences))),
        Ended::Contested { attempts, last } => {
            members.push(("attempts", Json::from(*attempts)));
            members.extend(last.as_ref().map(|last| ("error", error(last))));
        }
        Ended::Failed(Failure::Call { error: failed, may_be_done, partitions }) => {
            members.push(("error", error(failed)));
            members.push(("may_be_done", (*may_be_done).into()));
            if !partitions.is_empty() {
                members.push(("partitions", Json::list(partitions.iter().map(fault))));
            }
        }
        Ended::Failed(Failure::Partitions(faults)) => {
            members.push(("partitions", Json::list(faults.iter().map(fault))));
        }
    }
    Json::object(members)
}

fn step(step: &Step) -> Json {
    let mut members = vec![("step", Json::from(step.name()))];
    match step {
        Step::CreateDatabase | Step::CreateTable => {}
        Step::UpdateTable { replaced } => members.push(("replaced", replaced.into())),
        Step::FindTable { replaced } => members.extend(replaced.as_ref().map(|old| ("replaced", old.into()))),
        Step::UpdatePartitions { count } => {
            members.push(("count", Json::Int(i64::try_from(*count).unwrap_or(i64::MAX))))
        }
        Step::CreateIndex { name } => members.push(("name", name.into())),
    }
    Json::object(members)
}

/// A change as JSON.
pub(crate) fn change(change: &Change) -> Json {
    Json::object(members(change))
}

fn members(change: &Change) -> Vec<(&'static str, Json)> {
    let mut members = vec![
        ("code", Json::from(change.code.number())),
        ("place", (&change.place).into()),
        ("class", change.class.name().into()),
    ];
    members.extend(change.before.as_ref().map(|before| ("before", before.into())));
    members.extend(change.after.as_ref().map(|after| ("after", after.into())));
    members.push(("reason", (&change.reason).into()));
    members.extend(change.remedy.as_ref().map(|remedy| ("remedy", remedy.into())));
    members
}

fn refusal(refusal: &Refusal) -> Json {
    let mut members = members(&refusal.change);
    members.push(("can_be_allowed", refusal.can_be_allowed.into()));
    Json::object(members)
}

fn fault(fault: &PartitionFault) -> Json {
    Json::object([
        ("values", Json::list(&fault.values)),
        ("kind", kind(fault.kind).into()),
        ("message", (&fault.message).into()),
    ])
}

fn error(error: &CatalogError) -> Json {
    let mut members = vec![
        ("kind", Json::from(kind(error.kind()))),
        ("operation", error.operation().into()),
        ("subject", error.subject().into()),
        ("message", error.message().into()),
    ];
    members.extend(error.permission().map(|permission| ("permission", permission.into())));
    members.extend(error.hint().map(|hint| ("hint", hint.into())));
    Json::object(members)
}

fn kind(kind: CatalogErrorKind) -> &'static str {
    match kind {
        CatalogErrorKind::NotFound => "not_found",
        CatalogErrorKind::AlreadyExists => "already_exists",
        CatalogErrorKind::Conflict => "conflict",
        CatalogErrorKind::Throttled => "throttled",
        CatalogErrorKind::Unavailable => "unavailable",
        CatalogErrorKind::Network => "network",
        CatalogErrorKind::Credentials => "credentials",
        CatalogErrorKind::Denied => "denied",
        CatalogErrorKind::Invalid => "invalid",
        CatalogErrorKind::Limit => "limit",
        CatalogErrorKind::Unreadable => "unreadable",
        CatalogErrorKind::Other => "other",
    }
}

//! The catalog, told by the plan that would bring it in step.

use super::voices::Voices;
use super::{Code, Drift, Finding, Sides};
use crate::plan::{self, Actual, Change, Class, Owned, TablePlan, Wanted};
use crate::render::shortened;
use lakebed_schema::artifacts::glue::GlueTable;

/// Longest value that is shown.
const LONGEST: usize = 80;

pub(super) fn compare(
    sides: &Sides<'_>,
    wanted: &Wanted,
    actual: &Actual,
    plan: &TablePlan,
    voices: Option<&Voices>,
    drift: &mut Drift,
) {
    let before = actual.table.as_ref().map(|stored| &stored.table);
    for change in &plan.changes {
        drift.findings.extend(finding(sides, wanted, before, change, voices));
    }
    for foreign in &plan.foreign {
        // Columns and members are what readers see; parameters and comments of others do no harm.
        match foreign.strip_prefix("column ").or_else(|| foreign.strip_prefix("member ")) {
            Some(rest) => {
                let (name, ty) = rest.split_once(' ').unwrap_or((rest, ""));
                drift.findings.push(Finding::new(
                    Code::ForeignColumn,
                    format!("{} {name}", foreign.split(' ').next().unwrap_or_default()),
                    format!("is {ty}, and nobody declares it"),
                    format!(
                        "declare it, or remove it with `{0} apply --adopt`; `{0} apply` alone leaves it",
                        sides.program
                    ),
                ));
            }
            None => drift.notes.push(format!("{foreign}: put into the catalog by others, and left alone")),
        }
    }
}

fn finding(
    sides: &Sides<'_>,
    wanted: &Wanted,
    before: Option<&GlueTable>,
    change: &Change,
    voices: Option<&Voices>,
) -> Option<Finding> {
    let program = sides.program;
    let column = column(change);
    // The struct is told to be out of step, once.
    if let (Some(voices), Some(column)) = (voices, column)
        && voices.is_struct_alone(column)
    {
        return None;
    }
    // The note of what is lakebed's is no part of what the table is.
    if change.place == format!("parameter `{}`", plan::OWNED) {
        return None;
    }
    let apply = match change.class {
        Class::Safe | Class::NeedsRewrite => format!("run `{program} apply`"),
        Class::Breaking => {
            format!("run `{program} apply --allow {}` after reading `{program} plan`", change.code)
        }
        Class::Impossible => change.remedy.clone().unwrap_or_else(|| change.reason.clone()),
    };
    Some(match change.code {
        plan::Code::CreateDatabase => {
            Finding::new(Code::DatabaseMissing, &change.place, "does not exist", apply)
        }
        plan::Code::CreateTable => {
            let remedy = change.remedy.as_ref().map(|remedy| format!("; {remedy}")).unwrap_or_default();
            Finding::new(Code::TableMissing, &change.place, format!("does not exist{remedy}"), apply)
        }
        plan::Code::TableType if change.class == Class::Impossible => {
            Finding::new(Code::NotChangeable, &change.place, &change.reason, apply)
        }
        plan::Code::PartitionDescriptors => Finding::new(
            Code::DescriptorBehind,
            "descriptors",
            format!("stay behind the table: {}", change.after.as_deref().unwrap_or_default()),
            apply,
        ),
        plan::Code::AddColumn
        | plan::Code::RemoveColumn
        | plan::Code::ReorderColumns
        | plan::Code::ColumnType
        | plan::Code::ColumnComment
        | plan::Code::AddMember
        | plan::Code::RemoveMember
        | plan::Code::ReorderMembers
        | plan::Code::MemberType
        | plan::Code::PartitionKeys
        | plan::Code::PartitionKeyComment
        | plan::Code::Projection
        | plan::Code::Location
        | plan::Code::Format
        | plan::Code::SerdeParameter
        | plan::Code::TableParameter
        | plan::Code::Description
        | plan::Code::TableType
        | plan::Code::AddIndex => {
            let owned = before.and_then(Owned::read);
            let by_others = owned.is_some_and(|owned| plan::is_by_others(&wanted.table, &owned, change));
            let code = if by_others { Code::ChangedByOthers } else { Code::NotApplied };
            let who = if code == Code::ChangedByOthers {
                " (somebody changed it after the last apply)"
            } else {
                ""
            };
            let problem = format!("{}{who} [{}]", said(change, column, voices), change.code);
            Finding::new(code, &change.place, problem, apply)
        }
    })
}

/// The column that a change is about as a whole.
fn column(change: &Change) -> Option<&str> {
    change.place.strip_prefix("column `")?.strip_suffix('`')
}

/// "is int; struct, contract and 18 of 18 files say bigint"
fn said(change: &Change, column: Option<&str>, voices: Option<&Voices>) -> String {
    let cut = |text: &str| shortened(text, LONGEST);
    let is_type =
        matches!(change.code, plan::Code::AddColumn | plan::Code::RemoveColumn | plan::Code::ColumnType);
    // A type inside lists or maps is no type of a column, so that only the struct can be asked.
    let agreeing = match (voices, column) {
        (Some(voices), Some(column)) if is_type && voices.declared(column) == change.after.as_deref() => {
            voices.agreeing(column, change.after.as_deref())
        }
        (Some(voices), _) => format!("{} says", voices.declared_by),
        (None, _) => "the target says".to_owned(),
    };
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("is {}; {agreeing} {}", cut(before), cut(after)),
        (None, Some(after)) => format!("is missing; {agreeing} {}", cut(after)),
        (Some(before), None) => {
            let declared_by = voices.map_or("the target", |voices| voices.declared_by);
            format!("is {}; {declared_by} no longer has it", cut(before))
        }
        (None, None) => "differs".to_owned(),
    }
}

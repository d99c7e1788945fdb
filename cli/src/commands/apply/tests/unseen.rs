//! What --yes says yes to when the table changes between the plan and its writing.

use super::super::{HowArgs, Unseen, carry_out};
use crate::apply::{Job, rollback};
use crate::catalog::{Archive, Catalog, CatalogError, GlueDatabase, MemoryCatalog, StoredTable, TableName};
use crate::commands::Context;
use crate::error::Outcome;
use crate::io::Io;
use crate::plan::{Code, TablePlan, Wanted, diff, read};
use crate::surroundings::Surroundings;
use lakebed_schema::artifacts::glue::{GlueColumn, GlueTable};

fn wanted(columns: &[&str]) -> Wanted {
    let column = |name: &&str| GlueColumn { name: (*name).into(), ty: "int".into(), ..GlueColumn::default() };
    let table = GlueTable {
        name: "traffic".into(),
        columns: columns.iter().map(column).collect(),
        ..GlueTable::default()
    };
    Wanted { database: GlueDatabase::new("mobility"), table, indexes: Vec::new(), adopt: false }
}

fn planned(catalog: &dyn Catalog, wanted: &Wanted) -> Result<TablePlan, CatalogError> {
    Ok(diff(wanted, &read(catalog, wanted)?))
}

fn present(catalog: &dyn Catalog) -> StoredTable {
    catalog.table(&TableName::new("mobility", "traffic")).expect("an answer").expect("a table")
}

fn by_hand(catalog: &dyn Catalog, key: &str) {
    let StoredTable { mut table, version, .. } = present(catalog);
    table.parameters.insert(key.into(), "by hand".into());
    catalog.update_table("mobility", &table, &version, Archive::Keep).expect("nobody else writes");
}

/// Carries a job out with --yes.
fn run(catalog: &dyn Catalog, job: Job<'_>, unseen: Unseen, allow: &[Code]) -> (Outcome, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io::new(&mut out, &mut err);
    let mut context =
        Context { io: &mut io, program: "lakebed".into(), defs: &[], around: Surroundings::default() };
    let how = HowArgs { yes: true, allow: allow.to_vec(), ..HowArgs::default() };
    let outcome = carry_out(catalog, vec![job], unseen, &[], &how, &mut context).expect("a report");
    let text = [out, err].map(|bytes| String::from_utf8(bytes).expect("text")).concat();
    (outcome, anstream::adapter::strip_str(&text).to_string())
}

fn apply(catalog: &dyn Catalog, wanted: &Wanted, allow: &[Code]) -> (Outcome, String) {
    let job = Job::new(catalog, |catalog| planned(catalog, wanted)).expect("a plan");
    let unseen = if wanted.adopt { Unseen::Nothing } else { Unseen::Safe };
    run(catalog, job, unseen, allow)
}

#[test]
fn a_rollback_takes_nothing_away_that_nobody_saw() {
    let catalog = MemoryCatalog::new();
    apply(&catalog, &wanted(&["a"]), &[]);
    apply(&catalog, &wanted(&["a", "b"]), &[]);
    let name = TableName::new("mobility", "traffic");
    let job = Job::new(&catalog, |catalog| rollback(catalog, &name, "0")).expect("a plan");
    by_hand(&catalog, "team");
    let (outcome, text) = run(&catalog, job, Unseen::Nothing, &[Code::RemoveColumn]);
    assert_eq!(outcome, Outcome::Findings, "{text}");
    assert!(text.contains("parameter `team`") && text.contains("was not confirmed"), "{text}");
    assert_eq!(present(&catalog).table.parameters["team"], "by hand");
}

#[test]
fn adopting_takes_nothing_away_that_nobody_saw() {
    let catalog = MemoryCatalog::new();
    apply(&catalog, &wanted(&["a"]), &[]);
    by_hand(&catalog, "old");
    let wanted = Wanted { adopt: true, ..wanted(&["a"]) };
    let job = Job::new(&catalog, |catalog| planned(catalog, &wanted)).expect("a plan");
    by_hand(&catalog, "team");
    let (outcome, text) = run(&catalog, job, Unseen::Nothing, &[]);
    assert_eq!(outcome, Outcome::Findings, "{text}");
    assert_eq!(present(&catalog).table.parameters.len(), 3, "{text}");
    let (outcome, text) = apply(&catalog, &wanted, &[]);
    assert_eq!(outcome, Outcome::Done, "what is shown is carried out: {text}");
    assert_eq!(present(&catalog).table.parameters.len(), 1);
}

#[test]
fn a_code_that_is_allowed_for_one_column_does_not_remove_another_one() {
    let catalog = MemoryCatalog::new();
    apply(&catalog, &wanted(&["a", "c"]), &[]);
    let less = wanted(&["c"]);
    let job = Job::new(&catalog, |catalog| planned(catalog, &less)).expect("a plan");
    // A colleague with a newer struct adds a column, which the note then has.
    assert_eq!(apply(&catalog, &wanted(&["a", "c", "b"]), &[]).0, Outcome::Done);
    let (outcome, text) = run(&catalog, job, Unseen::Safe, &[Code::RemoveColumn]);
    assert_eq!(outcome, Outcome::Findings, "{text}");
    assert_eq!(present(&catalog).table.columns.len(), 3, "{text}");
}

#[test]
fn what_is_safe_and_adds_goes_on() {
    let catalog = MemoryCatalog::new();
    apply(&catalog, &wanted(&["a"]), &[]);
    let more = wanted(&["a", "b"]);
    let job = Job::new(&catalog, |catalog| planned(catalog, &more)).expect("a plan");
    by_hand(&catalog, "team");
    let (outcome, text) = run(&catalog, job, Unseen::Safe, &[]);
    assert_eq!(outcome, Outcome::Done, "{text}");
    assert_eq!(present(&catalog).table.parameters["team"], "by hand");
}

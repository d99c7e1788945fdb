//! What `check` found, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain, shortened, thousands};
use crate::commands::check::{CatalogReport, Finding, Findings, State};
use crate::diff::Change;
use serde_json::Value;
use std::fmt::Write as _;

const LONGEST_VALUE: usize = 160;

/// Contracts, then generated files.
pub(crate) fn findings(found: &Findings, program: &str) -> String {
    let mut text = contracts(found, program);
    if let Some(report) = &found.generated {
        let folder = report.out.as_deref().map(plain).unwrap_or_default();
        let _ = writeln!(text, "\nGenerated files in {}:", paint(BOLD, &folder));
        text.push_str(&super::generated(report, &format!("run `{program} generate --all`"), program));
    }
    if let Some(report) = &found.catalog {
        text.push_str(&catalog(report, program));
    }
    if !found.together.is_empty() {
        let _ = writeln!(text, "\n{}", super::together(&found.together).trim_end());
    }
    text
}

/// What `apply` would change, table by table.
fn catalog(report: &CatalogReport, program: &str) -> String {
    let mut text = format!("\nThe catalog, {}:\n", paint(BOLD, &plain(&report.catalog)));
    for table in &report.tables {
        match (&table.plan, &table.error) {
            (Some(plan), _) if !plan.is_empty() => {
                text.push_str(&super::table_plans(std::slice::from_ref(plan)))
            }
            (_, Some(error)) => {
                let _ =
                    writeln!(text, "{} {}  not compared", paint(BAD, "!"), paint(BOLD, &plain(&table.table)));
                text.push_str(error);
            }
            (_, None) => {
                let _ = writeln!(text, "{} {}  in step", paint(DIM, "="), paint(BOLD, &plain(&table.table)));
            }
        }
    }
    text.push_str(&super::refusals(&report.findings, None));
    let all = counted(report.tables.len() as u64, "table");
    if report.in_step {
        let _ = writeln!(text, "{}: {all}", paint(GOOD, "In step"));
        return text;
    }
    let differ = report.tables.iter().filter(|table| !table.in_step).count() as u64;
    let _ = writeln!(text, "{}: {} of {all}", paint(BAD, "Not in step"), thousands(differ));
    let _ = writeln!(
        text,
        "  {} run `{program} apply`; `{program} drift` tells which side is out of step",
        paint(BOLD, "what to do:")
    );
    text
}

/// `+ ~ -` are what the struct adds to, changes in or takes from the contract; the last lines count and advise.
fn contracts(found: &Findings, program: &str) -> String {
    let mut text: String = found.tables.iter().map(finding).collect();
    let all = found.tables.len() as u64;
    let differ = found.tables.iter().filter(|finding| finding.state != State::InStep).count() as u64;
    let Some(folder) = found.against.as_deref().map(plain) else {
        let _ = writeln!(text, "{}: {}", paint(GOOD, "Read"), counted(all, "contract"));
        return text;
    };
    if all == 0 {
        return format!(
            "{}: there is no table, and no contract file in {folder}\n",
            paint(BOLD, "Nothing to check")
        );
    }
    if differ == 0 {
        let _ = writeln!(text, "{}: {} and {folder}", paint(GOOD, "In step"), counted(all, "table"));
        return text;
    }
    let _ =
        writeln!(text, "{}: {} of {}", paint(BAD, "Not in step"), thousands(differ), counted(all, "table"));
    let orphaned = found.tables.iter().any(|finding| finding.state == State::Orphaned);
    let delete = if orphaned { ", delete what is orphaned" } else { "" };
    let _ = writeln!(
        text,
        "  {} where the struct is right, run `{program} export --out {folder}`{delete}, and commit;\n              \
         where the contract is right, change the struct",
        paint(BOLD, "what to do:")
    );
    text
}

fn finding(found: &Finding) -> String {
    let (sign, style, note) = match found.state {
        State::InStep => ("=", DIM, "in step"),
        State::Valid => ("=", DIM, "is the table"),
        State::Changed => ("~", WARN, "contract → struct"),
        State::Missing => ("+", GOOD, "there is no contract file"),
        State::Orphaned => ("-", BAD, "orphaned: no struct of this program declares it"),
        State::Invalid => ("!", BAD, "the file is no valid contract"),
    };
    let mut text = format!(
        "{} {}  {}  {note}\n",
        paint(style, sign),
        paint(BOLD, &plain(&found.table)),
        paint(DIM, &plain(&found.file)),
    );
    for line in found.message.iter().flat_map(|message| message.lines()) {
        let _ = writeln!(text, "    {}", plain(line));
    }
    text.extend(found.changes.iter().map(change));
    if !found.changes.is_empty() {
        let count = |is: fn(&Change) -> bool| found.changes.iter().filter(|change| is(change)).count();
        let (added, removed) = (count(|change| change.old.is_none()), count(|change| change.new.is_none()));
        let changed = found.changes.len() - added - removed;
        let _ = writeln!(text, "    {added} added, {changed} changed, {removed} removed");
    }
    text
}

pub(super) fn change(change: &Change) -> String {
    let path = plain(&change.path);
    match (&change.old, &change.new) {
        (None, Some(new)) => format!("    {} {path}  {}\n", paint(GOOD, "+"), shown(new)),
        (Some(old), None) => format!("    {} {path}  {}\n", paint(BAD, "-"), shown(old)),
        (old, new) => {
            let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), shown);
            format!("    {} {path}  {} → {}\n", paint(WARN, "~"), side(old), side(new))
        }
    }
}

/// The value, without the name that its path has already.
fn shown(value: &Value) -> String {
    let mut value = value.clone();
    if let Value::Object(members) = &mut value {
        members.remove("name");
    }
    plain(&shortened(&value.to_string(), LONGEST_VALUE))
}

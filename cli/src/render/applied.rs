//! What `apply` did, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use crate::apply::{Ended, Failure, PartitionFault, Refusal, Report, Step, TableReport};
use crate::catalog::{CatalogError, TableName};
use crate::error::first_step;
use crate::plan::Change;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Partitions that are listed; `--json` has them all.
const FAULTS: usize = 10;

/// One step, as it is done.
pub(crate) fn step_done(table: &TableName, step: &Step) -> String {
    format!("{} {}: {}\n", paint(GOOD, "done"), plain(&table.to_string()), plain(&step.past()))
}

/// How each table ended that is not simply done, and the sum.
pub(crate) fn applied(report: &Report) -> String {
    let mut text: String = report.tables.iter().map(table).collect();
    let count = |is: fn(&Ended) -> bool| report.tables.iter().filter(|table| is(&table.ended)).count() as u64;
    let changed = count(|ended| matches!(ended, Ended::Applied));
    let same = count(|ended| matches!(ended, Ended::NothingToDo | Ended::AlreadyDone));
    let failed = count(Ended::is_failure);
    let refused = count(|ended| {
        matches!(ended, Ended::Refused(_) | Ended::Stale { .. } | Ended::Contradictory(_) | Ended::Declined)
    });
    if changed + refused + failed == 0 {
        let same = counted(same, "table");
        let _ = writeln!(text, "{}: {same} as planned already", paint(GOOD, "Nothing to do"));
        return text;
    }
    let mut parts =
        vec![format!("{} changed", counted(changed, "table")), format!("{same} as planned already")];
    if refused > 0 {
        parts.push(format!("{refused} not carried out"));
    }
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    let (style, word) = if failed > 0 {
        (BAD, "Failed")
    } else if refused > 0 {
        (WARN, "Not all applied")
    } else {
        (GOOD, "Applied")
    };
    let _ = writeln!(text, "{}: {}", paint(style, word), parts.join(", "));
    text
}

/// What happened, what was done and what not, what to do.
fn table(report: &TableReport) -> String {
    let name = paint(BOLD, &plain(&report.name.to_string()));
    let (mut text, advice) = match &report.ended {
        Ended::NothingToDo | Ended::Applied => return String::new(),
        Ended::AlreadyDone => {
            return format!("{} {name}: as planned already, nothing was done\n", paint(DIM, "="));
        }
        Ended::Refused(refusals) => refused(&name, refusals),
        Ended::Stale { then, now, since } => stale(&name, then, now, since),
        Ended::Contradictory(differences) => contradictory(&name, differences),
        Ended::Declined => (
            format!("{} {name}: the plan as it had become was not confirmed\n", paint(WARN, "!")),
            "look at the new plan, and run the same command again if it is right".to_owned(),
        ),
        Ended::Contested { attempts, last } => contested(&name, *attempts, last.as_ref()),
        Ended::Failed(Failure::Call { error, may_be_done, partitions: refused }) => {
            let (mut text, advice) = call(&name, error, *may_be_done);
            if !refused.is_empty() {
                let count = counted(refused.len() as u64, "partition");
                let _ = writeln!(text, "    before that, {count} could not be updated:");
                faults(&mut text, refused);
            }
            (text, advice)
        }
        Ended::Failed(Failure::Partitions(faults)) => partitions(&name, faults),
    };
    steps(&mut text, "done", report.done.iter().map(Step::past));
    steps(&mut text, "not done", report.not_done.iter().map(ToString::to_string));
    next(&mut text, &advice);
    text
}

fn refused(name: &str, refusals: &[Refusal]) -> (String, String) {
    let mut text = format!("{} {name}: refused, because of\n", paint(BAD, "!"));
    let all: Vec<Change> = refusals.iter().map(|refusal| refusal.change.clone()).collect();
    text.push_str(&super::changes(&all));
    let codes: BTreeSet<&str> = refusals
        .iter()
        .filter(|refusal| refusal.can_be_allowed)
        .map(|refusal| refusal.change.code.number())
        .collect();
    let flags: Vec<String> = codes.iter().map(|code| format!("--allow {code}")).collect();
    let advice = if refusals.iter().all(|refusal| refusal.can_be_allowed) {
        format!("if that is meant, run the same command with {}", flags.join(" "))
    } else {
        "do what is said above: no catalog can make such a change in place, and --allow does not help"
            .to_owned()
    };
    (text, advice)
}

fn stale(name: &str, then: &str, now: &str, since: &[Change]) -> (String, String) {
    let mut text = format!(
        "{} {name}: the plan is stale: it was made for {}, and now there is {}\n",
        paint(BAD, "!"),
        plain(then),
        plain(now)
    );
    if !since.is_empty() {
        text.push_str("    changed since:\n");
        for line in super::differences(since).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    (text, "plan again, look at the new plan, and apply that".to_owned())
}

fn contradictory(name: &str, differences: &[String]) -> (String, String) {
    let mut text = format!(
        "{} {name}: the plan does something else than it says: its file was edited, or written by another version\n",
        paint(BAD, "!")
    );
    for difference in differences {
        let _ = writeln!(text, "    {}", plain(difference));
    }
    (text, "plan again, look at the new plan, and apply that as it is".to_owned())
}

fn contested(name: &str, attempts: u32, last: Option<&CatalogError>) -> (String, String) {
    let attempts = counted(u64::from(attempts), "attempt");
    let mut text = format!("{} {name}: others changed it before each of {attempts}\n", paint(BAD, "!"));
    if let Some(last) = last {
        let _ = writeln!(text, "    the last answer: {}", plain(&last.to_string()));
    }
    (text, "find out who else writes this table, then run the same command again".to_owned())
}

fn call(name: &str, error: &CatalogError, may_be_done: bool) -> (String, String) {
    let mut text = format!("{} {name}: {}\n", paint(BAD, "!"), plain(&error.to_string()));
    if let Some(permission) = error.permission() {
        let _ = writeln!(text, "    needs: {}", plain(permission));
    }
    if may_be_done {
        text.push_str("    whether the catalog did it all the same is not known; the next run finds out\n");
    }
    let again = "then run the same command again: it does what is left, and nothing twice";
    (text, before_again(error, again))
}

fn partitions(name: &str, faults: &[PartitionFault]) -> (String, String) {
    let count = counted(faults.len() as u64, "partition");
    let mut text = format!("{} {name}: {count} could not be updated\n", paint(BAD, "!"));
    self::faults(&mut text, faults);
    (text, "run the same command again: it does those that are left, and nothing twice".to_owned())
}

/// Some of the partitions that were refused, with the catalog's words.
fn faults(text: &mut String, faults: &[PartitionFault]) {
    for PartitionFault { values, message, kind: _ } in faults.iter().take(FAULTS) {
        let _ = writeln!(text, "    {}: {}", plain(&values.join("/")), plain(message));
    }
    if faults.len() > FAULTS {
        let more = counted((faults.len() - FAULTS) as u64, "more partition");
        let _ = writeln!(text, "    and {more}; --json lists them all");
    }
}

/// A table whose state could not be read.
pub(crate) fn unread(name: &TableName, error: &CatalogError) -> String {
    let name = paint(BOLD, &plain(&name.to_string()));
    let mut text = format!("{} {name}: not planned: {}\n", paint(BAD, "!"), plain(&error.to_string()));
    if let Some(permission) = error.permission() {
        let _ = writeln!(text, "    needs: {}", plain(permission));
    }
    next(&mut text, &before_again(error, "then run the same command again"));
    text
}

/// What to do about an error before running again; the catalog's own hint where it has one.
fn before_again(error: &CatalogError, again: &str) -> String {
    match error.hint() {
        Some(hint) => hint.to_owned(),
        None => format!("{}, {again}", first_step(error.kind())),
    }
}

fn steps(text: &mut String, label: &str, steps: impl Iterator<Item = String>) {
    let steps: Vec<String> = steps.map(|step| plain(&step)).collect();
    if !steps.is_empty() {
        let _ = writeln!(text, "    {label}: {}", steps.join(", "));
    }
}

fn next(text: &mut String, what: &str) {
    let _ = writeln!(text, "    {} {}", paint(BOLD, "what to do:"), plain(what));
}

#[cfg(test)]
mod tests;

//! What `apply` did, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use crate::apply::{Ended, Failure, PartitionFault, Report, Step, TableReport};
use crate::catalog::{CatalogError, CatalogErrorKind, TableName};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Partitions that are listed; `--json` has them all.
const FAULTS: usize = 10;

/// One step, as it is done.
pub(crate) fn step_done(table: &TableName, step: &Step) -> String {
    format!("{} {}: {}\n", paint(GOOD, "done"), plain(&table.to_string()), plain(&step.to_string()))
}

/// How each table ended that is not simply done, and the sum.
pub(crate) fn applied(report: &Report) -> String {
    let mut text: String = report.tables.iter().map(table).collect();
    let count = |is: fn(&Ended) -> bool| report.tables.iter().filter(|table| is(&table.ended)).count() as u64;
    let changed = count(|ended| matches!(ended, Ended::Applied));
    let same = count(|ended| matches!(ended, Ended::NothingToDo | Ended::AlreadyDone));
    let failed = count(Ended::is_failure);
    let refused = count(|ended| matches!(ended, Ended::Refused(_) | Ended::Stale { .. } | Ended::Declined));
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

fn table(report: &TableReport) -> String {
    let name = paint(BOLD, &plain(&report.name.to_string()));
    let mut text = String::new();
    match &report.ended {
        Ended::NothingToDo | Ended::Applied => return text,
        Ended::AlreadyDone => {
            let _ = writeln!(text, "{} {name}: as planned already, nothing was done", paint(DIM, "="));
            return text;
        }
        Ended::Refused(refusals) => {
            let _ = writeln!(text, "{} {name}: refused, because of", paint(BAD, "!"));
            text.push_str(&super::refused(refusals));
            let codes: BTreeSet<&str> = refusals
                .iter()
                .filter(|refusal| refusal.can_be_allowed)
                .map(|refusal| refusal.change.code.number())
                .collect();
            let flags: Vec<String> = codes.iter().map(|code| format!("--allow {code}")).collect();
            if refusals.iter().all(|refusal| refusal.can_be_allowed) {
                next(&mut text, &format!("if that is meant, run the same command with {}", flags.join(" ")));
            } else {
                next(
                    &mut text,
                    "no catalog can do what is impossible in place; take the way out that it names",
                );
            }
        }
        Ended::Stale { then, now, since } => {
            let _ = writeln!(
                text,
                "{} {name}: the plan is stale: it was made for {}, and now there is {}",
                paint(BAD, "!"),
                plain(then),
                plain(now)
            );
            if !since.is_empty() {
                let _ = writeln!(text, "    changed since:");
                text.push_str(&super::changes(since));
            }
            next(&mut text, "plan again, look at it, and apply the new plan");
        }
        Ended::Declined => {
            let _ = writeln!(text, "{} {name}: not carried out, as you said", paint(WARN, "!"));
        }
        Ended::Contested { attempts, last } => {
            let _ = writeln!(
                text,
                "{} {name}: others changed it before each of {}",
                paint(BAD, "!"),
                counted(u64::from(*attempts), "attempt")
            );
            if let Some(last) = last {
                let _ = writeln!(text, "    the last answer: {}", plain(&last.to_string()));
            }
            next(&mut text, "find out who else writes this table, then run the same command again");
        }
        Ended::Failed(failure) => failed(&mut text, &name, failure),
    }
    steps(&mut text, "done", &report.done);
    steps(&mut text, "not done", &report.not_done);
    text
}

fn failed(text: &mut String, name: &str, failure: &Failure) {
    match failure {
        Failure::Call { error, may_be_done } => {
            let _ = writeln!(text, "{} {name}: {}", paint(BAD, "!"), plain(&error.to_string()));
            if let Some(permission) = error.permission() {
                let _ = writeln!(text, "    needs: {}", plain(permission));
            }
            if *may_be_done {
                let _ = writeln!(
                    text,
                    "    whether the catalog did it all the same is not known; the next run finds out"
                );
            }
            next(text, &advice(error));
        }
        Failure::Partitions(faults) => {
            let count = counted(faults.len() as u64, "partition");
            let _ = writeln!(text, "{} {name}: {count} could not be updated", paint(BAD, "!"));
            for PartitionFault { values, message, kind: _ } in faults.iter().take(FAULTS) {
                let _ = writeln!(text, "    {}: {}", plain(&values.join("/")), plain(message));
            }
            if faults.len() > FAULTS {
                let more = counted((faults.len() - FAULTS) as u64, "more partition");
                let _ = writeln!(text, "    and {more}; --json lists them all");
            }
            next(text, "run the same command again: it does those that are left, and nothing twice");
        }
    }
}

/// A table whose state could not be read.
pub(crate) fn unread(name: &TableName, error: &CatalogError) -> String {
    let name = paint(BOLD, &plain(&name.to_string()));
    let mut text = format!("{} {name}: not planned: {}\n", paint(BAD, "!"), plain(&error.to_string()));
    if let Some(permission) = error.permission() {
        let _ = writeln!(text, "    needs: {}", plain(permission));
    }
    next(&mut text, &format!("{}; then run the same command again", first_step(error)));
    text
}

fn advice(error: &CatalogError) -> String {
    format!("{}; then run the same command again: it does what is left, and nothing twice", first_step(error))
}

/// What to do about an error before running again.
fn first_step(error: &CatalogError) -> String {
    match (error.hint(), error.kind()) {
        (Some(hint), _) => hint.to_owned(),
        (None, CatalogErrorKind::Denied) => "let the role have that permission".to_owned(),
        (None, CatalogErrorKind::Credentials) => "get credentials that are valid".to_owned(),
        (None, CatalogErrorKind::Throttled) => "wait a minute".to_owned(),
        (None, CatalogErrorKind::Unavailable | CatalogErrorKind::Network) => {
            "check that the catalog can be reached".to_owned()
        }
        (None, CatalogErrorKind::Invalid) => "correct what the catalog does not take".to_owned(),
        (None, CatalogErrorKind::Limit) => "make room, or have the quota raised".to_owned(),
        (None, CatalogErrorKind::Unreadable) => "put right what cannot be read".to_owned(),
        (
            None,
            CatalogErrorKind::NotFound
            | CatalogErrorKind::AlreadyExists
            | CatalogErrorKind::Conflict
            | CatalogErrorKind::Other,
        ) => "see what the catalog says".to_owned(),
    }
}

fn steps(text: &mut String, label: &str, steps: &[Step]) {
    if !steps.is_empty() {
        let steps: Vec<String> = steps.iter().map(|step| plain(&step.to_string())).collect();
        let _ = writeln!(text, "    {label}: {}", steps.join(", "));
    }
}

fn next(text: &mut String, what: &str) {
    let _ = writeln!(text, "    {} {}", paint(BOLD, "what to do:"), plain(what));
}

//! What `registry` did and found, for people.

use super::Grid;
use super::findings::change;
use super::{BAD, BOLD, DIM, GOOD, PLAIN, Side, WARN, counted, paint, plain};
use crate::commands::registry::{Listed, Listing, Pushed, Report};
use crate::registry::Standing;
use std::fmt::Write as _;

/// Most changes of a version that are shown.
const MAX_CHANGES: usize = 12;

/// A line for each schema, everything that is refused, and what it comes to.
pub(crate) fn pushed(report: &Report, program: &str) -> String {
    let mut text: String = report.schemas.iter().map(|pushed| schema(pushed, report.dry_run)).collect();
    for finding in report.schemas.iter().flat_map(|pushed| &pushed.findings) {
        let rule = paint(DIM, &format!("[{}]", finding.rule));
        let _ =
            writeln!(text, "\n{} {}  {rule}", paint(BAD, "refused:"), paint(BOLD, &plain(&finding.place)));
        let _ = writeln!(text, "  {}\n  fix: {}", plain(&finding.problem), plain(&finding.fix));
    }
    if report.schemas.iter().any(|pushed| !pushed.findings.is_empty()) {
        text.push('\n');
    }
    let refused = report.schemas.iter().filter(|pushed| !pushed.findings.is_empty()).count() as u64;
    let all = counted(report.schemas.len() as u64, "schema");
    let at = plain(&report.at);
    if refused > 0 {
        let _ =
            writeln!(text, "{}: {refused} of {all}; nothing was registered in {at}", paint(BAD, "Refused"));
        return text;
    }
    let open = report.schemas.iter().filter(|pushed| is_open(pushed)).count() as u64;
    let done = report.schemas.iter().filter(|pushed| pushed.done).count() as u64;
    if report.schemas.iter().any(|pushed| pushed.failed) {
        let _ = writeln!(text, "{}: {done} of {all} registered in {at}", paint(BAD, "Cut short"));
        return text;
    }
    let _ = match (report.dry_run, open) {
        (_, 0) => writeln!(text, "{}: {all} and {at}", paint(GOOD, "In step")),
        (true, open) => writeln!(
            text,
            "{}: {open} of {all}; `{program} registry push` registers in {at}",
            paint(BOLD, "To be registered")
        ),
        (false, _) => writeln!(text, "{}: {done} of {all} in {at}", paint(GOOD, "Registered")),
    };
    text
}

/// Whether there is, or was, something to do.
fn is_open(pushed: &Pushed) -> bool {
    matches!(pushed.standing, Standing::New | Standing::Changed) || pushed.mode_before.is_some()
}

fn schema(pushed: &Pushed, dry_run: bool) -> String {
    let number = |number: Option<u64>| number.map_or_else(|| "none".to_owned(), |number| number.to_string());
    let (sign, style, note) = match pushed.standing {
        _ if !pushed.findings.is_empty() => ("!", BAD, "refused".to_owned()),
        _ if pushed.failed => ("!", BAD, "not registered".to_owned()),
        Standing::New => ("+", GOOD, format!("new, {}", pushed.mode)),
        Standing::InStep => ("=", DIM, format!("in step with version {}", number(pushed.version))),
        Standing::Changed => {
            let from = number(pushed.latest);
            let to = match (pushed.done, dry_run) {
                (true, _) => format!("version {from} → {}", number(pushed.version)),
                (false, _) => format!("a new version after {from}"),
            };
            let with = match pushed.compared.as_slice() {
                [] => String::new(),
                [one] => format!(", compatible with version {one}"),
                several => {
                    let list: Vec<String> = several.iter().map(u64::to_string).collect();
                    format!(", compatible with versions {}", list.join(", "))
                }
            };
            ("~", WARN, format!("{to}, {}{with}", pushed.mode))
        }
        Standing::Older => (
            "=",
            WARN,
            format!(
                "version {} again, which is not the last one ({}): a registry has each definition once",
                number(pushed.version),
                number(pushed.latest)
            ),
        ),
    };
    let mut text = format!(
        "{} {}  {}  {note}\n",
        paint(style, sign),
        paint(BOLD, &plain(&pushed.table)),
        paint(DIM, &plain(&pushed.name.to_string())),
    );
    if let Some(left) = &pushed.mode_left {
        let before = pushed.mode_before.as_deref().unwrap_or_default();
        let _ = writeln!(
            text,
            "    {} compatibility  {left} now, and could not be set back to {before}; run the same command again",
            paint(BAD, "!")
        );
    } else if let Some(before) = pushed.mode_before.as_ref().filter(|_| !pushed.failed) {
        let _ = writeln!(text, "    {} compatibility  {before} → {}", paint(WARN, "~"), pushed.mode);
    }
    text.push_str(&changes(&pushed.changes));
    text
}

fn changes(all: &[crate::diff::Change]) -> String {
    let mut text: String = all.iter().take(MAX_CHANGES).map(change).collect();
    if all.len() > MAX_CHANGES {
        let more = all.len() - MAX_CHANGES;
        let _ = writeln!(text, "    {}", paint(DIM, &format!("… {more} more; --json has all")));
    }
    text
}

/// A table of versions for each schema.
pub(crate) fn schema_versions(listing: &Listing) -> String {
    let mut text = String::new();
    for listed in &listing.schemas {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&of_schema(listed));
    }
    let _ = writeln!(text, "\n{} in {}", counted(listing.schemas.len() as u64, "schema"), plain(&listing.at));
    text
}

fn of_schema(listed: &Listed) -> String {
    let mut text =
        format!("{}  {}", paint(BOLD, &plain(&listed.table)), paint(DIM, &plain(&listed.name.to_string())));
    if !listed.registered {
        text.push_str("  not registered\n");
        return text;
    }
    let _ = writeln!(text, "  {}", listed.mode.as_deref().unwrap_or_default());
    let mut grid = Grid::new(&[
        ("version", Side::Right),
        ("status", Side::Left),
        ("created", Side::Left),
        ("changes", Side::Left),
    ]);
    for version in &listed.versions {
        let checkpoint = listed.checkpoint == Some(version.version.number);
        let mut what = match version.changes.len() {
            0 => String::new(),
            count => counted(count as u64, "change"),
        };
        if checkpoint {
            what.push_str(if what.is_empty() { "checkpoint" } else { ", checkpoint" });
        }
        grid.cells(vec![
            (version.version.number.to_string(), BOLD),
            (version.version.status.to_string(), PLAIN),
            (plain(version.version.created.as_deref().unwrap_or("")), PLAIN),
            (what, DIM),
        ]);
    }
    text.push_str(&grid.render());
    for version in listed.versions.iter().filter(|version| !version.changes.is_empty()) {
        let _ = writeln!(text, "  version {}", version.version.number);
        text.push_str(&changes(&version.changes));
    }
    text
}

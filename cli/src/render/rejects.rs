//! The records that were refused: why, what was expected, where the first of them stands.

use super::number::{counted, thousands};
use super::{BOLD, DIM, WARN, paint, plain, shortened};
use lakebed::Report;
use lakebed::report::RejectGroup;
use std::fmt::Write as _;

/// Reasons shown in full; the report has them all.
const SHOWN: usize = 10;
const LONGEST_EXAMPLE: usize = 240;

/// Nothing when nothing was refused.
pub(super) fn section(report: &Report) -> String {
    if report.total.rejected == 0 {
        return String::new();
    }
    let mut text =
        format!("\n{} {}", paint(BOLD, "Rejects:"), paint(WARN, &counted(report.total.rejected, "record")));
    let lake = report.lake.trim_end_matches('/');
    match report.reject_files.as_slice() {
        [] if report.dry_run => text.push_str(", not kept in a dry run\n"),
        [] => text.push('\n'),
        [file] => {
            let _ = writeln!(text, ", kept whole in {}", plain(&format!("{lake}/{file}")));
        }
        files => {
            let count = counted(files.len() as u64, "file");
            let folder = plain(&format!("{lake}/_errors/{}/", report.table));
            let _ = writeln!(text, ", kept whole in {count} below {folder}");
        }
    }
    groups(&mut text, &report.rejects);
    if !report.reject_files.is_empty() {
        let (lake, table) = (plain(&word(lake)), plain(&report.table));
        let _ = writeln!(
            text,
            "  To see them: `lakebed rejects show {lake} --table {table}`; after a fix: `lakebed replay {lake} --table \
             {table} --to {lake}`"
        );
    }
    text
}

/// The late and early records: how far off the first of them are. Nothing when there are none.
pub(super) fn out_of_window(report: &Report) -> String {
    let (late, early) = (report.total.late, report.total.early);
    if late + early == 0 {
        return String::new();
    }
    let window = report.accept_event_time.as_deref().unwrap_or_default();
    let kept = if report.dry_run { "not kept in a dry run".to_owned() } else { kept_in(report) };
    let mut text = format!(
        "\n{} {} late, {} early for {window}, {kept}\n",
        paint(BOLD, "Event time:"),
        paint(WARN, &thousands(late)),
        paint(WARN, &thousands(early)),
    );
    groups(&mut text, &report.out_of_window);
    text
}

fn kept_in(report: &Report) -> String {
    let lake = report.lake.trim_end_matches('/');
    plain(&format!("kept whole below {lake}/_errors/{}/event-time/", report.table))
}

fn groups(text: &mut String, groups: &[RejectGroup]) {
    for group in groups.iter().take(SHOWN) {
        let _ = write!(text, "  {} × {}", paint(WARN, &thousands(group.count)), plain(&group.code));
        if let Some(column) = &group.column {
            let _ = write!(text, ", column {}", paint(BOLD, &plain(column)));
        }
        // Most examples say what was expected; once is enough.
        if !group.expected.is_empty() && !group.example.contains(&group.expected) {
            let _ = write!(text, ", expected {}", plain(&shortened(&group.expected, LONGEST_EXAMPLE)));
        }
        text.push('\n');
        if !group.example.is_empty() {
            let _ = writeln!(text, "      {}", plain(&shortened(&group.example, LONGEST_EXAMPLE)));
        }
        if !group.at.is_empty() {
            let _ = writeln!(text, "      {}", paint(DIM, &format!("first at {}", plain(&group.at))));
        }
    }
    if let Some(more) = groups.get(SHOWN..).filter(|more| !more.is_empty()) {
        let records = more.iter().map(|group| group.count).sum();
        let reasons = counted(more.len() as u64, "more reason");
        let _ = writeln!(text, "  and {reasons} for {}; --json lists them all", counted(records, "record"));
    }
}

/// A place as one word of a command line.
fn word(place: &str) -> String {
    if place.contains(|c: char| {
        c.is_whitespace() || matches!(c, '\'' | '"' | '$' | '`' | '\\' | '*' | '?' | '&' | ';')
    }) {
        format!("'{}'", place.replace('\'', r"'\''"))
    } else {
        place.to_owned()
    }
}

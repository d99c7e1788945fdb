//! What was refused, by reason, with an example of each.

use super::explain::pointer;
use super::number::{counted, thousands};
use super::{BAD, BOLD, DIM, GOOD, WARN, paint, plain, shortened};
use lakebed::rejects::{Group, RejectsReport};
use std::fmt::Write as _;

const LONGEST: usize = 240;

/// The groups, the first `limit` of them.
pub(crate) fn reject_groups(report: &RejectsReport, limit: usize) -> String {
    let place = plain(&report.place);
    let mut text = if report.objects == 0 {
        format!("{}: {place} holds none", paint(GOOD, "No rejects"))
    } else {
        let count = paint(WARN, &counted(report.objects, "record"));
        let files = counted(report.files, "file");
        format!("{} {count} in {files} of {place}", paint(BOLD, "Rejects:"))
    };
    if report.others > 0 {
        let _ = write!(text, "; {} not asked for", thousands(report.others));
    }
    if report.replayed_files > 0 {
        let files = counted(report.replayed_files, "file");
        let _ = write!(text, "; {files} replayed before, passed over (--replayed looks at them too)");
    }
    text.push('\n');
    for group in report.groups.iter().take(limit) {
        text.push_str(&one(group));
    }
    let more: u64 = report.groups.iter().skip(limit).map(|group| group.count).sum();
    if more + report.ungrouped > 0 {
        let records = counted(more + report.ungrouped, "record");
        let _ = writeln!(text, "\n  and {records} of other reasons; --limit shows more");
    }
    text.push_str(&broken(report));
    text
}

fn one(group: &Group) -> String {
    let code = group.code.as_deref().unwrap_or("without a code");
    let mut text = format!("\n  {} × {}", paint(WARN, &thousands(group.count)), paint(BOLD, &plain(code)));
    if let Some(column) = &group.column {
        let _ = write!(text, ", column {}", paint(BOLD, &plain(column)));
    }
    if group.kind != "lakebed" {
        let _ = write!(text, ", Firehose {}", group.kind);
    }
    text.push('\n');
    if let Some(message) = &group.example.message {
        let _ = writeln!(text, "     {}", plain(&shortened(message, LONGEST)));
    }
    let example = &group.example;
    if let Some(snippet) = &example.snippet {
        pointer(&mut text, snippet, example.before, example.marked, BAD);
    }
    let mut facts = Vec::new();
    if let Some(source) = &example.source {
        facts.push(format!("from {}", plain(source)));
    }
    facts.push(format!("kept in {}", plain(&example.at)));
    let _ = writeln!(text, "     {}", paint(DIM, &facts.join(", ")));
    let arrived = match (&group.first_arrival, &group.last_arrival) {
        (Some(first), Some(last)) if first != last => format!("arrived {first} to {last}"),
        (Some(first), _) => format!("arrived {first}"),
        (None, _) => "nobody knows when it arrived".to_owned(),
    };
    let attempts =
        if group.attempts > 1 { format!(", up to {} attempts", group.attempts) } else { String::new() };
    let _ = writeln!(text, "     {}", paint(DIM, &format!("{arrived}{attempts}")));
    text
}

fn broken(report: &RejectsReport) -> String {
    let mut text = String::new();
    if report.broken > 0 {
        let count = counted(report.broken, "line");
        let _ = writeln!(text, "\n{} {count} that hold no error object", paint(BAD, "Broken:"));
        for line in &report.broken_at {
            let _ = writeln!(text, "  {}", plain(line));
        }
        let told = report.broken_at.len() as u64;
        if report.broken > told {
            let _ = writeln!(text, "  and {} more", thousands(report.broken - told));
        }
    }
    if !report.failed.is_empty() {
        let count = counted(report.failed.len() as u64, "file");
        let _ = writeln!(text, "\n{} {count} could not be read to the end", paint(BAD, "Failed:"));
        for failed in &report.failed {
            let _ = writeln!(text, "  {}", plain(failed));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use lakebed::rejects::Example;

    #[test]
    fn reasons_with_a_pointer_and_what_is_broken() {
        let mut report = RejectsReport {
            place: "lake".into(),
            files: 2,
            replayed_files: 1,
            objects: 1203,
            others: 4,
            broken: 12,
            broken_at: vec!["lake/_errors/t/x.ndjson:7: nonsense\u{1b}".into()],
            ..RejectsReport::default()
        };
        let mut ours = Group::default();
        ours.kind = "lakebed".into();
        ours.code = Some("DataFormatConversion.MalformedData".into());
        ours.column = Some("speed".into());
        ours.count = 1200;
        ours.first_arrival = Some("2026-11-22T00:00:00Z".into());
        ours.last_arrival = Some("2026-11-23T08:15:00Z".into());
        ours.attempts = 2;
        ours.example = Example {
            message: Some("column `speed`: expected an integer from 0 to 255, found 3000".into()),
            source: Some("in.json:2:10".into()),
            at: "lake/_errors/t/malformed-data/dt=2026-11-22/5f0c.ndjson:1".into(),
            bytes: Some(15),
            snippet: Some("{\"speed\": 3000}".into()),
            before: 10,
            marked: 4,
        };
        let mut firehose = Group::default();
        firehose.kind = "processing-failed".into();
        firehose.count = 2;
        firehose.attempts = 1;
        firehose.example.at = "errors.gz:1".into();
        firehose.example.snippet = Some("{}".into());
        report.groups = vec![ours, firehose.clone(), firehose];
        let text = anstream::adapter::strip_str(&reject_groups(&report, 2)).to_string();
        insta::assert_snapshot!(text, @r#"
        Rejects: 1,203 records in 2 files of lake; 4 not asked for; 1 file replayed before, passed over (--replayed looks at them too)

          1,200 × DataFormatConversion.MalformedData, column speed
             column `speed`: expected an integer from 0 to 255, found 3000
             | {"speed": 3000}
             |           ^^^^
             from in.json:2:10, kept in lake/_errors/t/malformed-data/dt=2026-11-22/5f0c.ndjson:1
             arrived 2026-11-22T00:00:00Z to 2026-11-23T08:15:00Z, up to 2 attempts

          2 × without a code, Firehose processing-failed
             | {}
             kept in errors.gz:1
             nobody knows when it arrived

          and 2 records of other reasons; --limit shows more

        Broken: 12 lines that hold no error object
          lake/_errors/t/x.ndjson:7: nonsense\u{1b}
          and 11 more
        "#);
        let none = RejectsReport { place: "lake".into(), ..RejectsReport::default() };
        assert!(reject_groups(&none, 2).contains("lake holds none"));
    }
}

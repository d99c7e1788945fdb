//! What `ingest` did, for people.

use super::number::{bytes, counted, duration, thousands};
use super::{BAD, BOLD, DIM, GOOD, WARN, paint, plain};
use chrono::DateTime;
use lakebed::ingest::{IngestReport, TickOutcome, TickReport};
use lakebed::report::Counts;
use std::fmt::Write as _;

/// One tick in one line.
pub(crate) fn tick(tick: &TickReport) -> String {
    let style = match tick.outcome {
        TickOutcome::Delivered => GOOD,
        TickOutcome::Unchanged => DIM,
        TickOutcome::Waiting => WARN,
        TickOutcome::FetchFailed | TickOutcome::DeliveryFailed => BAD,
    };
    let mut line = format!("{}  {}", time(tick.at_ms), paint(style, tick.outcome.words()));
    if tick.documents > 0 {
        let _ = write!(line, "  {}, {}", counted(tick.documents, "document"), bytes(tick.bytes));
    }
    if tick.counts.read > 0 {
        let _ = write!(line, ": {}", counts(&tick.counts));
    }
    if tick.waiting_documents > 0 {
        let _ = write!(line, "; {} waiting", counted(tick.waiting_documents, "document"));
    }
    if tick.retries > 0 {
        let _ = write!(line, "; asked again {}", counted(tick.retries, "time"));
    }
    if tick.missed > 0 {
        let _ = write!(line, "; {} missed", counted(tick.missed, "tick"));
    }
    let _ = write!(line, "  {}", paint(DIM, &duration(tick.took_ms)));
    if let Some(error) = &tick.error {
        let _ = write!(line, "  {}", plain(error));
    }
    line.push('\n');
    line
}

/// All ticks together.
pub(crate) fn ingested(report: &IngestReport) -> String {
    let left = report.waiting_documents + report.held_records;
    let style = if left + report.refused_documents > 0 { WARN } else { GOOD };
    let place = plain(&format!("{} from {} into {}", report.table, report.from, report.to));
    let mut text = format!("{} {place} for {}\n\n", paint(style, "Ingested"), duration(report.elapsed_ms));
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {}{value}", paint(DIM, &format!("{name:<11}")));
    };
    let mut ticks = thousands(report.ticks);
    for (count, what) in [(report.missed, "missed"), (report.failed_ticks, "without an answer")] {
        if count > 0 {
            let _ = write!(ticks, "; {} {what}", thousands(count));
        }
    }
    if report.retries > 0 {
        let _ = write!(ticks, "; asked again {}", counted(report.retries, "time"));
    }
    line("ticks", ticks);
    let mut documents = format!("{} new, {}", thousands(report.documents), bytes(report.bytes));
    if report.unchanged > 0 {
        let _ = write!(documents, "; {} unchanged", counted(report.unchanged, "time"));
    }
    if report.repeated > 0 {
        let _ = write!(documents, "; {} seen before", thousands(report.repeated));
    }
    line("documents", documents);
    line("records", counts(&report.total));
    if report.possible_duplicates > 0 {
        line("duplicates", format!("up to {}: answers were lost", thousands(report.possible_duplicates)));
    }
    if report.waiting_documents > 0 {
        let waiting = counted(report.waiting_documents, "document");
        let size = bytes(report.waiting_bytes);
        line("waiting", paint(WARN, &plain(&format!("{waiting}, {size}, in {}", report.spool))));
    }
    if report.held_records > 0 {
        let held = counted(report.held_records, "record");
        line("held back", paint(WARN, &plain(&format!("{held}, in {}/outbox", report.spool))));
    }
    if report.refused_documents > 0 {
        let refused = counted(report.refused_documents, "document");
        line(
            "unreadable",
            paint(BAD, &plain(&format!("{refused}: where they are, or in {}/refused", report.spool))),
        );
    }
    if let Some(why) = &report.broken_off {
        line("broken off", paint(BAD, &plain(why)));
    }
    if let Some(error) = report.error.as_ref().filter(|error| report.broken_off.as_ref() != Some(*error)) {
        line("last error", plain(error));
    }
    if left > 0 {
        let _ = writeln!(
            text,
            "\n{} the same command again: it delivers what waits first",
            paint(BOLD, "What to do: run")
        );
    }
    if report.refused_documents > 0 {
        let _ = writeln!(
            text,
            "\n{} at the reason beside each document that could not be read, mend it, and feed it once more",
            paint(BOLD, "What to do: look")
        );
    }
    text
}

fn counts(counts: &Counts) -> String {
    let mut text = format!("{} read = {} written", thousands(counts.read), thousands(counts.written));
    for (count, what) in [
        (counts.rejected, "rejected"),
        (counts.late, "late"),
        (counts.early, "early"),
        (counts.skipped, "skipped"),
    ] {
        if count > 0 {
            let _ = write!(text, " + {} {what}", thousands(count));
        }
    }
    text
}

fn time(at_ms: i64) -> String {
    DateTime::from_timestamp_millis(at_ms)
        .map_or_else(|| at_ms.to_string(), |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_tick_is_a_line() {
        let counts = Counts { read: 12, written: 9, rejected: 1, skipped: 2, ..Counts::default() };
        let mut report = TickReport {
            at_ms: 1_795_421_730_000,
            outcome: TickOutcome::Delivered,
            documents: 1,
            bytes: 2048,
            counts,
            took_ms: 840,
            ..TickReport::default()
        };
        insta::assert_snapshot!(shown(&tick(&report)), @"2026-11-23T08:15:30Z  delivered  1 document, 2.00 KiB: 12 read = 9 written + 1 rejected + 2 skipped  840 ms");
        report = TickReport {
            outcome: TickOutcome::FetchFailed,
            retries: 4,
            error: Some("a\nb".into()),
            ..TickReport::default()
        };
        insta::assert_snapshot!(shown(&tick(&report)), @r"1970-01-01T00:00:00Z  fetch failed; asked again 4 times  0 ms  a\nb");
    }

    #[test]
    fn the_report_names_what_waits_and_where() {
        let report = IngestReport {
            table: "t".into(),
            from: "http://host/x".into(),
            to: "lake".into(),
            spool: "spool".into(),
            ticks: 120,
            missed: 2,
            documents: 118,
            bytes: 1 << 20,
            unchanged: 1,
            total: Counts { read: 236, written: 236, ..Counts::default() },
            waiting_documents: 3,
            waiting_bytes: 4096,
            error: Some("the lake is busy".into()),
            elapsed_ms: 7_200_000,
            ..IngestReport::default()
        };
        insta::assert_snapshot!(shown(&ingested(&report)), @"
        Ingested t from http://host/x into lake for 2 h 00 min

          ticks      120; 2 missed
          documents  118 new, 1.00 MiB; 1 time unchanged
          records    236 read = 236 written
          waiting    3 documents, 4.00 KiB, in spool
          last error the lake is busy

        What to do: run the same command again: it delivers what waits first
        ");
    }
}

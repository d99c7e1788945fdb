//! A report in the text format of Prometheus (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use super::report::IngestReport;
use std::fmt::Write as _;

/// What a scrape of a loop gives.
pub(super) fn text(report: &IngestReport, now_ms: i64) -> String {
    let mut out = String::new();
    let labels = format!("{{table=\"{}\"}}", escaped(&report.table));
    let mut add = |name: &str, kind: &str, help: &str, value: String| {
        let _ = writeln!(out, "# HELP lakebed_ingest_{name} {help}\n# TYPE lakebed_ingest_{name} {kind}");
        let _ = writeln!(out, "lakebed_ingest_{name}{labels} {value}");
    };
    for (name, help, value) in [
        ("ticks_total", "Times that the source was asked.", report.ticks),
        ("missed_ticks_total", "Ticks passed over because the one before was at work.", report.missed),
        ("failed_ticks_total", "Ticks at which the source gave nothing, for an error.", report.failed_ticks),
        ("retries_total", "Times that the source was asked again within a tick.", report.retries),
        ("documents_total", "New documents fetched.", report.documents),
        ("unchanged_total", "Times that the source had not changed.", report.unchanged),
        ("repeated_documents_total", "Documents equal to an earlier one.", report.repeated),
        ("refused_documents_total", "Documents that nobody can read.", report.refused_documents),
        ("fetched_bytes_total", "Bytes of new documents, unpacked.", report.bytes),
        ("records_read_total", "Records read.", report.total.read),
        ("records_written_total", "Records delivered.", report.total.written),
        ("records_rejected_total", "Records refused and kept apart.", report.total.rejected),
        ("records_late_total", "Records before the accepted window.", report.total.late),
        ("records_early_total", "Records after the accepted window.", report.total.early),
        ("records_skipped_total", "Records skipped as unchanged or older.", report.total.skipped),
        ("possible_duplicates_total", "Records possibly delivered twice.", report.possible_duplicates),
    ] {
        add(name, "counter", help, value.to_string());
    }
    add("waiting_documents", "gauge", "Documents in the spool.", report.waiting_documents.to_string());
    add("waiting_bytes", "gauge", "Their bytes on disk.", report.waiting_bytes.to_string());
    add("held_records", "gauge", "Records that the target keeps.", report.held_records.to_string());
    for (name, help, at) in [
        ("last_fetch_age_seconds", "Seconds since the source answered.", report.last_fetch_ms),
        ("last_delivery_age_seconds", "Seconds since all was delivered.", report.last_delivery_ms),
    ] {
        if let Some(at) = at {
            let age = now_ms.saturating_sub(at).max(0);
            add(name, "gauge", help, format!("{}.{:03}", age / 1000, age % 1000));
        }
    }
    add(
        "failing",
        "gauge",
        "1 while the last tick ended with an error.",
        u8::from(report.error.is_some()).to_string(),
    );
    out
}

/// The value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_comment_or_a_sample() {
        let report = IngestReport {
            table: "a\"b\\c\nd".to_owned(),
            ticks: 3,
            last_fetch_ms: Some(1_000),
            ..IngestReport::default()
        };
        let text = text(&report, 2_500);
        assert!(text.contains("lakebed_ingest_ticks_total{table=\"a\\\"b\\\\c\\nd\"} 3\n"), "{text}");
        assert!(text.contains("last_fetch_age_seconds{table=\"a\\\"b\\\\c\\nd\"} 1.500\n"), "{text}");
        assert!(!text.contains("last_delivery_age"), "{text}");
        for line in text.lines() {
            assert!(
                line.starts_with("# HELP lakebed_")
                    || line.starts_with("# TYPE lakebed_")
                    || line.starts_with("lakebed_ingest_"),
                "{line}"
            );
        }
    }
}

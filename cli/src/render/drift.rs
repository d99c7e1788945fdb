//! What is out of step, for people: one line a finding.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use crate::commands::drift::Report;
use std::fmt::Write as _;

/// Findings, then notes, then the sum.
pub(crate) fn drift(report: &Report, program: &str) -> String {
    let mut text = String::new();
    let mut counted_findings = 0_u64;
    for table in &report.tables {
        for finding in &table.drift.findings {
            let is_allowed = report.allowed.contains(&finding.code);
            counted_findings += u64::from(!is_allowed);
            let (style, mark) = if is_allowed { (DIM, " (allowed)") } else { (BAD, "") };
            let _ = writeln!(
                text,
                "{} {}: {}{mark}: {} {}: {}",
                paint(style, finding.code.number()),
                paint(BOLD, &plain(&table.table)),
                finding.side.name(),
                plain(&finding.place),
                plain(&finding.problem),
                plain(&finding.next),
            );
        }
        if let Some(error) = &table.error {
            let _ = writeln!(text, "{} is not compared with the catalog", paint(BOLD, &plain(&table.table)));
            text.push_str(error);
        }
    }
    for table in &report.tables {
        for note in &table.drift.notes {
            let _ = writeln!(text, "{} {}: {}", paint(DIM, "note:"), plain(&table.table), plain(note));
        }
    }
    text.push_str(&super::refusals(&report.refused, (!report.has_file).then_some(program)));
    let failed = report.tables.iter().filter(|table| table.error.is_some()).count() as u64;
    let heading = match (report.in_step, counted_findings) {
        (true, _) => format!("{}: ", paint(GOOD, "In step")),
        (false, 0) => format!("{}: ", paint(WARN, "Not compared")),
        (false, count) => format!("{}: {} in ", paint(BAD, "Drift"), counted(count, "finding")),
    };
    let tables = counted(report.tables.len() as u64, "table");
    let _ = write!(text, "{heading}{tables}; {}", plain(&compared(report)));
    if failed > 0 {
        let _ = write!(text, "; {} not compared with the catalog", counted(failed, "table"));
    }
    text.push('\n');
    text
}

/// What the tables were compared with.
fn compared(report: &Report) -> String {
    let mut with = Vec::new();
    with.extend(report.contracts.as_ref().map(|folder| format!("contracts in {folder}")));
    with.push(report.catalog.clone());
    let (all, read) = report
        .tables
        .iter()
        .filter_map(|table| table.files)
        .fold((0, 0), |(all, read), files| (all + files.all, read + files.read));
    if all > 0 {
        with.push(format!("{read} of {}", counted(all, "file")));
    }
    format!("compared with {}", with.join(", "))
}

//! What tables take from each other, for people.

use super::{BAD, BOLD, DIM, counted, paint, plain};
use crate::generated::FindingReport;
use std::fmt::Write as _;

/// Each finding with its place and fix; nothing when there is none.
pub(crate) fn together(findings: &[FindingReport]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let count = counted(findings.len() as u64, "finding");
    let mut text = format!("{} {}: {count}\n", paint(BAD, "!"), paint(BOLD, "the tables do not go together"));
    for finding in findings {
        let place = match &finding.set_at {
            Some(origin) => format!("{} ({origin})", finding.place),
            None => finding.place.clone(),
        };
        let rule = paint(DIM, &format!("[{}]", finding.rule));
        let _ = writeln!(text, "    {}: {} {rule}", paint(BOLD, &plain(&place)), plain(&finding.problem));
        let _ = writeln!(text, "        fix: {}", plain(&finding.fix));
    }
    text
}

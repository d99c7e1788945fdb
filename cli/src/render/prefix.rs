//! What `prefix` found, with a caret under the character.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use lakebed_schema::prefix::{PrefixFinding, PrefixSettings, Severity};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Every finding under the setting it is about; the last line counts.
pub(crate) fn prefix_findings(settings: &PrefixSettings<'_>, findings: &[PrefixFinding]) -> String {
    let mut text = String::new();
    for finding in findings {
        text += &prefix_finding(finding, value(settings, finding.setting));
        text.push('\n');
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    let (errors, mistakes) = (count(Severity::Error), count(Severity::Mistake));
    let warnings = counted(count(Severity::Warning), "warning");
    let (refused, mistaken) = (counted(errors, "error"), counted(mistakes, "mistake"));
    let _ = match (errors, mistakes) {
        (0, 0) if findings.is_empty() => writeln!(text, "{}", paint(GOOD, "Nothing is wrong")),
        (0, 0) => writeln!(text, "{}: {warnings}", paint(BOLD, "Accepted")),
        (0, _) => {
            let by = paint(BAD, "Refused by lakebed");
            writeln!(text, "{by}, though Firehose takes it: {mistaken}, {warnings}")
        }
        (_, 0) => writeln!(text, "{}: {refused}, {warnings}", paint(BAD, "Refused")),
        (_, _) => writeln!(text, "{}: {refused}, {mistaken}, {warnings}", paint(BAD, "Refused")),
    };
    text
}

/// One finding, with its place in the setting's value when that is known.
pub(crate) fn prefix_finding(finding: &PrefixFinding, value: Option<&str>) -> String {
    let (style, word) = match finding.severity {
        Severity::Error => (BAD, "error:"),
        Severity::Mistake => (BAD, "mistake:"),
        Severity::Warning => (WARN, "warning:"),
    };
    let rule = paint(DIM, &format!("[{}]", finding.rule));
    let mut text =
        format!("{} {}: {} {rule}\n", paint(style, word), finding.setting, plain(&finding.problem));
    if let (Some(position), Some(value)) = (finding.position, value) {
        text.push_str(&marked(value, position));
    }
    let _ = writeln!(text, "  fix: {}", plain(&finding.fix));
    text
}

/// One fault of a text, with its place and the fix.
pub(crate) fn caret(text: &str, position: usize, problem: &str, fix: &str) -> String {
    let marked = marked(text, position);
    format!("{} {}\n{marked}  fix: {}\n", paint(BAD, "error:"), plain(problem), plain(fix))
}

/// The text, and a caret under a character of it.
fn marked(text: &str, position: usize) -> String {
    let before: String = text.chars().take(position).collect();
    let indent = " ".repeat(plain(&before).width());
    format!("  | {}\n  | {indent}{}\n", plain(text), paint(BAD, "^"))
}

fn value<'a>(settings: &PrefixSettings<'a>, setting: &str) -> Option<&'a str> {
    match setting {
        "Prefix" => settings.prefix,
        "ErrorOutputPrefix" => settings.error_output_prefix,
        "MetadataExtractionQuery" => settings.query,
        "CustomTimeZone" => settings.custom_time_zone,
        "FileExtension" => settings.file_extension,
        _ => None,
    }
}

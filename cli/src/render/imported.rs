//! What an import came to, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use crate::commands::import::Import;
use crate::files::Written;
use lakebed_schema::{Finding, Findings};
use std::fmt::Write as _;

/// How many records that were left out are shown.
const SHOWN: usize = 10;
/// How many findings are shown.
const MOST: usize = 100;

/// What was written, what to know, and what comes next.
pub(crate) fn imported(import: &Import, program: &str) -> String {
    let mut text = String::new();
    for file in &import.written {
        let (sign, style, word) = match file.state {
            Written::Created => ("+", GOOD, "created"),
            Written::Changed => ("~", WARN, "replaced"),
            Written::Unchanged => ("=", DIM, "unchanged"),
        };
        let _ =
            writeln!(text, "{} {} {word}  {}", paint(style, sign), plain(&file.path), paint(DIM, file.what));
    }
    let _ = writeln!(
        text,
        "{}: table {} as struct {}, from {}",
        paint(GOOD, "Imported"),
        paint(BOLD, &plain(&import.table)),
        paint(BOLD, &import.name),
        import.kind.shown()
    );
    text.push_str(&skipped(&import.skipped));
    if !import.guesses.is_empty() {
        let count = guesses(import.guesses.len());
        let _ =
            writeln!(text, "  {} {count}, each marked `// guessed:` in the source", paint(WARN, "to check:"));
    }
    for note in &import.notes {
        let _ = writeln!(text, "  {} {}", paint(DIM, "note:"), plain(note));
    }
    if let Some(target) = import.target.as_ref().filter(|_| !wrote(import, "target")) {
        let _ = writeln!(text, "  {} into lakebed.toml goes", paint(BOLD, "target:"));
        for line in target.lines() {
            let _ = writeln!(text, "    {}", plain(line));
        }
    }
    text.push_str(&next(import, program));
    text
}

/// Records that were left out: the first of them, and how many more.
fn skipped(skipped: &[Finding]) -> String {
    if skipped.is_empty() {
        return String::new();
    }
    let count = counted(skipped.len() as u64, "record");
    let mut text = format!("  {} {count} left out of the samples\n", paint(WARN, "skipped:"));
    for finding in skipped.iter().take(SHOWN) {
        let _ = writeln!(text, "    {}: {}", plain(&finding.place), plain(&finding.problem));
    }
    if skipped.len() > SHOWN {
        let _ = writeln!(text, "    and {} more: --json tells all", skipped.len() - SHOWN);
    }
    text
}

fn wrote(import: &Import, what: &str) -> bool {
    import.written.iter().any(|file| file.what == what)
}

fn next(import: &Import, program: &str) -> String {
    let mut text = format!("  {} ", paint(BOLD, "what to do:"));
    let _ = write!(
        text,
        "read the source, add it to your crate and to `lakebed::tables![{}]`; it needs {}; ",
        import.name,
        crates(&import.source, &import.features)
    );
    let contract = import.written.iter().find(|file| file.what == "contract");
    #[allow(clippy::indexing_slicing, reason = "a member that is not there is null")]
    let holds_json = import.contract["parameters"]["classification"] == "json";
    let _ = match contract {
        // `convert` writes Parquet.
        Some(file) if holds_json => {
            writeln!(text, "without Rust, `{program} plan --contract {}` works at once", plain(&file.path))
        }
        Some(file) => writeln!(
            text,
            "without Rust, `{program} convert EVENTS --to LAKE --contract {}` works at once",
            plain(&file.path)
        ),
        None => writeln!(text, "then `{program} export` writes its contract; --contract-out does so now"),
    };
    text
}

/// The crates that a source needs, each with its features.
fn crates(source: &str, features: &[&str]) -> String {
    let used = |name: &str| {
        source.lines().any(|line| line.strip_prefix("use ").is_some_and(|path| path.starts_with(name)))
    };
    let with = |name: &str, features: &[&str]| match features {
        [] => format!("`{name}`"),
        [one] => format!("`{name}` (feature {one})"),
        several => format!("`{name}` (features {})", several.join(", ")),
    };
    let mut needed = vec![with("lakebed", features)];
    for (name, feature) in
        [("bytes", "serde"), ("chrono", "serde"), ("rust_decimal", "serde"), ("uuid", "serde")]
    {
        if used(&format!("{name}::")) {
            needed.push(with(name, &[feature]));
        }
    }
    if used("schemars::") {
        let theirs = [
            ("bytes", "bytes1"),
            ("chrono", "chrono04"),
            ("rust_decimal", "rust_decimal1"),
            ("uuid", "uuid1"),
        ];
        let mut features = Vec::new();
        features.extend(
            theirs.iter().filter(|(name, _)| used(&format!("{name}::"))).map(|(_, feature)| *feature),
        );
        needed.push(with("schemars", &features));
    }
    if used("serde::") {
        needed.push(with("serde", &["derive"]));
    }
    if used("serde_json::") {
        needed.push(with("serde_json", &[]));
    }
    let last = needed.pop().unwrap_or_default();
    if needed.is_empty() { last } else { format!("{} and {last}", needed.join(", ")) }
}

/// Why nothing was imported.
pub(crate) fn not_imported(kind: &str, findings: &Findings) -> String {
    let count = counted(findings.0.len() as u64, "finding");
    let mut text = format!("{} not imported from {kind}, {count}\n", paint(BAD, "!"));
    for finding in findings.0.iter().take(MOST) {
        let rule = paint(DIM, &format!("[{}]", finding.rule));
        let mut lines = finding.problem.lines();
        let first = plain(lines.next().unwrap_or_default());
        let _ = writeln!(text, "    {}: {first} {rule}", paint(BOLD, &plain(&finding.place)));
        for line in lines {
            let _ = writeln!(text, "      {}", plain(line));
        }
        let _ = writeln!(text, "        fix: {}", plain(&finding.fix));
    }
    if findings.0.len() > MOST {
        let _ = writeln!(text, "    and {} more: --json tells all", findings.0.len() - MOST);
    }
    text
}

fn guesses(count: usize) -> String {
    if count == 1 { "1 guess".to_owned() } else { format!("{count} guesses") }
}

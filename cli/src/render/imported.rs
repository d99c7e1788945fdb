//! What an import came to, for people.

use super::{BAD, BOLD, DIM, GOOD, WARN, counted, paint, plain};
use crate::commands::import::Import;
use crate::files::Written;
use lakebed_schema::Findings;
use std::fmt::Write as _;

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

fn wrote(import: &Import, what: &str) -> bool {
    import.written.iter().any(|file| file.what == what)
}

fn next(import: &Import, program: &str) -> String {
    let mut text = format!("  {} ", paint(BOLD, "what to do:"));
    let features =
        import.features.iter().map(|feature| format!("\"{feature}\"")).collect::<Vec<_>>().join(", ");
    let features = if features.is_empty() { String::new() } else { format!(" (features {features})") };
    let _ = write!(
        text,
        "read the source, add it to your crate with `lakebed`{features}, and to `lakebed::tables![{}]`; ",
        import.name
    );
    let contract = import.written.iter().find(|file| file.what == "contract");
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

/// Why nothing was imported.
pub(crate) fn not_imported(kind: &str, findings: &Findings) -> String {
    let count = counted(findings.0.len() as u64, "finding");
    let mut text = format!("{} not imported from {kind}, {count}\n", paint(BAD, "!"));
    for finding in &findings.0 {
        let rule = paint(DIM, &format!("[{}]", finding.rule));
        let mut lines = finding.problem.lines();
        let first = plain(lines.next().unwrap_or_default());
        let _ = writeln!(text, "    {}: {first} {rule}", paint(BOLD, &plain(&finding.place)));
        for line in lines {
            let _ = writeln!(text, "      {}", plain(line));
        }
        let _ = writeln!(text, "        fix: {}", plain(&finding.fix));
    }
    text
}

fn guesses(count: usize) -> String {
    if count == 1 { "1 guess".to_owned() } else { format!("{count} guesses") }
}

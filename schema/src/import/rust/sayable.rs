//! What attributes of a struct can say of a table: the table as it comes out, and what cannot be said at all.

use crate::def::TimeUnit;
use crate::finding::{Finding, Findings};
use crate::keywords::Keywords;
use crate::logical_type::LogicalType;
use crate::table::{Column, Table};
use crate::validate::leaf;

/// Longest array that serde reads and writes.
const LONGEST_ARRAY: u64 = 32;

/// The table with its comments as a struct has them, each on one line, and a note for each that changed.
///
/// # Errors
/// Everything that no struct can say, each with its place.
pub(super) fn sayable(table: &Table) -> Result<(Table, Vec<String>), Findings> {
    let (mut table, mut notes, mut findings) = (table.clone(), Vec::new(), Findings::default());
    one_line(&mut table.comment, &format!("table `{}`", table.name), &mut notes);
    columns(&mut table.columns, "", &mut notes, &mut findings);
    findings.or(|| (table, notes))
}

fn one_line(comment: &mut Option<String>, place: &str, notes: &mut Vec<String>) {
    let Some(text) = comment else { return };
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line == *text && !line.is_empty() {
        return;
    }
    if line.is_empty() {
        notes.push(format!("The comment of {place} is blank, and is left out."));
    } else {
        notes.push(format!(
            "The comment of {place} is one line, with one blank between words, as a struct has it."
        ));
    }
    *comment = (!line.is_empty()).then_some(line);
}

fn columns(columns: &mut [Column], prefix: &str, notes: &mut Vec<String>, findings: &mut Findings) {
    for column in columns {
        let path = format!("{prefix}{}", column.name);
        let place = format!("column `{path}`");
        one_line(&mut column.comment, &place, notes);
        check(column, &place, findings);
        if column.ty != LogicalType::Json && *leaf(column).0 == LogicalType::Json {
            findings.push(Finding::new(
                "import-rust-type",
                &place,
                "holds JSON text inside a list or map, and the word `json` is about a whole column",
                "make the whole column JSON text, or its elements text",
            ));
        }
        self::ty(&mut column.ty, &path, notes, findings);
    }
}

fn ty(ty: &mut LogicalType, path: &str, notes: &mut Vec<String>, findings: &mut Findings) {
    let place = format!("column `{path}`");
    let mut refuse = |problem: String, fix: &str| {
        findings.push(Finding::new("import-rust-type", &place, problem, fix));
    };
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type has a Rust type of its own")]
    match ty {
        LogicalType::Timestamp { instant: false, offset: true, .. } => {
            refuse(
                "is a wall-clock time written with an offset, which no Rust type is".into(),
                "make it an instant, or leave the offset out",
            );
        }
        LogicalType::List { element, length } => {
            if let Some(length) = length.filter(|length| *length > LONGEST_ARRAY) {
                refuse(
                    format!(
                        "is an array of {length}, and serde reads and writes arrays of at most {LONGEST_ARRAY}"
                    ),
                    "leave the length out: a list holds any number",
                );
            }
            self::ty(&mut element.ty, path, notes, findings);
        }
        LogicalType::Map { key, value } => {
            match &**key {
                LogicalType::Decimal { .. } => refuse(
                    "is a map with decimals as keys, which takes no `decimal(p, s)`".into(),
                    "use text or integers as keys",
                ),
                LogicalType::Timestamp { unit: TimeUnit::Micros, .. } => refuse(
                    "is a map with microseconds as keys, which takes no `unit`".into(),
                    "use milliseconds as keys",
                ),
                _ => self::ty(key, path, notes, findings),
            }
            self::ty(&mut value.ty, path, notes, findings);
        }
        LogicalType::Struct { columns } => self::columns(columns, &format!("{path}."), notes, findings),
        _ => {}
    }
}

/// What the words of a column cannot say.
fn check(column: &Column, place: &str, findings: &mut Findings) {
    let mut refuse = |what: &str, problem: String, fix: &str| {
        findings.push(Finding::new("import-rust-word", place, format!("{what}: {problem}"), fix));
    };
    let twice = "stands there twice, and a word takes it once";
    for (at, alias) in column.aliases.iter().enumerate() {
        if *alias == column.key || column.aliases.iter().take(at).any(|earlier| earlier == alias) {
            refuse("aliases", format!("`{alias}` {twice}"), "keep one");
        }
    }
    for (at, value) in column.rules.null_if.iter().enumerate() {
        if column.rules.null_if.iter().take(at).any(|earlier| earlier == value) {
            refuse("null_if", format!("{value:?} {twice}"), "keep one");
        }
    }
    for (at, format) in column.rules.time.iter().enumerate() {
        if column.rules.time.iter().take(at).any(|earlier| earlier == format) {
            refuse("time", format!("{format:?} {twice}"), "keep one");
        }
    }
    for (at, tag) in column.tags.iter().enumerate() {
        if tag.trim().is_empty() || column.tags.iter().take(at).any(|earlier| earlier == tag) {
            refuse("tag", format!("{tag:?} is blank or {twice}"), "leave it out");
        }
    }
    if column.ty == LogicalType::Binary && !column.rules.time.is_empty() {
        refuse("time", "bytes are no time".into(), "leave it out");
    }
    if column.rules.null_with.as_ref() == Some(&column.name) {
        refuse("null_with", "names the column itself".into(), "leave it out: `null_if` says as much");
    }
    let (inner, _) = leaf(column);
    if matches!(inner, LogicalType::Struct { .. }) && has_inner(&column.schema) {
        refuse(
            "keywords of JSON Schema",
            "those of list elements or map values that are records cannot be said".into(),
            "leave them out of the contract, or describe the record with a `schemars` attribute by hand",
        );
    }
}

fn has_inner(keywords: &Keywords) -> bool {
    keywords.items.is_some() || keywords.values.is_some()
}

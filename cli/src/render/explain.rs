//! One record explained for people: the verdict, the faults in the text, the fields, Firehose.

use super::grid::{Grid, Side};
use super::number::{counted, thousands};
use super::{BAD, BOLD, DIM, GOOD, PLAIN, WARN, paint, plain, shortened};
use lakebed::explain::{Explanation, FaultPlace, Field, FirehoseVerdict};
use lakebed::firehose_class::FirehoseClass;
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const LONGEST_CELL: usize = 30;
/// Reasons of Firehose shown in full; `--json` has them all.
const SHOWN: usize = 10;

/// The whole explanation.
pub(crate) fn explanation(explanation: &Explanation) -> String {
    let mut text = headline(explanation);
    text.push_str(&faults(&explanation.faults));
    text.push('\n');
    text.push_str(&fields(&explanation.fields));
    if !explanation.undeclared.is_empty() {
        let keys: Vec<String> = explanation.undeclared.iter().map(|key| plain(&shortened(key, 60))).collect();
        let _ = writeln!(text, "  Keys that the table does not declare, ignored: {}", keys.join(", "));
    }
    text.push_str(&firehose(explanation));
    text.push_str(&classes(&explanation.fields));
    text
}

fn headline(explanation: &Explanation) -> String {
    let verdict = if explanation.accepted { paint(GOOD, "Stored") } else { paint(BAD, "Refused") };
    let table = plain(&explanation.table);
    let rules = explanation.semantics;
    let mut text = format!("{verdict} by table {}, semantics {rules}", paint(BOLD, &table));
    let place = &explanation.record;
    let _ = writeln!(text, ": the record at line {}, {} bytes", place.line, thousands(place.length));
    if let Some(partition) = &explanation.partition {
        let path = if partition.is_empty() { "none: the table is not partitioned" } else { partition };
        let _ = writeln!(text, "  Partition: {}", plain(path));
    }
    if let Some(origin) = &explanation.from_reject {
        let place = match (&origin.source, origin.line) {
            (Some(source), Some(line)) => format!(" of {}:{line}", plain(source)),
            (Some(source), None) => format!(" of {}", plain(source)),
            (None, _) => String::new(),
        };
        let why = [origin.code.as_deref(), origin.message.as_deref()].into_iter().flatten();
        let why = why.map(|text| plain(&shortened(text, 240))).collect::<Vec<_>>().join(": ");
        let _ = writeln!(text, "  Taken out of a reject{place}, where it said: {why}");
    }
    text
}

fn faults(faults: &[FaultPlace]) -> String {
    if faults.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{} {}\n", paint(BOLD, "Faults:"), faults.len());
    for (number, fault) in (1..).zip(faults) {
        let _ = writeln!(text, "  {number}. {}", paint(BOLD, &plain(&shortened(&fault.message, 240))));
        let place = format!("line {}, column {}, {}", fault.at.line, fault.at.line_column, fault.code);
        let _ = writeln!(text, "     {}", paint(DIM, &place));
        pointer(&mut text, &fault.snippet, fault.before, fault.marked, BAD);
    }
    text
}

/// The text around a fault, and carets below what is wrong: `marked` characters behind the first `before`. No carets
/// when none are marked.
pub(super) fn pointer(
    text: &mut String,
    snippet: &str,
    before: usize,
    marked: usize,
    style: clap::builder::styling::Style,
) {
    let _ = writeln!(text, "     | {}", plain(snippet));
    if marked == 0 {
        return;
    }
    let width =
        |from: usize, count: usize| snippet.chars().skip(from).take(count).collect::<String>().width();
    let blank = " ".repeat(width(0, before));
    let carets = "^".repeat(width(before, marked).max(1));
    let _ = writeln!(text, "     | {blank}{}", paint(style, &carets));
}

fn fields(fields: &[Field]) -> String {
    let columns = [
        ("column", Side::Left),
        ("in the record", Side::Left),
        ("read as", Side::Left),
        ("stored", Side::Left),
    ];
    let mut grid = Grid::new(&[&columns[..], &[("against Firehose", Side::Left)]].concat());
    for field in fields {
        let wire = field.wire.as_deref().map_or_else(|| "-".to_owned(), |wire| shortened(wire, LONGEST_CELL));
        let stored = match (field.faulty, &field.stored) {
            (true, _) => "nothing".to_owned(),
            (false, stored) => {
                shortened(&stored.as_str().map_or_else(|| stored.to_string(), str::to_owned), LONGEST_CELL)
            }
        };
        let (bad, class) = match field.class {
            FirehoseClass::Equal => (DIM, "equal"),
            FirehoseClass::OursIsStricter => (PLAIN, FirehoseClass::OursIsStricter.describe()),
            class @ (FirehoseClass::FirehoseRefuses | FirehoseClass::FirehoseStoresAnother) => {
                (WARN, class.describe())
            }
        };
        let style = if field.faulty { BAD } else { PLAIN };
        grid.cells(vec![
            (field.column.clone(), style),
            (wire, style),
            (field.rule.clone(), style),
            (stored, style),
            (class.to_owned(), bad),
        ]);
    }
    grid.render()
}

fn firehose(explanation: &Explanation) -> String {
    let FirehoseVerdict { accepts, faults, why, differs } = &explanation.firehose;
    let verdict = if *accepts { paint(GOOD, "would store") } else { paint(BAD, "would refuse") };
    let mut text = format!("\n{} {verdict} this record", paint(BOLD, "Firehose alone"));
    match faults.first() {
        Some(first) => {
            let message = plain(&shortened(&first.message, 240));
            let _ = writeln!(text, ", saying {}: {message}", first.code);
        }
        None => text.push('\n'),
    }
    for (index, why) in why.iter().enumerate().take(SHOWN) {
        let column = faults.get(index).and_then(|fault| fault.column.as_deref());
        let column = column.map(|column| format!("{}: ", plain(column))).unwrap_or_default();
        let _ = writeln!(text, "  {column}{}", plain(&shortened(why, 300)));
        if let Some(fault) = faults.get(index) {
            pointer(&mut text, &fault.snippet, fault.before, fault.marked, WARN);
        }
    }
    if why.len() > SHOWN {
        let _ = writeln!(
            text,
            "  and {}; --json lists them all",
            counted((why.len() - SHOWN) as u64, "more fault")
        );
    }
    if !differs.is_empty() {
        let what = if *accepts {
            "It would store other values:"
        } else {
            "Were that mended, it would store other values:"
        };
        let _ = writeln!(text, "  {what}");
        for difference in differs.iter().take(SHOWN) {
            let shown = |value: &serde_json::Value| plain(&shortened(&value.to_string(), 60));
            let (ours, firehose) = (shown(&difference.ours), shown(&difference.firehose));
            let _ = writeln!(text, "    {}: {firehose} instead of {ours}", plain(&difference.column));
        }
        if differs.len() > SHOWN {
            let more = counted((differs.len() - SHOWN) as u64, "more column");
            let _ = writeln!(text, "    and {more}; --json lists them all");
        }
    }
    if let Some(why) = &explanation.not_canonical {
        let _ = writeln!(
            text,
            "\n{} fails it: {}",
            paint(BOLD, "The normalising function"),
            plain(&shortened(why, 300))
        );
    }
    text
}

/// Why the columns are not equal, each reason once.
fn classes(fields: &[Field]) -> String {
    let mut reasons: Vec<(FirehoseClass, &str, &str, Vec<&str>)> = Vec::new();
    for field in fields {
        for rule in &field.unequal {
            match reasons.iter_mut().find(|(_, name, why, _)| *name == rule.rule && *why == rule.why) {
                Some((.., columns)) => columns.push(&field.column),
                None => reasons.push((rule.class, &rule.rule, &rule.why, vec![&field.column])),
            }
        }
    }
    if reasons.is_empty() {
        return String::new();
    }
    reasons.sort_by_key(|(class, ..)| std::cmp::Reverse(*class));
    let mut text = format!("\n{}\n", paint(BOLD, "Rules that are not equal to Firehose's:"));
    for (class, rule, why, columns) in reasons {
        let _ = writeln!(text, "  {} ({}): {}", paint(BOLD, &plain(rule)), class.describe(), plain(why));
        let more = columns.len().saturating_sub(3);
        let first = columns.iter().take(3).map(|column| plain(column)).collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "      {}", paint(DIM, &format!("{first}{more}")));
    }
    text
}

//! Runs of a lake, for people.

use super::grid::{Grid, Side};
use super::number::{bytes, counted, thousands};
use super::{BAD, BOLD, DIM, GOOD, PLAIN, WARN, paint, plain};
use crate::commands::runs::{Listed, RunLine, Shown};
use chrono::DateTime;
use clap::builder::styling::Style;
use lakebed::journal::RunKind;
use std::fmt::Write as _;

/// A column of counts.
type Count = (&'static str, fn(&RunLine) -> u64);

/// Inputs and files of a run that are shown; `--json` has them all.
const SHOWN: usize = 24;

/// Each table with its runs.
pub(crate) fn runs(listed: &Listed) -> String {
    let mut text = String::new();
    for table in &listed.tables {
        let place = plain(&format!("{} in {}", table.table, listed.lake));
        let _ = writeln!(text, "{}: {}", paint(BOLD, &place), counted(table.runs.len() as u64, "run"));
        if let Some(writer) = &table.writer {
            let since = time(Some(writer.since_ms));
            let who = plain(&writer.holder.to_string());
            let _ = writeln!(text, "  {} by {who}, since {since}", paint(WARN, "being written"));
        }
        if let Some(writer) = &table.seems_over {
            let (who, until) = (plain(&writer.holder.to_string()), time(writer.until_ms));
            let _ = writeln!(
                text,
                "  {} by {who}: its lease seems to be over since {until}; the next run, or `clean`, watches it and then \
                 takes the table",
                paint(WARN, "was being written")
            );
        }
        if !table.runs.is_empty() {
            text.push('\n');
            text.push_str(&grid(&table.runs));
        }
        text.push('\n');
    }
    text
}

fn grid(runs: &[RunLine]) -> String {
    let sum = |count: fn(&RunLine) -> u64| runs.iter().map(count).sum::<u64>();
    let counts: Vec<Count> = [
        ("read", (|run: &RunLine| run.counts.read) as fn(&RunLine) -> u64),
        ("written", |run| run.counts.written),
        ("rejected", |run| run.counts.rejected),
        ("late", |run| run.counts.late),
        ("early", |run| run.counts.early),
        ("skipped", |run| run.counts.skipped),
    ]
    .into_iter()
    .filter(|(name, count)| matches!(*name, "read" | "written" | "rejected") || sum(*count) > 0)
    .collect();
    let mut columns =
        vec![("run", Side::Left), ("kind", Side::Left), ("ended", Side::Left), ("inputs", Side::Right)];
    columns.extend(counts.iter().map(|(name, _)| (*name, Side::Right)));
    columns.extend([("files", Side::Right), ("state", Side::Left)]);
    let mut grid = Grid::new(&columns);
    for run in runs {
        let mut cells = vec![
            (run.run.clone(), PLAIN),
            (kind(run.kind).to_owned(), PLAIN),
            (time(run.ended_ms), PLAIN),
            (thousands(run.inputs), PLAIN),
        ];
        cells.extend(counts.iter().map(|(_, count)| (thousands(count(run)), PLAIN)));
        cells.extend([(thousands(run.files), PLAIN), (run.state.to_owned(), state_style(run.state))]);
        grid.cells(cells);
    }
    grid.render()
}

fn state_style(state: &str) -> Style {
    match state {
        "committed" => GOOD,
        "under way" => WARN,
        _ => BAD,
    }
}

fn kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Convert => "convert",
        RunKind::Batch => "batch",
        RunKind::Replay => "replay",
        RunKind::Compact => "compact",
    }
}

fn time(ms: Option<i64>) -> String {
    let time = ms.and_then(DateTime::from_timestamp_millis);
    time.map_or_else(|| "-".to_owned(), |time| time.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// One run.
pub(crate) fn run(shown: &Shown) -> String {
    let Shown { line, record, .. } = shown;
    let place = plain(&format!("{} of {} in {}", line.run, record.table, shown.lake));
    let mut text = format!("Run {}: {}\n\n", paint(BOLD, &place), paint(state_style(line.state), line.state));
    let mut facts = vec![
        ("kind", kind(line.kind).to_owned()),
        ("started", time(line.started_ms)),
        ("ended", time(line.ended_ms)),
    ];
    if let Some(holder) = &record.holder {
        facts.push(("by", holder.to_string()));
        facts.push(("lakebed", holder.version.clone()));
    }
    let counts = &line.counts;
    facts.push((
        "records",
        format!(
            "read {} = written {} + rejected {} + late {} + early {} + skipped {}",
            thousands(counts.read),
            thousands(counts.written),
            thousands(counts.rejected),
            thousands(counts.late),
            thousands(counts.early),
            thousands(counts.skipped)
        ),
    ));
    if !record.replaces.is_empty() {
        facts.push(("replaced", record.replaces.join(", ")));
    }
    if !record.removes.is_empty() {
        facts.push(("took over", counted(record.removes.len() as u64, "file")));
    }
    for (name, value) in facts {
        let _ = writeln!(text, "  {name:<9}  {}", plain(&value));
    }
    text.push_str(&inputs(shown));
    text.push_str(&files(shown));
    text
}

fn inputs(shown: &Shown) -> String {
    let all = &shown.record.inputs;
    let mut text = format!("\n{} {}\n", paint(BOLD, "Inputs:"), thousands(all.len() as u64));
    if all.is_empty() {
        return text;
    }
    let mut grid = Grid::new(&[
        ("input", Side::Left),
        ("stored", Side::Right),
        ("read", Side::Right),
        ("written", Side::Right),
        ("rejected", Side::Right),
        ("known by", Side::Left),
    ]);
    for (path, input) in all.iter().take(SHOWN) {
        let hash: String = input.hash.chars().take(21).collect();
        grid.cells(vec![
            (path.clone(), PLAIN),
            (input.bytes.map_or_else(|| "-".to_owned(), bytes), PLAIN),
            (thousands(input.read), PLAIN),
            (thousands(input.written), PLAIN),
            (thousands(input.rejected), PLAIN),
            (hash, DIM),
        ]);
    }
    text.push_str(&grid.render());
    more(&mut text, all.len(), "input");
    text
}

fn files(shown: &Shown) -> String {
    let mut text = format!("\n{} {}\n", paint(BOLD, "Files:"), thousands(shown.outputs.len() as u64));
    if shown.outputs.is_empty() {
        return text;
    }
    let mut grid =
        Grid::new(&[("file", Side::Left), ("rows", Side::Right), ("bytes", Side::Right), ("", Side::Left)]);
    // What is wrong comes first.
    let (missing, there): (Vec<_>, Vec<_>) = shown.outputs.iter().partition(|output| output.missing);
    for output in missing.iter().chain(&there).take(SHOWN) {
        let fate = match (&output.taken_over_by, output.missing) {
            (Some(by), _) => (format!("taken over by {by}"), DIM),
            (None, true) if shown.line.state == "committed" => ("missing".to_owned(), BAD),
            (None, true) => ("not there".to_owned(), DIM),
            (None, false) => (String::new(), PLAIN),
        };
        grid.cells(vec![
            (output.path.clone(), PLAIN),
            (output.rows.map_or_else(|| "-".to_owned(), thousands), PLAIN),
            (output.bytes.map_or_else(|| "-".to_owned(), bytes), PLAIN),
            fate,
        ]);
    }
    text.push_str(&grid.render());
    more(&mut text, shown.outputs.len(), "file");
    text
}

fn more(text: &mut String, count: usize, what: &str) {
    if count > SHOWN {
        let rest = counted((count - SHOWN) as u64, &format!("more {what}"));
        let _ = writeln!(text, "  and {rest}; --json lists them all");
    }
}

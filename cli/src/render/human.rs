//! The summary of a conversion for people.

use super::grid::{Grid, Side, unstyled};
use super::number::{bytes, counted, duration, thousands};
use super::{BAD, BOLD, DIM, GOOD, PLAIN, WARN, paint, partitions, plain, rejects, savings, shortened};
use lakebed::Report;
use lakebed::report::{ArrivalSource, Counts, InputReport, InputStatus, PassedOver, ReplayCounts};
use lakebed_schema::{PartitionBy, Table};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Inputs listed one by one; of more than that, the totals.
const LISTED: usize = 12;
const FAILURES: usize = 24;

/// What went where, what did not, and what it saves.
pub(crate) fn summary(table: &Table, report: &Report) -> String {
    let mut text = headline(report);
    text.push('\n');
    text.push_str(&inputs(report));
    text.push_str(&accounting(report));
    text.push_str(&failures(report));
    text.push_str(&rejects::section(report));
    text.push_str(&rejects::out_of_window(report));
    text.push_str(&notes(table, report));
    text.push_str(&partitions::section(report));
    text.push_str(&savings::section(table, report));
    text
}

fn with_status(report: &Report, status: InputStatus) -> impl Iterator<Item = &InputReport> {
    report.inputs.iter().filter(move |input| input.status == status)
}

fn headline(report: &Report) -> String {
    let count = |status| with_status(report, status).count() as u64;
    let (done, known, failed) =
        (count(InputStatus::Done), count(InputStatus::AlreadyInLake), count(InputStatus::Failed));
    let place = plain(&format!("{}/{}/", report.lake.trim_end_matches('/'), report.table));
    let took = duration(report.elapsed_ms);
    let is_replay = report.replay.is_some();
    let mut text = if report.inputs.is_empty() && is_replay {
        format!("{}: there are no error objects", paint(BOLD, "Nothing to do"))
    } else if report.inputs.is_empty() {
        format!("{}: there is no input", paint(BOLD, "Nothing to do"))
    } else if done == 0 && failed == 0 && is_replay {
        let files = if known == 1 {
            "the file was".to_owned()
        } else {
            format!("all {} files were", thousands(known))
        };
        format!("{}: {files} replayed before into {place}", paint(BOLD, "Nothing to do"))
    } else if done == 0 && failed == 0 {
        let all = if known == 1 {
            "the input is".to_owned()
        } else {
            format!("all {} inputs are", thousands(known))
        };
        format!("{}: {all} already in {place} (--force converts again)", paint(BOLD, "Nothing to do"))
    } else if done == 0 {
        let nothing = if is_replay { "Replayed nothing" } else { "Converted nothing" };
        format!("{} into {place} in {took}", paint(BAD, nothing))
    } else {
        let what = counted(done, "input");
        let speed = speed(report);
        if report.dry_run {
            format!(
                "{}, nothing was written: {what} for {place} read in {took}{speed}",
                paint(WARN, "Dry run")
            )
        } else {
            let verb = if is_replay { "Replayed" } else { "Converted" };
            format!("{} {what} into {place} in {took}{speed}", paint(GOOD, verb))
        }
    };
    if failed > 0 {
        let _ = write!(text, "; {}", paint(BAD, &format!("{} failed", thousands(failed))));
    }
    if known > 0 && done + failed > 0 {
        let already = if is_replay { "replayed before" } else { "already in the lake" };
        let _ = write!(text, "; {} {already}", thousands(known));
    }
    text + "\n"
}

fn speed(report: &Report) -> String {
    let decoded: u64 = with_status(report, InputStatus::Done).map(|input| input.decoded_bytes).sum();
    match decoded.saturating_mul(1000).checked_div(report.elapsed_ms) {
        Some(rate) if decoded > 0 => format!(", {}/s of {}", bytes(rate), savings::wire(report)),
        _ => String::new(),
    }
}

fn inputs(report: &Report) -> String {
    if report.inputs.is_empty() {
        return String::new();
    }
    let one_kind = with_status(report, InputStatus::Done).count() == report.inputs.len();
    let [late, early, skipped] =
        [report.total.late, report.total.early, report.total.skipped].map(|count| count > 0);
    let asked = report.accept_event_time.is_some();
    let (late, early) = (late || asked, early || asked);
    let mut columns = vec![
        ("input", Side::Left),
        ("format", Side::Left),
        ("stored", Side::Right),
        ("decoded", Side::Right),
        ("read", Side::Right),
        ("written", Side::Right),
        ("rejected", Side::Right),
    ];
    let extra = [(late, "late"), (early, "early"), (skipped, "skipped")];
    columns.extend(extra.iter().filter(|(any, _)| *any).map(|(_, name)| (*name, Side::Right)));
    if !one_kind {
        columns.push(("", Side::Left));
    }
    let mut grid = Grid::new(&columns);
    let counts = |counts: &Counts| {
        let mut cells = vec![
            (thousands(counts.read), PLAIN),
            (thousands(counts.written), PLAIN),
            (thousands(counts.rejected), if counts.rejected > 0 { WARN } else { PLAIN }),
        ];
        let extra = [(late, counts.late), (early, counts.early), (skipped, counts.skipped)];
        cells.extend(extra.iter().filter(|(any, _)| *any).map(|(_, count)| (thousands(*count), PLAIN)));
        cells
    };
    let listed = if report.inputs.len() <= LISTED { report.inputs.as_slice() } else { &[] };
    for input in listed {
        let mut cells = unstyled(vec![input.path.clone(), input.format.clone(), bytes(input.bytes)]);
        if input.status == InputStatus::Done {
            cells.push((bytes(input.decoded_bytes), PLAIN));
            cells.extend(counts(&input.counts));
        } else {
            cells.resize(columns.len() - 1, ("-".to_owned(), DIM));
        }
        match input.status {
            InputStatus::Done => {}
            InputStatus::AlreadyInLake if report.replay.is_some() => {
                cells.push(("replayed before".to_owned(), DIM));
            }
            InputStatus::AlreadyInLake => cells.push(("already in the lake".to_owned(), DIM)),
            InputStatus::Failed => cells.push(("failed".to_owned(), BAD)),
        }
        grid.cells(cells);
    }
    let done: Vec<&InputReport> = with_status(report, InputStatus::Done).collect();
    if done.len() > 1 || listed.is_empty() {
        let sum = |size: fn(&InputReport) -> u64| bytes(done.iter().map(|input| size(input)).sum());
        let mut cells = vec![
            (format!("total of {}", counted(done.len() as u64, "input")), BOLD),
            (String::new(), PLAIN),
            (sum(|input| input.bytes), BOLD),
            (sum(|input| input.decoded_bytes), BOLD),
        ];
        cells.extend(
            counts(&report.total)
                .into_iter()
                .map(|(cell, style)| (cell, if style == PLAIN { BOLD } else { style })),
        );
        grid.cells(cells);
    }
    grid.render()
}

fn accounting(report: &Report) -> String {
    let Counts { read, written, rejected, late, early, skipped } = report.total;
    let line = format!(
        "read {} = written {} + rejected {} + late {} + early {} + skipped {}",
        thousands(read),
        thousands(written),
        thousands(rejected),
        thousands(late),
        thousands(early),
        thousands(skipped),
    );
    let mut text = format!("\n{} {line}\n", paint(BOLD, "Records:"));
    if let Some(ReplayCounts { objects, empty, broken, foreign }) = report.replay {
        let mut parts = vec![format!("{} written by Firehose", thousands(foreign))];
        if empty > 0 {
            parts.push(format!("{} without data", thousands(empty)));
        }
        if broken > 0 {
            parts.push(format!("{} broken, kept as rejects", thousands(broken)));
        }
        let _ = writeln!(text, "  Out of {}, {}.", counted(objects, "error object"), parts.join(", "));
    }
    if !report.total.balances() {
        let _ = writeln!(
            text,
            "  {}",
            paint(BAD, "This does not add up: a defect of lakebed. Please report it.")
        );
    }
    if read == 0 && with_status(report, InputStatus::Done).next().is_some() {
        let _ = writeln!(text, "  {}", paint(WARN, "No record was found in what was read."));
    }
    if report.dry_run && written > 0 {
        text.push_str("  Written means: would be written without --dry-run.\n");
    }
    for (what, count) in [
        ("Times floored to the unit of their column", report.floored_times),
        ("Decimals rounded half-up to the scale of their column", report.rounded_decimals),
    ] {
        if count > 0 {
            let _ = writeln!(text, "  {what}: {}.", thousands(count));
        }
    }
    text.push_str(&memory(report));
    text
}

/// What did not fit in memory.
fn memory(report: &Report) -> String {
    let mut text = String::new();
    if report.spilled_bytes > 0 {
        let peak =
            report.peak_memory_bytes.map(|peak| format!("; the process held {} at its peak", bytes(peak)));
        let _ = writeln!(
            text,
            "\n{} {} of rows in {} did not fit and went over the disk{}",
            paint(BOLD, "Memory:"),
            bytes(report.spilled_bytes),
            counted(report.spilled_partitions, "partition"),
            peak.unwrap_or_default()
        );
    }
    if report.small_row_groups > 0 {
        let _ = writeln!(
            text,
            "\n{} {} smaller than the table says, since a row group gets a quarter of --memory",
            paint(WARN, "Row groups:"),
            match report.small_row_groups {
                1 => "1 is".to_owned(),
                count => format!("{} are", thousands(count)),
            }
        );
    }
    text
}

/// Where arrival is from, when it matters; what was passed over; what else people should know.
fn notes(table: &Table, report: &Report) -> String {
    let mut text = String::new();
    let by_arrival = table.partitions.iter().any(|partition| partition.by == PartitionBy::Arrival);
    let mut sources: BTreeMap<ArrivalSource, u64> = BTreeMap::new();
    for arrival in with_status(report, InputStatus::Done).filter_map(|input| input.arrival) {
        *sources.entry(arrival.source).or_default() += 1;
    }
    if (by_arrival || report.accept_event_time.is_some()) && !sources.is_empty() {
        let told = |(source, count): (&ArrivalSource, &u64)| {
            format!("of {} from {}", counted(*count, "input"), source.words())
        };
        let told: Vec<String> = sources.iter().map(told).collect();
        let _ = writeln!(text, "\n{} {}", paint(BOLD, "Arrival:"), told.join(", "));
    }
    let PassedOver { hidden, table_files } = report.passed_over;
    let mut passed = Vec::new();
    if hidden > 0 {
        passed.push(format!("{} whose names start with `.` or `_`", thousands(hidden)));
    }
    if table_files > 0 {
        passed.push(format!("{} of Parquet or ORC", counted(table_files, "file")));
    }
    if !passed.is_empty() {
        let _ = writeln!(text, "\n{} {}", paint(BOLD, "Passed over:"), passed.join(", "));
    }
    for note in &report.notes {
        let _ = writeln!(text, "\n{} {}", paint(WARN, "Note:"), plain(note));
    }
    text
}

fn failures(report: &Report) -> String {
    let failed: Vec<&InputReport> = with_status(report, InputStatus::Failed).collect();
    let mut text = String::new();
    if failed.is_empty() {
        return text;
    }
    let count = counted(failed.len() as u64, "input");
    let _ = writeln!(
        text,
        "\n{} {count} could not be read to the end; nothing of it is in the lake",
        paint(BAD, "Failed:")
    );
    for input in failed.iter().take(FAILURES) {
        let why = input.message.as_deref().unwrap_or("no reason was given");
        let _ = writeln!(text, "  {}\n      {}", plain(&input.path), plain(&shortened(why, 400)));
    }
    if failed.len() > FAILURES {
        let _ = writeln!(
            text,
            "  and {}; --json lists them all",
            counted((failed.len() - FAILURES) as u64, "more input")
        );
    }
    text
}

//! What a compaction did, for people.

use super::number::{bytes, duration};
use super::{BAD, BOLD, DIM, GOOD, Grid, PLAIN, Side, WARN, counted, paint, plain, thousands};
use lakebed::compact::report::{CompactReport, CompactStatus, PartitionCompaction, Sorting};
use lakebed::report::RejectGroup;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Partitions that are listed; `--json` has them all.
const LISTED: usize = 24;

/// Sums, partitions, and what somebody must look at.
pub(crate) fn compacted(report: &CompactReport) -> String {
    let of = |status: CompactStatus| report.partitions.iter().filter(move |p| p.status == status);
    let place = plain(&format!("{}/{}/", report.lake.trim_end_matches('/'), report.table));
    let done: Vec<&PartitionCompaction> = report
        .partitions
        .iter()
        .filter(|p| {
            matches!(p.status, CompactStatus::Merged | CompactStatus::Switched | CompactStatus::Planned)
        })
        .collect();
    let sum = |count: fn(&PartitionCompaction) -> u64| done.iter().map(|p| count(p)).sum::<u64>();
    let mut text = if done.is_empty() {
        format!("{}: {place} has nothing to merge", paint(BOLD, "Nothing to do"))
    } else if report.dry_run {
        format!(
            "{}, nothing was changed: {} of {place} would be merged, {} of {}",
            paint(WARN, "Dry run"),
            counted(done.len() as u64, "partition"),
            counted(sum(|p| p.files_in), "file"),
            bytes(sum(|p| p.bytes_in)),
        )
    } else {
        format!(
            "{} {} of {place} in {}: {} of {} became {} of {}",
            paint(GOOD, "Compacted"),
            counted(done.len() as u64, "partition"),
            duration(report.elapsed_ms),
            counted(sum(|p| p.files_in), "file"),
            bytes(sum(|p| p.bytes_in)),
            counted(sum(|p| p.files.len() as u64), "file"),
            bytes(sum(|p| p.bytes_out)),
        )
    };
    text.push('\n');
    text.push_str(&grid(&done, report.dry_run));
    if !report.dry_run && !done.is_empty() {
        let _ = writeln!(
            text,
            "  read {} rows = written {} + dropped {}{}",
            thousands(sum(|p| p.rows_in)),
            thousands(sum(|p| p.rows_out)),
            thousands(sum(|p| p.dropped)),
            match sum(|p| p.rejected) {
                0 => String::new(),
                rejected => format!(" + rejected {}", thousands(rejected)),
            }
        );
    }
    text.push_str(&refused(&done));
    let floored = sum(|p| p.floored_times);
    if floored > 0 {
        let _ = writeln!(text, "  {} floored to their column's unit", counted(floored, "time"));
    }
    if let Some(overlap) = done.iter().filter_map(|p| p.overlap_ms).max() {
        let _ = writeln!(
            text,
            "  {}: who read a partition while its files were exchanged may have counted rows twice, for at most {}",
            paint(WARN, "overlap"),
            duration(overlap)
        );
    }
    for note in &report.notes {
        let _ = writeln!(text, "  {}", plain(note));
    }
    text.push_str(&rest(report));
    for refused in of(CompactStatus::Refused) {
        let reason = refused.reason.as_deref().unwrap_or_default();
        let _ =
            writeln!(text, "{} {} stays as it is: {}", paint(BAD, "!"), shown(&refused.path), plain(reason));
    }
    for (status, what) in [
        (CompactStatus::NotClosed, "not closed yet (--older-than)"),
        (CompactStatus::NothingToDo, "with nothing to merge"),
    ] {
        let count = of(status).count() as u64;
        if count > 0 {
            let _ = writeln!(text, "{} {} {what}", paint(DIM, "="), counted(count, "partition"));
        }
    }
    text
}

/// Records of JSON that are none of the table, by reason.
fn refused(done: &[&PartitionCompaction]) -> String {
    let mut reasons: BTreeMap<&str, (u64, &RejectGroup)> = BTreeMap::new();
    for group in done.iter().flat_map(|partition| &partition.rejects) {
        reasons.entry(&group.code).or_insert((0, group)).0 += group.count;
    }
    let mut text = String::new();
    for (code, (count, first)) in reasons {
        let _ = writeln!(
            text,
            "  {} {} × {code}: {} (first at {})",
            paint(WARN, "rejected"),
            thousands(count),
            plain(&first.example),
            plain(&first.at)
        );
    }
    text
}

/// What was left of earlier compactions.
fn rest(report: &CompactReport) -> String {
    let mut text = String::new();
    if !report.resumed.is_empty() {
        let count = counted(report.resumed.len() as u64, "partition");
        let _ = writeln!(text, "  {count} of an earlier compaction brought to the end");
    }
    for (count, what) in [
        (report.carried_files, "that had come into a folder which is not read any more, carried over"),
        (report.removed_files, "of earlier compactions removed, their time of grace is over"),
        (
            report.kept_files,
            "of JSON kept, whose rows stand in Parquet that readers look at; --remove-sources removes them",
        ),
        (
            report.waiting_files,
            "of earlier compactions waiting for readers who began before; a compact after the time of grace removes \
             them",
        ),
    ] {
        if count > 0 {
            let _ = writeln!(text, "  {} {what}", counted(count, "file"));
        }
    }
    text
}

fn grid(done: &[&PartitionCompaction], dry_run: bool) -> String {
    if done.is_empty() {
        return String::new();
    }
    let mut columns = vec![("partition", Side::Left), ("files", Side::Right), ("bytes", Side::Right)];
    if !dry_run {
        columns.extend([
            ("rows", Side::Right),
            ("dropped", Side::Right),
            ("new files", Side::Right),
            ("new bytes", Side::Right),
            ("sorted", Side::Left),
        ]);
    }
    let mut grid = Grid::new(&columns);
    for partition in done.iter().take(LISTED) {
        let mut cells =
            vec![shown(&partition.path), thousands(partition.files_in), bytes(partition.bytes_in)];
        if !dry_run {
            let sorted = match partition.sort {
                Sorting::AsTheyStood => "as they stood",
                Sorting::Partition => "over the partition",
                Sorting::RowGroups => "within row groups",
            };
            cells.extend([
                thousands(partition.rows_in),
                thousands(partition.dropped),
                thousands(partition.files.len() as u64),
                bytes(partition.bytes_out),
                sorted.to_owned(),
            ]);
        }
        grid.cells(cells.into_iter().map(|cell| (cell, PLAIN)).collect());
    }
    let mut text = grid.render();
    if let Some(more) = done.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "  … and {} more; --json has them all", thousands(more as u64));
    }
    text
}

fn shown(path: &str) -> String {
    if path.is_empty() { "the table".to_owned() } else { plain(path.trim_end_matches('/')) }
}

//! Where the rows went.

use super::bar::bar;
use super::grid::{Grid, Side};
use super::number::{bytes, counted, thousands};
use super::{BOLD, DIM, GOOD, PLAIN, paint, plain};
use lakebed::Report;
use lakebed::report::PartitionReport;
use std::fmt::Write as _;

/// Partitions listed one by one; of more than that, the first and the last.
const LISTED: usize = 24;
const AT_EACH_END: usize = 8;
/// Width of the longest bar.
const BAR: usize = 24;

/// The partitions of the run.
pub(super) fn section(report: &Report) -> String {
    let partitions = &report.partitions;
    if partitions.is_empty() {
        return String::new();
    }
    let count = thousands(partitions.len() as u64);
    let files: u64 = partitions.iter().map(|partition| partition.files.len() as u64).sum();
    let what = if report.dry_run { format!("{count} would be written") } else { count };
    let files = if files == 0 { String::new() } else { format!(", {}", counted(files, "file")) };
    let place = plain(&format!("{}/{}/", report.lake.trim_end_matches('/'), report.table));
    let mut text = format!("\n{} {what} in {place}{files}\n", paint(BOLD, "Partitions:"));

    let lines = if partitions.len() <= LISTED {
        grid(report, partitions.iter())
    } else {
        let (first, last) = (partitions.iter().take(AT_EACH_END), partitions.len() - AT_EACH_END);
        grid(report, first.chain(partitions.iter().skip(last)))
    };
    for (at, line) in lines.lines().enumerate() {
        // One line of headings, then the first ones.
        if partitions.len() > LISTED && at == AT_EACH_END + 1 {
            let left_out = thousands((partitions.len() - 2 * AT_EACH_END) as u64);
            let note = format!("… {left_out} more in between; --json lists them all …");
            let _ = writeln!(text, "  {}", paint(DIM, &note));
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn grid<'a>(report: &Report, listed: impl Iterator<Item = &'a PartitionReport>) -> String {
    // A dry run writes no bytes; then rows tell the relative size.
    let sized = report.parquet_bytes > 0;
    let weight = |partition: &PartitionReport| if sized { partition.bytes } else { partition.rows };
    let heaviest = report.partitions.iter().map(weight).max().unwrap_or_default();
    let mut columns = vec![("partition", Side::Left), ("rows", Side::Right)];
    if sized {
        columns.push(("parquet", Side::Right));
    }
    columns.push(("", Side::Left));
    let mut grid = Grid::new(&columns);
    for partition in listed {
        let path = if partition.path.is_empty() { "(the table has none)" } else { partition.path.as_str() };
        let mut cells = vec![(path.to_owned(), PLAIN), (thousands(partition.rows), PLAIN)];
        if sized {
            cells.push((bytes(partition.bytes), PLAIN));
        }
        cells.push((bar(weight(partition), heaviest, BAR), GOOD));
        grid.cells(cells);
    }
    grid.render()
}

//! Where the rows went, and what that saves.

use super::grid::{Grid, Side};
use super::number::{bytes, compared, counted, thousands};
use super::{BOLD, DIM, GOOD, PLAIN, paint, plain, scan};
use lakebed::Report;
use lakebed::report::{InputStatus, PartitionReport};
use lakebed_schema::Table;
use std::fmt::Write as _;

/// Partitions listed one by one; of more than that, the first and the last.
const LISTED: usize = 24;
const AT_EACH_END: usize = 8;
/// Width of the longest bar.
const BAR: u64 = 24;
/// Rows per file below which the fixed part of a Parquet file weighs.
const FEW_ROWS: u64 = 10_000;

/// The partitions of the run.
pub(super) fn section(report: &Report) -> String {
    let partitions = &report.partitions;
    if partitions.is_empty() {
        return String::new();
    }
    let would = if report.dry_run { " would be written" } else { "" };
    let place = plain(&format!("{}/{}/", report.lake.trim_end_matches('/'), report.table));
    let count = counted(partitions.len() as u64, "partition");
    let mut text = format!("\n{} {count}{would} in {place}\n", paint(BOLD, "Partitions:"));
    // A dry run writes no bytes; then rows tell the relative size.
    let weight = |partition: &PartitionReport| {
        if report.parquet_bytes > 0 { partition.bytes } else { partition.rows }
    };
    let heaviest = partitions.iter().map(weight).max().unwrap_or_default();
    let mut grid =
        Grid::new(&[("partition", Side::Left), ("rows", Side::Right), ("parquet", Side::Right), ("", Side::Left)]);
    let mut listed = |partition: &PartitionReport| {
        let path = if partition.path.is_empty() { "(no partitions)" } else { partition.path.as_str() };
        let size = if report.parquet_bytes > 0 { bytes(partition.bytes) } else { "-".to_owned() };
        grid.cells(vec![
            (path.to_owned(), PLAIN),
            (thousands(partition.rows), PLAIN),
            (size, PLAIN),
            (bar(weight(partition), heaviest), GOOD),
        ]);
    };
    if partitions.len() <= LISTED {
        partitions.iter().for_each(listed);
    } else {
        partitions[..AT_EACH_END].iter().for_each(&mut listed);
        partitions[partitions.len() - AT_EACH_END..].iter().for_each(listed);
    }
    let lines = grid.render();
    if partitions.len() <= LISTED {
        return text + &lines;
    }
    for (at, line) in lines.lines().enumerate() {
        // One line of headings, then the first ones.
        if at == AT_EACH_END + 1 {
            let left_out = thousands((partitions.len() - 2 * AT_EACH_END) as u64);
            let _ = writeln!(text, "  {}", paint(DIM, &format!("… {left_out} more in between; --json lists them all …")));
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn bar(weight: u64, heaviest: u64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if weight == 0 || heaviest == 0 {
        return String::new();
    }
    let eighths = (u128::from(weight) * u128::from(BAR) * 8).div_ceil(u128::from(heaviest));
    let full = "█".repeat(usize::try_from(eighths / 8).unwrap_or_default());
    full + EIGHTHS[usize::try_from(eighths % 8).unwrap_or_default()]
}

/// Size against the input, and what a query reads of each.
pub(super) fn savings(table: &Table, report: &Report) -> String {
    let done = || report.inputs.iter().filter(|input| input.status == InputStatus::Done);
    let decoded: u64 = done().map(|input| input.decoded_bytes).sum();
    let stored: u64 = done().map(|input| input.bytes).sum();
    if report.total.written == 0 || decoded == 0 {
        return String::new();
    }
    if report.parquet_bytes == 0 {
        let why = if report.dry_run { "; a dry run does not tell how much Parquet" } else { "" };
        return format!("\n{} {} of input{why}\n", paint(BOLD, "Size:"), bytes(decoded));
    }
    let format = |name: &str| done().all(|input| input.format.starts_with(name));
    let wire = if format("json") { "JSON" } else if format("xml") { "XML" } else { "input" };
    let parquet = report.parquet_bytes;
    let as_stored = if stored == decoded { String::new() } else { format!(" ({} as stored)", bytes(stored)) };
    let mut text = format!(
        "\n{} {} of {wire}{as_stored} → {} of Parquet, {}",
        paint(BOLD, "Size:"),
        bytes(decoded),
        paint(BOLD, &bytes(parquet)),
        paint(if parquet < decoded { GOOD } else { PLAIN }, &compared(parquet, decoded)),
    );
    if stored != decoded {
        let _ = write!(text, "; against what is stored, {}", compared(parquet, stored));
    }
    text.push('\n');
    let files = report.partitions.iter().map(|partition| partition.files.len() as u64).sum::<u64>().max(1);
    let rows = report.total.written / files;
    if parquet >= decoded && rows < FEW_ROWS {
        let _ = writeln!(
            text,
            "  Every Parquet file carries a footer and column headers of its own. At {} a file ({} in {}) they weigh \
             more than the data; merge files, or convert more input at once.",
            counted(rows, "row"),
            counted(report.total.written, "row"),
            counted(files, "file"),
        );
    }
    text + &query(table, report, decoded, wire)
}

fn query(table: &Table, report: &Report, decoded: u64, wire: &str) -> String {
    let all = format!("all {} of {wire}", bytes(decoded));
    let Some(slice) = scan::largest(table, &report.partitions) else {
        let why = if scan::by_time(table) { "" } else { " The table is not partitioned by time, so" };
        return format!(
            "{}{why} a query over any period reads {} of Parquet at most, against {all}.\n",
            paint(BOLD, "Query:"),
            bytes(report.parquet_bytes),
        );
    };
    let unit = scan::word(slice.unit);
    let of = if slice.arrival { format!("{unit} of arrival") } else { unit.to_owned() };
    let article = if unit == "hour" { "an" } else { "a" };
    let head = paint(BOLD, "Query:");
    let less = if slice.bytes < decoded {
        format!("{} times less", super::number::figure(decoded as f64 / slice.bytes.max(1) as f64))
    } else {
        "no gain yet".to_owned()
    };
    format!(
        "{head} over one {of} it reads {} of Parquet at most (`{}`, the largest such {unit} here), against {all} \
         without {article} {unit} in the path: {less}. Reading fewer columns reads less still.\n",
        bytes(slice.bytes),
        plain(&slice.at),
    )
}

//! Parquet against the input: size, and what a query reads of each. No boast where there is none.

use super::number::{bytes, compared, counted, figure};
use super::scan::{self, Slice};
use super::{BOLD, GOOD, PLAIN, paint, plain};
use lakebed::Report;
use lakebed::report::InputStatus;
use lakebed_schema::Table;
use std::fmt::Write as _;

/// Rows per file below which the fixed part of a Parquet file weighs.
const FEW_ROWS: u64 = 10_000;

/// Sizes of the inputs that were converted.
struct Sizes {
    /// `JSON`, `XML`, or both.
    wire: &'static str,
    decoded: u64,
    stored: u64,
    parquet: u64,
}

impl Sizes {
    fn new(report: &Report) -> Self {
        let done = || report.inputs.iter().filter(|input| input.status == InputStatus::Done);
        Self {
            wire: wire(report),
            decoded: done().map(|input| input.decoded_bytes).sum(),
            stored: done().map(|input| input.bytes).sum(),
            parquet: report.parquet_bytes,
        }
    }
}

/// What the inputs are made of.
pub(super) fn wire(report: &Report) -> &'static str {
    let done = || report.inputs.iter().filter(|input| input.status == InputStatus::Done);
    let any = |format: &str| done().any(|input| input.format.starts_with(format));
    match (any("json"), any("xml")) {
        (true, true) => "JSON and XML",
        (false, true) => "XML",
        (true, false) => "JSON",
        (false, false) => "input",
    }
}

/// Two sections, or none when nothing was written.
pub(super) fn section(table: &Table, report: &Report) -> String {
    let sizes = Sizes::new(report);
    if report.total.written == 0 || sizes.decoded == 0 || (sizes.parquet == 0 && !report.dry_run) {
        return String::new();
    }
    let Sizes { wire, decoded, stored, parquet } = sizes;
    let compressed = if stored == decoded { String::new() } else { format!(", {} as stored", bytes(stored)) };
    let mut text = format!("\n{}\n", paint(BOLD, "Size:"));
    if parquet == 0 {
        let _ = writeln!(
            text,
            "  {} of {wire}{compressed}; how much Parquet, a dry run does not tell",
            bytes(decoded)
        );
        return text;
    }
    let mut ratio = format!("{} than the {wire}", compared(parquet, decoded));
    if stored != decoded {
        let _ = write!(ratio, ", {} than it is stored", compared(parquet, stored));
    }
    let style = if parquet < decoded { GOOD } else { PLAIN };
    text.push_str(&against(
        decoded,
        &format!("of {wire}{compressed}"),
        parquet,
        &format!("of Parquet: {}", paint(style, &ratio)),
    ));
    text + &why_larger(report, &sizes) + &query(table, report, &sizes)
}

/// Two amounts under each other.
fn against(first: u64, of_first: &str, second: u64, of_second: &str) -> String {
    let (first, second) = (bytes(first), bytes(second));
    let width = first.len().max(second.len());
    format!("  {first:>width$} {of_first}\n  {second:>width$} {of_second}\n")
}

/// The reason when few rows make a large file.
fn why_larger(report: &Report, sizes: &Sizes) -> String {
    let files = report.partitions.iter().map(|partition| partition.files.len() as u64).sum::<u64>().max(1);
    let rows = report.total.written / files;
    if sizes.parquet < sizes.decoded || rows >= FEW_ROWS {
        return String::new();
    }
    format!(
        "  Each Parquet file has a footer and column headers of its own. With {} in {}\n  \
         they weigh more than the data; with more rows in a file this turns around.\n",
        counted(report.total.written, "row"),
        counted(files, "file"),
    )
}

fn query(table: &Table, report: &Report, sizes: &Sizes) -> String {
    let Sizes { wire, decoded, parquet, .. } = *sizes;
    let Some(Slice { unit, at, bytes: largest, arrival }) = scan::largest(table, &report.partitions) else {
        let head = paint(BOLD, "A query over any period reads at most:");
        let why = if scan::by_time(table) { "" } else { ", as the table is not partitioned by time" };
        let parquet_is = format!("of Parquet: all of it{why}");
        return format!(
            "\n{head}\n{}",
            against(decoded, &format!("of {wire}: all of it"), parquet, &parquet_is)
        );
    };
    let unit = scan::word(unit);
    let of = if arrival { format!("{unit} of arrival") } else { unit.to_owned() };
    let less = if largest < decoded {
        paint(GOOD, &format!("{} times less", figure(decoded as f64 / largest.max(1) as f64)))
    } else {
        "no gain yet".to_owned()
    };
    format!(
        "\n{}\n{}",
        paint(BOLD, &format!("A query over one {of} reads at most:")),
        against(
            decoded,
            &format!("of {wire}: all of it"),
            largest,
            &format!("of Parquet: {}, the largest {unit} of this run; {less}", plain(&at)),
        )
    )
}

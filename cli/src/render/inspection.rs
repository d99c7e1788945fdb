//! What `inspect` found, for people.

use super::bar::bar;
use super::chart::chart;
use super::number::{bytes, compared, counted, figure, thousands};
use super::{BAD, BOLD, DIM, GOOD, WARN, paint, plain, shortened};
use crate::commands::inspect::Inspection;
use lakebed::inspect::report::{
    DifferenceKind, Journal, PartitionSummary, SchemaDifference, SizeVerdict, TableReport,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Of a kind of finding, those listed one by one.
const LISTED: usize = 12;
/// Programs or codecs named.
const NAMED: usize = 3;
/// Partitions from which a coarser layout is worth a thought.
const MANY_PARTITIONS: usize = 100;
/// Width of a bar beside a partition's path.
const BAR: usize = 24;

/// Each table: facts, sizes, rows over time, advice, findings.
pub(crate) fn inspection(found: &Inspection, width: usize) -> String {
    let tables: Vec<String> = found.tables.iter().map(|table| one(table, width)).collect();
    tables.join("\n")
}

fn one(report: &TableReport, width: usize) -> String {
    let name = report
        .table
        .as_deref()
        .map_or_else(String::new, |table| format!("{} in ", paint(BOLD, &plain(table))));
    let mut text = format!(
        "{name}{}: {} in {}, {} of Parquet\n\n",
        plain(&report.folder),
        counted(report.rows, "row"),
        counted(report.files, "file"),
        bytes(report.bytes),
    );
    for (heading, fact) in facts(report) {
        let _ = writeln!(text, "  {}  {fact}", paint(DIM, &format!("{heading:<10}")));
    }
    text.push_str(&report.journal.as_ref().map_or_else(String::new, size));
    text.push_str(&rows(report, width));
    text.push_str(&advice(report));
    text + &findings(report)
}

fn facts(report: &TableReport) -> Vec<(&'static str, String)> {
    let mut facts = vec![("partitions", partitions(&report.partitions))];
    if report.files > 0 {
        let groups = &report.row_groups;
        let (rows, stored) = (groups.rows, groups.bytes);
        facts.push((
            "row groups",
            format!(
                "{}; rows {} to {}, median {}; stored {} to {}, median {}",
                thousands(groups.count),
                thousands(rows.min),
                thousands(rows.max),
                thousands(rows.median),
                bytes(stored.min),
                bytes(stored.max),
                bytes(stored.median),
            ),
        ));
        facts.push(("sorted by", order(report)));
        facts.push(("codec", codec(report)));
        facts.push(("written by", named(&report.created_by, report.files)));
        facts.push(("schema", schema(report)));
    }
    if report.hidden > 0 {
        facts.push(("hidden", format!("{}, passed over", counted(report.hidden, "file"))));
    }
    facts.extend(report.journal.as_ref().map(|journal| ("journal", journal_fact(journal))));
    facts
}

fn partitions(partitions: &[PartitionSummary]) -> String {
    match partitions {
        [] => "none".to_owned(),
        [only] if only.path.is_empty() => "none: the files stand in the folder itself".to_owned(),
        [only] => format!("1, {}", plain(&only.path)),
        [first, .., last] => format!(
            "{}, from {} to {}",
            thousands(partitions.len() as u64),
            plain(&first.path),
            plain(&last.path)
        ),
    }
}

/// Names with the files of each; the number is left out when it is all of them.
fn named(names: &BTreeMap<String, u64>, files: u64) -> String {
    if let (1, Some((name, _))) = (names.len(), names.iter().next()) {
        return plain(&shortened(name, 100));
    }
    let mut by_files: Vec<(&String, u64)> = names.iter().map(|(name, files)| (name, *files)).collect();
    by_files.sort_by_key(|(_, files)| std::cmp::Reverse(*files));
    let one = |(name, here): &(&String, u64)| {
        format!("{} in {} of {}", plain(&shortened(name, 60)), thousands(*here), counted(files, "file"))
    };
    let mut text = by_files.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
    if by_files.len() > NAMED {
        let _ = write!(text, ", and {} more", by_files.len() - NAMED);
    }
    text
}

fn order(report: &TableReport) -> String {
    let sort = &report.sort;
    let said = if sort.files_sorted == 0 {
        "no order, say the files".to_owned()
    } else if sort.files_unsorted == 0 {
        named(&sort.orders, report.files)
    } else {
        let unsorted = thousands(sort.files_unsorted);
        format!("{}; {unsorted} name no order", named(&sort.orders, report.files))
    };
    match &sort.declared {
        _ if !report.compared => said,
        None => format!("{said}; the table declares none"),
        Some(order) if sort.orders.get(order) == Some(&report.files) => format!("{said}, as declared"),
        Some(order) => format!("{said}; declared is {}", plain(order)),
    }
}

fn codec(report: &TableReport) -> String {
    let said = named(&report.codecs, report.files);
    match &report.declared_codec {
        Some(declared) if report.codecs.get(declared) == Some(&report.files) => {
            format!("{said}, as declared")
        }
        Some(declared) => format!("{said}; declared is {declared}"),
        None => said,
    }
}

fn schema(report: &TableReport) -> String {
    let count = report.schema.len() as u64;
    let findings = report.schema.iter().filter(|difference| difference.finding).count() as u64;
    if !report.compared {
        "not compared: no table or contract of that name is known (--contract)".to_owned()
    } else if count == 0 {
        "as declared, in every file".to_owned()
    } else if findings == 0 {
        format!("fits; {} that readers pass over, below", counted(count, "difference"))
    } else {
        paint(BAD, &format!("{} from what is declared, below", counted(count, "difference")))
    }
}

fn journal_fact(journal: &Journal) -> String {
    if journal.unreadable.is_some() {
        return paint(BAD, "cannot be read, below");
    }
    let mut text = format!("{}, {} written", counted(journal.runs, "run"), counted(journal.rows, "row"));
    match journal.rows_in_files {
        Some(rows) if rows == journal.rows => text.push_str(", and as many in their files"),
        Some(_) | None => {}
    }
    if journal.other_files > 0 {
        let _ = write!(text, "; {} by none of them", counted(journal.other_files, "file"));
    }
    if journal.open > 0 {
        let _ = write!(text, "; {} under way or cut short", counted(journal.open, "run"));
    }
    text
}

fn size(journal: &Journal) -> String {
    let (Some(decoded), Some(stored)) = (journal.decoded_bytes, journal.stored_bytes) else {
        return String::new();
    };
    // Files that are gone would make the rest look small.
    if decoded == 0 || journal.rows_in_files.is_none() {
        return String::new();
    }
    let xml = |format: &&String| format.starts_with("xml");
    let wire = match journal.formats.iter().filter(xml).count() {
        0 => "JSON",
        n if n == journal.formats.len() => "XML",
        _ => "JSON and XML",
    };
    let as_stored = if stored == decoded { String::new() } else { format!(", {} as stored", bytes(stored)) };
    let parquet = journal.parquet_bytes;
    let (of_wire, of_parquet) = (bytes(decoded), bytes(parquet));
    let width = of_wire.len().max(of_parquet.len());
    format!(
        "\n{}\n  {of_wire:>width$} of {wire}{as_stored}\n  {of_parquet:>width$} of Parquet: {} than the {wire}\n",
        paint(BOLD, "Size:"),
        compared(parquet, decoded),
    )
}

fn rows(report: &TableReport, width: usize) -> String {
    if let Some(timeline) = &report.timeline {
        return chart(timeline, width);
    }
    if report.partitions.len() < 2 {
        return String::new();
    }
    let mut largest: Vec<&PartitionSummary> = report.partitions.iter().collect();
    largest.sort_by_key(|partition| std::cmp::Reverse(partition.rows));
    let heaviest = largest.first().map_or(0, |partition| partition.rows);
    let title =
        if largest.len() > LISTED { "Rows in the largest partitions:" } else { "Rows per partition:" };
    let mut text = format!("\n{}\n", paint(BOLD, title));
    let paths = largest.iter().take(LISTED).map(|partition| plain(&partition.path)).collect::<Vec<_>>();
    let longest = paths.iter().map(|path| path.chars().count()).max().unwrap_or_default();
    let digits = thousands(heaviest).len();
    for (path, partition) in paths.iter().zip(&largest) {
        let bar = paint(GOOD, &bar(partition.rows, heaviest, BAR));
        let _ = writeln!(text, "  {path:<longest$}  {:>digits$}  {bar}", thousands(partition.rows));
    }
    if largest.len() > LISTED {
        let _ = writeln!(text, "  and {}", counted((largest.len() - LISTED) as u64, "smaller partition"));
    }
    text
}

fn advice(report: &TableReport) -> String {
    let sizes = &report.sizes;
    let average = bytes(sizes.average_bytes);
    let mut text = String::new();
    match sizes.verdict {
        SizeVerdict::Fine => {}
        SizeVerdict::LittleData => {
            let _ = write!(
                text,
                "\n{} {average} a file on average, as there is little data.\n  \
                 No partition has more than {}: there is nothing to merge.\n",
                paint(BOLD, "Small files:"),
                counted(sizes.most_files, "file"),
            );
            let fine =
                report.timeline.as_ref().is_some_and(|timeline| matches!(timeline.unit, "hour" | "minute"));
            if fine && report.partitions.len() >= MANY_PARTITIONS {
                text.push_str("  Larger files need a coarser layout: days instead of hours.\n");
            }
        }
        SizeVerdict::ManySmallFiles => {
            let _ = write!(
                text,
                "\n{} {average} a file on average, up to {} in a partition; readers open each of them.\n  \
                 Merging {} would leave {} of {}. Fewer, larger runs write fewer files.\n",
                paint(WARN, "Many small files:"),
                counted(sizes.most_files, "file"),
                counted(sizes.partitions_to_merge, "partition"),
                thousands(sizes.files_after_merging),
                counted(report.files, "file"),
            );
        }
    }
    if let Some(skew) = &report.skew {
        let times = figure(skew.rows as f64 / skew.median_rows.max(1) as f64);
        let _ = write!(
            text,
            "\n{} {} has {}, {times} times as many as the partition in the middle ({}).\n",
            paint(WARN, "Skew:"),
            plain(&skew.path),
            counted(skew.rows, "row"),
            thousands(skew.median_rows),
        );
    }
    let notes: Vec<&SchemaDifference> =
        report.schema.iter().filter(|difference| !difference.finding).collect();
    if !notes.is_empty() {
        let _ = writeln!(text, "\n{}", paint(BOLD, "Differences that readers pass over:"));
        list(&mut text, &notes, |difference| self::difference(difference, report.files));
    }
    text
}

fn findings(report: &TableReport) -> String {
    let mut text = String::new();
    let heading = |text: &mut String, what: String| {
        let _ = writeln!(text, "\n{} {what}", paint(BAD, "Finding:"));
    };
    if !report.broken.is_empty() {
        let what = counted(report.broken.len() as u64, "file");
        heading(&mut text, format!("{what} that readers of the table fail on"));
        list(&mut text, &report.broken, |file| format!("{} {}", plain(&file.path), plain(&file.problem)));
    }
    let schema: Vec<_> = report.schema.iter().filter(|difference| difference.finding).collect();
    if !schema.is_empty() {
        heading(&mut text, "files differ from the table".to_owned());
        list(&mut text, &schema, |difference| self::difference(difference, report.files));
    }
    if !report.misplaced.is_empty() {
        let what = counted(report.misplaced.len() as u64, "folder");
        heading(&mut text, format!("{what} with files, outside the table's layout"));
        list(&mut text, &report.misplaced, |folder| {
            let path = if folder.path.is_empty() { "the table's own folder" } else { &folder.path };
            format!("{} ({}): {}", plain(path), counted(folder.files, "file"), plain(&folder.problem))
        });
    }
    if let Some(journal) = &report.journal {
        if let Some(why) = &journal.unreadable {
            heading(&mut text, format!("the journal cannot be read: {}", plain(why)));
        }
        if !journal.missing_files.is_empty() {
            let what = counted(journal.missing_files.len() as u64, "file");
            heading(&mut text, format!("{what} that runs have written and that are gone"));
            list(&mut text, &journal.missing_files, |file| plain(file));
        }
        if let Some(rows) = journal.rows_in_files.filter(|rows| *rows != journal.rows) {
            let (written, held) = (thousands(journal.rows), thousands(rows));
            heading(&mut text, format!("the runs have written {written} rows, their files hold {held}"));
        }
    }
    if text.is_empty() { format!("\n{}\n", paint(GOOD, "Nothing is wrong.")) } else { text }
}

/// One a line; of more than a screen holds, the first.
fn list<T>(text: &mut String, items: &[T], line: impl Fn(&T) -> String) {
    for item in items.iter().take(LISTED) {
        let _ = writeln!(text, "  {}", line(item));
    }
    if items.len() > LISTED {
        let _ =
            writeln!(text, "  and {} more; --json lists them all", thousands((items.len() - LISTED) as u64));
    }
}

fn difference(difference: &SchemaDifference, files: u64) -> String {
    let column = plain(&difference.column);
    let side = |side: &Option<String>| plain(side.as_deref().unwrap_or_default());
    let (expected, found) = (side(&difference.expected), side(&difference.found));
    let what = match difference.kind {
        DifferenceKind::Missing if difference.finding => format!("is not there; declared is {expected}"),
        DifferenceKind::Missing => format!("is not there and reads as null ({expected})"),
        DifferenceKind::Extra => format!("is not declared ({found})"),
        DifferenceKind::Type => format!("is {found}; declared is {expected}"),
        DifferenceKind::Nullability => "allows no nulls; the table does".to_owned(),
    };
    let of = thousands(difference.files);
    format!(
        "`{column}` {what}: in {of} of {}, such as {}",
        counted(files, "file"),
        plain(&difference.example)
    )
}

//! What is in a lake, told from the footers of its Parquet files and from the journal of its runs. Nothing is
//! locked, changed or read in full.

mod columns;
mod folders;
mod footer;
mod hive;
mod journal;
mod object;
pub mod report;
mod sample;
mod sizes;
mod walk;

#[cfg(test)]
mod tests;

pub use folders::{PartitionFolder, PartitionFolders, journal_folders, partition_folders};
pub use sample::{Sample, SampledFile, sample, sample_table};

use crate::error::Error;
use crate::journal::compaction::{is_generations, live_generations, unread};
use crate::journal::{RunRecord, read_journal};
use crate::place::{self, Places};
use crate::store::{Store, StoreError};
use columns::Differences;
use footer::{Footer, read_all};
use journal::Present;
use lakebed_schema::civil::Civil;
use lakebed_schema::layout::Granularity;
use lakebed_schema::{Compression, Table};
use report::{
    BrokenFile, Misplaced, PartitionSummary, RowGroups, SortSummary, Spread, TableReport, TimePoint, Timeline,
};
use std::collections::{BTreeMap, BTreeSet};
use walk::Found;

/// Inspects `TABLE/` in the lake, and the journal of the table. With a table, files and folders are compared with it.
///
/// # Errors
/// A folder that cannot be read. What is wrong with single files is in the report.
pub fn inspect(lake: &dyn Store, name: &str, table: Option<&Table>) -> Result<TableReport, Error> {
    let (runs, _) = read_journal(lake, name).unwrap_or_default();
    // Where there is no folder, what the journal lists is missing; without rows so far, nothing is.
    let (mut report, present) =
        inspect_files(lake, &format!("{name}/"), table, Some(&Generations { table: name, runs: &runs }))?;
    report.folder = lake.location(name).to_string();
    report.table = Some(name.to_owned());
    report.journal = journal::journal(lake, name, &present);
    Ok(report)
}

/// Inspects a folder of Parquet files that is no table of a lake.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_folder(folder: &dyn Store, table: Option<&Table>) -> Result<TableReport, Error> {
    if let Some(path) = folder.root().as_path() {
        std::fs::read_dir(path).map_err(|e| StoreError::of_io(path, e).input())?;
    }
    Ok(inspect_files(folder, "", table, None)?.0)
}

/// Names of the tables that a lake seems to hold, sorted: its folders that are neither hidden nor partitions, and
/// those that it has a journal of.
///
/// # Errors
/// A folder that cannot be read.
pub fn tables_in(lake: &dyn Store) -> Result<Vec<String>, Error> {
    let mut names = BTreeSet::new();
    for folder in ["", "_lakebed/"] {
        for name in lake.names(folder).map_err(StoreError::input)? {
            let Some(name) = name.strip_suffix('/') else { continue };
            if !(name.is_empty()
                || name.starts_with(['.', '_'])
                || name.contains('=')
                || is_generations(name))
            {
                names.insert(name.to_owned());
            }
        }
    }
    Ok(names.into_iter().collect())
}

/// Partitions of a table whose readers look elsewhere since a compaction.
struct Generations<'a> {
    table: &'a str,
    runs: &'a [RunRecord],
}

impl Generations<'_> {
    /// Leaves out files that readers do not look at any more, and adds those that they look at in their place.
    fn apply(&self, lake: &dyn Store, files: &mut Vec<Found>) -> Result<(), Error> {
        let unread = unread(self.runs);
        files.retain(|file| !unread.contains(&format!("{}/{}", self.table, file.name)));
        for (partition, folder) in live_generations(self.runs, self.table) {
            let found = walk::walk(lake, &folder)?.0.into_iter().filter(|file| file.folder.is_empty());
            files.extend(found.map(|file| Found {
                folder: partition.clone(),
                name: format!("{folder}{}", file.name),
                ..file
            }));
        }
        Ok(())
    }
}

fn inspect_files(
    store: &dyn Store,
    prefix: &str,
    table: Option<&Table>,
    generations: Option<&Generations<'_>>,
) -> Result<(TableReport, Present), Error> {
    let (mut files, hidden) = walk::walk(store, prefix)?;
    if let Some(generations) = generations {
        generations.apply(store, &mut files)?;
    }
    let mut inspection = Inspection::new(table);
    // Some at a time, so that a lake of any size fits.
    for files in files.chunks(256) {
        for (file, footer) in files.iter().zip(read_all(store, &files.iter().collect::<Vec<_>>())) {
            match footer {
                Ok(footer) => inspection.add(file, footer),
                Err(problem) => inspection.broken(file, problem),
            }
        }
    }
    let (mut report, present) = inspection.finish();
    report.folder = store.location(prefix).to_string();
    report.hidden = hidden;
    Ok((report, present))
}

/// Everything of one table so far.
struct Inspection<'t> {
    table: Option<&'t Table>,
    places: Option<Places>,
    report: TableReport,
    partitions: BTreeMap<String, PartitionSummary>,
    group_rows: Vec<u64>,
    group_bytes: Vec<u64>,
    differences: Differences,
    present: Present,
}

impl<'t> Inspection<'t> {
    fn new(table: Option<&'t Table>) -> Self {
        let declared = table.map(|table| {
            let order = table.sort.iter().map(|sort| {
                if sort.descending { format!("{} desc", sort.column) } else { sort.column.clone() }
            });
            (order.collect::<Vec<_>>().join(", "), codec(table.storage.compression))
        });
        let (order, codec) = declared.unzip();
        let sort =
            SortSummary { declared: order.filter(|order| !order.is_empty()), ..SortSummary::default() };
        Self {
            table,
            places: table.map(Places::new),
            report: TableReport {
                compared: table.is_some(),
                sort,
                declared_codec: codec.map(str::to_owned),
                ..TableReport::default()
            },
            partitions: BTreeMap::new(),
            group_rows: Vec::new(),
            group_bytes: Vec::new(),
            differences: Differences::default(),
            present: Present::default(),
        }
    }

    fn broken(&mut self, file: &Found, problem: String) {
        self.present.broken.insert(file.name.clone());
        self.report.broken.push(BrokenFile { path: file.name.clone(), bytes: file.bytes, problem });
    }

    fn add(&mut self, file: &Found, footer: Footer) {
        let report = &mut self.report;
        report.rows = report.rows.saturating_add(footer.rows);
        report.files += 1;
        report.bytes += file.bytes;
        let partition = self
            .partitions
            .entry(file.folder.clone())
            .or_insert_with(|| PartitionSummary { path: file.folder.clone(), ..PartitionSummary::default() });
        partition.rows = partition.rows.saturating_add(footer.rows);
        partition.files += 1;
        partition.bytes += file.bytes;
        for group in &footer.row_groups {
            self.group_rows.push(group.rows);
            self.group_bytes.push(group.bytes);
            let uncompressed = &mut report.row_groups.uncompressed_bytes;
            *uncompressed = uncompressed.saturating_add(group.uncompressed_bytes);
        }
        match footer.order {
            Some(order) => {
                report.sort.files_sorted += 1;
                *report.sort.orders.entry(order).or_default() += 1;
            }
            None => report.sort.files_unsorted += 1,
        }
        *report.codecs.entry(footer.codecs).or_default() += 1;
        let writer = footer.created_by.unwrap_or_else(|| "not said".to_owned());
        *report.created_by.entry(writer).or_default() += 1;
        if let Some(table) = self.table {
            self.differences.add(table, &footer.schema, &file.name);
        }
        self.present.readable.insert(file.name.clone(), (footer.rows, file.bytes));
    }

    fn finish(self) -> (TableReport, Present) {
        let mut report = self.report;
        report.row_groups = RowGroups {
            count: self.group_rows.len() as u64,
            rows: Spread::of(self.group_rows),
            bytes: Spread::of(self.group_bytes),
            ..report.row_groups
        };
        report.schema = self.differences.finish();
        report.partitions = self.partitions.into_values().collect();
        report.sizes = sizes::sizes(&report.partitions);
        report.skew = sizes::skew(&report.partitions);
        let (timeline, misplaced) = timeline(self.places.as_ref(), &report.partitions);
        (report.timeline, report.misplaced) = (timeline, misplaced);
        (report, self.present)
    }
}

fn codec(compression: Compression) -> &'static str {
    match compression {
        Compression::Snappy => "snappy",
        Compression::Zstd => "zstd",
        Compression::Gzip => "gzip",
        Compression::Uncompressed => "uncompressed",
    }
}

/// Rows by time, and the folders that do not fit.
fn timeline(places: Option<&Places>, partitions: &[PartitionSummary]) -> (Option<Timeline>, Vec<Misplaced>) {
    let (mut rows, mut rows_without_time) = (BTreeMap::<i64, u64>::new(), 0);
    let mut misplaced = Vec::new();
    let mut finest = places.and_then(|places| places.finest);
    for partition in partitions {
        let begin = match places {
            Some(places) => places.read(&partition.path).unwrap_or_else(|problem| {
                let path = partition.path.clone();
                misplaced.push(Misplaced { path, problem, files: partition.files });
                None
            }),
            None => place::guess(&partition.path).map(|(seconds, unit)| {
                finest = finest.max(Some((unit, false)));
                seconds
            }),
        };
        match begin {
            Some(seconds) => *rows.entry(seconds).or_default() += partition.rows,
            None => rows_without_time += partition.rows,
        }
    }
    let timeline = finest.filter(|_| !rows.is_empty()).map(|(unit, arrival)| {
        let point = |(seconds, rows): (i64, u64)| TimePoint { at: moment(seconds, unit), seconds, rows };
        let points = rows.into_iter().map(point).collect();
        Timeline { unit: word(unit), arrival, points, rows_without_time }
    });
    (timeline, misplaced)
}

fn word(unit: Granularity) -> &'static str {
    match unit {
        Granularity::Year | Granularity::Value => "year",
        Granularity::Month => "month",
        Granularity::Day => "day",
        Granularity::Hour => "hour",
        Granularity::Minute => "minute",
    }
}

/// `2026`, `2026-11`, `2026-11-23`, `2026-11-23T00` or `2026-11-23T00:15`
fn moment(seconds: i64, unit: Granularity) -> String {
    let Civil { year, month, day, hour, minute, .. } = Civil::from_seconds(seconds);
    let whole = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}");
    let length = match unit {
        Granularity::Year | Granularity::Value => 4,
        Granularity::Month => 7,
        Granularity::Day => 10,
        Granularity::Hour => 13,
        Granularity::Minute => whole.len(),
    };
    whole.get(..length).unwrap_or(&whole).to_owned()
}

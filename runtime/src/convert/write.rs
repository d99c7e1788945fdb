//! Rows that are in memory already, published as a run of their own.

use super::budget::{Budget, DEFAULT_MEMORY};
use super::collect::{Collector, FinishedPartition};
use super::identity;
use super::run::parquet_name;
use crate::batch::Rows;
use crate::encode::Encoder;
use crate::error::{Error, ErrorKind};
use crate::journal::{Access, FileRecord, InputRecord, Journal, RunKind, RunRecord};
use crate::place::Places;
use crate::plan::Plan;
use crate::report::{Counts, InputReport, InputStatus, PartitionReport, Report};
use crate::store::{Location, StoreError, Stores};
use arrow_array::RecordBatch;
use lakebed_schema::Table;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// Writes rows into a lake: all of them become visible, or none.
///
/// `parts` are what [`Batch::split`](crate::Batch::split) gives, of one batch or of several. `name` says which rows
/// these are, as a path says it of an input of [`convert`](crate::convert()): writing the same rows under the same
/// name again changes nothing, so a call that failed can be repeated. Other rows under a name that is taken are
/// refused.
///
/// Each call is a run with a journal entry and a file for each partition: call it with many rows, not with each.
///
/// ```
/// use lakebed::feed::typed::append;
/// use lakebed::{Batch, Plan, Record, Table, write_batches};
///
/// #[derive(Record)]
/// #[lake(table = "reading")]
/// struct Reading {
///     sensor: u32,
///     value: f64,
/// }
///
/// let lake = tempfile::tempdir()?;
/// let table = Table::try_from(Reading::TABLE)?;
/// let plan = Plan::compile(&table)?;
/// let mut batch = Batch::new(&plan, 0);
/// append(&Reading { sensor: 7, value: 21.5 }, &plan, &mut batch).map_err(|reject| reject.message())?;
/// let parts = batch.split(&plan)?;
/// let report = write_batches(&table, lake.path(), "sensors-1", &parts)?;
/// assert_eq!((report.total.written, report.partitions.len()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Rows of another table, a name that stands for other rows, a lake that cannot be written or is held by another
/// run ([`retryable`](Error::retryable)). Nothing is published then.
pub fn write_batches(
    table: &Table,
    lake: impl Into<Location>,
    name: &str,
    parts: &[(String, RecordBatch)],
) -> Result<Report, Error> {
    write_batches_with(table, &WriteOptions::new(lake), name, parts)
}

/// Where [`write_batches_with`] writes, and how.
#[derive(Clone, Debug)]
pub struct WriteOptions {
    /// Folder or prefix of the lake.
    pub lake: Location,
    /// Opens what is no folder of this machine.
    pub stores: Stores,
    /// How the run takes the table. A lake on S3 needs its scratch folder.
    pub access: Access,
}

impl WriteOptions {
    /// Options with the defaults: a folder of this machine, nobody is waited for.
    pub fn new(lake: impl Into<Location>) -> Self {
        Self { lake: lake.into(), stores: Stores::local(), access: Access::default() }
    }
}

/// [`write_batches`] into a lake anywhere.
///
/// # Errors
/// Those of [`write_batches`].
pub fn write_batches_with(
    table: &Table,
    options: &WriteOptions,
    name: &str,
    parts: &[(String, RecordBatch)],
) -> Result<Report, Error> {
    let started = Instant::now();
    let plan = Plan::compile(table)?;
    super::holds_parquet(table)?;
    check_parts(table, &plan, parts)?;
    let store = options.stores.open(&options.lake).map_err(StoreError::output)?;
    let state = Journal::open(&store, &table.name, &options.access)?;
    let tmp = state.scratch();
    let encoder = Encoder::new(table, plan.schema());
    let budget = Budget::new(DEFAULT_MEMORY, 1)?;
    let mut collector = Collector::new(&encoder, budget, Some(tmp));
    for (path, batch) in parts {
        collector.add(Rows { batch: batch.clone(), parts: vec![(path.clone(), batch.num_rows())] })?;
    }
    let partitions = collector.finish()?.partitions;

    let rows: u64 = partitions.iter().map(|partition| partition.rows).sum();
    let key = format!("batch:{name}");
    let record = InputRecord {
        hash: hash_of(&partitions)?,
        read: rows,
        written: rows,
        format: Some("typed".to_owned()),
        ..InputRecord::default()
    };
    let run = identity::run_name(&table.to_contract(), [(key.as_str(), record.hash.as_str())], &[]);
    let mut report = Report { run: run.clone(), table: table.name.clone(), ..Report::default() };
    report.lake = options.lake.to_string();
    report.notes = state.notes().to_vec();
    let mut input =
        InputReport { path: name.to_owned(), format: "typed".to_owned(), ..InputReport::default() };
    let runs = state.runs()?;
    let earlier = runs.iter().find_map(|run| Some((run.run.clone(), run.inputs.get(&key)?.hash.clone())));
    match earlier {
        Some((_, hash)) if hash == record.hash => {
            input.status = InputStatus::AlreadyInLake;
        }
        Some((earlier, _)) => {
            let message = format!("run {earlier} has stored other rows under the name `{name}`");
            return Err(Error::new(ErrorKind::Changed, message));
        }
        None => {
            input.counts = Counts { read: rows, written: rows, ..Counts::default() };
            report.total = input.counts;
            let moves = fill(&mut report, table, &runs, &partitions);
            if !moves.is_empty() {
                let outputs = moves.iter().map(|(_, to)| to.clone()).collect();
                let inputs = BTreeMap::from([(key, record)]);
                let table = table.name.clone();
                let record = RunRecord {
                    kind: RunKind::Batch,
                    run,
                    table,
                    inputs,
                    outputs,
                    files: file_records(&report),
                    ..RunRecord::default()
                };
                state.publish(&record, &moves)?;
            }
        }
    }
    report.inputs = vec![input];
    report.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

/// Rows must be the table's, and paths its layout's: nothing may be written anywhere else.
fn check_parts(table: &Table, plan: &Plan, parts: &[(String, RecordBatch)]) -> Result<(), Error> {
    let places = Places::new(table);
    for (path, batch) in parts {
        let usage = |why: String| {
            let message = format!("rows for `{path}` are none of table `{}`: {why}", table.name);
            Error::new(ErrorKind::Usage, message)
        };
        places.read(path).map_err(usage)?;
        if path.contains(['%', '\\'])
            || path.contains(lakebed_schema::hive_path::NULL)
            || (!path.is_empty() && !path.ends_with('/'))
        {
            return Err(usage("lakebed writes no such path".to_owned()));
        }
        if batch.schema_ref().fields() != plan.schema().fields() {
            return Err(usage("their columns differ".to_owned()));
        }
    }
    Ok(())
}

/// Content of the files, in the order of their partitions.
fn hash_of(partitions: &[FinishedPartition]) -> Result<String, Error> {
    let mut hasher = blake3::Hasher::new();
    for partition in partitions {
        if let Some(file) = &partition.file {
            let hash = identity::hash_file(&file.path)
                .map_err(|e| StoreError::of_io(file.path.as_path(), e).output())?;
            hasher.update(format!("{}\n{hash}\n", partition.path).as_bytes());
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// Partitions into the report; gives the files under way and where they go below the lake.
fn fill(
    report: &mut Report,
    table: &Table,
    earlier: &[RunRecord],
    partitions: &[FinishedPartition],
) -> Vec<(PathBuf, String)> {
    let mut moves = Vec::new();
    for partition in partitions {
        let Some(file) = &partition.file else { continue };
        let to = parquet_name(table, earlier, &partition.path, &report.run);
        report.parquet_bytes += file.bytes;
        report.partitions.push(PartitionReport {
            path: partition.path.clone(),
            rows: partition.rows,
            bytes: file.bytes,
            files: vec![to.clone()],
        });
        moves.push((file.path.clone(), to));
    }
    moves
}

/// What is known of the files, by their names below the lake: each partition has one.
fn file_records(report: &Report) -> BTreeMap<String, FileRecord> {
    let records = report.partitions.iter().flat_map(|partition| {
        let record = FileRecord { bytes: partition.bytes, rows: Some(partition.rows) };
        partition.files.iter().map(move |file| (file.clone(), record))
    });
    records.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::json_in;
    use crate::{Batch, Limits};
    use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy};

    fn table() -> Table {
        let columns = [("region", LogicalType::String), ("n", LogicalType::Int64)];
        let mut table = Table::new("t", columns.map(|(name, ty)| Column::new(name, ty)).into());
        table.partitions.push(Partition {
            by: PartitionBy::Column("region".into()),
            layout: Layout::parse("region={region}", Some("region")).unwrap(),
            null: None,
        });
        table
    }

    fn parts(text: &str) -> Vec<(String, RecordBatch)> {
        let plan = Plan::compile(&table()).unwrap();
        assert_eq!(json_in(&plan, Limits::default(), text.as_bytes(), &[]).rejects, []);
        let mut batch = Batch::new(&plan, 0);
        let mut decoder = crate::feed::json::JsonDecoder::new(&plan, Limits::default());
        decoder.decode(text.as_bytes(), 0, true, &mut batch, &mut crate::reject::Rejects::default());
        batch.split(&plan).unwrap()
    }

    const ROWS: &str = "{\"region\":\"a\",\"n\":1}\n{\"region\":\"b\",\"n\":2}\n{\"region\":\"a\",\"n\":3}";

    #[test]
    fn the_same_rows_under_one_name_are_stored_once() {
        let lake = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| write_batches(&table(), lake.path(), name, &parts(text));
        let first = write("one", ROWS).unwrap();
        assert_eq!((first.total.written, first.partitions.len()), (3, 2));
        assert!(first.total.balances() && first.parquet_bytes > 0);
        let again = write("one", ROWS).unwrap();
        assert_eq!((again.total.written, again.inputs[0].status), (0, InputStatus::AlreadyInLake));
        assert_eq!(write("one", "{\"region\":\"a\",\"n\":9}").unwrap_err().kind(), ErrorKind::Changed);
        write("two", ROWS).unwrap();
        let seen =
            crate::inspect(&crate::store::LocalStore::new(lake.path().to_owned()), "t", Some(&table()))
                .unwrap();
        assert!(!seen.has_findings(), "{seen:?}");
        assert_eq!((seen.rows, seen.files, seen.journal.unwrap().runs), (6, 4, 2));
        assert_eq!(write("three", "").unwrap().total.written, 0);
    }

    #[test]
    fn rows_of_another_table_and_paths_elsewhere_are_refused() {
        let lake = tempfile::tempdir().unwrap();
        let part = parts(ROWS).remove(0).1;
        for path in [
            "",
            "../region=a/",
            "region=a",
            "region=a/../../x/",
            "region=%2e/",
            "region=__HIVE_DEFAULT_PARTITION__/",
        ] {
            let parts = [(path.to_owned(), part.clone())];
            let error = write_batches(&table(), lake.path(), "x", &parts).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{path}");
        }
        let mut other = table();
        other.columns[1].ty = LogicalType::Int32;
        let error = write_batches(&other, lake.path(), "x", &parts(ROWS)).unwrap_err();
        assert!(error.to_string().contains("columns differ"), "{error}");
        assert_eq!(std::fs::read_dir(lake.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_lake_that_is_held_can_be_tried_again() {
        let lake = tempfile::tempdir().unwrap();
        let store = Stores::local().open(&lake.path().into()).unwrap();
        let held = Journal::open(&store, "t", &Access::default()).unwrap();
        let rows = parts(ROWS);
        assert!(write_batches(&table(), lake.path(), "x", &rows).unwrap_err().retryable());
        drop(held);
        assert_eq!(write_batches(&table(), lake.path(), "x", &rows).unwrap().total.written, 3);
    }
}

//! The rows of a partition's files into new files, all of them counted.

use super::CompactOptions;
use super::cast::Caster;
use super::latest::{Latest, TooManyKeys};
use super::report::{Refusal, Sorting};
use super::source::{Problem, Source};
use crate::encode::{Encoder, FinishedFile, GroupSize, ParquetFile};
use crate::error::{Error, ErrorKind};
use arrow_array::{BooleanArray, RecordBatch};
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use lakebed_schema::Table;
use std::path::Path;
use std::sync::Arc;

/// What the rows of a partition became; nothing of it is published yet.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) files: Vec<FinishedFile>,
    pub(super) duplicates: Option<FinishedFile>,
    pub(super) rows_in: u64,
    pub(super) dropped: u64,
    pub(super) sort: Sorting,
    pub(super) floored: u64,
}

impl Merged {
    pub(super) fn rows_out(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }
}

/// Merges files into the folder for files under way.
pub(super) fn merge(
    table: &Table,
    schema: &SchemaRef,
    sources: &[Source],
    options: &CompactOptions,
    scratch: &Path,
) -> Result<Merged, Problem> {
    let encoder = Encoder::new(table, schema);
    let judged = if options.dedupe { Some(judge(table, schema, sources, options)?) } else { None };
    let mut out = Writer::new(&encoder, options, scratch, "merged");
    let mut duplicates = Writer::new(&encoder, options, scratch, "duplicates");
    duplicates.target = u64::MAX;
    if table.sort.is_empty() {
        out.sort = Sorting::AsTheyStood;
    }
    let (mut rows_in, mut dropped, mut floored) = (0_usize, 0, 0);
    for source in sources {
        let mut batches = source.batches(caster(schema, options), false)?;
        while let Some(batch) = batches.next()? {
            let rows = batch.num_rows();
            let Some((keep, _)) = &judged else {
                rows_in += rows;
                out.add(batch)?;
                continue;
            };
            let keep = keep.get(rows_in..rows_in + rows).ok_or_else(|| {
                Error::new(ErrorKind::Internal, format!("{} has more rows when it is read again", source.key))
            })?;
            rows_in += rows;
            let keep = BooleanArray::from(keep.to_vec());
            dropped += (rows - keep.true_count()) as u64;
            if options.keep_dropped && keep.true_count() < rows {
                let not: BooleanArray = keep.iter().map(|keep| keep.map(|keep| !keep)).collect();
                duplicates.add(filtered(&batch, &not)?)?;
            }
            out.add(filtered(&batch, &keep)?)?;
        }
        floored += batches.floored();
    }
    let sort = out.sort;
    let merged = Merged {
        files: out.finish()?,
        duplicates: duplicates.finish()?.pop(),
        rows_in: rows_in as u64,
        dropped,
        sort,
        floored,
    };
    check(&merged, sources, judged.map(|(_, dropped)| dropped), options)?;
    Ok(merged)
}

fn caster(schema: &SchemaRef, options: &CompactOptions) -> Caster {
    Caster {
        schema: Arc::clone(schema),
        drop_columns: options.drop_columns,
        floor_times: options.floor_times,
        floored: 0,
    }
}

fn filtered(batch: &RecordBatch, keep: &BooleanArray) -> Result<RecordBatch, Problem> {
    let failed = |e| Error::new(ErrorKind::Internal, "rows cannot be picked").with_source(e);
    Ok(filter_record_batch(batch, keep).map_err(failed)?)
}

/// Reads keys only, and says of each row whether it stays.
fn judge(
    table: &Table,
    schema: &SchemaRef,
    sources: &[Source],
    options: &CompactOptions,
) -> Result<(Vec<bool>, u64), Problem> {
    // A column that the path holds is the same for all rows of a partition.
    let mut columns: Vec<usize> = table.key.iter().filter_map(|key| schema.index_of(key).ok()).collect();
    let keys = (0..columns.len()).collect();
    let by = table.latest_by.as_ref().and_then(|by| schema.index_of(by).ok());
    let by = by.map(|by| {
        columns.push(by);
        columns.len() - 1
    });
    let some = schema.project(&columns).map_err(|e| {
        Error::new(ErrorKind::Internal, "the columns of the key cannot be picked").with_source(e)
    })?;
    let mut latest = Latest::new(keys, by, options.memory_bytes / 2);
    for source in sources {
        let mut batches = source.batches(caster(&Arc::new(some.clone()), options), true)?;
        while let Some(batch) = batches.next()? {
            latest.add(&batch).map_err(|TooManyKeys| {
                Problem::Refused(Refusal {
                    file: source.key.clone(),
                    column: None,
                    expected: format!(
                        "a partition whose keys fit into {} MiB of memory",
                        options.memory_bytes / 2 / (1 << 20)
                    ),
                    found: "more of them; allow more with --memory".to_owned(),
                })
            })?;
        }
    }
    Ok(latest.finish())
}

/// Nothing is published unless every row is accounted for.
fn check(
    merged: &Merged,
    sources: &[Source],
    judged: Option<u64>,
    options: &CompactOptions,
) -> Result<(), Error> {
    let footers: u64 = sources.iter().map(|source| source.rows).sum();
    let kept_aside = merged.duplicates.as_ref().map_or(0, |file| file.rows);
    let out = merged.rows_out();
    if merged.rows_in == footers
        && out + merged.dropped == footers
        && judged.unwrap_or(0) == merged.dropped
        && (kept_aside == merged.dropped || !options.keep_dropped)
    {
        return Ok(());
    }
    let message = format!(
        "the books do not balance: {footers} rows in the footers of the files to merge, {} read, {out} written, {} \
         dropped, {kept_aside} of them kept; nothing was published",
        merged.rows_in, merged.dropped
    );
    Err(Error::new(ErrorKind::Internal, message))
}

/// Rows on their way into files of the wanted size.
struct Writer<'a> {
    encoder: &'a Encoder,
    scratch: &'a Path,
    name: &'static str,
    held: Vec<RecordBatch>,
    held_rows: usize,
    held_bytes: usize,
    sort: Sorting,
    /// Bytes up to which all rows are held, to be sorted together.
    budget: usize,
    group_bytes: usize,
    target: u64,
    file: Option<ParquetFile>,
    files: Vec<FinishedFile>,
}

impl<'a> Writer<'a> {
    fn new(encoder: &'a Encoder, options: &CompactOptions, scratch: &'a Path, name: &'static str) -> Self {
        // A row group is smaller in the file than in memory; one must not be far above the size of a file.
        let most = usize::try_from(options.target_bytes.saturating_mul(4)).unwrap_or(usize::MAX);
        let budget = options.memory_bytes / 4;
        Self {
            encoder,
            scratch,
            name,
            held: Vec::new(),
            held_rows: 0,
            held_bytes: 0,
            sort: Sorting::Partition,
            budget,
            group_bytes: encoder.row_group_bytes.min(most).min(budget).max(1),
            target: options.target_bytes.max(1),
            file: None,
            files: Vec::new(),
        }
    }

    fn add(&mut self, batch: RecordBatch) -> Result<(), Error> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.held_rows += batch.num_rows();
        self.held_bytes += batch.get_array_memory_size();
        self.held.push(batch);
        if self.sort == Sorting::Partition && self.held_bytes > self.budget {
            self.sort = Sorting::RowGroups;
        }
        if self.sort != Sorting::Partition
            && (self.held_bytes >= self.group_bytes || self.held_rows >= self.encoder.row_group_rows)
        {
            self.write_held()?;
        }
        Ok(())
    }

    /// Writes all that is held, in row groups.
    fn write_held(&mut self) -> Result<(), Error> {
        let rows = std::mem::take(&mut self.held_rows);
        let bytes = std::mem::take(&mut self.held_bytes);
        let held = std::mem::take(&mut self.held);
        let Some(first) = held.first() else { return Ok(()) };
        let all = concat_batches(&first.schema(), &held)
            .map_err(|e| Error::new(ErrorKind::Internal, "rows cannot be joined").with_source(e))?;
        drop(held);
        let all = if self.sort == Sorting::Partition {
            self.encoder.sorted(all).map_err(cannot_write)?
        } else {
            all
        };
        let groups = bytes.div_ceil(self.group_bytes).max(1);
        let group = rows.div_ceil(groups).clamp(1, self.encoder.row_group_rows);
        let mut at = 0;
        while at < rows {
            let length = group.min(rows - at);
            self.write_group(all.slice(at, length))?;
            at += length;
        }
        Ok(())
    }

    fn write_group(&mut self, batch: RecordBatch) -> Result<(), Error> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let path = self.scratch.join(format!("{}-{}.parquet.tmp", self.name, self.files.len()));
                self.file.insert(ParquetFile::create(&path, self.encoder)?)
            }
        };
        let size = GroupSize { rows: batch.num_rows(), weight: batch.get_array_memory_size() };
        file.write_row_group(self.encoder, size, &[batch])?;
        if file.written() >= self.target {
            self.end_file()?;
        }
        Ok(())
    }

    fn end_file(&mut self) -> Result<(), Error> {
        if let Some(file) = self.file.take() {
            self.files.push(file.finish()?);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<FinishedFile>, Error> {
        self.write_held()?;
        self.end_file()?;
        Ok(self.files)
    }
}

fn cannot_write(e: parquet::errors::ParquetError) -> Error {
    Error::new(ErrorKind::Output, "cannot write a Parquet file of the lake").with_source(e)
}

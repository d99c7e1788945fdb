//! One file that is merged: fetched, counted by its footer, read batch by batch as the table's.

use super::cast::{Caster, Misfit, raw_times};
use super::report::Refusal;
use crate::convert::hash_file;
use crate::error::Error;
use crate::store::{Meta, Store, StoreError};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Type as PhysicalType;
use parquet::schema::types::SchemaDescriptor;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows that are decoded at a time.
const BATCH_ROWS: usize = 4096;

/// A file of the lake, at hand on this machine.
#[derive(Debug)]
pub(super) struct Source {
    /// Below the lake.
    pub(super) key: String,
    path: PathBuf,
    temporary: bool,
    pub(super) bytes: u64,
    /// Rows by its footer.
    pub(super) rows: u64,
    /// What it is known by: its version on S3, the hash of its bytes else.
    pub(super) identity: String,
}

/// Why a file is not merged.
#[derive(Debug)]
pub(super) enum Problem {
    /// The file is not what it must be.
    Refused(Refusal),
    /// The run cannot go on.
    Failed(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Source {
    /// Fetches a file and reads its footer.
    pub(super) fn fetch(
        lake: &dyn Store,
        meta: &Meta,
        scratch: &Path,
        number: usize,
    ) -> Result<Self, Problem> {
        let (path, temporary) = match lake.root().as_path() {
            Some(root) => (root.join(&meta.key), false),
            None => (scratch.join(format!("{number}.source.tmp")), true),
        };
        let local = |e: io::Error| StoreError::of_io(path.as_path(), e).read_output();
        let identity = if temporary {
            let mut reader = lake.open(meta, 0).map_err(|e| e.read_output())?;
            let mut file = File::create(&path).map_err(local)?;
            io::copy(&mut reader, &mut file).map_err(local)?;
            format!("etag:{}", meta.version.0)
        } else {
            hash_file(&path).map_err(local)?
        };
        let mut source =
            Self { key: meta.key.clone(), path, temporary, bytes: meta.bytes, rows: 0, identity };
        let builder = source.builder(ArrowReaderOptions::new().with_skip_arrow_metadata(true))?;
        source.rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or_default();
        Ok(source)
    }

    /// Its batches, with the columns of the caster's schema; with `some`, only these are read.
    pub(super) fn batches(&self, caster: Caster, some: bool) -> Result<Batches<'_>, Problem> {
        let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let plain = self.builder(options())?;
        let (schema, wide) = with_wide_times(plain.schema(), plain.parquet_schema());
        let builder = match &wide {
            false => self.builder(options())?,
            true => self.builder(ArrowReaderOptions::new().with_schema(Arc::new(schema)))?,
        };
        let mask = |schema: &Schema, descriptor: &SchemaDescriptor| {
            if !some {
                return ProjectionMask::all();
            }
            let wanted = |name: &str| {
                caster.schema.fields().iter().any(|field| field.name().eq_ignore_ascii_case(name))
            };
            let roots = schema.fields().iter().enumerate().filter(|(_, field)| wanted(field.name()));
            ProjectionMask::roots(descriptor, roots.map(|(index, _)| index).collect::<Vec<_>>())
        };
        let read = |builder: ParquetRecordBatchReaderBuilder<File>| {
            let mask = mask(builder.schema(), builder.parquet_schema());
            builder.with_projection(mask).with_batch_size(BATCH_ROWS).build()
        };
        let damaged = |e: parquet::errors::ParquetError| self.damaged(&e.to_string());
        let reader = read(builder).map_err(damaged)?;
        let finest = if wide { Some(read(plain).map_err(damaged)?) } else { None };
        let caster = Caster { drop_columns: caster.drop_columns || some, ..caster };
        Ok(Batches { source: self, reader, finest, caster, rows: 0 })
    }

    fn builder(&self, options: ArrowReaderOptions) -> Result<ParquetRecordBatchReaderBuilder<File>, Problem> {
        let file =
            File::open(&self.path).map_err(|e| StoreError::of_io(self.path.as_path(), e).read_output())?;
        ParquetRecordBatchReaderBuilder::try_new_with_options(file, options)
            .map_err(|e| self.damaged(&e.to_string()))
    }

    fn damaged(&self, found: &str) -> Problem {
        Problem::Refused(Refusal {
            file: self.key.clone(),
            column: None,
            expected: "a whole Parquet file".to_owned(),
            found: found.to_owned(),
        })
    }

    fn misfit(&self, misfit: Misfit) -> Problem {
        Problem::Refused(Refusal {
            file: self.key.clone(),
            column: Some(misfit.column),
            expected: misfit.expected,
            found: misfit.found,
        })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The rows of one file.
pub(super) struct Batches<'a> {
    source: &'a Source,
    reader: ParquetRecordBatchReader,
    /// Times of 96 bits once more, in nanoseconds, to see what microseconds leave out.
    finest: Option<ParquetRecordBatchReader>,
    caster: Caster,
    rows: u64,
}

impl Batches<'_> {
    /// The next rows; nothing at the end, when all that the footer counts were read.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, Problem> {
        let damaged = |e: arrow_schema::ArrowError| self.source.damaged(&e.to_string());
        let Some(batch) = self.reader.next().transpose().map_err(damaged)? else {
            if self.rows != self.source.rows {
                let found = format!("{} rows where its footer counts {}", self.rows, self.source.rows);
                return Err(self.source.damaged(&found));
            }
            return Ok(None);
        };
        self.rows += batch.num_rows() as u64;
        if let Some(finest) = &mut self.finest {
            let Some(fine) = finest.next().transpose().map_err(damaged)? else {
                return Err(self.source.damaged("it ends early"));
            };
            let schema = batch.schema();
            for ((field, coarse), fine) in schema.fields().iter().zip(batch.columns()).zip(fine.columns()) {
                let lost = finer(coarse, fine);
                if lost > 0 && !self.caster.floor_times {
                    return Err(self.source.misfit(Misfit {
                        column: field.name().clone(),
                        expected: "times of at most microseconds".to_owned(),
                        found: format!("{lost} that are finer, in 96 bits"),
                    }));
                }
                self.caster.floored += lost;
            }
        }
        self.caster.batch(&batch).map(Some).map_err(|misfit| self.source.misfit(misfit))
    }

    /// Times that were floored.
    pub(super) fn floored(&self) -> u64 {
        self.caster.floored
    }
}

/// The schema with times of 96 bits in microseconds, which hold every date; and whether there are any. In nanoseconds
/// those before 1677 and after 2262 would wrap around.
fn with_wide_times(schema: &Schema, descriptor: &SchemaDescriptor) -> (Schema, bool) {
    let (mut leaf, mut wide) = (0, false);
    let fields: Fields =
        schema.fields().iter().map(|field| widened(field, descriptor, &mut leaf, &mut wide)).collect();
    (Schema::new(fields), wide)
}

fn widened(field: &FieldRef, descriptor: &SchemaDescriptor, leaf: &mut usize, wide: &mut bool) -> FieldRef {
    #[allow(clippy::wildcard_enum_match_arm, reason = "all others are leaves")]
    let ty = match field.data_type() {
        DataType::List(element) => DataType::List(widened(element, descriptor, leaf, wide)),
        DataType::Map(entries, sorted) => DataType::Map(widened(entries, descriptor, leaf, wide), *sorted),
        DataType::Struct(fields) => {
            DataType::Struct(fields.iter().map(|field| widened(field, descriptor, leaf, wide)).collect())
        }
        other => {
            let column = descriptor.columns().get(*leaf);
            *leaf += 1;
            if column.is_some_and(|column| column.physical_type() == PhysicalType::INT96) {
                *wide = true;
                DataType::Timestamp(TimeUnit::Microsecond, None)
            } else {
                other.clone()
            }
        }
    };
    Arc::new(Field::new(field.name(), ty, field.is_nullable()))
}

/// How many times in microseconds leave out something that those in nanoseconds have. Differences are taken modulo
/// 2⁶⁴, so that it does not matter whether the nanoseconds have wrapped around.
fn finer(coarse: &ArrayRef, fine: &ArrayRef) -> u64 {
    #[allow(clippy::wildcard_enum_match_arm, reason = "nothing else has times in it")]
    match (coarse.data_type(), fine.data_type()) {
        (DataType::Timestamp(TimeUnit::Microsecond, _), DataType::Timestamp(TimeUnit::Nanosecond, _)) => {
            let pairs = raw_times(coarse).into_iter().flatten().zip(raw_times(fine).into_iter().flatten());
            let differs = |pair: &(Option<i64>, Option<i64>)| match pair {
                (Some(coarse), Some(fine)) => fine.wrapping_sub(coarse.wrapping_mul(1_000)) != 0,
                (None, _) | (_, None) => false,
            };
            pairs.filter(differs).count() as u64
        }
        (DataType::List(_), DataType::List(_)) => {
            finer(coarse.as_list::<i32>().values(), fine.as_list::<i32>().values())
        }
        (DataType::Map(..), DataType::Map(..)) => {
            let (coarse, fine) = (coarse.as_map(), fine.as_map());
            finer(coarse.keys(), fine.keys()) + finer(coarse.values(), fine.values())
        }
        (DataType::Struct(_), DataType::Struct(_)) => {
            let (coarse, fine) = (coarse.as_struct(), fine.as_struct());
            coarse.columns().iter().zip(fine.columns()).map(|(coarse, fine)| finer(coarse, fine)).sum()
        }
        _ => 0,
    }
}

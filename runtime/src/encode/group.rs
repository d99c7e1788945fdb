//! A Parquet file by row groups: each leaf column is encoded by us where we do, by the parquet crate elsewhere.

use super::chunk::{ArrayKind, Chunk, Slots, Workshop, each_leaf, open};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, SchemaRef};
use arrow_select::interleave::interleave;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Writes record batches to a Parquet file, what `ArrowWriter` does too. Only the encoded pages of the row group under
/// way are in memory.
pub(super) struct GroupWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    schema: SchemaRef,
    /// Leaves of each column.
    kinds: Vec<Vec<Option<ArrayKind>>>,
    /// None where it is left to the crate.
    codec: Option<Compression>,
    /// One for each thread that encodes.
    shops: Vec<Workshop>,
    factory: ArrowRowGroupWriterFactory,
    /// The row group under way, by leaf.
    open: Vec<Leaf>,
    is_own: bool,
}

/// Rows from which on it pays to encode with several threads.
const ROWS_FOR_LANES: usize = 8192;

enum Leaf {
    Own(Box<dyn Chunk>),
    Crate(Box<ArrowColumnWriter>),
}

impl<W: Write + Send> fmt::Debug for GroupWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupWriter").field("file", &self.file).finish_non_exhaustive()
    }
}

impl<W: Write + Send> GroupWriter<W> {
    pub(super) fn try_new(sink: W, schema: &SchemaRef, properties: WriterProperties) -> Result<Self> {
        let converter = ArrowSchemaConverter::new().with_coerce_types(properties.coerce_types());
        let parquet = converter.convert(schema)?;
        // All columns of a table have one codec.
        let codec = parquet.columns().first().map(|column| properties.compression(column.path()));
        let is_one = |column: &_| Some(properties.compression(path_of(column))) == codec;
        let codec = codec.filter(|_| parquet.columns().iter().all(is_one));
        let shops: Vec<Workshop> = codec.map(Workshop::new).transpose()?.flatten().into_iter().collect();
        let file = SerializedFileWriter::new(sink, parquet.root_schema_ptr(), Arc::new(properties))?;
        let kinds = schema.fields().iter().map(|field| {
            let mut kinds = Vec::new();
            leaf_kinds(field.data_type(), &mut kinds);
            kinds
        });
        let mut writer = Self {
            kinds: kinds.collect(),
            factory: ArrowRowGroupWriterFactory::new(&file, Arc::clone(schema)),
            file,
            schema: Arc::clone(schema),
            codec: codec.filter(|_| !shops.is_empty()),
            shops,
            open: Vec::new(),
            is_own: false,
        };
        writer.is_own = writer.own_leaves().iter().all(Option::is_some);
        Ok(writer)
    }

    /// Takes the next rows of the row group. Columns are encoded by so many threads; what comes out is the same.
    pub(super) fn write(&mut self, batches: &[RecordBatch], lanes: usize) -> Result<()> {
        self.write_rows(&Rows { batches, places: None }, lanes)
    }

    /// As [`write`](Self::write), for the rows at these places: each a batch and a row of it.
    pub(super) fn write_places(
        &mut self,
        batches: &[RecordBatch],
        places: &[(usize, usize)],
        lanes: usize,
    ) -> Result<()> {
        self.write_rows(&Rows { batches, places: Some(places) }, lanes)
    }

    fn write_rows(&mut self, from: &Rows<'_>, lanes: usize) -> Result<()> {
        let rows = from.count();
        if rows == 0 {
            return Ok(());
        }
        if self.open.is_empty() {
            self.open = self.open_leaves()?;
        }
        let wanted = self.schema.fields().len();
        if let Some(batch) = from.batches.iter().find(|batch| batch.num_columns() != wanted) {
            let message = format!("a batch has {} columns, its file {wanted}", batch.num_columns());
            return Err(ParquetError::General(message));
        }
        let lanes = if rows < ROWS_FOR_LANES { 1 } else { lanes.min(wanted).max(1) };
        while let Some(codec) = self.codec
            && self.shops.len() < lanes
            && let Some(shop) = Workshop::new(codec)?
        {
            self.shops.push(shop);
        }
        let mut leaves = self.open.iter_mut();
        let fields = self.schema.fields().iter().zip(&self.kinds).enumerate();
        let mut columns = fields.map(|(index, (field, kinds))| {
            let leaves = leaves.by_ref().take(kinds.len()).collect();
            Column { index, field, leaves }
        });
        if lanes == 1 {
            return columns.try_for_each(|mut column| column.write(from, self.shops.first_mut()));
        }
        let queue = Mutex::new(columns);
        let take = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = |mut shop: Option<&mut Workshop>| {
            let mut failed = None;
            while let Some(mut column) = take() {
                if let Err(e) = column.write(from, shop.as_deref_mut()) {
                    failed = failed.or(Some((column.index, e)));
                }
            }
            failed
        };
        let mut shops = self.shops.iter_mut();
        let own = shops.next();
        let failed = std::thread::scope(|scope| {
            let work = &work;
            // Columns of a thread that cannot be had are left to the others.
            let others = (1..lanes).filter_map(|_| {
                let shop = shops.next();
                std::thread::Builder::new().spawn_scoped(scope, move || work(shop)).ok()
            });
            let others: Vec<_> = others.collect();
            let own = work(own);
            let others = others.into_iter().filter_map(|lane| match lane.join() {
                Ok(failed) => failed,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            others.chain(own).min_by_key(|(index, _)| *index)
        });
        // Many files may be under way: each keeps what one thread needs.
        self.shops.truncate(1);
        failed.map_or(Ok(()), |(_, e)| Err(e))
    }

    fn own_leaves(&self) -> Vec<Option<Leaf>> {
        let properties = self.file.properties();
        let columns = self.file.schema_descr().columns();
        let own = columns.iter().zip(self.kinds.iter().flatten()).map(|(column, kind)| {
            self.codec?;
            Some(Leaf::Own(open(column, (*kind)?, properties)?))
        });
        own.collect()
    }

    fn open_leaves(&self) -> Result<Vec<Leaf>> {
        let own = self.own_leaves();
        if own.iter().all(Option::is_some) {
            return Ok(own.into_iter().flatten().collect());
        }
        let others = self.factory.create_column_writers(self.file.flushed_row_groups().len())?;
        let chosen = own.into_iter().zip(others);
        Ok(chosen.map(|(own, other)| own.unwrap_or_else(|| Leaf::Crate(Box::new(other)))).collect())
    }

    /// Ends the row group.
    pub(super) fn flush(&mut self) -> Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let leaves = std::mem::take(&mut self.open);
        let mut group = self.file.next_row_group()?;
        for leaf in leaves {
            match (leaf, self.shops.first_mut()) {
                (Leaf::Own(chunk), Some(shop)) => {
                    let encoded = chunk.close(shop)?;
                    group.append_column(&encoded.bytes, encoded.close)?;
                }
                (Leaf::Own(_), None) => return Err(no_codec()),
                (Leaf::Crate(writer), _) => writer.close()?.append_to_row_group(&mut group)?,
            }
        }
        group.close()?;
        Ok(())
    }

    /// Whether all columns are encoded by us, so that it does not show how rows are cut into batches.
    pub(super) fn is_own(&self) -> bool {
        self.is_own
    }

    /// Bytes in memory of the row group under way.
    pub(super) fn memory_size(&self) -> usize {
        let of = |leaf: &Leaf| match leaf {
            Leaf::Own(chunk) => chunk.memory_size(),
            Leaf::Crate(writer) => writer.memory_size(),
        };
        self.open.iter().map(of).sum()
    }

    /// Bytes that went out so far.
    pub(super) fn bytes_written(&self) -> usize {
        self.file.bytes_written()
    }

    /// Hands what is written to the file below.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    pub(super) fn inner_mut(&mut self) -> &mut W {
        self.file.inner_mut()
    }

    /// Ends the row group and writes the footer.
    pub(super) fn finish(&mut self) -> Result<ParquetMetaData> {
        self.flush()?;
        self.file.finish()
    }
}

fn path_of(column: &parquet::schema::types::ColumnDescPtr) -> &parquet::schema::types::ColumnPath {
    column.path()
}

fn no_codec() -> ParquetError {
    ParquetError::General("a column is encoded here that is left to the parquet crate".to_owned())
}

/// A column of the table, and where its leaves go.
struct Column<'a> {
    index: usize,
    field: &'a Field,
    leaves: Vec<&'a mut Leaf>,
}

/// Rows of batches: all, as they stand, or some in an order of their own.
struct Rows<'a> {
    batches: &'a [RecordBatch],
    places: Option<&'a [(usize, usize)]>,
}

impl Rows<'_> {
    fn count(&self) -> usize {
        match self.places {
            Some(places) => places.len(),
            None => self.batches.iter().map(RecordBatch::num_rows).sum(),
        }
    }
}

impl Column<'_> {
    fn write(&mut self, rows: &Rows<'_>, mut shop: Option<&mut Workshop>) -> Result<()> {
        let arrays = rows.batches.iter().filter_map(|batch| batch.columns().get(self.index));
        if let Some(places) = rows.places {
            // One column at a time: what is put in order is encoded while it is near.
            let arrays: Vec<&dyn Array> = arrays.map(AsRef::as_ref).collect();
            let array = interleave(&arrays, places)?;
            write_column(self.field, &array, &mut self.leaves, shop)?;
        } else {
            for array in arrays.filter(|array| !array.is_empty()) {
                write_column(self.field, array, &mut self.leaves, shop.as_deref_mut())?;
            }
        }
        for leaf in &mut self.leaves {
            if let Leaf::Own(chunk) = leaf {
                chunk.settle();
            }
        }
        Ok(())
    }
}

fn write_column(
    field: &Field,
    array: &ArrayRef,
    leaves: &mut [&mut Leaf],
    mut shop: Option<&mut Workshop>,
) -> Result<()> {
    let is_left = leaves.iter().any(|leaf| matches!(leaf, Leaf::Crate(_)));
    let mut others: Vec<Option<ArrowLeafColumn>> = Vec::new();
    if is_left {
        others.extend(compute_leaves(field, array)?.into_iter().map(Some));
    }
    others.resize_with(leaves.len(), || None);
    let mut leaves = leaves.iter_mut().zip(others);
    let write = &mut |slots: &Slots, array: &ArrayRef| match (leaves.next(), shop.as_deref_mut()) {
        (Some((Leaf::Own(chunk), _)), Some(shop)) => chunk.write(slots, array, shop),
        (Some((Leaf::Crate(writer), Some(leaf))), _) => writer.write(&leaf),
        (Some(_) | None, _) => Err(no_codec()),
    };
    each_leaf(field, array, write)
}

/// What the leaves of a type hold; none for what we leave to the crate.
fn leaf_kinds(data_type: &DataType, kinds: &mut Vec<Option<ArrayKind>>) {
    #[allow(clippy::wildcard_enum_match_arm, reason = "others are left to the crate")]
    match data_type {
        DataType::Struct(members) => {
            for member in members {
                leaf_kinds(member.data_type(), kinds);
            }
        }
        DataType::List(element) => leaf_kinds(element.data_type(), kinds),
        DataType::Map(entries, _) => leaf_kinds(entries.data_type(), kinds),
        DataType::Boolean => kinds.push(Some(ArrayKind::Boolean)),
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::Date32
        | DataType::Float32
        | DataType::Float64
        | DataType::Timestamp(arrow_schema::TimeUnit::Millisecond | arrow_schema::TimeUnit::Microsecond, _)
        | DataType::Decimal128(..) => kinds.push(Some(ArrayKind::Number)),
        DataType::Utf8 => kinds.push(Some(ArrayKind::Bytes { text: true })),
        DataType::Binary => kinds.push(Some(ArrayKind::Bytes { text: false })),
        _ => kinds.push(None),
    }
}

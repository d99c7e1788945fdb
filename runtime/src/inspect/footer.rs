//! What the footer of one Parquet file says.

use super::object::Object;
use super::walk::Found;
use crate::store::Store;
use arrow_schema::Schema;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::Length as _;
use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The parts of a footer that an inspection looks at.
#[derive(Debug)]
pub(super) struct Footer {
    pub(super) rows: u64,
    pub(super) row_groups: Vec<RowGroup>,
    /// Order that every row group names, as `a, b desc`.
    pub(super) order: Option<String>,
    pub(super) codecs: String,
    pub(super) created_by: Option<String>,
    pub(super) schema: Schema,
}

#[derive(Debug)]
pub(super) struct RowGroup {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) uncompressed_bytes: u64,
}

/// First and last bytes of every Parquet file.
const MAGIC: &[u8] = b"PAR1";
/// Last bytes of one whose footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";
/// Footers that are asked for at the same time, where each is a request.
const REQUESTS: usize = 16;
/// Magic, length of the footer, magic.
const SHORTEST: u64 = 12;

impl Footer {
    /// Reads a footer, and nothing else of the file.
    ///
    /// # Errors
    /// What is wrong with the file, for people.
    pub(super) fn read(store: &dyn Store, found: &Found) -> Result<Self, String> {
        let file = Object::open(store, &found.meta).map_err(|e| cannot_read(&e))?;
        check_ends(&file).map_err(|e| cannot_read(&e))??;
        let damaged = |e: ParquetError| format!("its footer is damaged: {e}");
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file).map_err(damaged)?;
        let columns = metadata.file_metadata().schema_descr();
        let schema = parquet_to_arrow_schema(columns, None).map_err(damaged)?;
        let rows = size(metadata.file_metadata().num_rows())?;
        let row_groups = metadata
            .row_groups()
            .iter()
            .map(|group| row_group(group, found.bytes))
            .collect::<Result<Vec<_>, _>>()?;
        let in_groups: u64 = row_groups.iter().map(|group| group.rows).fold(0, u64::saturating_add);
        if in_groups != rows {
            return Err(format!("its footer counts {rows} rows, and {in_groups} in its row groups"));
        }
        Ok(Self {
            rows,
            row_groups,
            order: order(&metadata),
            codecs: codecs(&metadata),
            created_by: metadata.file_metadata().created_by().map(str::to_owned),
            schema,
        })
    }
}

fn cannot_read(e: &io::Error) -> String {
    format!("cannot be read: {e}")
}

/// Reads footers, several at a time where each is a request; gives them in the order of the files.
pub(super) fn read_all(store: &dyn Store, files: &[&Found]) -> Vec<Result<Footer, String>> {
    let threads = if store.root().as_path().is_some() { 1 } else { REQUESTS.min(files.len()).max(1) };
    let next = AtomicUsize::new(0);
    let footers: Vec<Mutex<Option<Result<Footer, String>>>> =
        files.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        while let Some((file, place)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            files.get(at).zip(footers.get(at))
        } {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(Footer::read(store, file));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let footer = |place: Mutex<Option<_>>| place.into_inner().unwrap_or_else(PoisonError::into_inner);
    footers.into_iter().map(|place| footer(place).unwrap_or_else(|| Err("was not read".to_owned()))).collect()
}

fn check_ends(file: &Object<'_>) -> io::Result<Result<(), String>> {
    let length = file.len();
    if length == 0 {
        return Ok(Err("is empty".to_owned()));
    }
    let last = file.last(4);
    let first = if length < SHORTEST { None } else { file.first(4)? };
    // Where the first bytes would cost a request more, the last ones have to do.
    let first_is_magic = first.as_ref().map_or(length >= SHORTEST, |first| first.as_ref() == MAGIC);
    Ok(match last.as_ref() {
        _ if length < SHORTEST => Err("is no Parquet file".to_owned()),
        ENCRYPTED => Err("has an encrypted footer, which is not read".to_owned()),
        MAGIC if first_is_magic => Ok(()),
        _ if first.is_some() && first_is_magic => {
            Err("is cut off: a Parquet file without its footer".to_owned())
        }
        _ => Err("is no Parquet file".to_owned()),
    })
}

fn size(number: i64) -> Result<u64, String> {
    u64::try_from(number).map_err(|_| format!("its footer is damaged: {number} where a count must stand"))
}

fn row_group(group: &RowGroupMetaData, file_bytes: u64) -> Result<RowGroup, String> {
    let (mut bytes, mut uncompressed_bytes) = (0_u64, 0_u64);
    for column in group.columns() {
        let length = size(column.compressed_size())?;
        let start = size(column.dictionary_page_offset().unwrap_or(column.data_page_offset()))?;
        if start.saturating_add(length) > file_bytes {
            let path = column.column_path().string();
            return Err(format!("is cut off: column `{path}` would end behind the end of the file"));
        }
        bytes = bytes.saturating_add(length);
        uncompressed_bytes = uncompressed_bytes.saturating_add(size(column.uncompressed_size())?);
    }
    Ok(RowGroup { rows: size(group.num_rows())?, bytes, uncompressed_bytes })
}

/// The order, when all row groups name the same one.
fn order(metadata: &ParquetMetaData) -> Option<String> {
    let mut orders = metadata.row_groups().iter().map(|group| {
        let columns = group.sorting_columns().filter(|columns| !columns.is_empty())?;
        let name = |column: &parquet::file::metadata::SortingColumn| {
            let leaf = usize::try_from(column.column_idx).ok()?;
            let name = group.columns().get(leaf)?.column_path().string();
            Some(if column.descending { format!("{name} desc") } else { name })
        };
        Some(columns.iter().map(name).collect::<Option<Vec<_>>>()?.join(", "))
    });
    let first = orders.next()??;
    orders.all(|order| order.as_ref() == Some(&first)).then_some(first)
}

fn codecs(metadata: &ParquetMetaData) -> String {
    let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    let names: BTreeSet<&str> = columns.map(|column| codec(column.compression())).collect();
    if names.is_empty() { "none".to_owned() } else { names.into_iter().collect::<Vec<_>>().join("+") }
}

fn codec(codec: Compression) -> &'static str {
    match codec {
        Compression::UNCOMPRESSED => "uncompressed",
        Compression::SNAPPY => "snappy",
        Compression::GZIP(_) => "gzip",
        Compression::LZO => "lzo",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 => "lz4",
        Compression::ZSTD(_) => "zstd",
        Compression::LZ4_RAW => "lz4_raw",
    }
}

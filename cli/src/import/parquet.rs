//! A table from the footer of a Parquet file.

use super::{Found, folders};
use arrow_schema::{DataType, Field, Schema, TimeUnit as ArrowUnit};
use lakebed_schema::artifacts::arrow::{COMMENT_KEY, TABLE_KEY};
use lakebed_schema::import::rust::Guess;
use lakebed_schema::name::suggest_name;
use lakebed_schema::{
    Column, Compression, Element, Finding, Findings, LogicalType, SortColumn, Table, Target, TimeUnit,
};
use parquet::arrow::parquet_to_arrow_schema;
use parquet::basic::{Compression as Codec, Type as Physical};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// Most digits of a decimal.
const MAX_DIGITS: u8 = 38;

/// Imports the schema of a file. `name` is the table's, when it was given.
///
/// # Errors
/// A file that is no Parquet, and every column that no table can have.
pub(crate) fn import(file: &File, path: &Path, name: Option<&str>) -> Result<Found, Findings> {
    let broken = |error: parquet::errors::ParquetError| {
        Finding::new(
            "import-parquet-file",
            path.display().to_string(),
            format!("its footer cannot be read: {error}"),
            "name a whole Parquet file",
        )
    };
    let metadata = ParquetMetaDataReader::new().parse_and_finish(file).map_err(broken)?;
    let file = metadata.file_metadata();
    // The columns themselves say which types are stored; what the writer meant adds comments only.
    let schema = parquet_to_arrow_schema(file.schema_descr(), None).map_err(broken)?;
    let meant = parquet_to_arrow_schema(file.schema_descr(), file.key_value_metadata())
        .unwrap_or_else(|_| schema.clone());

    let leaves = file.schema_descr().columns().iter();
    let int96 = leaves.map(|leaf| leaf.physical_type() == Physical::INT96).collect();
    let mut walk =
        Walk { int96, leaf: 0, findings: Findings::default(), guesses: Vec::new(), notes: Vec::new() };
    let columns = walk.columns(schema.fields().iter().map(AsRef::as_ref), Some(&meant), "");
    let mut table = Table::new(table_name(name, &meant, path), columns);
    table.comment = meant.metadata().get(COMMENT_KEY).map(|comment| comment.to_string());
    table.storage.compression = codec(&metadata).unwrap_or_default();
    sort(&metadata, &schema, &mut table);
    let mut notes = walk.notes;
    folders::add(path, &mut table, &mut walk.guesses, &mut notes);
    notes.push(
        "A Parquet file tells nothing of JSON keys, decode rules and the range of unsigned numbers, and any column of it \
         may be null."
            .to_owned(),
    );
    if walk.findings.0.is_empty()
        && let Err(problems) = table.validate()
    {
        for problem in problems.0 {
            walk.findings.push(Finding::new(
                "import-table",
                problem.path,
                problem.kind.to_string(),
                problem.kind.fix(),
            ));
        }
    }
    let guesses = walk.guesses;
    walk.findings.or(|| Found { table, target: Target::default(), guesses, notes, skipped: Vec::new() })
}

/// The name that was given, that the file carries, or of the folder that the table stands in; a file that is called
/// for itself names its table.
fn table_name(given: Option<&str>, schema: &Schema, path: &Path) -> String {
    let carried = schema.metadata().get(TABLE_KEY).map(|name| name.to_string());
    let folders =
        path.parent().into_iter().flat_map(Path::ancestors).filter_map(|folder| folder.file_name()?.to_str());
    let folder = folders.clone().find(|folder| !folder.contains('='));
    let in_partition =
        path.parent().and_then(Path::file_name).is_some_and(|name| name.to_string_lossy().contains('='));
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let is_made = stem.starts_with("part") || stem.bytes().filter(u8::is_ascii_digit).count() > 3;
    let by_place = if in_partition || is_made { folder.unwrap_or(stem) } else { stem };
    given.map(str::to_owned).or(carried).unwrap_or_else(|| suggest_name(by_place))
}

/// The codec of all columns, when they agree.
fn codec(metadata: &ParquetMetaData) -> Option<Compression> {
    let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
    #[allow(clippy::wildcard_enum_match_arm, reason = "codecs of others are nothing that a table says")]
    let mut codecs = columns.map(|column| match column.compression() {
        Codec::SNAPPY => Some(Compression::Snappy),
        Codec::ZSTD(_) => Some(Compression::Zstd),
        Codec::GZIP(_) => Some(Compression::Gzip),
        Codec::UNCOMPRESSED => Some(Compression::Uncompressed),
        _ => None,
    });
    let first = codecs.next()??;
    codecs.all(|codec| codec == Some(first)).then_some(first)
}

/// The order of rows, when every row group names the same one of plain columns.
fn sort(metadata: &ParquetMetaData, schema: &Schema, table: &mut Table) {
    let leaves = metadata.file_metadata().schema_descr();
    let mut orders = metadata.row_groups().iter().map(|group| {
        let columns = group.sorting_columns()?;
        let named = columns.iter().map(|column| {
            let leaf = usize::try_from(column.column_idx).ok().filter(|leaf| *leaf < leaves.num_columns())?;
            let path = leaves.column(leaf).path().string();
            let at = schema.fields().iter().position(|field| *field.name() == path)?;
            Some(SortColumn { column: table.columns.get(at)?.name.clone(), descending: column.descending })
        });
        named.collect::<Option<Vec<_>>>()
    });
    let first = orders.next().flatten();
    if let Some(first) = first.filter(|first| orders.all(|order| order.as_ref() == Some(first))) {
        table.sort = first;
    }
}

struct Walk {
    /// Which leaves of the schema are times of 96 bits.
    int96: Vec<bool>,
    /// How many leaves were passed.
    leaf: usize,
    findings: Findings,
    guesses: Vec<Guess>,
    notes: Vec<String>,
}

impl Walk {
    /// Columns of fields; `meant` is the schema that the writer had.
    fn columns<'a>(
        &mut self,
        fields: impl Iterator<Item = &'a Field>,
        meant: Option<&Schema>,
        prefix: &str,
    ) -> Vec<Column> {
        let mut names = BTreeSet::new();
        let mut columns = Vec::new();
        let mut folded: BTreeMap<String, &str> = BTreeMap::new();
        for field in fields {
            if let Some(first) = folded.insert(field.name().to_lowercase(), field.name()) {
                self.refuse(
                    &format!("{prefix}{}", field.name()),
                    format!("is named like `{first}`, as upper and lower case are the same to Athena"),
                    "rename one of them where the file is written",
                );
                continue;
            }
            let base = suggest_name(field.name());
            let mut name = base.clone();
            let mut number = 2;
            while !names.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            let path = format!("{prefix}{name}");
            let Some(ty) = self.ty(field.data_type(), &path) else { continue };
            if name != *field.name() {
                self.notes.push(format!(
                    "The file calls a column `{}`, the table calls it `{path}`: readers look columns up by name, so files \
                     that exist may show nulls there.",
                    field.name()
                ));
            }
            let mut column = Column::new(name, ty);
            column.key = field.name().split_whitespace().collect::<Vec<_>>().join("_");
            column.nullable = field.is_nullable();
            let commented = meant.and_then(|meant| meant.field_with_name(field.name()).ok()).unwrap_or(field);
            column.comment = commented.metadata().get(COMMENT_KEY).map(|comment| comment.to_string());
            self.member_comments(&mut column.ty, commented.data_type());
            columns.push(column);
        }
        columns
    }

    /// Comments of members, from the schema that the writer had.
    fn member_comments(&self, ty: &mut LogicalType, meant: &DataType) {
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other type has members")]
        match (ty, meant) {
            (LogicalType::Struct { columns }, DataType::Struct(fields)) => {
                for column in columns {
                    if let Some(field) = fields.iter().find(|field| suggest_name(field.name()) == column.name)
                    {
                        column.comment = field.metadata().get(COMMENT_KEY).map(|comment| comment.to_string());
                        self.member_comments(&mut column.ty, field.data_type());
                    }
                }
            }
            (LogicalType::List { element, .. }, DataType::List(field) | DataType::LargeList(field)) => {
                self.member_comments(&mut element.ty, field.data_type());
            }
            (LogicalType::Map { value, .. }, DataType::Map(entries, _)) => {
                if let DataType::Struct(fields) = entries.data_type()
                    && let Some(field) = fields.get(1)
                {
                    self.member_comments(&mut value.ty, field.data_type());
                }
            }
            _ => {}
        }
    }

    fn refuse(&mut self, path: &str, problem: String, fix: &str) -> Option<LogicalType> {
        self.findings.push(Finding::new("import-parquet-type", format!("column `{path}`"), problem, fix));
        None
    }

    fn element(&mut self, field: &Field, path: &str) -> Option<Box<Element>> {
        let ty = self.ty(field.data_type(), path)?;
        Some(Box::new(Element { ty, nullable: field.is_nullable() }))
    }

    fn decimal(&mut self, precision: u8, scale: i8, path: &str) -> Option<LogicalType> {
        match u8::try_from(scale) {
            Ok(scale) if precision <= MAX_DIGITS && scale <= precision => {
                Some(LogicalType::Decimal { precision, scale })
            }
            _ => self.refuse(
                path,
                format!("is decimal({precision},{scale}), and decimals have at most {MAX_DIGITS} digits, none of them before the last"),
                "store it as text, or as a decimal that fits",
            ),
        }
    }

    fn ty(&mut self, ty: &DataType, path: &str) -> Option<LogicalType> {
        let int96 = !ty.is_nested() && self.int96.get(self.leaf).copied().unwrap_or_default();
        self.leaf += usize::from(!ty.is_nested());
        #[allow(clippy::wildcard_enum_match_arm, reason = "what is left has no type in Hive")]
        Some(match ty {
            DataType::Null => {
                self.guesses.push(Guess::new(path, "text, as the file has nothing but nulls in it"));
                LogicalType::String
            }
            DataType::Boolean => LogicalType::Boolean,
            DataType::Int8 => LogicalType::Int8,
            DataType::Int16 => LogicalType::Int16,
            DataType::Int32 => LogicalType::Int32,
            DataType::Int64 => LogicalType::Int64,
            DataType::UInt8 => LogicalType::UInt8,
            DataType::UInt16 => LogicalType::UInt16,
            DataType::UInt32 => LogicalType::UInt32,
            DataType::UInt64 => {
                self.notes.push(format!(
                    "`{path}` has unsigned numbers of 64 bits, which are decimal(20,0) here: new files differ from this one."
                ));
                LogicalType::Decimal { precision: 20, scale: 0 }
            }
            DataType::Float16 => {
                self.notes.push(format!(
                    "`{path}` has numbers of half precision, which are single precision here."
                ));
                LogicalType::Float32
            }
            DataType::Float32 => LogicalType::Float32,
            DataType::Float64 => LogicalType::Float64,
            DataType::Decimal32(precision, scale)
            | DataType::Decimal64(precision, scale)
            | DataType::Decimal128(precision, scale)
            | DataType::Decimal256(precision, scale) => return self.decimal(*precision, *scale, path),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => LogicalType::String,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => LogicalType::Binary,
            DataType::FixedSizeBinary(bytes) => {
                self.notes.push(format!(
                    "Every value of `{path}` has a length of {bytes} in bytes in this file; the column takes any length."
                ));
                LogicalType::Binary
            }
            DataType::Date32 | DataType::Date64 => LogicalType::Date,
            DataType::Timestamp(unit, zone) => self.timestamp(*unit, zone.is_some(), int96, path),
            DataType::List(field) | DataType::LargeList(field) => {
                LogicalType::List { element: self.element(field, path)?, length: None }
            }
            DataType::FixedSizeList(field, length) => {
                LogicalType::List { element: self.element(field, path)?, length: u64::try_from(*length).ok() }
            }
            DataType::Map(entries, _) => {
                let DataType::Struct(fields) = entries.data_type() else { return None };
                let [key, value] = fields.iter().as_slice() else { return None };
                let key = Box::new(self.ty(key.data_type(), path)?);
                LogicalType::Map { key, value: self.element(value, path)? }
            }
            DataType::Struct(fields) => {
                let columns = self.columns(fields.iter().map(AsRef::as_ref), None, &format!("{path}."));
                if columns.is_empty() {
                    return None;
                }
                LogicalType::Struct { columns }
            }
            DataType::Time32(_) | DataType::Time64(_) => {
                return self.refuse(
                    path,
                    "is a time of day, which Hive has no type for".into(),
                    "store it as text, or as a number of seconds",
                );
            }
            other => {
                return self.refuse(
                    path,
                    format!("is {other}, which Hive has no type for"),
                    "store it as another type",
                );
            }
        })
    }

    fn timestamp(&mut self, unit: ArrowUnit, zone: bool, int96: bool, path: &str) -> LogicalType {
        let (unit, fine) = match unit {
            ArrowUnit::Second | ArrowUnit::Millisecond => (TimeUnit::Millis, false),
            ArrowUnit::Microsecond => (TimeUnit::Micros, false),
            ArrowUnit::Nanosecond => (TimeUnit::Micros, true),
        };
        if fine {
            self.notes.push(format!(
                "`{path}` has nanoseconds, which are microseconds here: new files differ from this one."
            ));
        }
        // Times of 96 bits say neither unit nor zone.
        if int96 {
            self.guesses.push(Guess::new(
                path,
                "an instant in UTC, as INT96 is what Hive, Impala and older Spark write for one",
            ));
        }
        LogicalType::Timestamp { unit, instant: zone || int96, offset: false }
    }
}

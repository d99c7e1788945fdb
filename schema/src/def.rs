//! What the derive emits: a table as constants.
//!
//! Everything here is `Copy` and borrows `'static` data. [`Table`](crate::Table) is the owned
//! twin that the rest of lakebed works with; [`Table::try_from`](crate::Table) goes from one to the other and
//! validates on the way.

use crate::json::Json;

/// A table as the derive emits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TableDef {
    /// Table name in the catalog.
    pub name: &'static str,
    /// Database, when the struct names one; otherwise the target decides.
    pub database: Option<&'static str>,
    /// Doc comment of the struct, or the word `comment`.
    pub comment: Option<&'static str>,
    /// Columns in declared order.
    pub members: &'static [Member],
    /// One entry for each `partition(…)`.
    pub partitions: &'static [PartitionDef],
    /// Columns that identify a record.
    pub key: &'static [&'static str],
    /// Column that tells which of two records with one key is newer.
    pub latest_by: Option<&'static str>,
    /// Columns by which rows are sorted within a row group.
    pub sort: &'static [SortDef],
    /// Codec of the Parquet files.
    pub compression: Option<Compression>,
    /// Most rows in a row group.
    pub row_group_rows: Option<u64>,
    /// Most bytes in a row group, uncompressed.
    pub row_group_bytes: Option<u64>,
    /// Table parameters for the catalog, as written.
    pub parameters: &'static [(&'static str, &'static str)],
    /// XML element that holds one record, such as `meetpunt`.
    pub xml: Option<&'static str>,
    /// The word `records(…)`: where records stand in a JSON document that holds others around them.
    pub records: &'static [&'static str],
    /// The word `xml_json`: JSON documents may be XML turned into JSON.
    pub xml_json: bool,
    /// The word `json_schema`: the type's own JSON Schema.
    pub json_schema: Option<SchemaFn>,
}

/// Makes the JSON Schema of a type.
#[derive(Clone, Copy, Debug)]
pub struct SchemaFn(pub fn() -> Json);

impl PartialEq for SchemaFn {
    /// Whether it is the same function. The compiler may merge two that do the same.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

/// A column, or the columns of a flattened struct.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Member {
    /// One column.
    Column(ColumnDef),
    /// The columns of a `#[serde(flatten)]` struct, in place. (Array lengths cannot be summed in constants.)
    Flatten {
        /// Members of the flattened struct.
        members: &'static [Member],
        /// Whether the field is an `Option`, which makes each of its columns nullable.
        optional: bool,
    },
}

/// One column as declared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColumnDef {
    /// Column name in the catalog and in the files.
    pub name: &'static str,
    /// JSON key that serde writes.
    pub key: &'static str,
    /// Other JSON keys that serde reads: the deserialize name, then aliases.
    pub aliases: &'static [&'static str],
    /// What the Rust type holds.
    pub ty: TypeDef,
    /// Whether the Rust type is an `Option`.
    pub nullable: bool,
    /// Whether serde fills a missing key with a default when rows are read back.
    pub default: bool,
    /// Doc comment of the field, or the word `comment`.
    pub comment: Option<&'static str>,
    /// The word `decimal(p, s)`: precision and scale.
    pub decimal: Option<(u8, u8)>,
    /// The word `unit`.
    pub unit: Option<TimeUnit>,
    /// The word `time(…)`: the spellings of time that this column accepts; empty means the default set.
    pub time: &'static [TimeFormatDef],
    /// The word `null_if(…)`: values that mean null, texts as they are written on the wire.
    pub null_if: &'static [ScalarDef],
    /// The word `null_with`: name of the column of the same struct whose sentinel makes this one null.
    pub null_with: Option<&'static str>,
    /// The word `decimal_comma`: numbers are written `54,7`.
    pub decimal_comma: bool,
    /// The word `tag(…)`.
    pub tags: &'static [&'static str],
    /// The word `bloom`: write a Bloom filter.
    pub bloom: bool,
    /// The word `encoding`.
    pub encoding: Option<Encoding>,
    /// The word `xml`: where the value stands in an XML record, such as `@unieke_id` or `rekendata/onrustigheid`.
    pub xml: Option<&'static str>,
}

impl ColumnDef {
    /// A column with no words; emitted code names only the members that differ.
    pub const fn new(name: &'static str, key: &'static str, ty: TypeDef, nullable: bool) -> Self {
        Self {
            name,
            key,
            aliases: &[],
            ty,
            nullable,
            default: false,
            comment: None,
            decimal: None,
            unit: None,
            time: &[],
            null_if: &[],
            null_with: None,
            decimal_comma: false,
            tags: &[],
            bloom: false,
            encoding: None,
            xml: None,
        }
    }
}

impl TableDef {
    /// A table with no words; emitted code names only the members that differ.
    pub const fn new(name: &'static str, members: &'static [Member]) -> Self {
        Self {
            name,
            database: None,
            comment: None,
            members,
            partitions: &[],
            key: &[],
            latest_by: None,
            sort: &[],
            compression: None,
            row_group_rows: None,
            row_group_bytes: None,
            parameters: &[],
            xml: None,
            records: &[],
            xml_json: false,
            json_schema: None,
        }
    }
}

/// What a Rust type holds, before the words of its column are applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TypeDef {
    /// `bool`
    Boolean,
    /// `i8`
    Int8,
    /// `i16`
    Int16,
    /// `i32`
    Int32,
    /// `i64`
    Int64,
    /// `u8`
    UInt8,
    /// `u16`
    UInt16,
    /// `u32`
    UInt32,
    /// `u64`: wider than any Hive integer; needs `decimal(20, 0)` or `as`.
    UInt64,
    /// `u128`: needs `decimal(38, 0)` or `as`.
    UInt128,
    /// `i128`: needs `decimal(38, 0)` or `as`.
    Int128,
    /// `f32`
    Float32,
    /// `f64`
    Float64,
    /// A decimal type; needs `decimal(p, s)`.
    Decimal,
    /// Text.
    String,
    /// `char`
    Char,
    /// A UUID, stored as text.
    Uuid,
    /// A unit enum, stored as text.
    Enum(&'static [EnumWordDef]),
    /// Any JSON value, stored as its text; needs `json`.
    Json,
    /// Bytes.
    Binary,
    /// A calendar day.
    Date,
    /// A moment.
    Timestamp {
        /// True for an instant, false for wall-clock time.
        instant: bool,
        /// True when serde writes the type with a numeric offset, so that `rfc3339` is its default spelling.
        offset: bool,
    },
    /// A list.
    List {
        /// What each element holds.
        element: &'static ElementDef,
        /// Fixed length of an array type.
        length: Option<usize>,
    },
    /// A map.
    Map {
        /// Type of the keys: a scalar.
        key: &'static TypeDef,
        /// What each value holds.
        value: &'static ElementDef,
    },
    /// A nested record.
    Struct(&'static [Member]),
}

/// Element of a list, or value of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElementDef {
    /// What it holds.
    pub ty: TypeDef,
    /// Whether the Rust type is an `Option`.
    pub nullable: bool,
}

/// One word of a unit enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumWordDef {
    /// What serde writes.
    pub word: &'static str,
    /// What serde also reads.
    pub aliases: &'static [&'static str],
}

/// A constant in an attribute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarDef {
    /// An integer.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(&'static str),
    /// A truth value.
    Bool(bool),
}

/// A spelling of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFormatDef {
    /// ISO 8601 with `Z` or a numeric offset, as RFC 3339 has it.
    Rfc3339,
    /// Seconds since 1970, as a number or digits in text.
    EpochSeconds,
    /// Milliseconds since 1970, as a number or digits in text.
    EpochMillis,
    /// A Java `DateTimeFormatter` pattern; without zone letters it is UTC.
    Pattern(&'static str),
}

/// Where the value of partition columns comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartitionDef {
    /// Column name, or `None` for the time of arrival.
    pub by: Option<&'static str>,
    /// Layout such as `dt={yyyy-MM-dd}/hour={HH}`.
    pub layout: &'static str,
    /// Partition text for records whose source is null; without it such a record is a reject.
    pub null: Option<&'static str>,
}

/// A sort column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SortDef {
    /// Column name.
    pub column: &'static str,
    /// Descending order.
    pub descending: bool,
}

/// Precision of stored timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "lowercase"))]
pub enum TimeUnit {
    /// Milliseconds: what Athena's `timestamp` holds.
    Millis,
    /// Microseconds: what Spark and Iceberg hold.
    Micros,
}

/// Codec of Parquet pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "lowercase"))]
pub enum Compression {
    /// Snappy: read everywhere.
    #[default]
    Snappy,
    /// Zstandard: smaller; Firehose cannot write it.
    Zstd,
    /// Gzip.
    Gzip,
    /// None.
    Uncompressed,
}

/// Encoding of a column's values in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "snake_case"))]
pub enum Encoding {
    /// Dictionary, with plain pages when it grows too large: the default.
    Dictionary,
    /// Plain values.
    Plain,
    /// `DELTA_BINARY_PACKED` for integers and timestamps.
    DeltaBinaryPacked,
    /// `DELTA_BYTE_ARRAY` for text.
    DeltaByteArray,
    /// `BYTE_STREAM_SPLIT` for floating point.
    ByteStreamSplit,
}

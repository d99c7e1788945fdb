//! `Table`: the one value from which everything else follows.

use crate::def::{Compression, Encoding, TimeUnit};
use crate::keywords::Keywords;
use crate::layout::Layout;
use crate::logical_type::LogicalType;
use std::collections::BTreeMap;

/// A table: owned, validated, from a struct or from a contract file.
///
/// Both origins go through [`validate`](Table::validate), and equal tables give equal bytes everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name in the catalog.
    pub name: String,
    /// Database, when the declaration names one.
    pub database: Option<String>,
    /// What the table holds.
    pub comment: Option<String>,
    /// Columns in declared order, flattened. A column that [partitions](Table::partitions) take out of the file is
    /// still here; [`Table::is_file_column`] tells.
    pub columns: Vec<Column>,
    /// Partition declarations in order.
    pub partitions: Vec<Partition>,
    /// Columns that identify a record.
    pub key: Vec<String>,
    /// Column that tells which of two records with one key is newer.
    pub latest_by: Option<String>,
    /// Order of rows within a row group.
    pub sort: Vec<SortColumn>,
    /// How files are written.
    pub storage: Storage,
    /// Table parameters for the catalog.
    pub parameters: BTreeMap<String, String>,
    /// XML element that holds one record.
    pub xml: Option<String>,
    /// Where records stand in a JSON document that holds others around them: keys from the top on, `miv/meetpunt`.
    pub records: Vec<String>,
    /// Whether JSON documents may be XML turned into JSON: attributes as `@name` or in an object `$`, a list of one
    /// for a value, an empty list or object for nothing.
    pub xml_json: bool,
}

/// A column, or a member of a nested record.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "contract",
    serde(from = "crate::contract::ColumnFile", into = "crate::contract::ColumnFile")
)]
pub struct Column {
    /// Name in the catalog and in the files; lower case.
    pub name: String,
    /// JSON key.
    pub key: String,
    /// Other JSON keys that are read.
    pub aliases: Vec<String>,
    /// What it holds.
    pub ty: LogicalType,
    /// Whether a record may leave it out or null: the Rust type is an `Option`.
    pub nullable: bool,
    /// Whether the Rust type fills a missing key with a default. The lake then holds null.
    pub default: bool,
    /// Column comment.
    pub comment: Option<String>,
    /// How wire values become stored values.
    pub rules: Rules,
    /// Free labels.
    pub tags: Vec<String>,
    /// Write a Bloom filter.
    pub bloom: bool,
    /// Encoding in the file.
    pub encoding: Option<Encoding>,
    /// Where the value stands in an XML record.
    pub xml: Option<String>,
    /// What the type's own `JsonSchema` says beyond its type. It informs; decoding does not ask it.
    pub schema: Keywords,
}

/// Decode rules of a column; they hold for the column itself, list elements and map values, not for members of
/// nested records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// Accepted spellings of time; empty means the default set of the type.
    pub time: Vec<TimeFormat>,
    /// Values that mean null: the coerced value, or a text as it is written on the wire.
    pub null_if: Vec<Scalar>,
    /// Column of the same record whose sentinel makes this one null.
    pub null_with: Option<String>,
    /// Numbers are written with a decimal comma.
    pub decimal_comma: bool,
}

/// An accepted spelling of time.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(rename_all = "snake_case"))]
pub enum TimeFormat {
    /// ISO 8601 with `Z` or a numeric offset.
    Rfc3339,
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// A Java date pattern; UTC unless it has an offset letter.
    Pattern(String),
}

/// A constant value in a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i128),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Text(String),
}

/// One `partition(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "contract",
    serde(try_from = "crate::contract::PartitionFile", into = "crate::contract::PartitionFile")
)]
pub struct Partition {
    /// Where the value comes from.
    pub by: PartitionBy,
    /// The path it makes.
    pub layout: Layout,
    /// Partition text for records whose source is null.
    pub null: Option<String>,
}

/// Where the value of partition columns comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartitionBy {
    /// The time of arrival.
    Arrival,
    /// A column.
    Column(String),
}

/// One sort column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(deny_unknown_fields))]
pub struct SortColumn {
    /// Column name.
    pub column: String,
    /// Descending order; nulls stand last either way.
    #[cfg_attr(feature = "contract", serde(default, skip_serializing_if = "core::ops::Not::not"))]
    pub descending: bool,
}

/// How files are written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "contract", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "contract", serde(deny_unknown_fields, default))]
pub struct Storage {
    /// Codec.
    pub compression: Compression,
    /// Most rows in a row group.
    pub row_group_rows: u64,
    /// Most bytes in a row group, before compression.
    pub row_group_bytes: u64,
}

impl Default for Storage {
    /// Snappy, 256 Ki rows, 128 MiB.
    fn default() -> Self {
        Self { compression: Compression::Snappy, row_group_rows: 262_144, row_group_bytes: 134_217_728 }
    }
}

impl Column {
    /// A column without words: its JSON key is its name, and null is not allowed.
    pub fn new(name: impl Into<String>, ty: LogicalType) -> Self {
        let name = name.into();
        Self {
            key: name.clone(),
            name,
            aliases: Vec::new(),
            ty,
            nullable: false,
            default: false,
            comment: None,
            rules: Rules::default(),
            tags: Vec::new(),
            bloom: false,
            encoding: None,
            xml: None,
            schema: Keywords::default(),
        }
    }
}

impl Table {
    /// A table without words, not yet [validated](Table::validate).
    pub fn new(name: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            name: name.into(),
            database: None,
            comment: None,
            columns,
            partitions: Vec::new(),
            key: Vec::new(),
            latest_by: None,
            sort: Vec::new(),
            storage: Storage::default(),
            parameters: BTreeMap::new(),
            xml: None,
            records: Vec::new(),
            xml_json: false,
        }
    }

    /// Whether a column is stored in the file, rather than taken out into the path.
    pub fn is_file_column(&self, column: &Column) -> bool {
        !self.partition_columns().any(|name| name == column.name)
    }

    /// Columns of the file, in order.
    pub fn file_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| self.is_file_column(column))
    }

    /// Names of the partition columns, in path order.
    pub fn partition_columns(&self) -> impl Iterator<Item = &str> {
        self.partitions.iter().flat_map(|partition| partition.layout.columns())
    }

    /// Whether the files hold JSON, one document a line, rather than Parquet: the table declares the parameter
    /// `classification` = `json`, as a table of the catalog does that others write.
    pub fn holds_json(&self) -> bool {
        self.parameters.get("classification").is_some_and(|format| format == "json")
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Unit in which timestamps are stored unless a column says otherwise.
pub const DEFAULT_TIME_UNIT: TimeUnit = TimeUnit::Millis;

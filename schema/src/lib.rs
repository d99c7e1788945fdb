//! The schema side of lakebed: one value, [`Table`], describes a streaming table; everything else is a function
//! of it.
//!
//! A table comes from a struct with `#[derive(Record)]` (in the crate `lakebed`), from a contract file, or is built
//! by hand:
//!
//! ```
//! use lakebed_schema::hive_type::hive_type;
//! use lakebed_schema::{Column, Layout, LogicalType, Partition, PartitionBy, Scalar, Table, TimeUnit};
//!
//! let observed_at = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
//! let mut car_speed = Column::new("car_speed", LogicalType::UInt8);
//! car_speed.key = "voertuigsnelheid_harmonisch_klasse2".into();
//! car_speed.nullable = true;
//! car_speed.rules.null_if = vec![Scalar::Int(251), Scalar::Int(252)];
//!
//! let mut table = Table::new("traffic_measurement", vec![Column::new("observed_at", observed_at), car_speed]);
//! table.partitions.push(Partition {
//!     by: PartitionBy::Column("observed_at".into()),
//!     layout: Layout::parse("dt={yyyy-MM-dd}/hour={HH}", Some("observed_at")).unwrap(),
//!     null: None,
//! });
//! table.validate().unwrap();
//! assert_eq!(hive_type(&table.columns[1].ty), "smallint");
//!
//! // Every broken rule is reported, with its place and what to do.
//! table.columns[1].nullable = false;
//! assert_eq!(
//!     table.validate().unwrap_err().to_string(),
//!     "column `car_speed`: null_if makes nulls, and the column has none: make the type an Option"
//! );
//! ```
//!
//! | Feature | Gives |
//! |---|---|
//! | `contract` | tables as JSON: `Table::to_contract`, `Table::from_contract` |
//! | `json-schema` | keywords from a type's own `JsonSchema`, with `#[lake(json_schema)]` |
//! | `arrow` | the Arrow schema of the files: `artifacts::arrow` |
//! | `chrono`, `jiff`, `uuid`, `rust_decimal`, `bytes`, `serde_json` | column types of these crates |
//!
//! Nothing is on by default. The crate reads no files, no clock and no environment.
#![warn(missing_docs)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::string_slice, clippy::unreachable, reason = "tests may fail loudly"))]

pub mod artifacts;
#[doc(hidden)]
#[allow(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "constant functions know loops with an index only, and panic to fail the compilation"
)]
pub mod check;
pub mod civil;
pub mod column_type;
#[cfg(feature = "contract")]
pub mod contract;
pub mod date_pattern;
pub mod def;
pub mod finding;
pub mod firehose_class;
#[cfg(feature = "contract")]
pub mod firehose_rules;
pub mod firehose_view;
mod from_def;
pub mod hive_path;
pub mod hive_type;
#[cfg(feature = "contract")]
pub mod import;
pub mod jq;
pub mod json;
pub mod keywords;
pub mod layout;
mod logical_type;
pub mod name;
pub mod prefix;
#[doc(hidden)]
pub mod private;
mod problem;
pub mod projection;
pub mod read_column;
#[cfg(feature = "contract")]
pub mod refs;
#[cfg(feature = "contract")]
pub mod sample;
mod sink;
mod source;
mod table;
mod tables;
pub mod target;
pub mod validate;
pub mod xml_path;

pub use column_type::{ColumnType, Fields, Record};
#[cfg(feature = "contract")]
pub use contract::ContractError;
pub use def::{Compression, Encoding, TableDef, TimeUnit};
pub use finding::{Finding, Findings};
pub use keywords::Keywords;
pub use layout::Layout;
pub use logical_type::{Element, EnumWord, LogicalType};
pub use problem::{Problem, ProblemKind, Problems};
pub use read_column::{ReadColumn, ReadFields, ReadRecord};
pub use sink::RowSink;
pub use source::{ReadFault, RowSource};
pub use table::{
    Column, DEFAULT_TIME_UNIT, Partition, PartitionBy, Rules, Scalar, SortColumn, Storage, Table, TimeFormat,
};
pub use target::Target;

//! The schema side of lakebed: one value, [`Table`], describes a streaming table; everything else is a function
//! of it.
#![warn(missing_docs)]

pub mod check;
pub mod civil;
pub mod column_type;
#[cfg(feature = "contract")]
pub mod contract;
pub mod date_pattern;
pub mod def;
pub mod layout;
mod from_def;
mod logical_type;
pub mod name;
#[doc(hidden)]
pub mod private;
mod problem;
mod sink;
mod table;
pub mod validate;
pub mod xml_path;
mod tables;

#[cfg(feature = "contract")]
pub use contract::ContractError;
pub use column_type::{ColumnType, Fields, Record};
pub use def::{Compression, Encoding, TableDef, TimeUnit};
pub use layout::Layout;
pub use logical_type::{Element, EnumWord, LogicalType};
pub use problem::{Problem, ProblemKind, Problems};
pub use sink::RowSink;
pub use table::{
    Column, DEFAULT_TIME_UNIT, Partition, PartitionBy, Rules, Scalar, SortColumn, Storage, Table, TimeFormat,
};

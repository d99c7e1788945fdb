//! lakebed: one annotated struct is the single source of truth for a streaming table on AWS.

mod batch;
pub mod columns;
pub mod convert;
mod decimal;
mod encode;
mod error;
mod fault;
pub mod feed;
mod keys;
mod partition;
mod plan;
pub mod read;
pub mod reject;
pub mod report;
#[cfg(test)]
mod testing;
mod time;

pub use batch::{Batch, RowPlace, Stats};
pub use convert::{ConvertOptions, Limits, MaxRejects, NoProgress, Progress, convert};
pub use error::{Error, ErrorKind};
pub use fault::{Fault, FaultKind};
pub use lakebed_macros::{ColumnType, ReadColumn, ReadRecord, Record};
#[doc(hidden)]
pub use lakebed_schema::private;
pub use lakebed_schema::*;
pub use plan::Plan;
pub use read::{ReadError, RecordReader, read, read_file};
pub use report::Report;

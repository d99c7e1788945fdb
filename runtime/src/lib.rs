//! lakebed: one annotated struct is the single source of truth for a streaming table on AWS.
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::unreachable
)]
#![cfg_attr(test, allow(clippy::string_slice, clippy::unreachable, reason = "tests may fail loudly"))]

mod batch;
mod bounds;
pub mod canonical;
pub mod columns;
pub mod compact;
pub mod convert;
mod decimal;
mod encode;
mod error;
pub mod explain;
mod fault;
pub mod feed;
mod framing;
#[cfg(feature = "chrono")]
#[doc = include_str!("../docs/guide.md")]
pub mod guide {
    #[cfg(feature = "service")]
    #[doc = include_str!("../docs/services.md")]
    pub mod services {}
}
#[cfg(feature = "service")]
pub mod ingest;
pub mod inspect;
pub mod journal;
mod keys;
#[cfg(feature = "service")]
pub mod kpl;
pub mod lambda;
mod partition;
mod place;
mod plan;
#[cfg(feature = "service")]
pub mod producer;
pub mod read;
pub mod reject;
pub mod rejects;
pub mod replay;
pub mod report;
mod semantics;
mod snippet;
#[cfg(feature = "service")]
pub mod source;
pub mod store;
#[cfg(test)]
mod testing;
mod time;
mod unpack;
#[cfg(feature = "service")]
mod waiting;
mod window;
#[cfg(feature = "service")]
pub mod writer;

pub use batch::{Batch, RowPlace, Stats};
pub use bounds::Projected;
pub use compact::{CompactOptions, compact};
pub use convert::{
    ConvertOptions, Limits, MaxRejects, NoProgress, Progress, WriteOptions, convert, write_batches,
    write_batches_with,
};
pub use error::{Error, ErrorKind};
pub use fault::{Fault, FaultKind};
pub use inspect::{inspect, inspect_folder};
pub use journal::Access;
pub use lakebed_macros::{ColumnType, ReadColumn, ReadRecord, Record};
#[doc(hidden)]
pub use lakebed_schema::private;
pub use lakebed_schema::*;
pub use plan::Plan;
pub use read::{ReadError, RecordReader, read, read_file};
pub use report::Report;
pub use semantics::Semantics;
pub use store::{Location, Stores};
pub use unpack::unpack;
pub use window::{EventWindow, WindowError, parse_duration};
#[cfg(feature = "service")]
pub use writer::LakeWriter;

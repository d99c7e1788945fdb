//! lakebed: one annotated struct is the single source of truth for a streaming table on AWS.

pub mod convert;
pub mod columns;
mod error;
pub mod report;

pub use convert::{ConvertOptions, Limits, MaxRejects, NoProgress, Progress, convert};
pub use error::{Error, ErrorKind};
#[doc(hidden)]
pub use lakebed_schema::private;
pub use lakebed_schema::*;
pub use report::Report;

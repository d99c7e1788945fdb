//! Tables of the stock binary: Flemish road traffic.
//!
//! They are written as any user would write theirs, and are the worked example of the whole workspace.

mod measurement;

use lakebed::TableDef;
pub use measurement::Measurement;

/// The tables that `lakebed` knows without a contract file.
pub fn tables() -> [&'static TableDef; 1] {
    lakebed::tables![Measurement]
}

//! Tables of the stock binary: Flemish road traffic.
//!
//! They are written as any user would write theirs, and are the worked example of the whole workspace.

mod measurement;
mod measuring_point;
mod snapshot;

use lakebed::TableDef;
pub use measurement::Measurement;
pub use measuring_point::MeasuringPoint;
pub use snapshot::{ClassData, ComputedData, Snapshot};

/// The tables that `lakebed` knows without a contract file.
pub fn tables() -> [&'static TableDef; 3] {
    lakebed::tables![Measurement, Snapshot, MeasuringPoint]
}

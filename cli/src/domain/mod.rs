//! The tables of Flemish road traffic that the stock binary carries.
//!
//! They are written as any user would write theirs, and are the worked example of the whole workspace.

mod measurement;

pub use measurement::Measurement;

/// The tables of the stock binary.
pub fn tables() -> Vec<lakebed::Table> {
    lakebed::tables![Measurement]
}

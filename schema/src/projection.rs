//! Partition projection: Athena computes the partitions of a table from its parameters instead of asking the catalog.
//!
//! [`properties`] writes the parameters that describe the paths of a table.

mod generate;

pub use generate::{notes, properties};

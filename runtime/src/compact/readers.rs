//! Where readers look, as a catalog says it.

use crate::error::Error;

/// A catalog that says which folder the readers of a partition look into. Changing that is one step: whoever asks it
/// sees the old folder or the new one.
pub trait Readers {
    /// Where readers of each of these partitions look, in their order. A partition is its path below the table's
    /// folder, such as `dt=2026-11-23/hour=00/`.
    ///
    /// # Errors
    /// Of the catalog.
    fn look(&self, partitions: &[String]) -> Result<Vec<Look>, Error>;

    /// Lets readers of a partition that look into `from` look into `to`, both below the lake. Nothing happens when they
    /// do already.
    ///
    /// # Errors
    /// Of the catalog; and when readers look at a third place, where they are left.
    fn switch(&self, partition: &str, from: &str, to: &str) -> Result<(), Error>;
}

/// Where readers of a partition look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Into this folder below the lake, which ends in `/`.
    Folder(String),
    /// Nowhere: it is not registered.
    Nowhere,
    /// At a place that is not in the lake.
    Elsewhere(String),
}

//! Between our values and those of the SDK, member by member.
//!
//! An update replaces the whole table, so a member that is not carried over is lost. The members are a list of what
//! is taken, since the service refuses those that it only gives and their number grows.

mod obstacle;
mod partition;
mod storage;
mod table;
mod time;

pub(crate) use partition::{index, index_input, partition, partition_input};
pub(crate) use table::{database, database_input, stored, table_input, version};

use std::collections::{BTreeMap, HashMap};

/// A value that the service cannot take: what it is and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unfit(pub(crate) String);

fn to_map(parameters: &BTreeMap<String, String>) -> HashMap<String, String> {
    parameters.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn from_map(parameters: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    parameters.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A number that the service keeps in 32 bits.
fn short(place: &str, number: i64) -> Result<i32, Unfit> {
    i32::try_from(number).map_err(|_| Unfit(format!("{place} is {number}: a number of 32 bits is expected")))
}

#[cfg(test)]
mod tests;

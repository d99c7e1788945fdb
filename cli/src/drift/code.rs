//! The codes of findings.

use super::Side;
use serde::{Serialize, Serializer};
use std::fmt;

/// What kind of finding it is. The number of a code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The struct has no contract file.
    ContractMissing,
    /// The contract file is no contract.
    ContractInvalid,
    /// The contract file says something else than the struct.
    ContractDiffers,
    /// The struct says something else than all that is deployed.
    StructDiffers,
    /// The database is not in the catalog.
    DatabaseMissing,
    /// The table is not in the catalog.
    TableMissing,
    /// The catalog has not followed the struct.
    NotApplied,
    /// Somebody changed what the last apply wrote.
    ChangedByOthers,
    /// The catalog has a column or member that nobody declares.
    ForeignColumn,
    /// The catalog holds something that lakebed must not change.
    NotChangeable,
    /// A file holds another type than is declared.
    FileType,
    /// A file lacks a column that a record cannot be without.
    FileLacksRequired,
    /// The last files lack a column that older ones have.
    WriterBehind,
    /// The last files have a column that nobody declares.
    WriterAhead,
    /// A file is no Parquet, or damaged.
    BrokenFile,
    /// Registered partitions have no files.
    PartitionGone,
    /// Folders with files are no registered partitions.
    NotRegistered,
    /// Folders with files are outside the projection.
    NotProjected,
    /// Registered partitions are read from another folder than their own.
    ReadElsewhere,
    /// Folders with files are no partitions of the table.
    NoPartition,
    /// Registered partitions have older columns than the table.
    DescriptorBehind,
}

/// Number, side that is out of step, and meaning of each code, in order.
pub const CODES: &[(Code, &str, Side, &str)] = &[
    (Code::ContractMissing, "DR001", Side::Contract, "the struct has no contract file"),
    (Code::ContractInvalid, "DR002", Side::Contract, "the contract file is no contract"),
    (Code::ContractDiffers, "DR003", Side::Contract, "the contract file differs from the struct"),
    (
        Code::StructDiffers,
        "DR004",
        Side::Struct,
        "the struct differs from the contract and all that is deployed",
    ),
    (Code::DatabaseMissing, "DR101", Side::Catalog, "the database is not there"),
    (Code::TableMissing, "DR102", Side::Catalog, "the table is not there"),
    (Code::NotApplied, "DR103", Side::Catalog, "the catalog has not followed the struct"),
    (Code::ChangedByOthers, "DR104", Side::Catalog, "somebody changed what the last apply wrote"),
    (Code::ForeignColumn, "DR105", Side::Catalog, "a column or member that nobody declares"),
    (Code::NotChangeable, "DR106", Side::Catalog, "something that lakebed must not change"),
    (Code::FileType, "DR201", Side::Files, "files hold another type than is declared"),
    (Code::FileLacksRequired, "DR202", Side::Files, "files lack a column that no record can be without"),
    (Code::WriterBehind, "DR203", Side::Files, "the last files lack a column that older ones have"),
    (Code::WriterAhead, "DR204", Side::Files, "the last files have a column that nobody declares"),
    (Code::BrokenFile, "DR205", Side::Files, "a file is no Parquet, or damaged"),
    (Code::PartitionGone, "DR301", Side::Partitions, "registered partitions have no files"),
    (Code::NotRegistered, "DR302", Side::Partitions, "folders with files are not registered"),
    (Code::NotProjected, "DR303", Side::Partitions, "folders with files are outside the projection"),
    (Code::ReadElsewhere, "DR304", Side::Partitions, "registered partitions are read from another folder"),
    (Code::NoPartition, "DR305", Side::Partitions, "folders with files are no partitions of the table"),
    (
        Code::DescriptorBehind,
        "DR306",
        Side::Partitions,
        "registered partitions have older columns than the table",
    ),
];

impl Code {
    #[allow(clippy::indexing_slicing, reason = "the list is a constant, and not empty")]
    fn entry(self) -> &'static (Self, &'static str, Side, &'static str) {
        CODES.iter().find(|(code, ..)| *code == self).unwrap_or(&CODES[0])
    }

    /// Its number: `DR103`.
    pub fn number(self) -> &'static str {
        self.entry().1
    }

    /// The side that is out of step.
    pub fn side(self) -> Side {
        self.entry().2
    }

    /// What it means, in a few words.
    pub fn title(self) -> &'static str {
        self.entry().3
    }

    /// The code of that number, in any case.
    pub fn from_number(number: &str) -> Option<Self> {
        CODES.iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(number)).map(|(code, ..)| *code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_ascending_and_read_back() {
        let numbers: Vec<_> = CODES.iter().map(|(_, number, ..)| *number).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(numbers, sorted);
        for (code, number, ..) in CODES {
            assert_eq!((code.number(), Code::from_number(&number.to_lowercase())), (*number, Some(*code)));
        }
    }
}

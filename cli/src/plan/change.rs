//! Typed changes with stable codes.

use std::fmt;

/// What kind of change it is. The number of a code never changes its meaning; scripts name it in `--allow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The database is made.
    CreateDatabase,
    /// The table is made.
    CreateTable,
    /// A column comes.
    AddColumn,
    /// A column goes.
    RemoveColumn,
    /// Columns change their order.
    ReorderColumns,
    /// A column's type changes.
    ColumnType,
    /// A column's comment changes.
    ColumnComment,
    /// A member comes into a nested record.
    AddMember,
    /// A member of a nested record goes.
    RemoveMember,
    /// Members of a nested record change their order.
    ReorderMembers,
    /// A member's type changes.
    MemberType,
    /// Partition keys come, go, change their order or their type.
    PartitionKeys,
    /// A partition key's comment changes.
    PartitionKeyComment,
    /// Partition projection changes.
    Projection,
    /// The table is read from another place.
    Location,
    /// The format of the files changes: SerDe and its classes.
    Format,
    /// A parameter of the SerDe changes.
    SerdeParameter,
    /// A parameter of the table changes.
    TableParameter,
    /// The description of the table changes.
    Description,
    /// The kind of the table changes.
    TableType,
    /// Registered partitions follow the table.
    PartitionDescriptors,
    /// A partition index comes.
    AddIndex,
}

/// Every code with its number and title, in order.
const CODES: &[(Code, &str, &str)] = &[
    (Code::CreateDatabase, "LB001", "create database"),
    (Code::CreateTable, "LB002", "create table"),
    (Code::AddColumn, "LB101", "add column"),
    (Code::RemoveColumn, "LB102", "remove column"),
    (Code::ReorderColumns, "LB103", "reorder columns"),
    (Code::ColumnType, "LB104", "change column type"),
    (Code::ColumnComment, "LB105", "change column comment"),
    (Code::AddMember, "LB111", "add member"),
    (Code::RemoveMember, "LB112", "remove member"),
    (Code::ReorderMembers, "LB113", "reorder members"),
    (Code::MemberType, "LB114", "change member type"),
    (Code::PartitionKeys, "LB201", "change partition keys"),
    (Code::PartitionKeyComment, "LB202", "change partition key comment"),
    (Code::Projection, "LB301", "change partition projection"),
    (Code::Location, "LB401", "change location"),
    (Code::Format, "LB402", "change format"),
    (Code::SerdeParameter, "LB403", "change SerDe parameter"),
    (Code::TableParameter, "LB501", "change table parameter"),
    (Code::Description, "LB502", "change description"),
    (Code::TableType, "LB503", "change table type"),
    (Code::PartitionDescriptors, "LB601", "update partitions"),
    (Code::AddIndex, "LB602", "create partition index"),
];

impl Code {
    /// Every code, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(code, ..)| *code)
    }

    #[allow(clippy::indexing_slicing, reason = "the list is a constant, and not empty")]
    fn entry(self) -> &'static (Self, &'static str, &'static str) {
        CODES.iter().find(|(code, ..)| *code == self).unwrap_or(&CODES[0])
    }

    /// Its number: `LB101`.
    pub fn number(self) -> &'static str {
        self.entry().1
    }

    /// What it does, in a few words: "add column".
    pub fn title(self) -> &'static str {
        self.entry().2
    }

    /// The code of that number, in any case.
    pub fn from_number(number: &str) -> Option<Self> {
        CODES.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(number)).map(|(code, ..)| *code)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

/// How safe a change is for readers, and for the files that exist, the worst of all engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Every query that ran before runs, and gives the same.
    Safe,
    /// New files are read right; old ones have to be written again before they are.
    NeedsRewrite,
    /// Queries that ran before fail or give something else. `apply` asks for `--allow CODE`.
    Breaking,
    /// No catalog can do this in place; the remedy tells the way out. `apply` refuses, whatever is allowed.
    Impossible,
}

impl Class {
    /// Every class, the safest first.
    pub const ALL: [Self; 4] = [Self::Safe, Self::NeedsRewrite, Self::Breaking, Self::Impossible];

    /// Its name: `safe`, `needs-rewrite`, `breaking`, `impossible`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::NeedsRewrite => "needs-rewrite",
            Self::Breaking => "breaking",
            Self::Impossible => "impossible",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind it is.
    pub code: Code,
    /// What changes: "column `speed`", "parameter `classification`".
    pub place: String,
    /// How safe it is.
    pub class: Class,
    /// What is there; none when it comes.
    pub before: Option<String>,
    /// What will be there; none when it goes.
    pub after: Option<String>,
    /// Why it has its class: the rule of the engine.
    pub reason: String,
    /// What to do about it, when it is not safe or there is more to know.
    pub remedy: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_ascending_and_read_back() {
        let numbers: Vec<_> = Code::all().map(Code::number).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(numbers, sorted);
        for code in Code::all() {
            assert_eq!(Code::from_number(&code.number().to_lowercase()), Some(code));
        }
    }
}

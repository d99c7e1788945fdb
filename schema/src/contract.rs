//! The contract: a table as JSON, committed beside the code.
//!
//! The text is a function of the table: members have a fixed order, defaults are left out, and equal tables give
//! equal bytes. It has a version; a reader refuses members that it does not know, because leaving one out would make
//! another table of it.

mod error;
mod file;
mod keywords;
mod value;

#[cfg(test)]
mod tests;

use crate::table::Table;
use file::{ContractFile, Header};

pub use error::ContractError;
pub(crate) use file::{ColumnFile, PartitionFile, members};

/// Version of the contract that this library writes, and the newest that it reads.
pub const CONTRACT_VERSION: u64 = 1;

impl Table {
    /// The contract of this table: indented JSON with a line feed at its end.
    ///
    /// ```
    /// use lakebed_schema::{Column, LogicalType, Table};
    ///
    /// let table = Table::new("visit", vec![Column::new("page", LogicalType::String)]);
    /// let contract = table.to_contract();
    /// assert!(contract.starts_with("{\n  \"lakebed_contract\": 1,\n  \"name\": \"visit\","));
    /// assert_eq!(Table::from_contract(&contract).unwrap(), table);
    /// ```
    #[allow(clippy::unreachable, reason = "no input leads there: a table has neither maps nor failing parts")]
    pub fn to_contract(&self) -> String {
        let mut text = match serde_json::to_string_pretty(&ContractFile::from(self)) {
            Ok(text) => text,
            // Only a map with keys that are no text, or a failing impl, could make this fail; a table has neither.
            Err(error) => unreachable!("a table is plain JSON: {error}"),
        };
        text.push('\n');
        text
    }

    /// Reads a contract and [validates](Table::validate) it.
    ///
    /// # Errors
    /// No JSON, no contract, a newer contract, unknown members, or a table that breaks rules.
    pub fn from_contract(text: &str) -> Result<Self, ContractError> {
        // The version comes first: what a newer one adds should not be called a mistake.
        let header: Header = serde_json::from_str(text).map_err(|error| ContractError::from_json(&error))?;
        match header.lakebed_contract.as_ref().map(|version| version.as_u64()) {
            Some(Some(CONTRACT_VERSION)) => {}
            Some(Some(version)) if version > CONTRACT_VERSION => {
                return Err(ContractError::Newer { version });
            }
            Some(_) => return Err(ContractError::BadVersion),
            None => return Err(ContractError::NoVersion),
        }
        let file: ContractFile =
            serde_json::from_str(text).map_err(|error| ContractError::from_json(&error))?;
        let table = Self::from(file);
        table.validate().map_err(ContractError::Invalid)?;
        Ok(table)
    }
}

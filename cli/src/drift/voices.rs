//! What each side says about a column.

use super::{Contract, Sides};
use lakebed_schema::Table;
use lakebed_schema::hive_type::{HiveType, hive_type};
use std::collections::BTreeMap;

/// Types by column, in lower case and without white space.
type Types = BTreeMap<String, String>;

/// What each side says.
#[derive(Debug)]
pub(super) struct Voices {
    /// The word for what is declared: `struct`, or `contract` where there is none.
    pub(super) declared_by: &'static str,
    declared: Types,
    contract: Option<Types>,
    catalog: Option<Types>,
    /// The files of the sample, in the order of their paths.
    files: Vec<Types>,
}

impl Voices {
    pub(super) fn of(sides: &Sides<'_>) -> Self {
        let of_table = |table: &Table| -> Types {
            table.file_columns().map(|column| (column.name.clone(), hive_type(&column.ty))).collect()
        };
        Self {
            declared_by: if sides.is_contract { "contract" } else { "struct" },
            declared: of_table(sides.table),
            contract: match sides.contract {
                Some(Contract::Table(_, table)) => Some(of_table(table)),
                Some(Contract::Missing(_) | Contract::Invalid(..)) | None => None,
            },
            catalog: sides.catalog.and_then(|(_, actual, _)| actual.table.as_ref()).map(|stored| {
                let columns = stored.table.normal().columns;
                columns.into_iter().map(|column| (column.name, column.ty)).collect()
            }),
            files: sides
                .sample
                .into_iter()
                .flat_map(|sample| &sample.read)
                .map(|file| {
                    let plain = |(name, ty): &(String, String)| (name.to_lowercase(), normal(ty));
                    file.columns.iter().map(plain).collect()
                })
                .collect(),
        }
    }

    /// Whether all others agree on a column against the struct: the contract, and whatever of catalog and files is
    /// known, at least one of them.
    pub(super) fn is_struct_alone(&self, column: &str) -> bool {
        let declared = self.declared.get(column);
        let Some(contract) = self.contract.as_ref().map(|types| types.get(column)) else { return false };
        let catalog = self.catalog.as_ref().map(|types| types.get(column));
        let file = self.files.last().map(|types| types.get(column));
        let others: Vec<Option<&String>> = [catalog, file].into_iter().flatten().collect();
        contract != declared && !others.is_empty() && others.iter().all(|other| *other == contract)
    }

    /// "struct, contract and 18 of 18 files say bigint": those that say the same of a column as is declared, without
    /// the catalog. Other texts than the type may be given for what they say.
    pub(super) fn agreeing(&self, column: &str, expected: Option<&str>) -> String {
        let mut who = vec![self.declared_by.to_owned()];
        let says = |types: &Types| types.get(column).map(String::as_str) == expected;
        who.extend(self.contract.as_ref().filter(|types| says(types)).map(|_| "contract".to_owned()));
        if let (count @ 1.., all) = self.files(column, expected) {
            who.push(format!("{count} of {}", crate::render::counted(all as u64, "file")));
        }
        and(&who, "says", "say")
    }

    /// "contract, catalog and 18 of 18 files say bigint": those that agree against the struct.
    pub(super) fn against(&self, column: &str) -> String {
        let expected = self.contract.as_ref().and_then(|types| types.get(column)).map(String::as_str);
        let mut who = vec!["contract".to_owned()];
        who.extend(self.catalog.as_ref().map(|_| "catalog".to_owned()));
        if let (count @ 1.., all) = self.files(column, expected) {
            who.push(format!("{count} of {}", crate::render::counted(all as u64, "file")));
        }
        match expected {
            Some(ty) => format!("{} {ty}", and(&who, "says", "say")),
            None => and(&who, "does not have it", "do not have it"),
        }
    }

    /// What is declared of a column.
    pub(super) fn declared(&self, column: &str) -> Option<&str> {
        self.declared.get(column).map(String::as_str)
    }

    /// How many files say that of a column, and how many there are in the sample.
    pub(super) fn files(&self, column: &str, expected: Option<&str>) -> (usize, usize) {
        let says = |types: &&Types| types.get(column).map(String::as_str) == expected;
        (self.files.iter().filter(says).count(), self.files.len())
    }
}

/// "a, b and c say"
fn and(who: &[String], one: &str, many: &str) -> String {
    match who {
        [] => one.to_owned(),
        [only] => format!("{only} {one}"),
        [first @ .., last] => format!("{} and {last} {many}", first.join(", ")),
    }
}

/// Lower case, without white space.
pub(super) fn normal(ty: &str) -> String {
    match ty.to_lowercase().parse::<HiveType>() {
        Ok(ty) => ty.to_string(),
        Err(_) => ty.to_owned(),
    }
}

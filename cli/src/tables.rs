//! The tables a command knows: those compiled in, and contract files.

use crate::error::CliError;
use crate::render::counted;
use lakebed_schema::name::nearest;
use lakebed_schema::{Table, TableDef};
use std::path::{Path, PathBuf};

const CONTRACT_SUFFIX: &str = ".lakebed.json";

/// Default folder of contract files.
pub(crate) const CONTRACTS: &str = "contracts";

/// Name of the contract file of a table.
pub(crate) fn contract_file(table: &str) -> String {
    format!("{table}{CONTRACT_SUFFIX}")
}

/// Table that a contract file is named after.
pub(crate) fn named_after(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()?.strip_suffix(CONTRACT_SUFFIX).filter(|table| !table.is_empty())
}

/// Reads a contract file.
pub(crate) fn read_contract(file: &Path) -> Result<Table, CliError> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        CliError::failed("cannot read a contract file", file.display().to_string())
            .cause(&error)
            .hint("`lakebed export` writes contract files; check the path")
    })?;
    Table::from_contract(&text).map_err(|error| {
        CliError::failed("a contract file is not valid", file.display().to_string())
            .cause(&error)
            .hint("correct the file, or write it again with `lakebed export`")
    })
}

/// A table and where it comes from.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) table: Table,
    /// Its contract file; none when it is compiled in.
    pub(crate) contract: Option<PathBuf>,
}

/// All tables a command knows; no two have one name.
#[derive(Debug)]
pub(crate) struct Registry {
    known: Vec<Known>,
}

impl Registry {
    pub(crate) fn new(defs: &[&'static TableDef], contracts: &[PathBuf]) -> Result<Self, CliError> {
        let mut registry = Self { known: Vec::new() };
        for def in defs {
            let table = Table::try_from(*def).map_err(|error| {
                CliError::failed("the table is not valid", format!("the struct of table `{}`", def.name))
                    .cause(&error)
                    .hint("correct the struct, then build again")
            })?;
            registry.add(Known { table, contract: None })?;
        }
        for file in contracts {
            registry.add(Known { table: read_contract(file)?, contract: Some(file.clone()) })?;
        }
        Ok(registry)
    }

    fn add(&mut self, new: Known) -> Result<(), CliError> {
        let Some(old) = self.known.iter_mut().find(|old| old.table.name == new.table.name) else {
            self.known.push(new);
            return Ok(());
        };
        if new.contract.is_some() && new.table == old.table {
            *old = new;
            return Ok(());
        }
        let origin = |known: &Known| match &known.contract {
            Some(file) => file.display().to_string(),
            None => "a struct of this program".to_owned(),
        };
        Err(CliError::usage(format!(
            "table `{}` is declared twice, differently: by {} and by {}",
            new.table.name,
            origin(old),
            origin(&new)
        ))
        .hint("leave one of them out; `lakebed check` shows how a struct and its contract differ"))
    }

    /// Every table, compiled in first, then contracts, each in the order given.
    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }

    /// Every table, without where it comes from.
    pub(crate) fn into_tables(self) -> Vec<Table> {
        self.known.into_iter().map(|known| known.table).collect()
    }

    /// The tables of the contracts given; every table when none is given.
    pub(crate) fn into_chosen(self) -> Vec<Table> {
        let given = self.known.iter().any(|known| known.contract.is_some());
        let chosen = self.known.into_iter().filter(|known| !given || known.contract.is_some());
        chosen.map(|known| known.table).collect()
    }

    /// The tables of these names, each once; without a name the tables of the contracts given, else every table.
    pub(crate) fn several(self, names: &[String]) -> Result<Vec<Table>, CliError> {
        if names.is_empty() {
            let tables = self.into_chosen();
            if tables.is_empty() {
                return Err(CliError::usage("this program knows no table").hint(
                    "give the contract file of one with --contract; `lakebed export`, run from a program with your \
                     structs, writes it",
                ));
            }
            return Ok(tables);
        }
        let mut tables: Vec<Table> = Vec::new();
        for name in names {
            match self.find(name) {
                None => return Err(self.unknown(name)),
                Some(_) if tables.iter().any(|table| table.name == *name) => {}
                Some(table) => tables.push(table.clone()),
            }
        }
        Ok(tables)
    }

    /// The table of that name, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<&Table> {
        self.known.iter().map(|known| &known.table).find(|table| table.name == name)
    }

    /// The only contract given, if there is exactly one.
    pub(crate) fn only_contract(&self) -> Option<&Table> {
        let mut given = self.known.iter().filter(|known| known.contract.is_some());
        given.next().filter(|_| given.next().is_none()).map(|known| &known.table)
    }

    /// The table of that name. Without a name: the only contract given, else the only table there is.
    pub(crate) fn choose(mut self, name: Option<&str>) -> Result<Table, CliError> {
        let given = self.known.iter().any(|known| known.contract.is_some());
        let is_choice = |known: &Known| match name {
            Some(name) => known.table.name == name,
            None => !given || known.contract.is_some(),
        };
        let mut choices =
            self.known.iter().enumerate().filter(|(_, known)| is_choice(known)).map(|(at, _)| at);
        match (choices.next(), choices.next(), name) {
            (Some(at), None, _) => Ok(self.known.swap_remove(at).table),
            (_, _, Some(name)) => Err(self.unknown(name)),
            (None, _, None) => Err(CliError::usage("this program knows no table").hint(
                "give the contract file of one with --contract; `lakebed export`, run from a program with your \
                 structs, writes it",
            )),
            (Some(_), Some(_), None) => Err(CliError::usage(format!("which table is meant?\n{}", self.list()))
                .hint("name one of them with --table")),
        }
    }

    pub(crate) fn unknown(&self, name: &str) -> CliError {
        let names = || self.known.iter().map(|known| known.table.name.as_str());
        let message = if self.known.is_empty() {
            format!("there is no table `{name}`: this program knows none")
        } else {
            format!("there is no table `{name}`\n{}", self.list())
        };
        let hint = match nearest(name, names()) {
            Some(near) => format!("did you mean `--table {near}`?"),
            None => "name one of these, or give the contract file of another with --contract".to_owned(),
        };
        CliError::usage(message).hint(hint)
    }

    fn list(&self) -> String {
        let names: Vec<&str> = self.known.iter().map(|known| known.table.name.as_str()).collect();
        format!("{}: {}", counted(names.len() as u64, "table"), names.join(", "))
    }
}

#[cfg(test)]
pub(crate) mod samples {
    //! Tables for unit tests.

    use lakebed_schema::TableDef;
    use lakebed_schema::def::{ColumnDef, Member, PartitionDef, TypeDef};

    pub(crate) const TRAFFIC: TableDef = TableDef {
        partitions: &[PartitionDef {
            by: Some("observed_at"),
            layout: "dt={yyyy-MM-dd}/hour={HH}",
            null: None,
        }],
        ..TableDef::new(
            "traffic",
            &[
                Member::Column(ColumnDef::new("point_id", "unieke_id", TypeDef::String, false)),
                Member::Column(ColumnDef::new(
                    "observed_at",
                    "tijd",
                    TypeDef::Timestamp { instant: true, offset: false },
                    false,
                )),
                Member::Column(ColumnDef::new("speed", "snelheid", TypeDef::UInt8, true)),
            ],
        )
    };

    pub(crate) const ORDERS: TableDef =
        TableDef::new("orders", &[Member::Column(ColumnDef::new("id", "id", TypeDef::Int64, false))]);
}

#[cfg(test)]
mod tests {
    use super::samples::{ORDERS, TRAFFIC};
    use super::*;

    fn choose(
        defs: &[&'static TableDef],
        contracts: &[PathBuf],
        name: Option<&str>,
    ) -> Result<String, String> {
        let shown = |error: CliError| anstream::adapter::strip_str(&error.render()).to_string();
        let registry = Registry::new(defs, contracts).map_err(shown)?;
        registry.choose(name).map(|table| table.name).map_err(shown)
    }

    #[test]
    fn a_table_is_named_or_the_only_one() {
        assert_eq!(choose(&[&TRAFFIC], &[], None), Ok("traffic".into()));
        assert_eq!(choose(&[&TRAFFIC, &ORDERS], &[], Some("orders")), Ok("orders".into()));
        insta::assert_snapshot!(choose(&[&TRAFFIC, &ORDERS], &[], None).unwrap_err(), @"
        error: wrong usage
          which table is meant?
          2 tables: traffic, orders
          what to do: name one of them with --table
        ");
        insta::assert_snapshot!(choose(&[&TRAFFIC, &ORDERS], &[], Some("trafic")).unwrap_err(), @"
        error: wrong usage
          there is no table `trafic`
          2 tables: traffic, orders
          what to do: did you mean `--table traffic`?
        ");
        insta::assert_snapshot!(choose(&[], &[], None).unwrap_err(), @"
        error: wrong usage
          this program knows no table
          what to do: give the contract file of one with --contract; `lakebed export`, run from a program with your structs, writes it
        ");
    }

    #[test]
    fn a_contract_that_is_given_is_the_one_meant() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(contract_file("orders"));
        let orders = Table::try_from(&ORDERS).map_err(std::io::Error::other)?;
        std::fs::write(&file, orders.to_contract())?;
        assert_eq!(choose(&[&TRAFFIC], std::slice::from_ref(&file), None), Ok("orders".into()));
        assert_eq!(choose(&[&TRAFFIC, &ORDERS], std::slice::from_ref(&file), None), Ok("orders".into()));
        assert_eq!(choose(&[&TRAFFIC], std::slice::from_ref(&file), Some("traffic")), Ok("traffic".into()));

        std::fs::write(&file, Table { name: "traffic".into(), ..orders }.to_contract())?;
        let error = choose(&[&TRAFFIC], &[file], None).unwrap_err();
        assert!(error.contains("declared twice, differently"), "{error}");
        Ok(())
    }
}

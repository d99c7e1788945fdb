//! The catalog as the one who says which folder readers of a partition look into.

use super::location;
use crate::catalog::{Catalog, CatalogError, MAX_GET, StoredTable, TableName};
use lakebed::compact::{Look, Readers};
use lakebed::{Error, ErrorKind};
use lakebed_schema::artifacts::glue::GluePartition;
use lakebed_schema::hive_path;
use std::cell::RefCell;

/// Parameter that names the format to tools that read no SerDe.
const CLASSIFICATION: &str = "classification";

/// The registered partitions of a table whose LOCATION is in the lake that is compacted.
pub struct CatalogReaders<'a> {
    catalog: &'a dyn Catalog,
    name: TableName,
    stored: &'a StoredTable,
    /// The table's LOCATION without its last name, as the catalog writes it.
    lake: String,
    failure: RefCell<Option<CatalogError>>,
}

impl<'a> CatalogReaders<'a> {
    /// The readers of a table; nothing when its LOCATION does not end in the name of the table's folder.
    pub fn new(catalog: &'a dyn Catalog, stored: &'a StoredTable, folder: &str) -> Option<Self> {
        let root = location(&stored.table, "");
        let lake = root.trim_end_matches('/').strip_suffix(folder)?;
        let name = TableName::new(&stored.database, &stored.table.name);
        (lake.is_empty() || lake.ends_with('/')).then(|| Self {
            catalog,
            name,
            stored,
            lake: lake.to_owned(),
            failure: RefCell::new(None),
        })
    }

    /// What the catalog said when it failed.
    pub fn failure(&self) -> Option<CatalogError> {
        self.failure.borrow_mut().take()
    }

    fn failed(&self, error: CatalogError) -> Error {
        let told = Error::new(ErrorKind::Output, error.to_string());
        *self.failure.borrow_mut() = Some(error);
        told
    }

    fn registered(&self, values: &[Vec<String>]) -> Result<Vec<GluePartition>, Error> {
        let mut found = Vec::new();
        for some in values.chunks(MAX_GET) {
            found.extend(self.catalog.partitions_of(&self.name, some).map_err(|e| self.failed(e))?);
        }
        Ok(found)
    }
}

impl std::fmt::Debug for CatalogReaders<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CatalogReaders").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Readers for CatalogReaders<'_> {
    fn look(&self, partitions: &[String]) -> Result<Vec<Look>, Error> {
        let all: Vec<Vec<String>> = partitions.iter().map(|path| values(path)).collect();
        let registered = self.registered(&all)?;
        let look = |values: &Vec<String>| {
            let Some(partition) = registered.iter().find(|partition| partition.values == *values) else {
                return Look::Nowhere;
            };
            let place = partition.storage.location.as_deref().unwrap_or_default();
            match place.strip_prefix(&self.lake) {
                Some(folder) => Look::Folder(format!("{}/", folder.trim_end_matches('/'))),
                None => Look::Elsewhere(place.to_owned()),
            }
        };
        Ok(all.iter().map(look).collect())
    }

    fn switch(&self, partition: &str, from: &str, to: &str) -> Result<(), Error> {
        let values = values(partition);
        let place = format!("{}{to}", self.lake);
        let Some(found) = self.registered(std::slice::from_ref(&values))?.pop() else {
            let message = format!("partition {partition} of `{}` is no longer registered", self.name);
            return Err(Error::new(ErrorKind::Output, message));
        };
        let now = found.storage.location.as_deref().unwrap_or_default();
        if now.trim_end_matches('/') == place.trim_end_matches('/') {
            return Ok(());
        }
        let before = format!("{}{from}", self.lake);
        if now.trim_end_matches('/') != before.trim_end_matches('/') {
            let message = format!(
                "partition {partition} of `{}` was about to be switched from {before} to {place}, and somebody has set \
                 its location to {now} meanwhile: set it to the first of them, then compact again",
                self.name
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
        // The files are the table's by now, whatever they were before.
        let mut storage = self.stored.table.storage.clone();
        storage.location = Some(place);
        let mut parameters = found.parameters.clone();
        if let Some(own) = parameters.get_mut(CLASSIFICATION) {
            match self.stored.table.parameters.get(CLASSIFICATION) {
                Some(classification) => own.clone_from(classification),
                None => drop(parameters.remove(CLASSIFICATION)),
            }
        }
        let columns = self.stored.table.columns.clone();
        let changed = GluePartition { columns, storage, parameters, ..found };
        let faults = self
            .catalog
            .update_partitions(&self.name, std::slice::from_ref(&changed))
            .map_err(|e| self.failed(e))?;
        match faults.into_iter().next() {
            Some(fault) => {
                let subject = format!("partition {partition} of `{}`", self.name);
                let error = CatalogError::new(fault.kind, "BatchUpdatePartition", subject, fault.message);
                Err(self.failed(error))
            }
            None => Ok(()),
        }
    }
}

/// Values of a partition, from its path below the table's folder.
fn values(path: &str) -> Vec<String> {
    let names = path.split('/').filter(|name| !name.is_empty());
    names.map(|name| hive_path::unescape(name.split_once('=').map_or(name, |(_, value)| value))).collect()
}

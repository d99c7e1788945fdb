//! A database for one case, and what cases expect.

use chrono::{DateTime, Utc};
use lakebed_cli::catalog::{
    Catalog, CatalogError, CatalogErrorKind, GlueDatabase, ItemFault, StoredTable, TableName,
};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueStorage, GlueTable};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What is wrong.
#[derive(Debug)]
pub(super) struct Failure(pub(super) String);

impl From<CatalogError> for Failure {
    fn from(error: CatalogError) -> Self {
        Self(format!("{error} ({:?})", error.kind()))
    }
}

pub(super) type Checked = Result<(), Failure>;

/// A catalog, and a database in it that no other case has.
pub(super) struct Scene<'a> {
    pub(super) catalog: &'a dyn Catalog,
    /// Its name; it is not made yet.
    pub(super) database: String,
}

impl<'a> Scene<'a> {
    pub(super) fn new(catalog: &'a dyn Catalog) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { catalog, database: format!("suite_{}_{time}_{number}", std::process::id()) }
    }

    pub(super) fn make_database(&self) -> Checked {
        Ok(self.catalog.create_database(&GlueDatabase::new(&self.database))?)
    }

    /// Makes the database and a table in it.
    pub(super) fn make(&self, table: &GlueTable) -> Result<TableName, Failure> {
        self.make_database()?;
        self.catalog.create_table(&self.database, table)?;
        Ok(self.name(&table.name))
    }

    pub(super) fn name(&self, table: &str) -> TableName {
        TableName::new(&self.database, table)
    }

    /// The table of that name, which must be there.
    pub(super) fn stored(&self, name: &TableName) -> Result<StoredTable, Failure> {
        self.catalog.table(name)?.ok_or_else(|| Failure(format!("there is no table {name}")))
    }
}

/// A table over Parquet files with two partition keys, as lakebed makes them.
pub(super) fn plain(name: &str) -> GlueTable {
    GlueTable {
        name: name.to_owned(),
        columns: vec![column("point_id", "string"), column("speed", "int")],
        partition_keys: vec![column("dt", "string"), column("hour", "string")],
        parameters: texts(&[("classification", "parquet")]),
        table_type: Some("EXTERNAL_TABLE".to_owned()),
        storage: storage(&format!("s3://lake/{name}/")),
        ..GlueTable::default()
    }
}

/// A partition of such a table.
pub(super) fn partition(values: &[&str]) -> GluePartition {
    GluePartition {
        values: owned(values),
        columns: plain("t").columns,
        storage: storage("s3://lake/t/part/"),
        ..GluePartition::default()
    }
}

pub(super) fn storage(location: &str) -> GlueStorage {
    let class = |name: &str| Some(format!("org.apache.hadoop.hive.ql.io.parquet.{name}"));
    GlueStorage {
        location: Some(location.to_owned()),
        input_format: class("MapredParquetInputFormat"),
        output_format: class("MapredParquetOutputFormat"),
        number_of_buckets: -1,
        serde_library: class("serde.ParquetHiveSerDe"),
        serde_parameters: texts(&[("serialization.format", "1")]),
        ..GlueStorage::default()
    }
}

pub(super) fn column(name: &str, ty: &str) -> GlueColumn {
    GlueColumn { name: name.to_owned(), ty: ty.to_owned(), ..GlueColumn::default() }
}

pub(super) fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// That two values are the same.
pub(super) fn same<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Checked {
    if found == expected {
        return Ok(());
    }
    Err(Failure(format!("{what}\n  expected {expected:#?}\n  found {found:#?}")))
}

pub(super) fn holds(what: &str, truth: bool) -> Checked {
    if truth { Ok(()) } else { Err(Failure(format!("it does not hold that {what}"))) }
}

/// That a table came back as it was sent: times may be spelled otherwise, members of what is skewed in another order.
pub(super) fn same_table(found: &GlueTable, expected: &GlueTable) -> Checked {
    let comparable = |table: &GlueTable| {
        let mut table = table.clone();
        for time in [&mut table.last_access_time, &mut table.last_analyzed_time] {
            *time = time.take().map(instant);
        }
        table.storage.skewed = table.storage.skewed.map(lakebed_schema::json::Json::sorted);
        table
    };
    same("the table came back otherwise", &comparable(found), &comparable(expected))
}

pub(super) fn same_partition(found: &GluePartition, expected: &GluePartition) -> Checked {
    let comparable = |partition: &GluePartition| {
        let mut partition = partition.clone();
        for time in [&mut partition.last_access_time, &mut partition.last_analyzed_time] {
            *time = time.take().map(instant);
        }
        partition.storage.skewed = partition.storage.skewed.map(lakebed_schema::json::Json::sorted);
        partition
    };
    same("the partition came back otherwise", &comparable(found), &comparable(expected))
}

/// A time in one spelling, be it RFC 3339 or seconds since 1970.
fn instant(text: String) -> String {
    let seconds = || {
        text.parse().ok().and_then(|seconds: f64| {
            #[allow(clippy::cast_possible_truncation, reason = "times of tests are small")]
            DateTime::from_timestamp_millis((seconds * 1000.0) as i64)
        })
    };
    let time = DateTime::parse_from_rfc3339(&text).ok().map(|time| time.with_timezone(&Utc));
    time.or_else(seconds).map_or(text.clone(), |time| time.to_rfc3339())
}

/// That a call is refused, for one of these reasons.
pub(super) fn refused<T>(what: &str, result: Result<T, CatalogError>, kinds: &[CatalogErrorKind]) -> Checked {
    match result {
        Ok(_) => Err(Failure(format!("{what}: it was not refused, expected {kinds:?}"))),
        Err(error) if kinds.contains(&error.kind()) => Ok(()),
        Err(error) => Err(Failure(format!("{what}: expected {kinds:?}, found {:?}: {error}", error.kind()))),
    }
}

/// That these items, and no others, are faults of that kind.
pub(super) fn faults(found: &[ItemFault], kind: CatalogErrorKind, items: &[&[&str]]) -> Checked {
    let mut found: Vec<_> = found.iter().map(|fault| (fault.item.clone(), fault.kind)).collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let mut expected: Vec<_> = items.iter().map(|item| (owned(item), kind)).collect();
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    same("faults of the batch", &found, &expected)
}

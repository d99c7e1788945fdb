//! Plans carried out on a catalog, whatever happens meanwhile.

pub(crate) mod concurrent;
mod exactly;
mod faults;
mod killed;
pub(crate) mod random;

use lakebed_cli::apply::{Ended, Job, Options, Pauses, Report, Step, Unobserved, apply};
use lakebed_cli::catalog::{
    Catalog, CatalogError, GlueDatabase, IndexState, MAX_CREATE, MemoryCatalog, PartitionIndex, StoredTable,
    TableName,
};
use lakebed_cli::plan::{Code, TablePlan, Wanted, diff, read};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueStorage, GlueTable};

fn column(text: &str) -> GlueColumn {
    let (name, ty) = text.split_once(' ').unwrap_or((text, "string"));
    GlueColumn { name: name.into(), ty: ty.into(), ..GlueColumn::default() }
}

/// A table with these columns (`name type`), partitioned by day, with registered partitions.
pub(crate) fn traffic(columns: &[&str]) -> Wanted {
    let table = GlueTable {
        name: "traffic".into(),
        columns: columns.iter().map(|text| column(text)).collect(),
        partition_keys: vec![column("dt string")],
        parameters: [("classification".to_owned(), "parquet".to_owned())].into(),
        storage: GlueStorage {
            location: Some("s3://lake/traffic/".into()),
            input_format: Some("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat".into()),
            output_format: Some("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat".into()),
            serde_library: Some("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe".into()),
            ..GlueStorage::default()
        },
        table_type: Some("EXTERNAL_TABLE".into()),
        ..GlueTable::default()
    };
    Wanted { database: GlueDatabase::new("mobility"), table, indexes: Vec::new(), adopt: false }
}

pub(crate) fn with_index(mut wanted: Wanted) -> Wanted {
    let index = PartitionIndex { name: "by_day".into(), keys: vec!["dt".into()], state: IndexState::Active };
    wanted.indexes.push(index);
    wanted
}

pub(crate) fn again(catalog: &dyn Catalog, wanted: &Wanted) -> Result<TablePlan, CatalogError> {
    Ok(diff(wanted, &read(catalog, wanted)?))
}

pub(crate) fn options(allow: &[Code]) -> Options {
    Options { allow: allow.iter().copied().collect(), pauses: Pauses::NONE, ..Options::default() }
}

/// Plans and applies.
pub(crate) fn run(catalog: &dyn Catalog, wanted: &Wanted, allow: &[Code]) -> Result<Report, CatalogError> {
    let job = Job::new(catalog, |catalog| again(catalog, wanted))?;
    Ok(apply(catalog, vec![job], &options(allow), &mut Unobserved))
}

pub(crate) fn name() -> TableName {
    TableName::new("mobility", "traffic")
}

pub(crate) fn stored(catalog: &dyn Catalog) -> StoredTable {
    catalog.table(&name()).expect("an answer").expect("the table")
}

/// Registers partitions with the columns that the table has now.
pub(crate) fn register(catalog: &dyn Catalog, count: usize) {
    let table = stored(catalog).table;
    let partitions: Vec<GluePartition> = (0..count)
        .map(|day| GluePartition {
            values: vec![format!("day-{day:05}"); table.partition_keys.len()],
            columns: table.columns.clone(),
            storage: GlueStorage {
                location: Some(format!("s3://lake/traffic/dt=day-{day:05}/")),
                ..table.storage.clone()
            },
            ..GluePartition::default()
        })
        .collect();
    for some in partitions.chunks(MAX_CREATE) {
        assert_eq!(catalog.create_partitions(&name(), some).expect("an answer"), []);
    }
}

/// Lets a colleague write a parameter by hand.
pub(crate) fn by_hand(catalog: &dyn Catalog, key: &str, value: &str) {
    let StoredTable { mut table, version, .. } = stored(catalog);
    table.parameters.insert(key.into(), value.into());
    let archive = lakebed_cli::catalog::Archive::Keep;
    catalog.update_table("mobility", &table, &version, archive).expect("nobody else writes");
}

pub(crate) fn columns(table: &GlueTable) -> Vec<String> {
    table.columns.iter().map(|column| format!("{} {}", column.name, column.ty)).collect()
}

#[test]
fn a_table_is_made_and_then_changed_and_then_there_is_nothing_to_do() {
    let catalog = MemoryCatalog::new();
    let report = run(&catalog, &traffic(&["id string", "speed int"]), &[]).unwrap();
    assert!(matches!(report.tables[0].ended, Ended::Applied), "{report:?}");
    assert_eq!(report.tables[0].done, [Step::CreateDatabase, Step::CreateTable]);
    register(&catalog, 3);
    by_hand(&catalog, "owner", "mobility team");

    let wanted = with_index(traffic(&["id string", "lanes int", "speed bigint"]));
    let report = run(&catalog, &wanted, &[]).unwrap();
    assert_eq!(
        report.tables[0].done,
        [
            Step::UpdateTable { replaced: "1".into() },
            Step::UpdatePartitions { count: 3 },
            Step::CreateIndex { name: "by_day".into() },
        ],
        "{report:?}"
    );
    let table = stored(&catalog).table;
    assert_eq!(columns(&table), ["id string", "lanes int", "speed bigint"]);
    assert_eq!(table.parameters["owner"], "mobility team");
    assert!(catalog.partitions(&name()).unwrap().iter().all(|partition| partition.columns.len() == 3));

    let report = run(&catalog, &wanted, &[]).unwrap();
    assert!(matches!(report.tables[0].ended, Ended::NothingToDo), "{report:?}");
    assert_eq!(stored(&catalog).version, "2");
}

#[test]
fn breaking_changes_are_refused_until_they_are_allowed_and_other_tables_go_on() {
    let catalog = MemoryCatalog::new();
    run(&catalog, &traffic(&["id string", "speed int"]), &[]).unwrap();
    let (less, mut other) = (traffic(&["id string"]), traffic(&["id string"]));
    other.table.name = "points".into();
    let job = |wanted| Job::new(&catalog, move |catalog| again(catalog, wanted)).unwrap();
    let report = apply(&catalog, vec![job(&less), job(&other)], &options(&[]), &mut Unobserved);
    let Ended::Refused(refusals) = &report.tables[0].ended else { panic!("{report:?}") };
    assert!(refusals.iter().all(|refusal| refusal.can_be_allowed && refusal.change.remedy.is_some()));
    assert_eq!(report.tables[0].not_done, [Step::UpdateTable { replaced: "0".into() }]);
    assert_eq!(stored(&catalog).version, "0");
    assert!(matches!(report.tables[1].ended, Ended::Applied), "{report:?}");

    let report = run(&catalog, &less, &[Code::RemoveColumn]).unwrap();
    assert!(report.is_good(), "{report:?}");
    assert_eq!(columns(&stored(&catalog).table), ["id string"]);
}

#[test]
fn what_is_impossible_stays_refused_whatever_is_allowed() {
    let catalog = MemoryCatalog::new();
    run(&catalog, &traffic(&["id string"]), &[]).unwrap();
    let mut wanted = traffic(&["id string", "lanes int"]);
    wanted.table.partition_keys.push(column("hour string"));
    let all: Vec<Code> = Code::all().collect();
    let report = run(&catalog, &wanted, &all).unwrap();
    let Ended::Refused(refusals) = &report.tables[0].ended else { panic!("{report:?}") };
    assert!(refusals.iter().all(|refusal| !refusal.can_be_allowed && refusal.change.remedy.is_some()));
    assert_eq!(stored(&catalog).version, "0");
}

//! What reading and changing the catalog needs.

use super::allow;
use super::delivery::arn;
use crate::json::Json;
use crate::refs::{Refs, join};
use crate::table::Table;
use crate::target::Target;

/// Actions of `plan` and of every other command that only reads: the database, its tables, their versions and
/// partitions.
const READ: [&str; 7] = [
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartitionIndexes",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTableVersion",
    "glue:GetTableVersions",
];

/// Actions of `apply`, `rollback` and `partitions sync` beyond those of `plan`. Nothing is deleted.
const WRITE: [&str; 6] = [
    "glue:BatchCreatePartition",
    "glue:BatchUpdatePartition",
    "glue:CreateDatabase",
    "glue:CreatePartitionIndex",
    "glue:CreateTable",
    "glue:UpdateTable",
];

/// What `plan` needs: to read the database, the table and those that belong to it.
pub fn plan_statements(table: &Table, refs: &Refs) -> Vec<Json> {
    let every = [Json::from("*")];
    vec![
        allow("ReadCatalog", &READ, glue_arns(refs, &tables(table, refs))),
        // A list of tables is asked for by database, and each of them must be allowed.
        allow("ListTables", &["glue:GetTables"], glue_arns(refs, &every)),
    ]
}

/// What `apply`, `rollback` and `partitions sync` need: what `plan` does, and to make and change the same things.
pub fn apply_statements(table: &Table, refs: &Refs) -> Vec<Json> {
    let mut statements = plan_statements(table, refs);
    statements.push(allow("ChangeCatalog", &WRITE, glue_arns(refs, &tables(table, refs))));
    statements
}

/// What `partitions sync --prune` needs: what `apply` does, and to take partitions of the table out of the catalog.
pub fn prune_statements(table: &Table, refs: &Refs) -> Vec<Json> {
    let mut statements = apply_statements(table, refs);
    let delete = ["glue:BatchDeletePartition"];
    statements.push(allow("PrunePartitions", &delete, glue_arns(refs, std::slice::from_ref(&refs.table))));
    statements
}

/// The table, the one of raw records, and the view of the latest.
fn tables(table: &Table, refs: &Refs) -> Vec<Json> {
    let raw = Target::raw_table_name(table);
    // A template refers to the table itself, and to the others by name.
    vec![refs.table.clone(), raw.into(), format!("{}_latest", table.name).into()]
}

/// ARNs of the catalog, the database and tables of it.
pub(super) fn glue_arns(refs: &Refs, tables: &[Json]) -> Vec<Json> {
    let mut arns = vec![
        arn(refs, "glue", &["catalog".into()]),
        arn(refs, "glue", &[join([&"database/".into(), &refs.database])]),
    ];
    let slash = Json::from("/");
    arns.extend(tables.iter().map(|table| {
        arn(refs, "glue", &["table/".into(), refs.database.clone(), slash.clone(), table.clone()])
    }));
    arns
}

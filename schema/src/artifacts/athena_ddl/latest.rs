//! The view of the newest record of each key.

use crate::artifacts::Rendered;
use crate::table::Table;

/// What follows the table's name in that of the view.
const SUFFIX: &str = "_latest";

/// `CREATE VIEW TABLE_latest`, in Trino's SQL; none for tables without `key` and `latest_by`.
pub(super) fn view(table: &Table, database: &str) -> Option<Rendered> {
    let latest_by = table.latest_by.as_deref().filter(|_| !table.key.is_empty())?;
    let columns = table.file_columns().map(|column| column.name.as_str()).chain(table.partition_columns());
    let mut newest = String::from("newest");
    while table.column(&newest).is_some() || table.partition_columns().any(|column| column == newest) {
        newest.push('_');
    }
    let view = format!("{}{SUFFIX}", table.name);
    let source = format!("{}.{}", name(database), name(&table.name));
    let sql = format!(
        "CREATE OR REPLACE VIEW {database}.{view} AS\nSELECT\n  {columns}\nFROM (\n  SELECT\n    *,\n    row_number() OVER (\n      PARTITION BY {key}\n      ORDER BY {latest_by} DESC NULLS LAST\n    ) AS {newest}\n  FROM {source}\n)\nWHERE {newest} = 1\n",
        database = name(database),
        view = name(&view),
        columns = list(columns, ",\n  "),
        key = list(table.key.iter().map(String::as_str), ", "),
        latest_by = name(latest_by),
        newest = name(&newest),
    );
    let mut notes = vec![format!(
        "Of two records with the same key and the same `{latest_by}` the view keeps either; equal copies are no matter."
    )];
    let outside_key: Vec<_> =
        table.partition_columns().filter(|column| !table.key.iter().any(|key| key == column)).collect();
    if !outside_key.is_empty() {
        notes.push(format!(
            "A query of the view reads the whole table, also when it names {}: what is no part of the key cannot be looked at first.",
            outside_key.join(", ")
        ));
    }
    Some(Rendered { notes, ..Rendered::text(sql) })
}

/// A name in double quotes, as queries want it.
fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn list<'a>(names: impl Iterator<Item = &'a str>, separator: &str) -> String {
    names.map(name).collect::<Vec<_>>().join(separator)
}

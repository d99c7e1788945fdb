//! Tables that are more than columns over files: an update would break them.

use crate::catalog::StoredTable;
use lakebed_schema::artifacts::glue::GlueTable;

/// Formats that keep columns in metadata files of their own, by the word of `table_type` or of Spark's provider.
const OWN_METADATA: [(&str, &str); 3] =
    [("iceberg", "an Iceberg table"), ("delta", "a Delta Lake table"), ("hudi", "a Hudi table")];

/// Why lakebed must not update a table, one sentence each: what the catalog says, else what the table itself shows.
pub(super) fn obstacles(stored: &StoredTable) -> Vec<String> {
    if !stored.obstacles.is_empty() {
        return stored.obstacles.clone();
    }
    let table = &stored.table;
    let says = |key: &str, word: &str| {
        table.parameters.get(key).is_some_and(|value| value.trim().eq_ignore_ascii_case(word))
    };
    let mut found = Vec::new();
    for (word, what) in OWN_METADATA {
        if says("table_type", word) || says("spark.sql.sources.provider", word) {
            found.push(format!("It is {what}, whose columns stand in metadata files of its own."));
        }
    }
    if is_view(table) {
        found.push("It is a view, which has no files of its own.".to_owned());
    }
    found
}

fn is_view(table: &GlueTable) -> bool {
    let ty = table.table_type.as_deref().unwrap_or_default();
    ["VIRTUAL_VIEW", "MATERIALIZED_VIEW"].iter().any(|view| ty.eq_ignore_ascii_case(view))
}

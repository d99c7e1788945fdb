//! `CREATE EXTERNAL TABLE`.

use super::text::{column_type, literal, name};
use crate::artifacts::glue::{GlueColumn, GlueTable};
use crate::finding::{Finding, Findings};
use std::collections::BTreeMap;

/// The statement that creates a table of the catalog.
///
/// ```
/// use lakebed_schema::artifacts::athena_ddl::create_table;
/// use lakebed_schema::artifacts::glue::GlueTable;
/// use lakebed_schema::{Column, LogicalType, Table, Target};
///
/// let table = Table::new("traffic", vec![Column::new("end", LogicalType::Int32)]);
/// let target = Target { lake: Some("s3://my-lake".into()), ..Target::default() };
/// let ddl = create_table("mobility", &GlueTable::of(&table, &target).unwrap()).unwrap();
/// assert!(ddl.starts_with("CREATE EXTERNAL TABLE IF NOT EXISTS `mobility`.`traffic` (\n  `end` int\n)\n"));
/// ```
///
/// # Errors
/// No location, and everything that the catalog can hold and SQL cannot say.
pub fn create_table(database: &str, table: &GlueTable) -> Result<String, Findings> {
    check(table)?;
    let storage = &table.storage;
    let mut ddl = format!(
        "CREATE EXTERNAL TABLE IF NOT EXISTS {}.{} (\n{}\n)\n",
        name(database),
        name(&table.name),
        columns(&table.columns)
    );
    if let Some(description) = &table.description {
        ddl += &format!("COMMENT {}\n", literal(description));
    }
    if !table.partition_keys.is_empty() {
        ddl += &format!("PARTITIONED BY (\n{}\n)\n", columns(&table.partition_keys));
    }
    if !storage.bucket_columns.is_empty() {
        ddl += &buckets(table);
    }
    if let Some(serde) = &storage.serde_library {
        ddl += &format!("ROW FORMAT SERDE {}\n", literal(serde));
        if !storage.serde_parameters.is_empty() {
            ddl += &format!("WITH SERDEPROPERTIES (\n{}\n)\n", properties(&storage.serde_parameters));
        }
    }
    if let (Some(input), Some(output)) = (&storage.input_format, &storage.output_format) {
        ddl += &format!("STORED AS INPUTFORMAT {}\nOUTPUTFORMAT {}\n", literal(input), literal(output));
    }
    ddl += &format!("LOCATION {}\n", literal(storage.location.as_deref().unwrap_or_default()));
    if !table.parameters.is_empty() {
        ddl += &format!("TBLPROPERTIES (\n{}\n)\n", properties(&table.parameters));
    }
    Ok(ddl)
}

fn columns(columns: &[GlueColumn]) -> String {
    let lines: Vec<_> = columns
        .iter()
        .map(|column| {
            let line = format!("  {} {}", name(&column.name), column_type(&column.ty));
            match &column.comment {
                Some(comment) => format!("{line} COMMENT {}", literal(comment)),
                None => line,
            }
        })
        .collect();
    lines.join(",\n")
}

fn properties(parameters: &BTreeMap<String, String>) -> String {
    let lines: Vec<_> =
        parameters.iter().map(|(key, value)| format!("  {} = {}", literal(key), literal(value))).collect();
    lines.join(",\n")
}

fn buckets(table: &GlueTable) -> String {
    let storage = &table.storage;
    let by: Vec<_> = storage.bucket_columns.iter().map(|column| name(column)).collect();
    let mut clause = format!("CLUSTERED BY ({}) ", by.join(", "));
    if !storage.sort_columns.is_empty() {
        let order = |order: i64| if order == 0 { "DESC" } else { "ASC" };
        let sort: Vec<_> = storage
            .sort_columns
            .iter()
            .map(|sort| format!("{} {}", name(&sort.column), order(sort.order)))
            .collect();
        clause += &format!("SORTED BY ({}) ", sort.join(", "));
    }
    format!("{clause}INTO {} BUCKETS\n", storage.number_of_buckets)
}

/// What SQL cannot say.
fn check(table: &GlueTable) -> Result<(), Findings> {
    let mut findings = Findings::default();
    let storage = &table.storage;
    let mut wrong = |place: &str, problem: &str, fix: &str| {
        findings.push(Finding::new("athena-ddl", place, problem, fix));
    };
    let through_glue = "create the table through the Glue API: generate glue";
    if storage.location.is_none() {
        wrong("location", "is missing", "set it");
    }
    let other = table.table_type.as_deref().is_some_and(|ty| ty != "EXTERNAL_TABLE");
    if other || table.view_original_text.is_some() || table.view_expanded_text.is_some() {
        wrong("table type", "is not EXTERNAL_TABLE", through_glue);
    }
    if table.columns.iter().any(|column| !column.parameters.is_empty()) {
        wrong("columns", "have parameters, which SQL cannot say", through_glue);
    }
    if storage.input_format.is_some() != storage.output_format.is_some() {
        wrong("format", "has a class for one of reading and writing, and SQL names both or none", "set both");
    }
    let sorted_only = storage.bucket_columns.is_empty() && !storage.sort_columns.is_empty();
    if sorted_only
        || storage.compressed
        || storage.skewed.is_some()
        || storage.stored_as_sub_directories
        || !storage.parameters.is_empty()
        || table.retention != 0
    {
        let problem = "has sort columns without buckets, skewed values, parameters, retention or a compressed flag, which SQL cannot say";
        wrong("storage descriptor", problem, through_glue);
    }
    findings.or(|| ())
}

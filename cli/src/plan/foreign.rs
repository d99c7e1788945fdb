//! What others put into a table, and what a plan leaves alone.

use super::owned::{OWNED, is_always_ours};
use super::types::parse;
use lakebed_schema::artifacts::glue::GlueTable;
use lakebed_schema::hive_type::HiveType;

/// Longest value that is shown.
const MAX_SHOWN: usize = 60;
/// Parameters that engines keep for themselves, by what they are.
const ENGINES: &[(&str, &[&str])] = &[
    (
        "statistics",
        &[
            "numFiles",
            "numRows",
            "rawDataSize",
            "totalSize",
            "COLUMN_STATS_ACCURATE",
            "recordCount",
            "sizeKey",
            "objectCount",
            "averageRecordSize",
            "numPartitions",
        ],
    ),
    (
        "crawler",
        &[
            "CrawlerSchemaDeserializerVersion",
            "CrawlerSchemaSerializerVersion",
            "UPDATED_BY_CRAWLER",
            "typeOfData",
            "compressionType",
            "exclusions",
            "CRAWL_RUN_ID",
        ],
    ),
    (
        "Hive",
        &[
            "EXTERNAL",
            "transient_lastDdlTime",
            "last_modified_by",
            "last_modified_time",
            "bucketing_version",
            "DO_NOT_UPDATE_STATS",
        ],
    ),
];

/// Whether engines or crawlers keep a table parameter for themselves.
pub(super) fn is_of_engines(key: &str) -> bool {
    ENGINES.iter().any(|(_, keys)| keys.contains(&key))
}

/// One phrase for each thing of `table` that is not wanted.
pub(super) fn foreign(wanted: &GlueTable, table: &GlueTable) -> Vec<String> {
    let mut found = Vec::new();
    for column in &table.columns {
        match wanted.columns.iter().find(|wanted| wanted.name.eq_ignore_ascii_case(&column.name)) {
            None if is_key(wanted, &column.name) => found.push(format!(
                "column `{}` {}, which is a partition key too: readers fail over a name in both places",
                column.name, column.ty
            )),
            None => found.push(format!("column `{}` {}", column.name, column.ty)),
            Some(wanted) => {
                if let (Some(wanted), Some(ty)) = (parse(&wanted.ty), parse(&column.ty)) {
                    members(&column.name, &wanted, &ty, &mut found);
                }
                if wanted.comment.is_none()
                    && let Some(comment) = column.comment.as_deref().filter(|text| !text.is_empty())
                {
                    found.push(format!("comment of column `{}`: {}", column.name, cut(comment)));
                }
            }
        }
        for (key, value) in &column.parameters {
            found.push(format!("parameter `{key}` = `{}` of column `{}`", cut(value), column.name));
        }
    }
    for (key, wanted) in table.partition_keys.iter().zip(&wanted.partition_keys) {
        if wanted.comment.is_none()
            && let Some(comment) = key.comment.as_deref().filter(|text| !text.is_empty())
        {
            found.push(format!("comment of partition key `{}`: {}", key.name, cut(comment)));
        }
    }
    if wanted.description.is_none()
        && let Some(text) = table.description.as_deref().filter(|text| !text.is_empty())
    {
        found.push(format!("description: {}", cut(text)));
    }
    parameters(wanted, table, &mut found);
    storage(wanted, table, &mut found);
    found
}

fn is_key(table: &GlueTable, name: &str) -> bool {
    table.partition_keys.iter().any(|key| key.name.eq_ignore_ascii_case(name))
}

fn members(path: &str, wanted: &HiveType, ty: &HiveType, found: &mut Vec<String>) {
    match (wanted, ty) {
        (HiveType::Struct(wanted), HiveType::Struct(there)) => {
            for (name, ty) in there {
                let path = format!("{path}.{name}");
                match wanted.iter().find(|(wanted, _)| wanted == name) {
                    Some((_, wanted)) => members(&path, wanted, ty, found),
                    None => found.push(format!("member `{path}` {ty}")),
                }
            }
        }
        (HiveType::Array(wanted), HiveType::Array(ty)) => members(&format!("{path}[]"), wanted, ty, found),
        (HiveType::Map(wanted_key, wanted), HiveType::Map(key, ty)) => {
            members(&format!("{path}[key]"), wanted_key, key, found);
            members(&format!("{path}[value]"), wanted, ty, found);
        }
        _ => {}
    }
}

fn parameters(wanted: &GlueTable, table: &GlueTable, found: &mut Vec<String>) {
    let mut grouped = vec![Vec::new(); ENGINES.len()];
    for (key, value) in &table.parameters {
        if key == OWNED || is_always_ours(key) || wanted.parameters.contains_key(key) {
            continue;
        }
        let mut groups = ENGINES.iter().zip(&mut grouped);
        match groups.find(|((_, keys), _)| keys.contains(&key.as_str())) {
            Some((_, group)) => group.push(key.as_str()),
            None => found.push(format!("parameter `{key}` = `{}`", cut(value))),
        }
    }
    for ((what, _), keys) in ENGINES.iter().zip(grouped).filter(|(_, keys)| !keys.is_empty()) {
        found.push(format!("parameters of {what}: {}", keys.join(", ")));
    }
}

fn storage(wanted: &GlueTable, table: &GlueTable, found: &mut Vec<String>) {
    for (key, value) in &table.storage.serde_parameters {
        let is_default = key == "serialization.format" && value == "1";
        if !wanted.storage.serde_parameters.contains_key(key) && !is_default {
            found.push(format!("SerDe parameter `{key}` = `{}`", cut(value)));
        }
    }
    for (key, value) in &table.storage.parameters {
        found.push(format!("parameter `{key}` = `{}` of the storage descriptor", cut(value)));
    }
    if !table.storage.bucket_columns.is_empty() {
        found.push(format!("buckets by {}", table.storage.bucket_columns.join(", ")));
    }
    if !table.storage.sort_columns.is_empty() {
        let columns = table.storage.sort_columns.iter().map(|sort| sort.column.as_str());
        found.push(format!("sort columns {}", columns.collect::<Vec<_>>().join(", ")));
    }
    if table.storage.skewed.is_some() {
        found.push("skewed columns".to_owned());
    }
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_SHOWN {
        return line;
    }
    line.chars().take(MAX_SHOWN - 1).chain(['…']).collect()
}

//! Partition indexes: how Athena finds the partitions of a filter among many registered ones.

use crate::finding::{Finding, Findings};
use crate::table::Table;
use crate::target::Target;

/// The setting.
const SETTING: &str = "partition_indexes";
/// Most indexes of a table.
const MAX_INDEXES: usize = 3;
/// The table parameter without which Athena does not ask the indexes.
pub(super) const FILTERING: &str = "partition_filtering.enabled";

/// The partition indexes that the target asks for, each as its keys in order.
///
/// # Errors
/// Keys that the table is not partitioned by, twice the same, more than Glue takes, and any at all for a table whose
/// partitions Athena computes: it does not ask the catalog then.
pub fn partition_indexes(table: &Table, target: &Target) -> Result<Vec<Vec<String>>, Findings> {
    let mut findings = Findings::default();
    let mut wrong = |problem: String, fix: &str| {
        findings.push(Finding::new("partition-index", SETTING, problem, fix));
    };
    let mut indexes: Vec<Vec<String>> = Vec::new();
    if target.partition_indexes.is_empty() {
        return Ok(indexes);
    }
    let known: Vec<&str> = table.partition_columns().collect();
    for text in &target.partition_indexes {
        let keys: Vec<String> = text.split(',').map(|key| key.trim().to_lowercase()).collect();
        if let Some(key) = keys.iter().find(|key| !known.contains(&key.as_str())) {
            let has = match known.as_slice() {
                [] => "no partition keys".to_owned(),
                known => format!("the partition keys {}", known.join(", ")),
            };
            wrong(
                format!("`{text}` names `{key}`, and `{}` has {has}", table.name),
                "write keys with commas between them; for one table alone, write it below [table.NAME]",
            );
        } else if keys.iter().enumerate().any(|(at, key)| keys.iter().take(at).any(|earlier| earlier == key))
        {
            wrong(format!("`{text}` names a key twice"), "name each key once");
        } else if indexes.contains(&keys) {
            wrong(format!("`{text}` is there twice"), "leave one out");
        } else {
            indexes.push(keys);
        }
    }
    if target.partition_indexes.len() > MAX_INDEXES {
        wrong(
            format!(
                "asks for {} indexes, and Glue takes {MAX_INDEXES} for a table",
                target.partition_indexes.len()
            ),
            "keep those that most queries filter by",
        );
    }
    if target.projection.enabled && !table.partitions.is_empty() {
        wrong(
            format!("Athena computes the partitions of `{}` and asks no index", table.name),
            "leave it out, or set projection.enabled = false",
        );
    }
    findings.or(|| indexes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifacts::glue::GlueTable;
    use crate::layout::Layout;
    use crate::table::{Partition, PartitionBy};

    fn table() -> Table {
        let mut table = Table::new("traffic", Vec::new());
        let layout = Layout::parse("dt={yyyy-MM-dd}/hour={HH}", None).unwrap();
        table.partitions.push(Partition { by: PartitionBy::Arrival, layout, null: None });
        table
    }

    fn target(indexes: &[&str]) -> Target {
        let mut target = Target { lake: Some("s3://my-lake".into()), ..Target::default() };
        target.projection.enabled = false;
        target.partition_indexes = indexes.iter().map(|text| (*text).to_owned()).collect();
        target
    }

    #[test]
    fn indexes_come_with_the_parameter_that_makes_athena_ask_them() {
        let glue = |indexes: &[&str]| GlueTable::of(&table(), &target(indexes)).unwrap().parameters;
        assert_eq!(glue(&["dt,hour"]).get(FILTERING).map(String::as_str), Some("true"));
        assert_eq!(glue(&[]).get(FILTERING), None);
        let keys = partition_indexes(&table(), &target(&["dt, Hour", "hour"])).unwrap();
        assert_eq!(keys, [vec!["dt", "hour"], vec!["hour"]]);
    }

    #[test]
    fn what_glue_or_athena_does_not_take_is_a_finding() {
        for (indexes, part) in [
            (&["dt,minute"][..], "names `minute`, and `traffic` has the partition keys dt, hour"),
            (&[""], "names ``"),
            (&["dt,dt"], "names a key twice"),
            (&["dt", "dt"], "is there twice"),
            (&["dt", "hour", "dt,hour", "hour,dt"], "asks for 4 indexes, and Glue takes 3"),
        ] {
            let error = GlueTable::of(&table(), &target(indexes)).unwrap_err().to_string();
            assert!(error.contains(part), "{indexes:?}: {error}");
        }
        let mut projected = target(&["dt"]);
        projected.projection.enabled = true;
        projected.projection.from = Some("2026-01-01".into());
        let error = GlueTable::of(&table(), &projected).unwrap_err().to_string();
        assert!(error.contains("asks no index"), "{error}");
    }
}

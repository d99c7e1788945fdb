//! Registered partitions that have to follow their table: each has columns of its own.

use super::reading::Access;
use super::types::{normal_type, parse};
use super::widening::{Widening, widening};
use lakebed_schema::artifacts::glue::{GlueColumn, GluePartition, GlueTable};
use lakebed_schema::hive_type::HiveType;

/// The partition as it should be registered now that the table is `table`; none when it may stay as it is.
///
/// Columns and members that the table has and the partition lacks come. A type follows when files of the old one are
/// read under the new one; else the partition keeps it, and the engine casts. Format, SerDe, place and parameters
/// never follow: the files stay what they are. Columns that only the partition has stay, unless the engine compares
/// by position: then columns and their order become the table's.
pub fn follow(partition: &GluePartition, table: &GlueTable) -> Option<GluePartition> {
    let access = Access::of(&partition.storage);
    let columns = if access.compares_partitions_by_position() {
        table.columns.iter().map(|column| following(find(partition, column), column, access)).collect()
    } else {
        by_name(partition, table, access)
    };
    let differs = columns.len() != partition.columns.len()
        || columns.iter().zip(&partition.columns).any(|(new, old)| {
            !new.name.eq_ignore_ascii_case(&old.name) || normal_type(&new.ty) != normal_type(&old.ty)
        });
    differs.then(|| GluePartition { columns, ..partition.clone() })
}

fn find<'a>(partition: &'a GluePartition, column: &GlueColumn) -> Option<&'a GlueColumn> {
    partition.columns.iter().find(|found| found.name.eq_ignore_ascii_case(&column.name))
}

/// The partition's columns in their order, with the table's where they are missing, each behind its predecessor.
fn by_name(partition: &GluePartition, table: &GlueTable, access: Access) -> Vec<GlueColumn> {
    let of_table =
        |old: &GlueColumn| table.columns.iter().find(|new| new.name.eq_ignore_ascii_case(&old.name));
    let old = partition.columns.iter();
    let mut columns: Vec<_> = old
        .map(|old| of_table(old).map_or_else(|| old.clone(), |new| following(Some(old), new, access)))
        .collect();
    for (at, new) in table.columns.iter().enumerate().filter(|(_, new)| find(partition, new).is_none()) {
        let position = |before: &GlueColumn| {
            columns.iter().position(|there| there.name.eq_ignore_ascii_case(&before.name))
        };
        let behind = table.columns.iter().take(at).rev().find_map(position);
        columns.insert(behind.map_or(0, |at| at + 1), new.clone());
    }
    columns
}

/// A column of the partition with the type that it should have.
fn following(old: Option<&GlueColumn>, new: &GlueColumn, access: Access) -> GlueColumn {
    let Some(old) = old else { return new.clone() };
    let ty = match (parse(&old.ty), parse(&new.ty)) {
        (Some(from), Some(to)) => following_type(&from, &to, access).to_string(),
        _ => old.ty.clone(),
    };
    let ty = if normal_type(&ty) == normal_type(&old.ty) { old.ty.clone() } else { ty };
    GlueColumn { ty, ..old.clone() }
}

/// The table's type, with the old type at every place where files of it are not read under the new one. Members
/// stand as the table has them, since engines compare them by position.
fn following_type(old: &HiveType, new: &HiveType, access: Access) -> HiveType {
    match (old, new) {
        (HiveType::Struct(old), HiveType::Struct(new)) => {
            let member = |(name, new): &(String, HiveType)| {
                let ty = match old.iter().find(|(found, _)| found == name) {
                    Some((_, old)) => following_type(old, new, access),
                    None => new.clone(),
                };
                (name.clone(), ty)
            };
            HiveType::Struct(new.iter().map(member).collect())
        }
        (HiveType::Array(old), HiveType::Array(new)) => {
            HiveType::Array(Box::new(following_type(old, new, access)))
        }
        (HiveType::Map(old_key, old), HiveType::Map(new_key, new)) => HiveType::Map(
            Box::new(following_type(old_key, new_key, access)),
            Box::new(following_type(old, new, access)),
        ),
        _ => {
            // A JSON document gives any scalar as text.
            let is_text = access == Access::Json && *new == HiveType::String && old.is_primitive();
            if is_text || widening(old, new) != Widening::No { new.clone() } else { old.clone() }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;
    use lakebed_schema::artifacts::glue::Format;

    fn partition(columns: &str, json: bool) -> GluePartition {
        let table = table(columns);
        let mut partition = GluePartition {
            values: vec!["2026-01-01".into()],
            columns: table.columns,
            storage: table.storage,
            ..GluePartition::default()
        };
        partition.storage.location = Some("s3://lake/elsewhere/".into());
        partition.parameters.insert("theirs".into(), "1".into());
        if json {
            partition.storage.serde_library = Some(Format::Json.serde().into());
        }
        partition
    }

    /// The columns of the partition once it followed; none when it stays.
    fn followed(partition: &GluePartition, columns: &str) -> Option<String> {
        let table = table(columns);
        let new = follow(partition, &table)?;
        assert_eq!(follow(&new, &table), None, "a second time changes nothing");
        assert_eq!((&new.storage, &new.parameters), (&partition.storage, &partition.parameters));
        let shown: Vec<_> =
            new.columns.iter().map(|column| format!("{}:{}", column.name, column.ty)).collect();
        Some(shown.join(" "))
    }

    #[test]
    fn columns_come_and_types_follow_where_old_files_are_read() {
        for (old, table, expected) in [
            ("a:int b:int", "a:int b:int", None),
            ("a:int b:int", "b:int a:int", None),
            ("a:int theirs:int", "a:int", None),
            ("a:int", "z:int a:int b:string", Some("z:int a:int b:string")),
            ("b:int theirs:int a:int", "a:int c:int b:int", Some("b:int theirs:int a:int c:int")),
            (
                "a:int b:float c:int d:double",
                "a:bigint b:double c:string d:float",
                Some("a:bigint b:double c:int d:double"),
            ),
            ("a:int", "a:string", None),
            (
                "s:struct<x:int,y:int>",
                "s:struct<y:bigint,x:string,z:int>",
                Some("s:struct<y:bigint,x:int,z:int>"),
            ),
            ("s:array<struct<x:int>>", "s:array<struct<x:int,y:int>>", Some("s:array<struct<x:int,y:int>>")),
            ("m:map<string,int>", "m:map<string,bigint>", Some("m:map<string,bigint>")),
            ("s:struct<x:int>", "s:int", None),
        ] {
            assert_eq!(followed(&partition(old, false), table).as_deref(), expected, "{old} -> {table}");
        }
    }

    #[test]
    fn partitions_of_json_have_exactly_the_columns_of_the_table() {
        for (old, table, expected) in [
            ("a:int b:int", "b:int a:int", Some("b:int a:int")),
            ("a:int gone:int", "a:int", Some("a:int")),
            ("a:int b:string", "a:string b:int", Some("a:string b:string")),
        ] {
            assert_eq!(followed(&partition(old, true), table).as_deref(), expected, "{old} -> {table}");
        }
    }
}

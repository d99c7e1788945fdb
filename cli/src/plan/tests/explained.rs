//! Every kind of change with its class, reason and remedy, to be read in the snapshot.

use super::*;
use crate::catalog::{IndexState, PartitionIndex};
use lakebed_schema::artifacts::glue::GluePartition;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Cases as text, and the codes that were seen.
#[derive(Default)]
struct Shown {
    text: String,
    codes: BTreeSet<Code>,
}

impl Shown {
    fn plan(&mut self, title: &str, wanted: &Wanted, actual: &Actual) {
        let plan = diff(wanted, actual);
        let _ = writeln!(self.text, "# {title}");
        for change in &plan.changes {
            self.codes.insert(change.code);
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            let _ = writeln!(
                self.text,
                "{} {}: {} [{}]\n  {} -> {}\n  because {}",
                change.code,
                change.code.title(),
                change.place,
                change.class.name(),
                side(&change.before),
                side(&change.after),
                change.reason,
            );
            if let Some(remedy) = &change.remedy {
                let _ = writeln!(self.text, "  do: {remedy}");
            }
        }
        self.text.push('\n');
    }

    /// A table that lakebed made before, and what is wanted now.
    fn pair(&mut self, title: &str, before: GlueTable, after: GlueTable) {
        let made = diff(&wanted(before), &Actual::default()).result.unwrap();
        self.plan(title, &wanted(after), &holds(made));
    }
}

fn by_position(mut table: GlueTable) -> GlueTable {
    table.storage.serde_parameters.insert("parquet.column.index.access".into(), "true".into());
    table
}

fn json(mut table: GlueTable) -> GlueTable {
    table.parameters.insert("classification".into(), "json".into());
    table.storage.input_format = Some(Format::Json.input_format().into());
    table.storage.output_format = Some(Format::Json.output_format().into());
    table.storage.serde_library = Some(Format::Json.serde().into());
    table
}

fn keyed(mut table: GlueTable) -> GlueTable {
    for name in ["dt", "hour"] {
        let key = GlueColumn { name: name.into(), ty: "string".into(), ..GlueColumn::default() };
        table.partition_keys.push(key);
    }
    table
}

fn projected(table: GlueTable, from: &str) -> GlueTable {
    let mut table = keyed(table);
    for (key, value) in [
        ("enabled", "true"),
        ("dt.type", "date"),
        ("dt.format", "yyyy-MM-dd"),
        ("dt.range", &format!("{from},NOW+1DAY")),
        ("hour.type", "integer"),
        ("hour.range", "0,23"),
        ("hour.digits", "2"),
    ] {
        table.parameters.insert(format!("projection.{key}"), value.to_owned());
    }
    table
}

fn with(table: GlueTable, change: impl FnOnce(&mut GlueTable)) -> GlueTable {
    let mut table = table;
    change(&mut table);
    table
}

fn registered(table: &GlueTable, days: &[&str]) -> Vec<GluePartition> {
    let partition = |day: &&str| GluePartition {
        values: vec![(*day).to_owned(), "07".to_owned()],
        columns: table.columns.clone(),
        storage: lakebed_schema::artifacts::glue::GlueStorage {
            location: Some(format!("s3://lake/traffic/dt={day}/hour=07/")),
            ..table.storage.clone()
        },
        ..GluePartition::default()
    };
    days.iter().map(partition).collect()
}

#[test]
fn every_code_once() {
    let mut shown = Shown::default();
    whole_tables(&mut shown);
    columns(&mut shown);
    types(&mut shown);
    partitions(&mut shown);
    places_and_formats(&mut shown);
    parameters(&mut shown);
    let missing: Vec<_> = Code::all().filter(|code| !shown.codes.contains(code)).collect();
    assert_eq!(missing, []);
    insta::assert_snapshot!("every_code", shown.text);
}

fn whole_tables(shown: &mut Shown) {
    shown.plan("no database", &wanted(table("a:int")), &Actual::default());
    let database = Some(GlueDatabase::new("mobility"));
    let renamed = Actual { database, same_location: vec!["verkeer".into()], ..Actual::default() };
    shown.plan("another table stands in the place of the new one", &wanted(table("a:int")), &renamed);
    let iceberg = with(table("a:int"), |table| {
        table.parameters.insert("table_type".into(), "ICEBERG".into());
    });
    shown.plan("an Iceberg table", &wanted(table("a:bigint")), &holds(iceberg));
    let managed = with(table("a:int"), |table| table.table_type = Some("MANAGED_TABLE".into()));
    shown.plan("a managed table", &wanted(table("a:int")), &holds(managed));
    let described = with(table("a:int"), |table| table.description = Some("Traffic.".into()));
    shown.pair("a description", table("a:int"), described);
}

fn columns(shown: &mut Shown) {
    shown.pair("columns of Parquet", table("a:int b:string c:int"), table("d:date c:int a:int"));
    shown.pair("a rename", table("a:int speed:int"), table("a:int speeds:int"));
    shown.pair(
        "columns of Parquet by position",
        by_position(table("a:int b:string c:int")),
        by_position(table("d:date c:int a:int e:int")),
    );
    shown.pair("columns of JSON", json(table("a:int b:string")), json(table("c:int a:int")));
    let commented = with(table("a:int"), |table| table.columns[0].comment = Some("Speed.".into()));
    shown.pair("a comment", table("a:int"), commented);
    shown.pair(
        "members",
        table("s:array<struct<x:int,y:int,z:float>>"),
        table("s:array<struct<z:double,x:int,w:map<string,int>>>"),
    );
}

fn types(shown: &mut Shown) {
    let (before, after) = (
        "a:smallint b:int c:float d:decimal(10,2) e:int f:string g:varchar(5) h:array<int>",
        "a:int b:bigint c:double d:decimal(12,2) e:string f:int g:string h:int",
    );
    shown.pair("types of Parquet", table(before), table(after));
    shown.pair("types of JSON", json(table(before)), json(table(after)));
    shown.pair(
        "types of Parquet with registered partitions",
        keyed(table("a:int")),
        keyed(table("a:string")),
    );
}

fn partitions(shown: &mut Shown) {
    shown.pair("partition keys", table("a:int"), keyed(table("a:int")));
    let commented =
        with(keyed(table("a:int")), |table| table.partition_keys[0].comment = Some("Day.".into()));
    shown.pair("a comment of a partition key", keyed(table("a:int")), commented);
    let projected_from = |from: &str| projected(table("a:int"), from);
    shown.pair("projection from earlier", projected_from("2026-01-01"), projected_from("2025-01-01"));
    shown.pair("projection from later", projected_from("2026-01-01"), projected_from("2026-02-01"));
    let templated = with(projected_from("2026-01-01"), |table| {
        let template = "s3://lake/traffic/${dt}/${hour}/";
        table.parameters.insert("storage.location.template".into(), template.into());
    });
    shown.pair("a location template", projected_from("2026-01-01"), templated);
    shown.pair("projection off", projected_from("2026-01-01"), keyed(table("a:int")));
    let there = keyed(table("a:int"));
    let partitions = Some(registered(&there, &["2026-01-01", "2026-01-02"]));
    shown.plan(
        "projection on",
        &wanted(projected_from("2026-01-01")),
        &Actual { partitions: partitions.clone(), ..holds(there.clone()) },
    );
    let indexed = Wanted {
        indexes: vec![
            PartitionIndex { name: "dt".into(), keys: vec!["dt".into()], state: IndexState::Active },
            PartitionIndex { name: "hour".into(), keys: vec!["hour".into()], state: IndexState::Active },
        ],
        ..wanted(keyed(table("a:bigint b:int")))
    };
    let theirs = |name: &str, keys: &[&str]| PartitionIndex {
        name: name.into(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        state: IndexState::Active,
    };
    let indexes = vec![theirs("x", &["dt", "hour"]), theirs("dt", &["hour", "dt"])];
    shown.plan(
        "registered partitions and indexes",
        &indexed,
        &Actual { partitions, indexes, ..holds(there) },
    );
}

fn places_and_formats(shown: &mut Shown) {
    let moved =
        |table: GlueTable| with(table, |table| table.storage.location = Some("s3://lake/elsewhere/".into()));
    shown.pair("another location", table("a:int"), moved(table("a:int")));
    shown.pair(
        "another location with registered partitions",
        keyed(table("a:int")),
        moved(keyed(table("a:int"))),
    );
    let plain = with(table("a:int"), |table| table.storage.location = Some("s3://lake/traffic".into()));
    shown.pair("the same location", plain, table("a:int"));
    shown.pair("another format", json(table("a:int")), table("a:int"));
    shown.pair(
        "another format with registered partitions",
        keyed(json(table("a:int"))),
        keyed(table("a:int")),
    );
}

fn parameters(shown: &mut Shown) {
    let serde = |pairs: &[(&str, &str)]| {
        with(json(table("a:int")), |table| {
            for (key, value) in pairs {
                table.storage.serde_parameters.insert((*key).to_owned(), (*value).to_owned());
            }
        })
    };
    let all = serde(&[("mapping.a", "A"), ("ignore.malformed.json", "TRUE"), ("case.insensitive", "FALSE")]);
    shown.pair("parameters of the SerDe", serde(&[]), all.clone());
    shown.pair("parameters of the SerDe that go", all, serde(&[]));
    shown.pair("by position", table("a:int"), by_position(table("a:int")));
    let parameters = with(table("a:int"), |table| {
        for key in ["team", "parquet.compression", "skip.header.line.count"] {
            table.parameters.insert(key.to_owned(), "1".to_owned());
        }
    });
    shown.pair("parameters of the table", table("a:int"), parameters);
}

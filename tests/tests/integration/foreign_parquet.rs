//! Parquet files of other writers: a struct, or a finding that names the column and the reason.

use lakebed::import::rust::Guess;
use lakebed::{LogicalType, Table};
use lakebed_tests::command::lakebed;
use lakebed_tests::workspace;
use serde_json::Value;
use std::path::PathBuf;

fn file(name: &str) -> PathBuf {
    workspace::root().join(format!("tests/data/parquet/{name}.parquet"))
}

/// What `import --json` tells of a file, and its exit code.
fn told(name: &str) -> (u8, Value) {
    let path = file(name).display().to_string();
    let ran = lakebed(&[], ["import", &path, "--json"]);
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{name}: {error}: {}", ran.err)))
}

/// The table of a file, and what was guessed.
pub(crate) fn imported(name: &str) -> (Table, Vec<Guess>) {
    let (code, told) = told(name);
    assert_eq!(code, 0, "{name}: {told}");
    let table = Table::from_contract(&told["contract"].to_string()).expect("a contract");
    let guesses = told["guesses"].as_array().expect("guesses").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (table, guesses.map(|guess| Guess::new(text(&guess["column"]), text(&guess["text"]))).collect())
}

/// Files that become a table.
pub(crate) const SOUND: [&str; 10] = [
    "arrow_decimals_fixed",
    "arrow_decimals_integer",
    "arrow_dictionary",
    "arrow_int96",
    "arrow_list_items",
    "arrow_names",
    "arrow_times",
    "arrow_unsigned",
    "spark_legacy",
    "spark_nested",
];

/// Names and types of columns, as Hive writes them; a star marks instants.
fn columns(table: &Table) -> Vec<String> {
    let shown = |ty: &LogicalType| lakebed::hive_type::hive_type(ty).to_string();
    let star = |ty: &LogicalType| match ty {
        LogicalType::Timestamp { instant: true, .. } => "*",
        _ => "",
    };
    table
        .columns
        .iter()
        .map(|column| format!("{} {}{}", column.name, shown(&column.ty), star(&column.ty)))
        .collect()
}

#[test]
fn every_sound_file_becomes_a_table_of_its_types() {
    let spark = [
        "id int",
        "at timestamp*",
        "local_at timestamp",
        "day date",
        "small decimal(7,2)",
        "large decimal(17,2)",
        "huge decimal(38,2)",
        "tiny tinyint",
        "numbers array<int>",
        "points array<struct<x:double,tags:array<string>>>",
        "by_name map<string,struct<n:bigint>>",
        "outer struct<inner:struct<type:string>>",
    ];
    let decimals = ["small decimal(7,2)", "large decimal(17,2)", "huge decimal(38,2)"];
    for (name, expected) in [
        ("arrow_decimals_fixed", &decimals[..]),
        ("arrow_decimals_integer", &decimals),
        ("arrow_dictionary", &["word string", "large string", "bytes binary"]),
        ("arrow_int96", &["at timestamp*", "nested struct<at:timestamp>"]),
        ("arrow_list_items", &["numbers array<int>", "points array<struct<x:double>>"]),
        (
            "arrow_names",
            &[
                "speed bigint",
                "type bigint",
                "self bigint",
                "km_per_hour bigint",
                "gr_e bigint",
                "_2nd bigint",
                "a_b bigint",
            ],
        ),
        (
            "arrow_times",
            &["seconds timestamp", "millis timestamp*", "micros timestamp*", "nanos timestamp", "day date"],
        ),
        ("arrow_unsigned", &["u8 smallint", "u16 int", "u32 bigint", "u64 decimal(20,0)"]),
        ("spark_legacy", &spark),
        ("spark_nested", &spark),
    ] {
        assert!(SOUND.contains(&name), "{name}");
        assert_eq!(columns(&imported(name).0), expected, "{name}");
    }
}

#[test]
fn times_of_96_bits_are_guessed_also_inside() {
    let (table, guesses) = imported("arrow_int96");
    let guessed: Vec<_> = guesses.iter().map(|guess| guess.column.as_str()).collect();
    assert_eq!(guessed, ["at", "nested.at"]);
    let LogicalType::Struct { columns } = &table.columns[1].ty else { panic!("{table:?}") };
    assert!(matches!(columns[0].ty, LogicalType::Timestamp { instant: true, .. }), "{columns:?}");
}

#[test]
fn what_is_no_table_names_column_and_reason() {
    for (name, expected) in [
        (
            "arrow_no_type",
            &[("column `clock`", "is a time of day"), ("column `wide`", "is decimal(50,0)")][..],
        ),
        ("arrow_same_name", &[("column `ID`", "upper and lower case")]),
    ] {
        let (code, told) = told(name);
        let found: Vec<_> = told["findings"].as_array().expect("findings").iter().collect();
        assert_eq!((code, found.len()), (1, expected.len()), "{name}: {told}");
        for (finding, (place, problem)) in found.iter().zip(expected) {
            let has = |key: &str, text: &str| finding[key].as_str().is_some_and(|found| found.contains(text));
            assert!(has("place", place) && has("problem", problem), "{name}: {finding}");
        }
    }
}

#[test]
fn every_file_is_looked_at() {
    let files = workspace::files("tests/data/parquet").len();
    assert_eq!(files, SOUND.len() + 2);
}

//! The fast ways give what the plain ones give: for records of every shape and every oddity, the rows that DuckDB reads
//! from the same JSON, and the same files however the work is divided.

use lakebed::{ConvertOptions, Report, Table};
use lakebed_bench_data::{Codec, Contract, Layout, Recipe, Shape, Size};
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::rig::Rig;
use serde_json::json;
use std::path::PathBuf;

/// Some records and their table.
struct Case {
    name: &'static str,
    recipe: Recipe,
    contract: Contract,
}

fn case(name: &'static str, shape: Shape, change: impl FnOnce(&mut Recipe)) -> Case {
    let mut recipe = Recipe::new(shape);
    change(&mut recipe);
    Case { name, recipe, contract: Contract::new(shape) }
}

impl Case {
    fn stored(mut self, change: impl FnOnce(&mut Contract)) -> Self {
        change(&mut self.contract);
        self
    }

    fn table(&self) -> Table {
        Table::from_contract(&self.contract.text()).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn text(&self, rows: u64) -> Vec<u8> {
        let mut text = Vec::new();
        let written = self.recipe.write(Size::Rows(rows), &mut text).expect("a vector takes all");
        assert_eq!(written, rows);
        text
    }

    fn convert(
        &self,
        bench: &Bench,
        input: &PathBuf,
        name: &str,
        change: impl FnOnce(&mut ConvertOptions),
    ) -> Report {
        let lake = format!("{}/{name}", self.name);
        let report = bench.convert(&self.table(), std::slice::from_ref(input), &lake, change);
        assert_eq!(report.total.rejected, 0, "{}: {:?}", self.name, report.rejects);
        report
    }
}

/// Traffic counts as they come.
fn regular() -> Vec<Case> {
    vec![
        case("strings", Shape::Strings, |_| {}),
        case("numbers", Shape::Numbers, |_| {}),
        case("nested", Shape::Nested, |_| {}),
        case("strings by hour", Shape::Strings, |_| {}).stored(|table| table.by_hour = true),
        case("numbers by hour", Shape::Numbers, |_| {}).stored(|table| table.by_hour = true),
        case("nested by hour", Shape::Nested, |_| {}).stored(|table| table.by_hour = true),
        case("sorted", Shape::Strings, |_| {}).stored(|table| table.sorted = true),
        case("zstd", Shape::Strings, |_| {}).stored(|table| table.codec = Codec::Zstd),
    ]
}

/// Traffic counts with something in them that the first record did not announce.
fn odd() -> Vec<Case> {
    let gaps = |recipe: &mut Recipe| (recipe.nulls, recipe.missing) = (1000, 1000);
    let all = |recipe: &mut Recipe| {
        (recipe.nulls, recipe.missing, recipe.jumbled) = (300, 300, 300);
        (recipe.unknown, recipe.escapes) = (300, 300);
    };
    vec![
        case("nulls and missing keys", Shape::Strings, gaps),
        case("nulls and missing keys, numbers", Shape::Numbers, gaps),
        case("nulls and missing keys, nested", Shape::Nested, gaps),
        case("a null now and then", Shape::Numbers, |recipe| recipe.nulls = 2),
        case("missing keys", Shape::Strings, |recipe| recipe.missing = 3000),
        case("some jumbled", Shape::Strings, |recipe| recipe.jumbled = 1000),
        case("all jumbled", Shape::Nested, |recipe| recipe.jumbled = 10_000),
        case("unknown keys", Shape::Numbers, |recipe| recipe.unknown = 2000),
        case("escapes", Shape::Strings, |recipe| recipe.escapes = 5000),
        case("compact", Shape::Nested, |recipe| recipe.layout = Layout::Compact),
        case("pretty", Shape::Nested, |recipe| recipe.layout = Layout::Pretty),
        case("glued", Shape::Strings, |recipe| recipe.glued = true),
        case("pretty and glued", Shape::Numbers, |recipe| {
            recipe.layout = Layout::Pretty;
            recipe.glued = true;
        }),
        case("a bit of everything", Shape::Strings, all),
        case("a bit of everything, nested", Shape::Nested, all).stored(|table| table.by_hour = true),
    ]
}

/// Other shapes, complete and not.
fn other() -> Vec<Case> {
    let gaps = |recipe: &mut Recipe| {
        (recipe.nulls, recipe.missing, recipe.escapes, recipe.jumbled) = (500, 500, 500, 100);
    };
    vec![
        case("texts", Shape::Texts, |_| {}),
        case("texts with gaps", Shape::Texts, gaps),
        case("sparse", Shape::Sparse, |_| {}),
        case("deep", Shape::Deep, |_| {}),
        case("deep with gaps", Shape::Deep, gaps),
        case("distinct", Shape::Distinct, |_| {}),
        case("distinct with gaps", Shape::Distinct, gaps),
        case("floats", Shape::Floats, |_| {}),
        case("floats with gaps", Shape::Floats, gaps),
    ]
}

/// Lets DuckDB read both ends of each case.
fn duckdb_reads_the_same(cases: &[Case], rows: u64) {
    let bench = Bench::new();
    let listed = cases.iter().map(|case| {
        let input = bench.input(&format!("{}.json", case.name), case.text(rows));
        let report = case.convert(&bench, &input, "lake", |options| options.threads = 2);
        assert_eq!(report.total.written, rows, "{}", case.name);
        let contract = bench.input(&format!("{}.contract", case.name), case.contract.text());
        let lines = case.recipe.layout != Layout::Pretty && !case.recipe.glued;
        json!({
            "name": case.name,
            "contract": contract,
            "input": input,
            "form": if lines { "newline_delimited" } else { "unstructured" },
            "lake": bench.lake(&format!("{}/lake", case.name)).join("bench"),
            "ordered": !case.contract.by_hour && !case.contract.sorted,
        })
    });
    let listed = serde_json::Value::Array(listed.collect());
    let list = bench.input("cases.json", listed.to_string());
    let rig = Rig::install(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    rig.run("rows_of_json.py", [list]).unwrap_or_else(|found| panic!("{found}"));
}

/// Converts with divisions that cut records and batches anywhere, and wants the same bytes.
fn divisions_agree(cases: &[Case], rows: u64) {
    let bench = Bench::new();
    for case in cases {
        let text = case.text(rows);
        let input = bench.input(&format!("{}.json", case.name), &text);
        case.convert(&bench, &input, "whole", |options| options.threads = 1);
        let expected = lake::visible(&bench.lake(&format!("{}/whole", case.name)), "bench");
        assert!(!expected.is_empty(), "{}", case.name);
        let third = text.len() as u64 / 3;
        for (threads, segment_bytes) in [(2, third + 1), (3, 17_389), (1, 65_537)] {
            let what = format!("{threads} threads, segments of {segment_bytes}");
            case.convert(&bench, &input, &what, |options| {
                options.threads = threads;
                options.segment_bytes = segment_bytes;
            });
            let found = lake::visible(&bench.lake(&format!("{}/{what}", case.name)), "bench");
            assert!(expected.keys().eq(found.keys()), "{}, {what}: other files", case.name);
            for (name, bytes) in &expected {
                assert!(bytes == &found[name], "{}, {what}: {name} differs", case.name);
            }
        }
    }
}

#[test]
fn duckdb_reads_the_same_rows_from_regular_records() {
    duckdb_reads_the_same(&regular(), 3000);
}

#[test]
fn duckdb_reads_the_same_rows_from_odd_records() {
    duckdb_reads_the_same(&odd(), 2000);
}

#[test]
fn duckdb_reads_the_same_rows_from_other_shapes() {
    duckdb_reads_the_same(&other(), 2000);
}

#[test]
fn any_division_of_regular_records_gives_the_same_files() {
    divisions_agree(&regular(), 700);
}

#[test]
fn any_division_of_odd_records_gives_the_same_files() {
    divisions_agree(&odd(), 400);
}

#[test]
fn any_division_of_other_shapes_gives_the_same_files() {
    divisions_agree(&other(), 500);
}

//! The stages of a conversion one by one, in memory as far as they are: decode, encode, the whole.
//!
//! `cargo bench -p lakebed` runs all, `cargo bench -p lakebed -- decode` some; times are of one thread, and worth a
//! comparison on a quiet machine only.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark without its input cannot go on"
)]

use arrow_array::RecordBatch;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use lakebed::feed::json::JsonDecoder;
use lakebed::reject::Rejects;
use lakebed::{Batch, ConvertOptions, Limits, NoProgress, Plan, Table};
use lakebed_bench_data::{Contract, Recipe, Shape, Size};

fn main() {
    divan::main();
}

/// Bytes of JSON that a stage is given.
const BYTES: u64 = 4_000_000;

/// Records by name: regular ones of each shape, and some that need the general path.
const NAMES: [&str; 12] = [
    "strings", "numbers", "nested", "texts", "sparse", "deep", "distinct", "floats", "gaps", "jumbled",
    "escapes", "unknown",
];

struct Input {
    table: Table,
    plan: Plan,
    text: Vec<u8>,
    rows: u64,
}

impl Input {
    fn new(name: &str) -> Self {
        let shape = Shape::ALL.into_iter().find(|(known, _)| *known == name);
        let mut recipe = Recipe::new(shape.map_or(Shape::Strings, |(_, shape)| shape));
        match name {
            "gaps" => (recipe.nulls, recipe.missing) = (1000, 1000),
            "jumbled" => recipe.jumbled = 10_000,
            "escapes" => recipe.escapes = 5000,
            "unknown" => recipe.unknown = 2000,
            _ => assert!(shape.is_some(), "{name}"),
        }
        let table = Table::from_contract(&Contract::new(recipe.shape).text()).expect("a sound contract");
        let plan = Plan::compile(&table).expect("a sound table");
        let mut text = Vec::new();
        let rows = recipe.write(Size::Bytes(BYTES), &mut text).expect("a vector takes all");
        Self { table, plan, text, rows }
    }

    fn decode(&self) -> Vec<(String, RecordBatch)> {
        let mut decoder = JsonDecoder::new(&self.plan, Limits::default());
        let (mut batch, mut rejects) = (Batch::new(&self.plan, 0), Rejects::default());
        let (mut at, mut parts) = (0, Vec::new());
        while at < self.text.len() {
            let base = u64::try_from(at).expect("a place");
            let done = decoder.decode(&self.text[at..], base, true, &mut batch, &mut rejects);
            assert!(done > 0, "nothing was decoded at {at}");
            at += done;
            parts.extend(batch.split(&self.plan).expect("a batch"));
        }
        assert!(rejects.list.is_empty(), "{:?}", rejects.list);
        parts
    }

    fn counted<'a, 'b>(&self, bencher: Bencher<'a, 'b>) -> Bencher<'a, 'b> {
        bencher.counter(BytesCount::new(self.text.len())).counter(ItemsCount::new(self.rows))
    }
}

/// JSON in memory to Arrow columns.
#[divan::bench(args = NAMES, sample_count = 20)]
fn decode(bencher: Bencher<'_, '_>, name: &str) {
    let input = Input::new(name);
    input.counted(bencher).bench(|| black_box(input.decode()));
}

/// Columns to a Parquet file of a lake; opens and ends a run too, which costs some milliseconds.
#[divan::bench(args = NAMES, sample_count = 20)]
fn encode(bencher: Bencher<'_, '_>, name: &str) {
    let input = Input::new(name);
    let parts = input.decode();
    input.counted(bencher).with_inputs(|| tempfile::tempdir().expect("a temporary folder")).bench_values(
        |lake| {
            lakebed::write_batches(&input.table, lake.path(), "bench", &parts).expect("a lake");
            lake
        },
    );
}

/// A file to a lake, on one thread.
#[divan::bench(args = NAMES, sample_count = 20)]
fn convert(bencher: Bencher<'_, '_>, name: &str) {
    let input = Input::new(name);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("in.ndjson");
    std::fs::write(&file, &input.text).expect("a file");
    input.counted(bencher).with_inputs(|| tempfile::tempdir().expect("a temporary folder")).bench_values(
        |lake| {
            let mut options = ConvertOptions::new([file.clone()], lake.path().to_path_buf());
            options.threads = 1;
            lakebed::convert(&input.table, &options, &NoProgress).expect("a sound input");
            lake
        },
    );
}

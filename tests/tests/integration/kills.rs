//! Runs that are killed at any instant and started again until they are done: nothing lost, nothing twice, nothing
//! half-visible, nothing left behind.
//!
//! `LAKEBED_KILLS` says how many kills there are in all, over `convert`, `replay` and `compact`, in folders and on S3;
//! 100 when it is not set, which is what time allows each test run; before a release, 300. Kills of forced runs and of `clean` come on top. Half of the kills come at any instant of a
//! process, half after its intent is there. The seed of a round is in every message; with `--nocapture` each test says
//! how far the runs were when they were killed.

mod compacts;
mod converts;
mod late;
mod registered;
mod replays;
mod rounds;

use lakebed::{Record, TableDef};
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::become_the_command;
use lakebed_tests::crash::World;
use lakebed_tests::departures;

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "kills::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

/// This share of all kills, in percent.
pub(crate) fn kills(percent: usize) -> usize {
    let all = std::env::var("LAKEBED_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_usize);
    (all * percent).div_ceil(100)
}

fn in_a_folder() -> World {
    World::local(ENTRY)
}

fn in_a_bucket() -> World {
    World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"))
}

/// Inputs below `in/`, broken documents among them.
fn inputs(world: &World, number: u64, seed: u64) -> Vec<Documents> {
    let put = |number: u64| {
        let documents = departures::input(24 << 10, seed + number);
        world.put(&format!("in/{number}.json"), documents.text.as_bytes());
        documents
    };
    (0..number).map(put).collect()
}

fn texts(inputs: &[Documents]) -> impl Iterator<Item = &str> {
    inputs.iter().map(|documents| documents.text.as_str())
}

fn bad(inputs: &[Documents]) -> u64 {
    inputs.iter().map(|documents| documents.bad).sum()
}

//! Runs that are killed at any instant and started again until they are done: nothing lost, nothing twice, nothing
//! half-visible, nothing left behind.
//!
//! `LAKEBED_KILLS` says how many kills there are in all; 300 when it is not set.

use lakebed::{Record, TableDef};
use lakebed_tests::books::problems;
use lakebed_tests::cases::documents::{Documents, Random};
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::become_the_command;
use lakebed_tests::crash::{Aim, World};
use lakebed_tests::departures::{self, TABLE, differences, expected, stored};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "kills::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

/// This share of all kills, in percent.
fn kills(percent: usize) -> usize {
    let all = std::env::var("LAKEBED_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(300_usize);
    (all * percent).div_ceil(100)
}

/// Runs of `convert` over some inputs, killed until there were enough kills.
struct Converts<'a> {
    world: &'a World,
    folder: PathBuf,
    inputs: Vec<Documents>,
    /// What an undisturbed run makes of all inputs.
    whole: BTreeMap<String, Vec<u8>>,
    /// How long a process takes that does nothing, and one that converts.
    starts: Duration,
    ends: Duration,
}

impl<'a> Converts<'a> {
    fn new(world: &'a World) -> Self {
        let inputs: Vec<_> = (0..3)
            .map(|number| {
                let documents = departures::input(24 << 10, 100 + number);
                world.put(&format!("in/{number}.json"), documents.text.as_bytes());
                documents
            })
            .collect();
        let mut converts = Self {
            world,
            folder: world.at("in"),
            inputs,
            whole: BTreeMap::new(),
            starts: Duration::MAX,
            ends: Duration::ZERO,
        };
        for round in 0..3 {
            let since = Instant::now();
            world.done(&[Path::new("tables")]);
            converts.starts = converts.starts.min(since.elapsed());
            let name = format!("sound-{round}");
            let since = Instant::now();
            world.done(&converts.args(&world.at(&name)));
            converts.ends = converts.ends.max(since.elapsed());
            let mirror = world.mirror(&name);
            converts.check(&name, &mirror);
            converts.whole = lake::visible(&mirror, TABLE);
        }
        converts
    }

    fn args<'b>(&'b self, lake: &'b Path) -> [&'b Path; 4] {
        [Path::new("convert"), &self.folder, Path::new("--to"), lake]
    }

    /// What must be true of a lake after a run that was let to its end.
    fn check(&self, what: &str, lake: &Path) {
        let wanted = expected(self.inputs.iter().map(|documents| documents.text.as_str()));
        let wrong = differences(&wanted, &stored(lake));
        assert!(wrong.is_empty(), "{what}: {wrong}");
        let bad: u64 = self.inputs.iter().map(|documents| documents.bad).sum();
        assert_eq!(lake::rejects(lake, TABLE).len() as u64, bad, "{what}: rejects");
        assert_eq!(problems(lake, TABLE), [""; 0], "{what}");
    }

    /// Kills until there were `wanted` kills, in rounds of one lake each.
    fn kill(&self, wanted: usize, seed: u64) {
        let mut killed = 0;
        let mut rounds = 0;
        // Some runs end before they are killed; not all of them do.
        while killed < wanted && rounds < 4 * wanted {
            let mut random = Random(seed.wrapping_add(rounds as u64));
            let name = format!("lake-{rounds}");
            let (lake, records) = (self.world.at(&name), format!("{name}/_lakebed/{TABLE}/runs"));
            let what = format!("{name} of seed {seed}");
            for _ in 0..=random.below(3) {
                let aim = if random.below(2) == 0 {
                    Aim::Between(self.starts * 3 / 4, self.ends)
                } else {
                    // From its intent on, a run takes a part of the time between.
                    Aim::After(&records, self.ends.saturating_sub(self.starts) / 2)
                };
                killed += usize::from(self.world.kill(&self.args(&lake), &aim, &mut random));
                let mirror = self.world.mirror(&name);
                for (file, bytes) in lake::visible(&mirror, TABLE) {
                    let whole = self.whole.get(&file) == Some(&bytes);
                    assert!(whole, "{what}: {file} was visible before it was whole");
                }
            }
            self.world.done(&self.args(&lake));
            self.check(&what, &self.world.mirror(&name));
            let left = lake::files(&self.world.scratch());
            assert!(left.is_empty(), "{what}: {:?} was left", left.keys());
            if rounds % 8 == 0 {
                // It ends with 1 when something is left to be removed.
                self.world.done(&[Path::new("clean"), &lake]);
            }
            rounds += 1;
        }
        assert!(killed >= wanted, "{killed} of {wanted} runs were killed before their end");
    }
}

#[test]
fn converts_into_a_folder() {
    let world = World::local(ENTRY);
    Converts::new(&world).kill(kills(60), 1_000);
}

#[test]
fn converts_into_s3() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    Converts::new(&world).kill(kills(40), 2_000);
}

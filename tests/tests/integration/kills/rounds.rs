//! Rounds of kills: each has a lake of its own, some kills, and a run that is let to its end.

#![allow(clippy::print_stdout, reason = "with --nocapture the tests say how far the runs were")]

use lakebed_tests::books::{problems, states};
use lakebed_tests::cases::documents::Random;
use lakebed_tests::crash::{Aim, World};
use lakebed_tests::departures::{Rows, TABLE, differences, stored};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A command that is killed over and over.
pub(super) trait Work {
    fn world(&self) -> &World;

    /// Makes the lake of a round.
    fn begin(&self, name: &str);

    fn args(&self, name: &str) -> Vec<PathBuf>;

    /// What must be true after each kill.
    fn killed(&self, what: &str, name: &str, mirror: &Path);

    /// What must be true after a run that was let to its end.
    fn ended(&self, what: &str, name: &str);
}

/// How far runs were when they were killed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kills {
    before_the_intent: usize,
    publishing: usize,
    /// While it removed what it had replaced, between two commits, or shortly before its end.
    after_a_commit: usize,
}

impl Kills {
    fn count(&mut self, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
        let is_new = |(run, state): &(&String, &String)| before.get(*run) != Some(*state);
        let new: Vec<&str> = after.iter().filter(is_new).map(|(_, state)| state.as_str()).collect();
        // A run that was cut short before is the one that goes on now.
        if new.contains(&"publishing") {
            self.publishing += 1;
        } else if new.iter().any(|state| matches!(*state, "committed" | "done")) {
            self.after_a_commit += 1;
        } else {
            self.before_the_intent += 1;
        }
    }

    fn all(&self) -> usize {
        self.before_the_intent + self.publishing + self.after_a_commit
    }
}

/// Kills until there were `wanted` kills.
pub(super) fn kill(work: &dyn Work, title: &str, wanted: usize, seed: u64) {
    let world = work.world();
    let run = |name: &str| {
        let args = work.args(name);
        world.done(&args.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    };
    // How long a process takes that does nothing, and one that works.
    let (mut starts, mut ends) = (Duration::MAX, Duration::MAX);
    for round in 0..2 {
        let since = Instant::now();
        world.done(&[Path::new("tables")]);
        starts = starts.min(since.elapsed());
        let name = format!("{title}-sound-{round}");
        work.begin(&name);
        let since = Instant::now();
        run(&name);
        ends = ends.min(since.elapsed());
        work.ended(&name, &name);
    }
    let since = Instant::now();
    let mut kills = Kills::default();
    let mut rounds = 0;
    // Some runs end before they are killed; not all of them do.
    while kills.all() < wanted && rounds < 4 * wanted {
        let mut random = Random(seed.wrapping_add(rounds as u64));
        let name = format!("{title}-{rounds}");
        let records = format!("{name}/_lakebed/{TABLE}/runs");
        let what = format!("{name} of seed {seed}");
        work.begin(&name);
        let mut before = states(&world.mirror(&name), TABLE);
        for _ in 0..2 + random.below(4) {
            let aim = if random.below(2) == 0 {
                Aim::Between(starts * 3 / 4, ends)
            } else {
                // From its intent on, a run takes a part of the time between, and its files but a small one.
                Aim::After(&records, ends.saturating_sub(starts) / (2 << random.below(4)))
            };
            let args = work.args(&name);
            let args: Vec<&Path> = args.iter().map(PathBuf::as_path).collect();
            let was_alive = world.kill(&args, &aim, &mut random);
            let mirror = world.mirror(&name);
            let after = states(&mirror, TABLE);
            work.killed(&what, &name, &mirror);
            if !was_alive {
                // There may be nothing left to do for another one.
                break;
            }
            kills.count(&before, &after);
            before = after;
        }
        run(&name);
        work.ended(&what, &name);
        let left = lake::files(&world.scratch());
        assert!(left.is_empty(), "{what}: {:?} was left", left.keys());
        if rounds % 8 == 0 {
            // It ends with 1 when something is left to be removed.
            world.done(&[Path::new("clean"), &world.at(&name)]);
        }
        rounds += 1;
    }
    println!("{title}: {} in {rounds} rounds, {:.1?}: {kills:?}", kills.all(), since.elapsed());
    assert!(kills.all() >= wanted, "{} of {wanted} runs were killed before their end", kills.all());
    // Half of them aim at it.
    let late = kills.publishing + kills.after_a_commit;
    assert!(wanted < 20 || late > 0, "no run was killed after it had begun to publish: {kills:?}");
}

/// What must be true of a lake in its plain folders after a run that was let to its end.
pub(super) fn is_right(what: &str, lake: &Path, wanted: &Rows, rejects: u64) {
    let wrong = differences(wanted, &stored(lake));
    assert!(wrong.is_empty(), "{what}: {wrong}");
    assert_eq!(lake::rejects(lake, TABLE).len() as u64, rejects, "{what}: rejects");
    assert_eq!(problems(lake, TABLE), [""; 0], "{what}");
}

/// Files of a lake that may be seen must be whole; each row is there at least once, and at most twice.
pub(super) fn is_once_or_twice(what: &str, lake: &Path, wanted: &Rows) {
    // Panics on a file that is not whole.
    let found = stored(lake);
    for (row, times) in wanted {
        let there = found.get(row).copied().unwrap_or_default();
        assert!((*times..=2 * times).contains(&there), "{what}: {row} is there {there} times, not {times}");
    }
    let strange = found.keys().find(|row| !wanted.contains_key(*row));
    assert_eq!(strange, None, "{what}: a row that nobody wrote");
}

//! Kills of `convert`, of `convert --force`, and of `clean`.

use super::rounds::{Work, is_once_or_twice, is_right, kill};
use super::{bad, in_a_bucket, in_a_folder, inputs, kills, texts};
use lakebed_tests::cases::documents::{Documents, Random};
use lakebed_tests::crash::{Aim, World};
use lakebed_tests::departures::{Rows, TABLE, expected};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

struct Converts<'a> {
    world: &'a World,
    inputs: Vec<Documents>,
    wanted: Rows,
    /// A lake in which all inputs are.
    whole: BTreeMap<String, Vec<u8>>,
    /// Whether they are stored again.
    force: bool,
}

impl<'a> Converts<'a> {
    fn new(world: &'a World, force: bool) -> Self {
        let inputs = inputs(world, 3, 100);
        let wanted = expected(texts(&inputs));
        let mut work = Self { world, inputs, wanted, whole: BTreeMap::new(), force: false };
        let args = work.args("whole");
        world.done(&args.iter().map(PathBuf::as_path).collect::<Vec<_>>());
        work.whole = lake::files(&world.mirror("whole"));
        work.force = force;
        work
    }
}

impl Work for Converts<'_> {
    fn world(&self) -> &World {
        self.world
    }

    fn begin(&self, name: &str) {
        if self.force {
            self.world.give(name, &self.whole);
        }
    }

    fn args(&self, name: &str) -> Vec<PathBuf> {
        let args = ["convert".into(), self.world.at("in"), "--to".into(), self.world.at(name)];
        let force = self.force.then(|| "--force".into());
        args.into_iter().chain(force).collect()
    }

    fn killed(&self, what: &str, _: &str, mirror: &Path) {
        if self.force {
            return is_once_or_twice(what, mirror, &self.wanted);
        }
        for (file, bytes) in lake::files(mirror) {
            if !file.starts_with("_lakebed/") {
                let whole = self.whole.get(&file) == Some(&bytes);
                assert!(whole, "{what}: {file} was visible before it was whole");
            }
        }
    }

    fn ended(&self, what: &str, name: &str) {
        is_right(what, &self.world.mirror(name), &self.wanted, bad(&self.inputs));
    }
}

#[test]
fn converts_into_a_folder() {
    let world = in_a_folder();
    kill(&Converts::new(&world, false), "convert-folder", kills(33), 1_000);
}

#[test]
fn converts_into_s3() {
    let world = in_a_bucket();
    kill(&Converts::new(&world, false), "convert-s3", kills(20), 2_000);
    kill(&Converts::new(&world, true), "force-s3", 4, 2_500);
}

#[test]
fn forced_converts_into_a_folder() {
    let world = in_a_folder();
    kill(&Converts::new(&world, true), "force-folder", 8, 1_500);
}

/// What was left by a killed run is being removed when `clean` is killed too.
#[test]
fn cleaning_that_is_killed() {
    for (world, wanted) in [(in_a_folder(), 6), (in_a_bucket(), 3)] {
        let work = Converts::new(&world, false);
        let (mut killed, mut random) = (0, Random(3_000));
        // How fast a machine starts a process, and cleans, is measured; both are noisy, so the aim is wide.
        let since = Instant::now();
        world.done(&[Path::new("tables")]);
        let starts = since.elapsed();
        let mut cleans = Duration::ZERO;
        for round in 0..10 * wanted {
            let name = format!("clean-{round}");
            let lake = world.at(&name);
            let args = work.args(&name);
            let args: Vec<&Path> = args.iter().map(PathBuf::as_path).collect();
            let records = format!("{name}/_lakebed/{TABLE}/runs");
            world.kill(&args, &Aim::After(&records, Duration::from_millis(3)), &mut random);
            let clean = [Path::new("clean"), &lake, Path::new("--yes")];
            if round > 0 {
                killed += usize::from(world.kill(&clean, &Aim::Between(starts / 4, cleans), &mut random));
            }
            work.killed(&name, &name, &world.mirror(&name));
            let since = Instant::now();
            world.done(&clean);
            cleans = if round == 0 { since.elapsed() } else { cleans };
            world.done(&[Path::new("clean"), &lake]);
            world.done(&args);
            work.ended(&name, &name);
            if killed >= wanted {
                break;
            }
        }
        assert!(killed >= wanted, "{killed} of {wanted} were killed");
    }
}

//! Kills of `compact` in plain folders, where files are exchanged.

use super::rounds::{Work, is_once_or_twice, is_right, kill};
use super::{bad, in_a_bucket, in_a_folder, inputs, kills, texts};
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::crash::World;
use lakebed_tests::departures::{Rows, TABLE, expected};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A lake with three small files in each partition.
pub(super) struct Small {
    pub(super) inputs: Vec<Documents>,
    pub(super) wanted: Rows,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Small {
    pub(super) fn new(world: &World) -> Self {
        let inputs = inputs(world, 3, 600);
        for number in 0..inputs.len() {
            let input = world.at(&format!("in/{number}.json"));
            world.done(&[Path::new("convert"), &input, Path::new("--to"), &world.at("small")]);
        }
        let wanted = expected(texts(&inputs));
        Self { inputs, wanted, files: lake::files(&world.mirror("small")) }
    }
}

struct Compacts<'a> {
    world: &'a World,
    small: Small,
}

impl Work for Compacts<'_> {
    fn world(&self) -> &World {
        self.world
    }

    fn begin(&self, name: &str) {
        self.world.give(name, &self.small.files);
    }

    fn args(&self, name: &str) -> Vec<PathBuf> {
        let args = ["--older-than", "0", "--allow-overlap"].map(PathBuf::from);
        ["compact".into(), self.world.at(name)].into_iter().chain(args).collect()
    }

    fn killed(&self, what: &str, _: &str, mirror: &Path) {
        is_once_or_twice(what, mirror, &self.small.wanted);
    }

    fn ended(&self, what: &str, name: &str) {
        let mirror = self.world.mirror(name);
        is_right(what, &mirror, &self.small.wanted, bad(&self.small.inputs));
        let files = lake::files(&mirror.join(TABLE)).len();
        let hours: std::collections::BTreeSet<&str> =
            self.small.wanted.keys().filter_map(|row| row.split(' ').next()).collect();
        assert_eq!(files, hours.len(), "{what}: one file in each partition");
    }
}

#[test]
fn compactions_of_a_folder() {
    let world = in_a_folder();
    kill(&Compacts { world: &world, small: Small::new(&world) }, "compact-folder", kills(7), 6_000);
}

#[test]
fn compactions_on_s3() {
    let world = in_a_bucket();
    kill(&Compacts { world: &world, small: Small::new(&world) }, "compact-s3", kills(4), 7_000);
}

//! `ingest`: a local server plays recorded minutes of the feed of traffic, and they end up in a lake, each once.

mod hours;
mod killed;
pub(crate) mod minutes;
mod polled;
#[cfg(feature = "aws")]
mod streams;

use chrono::{DateTime, Utc};
use lakebed_cli::domain::{Measurement, tables};
use lakebed_tests::command::{Ran, become_the_command, lakebed, process};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub(crate) const ENTRY: &str = "ingest::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&tables(), || {});
}

/// A folder with a lake and a spool.
struct World(TempDir);

impl World {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The arguments of a run from a source into the lake.
    fn args(&self, from: &str, more: &[&str]) -> Vec<PathBuf> {
        let (lake, spool) = (self.path("lake"), self.path("spool"));
        let fixed = ["ingest", "--table", "traffic_measurement", "--from", from];
        let mut args: Vec<PathBuf> = fixed.iter().chain(more).map(PathBuf::from).collect();
        args.extend(["--to".into(), lake, "--spool".into(), spool]);
        args
    }

    /// One tick, in this process.
    fn once(&self, from: &str, more: &[&str]) -> (Ran, Value) {
        let args = self.args(from, &[&["--once", "--json"], more].concat());
        let ran = lakebed(&tables(), args);
        let report = serde_json::from_str(&ran.out).unwrap_or(Value::Null);
        (ran, report)
    }

    /// A process of its own.
    fn process(&self, from: &str, more: &[&str]) -> Command {
        let args = self.args(from, more);
        let args: Vec<&Path> = args.iter().map(PathBuf::as_path).collect();
        let mut command = process(&[], ENTRY, &args);
        command.current_dir(self.0.path());
        command
    }

    /// How often each point of each minute is in the lake.
    fn stored(&self) -> BTreeMap<(DateTime<Utc>, String), u64> {
        let mut stored = BTreeMap::new();
        if self.path("lake/traffic_measurement").exists() {
            for row in lakebed::read::<Measurement>(self.path("lake")) {
                let row = row.expect("a row");
                *stored.entry((row.observed_at, row.point_id)).or_default() += 1;
            }
        }
        stored
    }

    /// Whether the lake has these minutes, each point once, and no others.
    fn assert_minutes(&self, minutes: std::ops::Range<i64>) {
        let stored = self.stored();
        let expected: BTreeMap<_, _> = minutes
            .flat_map(|minute| ["29", "30"].map(|point| (minute, point.to_owned())))
            .map(|(minute, point)| {
                let time = DateTime::from_timestamp(minutes::START + minute * 60, 0).expect("a time");
                ((time, point), 1_u64)
            })
            .collect();
        assert_eq!(stored, expected);
    }
}

//! Kills of `replay`: error objects of Firehose, and rejects of our own that fail once more.

use super::rounds::{Work, is_right, kill};
use super::{bad, in_a_bucket, in_a_folder, inputs, kills, texts};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::crash::World;
use lakebed_tests::departures::{self, Rows, TABLE, expected, merge};
use lakebed_tests::lake;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Replays<'a> {
    world: &'a World,
    /// A lake before the replay.
    before: BTreeMap<String, Vec<u8>>,
    /// Its rows, and those with the ones from error objects.
    first: Rows,
    all: Rows,
    rejects: u64,
}

/// What Firehose would have written of records that it could not convert.
fn objects(documents: &Documents) -> String {
    let object = |(number, line): (usize, &str)| {
        let object = json!({
            "attemptsMade": 1,
            "arrivalTimestamp": 1_795_400_000_000_u64 + number as u64,
            "errorCode": "DataFormatConversion.MalformedData",
            "errorMessage": "Data does not match the schema.",
            "attemptEndingTimestamp": 1_795_400_060_000_u64,
            "rawData": STANDARD.encode(line),
            "sequenceNumber": format!("4965{number:052}"),
            "subSequenceNumber": null,
            "dataCatalogTable": {
                "catalogId": null, "databaseName": "db", "tableName": TABLE, "region": "eu-west-1",
                "versionId": "LATEST", "roleArn": "arn:aws:iam::123456789012:role/firehose",
            },
        });
        format!("{object}\n")
    };
    documents.text.lines().enumerate().map(object).collect()
}

impl<'a> Replays<'a> {
    fn new(world: &'a World) -> Self {
        let inputs = inputs(world, 1, 400);
        world.done(&[Path::new("convert"), &world.at("in"), Path::new("--to"), &world.at("before")]);
        let before = lake::files(&world.mirror("before"));
        let mut rejects = 2 * bad(&inputs);
        for (name, bytes) in before.iter().filter(|(name, _)| name.starts_with("_errors/")) {
            // Those of other reasons have the same name in another folder.
            world.put(&format!("errors/{}", name.trim_start_matches("_errors/")), bytes);
        }
        let first = expected(texts(&inputs));
        let mut all = first.clone();
        for number in 0..2 {
            let documents = departures::input(16 << 10, 500 + number);
            world.put(&format!("errors/firehose-{number}"), objects(&documents).as_bytes());
            merge(&mut all, &expected([documents.text.as_str()]));
            rejects += documents.bad;
        }
        Self { world, before, first, all, rejects }
    }
}

impl Work for Replays<'_> {
    fn world(&self) -> &World {
        self.world
    }

    fn begin(&self, name: &str) {
        self.world.give(name, &self.before);
    }

    fn args(&self, name: &str) -> Vec<PathBuf> {
        vec!["replay".into(), self.world.at("errors"), "--to".into(), self.world.at(name)]
    }

    fn killed(&self, what: &str, _: &str, mirror: &Path) {
        // Panics on a file that is not whole.
        let found = departures::stored(mirror);
        for (row, times) in &found {
            let (least, most) = (self.first.get(row).unwrap_or(&0), self.all.get(row).unwrap_or(&0));
            assert!((least..=most).contains(&times), "{what}: {row} is there {times} times");
        }
        let lost = self.first.keys().find(|row| !found.contains_key(*row));
        assert_eq!(lost, None, "{what}: a row went away");
    }

    fn ended(&self, what: &str, name: &str) {
        is_right(what, &self.world.mirror(name), &self.all, self.rejects);
    }
}

#[test]
fn replays_into_a_folder() {
    let world = in_a_folder();
    kill(&Replays::new(&world), "replay-folder", kills(14), 4_000);
}

#[test]
fn replays_into_s3() {
    let world = in_a_bucket();
    kill(&Replays::new(&world), "replay-s3", kills(9), 5_000);
}

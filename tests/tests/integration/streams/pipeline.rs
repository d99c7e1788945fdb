//! The whole way of a feed, by real processes: polled, put into a generated stream with our function in it, converted,
//! described in a catalog, and counted by a query.

use super::{aws, start};
use crate::ingest::ENTRY;
use crate::ingest::minutes::{Feed, POINTS, START};
use crate::lambda::served::bootstrap;
use crate::readers::table as stock;
use lakebed_tests::bucket::Bucket;
use lakebed_tests::command::process;
use lakebed_tests::rig::Rig;
use lakebed_tests::server::{Emulator, Server};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const NAME: &str = "traffic_measurement";
const MINUTES: i64 = 3;
/// Longest wait for what was put into a stream.
const PATIENCE: Duration = Duration::from_secs(120);

struct Pipeline {
    server: Server,
    bucket: Bucket,
    folder: tempfile::TempDir,
}

impl Pipeline {
    fn new() -> Self {
        let server = start(Emulator::Ministack);
        let bucket = Bucket::create(&server, "pipeline").unwrap();
        let this = Self { server, bucket, folder: tempfile::tempdir().unwrap() };
        let contract = this.path("contract.json");
        fs::write(&contract, stock(NAME).to_contract()).unwrap();
        let bootstrap = bootstrap(this.folder.path());
        let function = this.server.run("function.py", &[&bootstrap, &contract]).unwrap();
        let target = format!(
            "lake = \"s3://pipeline/traffic\"\n\
             database = \"mobility\"\n\
             catalog = \"glue\"\n\
             region = \"us-east-1\"\n\
             account = \"000000000000\"\n\
             [projection]\n\
             from = \"2026-01-01\"\n\
             [stream]\n\
             name = \"minutes\"\n\
             role = \"arn:aws:iam::000000000000:role/stream\"\n\
             transform = \"{}\"\n",
            function.trim()
        );
        fs::write(this.path("lakebed.toml"), target).unwrap();
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A process that runs the command line in the folder of the target, and must end well; gives what it printed.
    fn lakebed(&self, args: &[&str]) -> String {
        let args: Vec<&Path> = args.iter().map(Path::new).collect();
        let mut command = process(&[], ENTRY, &args);
        self.server.set(&mut command);
        let output = command.current_dir(self.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{args:?}\n{said}{errors}");
        said
    }

    /// Rows of each point and minute, once there are `least` in all.
    fn delivered(&self, least: u64) -> Vec<(String, String, u64)> {
        let rig = Rig::install(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let since = Instant::now();
        loop {
            let mirror = tempfile::tempdir().unwrap();
            let prefix = format!("traffic/{NAME}/");
            let keys = self.bucket.list(&prefix).unwrap();
            if !keys.is_empty() {
                self.bucket.mirror(&prefix, mirror.path()).unwrap();
                let counted = [mirror.path().as_os_str(), "observed_at".as_ref(), "point_id".as_ref()];
                let said = rig.run("counts.py", counted).unwrap();
                let counts: Vec<(String, String, u64)> = serde_json::from_str(&said).unwrap();
                if counts.iter().map(|(_, _, rows)| rows).sum::<u64>() >= least {
                    return counts;
                }
            }
            assert!(since.elapsed() < PATIENCE, "of {least} rows only those of {keys:?} came");
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

#[test]
fn from_a_feed_over_a_stream_to_a_query() {
    let it = Pipeline::new();
    let applied = it.lakebed(&["apply", "--table", NAME, "--catalog", "glue", "--yes"]);
    assert!(applied.contains("created the table"), "{applied}");
    it.lakebed(&["generate", "firehose", "--table", NAME, "--out", "generated"]);
    let stream = fs::read_to_string(it.path(&format!("generated/{NAME}.firehose.json"))).unwrap();
    aws(&it.server, &["firehose", "create-delivery-stream", "--cli-input-json", &stream]);

    let feed = Feed::start(false);
    for minute in 0..MINUTES {
        feed.set_minute(minute);
        let polled = it.lakebed(&[
            "ingest",
            "--from",
            &feed.url(),
            "--table",
            NAME,
            "--to",
            "firehose:minutes",
            "--once",
            "--json",
        ]);
        let report: Value = serde_json::from_str(&polled).unwrap();
        assert_eq!(report["total"]["written"], json!(POINTS), "{report:#}");
    }
    let rows = it.delivered(POINTS * u64::try_from(MINUTES).unwrap());
    let expected: Vec<(String, String, u64)> = (0..MINUTES)
        .flat_map(|minute| {
            let time = chrono::DateTime::from_timestamp(START + 60 * minute, 0).unwrap();
            ["29", "30"].map(|point| (time.format("%Y-%m-%d %H:%M:%S+00").to_string(), point.to_owned(), 1))
        })
        .collect();
    assert_eq!(rows, expected);
    assert!(it.bucket.list("traffic/_errors/").unwrap().is_empty());
    let plan = it.lakebed(&["plan", "--table", NAME, "--catalog", "glue"]);
    assert!(plan.contains("0 to add, 0 to change, 0 to remove"), "{plan}");
}

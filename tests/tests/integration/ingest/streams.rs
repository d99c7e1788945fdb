//! Into a stream and out of it again, through the AWS SDK and a stand-in for Kinesis.

use super::minutes::{Feed, POINTS};
use super::{ENTRY, World};
use lakebed_tests::command::process;
use lakebed_tests::crash::said;
use lakebed_tests::server::{Emulator, Server};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[test]
fn minutes_go_into_a_stream_and_come_out_of_it() {
    let rigs = env!("CARGO_TARGET_TMPDIR");
    let server = Server::start(Emulator::Moto, rigs).unwrap_or_else(|error| panic!("{error}"));
    let create = ["kinesis", "create-stream", "--stream-name", "minutes", "--shard-count", "1"];
    server.aws(&create).unwrap_or_else(|error| panic!("{error}"));
    let (world, feed) = (World::new(), Feed::start(false));
    let ingest = |from: &str, to: &Path, spool: &str| {
        let fixed =
            ["ingest", "--table", "traffic_measurement", "--accept-event-time", "any", "--once", "--json"];
        let mut args: Vec<PathBuf> = fixed.iter().map(PathBuf::from).collect();
        args.extend(["--from".into(), from.into(), "--to".into(), to.to_owned()]);
        args.extend(["--spool".into(), world.path(spool)]);
        let args: Vec<&Path> = args.iter().map(PathBuf::as_path).collect();
        let mut command = process(&[], ENTRY, &args);
        server.set(&mut command);
        let output = command.output().expect("a process");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let start = out.find('{').expect("a report");
        let report = serde_json::Deserializer::from_str(&out[start..]).into_iter::<Value>().next();
        report.expect("a report").expect("JSON")
    };
    for minute in 0..2 {
        feed.set_minute(minute);
        let report = ingest(&feed.url(), Path::new("kinesis:minutes"), "in");
        assert_eq!(
            (&report["total"]["written"], &report["held_records"]),
            (&POINTS.into(), &0.into()),
            "{report}"
        );
    }
    let lake = world.path("lake");
    let report = ingest("kinesis:minutes", &lake, "out");
    assert_eq!(report["total"]["written"], 2 * POINTS, "{report}");
    world.assert_minutes(0..2);
    // What is in the lake is not read again.
    let report = ingest("kinesis:minutes", &lake, "out");
    assert_eq!(report["total"]["written"], 0, "{report}");
    world.assert_minutes(0..2);
}

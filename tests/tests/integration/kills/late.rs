//! A request that outlives its sender: it was on its way to S3 when the process was killed, and arrives after others
//! have taken the table over.

use super::rounds::is_right;
use super::{bad, in_a_bucket, inputs, texts};
use lakebed_tests::books::stored_files;
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::crash::{PATIENCE, World, said, signal};
use lakebed_tests::departures::{TABLE, expected, stored};
use lakebed_tests::fault_proxy::FaultProxy;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

#[test]
fn a_file_that_arrives_after_its_sender_was_killed_goes_with_the_next_run_or_clean() {
    let world = in_a_bucket();
    let inputs = inputs(&world, 2, 900);
    for clean in [false, true] {
        arrives_late(&world, &inputs, if clean { "cleaned" } else { "converted" }, clean);
    }
}

fn arrives_late(world: &World, inputs: &[Documents], name: &str, clean: bool) {
    let (one, from, lake) = (world.at("in/0.json"), world.at("in"), world.at(name));
    let wanted = expected(texts(inputs));
    let more = [Path::new("convert"), &from, Path::new("--to"), &lake];

    let proxy = FaultProxy::start(world.server().socket()).expect("a proxy");
    proxy.hold("PUT", ".parquet", 0);
    let args = [Path::new("convert"), &one, Path::new("--to"), &lake];
    let mut late = world.command_through(&proxy.url(), &args).spawn().expect("a process");
    assert!(proxy.holds(PATIENCE), "the run did not come to its files");
    signal(&late, "KILL");
    late.wait().expect("an end");
    // Another name: it reads one input more.
    world.done(&more);
    let before = stored_files(&world.mirror(name));
    proxy.release();
    // What was held is passed on by the proxy's threads, one file after the other.
    let (mut seen, mut since) = (before.clone(), Instant::now());
    while seen == before || since.elapsed() < Duration::from_secs(1) {
        assert!(since.elapsed() < PATIENCE, "the late file did not arrive");
        sleep(Duration::from_millis(50));
        let now = stored_files(&world.mirror(name));
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
    }
    assert_ne!(stored(&world.mirror(name)), wanted, "{TABLE}: the late file holds no rows");
    if clean {
        let shown = world.run(&[Path::new("clean"), &lake, Path::new("--json")]);
        assert_eq!(shown.status.code(), Some(1), "{name}: {}", said(&shown));
        world.done(&[Path::new("clean"), &lake, Path::new("--yes")]);
    } else {
        world.done(&more);
    }
    is_right("after the next run", &world.mirror(name), &wanted, bad(inputs));
}

//! Several writers at once on one table: one works, the others are told by whom it is held and since when, and in the
//! end every input is there once.

use lakebed::{Record, TableDef};
use lakebed_tests::books::problems;
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::become_the_command;
use lakebed_tests::crash::{PATIENCE, World, said, signal};
use lakebed_tests::departures::{self, TABLE, differences, expected, stored};
use lakebed_tests::fault_proxy::FaultProxy;
use std::path::{Path, PathBuf};
use std::process::{Child, Output};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "two_writers::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

fn inputs(world: &World, number: u64, bytes: usize) -> Vec<(PathBuf, Documents)> {
    let put = |number: u64| {
        let documents = departures::input(bytes, 300 + number);
        (world.put(&format!("in/{number}.json"), documents.text.as_bytes()), documents)
    };
    (0..number).map(put).collect()
}

fn check(what: &str, lake: &Path, inputs: &[(PathBuf, Documents)]) {
    let wanted = expected(inputs.iter().map(|(_, documents)| documents.text.as_str()));
    let wrong = differences(&wanted, &stored(lake));
    assert!(wrong.is_empty(), "{what}: {wrong}");
    assert_eq!(problems(lake, TABLE), [""; 0], "{what}");
}

/// Without what differs from run to run: folders, numbers, and the names of user and machine.
fn scrubbed(text: &str, world: &World) -> String {
    let text = text.replace(&*world.folder().to_string_lossy(), "FOLDER");
    let words = text.split(' ').map(|word| if word.contains('@') { "USER@HOST" } else { word });
    numberless(&words.collect::<Vec<_>>().join(" "))
}

fn scrubbed_path(path: &Path, world: &World) -> String {
    scrubbed(&path.to_string_lossy(), world)
}

/// With a 0 in place of every number.
fn numberless(text: &str) -> String {
    let mut without = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if c != '0' || !without.ends_with('0') {
            without.push(c);
        }
    }
    without
}

/// What the second writer must be told.
fn is_told(output: &Output, world: &World, lake: &Path) {
    let text = said(output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    let scrubbed = scrubbed(&text, world);
    let lake = scrubbed_path(lake, world);
    let told = format!(
        "another run is writing table `departure` of the lake {lake}: USER@HOST process 0 (`lakebed convert "
    );
    assert!(scrubbed.contains(&told), "{told:?} is missing in {scrubbed}");
    for part in ["), since 0-0-0 0:0:0 UTC", "the lake is busy", "what to do:", "--wait"] {
        assert!(scrubbed.contains(part), "{part:?} is missing in {scrubbed}");
    }
}

/// Starts a run and stops it while it holds the table.
fn stopped(world: &World, args: &[&Path], lake: &str) -> Option<Child> {
    let mut child = world.command(args).spawn().expect("a process");
    let since = Instant::now();
    while !world.names(&format!("{lake}/_lakebed/{TABLE}")).iter().any(|name| name == "tmp") {
        assert!(since.elapsed() < PATIENCE, "the first run did not begin");
        if child.try_wait().expect("a process").is_some() {
            return None;
        }
        sleep(Duration::from_millis(1));
    }
    signal(&child, "STOP");
    if child.try_wait().expect("a process").is_some() {
        return None;
    }
    Some(child)
}

#[test]
fn the_second_writer_of_a_folder_is_told_who_is_first() {
    let world = World::local(ENTRY);
    // Long enough to be stopped before its end, also on a machine that is busy.
    let inputs = inputs(&world, 2, 512 << 10);
    for round in 0..5 {
        let name = format!("lake-{round}");
        let lake = world.at(&name);
        let args = |at: usize| [Path::new("convert"), inputs[at].0.as_path(), Path::new("--to"), &lake];
        let Some(first) = stopped(&world, &args(0), &name) else { continue };
        let second = world.run(&args(1));
        signal(&first, "CONT");
        let first = first.wait_with_output().expect("an end");
        assert_eq!(first.status.code(), Some(0), "{}", said(&first));
        is_told(&second, &world, &lake);
        world.done(&args(1));
        check(&name, &lake, &inputs);
        return;
    }
    panic!("no run could be stopped before its end");
}

#[test]
fn the_second_writer_of_a_bucket_is_told_who_is_first() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    let inputs = inputs(&world, 2, 16 << 10);
    let lake = world.at("lake");
    let args = |at: usize| [Path::new("convert"), inputs[at].0.as_path(), Path::new("--to"), &lake];
    let proxy = FaultProxy::start(world.server().socket()).expect("a proxy");
    proxy.hold("PUT", ".parquet", 0);
    let first = world.command_through(&proxy.url(), &args(0)).spawn().expect("a process");
    assert!(proxy.holds(PATIENCE), "the first run did not come to its files");
    let second = world.run(&args(1));
    proxy.release();
    let first = first.wait_with_output().expect("an end");
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    is_told(&second, &world, &lake);
    world.done(&args(1));
    check("lake", &world.mirror("lake"), &inputs);
}

/// Starts all at once, again and again, until each has had its turn.
fn all_at_once(world: &World) {
    let inputs = inputs(world, 5, 16 << 10);
    let lake = world.at("lake");
    let mut waiting: Vec<usize> = (0..inputs.len()).collect();
    let mut refused = 0;
    while !waiting.is_empty() {
        let args = |at: usize| [Path::new("convert"), inputs[at].0.as_path(), Path::new("--to"), &lake];
        let started: Vec<_> =
            waiting.iter().map(|at| (*at, world.command(&args(*at)).spawn().expect("a process"))).collect();
        let before = waiting.len();
        for (at, child) in started {
            let output = child.wait_with_output().expect("an end");
            if output.status.code() == Some(0) {
                waiting.retain(|waits| *waits != at);
            } else {
                // One that has just begun may not have said yet who it is.
                let text = said(&output);
                assert_eq!(output.status.code(), Some(2), "{text}");
                assert!(text.contains("another run is writing table `departure` of the lake"), "{text}");
                refused += 1;
            }
        }
        assert!(waiting.len() < before, "of {before} writers none could write");
    }
    assert!(refused > 0, "no writer ever met another");
    check("all at once", &world.mirror("lake"), &inputs);
}

#[test]
fn five_writers_of_a_folder() {
    all_at_once(&World::local(ENTRY));
}

#[test]
fn five_writers_of_a_bucket() {
    all_at_once(&World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR")));
}

/// The same inputs by several writers at once: the first stores them, the others find them stored.
#[test]
fn five_writers_of_the_same_inputs() {
    for world in [World::local(ENTRY), World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"))] {
        let inputs = inputs(&world, 2, 16 << 10);
        let (from, lake) = (world.at("in"), world.at("lake"));
        let args =
            [Path::new("convert"), &from, Path::new("--to"), &lake, Path::new("--wait"), Path::new("5m")];
        let started: Vec<_> = (0..5).map(|_| world.command(&args).spawn().expect("a process")).collect();
        for child in started {
            let output = child.wait_with_output().expect("an end");
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        }
        check("five times the same", &world.mirror("lake"), &inputs);
    }
}

/// A writer that was stopped for longer than its lease, at the worst moments, and goes on after another took over.
#[test]
fn a_writer_that_comes_back_too_late_changes_nothing() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    let inputs = inputs(&world, 2, 16 << 10);
    thread::scope(|scope| {
        let records = format!("_lakebed/{TABLE}/runs/");
        for (name, target, passes) in [
            ("late-intent", records.clone(), 0),
            ("late-first-file", ".parquet".to_owned(), 0),
            ("late-second-file", ".parquet".to_owned(), 1),
            ("late-rejects", "/_errors/".to_owned(), 0),
            ("late-commit", records, 1),
        ] {
            let (world, inputs) = (&world, &inputs);
            scope.spawn(move || comes_back_late(world, inputs, name, (&target, passes)));
        }
    });
}

fn comes_back_late(world: &World, inputs: &[(PathBuf, Documents)], name: &str, held: (&str, usize)) {
    let proxy = FaultProxy::start(world.server().socket()).expect("a proxy");
    let (from, lake) = (world.at("in"), world.at(name));
    let short = [Path::new("--lease"), Path::new("2s"), Path::new("--wait"), Path::new("5m")];
    let args =
        |input| [&[Path::new("convert"), input, Path::new("--to"), lake.as_path()], &short[..]].concat();
    // Only one of the two inputs: its run has another name than the one that takes over.
    proxy.hold("PUT", held.0, held.1);
    let late = world.command_through(&proxy.url(), &args(&inputs[0].0)).spawn().expect("a process");
    assert!(proxy.holds(PATIENCE), "{name}: the first run did not come so far");
    signal(&late, "STOP");
    let output = world.run(&args(&from));
    assert_eq!(output.status.code(), Some(0), "{name}: {}", said(&output));
    // What was on its way arrives now; then the process goes on.
    proxy.release();
    signal(&late, "CONT");
    let late = late.wait_with_output().expect("an end");
    let text = said(&late);
    assert!(matches!(late.status.code(), Some(0 | 2)), "{name}: {text}");
    world.done(&[Path::new("clean"), &lake, Path::new("--yes")]);
    check(&format!("{name}: the late one said:\n{text}"), &world.mirror(name), inputs);
}

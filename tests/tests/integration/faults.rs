//! A store that fails in every way a store can: each run ends well, or with an error after which the same command
//! ends well. Nothing is lost, nothing is there twice, nothing is left behind.

pub(crate) mod disk;

use lakebed::{Record, TableDef};
use lakebed_tests::books::problems;
use lakebed_tests::cases::documents::Documents;
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::become_the_command;
use lakebed_tests::crash::{World, said};
use lakebed_tests::departures::{self, TABLE, differences, expected, stored};
use lakebed_tests::fault_proxy::{FAULTS, Fault, FaultProxy, Plan};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "faults::as_the_command";
/// Runs at the same time: they wait for their next try most of the time.
const AT_ONCE: usize = 4;

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {});
}

/// Two inputs of broken and good records.
fn inputs(world: &World) -> Vec<Documents> {
    let put = |number: u64| {
        let documents = departures::input(20 << 10, 200 + number);
        world.put(&format!("in/{number}.json"), documents.text.as_bytes());
        documents
    };
    (0..2).map(put).collect()
}

/// What must be true of a lake in which all inputs are.
fn check(what: &str, lake: &Path, inputs: &[Documents]) {
    let wanted = expected(inputs.iter().map(|documents| documents.text.as_str()));
    let wrong = differences(&wanted, &stored(lake));
    assert!(wrong.is_empty(), "{what}: {wrong}");
    let bad: u64 = inputs.iter().map(|documents| documents.bad).sum();
    assert_eq!(lake::rejects(lake, TABLE).len() as u64, bad, "{what}: rejects");
    assert_eq!(problems(lake, TABLE), [""; 0], "{what}");
}

/// Converts through a proxy that follows the plan, then without it where that failed; gives what the proxy did, and
/// the exit code of the first run.
fn through(world: &World, name: &str, plan: Plan, inputs: &[Documents]) -> (BTreeMap<Fault, usize>, i32) {
    let proxy = FaultProxy::start(world.server().socket()).expect("a proxy");
    let what = format!("{name} with {plan:?}");
    proxy.set(plan);
    let (from, lake) = (world.at("in"), world.at(name));
    // The next run may have to wait for the lease of one that could not give it back.
    let args = ["convert".as_ref(), from.as_path(), "--to".as_ref(), &lake, "--wait".as_ref(), "5m".as_ref()];
    let output = world.command_through(&proxy.url(), &args).output().expect("a process");
    let counts = proxy.counts();
    let code = output.status.code().unwrap_or(-1);
    if code != 0 {
        assert_eq!(code, 2, "{what}: {}", said(&output));
        // Only whole files can be seen, and only those of the run that is to be resumed.
        let _ = stored(&world.mirror(name));
        world.done(&args);
    }
    check(&what, &world.mirror(name), inputs);
    // Once more changes nothing.
    let before = lake::visible(&world.mirror(name), TABLE);
    world.done(&args);
    assert!(lake::visible(&world.mirror(name), TABLE) == before, "{what}: a further run changed the lake");
    (counts, code)
}

#[test]
fn whatever_happens_on_the_way_to_s3_every_record_is_there_once() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    let inputs = inputs(&world);
    let total = Mutex::new(BTreeMap::<Fault, usize>::new());
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= 16 {
                        return;
                    }
                    let plan = match seed % 5 {
                        // Lists are few; so their faults are not left to chance.
                        4 => Plan::of(seed, 70, &[Fault::Malformed, Fault::Truncated]).target("list-type="),
                        strength => Plan::of(seed, 10 + strength * 20, &FAULTS),
                    };
                    let (counts, _) = through(&world, &format!("seed-{seed}"), plan, &inputs);
                    let mut total = total.lock().expect("no other thread failed");
                    counts.into_iter().for_each(|(fault, times)| *total.entry(fault).or_default() += times);
                }
            });
        }
    });
    let total = total.into_inner().expect("no thread failed");
    // Small files are put whole: there is no upload that could end with an error inside of its answer.
    let missing = FAULTS.iter().filter(|fault| **fault != Fault::ErrorInside && !total.contains_key(fault));
    // Which ones come up follows from the seeds and from the requests there are, which change with the code.
    assert!(missing.count() <= 1, "too few kinds of fault happened: {total:?}");
}

#[test]
fn a_fault_that_does_not_end_ends_the_run_and_the_next_one_resumes_it() {
    let world = World::s3(ENTRY, env!("CARGO_TARGET_TMPDIR"));
    let inputs = inputs(&world);
    let (lease, runs) = (format!("_lakebed/{TABLE}/lease.json"), format!("_lakebed/{TABLE}/runs/"));
    // Methods, a part of the path, and how often a request passes before.
    let places: [(&str, &[&'static str], &str, usize); 7] = [
        ("everything", &[], "", 0),
        ("inputs", &["GET"], "/in/", 0),
        ("the lease", &["PUT"], &lease, 0),
        ("the intent", &["PUT"], &runs, 0),
        ("files", &["PUT"], ".parquet", 0),
        ("rejects", &["PUT"], "/_errors/", 0),
        ("the commit", &["PUT"], &runs, 1),
    ];
    // A server that fails before and one that fails after it did what it was asked for.
    let faults = [Fault::SlowDown, Fault::ResetBefore, Fault::LostAnswer, Fault::ResetAfter];
    let cases: Vec<_> = places.iter().flat_map(|place| faults.map(|fault| (place, fault))).collect();
    let next = AtomicU64::new(0);
    let failed = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = usize::try_from(next.fetch_add(1, Ordering::Relaxed)).expect("a small number");
                    let Some(((place, methods, target, passed), fault)) = cases.get(at) else { return };
                    let plan = Plan::permanent(*fault).methods(methods).target(target).after(*passed);
                    let (counts, code) = through(&world, &format!("case-{at}"), plan, &inputs);
                    assert!(counts.values().sum::<usize>() > 0, "{place}: nothing met {fault:?}");
                    // Where the answer alone is lost, a run may see for itself that all is done.
                    let done = matches!(fault, Fault::LostAnswer | Fault::ResetAfter);
                    assert!(code == 2 || done, "{place}: {fault:?} for ever, and the run ended with {code}");
                    failed.fetch_add(u64::from(code == 2), Ordering::Relaxed);
                }
            });
        }
    });
    assert!(failed.into_inner() >= 2 * places.len() as u64);
}

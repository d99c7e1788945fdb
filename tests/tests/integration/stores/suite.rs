//! The same cases on a folder and on two emulators of S3, but for those that an emulator is known to get wrong.
//!
//! A skipped case is tried all the same: when it passes, the list is out of date, and the test fails.

use super::open;
use lakebed::Access;
use lakebed::journal::clean::{clean, survey_with};
use lakebed::store::{Keys, LocalStore, S3Settings, Store, StoreErrorKind, Unfinished, When};
use lakebed_tests::server::{Emulator, Server};
use lakebed_tests::{store_suite, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

/// Settings for an emulator: ministack looks at the key of signed addresses, and knows this one.
fn settings(url: String) -> S3Settings {
    let keys = Keys { id: "test".to_owned(), secret: "test".to_owned(), ..Keys::default() };
    S3Settings { keys: Some(keys), ..super::settings(url) }
}

fn failures(store: &dyn Store) -> Vec<(&'static str, String)> {
    let cases = store_suite::cases().iter();
    cases.filter_map(|case| (case.run)(store).err().map(|failure| (case.name, failure))).collect()
}

#[test]
fn a_folder_passes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The folder of the store itself is made by the first write.
    let failures = failures(&LocalStore::new(folder.path().join("a/lake")));
    assert!(failures.is_empty(), "{failures:#?}");
}

/// In front of the reason of a case that an emulator gets wrong by chance, so that it may pass.
const SOMETIMES: &str = "sometimes:";

/// Cases that an emulator gets wrong, each with the reason.
fn skips(emulator: Emulator) -> BTreeMap<String, String> {
    let path = workspace::root().join(format!("tests/data/emulators/{emulator}-store-skips.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (case, reason) = line.split_once("  ").unwrap_or_else(|| panic!("no reason: {line}"));
            (case.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

fn passes_but_for_skips(emulator: Emulator, server: &Server) {
    // A prefix in a bucket: nothing of the store may depend on being the whole of it.
    let failures = failures(&open(&settings(server.url()), "s3://suite-bucket/some/lake/"));
    let skips = skips(emulator);
    let failed: BTreeSet<_> = failures.iter().map(|(case, _)| *case).collect();
    let mut problems: Vec<_> = failures
        .iter()
        .filter(|(case, _)| !skips.contains_key(*case))
        .map(|(case, failure)| format!("{case}: {failure}"))
        .collect();
    let passes = |(case, reason): &(&String, &String)| {
        !failed.contains(case.as_str()) && !reason.starts_with(SOMETIMES)
    };
    for (skipped, _) in skips.iter().filter(passes) {
        problems.push(format!("{skipped} passes, or is no case: take it off the list"));
    }
    assert!(problems.is_empty(), "{emulator}: {} problems:\n{}", problems.len(), problems.join("\n"));
}

fn start(emulator: Emulator) -> Server {
    let server =
        Server::start(emulator, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    aws(&server, &["s3api", "create-bucket", "--bucket", "suite-bucket"]);
    server
}

fn aws(server: &Server, arguments: &[&str]) {
    let region = ["--create-bucket-configuration", "LocationConstraint=eu-west-1"];
    let region = if arguments.contains(&"create-bucket") { &region[..] } else { &[] };
    server.aws(&[arguments, region].concat()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn moto_passes_but_for_its_skips() {
    let server = start(Emulator::Moto);
    passes_but_for_skips(Emulator::Moto, &server);
    missing_buckets_are_told(&server);
    markers_of_folders_are_no_objects(&server);
    uploads_that_never_ended_are_found_and_removed(&server);
    clean_ends_uploads_that_were_cut_short(&server);
}

#[test]
fn ministack_passes_but_for_its_skips() {
    let server = start(Emulator::Ministack);
    passes_but_for_skips(Emulator::Ministack, &server);
    markers_of_folders_are_no_objects(&server);
}

fn missing_buckets_are_told(server: &Server) {
    let store = open(&settings(server.url()), "s3://no-such-bucket/lake");
    let kinds = [
        store.head("x").err().map(|error| error.kind),
        store.read("x").err().map(|error| error.kind),
        store.list("").err().map(|error| error.kind),
        store.names("").err().map(|error| error.kind),
        store.put("x", b"x", When::Always).err().map(|error| error.kind),
        store.put("x", b"x", When::Absent).err().map(|error| error.kind),
        store.unfinished("").err().map(|error| error.kind),
    ];
    assert_eq!(kinds, [Some(StoreErrorKind::NoBucket); 7]);
}

fn markers_of_folders_are_no_objects(server: &Server) {
    for key in ["marked/", "marked/a/", "marked/a/x"] {
        aws(server, &["s3api", "put-object", "--bucket", "suite-bucket", "--key", key]);
    }
    let store = open(&settings(server.url()), "s3://suite-bucket/marked");
    let listed: Vec<_> = store.list("").expect("a list").into_iter().map(|meta| meta.key).collect();
    assert_eq!(listed, ["a/x"]);
    assert_eq!(store.names("").expect("names"), ["a/"]);
    assert_eq!(store.names("a/").expect("names"), ["x"]);
}

fn uploads_that_never_ended_are_found_and_removed(server: &Server) {
    for key in ["left/a/x", "left/b & c", "elsewhere"] {
        aws(server, &["s3api", "create-multipart-upload", "--bucket", "suite-bucket", "--key", key]);
    }
    let store = open(&settings(server.url()), "s3://suite-bucket/left");
    let found = store.unfinished("").expect("a list");
    let keys: Vec<_> = found.iter().map(|upload| upload.key.as_str()).collect();
    assert_eq!(keys, ["a/x", "b & c"]);
    assert_eq!(store.unfinished("a/").expect("a list"), found.get(..1).expect("two"));
    for upload in &found {
        store.abandon(upload).unwrap_or_else(|error| panic!("{error}"));
        // Again: it has ended.
        store.abandon(upload).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(store.unfinished("").expect("a list"), Vec::<Unfinished>::new());
}

fn clean_ends_uploads_that_were_cut_short(server: &Server) {
    const OURS: &str = "lake/reading/0123456789abcdef-0.parquet";
    for key in [OURS, "lake/reading/of-another-program"] {
        aws(server, &["s3api", "create-multipart-upload", "--bucket", "suite-bucket", "--key", key]);
    }
    let lake: Arc<dyn Store> = Arc::new(open(&settings(server.url()), "s3://suite-bucket/lake"));
    let survey = |period| survey_with(lake.as_ref(), "reading", period).unwrap_or_else(|e| panic!("{e}"));
    // It may be under way. (moto says of every upload that it was begun in 2010.)
    assert_eq!(survey(Duration::from_secs(100 * 365 * 86_400)).leftovers, []);
    let found = survey(Duration::ZERO);
    let paths: Vec<_> = found.leftovers.iter().map(|leftover| leftover.path.as_str()).collect();
    assert_eq!((paths, found.notes.len()), (vec!["reading/0123456789abcdef-0.parquet"], 0));
    let folder = tempfile::tempdir().expect("a folder");
    let access = Access { scratch: Some(folder.path().to_owned()), ..Access::default() };
    let removed = clean(&lake, &found, &access).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(removed, found.leftovers);
    let left: Vec<_> = lake.unfinished("").expect("a list").into_iter().map(|upload| upload.key).collect();
    assert_eq!(left, ["reading/of-another-program"]);
}

#[test]
fn skips_are_cases_and_have_reasons() {
    let cases: BTreeSet<_> = store_suite::cases().iter().map(|case| case.name).collect();
    for emulator in [Emulator::Moto, Emulator::Ministack] {
        for (case, reason) in skips(emulator) {
            assert!(cases.contains(case.as_str()), "{emulator}: {case} is no case");
            assert!(reason.len() > 10, "{emulator}: {case} needs a reason");
        }
    }
}

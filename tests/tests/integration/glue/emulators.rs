//! The same cases on two emulators, but for those that an emulator is known to get wrong.
//!
//! A skipped case is tried all the same: when it passes, the list is out of date, and the test fails.

use super::isolated::isolated;
use super::open;
use super::suite::failures;
use lakebed_tests::server::{Emulator, Server};
use lakebed_tests::{catalog_suite, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Cases that an emulator gets wrong, each with the reason.
fn skips(emulator: Emulator) -> BTreeMap<String, String> {
    let path = workspace::root().join(format!("tests/data/emulators/{emulator}-catalog-skips.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (case, reason) = line.split_once("  ").unwrap_or_else(|| panic!("no reason: {line}"));
            (case.to_owned(), reason.trim().to_owned())
        })
        .collect()
}

fn passes_but_for_skips(emulator: Emulator) {
    let server =
        Server::start(emulator, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    let failures = failures(&open(server.url(), 1));
    let skips = skips(emulator);
    let failed: BTreeSet<_> = failures.iter().map(|(case, _)| *case).collect();
    let mut problems: Vec<_> = failures
        .iter()
        .filter(|(case, _)| !skips.contains_key(*case))
        .map(|(case, failure)| format!("{case}: {failure}"))
        .collect();
    for skipped in skips.keys().filter(|skipped| !failed.contains(skipped.as_str())) {
        problems.push(format!("{skipped} passes, or is no case: take it off the list"));
    }
    assert!(problems.is_empty(), "{emulator}: {} problems:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn moto_passes_but_for_its_skips() {
    isolated(module_path!(), "moto_passes_but_for_its_skips", || passes_but_for_skips(Emulator::Moto));
}

#[test]
fn ministack_passes_but_for_its_skips() {
    isolated(module_path!(), "ministack_passes_but_for_its_skips", || {
        passes_but_for_skips(Emulator::Ministack)
    });
}

#[test]
fn skips_are_cases_and_have_reasons() {
    let cases: BTreeSet<_> = catalog_suite::cases().iter().map(|case| case.name).collect();
    for emulator in [Emulator::Moto, Emulator::Ministack] {
        for (case, reason) in skips(emulator) {
            assert!(cases.contains(case.as_str()), "{emulator}: {case} is no case");
            assert!(reason.len() > 10, "{emulator}: {case} needs a reason");
        }
    }
}

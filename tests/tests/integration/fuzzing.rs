//! The checks of the fuzz targets, over the inputs that the repository holds.

#[path = "../../fuzz/src/checks/mod.rs"]
#[allow(clippy::all, missing_docs, unreachable_pub, reason = "a package of its own, which is public there")]
pub(crate) mod checks;

use checks::scan_general::choices::Choices;
use checks::scan_general::{case, same};
use lakebed_tests::workspace;
use std::fs;
use std::panic::catch_unwind;

/// Inputs of a target, each with its path.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut inputs = Vec::new();
    for kind in ["corpus", "regressions"] {
        let folder = workspace::root().join("tests/fuzz").join(kind).join(target);
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a folder that can be listed").path();
            inputs.push((path.display().to_string(), fs::read(&path).expect("an input")));
        }
    }
    inputs.sort();
    inputs
}

#[test]
fn inputs_of_every_target_keep_its_promises() {
    let mut wrong = String::new();
    for (target, check) in checks::CHECKS {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "{target} has no inputs");
        for (path, bytes) in inputs {
            if catch_unwind(|| check(&bytes)).is_err() {
                wrong.push_str(&format!("\n{target}: {path}"));
            }
        }
    }
    assert!(wrong.is_empty(), "what these break is printed above:{wrong}");
}

/// A few thousand inputs that differ a little from those of the repository, always the same ones. Nothing guides them, so
/// they find what a change breaks at large; `tests/fuzz/run` looks deeper.
#[test]
fn inputs_like_those_keep_the_promises_of_every_target() {
    const TRIES: usize = 250;
    let mut wrong = String::new();
    for (target, check) in checks::CHECKS {
        let inputs = inputs(target);
        let mut choices = Choices::new(b"mutation");
        for _ in 0..TRIES {
            let mut bytes = choices.pick(&inputs).1.clone();
            for _ in 0..1 + choices.below(4) {
                mutate(&mut choices, &mut bytes, &inputs);
            }
            bytes.truncate(4096);
            if catch_unwind(|| check(&bytes)).is_err() {
                wrong.push_str(&format!("\n{target}: \"{}\"", bytes.escape_ascii()));
                break;
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "what these break is printed above; once repaired, keep them as regressions:{wrong}"
    );
}

/// One small change, as fuzzers make them.
fn mutate(choices: &mut Choices<'_>, bytes: &mut Vec<u8>, others: &[(String, Vec<u8>)]) {
    if bytes.is_empty() {
        return bytes.push(choices.byte());
    }
    let at = choices.below(bytes.len());
    let end = (at + 1 + choices.below(16)).min(bytes.len());
    match choices.below(8) {
        0 => bytes[at] ^= 1 << choices.below(8),
        1 => bytes[at] = choices.byte(),
        2 => bytes.insert(at, choices.byte()),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let to = choices.below(bytes.len());
            let part = bytes[at..end].to_vec();
            drop(bytes.splice(to..to, part));
        }
        5 => {
            let other = &choices.pick(others).1;
            let from = choices.below(other.len());
            bytes.truncate(at);
            bytes.extend_from_slice(&other[from..]);
        }
        6 => bytes.insert(at, *choices.pick(b"{}[]<>()\"',:;/\\\n\t 0-+.eT%=\0\xff")),
        _ => bytes.truncate(at),
    }
}

/// Random tables and inputs, from seeds alone: the scanner reads as the general decoder does.
#[test]
fn the_scanner_reads_as_the_general_decoder() {
    const SEEDS: u64 = 400;
    let (mut cases, mut rows, mut rejects) = (0, 0, 0);
    for seed in 0..SEEDS {
        let Some(case) = case(&seed.to_le_bytes()) else { continue };
        let outcome = catch_unwind(|| same(&case))
            .unwrap_or_else(|_| panic!("seed {seed} breaks what is printed above"));
        cases += 1;
        rows += outcome.places.len();
        rejects += outcome.rejects.len();
    }
    // Otherwise the generator makes too little of something to say anything.
    assert!(cases * 10 > SEEDS * 9, "{cases} cases of {SEEDS} seeds");
    assert!(rows > 2000 && rejects > 1000, "{rows} rows, {rejects} rejects");
}

#[test]
fn every_target_is_built_and_run() {
    let folder = workspace::root().join("tests/fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("the manifest");
    let mut named: Vec<&str> = manifest
        .split("[[bin]]")
        .skip(1)
        .filter_map(|target| target.split("name = \"").nth(1)?.split('"').next())
        .collect();
    named.sort_unstable();
    let mut checked: Vec<&str> = checks::CHECKS.iter().map(|(target, _)| *target).collect();
    checked.sort_unstable();
    assert_eq!(named, checked);
    for target in checked {
        let text = fs::read_to_string(folder.join(format!("targets/{target}.rs"))).expect(target);
        assert!(text.contains(&format!("checks::{target}::check(data)")), "{target} checks something else");
    }
}

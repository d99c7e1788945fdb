//! The checks of the fuzz targets, over the inputs that the repository holds.

#[path = "../../fuzz/src/checks/mod.rs"]
#[allow(clippy::all, missing_docs, unreachable_pub, reason = "a package of its own, which is public there")]
pub(crate) mod checks;

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

//! Every artifact of some tables, committed and reviewed by eye.

use lakebed::Table;
use lakebed::artifacts::ARTIFACTS;
use lakebed_tests::command::lakebed;
use lakebed_tests::{committed, golden};
use std::collections::BTreeMap;

#[test]
fn every_artifact_is_as_it_was_reviewed() {
    let mut wanted = BTreeMap::new();
    for table in golden::tables() {
        let made = golden::made(&table, &golden::target());
        for (name, target) in golden::other_targets() {
            // Only what differs, or there would be most of it again.
            for (file, text) in golden::made(&table, &target) {
                if made.get(&file) != Some(&text) {
                    wanted.insert(format!("{}/{name}/{file}", table.name), text);
                }
            }
        }
        wanted.extend(made.into_iter().map(|(file, text)| (format!("{}/{file}", table.name), text)));
    }
    assert!(wanted.len() >= golden::tables().len() * 2, "{wanted:?}");
    committed::assert_folder(&golden::folder(), &["lakebed.toml", "direct.toml", "json.toml"], &wanted);
}

/// Maps with an order of their own would show: each gets a new one.
#[test]
fn the_same_table_gives_the_same_bytes_from_a_struct_and_from_its_contract() {
    let others = golden::other_targets().map(|(_, target)| target);
    for target in others.into_iter().chain([golden::target()]) {
        for table in golden::tables() {
            let contract = Table::from_contract(&table.to_contract()).expect("a contract");
            let (first, again) = (golden::made(&table, &target), golden::made(&table.clone(), &target));
            assert_eq!(first, again, "{}", table.name);
            assert_eq!(first, golden::made(&contract, &target), "{}", table.name);
        }
    }
}

#[test]
fn the_command_makes_the_same_files() {
    let target = golden::target_file();
    for def in golden::defs() {
        let folder = golden::folder().join(def.name);
        let folder = folder.to_str().expect("a folder in UTF-8");
        let target = target.to_str().expect("a file in UTF-8");
        let ran = lakebed(
            &golden::defs(),
            [
                "generate", "--all", "--check", "--json", "--table", def.name, "--target", target, "--out",
                folder,
            ],
        );
        let report: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        let files = report["files"].as_array().expect("files");
        assert!(
            !files.is_empty() && files.len() <= ARTIFACTS.iter().map(|artifact| artifact.parts().len()).sum()
        );
        for file in files {
            assert_eq!(file["state"], "unchanged", "{file}");
        }
    }
}

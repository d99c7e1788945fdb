//! Lakes read back by engines that know nothing of lakebed.

use lakebed::report::InputStatus;
use lakebed::{ConvertOptions, NoProgress, Report, Table};
use lakebed_tests::{rig::Rig, workspace};
use std::path::{Path, PathBuf};

fn rig() -> Rig {
    Rig::install(env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"))
}

/// A table of the stock binary.
pub(crate) fn table(name: &str) -> Table {
    let def = lakebed_cli::domain::tables().into_iter().find(|def| def.name == name);
    Table::try_from(def.expect("a stock table")).unwrap_or_else(|problems| panic!("{problems}"))
}

fn convert(name: &str, inputs: &[PathBuf], lake: &Path) -> Report {
    let options = ConvertOptions::new(inputs.to_vec(), lake.to_path_buf());
    lakebed::convert(&table(name), &options, &NoProgress).expect("the inputs are sound")
}

fn sources(folders: &[&str]) -> Vec<PathBuf> {
    folders.iter().map(|folder| workspace::miv().join(folder)).collect()
}

/// Converts real inputs, all of which must become rows, and gives where they are.
pub(crate) fn convert_all(name: &str, folders: &[&str], lake: &Path) -> Vec<PathBuf> {
    let inputs = sources(folders);
    let report = convert(name, &inputs, lake);
    for input in &report.inputs {
        assert_eq!(input.status, InputStatus::Done, "{}: {:?}", input.path, input.message);
    }
    assert!(report.total.balances(), "{:?}", report.total);
    assert_eq!(report.total.rejected, 0, "{:?}", report.rejects);
    inputs
}

/// Converts real inputs and lets DuckDB, Polars and PyArrow say what they find.
fn engines_agree(name: &str, folders: &[&str]) {
    let lake = tempfile::tempdir().expect("a temporary folder");
    let inputs = convert_all(name, folders, lake.path());
    let arguments = std::iter::once(lake.path().join(name)).chain(inputs);
    rig().run("compare.py", arguments).unwrap_or_else(|found| panic!("{found}"));
}

#[test]
fn engines_agree_on_flat_json() {
    engines_agree("traffic_measurement", &["flat"]);
}

#[test]
fn engines_agree_on_the_feeds_xml() {
    engines_agree("traffic_measurement", &["xml"]);
}

#[test]
fn engines_agree_on_all_shapes_in_one_lake() {
    engines_agree("traffic_measurement", &["flat", "xml", "derived"]);
}

#[test]
fn engines_agree_on_nested_records() {
    engines_agree("traffic_snapshot", &["nested", "xml"]);
}

#[test]
fn engines_agree_on_decimals_and_a_table_without_partitions() {
    engines_agree("measuring_point", &["config", "odd/config-2017-05-18.logstash.sample.ndjson"]);
}

#[test]
fn engines_agree_on_json_made_of_xml() {
    let files = ["2020-04-06-2points.xmltodict", "2023-08-01-1point.xml2js"];
    let files = files.map(|name| format!("odd/verkeersdata-{name}.json"));
    engines_agree("traffic_snapshot", &[&files[0], &files[1]]);
}

#[test]
fn records_without_key_and_time_are_rejects() {
    let lake = tempfile::tempdir().expect("a temporary folder");
    let report = convert("traffic_measurement", &sources(&["bad", "derived"]), lake.path());
    assert_eq!((report.total.read, report.total.written, report.total.rejected), (3, 1, 2));
    let arguments = std::iter::once(lake.path().join("traffic_measurement")).chain(sources(&["derived"]));
    rig().run("compare.py", arguments).unwrap_or_else(|found| panic!("{found}"));
}

/// A rig that finds everything right proves nothing: faults made by hand must be found.
#[test]
fn the_rig_notices_faults() {
    rig().run("test_rig.py", [""; 0]).unwrap_or_else(|found| panic!("{found}"));
}

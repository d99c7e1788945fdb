//! Runs as a whole: what is left of a pass that does not count, and of a run that only looks.

use super::*;
use crate::replay::{ReplayOptions, replay};
use crate::testing::optional;
use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed_schema::LogicalType;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;

fn table() -> Table {
    Table::new("t", vec![optional("n", LogicalType::UInt8)])
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn rejects_stand_once_when_another_input_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, inputs) = (folder.path().join("lake"), folder.path().join("in"));
    fs::create_dir(&inputs).unwrap();
    fs::write(inputs.join("a.json"), "{\"n\":1}\n{\"n\":1000}\n{\"n\":\"x\"}\n").unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all("{\"n\":2}\n".repeat(1000).as_bytes()).unwrap();
    let whole = gzip.finish().unwrap();
    fs::write(inputs.join("b.json.gz"), &whole[..whole.len() - 9]).unwrap();

    let report = convert(&table(), &ConvertOptions::new([&inputs], &lake), &NoProgress).unwrap();
    assert_eq!((report.total.written, report.total.rejected), (1, 2), "{report:?}");
    assert_eq!(report.inputs[1].status, InputStatus::Failed);
    let kept = files(&lake.join("_errors/t"));
    let lines: usize = kept.values().map(|bytes| bytes.iter().filter(|byte| **byte == b'\n').count()).sum();
    assert_eq!(lines, 2, "{:?}", kept.keys());
}

#[test]
fn a_dry_run_leaves_the_lake_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (lake, first, second) =
        (folder.path().join("lake"), folder.path().join("1.json"), folder.path().join("2.json"));
    fs::write(&first, "{\"n\":1}\n{\"n\":1000}\n").unwrap();
    fs::write(&second, "{\"n\":2}\n").unwrap();
    convert(&table(), &ConvertOptions::new([&first], &lake), &NoProgress).unwrap();

    let dry = |input: &Path| ConvertOptions { dry_run: true, ..ConvertOptions::new([input], &lake) };
    let look = || {
        let before = files(&lake);
        let report = convert(&table(), &dry(&second), &NoProgress).unwrap();
        assert_eq!((report.total.written, report.dry_run), (1, true));
        let report = convert(&table(), &dry(&first), &NoProgress).unwrap();
        assert_eq!(report.inputs[0].status, InputStatus::AlreadyInLake);
        let report = replay(&table(), &ReplayOptions::new(dry(&lake)), &NoProgress).unwrap();
        assert_eq!(report.total.rejected, 1);
        let after = files(&lake);
        assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
        assert!(before == after);
    };
    // What a run that was cut short has left is for the next run that writes.
    let left = lake.join("_lakebed/t/tmp/left");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("x"), "left").unwrap();
    look();
    let store = Stores::local().open(&Location::from(lake.as_path())).unwrap();
    let other = Journal::open(&store, "t", &Access::default()).unwrap();
    look();
    drop(other);
}

//! Small lakes, sound and damaged.

use super::report::{DifferenceKind, SizeVerdict, TableReport};
use super::{inspect, inspect_folder, tables_in};
use crate::convert::{ConvertOptions, NoProgress, convert};
use crate::store::LocalStore;
use crate::testing::optional;
use lakebed_schema::{
    Column, Compression, Layout, LogicalType, Partition, PartitionBy, SortColumn, Table, TimeUnit,
};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn trips() -> Table {
    let time = LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false };
    let mut table = Table::new(
        "trip",
        vec![
            Column::new("bike", LogicalType::Int64),
            Column::new("at", time),
            optional("metres", LogicalType::Int32),
        ],
    );
    table.partitions.push(Partition {
        by: PartitionBy::Column("at".into()),
        layout: Layout::parse("dt={yyyy-MM-dd}/hour={HH}", Some("at")).unwrap(),
        null: None,
    });
    table.sort = vec![SortColumn { column: "bike".into(), descending: true }];
    table
}

/// A lake with two hours of trips, three rows and one.
fn lake() -> TempDir {
    let lake = tempfile::tempdir().unwrap();
    let input = lake.path().join("trips.json");
    let text = "{\"bike\":1,\"at\":\"2026-05-01T07:15:00Z\"}\n{\"bike\":2,\"at\":\"2026-05-01T07:20:00Z\"}\n\
                {\"bike\":3,\"at\":\"2026-05-01T07:59:59Z\",\"metres\":80}\n{\"bike\":1,\"at\":\"2026-05-01T09:00:00Z\"}\n";
    fs::write(&input, text).unwrap();
    convert(&trips(), &ConvertOptions::new(vec![input], lake.path().join("lake")), &NoProgress).unwrap();
    lake
}

fn seen(lake: &TempDir, table: &Table) -> TableReport {
    inspect(&LocalStore::new(lake.path().join("lake")), "trip", Some(table)).unwrap()
}

fn files(lake: &TempDir) -> Vec<PathBuf> {
    let (files, _) = super::walk::walk(&LocalStore::new(lake.path().join("lake")), "trip/").unwrap();
    files.into_iter().map(|file| lake.path().join("lake").join(file.meta.key)).collect()
}

#[test]
fn a_sound_lake() {
    let lake = lake();
    let report = seen(&lake, &trips());
    assert!(!report.has_findings(), "{report:?}");
    assert_eq!((report.rows, report.files, report.hidden), (4, 2, 0));
    assert_eq!(report.bytes, files(&lake).iter().map(|file| fs::metadata(file).unwrap().len()).sum::<u64>());
    assert_eq!(report.schema, []);
    assert_eq!(report.partitions[0].path, "dt=2026-05-01/hour=07/");
    let groups = &report.row_groups;
    assert_eq!((groups.count, groups.rows.min, groups.rows.median, groups.rows.max), (2, 1, 1, 3));
    assert!(groups.bytes.max > 0 && groups.uncompressed_bytes > 0);
    assert_eq!(report.sort.declared.as_deref(), Some("bike desc"));
    assert_eq!((report.sort.files_sorted, report.sort.orders["bike desc"]), (2, 2));
    assert_eq!(report.codecs["snappy"], 2);
    assert!(report.created_by.keys().all(|writer| writer.starts_with("lakebed version")));
    let timeline = report.timeline.unwrap();
    let points: Vec<_> = timeline.points.iter().map(|point| (point.at.as_str(), point.rows)).collect();
    assert_eq!((timeline.unit, points), ("hour", vec![("2026-05-01T07", 3), ("2026-05-01T09", 1)]));
    let journal = report.journal.unwrap();
    assert_eq!((journal.runs, journal.rows, journal.rows_in_files), (1, 4, Some(4)));
    assert_eq!((journal.other_files, journal.missing_files.len()), (0, 0));
    let input = fs::metadata(lake.path().join("trips.json")).unwrap().len();
    assert_eq!((journal.decoded_bytes, journal.stored_bytes), (Some(input), Some(input)));
    assert_eq!((journal.formats, journal.parquet_bytes), (vec!["json".to_owned()], report.bytes));
    assert_eq!(report.sizes.verdict, SizeVerdict::LittleData);
}

#[test]
fn records_of_the_first_versions_are_read_without_their_bytes() {
    let lake = lake();
    let runs = lake.path().join("lake/_lakebed/trip/runs");
    let path = fs::read_dir(runs).unwrap().next().unwrap().unwrap().path();
    let mut run: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for input in run["inputs"].as_object_mut().unwrap().values_mut() {
        for later in ["bytes", "decoded_bytes", "format"] {
            assert!(input.as_object_mut().unwrap().remove(later).is_some());
        }
    }
    fs::write(&path, run.to_string()).unwrap();
    let journal = seen(&lake, &trips()).journal.unwrap();
    assert_eq!((journal.rows, journal.decoded_bytes, journal.stored_bytes), (4, None, None));
    fs::write(&path, "{").unwrap();
    let report = seen(&lake, &trips());
    assert!(report.has_findings() && report.journal.unwrap().unreadable.is_some());
}

#[test]
fn damaged_and_foreign_files_are_named() {
    let lake = lake();
    let [first, second] = <[PathBuf; 2]>::try_from(files(&lake)).unwrap();
    let whole = fs::read(&first).unwrap();
    fs::write(&first, &whole[..whole.len() - 9]).unwrap();
    fs::write(second.with_file_name("notes.txt"), "not for readers").unwrap();
    fs::write(second.with_file_name("empty.parquet"), "").unwrap();
    let mut garbled = whole.clone();
    let footer = garbled.len() - 40;
    garbled[footer..footer + 16].fill(0xff);
    fs::write(second.with_file_name("garbled.parquet"), garbled).unwrap();
    let hidden = lake.path().join("lake/trip/_temporary/0");
    fs::create_dir_all(&hidden).unwrap();
    fs::write(hidden.join("x.parquet"), "x").unwrap();
    fs::write(second.with_file_name("_SUCCESS"), "").unwrap();

    let report = seen(&lake, &trips());
    assert!(report.has_findings());
    assert_eq!((report.files, report.rows, report.hidden), (1, 1, 2));
    let broken: Vec<_> =
        report.broken.iter().map(|file| (file.path.as_str(), file.problem.as_str())).collect();
    assert_eq!(broken.len(), 4, "{broken:?}");
    let problem = |end: &str| broken.iter().find(|(path, _)| path.ends_with(end)).unwrap().1;
    assert!(problem(&first.file_name().unwrap().to_string_lossy()).contains("cut off"));
    assert_eq!(problem("notes.txt"), "is no Parquet file");
    assert_eq!(problem("empty.parquet"), "is empty");
    assert!(problem("garbled.parquet").contains("footer is damaged"), "{broken:?}");
    // The broken file is there; it is not missing as well.
    let journal = report.journal.unwrap();
    assert_eq!((journal.missing_files.len(), journal.rows_in_files), (0, None));

    fs::remove_file(&first).unwrap();
    let journal = seen(&lake, &trips()).journal.unwrap();
    assert_eq!(journal.missing_files.len(), 1, "{journal:?}");
}

/// Every byte of a footer, one after the other, changed to others: an error or other numbers, never a panic.
#[test]
fn no_footer_ends_the_program() {
    let lake = lake();
    let file = files(&lake).remove(0);
    let whole = fs::read(&file).unwrap();
    let length = whole.len() - 8;
    let footer = usize::try_from(u32::from_le_bytes(whole[length..length + 4].try_into().unwrap())).unwrap();
    for at in (length - footer)..(length + 4) {
        for byte in [0, 0x7f, 0xff, whole[at].wrapping_add(1)] {
            let mut changed = whole.clone();
            changed[at] = byte;
            fs::write(&file, changed).unwrap();
            let _ = seen(&lake, &trips());
        }
    }
}

#[test]
fn differences_of_schema_with_files_and_an_example() {
    let lake = lake();
    let mut table = trips();
    table.columns[2].ty = LogicalType::Int64;
    table.columns.push(optional("colour", LogicalType::String));
    table.columns.push(Column::new("dock", LogicalType::String));
    table.columns.retain(|column| column.name != "bike");
    table.sort = vec![SortColumn { column: "at".into(), descending: false }];
    table.storage.compression = Compression::Zstd;
    let report = seen(&lake, &table);
    let found: Vec<_> =
        report.schema.iter().map(|d| (d.column.as_str(), d.kind, d.files, d.finding)).collect();
    assert_eq!(
        found,
        [
            ("bike", DifferenceKind::Extra, 2, true),
            ("dock", DifferenceKind::Missing, 2, true),
            ("metres", DifferenceKind::Type, 2, true),
            ("colour", DifferenceKind::Missing, 2, false),
        ]
    );
    assert!(report.schema[0].example.starts_with("dt=2026-05-01/hour=07/"));
    assert_eq!(report.schema[2].expected.as_deref(), Some("Int64"));
    assert_eq!(report.schema[2].found.as_deref(), Some("Int32"));
    assert_eq!(report.declared_codec.as_deref(), Some("zstd"));
    assert_eq!(report.sort.declared.as_deref(), Some("at"));
    // A column added to the struct later, as an Option, is no fault of older files.
    let mut evolved = trips();
    evolved.columns.push(optional("colour", LogicalType::String));
    assert!(!seen(&lake, &evolved).has_findings());
}

#[test]
fn folders_of_another_layout_are_named() {
    let lake = lake();
    let trip = lake.path().join("lake/trip");
    let file = files(&lake).remove(0);
    for folder in ["dt=2026-05-01", "dt=2026-13-01/hour=07", "dt=__HIVE_DEFAULT_PARTITION__/hour=07"] {
        fs::create_dir_all(trip.join(folder)).unwrap();
        fs::copy(&file, trip.join(folder).join("copy.parquet")).unwrap();
    }
    let report = seen(&lake, &trips());
    let paths: Vec<_> = report.misplaced.iter().map(|folder| folder.path.as_str()).collect();
    assert_eq!(paths, ["dt=2026-05-01/", "dt=2026-13-01/hour=07/"]);
    assert_eq!(report.timeline.unwrap().rows_without_time, 9);
    assert_eq!(report.journal.unwrap().other_files, 3);
}

#[test]
fn a_plain_folder_needs_no_table() {
    let lake = lake();
    let report = inspect_folder(&LocalStore::new(lake.path().join("lake/trip")), None).unwrap();
    assert!(!report.has_findings() && !report.compared);
    assert_eq!((report.rows, report.table, report.journal), (4, None, None));
    assert_eq!(report.timeline.map(|timeline| timeline.unit), Some("hour"));
    assert_eq!(tables_in(&LocalStore::new(lake.path().join("lake"))).unwrap(), ["trip"]);
    assert_eq!(tables_in(&LocalStore::new(lake.path().join("lake/trip"))).unwrap(), [""; 0]);
    assert!(inspect_folder(&LocalStore::new(lake.path().join("nowhere")), None).is_err());
}

//! A process that applies is killed at any moment: the next one finishes.

use super::register;
use lakebed::Record as _;
use lakebed_cli::catalog::{Catalog, FolderCatalog, TableName};
use lakebed_schema::{Column, LogicalType, Table};
use lakebed_tests::cases::sensor_reading::SensorReading;
use lakebed_tests::command::{lakebed, process};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

const PARTITIONS: usize = 250;
const KILLS: u32 = 6;

struct World {
    folder: tempfile::TempDir,
    arguments: Vec<PathBuf>,
}

impl World {
    /// A table with registered partitions, and a contract that adds columns to it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let contract = folder.path().join("t.lakebed.json");
        let mut arguments: Vec<PathBuf> = vec!["--contract".into(), contract.clone()];
        arguments.extend(["--catalog".into(), folder.path().join("catalog")]);
        for setting in ["lake=s3://my-lake", "database=mobility", "projection.enabled=false"] {
            arguments.extend(["--set".into(), setting.into()]);
        }
        let mut table = Table::try_from(SensorReading::TABLE).unwrap();
        table.name = "traffic".into();
        fs::write(&contract, table.to_contract()).unwrap();
        let world = Self { folder, arguments };
        assert_eq!(world.here("apply", &["--yes"]).code, 0);
        register(&world.catalog(), PARTITIONS);
        table.columns.push(Column::new("lanes", LogicalType::Int32));
        fs::write(contract, table.to_contract()).unwrap();
        world
    }

    fn catalog(&self) -> FolderCatalog {
        FolderCatalog::new(self.folder.path().join("catalog"))
    }

    fn here(&self, command: &str, more: &[&str]) -> lakebed_tests::command::Ran {
        let more = more.iter().map(PathBuf::from);
        lakebed(&[], [PathBuf::from(command)].into_iter().chain(more).chain(self.arguments.clone()))
    }

    /// Starts an apply; the time it takes unless it is killed after `patience`.
    fn apply(&self, patience: Duration) -> Option<Duration> {
        let mut args = vec![Path::new("apply"), Path::new("--yes")];
        args.extend(self.arguments.iter().map(PathBuf::as_path));
        let start = Instant::now();
        let mut child = process(&[], "processes::as_the_command", &args).spawn().unwrap();
        while start.elapsed() < patience {
            if let Some(status) = child.try_wait().unwrap() {
                assert_eq!(status.code(), Some(0));
                return Some(start.elapsed());
            }
            sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        None
    }

    fn behind(&self) -> usize {
        let partitions = self.catalog().partitions(&TableName::new("mobility", "traffic")).unwrap();
        assert_eq!(partitions.len(), PARTITIONS);
        partitions.iter().filter(|partition| partition.columns.iter().all(|c| c.name != "lanes")).count()
    }
}

#[test]
fn an_apply_that_is_killed_is_finished_by_the_next() {
    let long = Duration::from_secs(600);
    let took = World::new().apply(long).expect("nobody kills it");
    let world = World::new();
    let mut killed = 0;
    for number in 1..=KILLS {
        killed += u32::from(world.apply(took * number / (KILLS + 1)).is_none());
        // Whatever was done is whole, and nothing is undone.
        let behind = world.behind();
        assert!(world.here("plan", &[]).code == 0, "{behind} behind after {number}");
        if behind == 0 {
            break;
        }
    }
    assert!(killed > 0, "each apply was done before it was killed");
    assert!(world.apply(long).is_some());
    assert_eq!(world.behind(), 0);
    assert_eq!(world.here("plan", &["--detailed-exit-code"]).code, 0);
}

//! Kills of `compact` where the catalog says which folder readers look into: one that asks it all the while and then
//! reads those folders never sees another row than all of them, once.

#![allow(clippy::print_stdout, reason = "with --nocapture the tests say how far the runs were")]

use super::compacts::Small;
use super::rounds::{Work, kill};
use super::{bad, in_a_bucket, in_a_folder, kills};
use lakebed_cli::catalog::{Catalog, FolderCatalog, TableName};
use lakebed_tests::books::problems;
use lakebed_tests::crash::{Place, World};
use lakebed_tests::departures::{Rows, TABLE, add_file, differences};
use lakebed_tests::lake;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

struct Registered<'a> {
    world: &'a World,
    small: Small,
    /// Files of the catalog in which the partitions of the lake `small` are registered.
    catalog: BTreeMap<String, Vec<u8>>,
    /// The lake that is read now.
    current: Mutex<Option<String>>,
    polls: AtomicUsize,
}

impl<'a> Registered<'a> {
    fn new(world: &'a World) -> Self {
        let small = Small::new(world);
        let mut work = Self {
            world,
            small,
            catalog: BTreeMap::new(),
            current: Mutex::default(),
            polls: AtomicUsize::default(),
        };
        let target = work.target("small");
        let target = target.as_path();
        world.done(&[Path::new("apply"), Path::new("--yes"), Path::new("--target"), target]);
        world.done(&[Path::new("partitions"), Path::new("sync"), Path::new("--target"), target]);
        work.catalog = lake::files(&world.folder().join("catalog-small"));
        work
    }

    fn target(&self, name: &str) -> PathBuf {
        let lake = match &self.world.place {
            Place::Local => name.to_owned(),
            Place::S3 { .. } => self.world.at(name).display().to_string(),
        };
        let text = format!(
            "lake = \"{lake}\"\ndatabase = \"db\"\ncatalog = \"catalog-{name}\"\n[projection]\nenabled = false\n"
        );
        let path = self.world.folder().join(format!("{name}.toml"));
        fs::write(&path, text).expect("a file");
        path
    }

    /// What a reader finds who asks the catalog for the folders, and then opens their files.
    fn read(&self, name: &str) -> Result<Rows, String> {
        let catalog = FolderCatalog::new(self.world.folder().join(format!("catalog-{name}")));
        let partitions =
            catalog.partitions(&TableName::new("db", TABLE)).map_err(|error| error.to_string())?;
        let mut rows = Rows::new();
        for partition in partitions {
            let location = partition.storage.location.ok_or("a partition without a location")?;
            let [day, hour] = partition.values.as_slice() else { return Err("other partitions".into()) };
            let path = format!("dt={day}/hour={hour}/");
            for (file, bytes) in self.files(&location)? {
                add_file(&mut rows, &path, bytes).map_err(|error| format!("{file}: {error}"))?;
            }
        }
        Ok(rows)
    }

    fn files(&self, location: &str) -> Result<Vec<(String, Vec<u8>)>, String> {
        match &self.world.place {
            Place::Local => {
                let folder = self.world.folder().join(location);
                let entries = fs::read_dir(&folder).map_err(|error| format!("{location}: {error}"))?;
                let mut files = Vec::new();
                for entry in entries.flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    // As engines do: names that begin so are no data.
                    if !name.starts_with(['.', '_']) {
                        let bytes = fs::read(entry.path()).map_err(|error| format!("{name}: {error}"))?;
                        files.push((name, bytes));
                    }
                }
                Ok(files)
            }
            Place::S3 { bucket, .. } => {
                let root = format!("s3://{}/", bucket.name());
                let prefix = location.strip_prefix(&root).ok_or(format!("{location} is elsewhere"))?;
                let mut files = Vec::new();
                for key in bucket.list(prefix)? {
                    let bytes = bucket.get(&key)?.ok_or(format!("{key} went away"))?;
                    files.push((key, bytes));
                }
                Ok(files)
            }
        }
    }

    fn reads_right(&self, name: &str) {
        let rows = self.read(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let wrong = differences(&self.small.wanted, &rows);
        assert!(wrong.is_empty(), "a reader of {name} saw: {wrong}");
        self.polls.fetch_add(1, Ordering::Relaxed);
    }

    /// Kills while somebody reads.
    fn kill(&self, title: &str, wanted: usize, seed: u64) {
        let ended = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    // Held while it reads: the lake of a round is not left before.
                    let current = self.current.lock().expect("no panic");
                    if let Some(name) = current.as_deref() {
                        self.reads_right(name);
                    }
                    drop(current);
                    thread::sleep(match self.world.place {
                        Place::Local => Duration::from_millis(3),
                        Place::S3 { .. } => Duration::from_millis(60),
                    });
                }
            });
            let _end = OnDrop(&ended);
            kill(self, title, wanted, seed);
        });
        println!("{title}: counted {} times", self.polls.load(Ordering::Relaxed));
    }
}

/// Sets a flag at the end, also of a test that fails.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Work for Registered<'_> {
    fn world(&self) -> &World {
        self.world
    }

    fn begin(&self, name: &str) {
        self.world.give(name, &self.small.files);
        for (file, bytes) in &self.catalog {
            let path = self.world.folder().join(format!("catalog-{name}")).join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let text = String::from_utf8(bytes.clone()).expect("text");
            fs::write(path, text.replace("small/", &format!("{name}/"))).expect("a file");
        }
        self.target(name);
        self.reads_right(name);
        *self.current.lock().expect("the reader is well") = Some(name.to_owned());
    }

    fn args(&self, name: &str) -> Vec<PathBuf> {
        let target = self.world.folder().join(format!("{name}.toml"));
        let args = ["--older-than", "0", "--target"].map(PathBuf::from);
        ["compact".into(), self.world.at(name)].into_iter().chain(args).chain([target]).collect()
    }

    fn killed(&self, what: &str, _: &str, mirror: &Path) {
        // Panics on a file that is not whole, also where nobody looks yet.
        let rows = lake::footer_rows(mirror, &format!("{TABLE}.generations"));
        let wanted: u64 = self.small.wanted.values().sum();
        assert!(rows <= wanted, "{what}: {rows} rows in generations");
        assert_eq!(lake::footer_rows(mirror, TABLE), wanted, "{what}: old files wait for their readers");
    }

    fn ended(&self, what: &str, name: &str) {
        self.reads_right(name);
        // Who began to read before the last switch has read to the end; then the old files go.
        drop(self.current.lock().expect("the reader is well"));
        let args = self.args(name);
        let more = [Path::new("--grace"), Path::new("0")];
        let said = self.world.done(&args.iter().map(PathBuf::as_path).chain(more).collect::<Vec<_>>());
        *self.current.lock().expect("the reader is well") = None;
        let mirror = self.world.mirror(name);
        assert_eq!(lake::files(&mirror.join(TABLE)).len(), 0, "{what}: {said}");
        self.reads_right(name);
        assert_eq!(problems(&mirror, TABLE), [""; 0], "{what}");
        assert_eq!(lake::rejects(&mirror, TABLE).len() as u64, bad(&self.small.inputs), "{what}: rejects");
    }
}

#[test]
fn registered_partitions_of_a_folder() {
    let world = in_a_folder();
    Registered::new(&world).kill("registered-folder", kills(8), 8_000);
}

#[test]
fn registered_partitions_on_s3() {
    let world = in_a_bucket();
    Registered::new(&world).kill("registered-s3", kills(5), 9_000);
}

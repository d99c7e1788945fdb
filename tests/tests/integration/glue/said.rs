//! What the command line says when Glue cannot be asked or refuses, as committed texts to be read by eye.

use lakebed::Record as _;
use lakebed_schema::{Column, LogicalType, Table};
use lakebed_tests::cases::sensor_reading::SensorReading;
use lakebed_tests::command::{become_the_command, process};
use lakebed_tests::fake_glue::{FakeGlue, Fault, Settings, Snapshot, When};
use lakebed_tests::{committed, workspace};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const KEY: &str = "AKIDNOBODYMAYSEETHIS";
const SECRET: &str = "SecretThatNobodyMaySee";
const TOKEN: &str = "TokenThatNobodyMaySee";

const TARGET: &str = "lake = \"s3://my-lake\"
database = \"mobility\"
region = \"eu-west-1\"
account = \"123456789012\"
catalog = \"glue\"

[projection]
enabled = false
";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&[], || {});
}

/// A folder with a target, contracts and a lake, and a Glue.
struct World {
    folder: tempfile::TempDir,
    fake: FakeGlue,
    /// What was said, by the name of its file.
    texts: BTreeMap<String, String>,
}

impl World {
    fn new(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fake = FakeGlue::start_with(settings).unwrap_or_else(|error| panic!("{error}"));
        let world = Self { folder, fake, texts: BTreeMap::new() };
        let mut table = Table::try_from(SensorReading::TABLE).expect("a table");
        table.name = "traffic".into();
        world.write("lakebed.toml", TARGET);
        world.write("old.json", &table.to_contract());
        table.columns.push(Column::new("lanes", LogicalType::Int32));
        world.write("new.json", &table.to_contract());
        world.write("lake/traffic/year=2026/month=11/day=23/hour=07/part.parquet", "");
        world
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    /// Runs the command line with these variables of AWS and no others: exit code, output, errors.
    fn run(&self, settings: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
        let args: Vec<&Path> = args.iter().map(Path::new).collect();
        let mut command = process(&[], "glue::said::as_the_command", &args);
        for (variable, _) in std::env::vars_os() {
            let variable = variable.to_string_lossy().into_owned();
            if variable.starts_with("AWS_") {
                command.env_remove(variable);
            }
        }
        let usual = [
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_MAX_ATTEMPTS", "2"),
            ("NO_PROXY", "127.0.0.1"),
        ];
        command.envs(usual).envs(settings.iter().copied()).current_dir(self.folder.path());
        let output = command.output().expect("a process");
        let plain = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            for secret in [SECRET, TOKEN] {
                assert!(!text.contains(secret), "a secret was told: {text}");
            }
            let text = anstream::adapter::strip_str(&text).to_string();
            let port = self.fake.url();
            let port = port.rsplit(':').next().expect("a port");
            without_ids(&text.replace(&format!("127.0.0.1:{port}"), "127.0.0.1:PORT"))
        };
        let (out, err) = (plain(&output.stdout), plain(&output.stderr));
        let out = out.trim_start().trim_start_matches("running 1 test\n").to_owned();
        let out = out.trim_start_matches("test glue::said::as_the_command ... ").to_owned();
        (output.status.code().unwrap_or(-1), out, err)
    }

    /// With credentials, and the fake.
    fn usual(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL_GLUE", self.fake.url()),
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_SESSION_TOKEN", TOKEN.to_owned()),
        ]
    }

    /// Notes what a command says, which has to end with `code`.
    fn note(&mut self, file: &str, code: i32, settings: &[(&str, &str)], args: &[&str]) {
        let (ended, out, err) = self.run(settings, args);
        let mut text = format!("$ lakebed {}\n", args.join(" "));
        for (name, part) in [("stdout", out), ("stderr", err)] {
            text.push_str(&format!("\n--- {name}\n{part}"));
        }
        text.push_str(&format!("\n--- exit code {ended}\n"));
        assert_eq!(ended, code, "{file}: {text}");
        assert!(self.texts.insert(format!("{file}.txt"), text).is_none(), "{file} twice");
    }

    /// The same with credentials, on a Glue that holds this and fails so.
    fn fails(&mut self, file: &str, code: i32, held: &Snapshot, faults: Vec<When>, args: &[&str]) {
        self.fake.restore(held);
        for fault in faults {
            self.fake.plan(fault);
        }
        let settings = self.usual();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.note(file, code, &settings, args);
        self.fake.heal();
    }
}

/// Requests are numbered, and the numbers are no matter of the text.
fn without_ids(text: &str) -> String {
    let mut parts = text.split("(request ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(')').expect("the end of an id");
        out.push_str(&format!("(request ID){rest}"));
    }
    out
}

const PLAN: [&str; 3] = ["plan", "--contract", "new.json"];
const APPLY: [&str; 4] = ["apply", "--yes", "--contract", "new.json"];
const SYNC: [&str; 6] = ["partitions", "sync", "--contract", "old.json", "--lake", "lake"];
const DRIFT: [&str; 5] = ["drift", "--contract", "old.json", "--lake", "lake"];

/// Exactly that is asked for again and again.
fn denied(operation: &str) -> Vec<When> {
    vec![When::next(operation, Fault::AccessDenied).always()]
}

#[test]
fn what_is_said_is_as_it_was_reviewed() {
    let mut world = World::new(Settings::default());
    let nothing = world.fake.snapshot();
    let usual = world.usual();
    let usual: Vec<_> = usual.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (code, out, err) = world.run(&usual, &["apply", "--yes", "--contract", "old.json"]);
    assert_eq!(code, 0, "{out}{err}");
    let table = world.fake.snapshot();

    world.write("other/traffic/year=2026/month=11/day=22/hour=07/part.parquet", "");
    let (code, out, err) =
        world.run(&usual, &["partitions", "sync", "--contract", "old.json", "--lake", "other"]);
    assert_eq!(code, 0, "{out}{err}");
    let registered = world.fake.snapshot();

    let url = world.fake.url();
    world.note("credentials-missing", 2, &[("AWS_ENDPOINT_URL_GLUE", &url)], &PLAN);
    let no_region = [&PLAN[..], &["--set", "region="]].concat();
    world.note("region-missing", 2, &usual, &no_region);
    let nowhere = [("AWS_ENDPOINT_URL_GLUE", "http://127.0.0.1:1")];
    let nowhere: Vec<_> = usual.iter().copied().chain(nowhere).collect();
    world.note("endpoint-unreachable", 2, &nowhere, &PLAN);

    let expired = || vec![When::any(Fault::ExpiredToken).always()];
    world.fails("token-expired-plan", 2, &table, expired(), &PLAN);
    let later = vec![When::next("UpdateTable", Fault::ExpiredToken).always()];
    world.fails("token-expired-apply", 2, &table, later, &APPLY);

    world.fails("denied-get-table", 2, &table, denied("GetTable"), &PLAN);
    world.fails("denied-update-table", 2, &table, denied("UpdateTable"), &APPLY);
    world.fails("denied-create-database", 2, &nothing, denied("CreateDatabase"), &APPLY);
    world.fails("denied-create-partition", 2, &table, denied("BatchCreatePartition"), &SYNC);

    world.fails("no-database-plan", 0, &nothing, vec![], &PLAN);
    world.fails("no-database-drift", 1, &nothing, vec![], &DRIFT);
    world.fails("no-database-partitions", 2, &nothing, vec![], &SYNC);
    world.fails("no-database-rollback", 2, &nothing, vec![], &["rollback", "mobility.traffic", "--to", "1"]);
    world.fails("no-database-versions", 2, &nothing, vec![], &["rollback", "mobility.traffic"]);
    world.fails(
        "no-database-import",
        2,
        &nothing,
        vec![],
        &["import", "mobility.traffic", "--catalog", "glue"],
    );

    let throttled = |operation| vec![When::next(operation, Fault::Throttle).always()];
    let prune = [&SYNC[..], &["--prune", "--lake-is-whole", "--yes"]].concat();
    world.fails("denied-prune", 2, &registered, denied("BatchDeletePartition"), &prune);
    world.fails("throttled-plan", 2, &table, throttled("GetTable"), &PLAN);
    world.fails("throttled-apply", 2, &table, throttled("UpdateTable"), &APPLY);

    let mut elsewhere = World::new(Settings { region: Some("us-east-1".to_owned()), ..Settings::default() });
    let nothing = elsewhere.fake.snapshot();
    elsewhere.fails("region-wrong", 2, &nothing, vec![], &PLAN);
    world.texts.append(&mut elsewhere.texts);

    let folder = workspace::root().join("tests/tests/integration/glue/said");
    committed::assert_folder(&folder, &[], &world.texts);
}

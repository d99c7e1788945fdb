//! What a run finds to read, when that arrived, and what is kept apart for its time.

use chrono::{DateTime, Utc};
use lakebed::report::{ArrivalSource, InputStatus};
use lakebed::store::{S3Settings, Store, When};
use lakebed::{
    ConvertOptions, Location, NoProgress, Progress, Projected, Record, Report, Stores, Table, TableDef,
    Target,
};
use lakebed_cli::{Io, run};
use lakebed_tests::command::{Ran, lakebed};
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::property::cases;
use lakebed_tests::server::{Emulator, REGION, Server};
use proptest::collection::vec;
use proptest::prelude::*;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

#[derive(Record)]
#[lake(table = "event", partition(by = at, layout = "dt={yyyy-MM-dd}"))]
#[allow(dead_code, reason = "only the table is used")]
struct Event {
    id: u32,
    #[lake(time(rfc3339))]
    at: DateTime<Utc>,
}

#[derive(Record)]
#[lake(table = "arrived", partition(by = arrival, layout = "dt={yyyy-MM-dd}"))]
#[allow(dead_code, reason = "only the table is used")]
struct Arrived {
    id: u32,
}

#[derive(Record)]
#[lake(table = "two_times", partition(by = arrival, layout = "dt={yyyy-MM-dd}"))]
#[allow(dead_code, reason = "only the table is used")]
struct TwoTimes {
    sent: DateTime<Utc>,
    seen: DateTime<Utc>,
}

const TABLES: [&TableDef; 1] = [Event::TABLE];
/// An object name of Firehose; what is in it arrived at 2026-11-23T08:15:30Z.
const NAME: &str = "s-1-2026-11-23-08-15-30-0a1b2c3d-0000-1111-2222-333344445555";

fn table(def: &'static TableDef) -> Table {
    Table::try_from(def).unwrap_or_else(|problems| panic!("{problems}"))
}

fn record(id: usize, at: &str) -> String {
    format!("{{\"id\":{id},\"at\":\"{at}\"}}\n")
}

fn convert(inputs: &[&str], lake: &Path, more: &[&str]) -> Ran {
    let inputs = inputs.iter().map(OsStr::new);
    let to = ["--to".as_ref(), lake.as_os_str()];
    let more = more.iter().map(OsStr::new);
    lakebed(&TABLES, [OsStr::new("convert")].into_iter().chain(inputs).chain(to).chain(more))
}

fn convert_stdin(stdin: &[u8], args: &[&str]) -> Ran {
    let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), stdin);
    let mut io = Io::new(&mut out, &mut err).with_input(&mut stdin);
    let code = run(TABLES, ["lakebed", "convert"].iter().chain(args), &mut io);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { code, out: text(out), err: text(err) }
}

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn patterns_lists_and_hostile_names() {
    let bench = Bench::new();
    let names =
        ["a b.json", "é.json", "a%41.json", "a#b.json", "a?b.json", "x[1].json", "*.json", "deep/er/z.json"];
    for (id, name) in names.iter().enumerate() {
        bench.input(&format!("in/{name}"), record(id, "2026-11-23T08:00:00Z"));
    }
    bench.input("in/_lakebed/event/runs/x.json", "{}");
    bench.input("in/.hidden", "{}");
    bench.input("in/event/dt=1/x.parquet", b"PAR1 and so on");
    let at = |name: &str| format!("{}/in/{name}", bench.path().display());

    let ran = convert(&[&at("")], &bench.lake("folder"), &["--json"]);
    assert_eq!((ran.code, lake::footer_rows(&bench.lake("folder"), "event")), (0, 8), "{ran:?}");
    assert_eq!(json(&ran)["passed_over"], serde_json::json!({"hidden": 2, "table_files": 1}));

    // A file that is called like a pattern is meant itself; the pattern that escapes its letters finds it too.
    for (typed, rows) in [
        ("*.json", 1),
        ("?*.json", 7),
        ("[*].json", 1),
        ("a[?]b.json", 1),
        ("x[1].json", 1),
        ("**/*.json", 8),
        ("**", 8),
        ("d*", 1),
        ("{deep/*,a}*", 5),
        ("{a b,é}.json", 2),
    ] {
        let lake = bench.lake(typed.replace('/', "_").as_str());
        let ran = convert(&[&at(typed)], &lake, &[]);
        assert_eq!((ran.code, lake::footer_rows(&lake, "event")), (0, rows), "{typed}: {ran:?}");
    }
    for (typed, said) in
        [("nothing*.json", "nothing matches"), ("x[", "no pattern"), ("_l*/x", "nothing matches")]
    {
        let ran = convert(&[&at(typed)], &bench.lake("none"), &[]);
        assert!(
            ran.code == 2 && ran.err.contains(said) && ran.err.contains("what to do"),
            "{typed}: {ran:?}"
        );
    }

    let list = bench.input("list", names.map(|name| at(name) + "\r\n").concat() + "\n");
    let ran = convert(&["--files-from", &list.to_string_lossy()], &bench.lake("list"), &[]);
    assert_eq!((ran.code, lake::footer_rows(&bench.lake("list"), "event")), (0, 8), "{ran:?}");
    let lake = bench.lake("null");
    let args = ["--files-from", "-", "--null", "--to", &lake.to_string_lossy()];
    let ran = convert_stdin(names.map(|name| at(name) + "\0").concat().as_bytes(), &args);
    assert_eq!((ran.code, lake::footer_rows(&lake, "event")), (0, 8), "{ran:?}");
}

#[test]
fn records_from_standard_input_are_known_by_what_they_are() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let args = ["-", "--json", "--to", &lake.to_string_lossy()];
    let text = record(1, "2026-11-23T08:00:00Z") + "{\"id\":-1}\n";
    let ran = convert_stdin(text.as_bytes(), &args);
    let report = json(&ran);
    assert_eq!((ran.code, &report["total"]["written"]), (0, &1.into()), "{ran:?}");
    assert_eq!(report["inputs"][0]["path"], "stdin");
    assert_eq!(report["inputs"][0]["arrival"]["source"], "clock");
    assert_eq!(lake::rejects(&lake, "event")[0].source(), "stdin");
    let again = json(&convert_stdin(text.as_bytes(), &args));
    assert_eq!(again["inputs"][0]["status"], "already_in_lake");
    let other = json(&convert_stdin(record(2, "2026-11-23T08:00:00Z").as_bytes(), &args));
    assert_eq!(other["total"]["written"], 1);
    assert_eq!(lake::footer_rows(&lake, "event"), 2);
    let ran = convert(&["-"], &lake, &[]);
    assert!(ran.code == 2 && ran.err.contains("no standard input"), "{ran:?}");
}

#[test]
fn arrival_decides_paths_and_says_where_it_is_from() {
    let bench = Bench::new();
    let inputs = [bench.input(NAME, "{\"id\":1}"), bench.input("plain.json", "{\"id\":2}")];
    let report = bench.convert(&table(Arrived::TABLE), &inputs, "lake", |_| {});
    let sources: Vec<_> = report.inputs.iter().filter_map(|input| Some(input.arrival?.source)).collect();
    assert_eq!(sources, [ArrivalSource::ObjectName, ArrivalSource::ObjectTime]);
    assert!(report.partitions.iter().any(|partition| partition.path == "dt=2026-11-23/"), "{report:?}");
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
    assert!(report.notes[0].contains("last written"), "{:?}", report.notes);
    let named = bench.convert(&table(Arrived::TABLE), &inputs[..1], "named", |_| {});
    assert_eq!(named.notes, Vec::<String>::new());
}

#[test]
fn late_and_early_events_are_kept_apart() {
    let bench = Bench::new();
    let times = [
        ("2026-11-16T08:15:29.999Z", "late"),
        ("2026-11-16T08:15:30Z", ""),
        ("2026-11-16T10:15:30+02:00", ""),
        ("2026-11-23T09:15:30Z", ""),
        ("2026-11-23T09:15:30.001Z", "early"),
        ("2026-11-23T23:59:60Z", "any"),
        ("1969-12-31T23:59:59Z", "late"),
        ("9999-01-01T00:00:00Z", "early"),
    ];
    let lines = times.iter().enumerate().map(|(id, (at, _))| record(id, at));
    let input = bench.input(NAME, lines.collect::<String>() + "no record\n");
    let lake = bench.lake("lake");
    let input = input.to_string_lossy().into_owned();
    let ran = convert(&[&input], &lake, &["--accept-event-time", "-7d..+1h", "--json"]);
    let report = json(&ran);
    let total = &report["total"];
    let count = |name: &str| total[name].as_u64().unwrap_or_default();
    assert_eq!(ran.code, 0, "{ran:?}");
    // A leap second is a reject, or early: it is not within the window.
    assert_eq!((count("read"), count("written"), count("late")), (9, 3, 2), "{total}");
    assert_eq!(count("rejected") + count("early"), 4, "{total}");
    let kept = lake::files(&lake.join("_errors/event/event-time"));
    let names: Vec<&String> = kept.keys().collect();
    assert!(names.len() == 1 && names[0].starts_with("dt=2026-11-23/"), "{names:?}");
    let rejects = lake::rejects(&lake, "event");
    assert_eq!(rejects.len(), 6);
    let late = rejects
        .iter()
        .find(|reject| reject.line["lastErrorCode"] == "Lakebed.LateEvent")
        .expect("a late one");
    let message = late.line["lastErrorMessage"].as_str().unwrap_or_default();
    for said in ["at", "2026-11-16T08:15:29.999Z", "2026-11-23T08:15:30Z", "-7d..+1h"] {
        assert!(message.contains(said), "{said}: {message}");
    }
    assert_eq!(String::from_utf8_lossy(&late.raw), record(0, times[0].0).trim_end());

    let off = convert(&[&input], &bench.lake("off"), &["--json"]);
    let off = json(&off);
    assert_eq!((&off["total"]["late"], &off["total"]["early"]), (&0.into(), &0.into()));
    let shown = convert(&[&input], &bench.lake("shown"), &["--accept-event-time=-7d..+1h"]);
    for said in ["Event time:", "2 late", "Arrival:", "the object names", "event-time/"] {
        assert!(shown.out.contains(said), "{said}: {}", shown.out);
    }
    let wrong = convert(&[&input], &bench.lake("wrong"), &["--accept-event-time", "7d"]);
    assert!(wrong.code == 2 && wrong.err.contains("between its two ends"), "{wrong:?}");
}

#[test]
fn a_window_needs_one_time_to_go_by() {
    let bench = Bench::new();
    let input = bench.input("a.json", "{}");
    let mut options = ConvertOptions::new([&input], bench.lake("lake"));
    options.accept_event_time = Some("-7d..".parse().expect("a window"));
    let refused =
        |def| lakebed::convert(&table(def), &options, &NoProgress).expect_err("a refusal").to_string();
    let error = refused(TwoTimes::TABLE);
    assert!(error.contains("`sent`, `seen`") && error.contains("two_times"), "{error}");
    let error = refused(Arrived::TABLE);
    assert!(error.contains("no required time") && error.contains("partition(by"), "{error}");
}

#[test]
fn what_no_query_looks_at_is_refused() {
    let bench = Bench::new();
    let days = ["2025-12-31", "2026-01-01", "2026-11-24", "2026-11-25"];
    let lines = days.iter().enumerate().map(|(id, day)| record(id, &format!("{day}T23:59:59Z")));
    let input = bench.input("a.json", lines.collect::<String>());
    let table = table(Event::TABLE);
    let mut target = Target::default();
    let now = 1_795_421_730; // 2026-11-23T08:15:30Z
    assert!(Projected::new(&table, &target, now).is_none());
    target.projection.from = Some("2026-01-01".into());
    let projected = Projected::new(&table, &target, now);
    assert!(projected.is_some());
    let report = bench.convert(&table, &[input], "lake", |options| options.projected = projected);
    assert_eq!((report.total.written, report.total.rejected), (2, 2), "{report:?}");
    assert!(
        report.rejects.iter().all(|group| group.code == "Lakebed.OutsideProjection"),
        "{:?}",
        report.rejects
    );
    assert!(report.rejects[0].example.contains("dt=2025-12-31"), "{:?}", report.rejects);

    let settings = bench.input("lakebed.toml", "[projection]\nfrom = \"2026-01-01\"\n");
    let list = bench.input("one.json", record(1, "2025-12-31T00:00:00Z"));
    let (list, settings) = (list.to_string_lossy(), settings.to_string_lossy());
    let ran = convert(&[&list], &bench.lake("cli"), &["--json", "--target", &settings]);
    assert_eq!(json(&ran)["total"]["rejected"], 1, "{ran:?}");
}

/// A bucket of an emulator, and what opens it.
struct Bucket {
    server: Server,
    stores: Stores,
    store: Arc<dyn Store>,
}

impl Bucket {
    fn new() -> Self {
        let server = Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR"))
            .unwrap_or_else(|error| panic!("{error}"));
        server.aws(&["s3", "mb", "s3://raw", "--output", "json"]).ok();
        let keys = [("aws_access_key_id", "test"), ("aws_secret_access_key", "test")];
        let stores = Stores::with_s3(S3Settings {
            endpoint: Some(server.url()),
            region: Some(REGION.to_owned()),
            options: keys.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            ..S3Settings::default()
        });
        let store = stores.open(&at("")).expect("a bucket");
        Self { server, stores, store }
    }

    fn put(&self, key: &str, text: impl AsRef<[u8]>) {
        self.store.put(key, text.as_ref(), When::Always).unwrap_or_else(|error| panic!("{key}: {error}"));
    }

    fn api(&self, arguments: &[&str]) {
        self.server.aws(arguments).unwrap_or_else(|error| panic!("{error}"));
    }

    fn convert(
        &self,
        inputs: &[&str],
        lake: Location,
        progress: &dyn Progress,
    ) -> Result<Report, lakebed::Error> {
        let mut options = ConvertOptions::new(inputs.iter().map(|key| at(key)), lake);
        options.stores = self.stores.clone();
        lakebed::convert(&table(Event::TABLE), &options, progress)
    }
}

fn at(key: &str) -> Location {
    Location::S3 { bucket: "raw".to_owned(), key: key.to_owned() }
}

/// Overwrites an object between the listing and the reading of it.
struct Overwrite<'a>(&'a Bucket);

impl Progress for Overwrite<'_> {
    fn total(&self, _: u64) {
        self.0.put("changing.json", record(2, "2026-11-23T08:00:00Z") + "\n");
    }
}

#[test]
fn objects_of_s3() {
    let bucket = Bucket::new();
    let bench = Bench::new();
    let names = ["a b.json", "é.json", "a%41.json", "a#b.json", "a?b.json", "*.json", "deep/er/z.json"];
    for (id, name) in names.iter().enumerate() {
        bucket.put(&format!("in/{name}"), record(id, "2026-11-23T08:00:00Z"));
    }
    bucket.put("in/_lakebed/event/runs/x.json", "{}");
    bucket.put("in/event/dt=1/x.parquet", b"PAR1 and so on");
    // The console shows empty objects as folders.
    for folder in ["in/", "in/deep/"] {
        bucket.api(&["s3api", "put-object", "--bucket", "raw", "--key", folder]);
    }
    for (number, (typed, rows)) in [
        ("in/", 7),
        ("in", 7),
        ("in/**/*.json", 7),
        ("in/*.json", 1),
        ("in/?*.json", 6),
        ("i*/deep", 1),
        ("in/{a b,é}.json", 2),
    ]
    .into_iter()
    .enumerate()
    {
        let lake = bench.lake(&number.to_string());
        let report = bucket
            .convert(&[typed], lake.into(), &NoProgress)
            .unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(report.total.written, rows, "{typed}: {report:?}");
        if number == 0 {
            assert_eq!((report.passed_over.hidden, report.passed_over.table_files), (1, 1));
            assert_eq!(report.inputs.len(), 7, "{report:?}");
        }
    }
    for (typed, said) in [("in/none*", "nothing matches"), ("none/", "no object")] {
        let result = bucket.convert(&[typed], bench.lake("none").into(), &NoProgress);
        let error = result.map(|_| ()).expect_err(typed).to_string();
        assert!(error.contains(said), "{typed}: {error}");
    }

    bucket.put("once.json", record(1, "2026-11-23T08:00:00Z"));
    let lake = || Location::from(bench.lake("once"));
    assert_eq!(bucket.convert(&["once.json"], lake(), &NoProgress).expect("a run").total.written, 1);
    let again = bucket.convert(&["once.json"], lake(), &NoProgress).expect("a run");
    assert_eq!(again.inputs[0].status, InputStatus::AlreadyInLake);
    bucket.put("once.json", record(2, "2026-11-23T08:00:00Z"));
    let error =
        bucket.convert(&["once.json"], lake(), &NoProgress).map(|_| ()).expect_err("a refusal").to_string();
    assert!(error.contains("s3://raw/once.json has changed"), "{error}");

    bucket.put("changing.json", record(1, "2026-11-23T08:00:00Z"));
    let report = bucket
        .convert(&["changing.json"], bench.lake("changing").into(), &Overwrite(&bucket))
        .expect("a run");
    let input = &report.inputs[0];
    assert_eq!((input.status, report.total.read), (InputStatus::Failed, 0));
    let said = input.message.clone().unwrap_or_default();
    assert!(said.contains("has changed while it was read"), "{said}");

    let body = bench.input("cold.json", record(1, "2026-11-23T08:00:00Z"));
    let body = body.to_string_lossy();
    let cold = [
        "s3api",
        "put-object",
        "--bucket",
        "raw",
        "--key",
        "cold.json",
        "--storage-class",
        "GLACIER",
        "--body",
        &body,
    ];
    bucket.api(&cold);
    let report = bucket.convert(&["cold.json"], bench.lake("cold").into(), &NoProgress).expect("a run");
    let said = report.inputs[0].message.clone().unwrap_or_default();
    assert!(report.inputs[0].status == InputStatus::Failed && said.contains("restore"), "{report:?}");
}

fn check(report: &Report, rejects: usize) -> Result<(), TestCaseError> {
    prop_assert!(report.total.balances(), "{:?}", report.total);
    prop_assert!(report.inputs.iter().all(|input| input.counts.balances()));
    let rows: u64 = report.partitions.iter().map(|partition| partition.rows).sum();
    prop_assert_eq!(rows, report.total.written);
    prop_assert_eq!(rejects as u64, report.total.rejected + report.total.late + report.total.early);
    Ok(())
}

#[test]
fn every_class_is_accounted_for_on_both_kinds_of_store() {
    let bucket = Bucket::new();
    let number = std::cell::Cell::new(0_u32);
    let times =
        ["2026-11-23T08:00:00Z", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2026-11-22T00:00:00Z"];
    let line = prop_oneof![
        6 => prop::sample::select(times.to_vec()).prop_map(|at| record(1, at)),
        1 => Just("{\"id\":-1,\"at\":\"2026-11-23T08:00:00Z\"}\n".to_owned()),
        1 => Just("{\"id\":1\n".to_owned()),
        1 => Just("\n".to_owned()),
    ];
    let config = ProptestConfig { cases: 6.min(cases(6).cases), ..cases(6) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let result = runner.run(&vec(vec(line, 0..12), 1..4), |inputs| {
        let bench = Bench::new();
        number.set(number.get() + 1);
        let prefix = format!("random/{}", number.get());
        let mut paths = Vec::new();
        for (index, lines) in inputs.iter().enumerate() {
            let name = format!("{index}-{NAME}");
            paths.push(bench.input(&name, lines.concat()));
            bucket.put(&format!("{prefix}/in/{name}"), lines.concat());
        }
        let window = "-7d..+1h".parse().ok();
        let local =
            bench.convert(&table(Event::TABLE), &paths, "lake", |options| options.accept_event_time = window);
        check(&local, lake::rejects(&bench.lake("lake"), "event").len())?;
        prop_assert_eq!(lake::footer_rows(&bench.lake("lake"), "event"), local.total.written);

        let to = at(&format!("{prefix}/lake"));
        let mut options = ConvertOptions::new([at(&format!("{prefix}/in/"))], to.clone());
        options.stores = bucket.stores.clone();
        options.access.scratch = Some(bench.path().join("scratch"));
        options.accept_event_time = window;
        let far = lakebed::convert(&table(Event::TABLE), &options, &NoProgress)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        let lake = bucket.stores.open(&to).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut kept = 0;
        for meta in lake.list("_errors/").map_err(|error| TestCaseError::fail(error.to_string()))? {
            let content =
                lake.read(&meta.key).ok().flatten().map(|content| content.bytes).unwrap_or_default();
            kept += content.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count();
        }
        check(&far, kept)?;
        prop_assert_eq!(local.total, far.total);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

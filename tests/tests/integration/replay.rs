//! Error objects: shown, replayed after a fix, stored once.

use lakebed::replay::{ReplayOptions, replay};
use lakebed::store::S3Settings;
use lakebed::{ConvertOptions, Location, NoProgress, Record, Report, Stores, Table, convert};
use lakebed_tests::command::{become_the_command, lakebed, process};
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::server::{Emulator, REGION, Server};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The table as somebody got it wrong: there are more sensors than 255. Both tables store 16 bits.
#[derive(Record)]
#[lake(table = "reading", partition(by = at, layout = "dt={yyyy-MM-dd}"))]
#[allow(dead_code, reason = "only its table is used")]
struct Narrow {
    sensor: u8,
    #[lake(time(rfc3339))]
    at: chrono::DateTime<chrono::Utc>,
    value: Option<f64>,
}

/// The table after the fix.
#[derive(Record)]
#[lake(table = "reading", partition(by = at, layout = "dt={yyyy-MM-dd}"))]
#[allow(dead_code, reason = "only its table is used")]
struct Wide {
    sensor: i16,
    #[lake(time(rfc3339))]
    at: chrono::DateTime<chrono::Utc>,
    value: Option<f64>,
}

fn table(def: &lakebed::TableDef) -> Table {
    Table::try_from(def).expect("a sound table")
}

/// Readings of some days, three broken lines among them.
fn readings(bench: &Bench) -> PathBuf {
    let mut text = String::new();
    for n in 0..400_u32 {
        let (day, hour) = (1 + n % 3, n % 24);
        text.push_str(&format!(
            "{{\"sensor\": {n}, \"at\": \"2026-11-0{day}T{hour:02}:00:00Z\", \"value\": {n}.5}}\n"
        ));
        if n % 150 == 7 {
            text.push_str(&format!("{{\"sensor\": {n}, \"at\" 7}}\n"));
        }
    }
    bench.input("in/readings.ndjson", text)
}

/// Every row with its partition, in some order that is always the same.
fn rows(lake: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    for (partition, batches) in lake::rows(lake, &table(Wide::TABLE)) {
        for batch in batches {
            rows.extend(
                (0..batch.num_rows()).map(|row| format!("{partition}{:?}", batch.slice(row, 1).columns())),
            );
        }
    }
    rows.sort();
    rows
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn broken_seen_fixed_replayed() {
    let bench = Bench::new();
    let input = readings(&bench);
    let (clean, lake) = (bench.lake("clean"), bench.lake("lake"));
    let ran = lakebed(&[Wide::TABLE], ["convert", path(&input), "--to", path(&clean)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    let ran = lakebed(&[Narrow::TABLE], ["convert", path(&input), "--to", path(&lake)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("read 403 = written 256 + rejected 147"), "{}", ran.out);
    assert!(ran.out.contains("lakebed rejects show") && ran.out.contains("lakebed replay"), "{}", ran.out);

    let show = |more: &[&str]| lakebed(&[Wide::TABLE], ["rejects", "show", path(&lake)].iter().chain(more));
    let ran = show(&["--table", "reading"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for said in [
        "Rejects: 147 records in 2 files",
        "145 × DataFormatConversion.MalformedData, column sensor",
        "| {\"sensor\": 256, \"at\": \"2026-11-02T16:00:00Z\", \"value\": 256.5}",
        "|            ^^^\n",
        "2 × DataFormatConversion.ParseError",
        "readings.ndjson:259:12",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let ran = show(&["--json", "--reason", "malformed-data"]);
    let document: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&document["objects"], &document["others"]), (&145.into(), &2.into()), "{document}");

    let again = || lakebed(&[Wide::TABLE], ["replay", path(&lake), "--to", path(&lake)]);
    let ran = again();
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("Replayed 2 inputs") && ran.out.contains("read 147 = written 144 + rejected 3"),
        "{}",
        ran.out
    );
    assert_eq!(rows(&lake), rows(&clean));
    assert_eq!(
        show(&[]).out.lines().next().map(|line| line.contains("Rejects: 3 records in 1 file")),
        Some(true)
    );

    // The three that no fix can mend fail again, and nothing else happens.
    let ran = again();
    assert!(ran.out.contains("read 3 = written 0 + rejected 3"), "{}", ran.out);
    assert_eq!(rows(&lake), rows(&clean));
    let once = lakebed(
        &[Wide::TABLE],
        ["replay", path(&lake.join("_errors/reading/malformed-data")), "--to", path(&lake)],
    );
    assert_eq!(once.code, 0, "{}{}", once.out, once.err);
    assert!(once.out.contains("Nothing to do: the file was replayed before"), "{}", once.out);
    let ran = lakebed(&[Wide::TABLE], ["inspect", path(&lake)]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

const ENTRY: &str = "replay::as_the_command";

/// Not a test by itself: another test starts this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&[Wide::TABLE], || {});
}

/// Runs `replay --json` as a process that speaks to the server, and gives its report.
fn replayed(server: &Server, from: &str, lake: &str) -> Value {
    let args =
        ["replay", from, "--to", lake, "--memory", "64MiB", "--max-depth", "64", "--json"].map(Path::new);
    let mut command = process(&[], ENTRY, &args);
    server.set(&mut command);
    let ran = command.output().expect("a process");
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(0), "{out}{err}");
    // The test harness says something of its own around it.
    let (start, end) = (out.find('{').expect("a document"), out.rfind('}').expect("its end"));
    serde_json::from_str(&out[start..=end]).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

#[test]
fn the_command_on_s3_knows_objects_wherever_they_lie() {
    let bench = Bench::new();
    let input = readings(&bench);
    bench.convert(&table(Narrow::TABLE), std::slice::from_ref(&input), "local", |_| {});
    let local = bench.lake("local");
    let errors = local.join("_errors/reading");
    let server =
        Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    let place = format!("LocationConstraint={REGION}");
    server
        .aws(&["s3api", "create-bucket", "--bucket", "lake", "--create-bucket-configuration", &place])
        .expect("a bucket");
    server.aws(&["s3", "sync", "--quiet", path(&errors), "s3://lake/errors/"]).expect("a copy");

    let report = replayed(&server, "s3://lake/errors/", "s3://lake/prod");
    assert_eq!(
        (&report["total"]["read"], &report["total"]["written"]),
        (&147.into(), &144.into()),
        "{report}"
    );
    assert!(report["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{report}");
    // The same objects where they came from, and at a third place, are known by their content.
    let report = replayed(&server, path(&errors), "s3://lake/prod");
    assert_eq!(
        (&report["total"]["read"], &report["inputs"][0]["status"]),
        (&0.into(), &"already_in_lake".into())
    );
    server.aws(&["s3", "sync", "--quiet", path(&errors), "s3://lake/again/"]).expect("a copy");
    let report = replayed(&server, "s3://lake/again/", "s3://lake/prod");
    assert_eq!(report["total"]["read"], 0, "{report}");
    // The other way round: first from this machine, then from S3.
    let other = bench.lake("other");
    let report = replayed(&server, path(&errors), path(&other));
    assert_eq!(report["total"]["written"], 144, "{report}");
    let report = replayed(&server, "s3://lake/errors/", path(&other));
    assert_eq!(report["total"]["read"], 0, "{report}");
}

#[test]
fn the_same_on_s3() {
    let bench = Bench::new();
    let input = readings(&bench);
    let clean = bench.lake("clean");
    bench.convert(&table(Wide::TABLE), std::slice::from_ref(&input), "clean", |_| {});

    let server =
        Server::start(Emulator::Moto, env!("CARGO_TARGET_TMPDIR")).unwrap_or_else(|error| panic!("{error}"));
    server
        .aws(&[
            "s3api",
            "create-bucket",
            "--bucket",
            "lake",
            "--create-bucket-configuration",
            &format!("LocationConstraint={REGION}"),
        ])
        .expect("a bucket");
    let lake = Location::from_s3_uri("s3://lake/prod").expect("an address");
    let scratch = tempfile::tempdir().expect("a folder");
    let settings = S3Settings {
        endpoint: Some(server.url()),
        region: Some(REGION.to_owned()),
        options: [("aws_access_key_id", "test"), ("aws_secret_access_key", "test")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..S3Settings::default()
    };
    let options = |input: Location| {
        let mut options = ConvertOptions::new([input], lake.clone());
        options.stores = Stores::with_s3(settings.clone());
        options.access.scratch = Some(scratch.path().to_owned());
        options
    };
    let first = convert(&table(Narrow::TABLE), &options(input.as_path().into()), &NoProgress).expect("a run");
    assert_eq!((first.total.rejected, first.reject_files.len()), (147, 2), "{first:?}");
    let again = || -> Report {
        replay(&table(Wide::TABLE), &ReplayOptions::new(options(lake.clone())), &NoProgress).expect("a run")
    };
    let report = again();
    assert_eq!((report.total.written, report.total.rejected), (144, 3), "{report:?}");
    assert_eq!(again().total.read, 3);

    let copy = bench.lake("copy");
    server.aws(&["s3", "sync", "--quiet", "s3://lake/prod/", path(&copy)]).expect("a copy");
    assert_eq!(rows(&copy), rows(&clean));
    assert!(lake::rejects(&copy, "reading").iter().any(|reject| reject.line["attemptsMade"] == 3));
}

#[derive(Record)]
#[lake(table = "verkeersdata", partition(by = arrival, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[allow(dead_code, reason = "only its table is used")]
struct Price {
    ticker: Option<String>,
    ticker_symbol: Option<String>,
    price: Option<String>,
    change: Option<f32>,
}

#[test]
fn firehose_error_objects() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/firehose");
    let conversion = data.join("error-object-format-conversion-failed.shape.ndjson");
    let processing = data.join("error-object-processing-failed.ndjson");
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let run = |more: &[&str]| {
        let args = ["replay", path(&conversion), path(&processing), "--to", path(&lake), "--json"];
        lakebed(&[Price::TABLE], args.iter().chain(more))
    };
    let ran = run(&["--before-lambda", "decode", "--dry-run"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    assert_eq!(report["total"]["written"], 2, "{report}");

    let ran = run(&[]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    assert_eq!((ran.code, &report["total"]["read"], &report["total"]["written"]), (0, &3.into(), &1.into()));
    assert_eq!(report["partitions"][0]["path"], "dt=2020-05-01/hour=10/", "the arrival of the record");
    assert_eq!(report["replay"]["foreign"], 3);
    let codes: Vec<&Value> =
        report["rejects"].as_array().expect("groups").iter().map(|group| &group["code"]).collect();
    assert!(
        codes.contains(&&"Lakebed.BeforeLambda".into())
            && codes.contains(&&"DataFormatConversion.ParseError".into())
    );
    let rejects = lake::rejects(&lake, "verkeersdata");
    let kept = |raw: &[u8]| {
        rejects.iter().find(|reject| reject.raw == raw).map(|reject| reject.line["attemptsMade"].clone())
    };
    assert_eq!(kept(b"this is not json at all"), Some(2.into()), "{rejects:?}");
    assert!(
        rejects
            .iter()
            .any(|reject| reject.line["attemptsMade"] == 5 && reject.line["lambdaArn"] == "REDACTED")
    );

    // Its function is one that only normalises: the record is stored after all.
    let input = bench.input(
        "errors.ndjson",
        std::fs::read_to_string(&processing)
            .expect("a file")
            .replace("REDACTED", "arn:aws:lambda:eu-west-1:123456789012:function:normalise:$LATEST"),
    );
    let set = "stream.transform=arn:aws:lambda:eu-west-1:123456789012:function:normalise:1";
    let ran = lakebed(&[Price::TABLE], ["replay", path(&input), "--to", path(&lake), "--set", set]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("read 1 = written 1"), "{}", ran.out);

    let ran = lakebed(&[Wide::TABLE], ["replay", path(&conversion), "--to", path(&bench.lake("other"))]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("--any-table"), "{}", ran.out);
}

#[test]
fn a_run_with_too_many_rejects_says_how_far_it_got() {
    let bench = Bench::new();
    let (input, lake) = (readings(&bench), bench.lake("lake"));
    let ran = lakebed(&[Narrow::TABLE], ["convert", path(&input), "--to", path(&lake), "--max-rejects", "2"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    for said in [
        "more than --max-rejects 2; nothing was published",
        "input 1 of 1",
        "× DataFormatConversion.",
        "first at",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert!(!lake.join("reading").exists() && !lake.join("_errors").exists());
}

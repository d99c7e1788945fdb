//! What can be wrong with inputs and lakes: each case says what, where and what to do, and leaves nothing half-written.

use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed::{ConvertOptions, NoProgress, Record, Table, TableDef};
use lakebed_tests::cases::documents::{Form, Random, departure, documents};
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::{Ran, lakebed};
use lakebed_tests::lake::{self, Bench};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const TABLES: [&TableDef; 1] = [Departure::TABLE];

fn convert(inputs: &[&Path], lake: &Path, more: &[&str]) -> Ran {
    let inputs = inputs.iter().map(|input| input.as_os_str());
    let to = ["--to".as_ref(), lake.as_os_str()];
    let more = more.iter().map(OsStr::new);
    lakebed(&TABLES, [OsStr::new("convert")].into_iter().chain(inputs).chain(to).chain(more))
}

/// The run failed, said all of `said`, and readers of the table see nothing.
fn fails(ran: &Ran, lake: &Path, said: &[&str]) {
    assert_eq!(ran.code, 2, "{ran:?}");
    for text in said {
        assert!(
            ran.out.contains(text) || ran.err.contains(text),
            "{text:?} is missing in\n{}{}",
            ran.out,
            ran.err
        );
    }
    assert_eq!(lake::visible(lake, "departure").len(), 0);
}

fn good(count: u64) -> String {
    let mut random = Random(9);
    (0..count).map(|number| departure(&mut random, number, 2) + "\n").collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("gzip into memory")
}

#[test]
fn inputs_that_are_not_there() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let missing = bench.path().join("events.json");
    fails(&convert(&[&missing], &lake, &[]), &lake, &["no file", "events.json", "what to do"]);
    let folder = bench.path().join("empty");
    fs::create_dir(&folder).expect("a folder");
    fails(&convert(&[&folder], &lake, &[]), &lake, &["holds no files", "empty", "what to do"]);
    assert!(!lake.exists(), "a lake was made for nothing");
}

#[test]
fn inputs_without_records_are_done_and_said() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    bench.input("in/empty.json", "");
    bench.input("in/blank.json", " \r\n\n");
    bench.input("in/array.json", "[]");
    bench.input("in/_SUCCESS", "not an input");
    let ran = convert(&[&bench.path().join("in")], &lake, &["--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("one document");
    let inputs = report["inputs"].as_array().expect("inputs");
    assert_eq!(inputs.len(), 3);
    for input in inputs {
        assert_eq!(input["message"], "holds no records", "{input}");
    }
    assert_eq!(lake::visible(&lake, "departure").len(), 0);
}

#[test]
fn damaged_gzip_is_left_out_whole() {
    let bench = Bench::new();
    let whole = gzip(&good(2000));
    let half = bench.input("half.json.gz", &whole[..whole.len() / 2]);
    let trailing = bench.input("trailing.json.gz", [&whole[..], &whole[..40]].concat());
    let mut flipped = whole.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1;
    let flipped = bench.input("flipped.json.gz", flipped);
    for path in [&half, &trailing, &flipped] {
        let lake = bench.lake("damaged");
        let name = path.file_name().and_then(OsStr::to_str).expect("a name");
        fails(&convert(&[path], &lake, &[]), &lake, &[name, "gzip", "bytes of text", "again"]);
    }
    let lake = bench.lake("mixed");
    let sound = bench.input("sound.json.gz", &whole);
    let ran = convert(&[&half, &sound, &trailing], &lake, &[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(lake::footer_rows(&lake, "departure"), 2000);
    assert_eq!(convert(&[&sound], &lake, &[]).code, 0);
    assert_eq!(lake::footer_rows(&lake, "departure"), 2000);
}

#[test]
fn garbage_and_depth_are_rejects() {
    let bench = Bench::new();
    let mut random = Random(5);
    let noise: Vec<u8> = (0..50_000).map(|_| u8::try_from(random.below(256)).unwrap_or_default()).collect();
    let deep = format!("{}1{}\n", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let lists = format!("{{\"stops\":{}\n", "[".repeat(100_000));
    for (name, text, rejected) in
        [("noise", noise, None), ("deep", deep.into_bytes(), Some(1)), ("lists", lists.into_bytes(), Some(1))]
    {
        let input = bench.input(name, [&text[..], b"\n", good(3).as_bytes()].concat());
        let lake = bench.lake(name);
        let ran = convert(&[&input], &lake, &[]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(ran.out.contains("kept whole in"), "{}", ran.out);
        let rejects = lake::rejects(&lake, "departure");
        assert!(rejected.is_none_or(|count| rejects.len() == count), "{name}: {}", rejects.len());
        assert_eq!(lake::footer_rows(&lake, "departure"), 3, "{name}");
        if rejected == Some(1) {
            assert_eq!(rejects[0].raw, text.trim_ascii_end(), "{name}");
        }
    }
}

#[test]
fn lakes_that_cannot_be() {
    let bench = Bench::new();
    let input = bench.input("in.json", good(1));
    let file = bench.input("file", "x");
    fails(&convert(&[&input], &file, &[]), &bench.lake("none"), &["file", "must be a folder", "what to do"]);
    let below = file.join("lake");
    fails(
        &convert(&[&input], &below, &[]),
        &bench.lake("none"),
        &["file stands where a folder", "what to do"],
    );
}

#[test]
fn two_runs_at_once_do_not_mix() {
    let bench = Bench::new();
    let input = bench.input("in.json", good(1));
    let lake = bench.lake("lake");
    let state = lake.join("_lakebed/departure");
    fs::create_dir_all(&state).expect("a folder");
    let lock = File::create(state.join("lock")).expect("a file");
    lock.lock().expect("a lock");
    fails(&convert(&[&input], &lake, &[]), &lake, &["another run", "departure", "wait"]);
    drop(lock);
    assert_eq!(convert(&[&input], &lake, &[]).code, 0);
    assert_eq!(lake::footer_rows(&lake, "departure"), 1);
}

#[test]
fn running_again_changes_nothing_and_force_replaces() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let both: [PathBuf; 2] = [bench.input("a.json", good(5)), bench.input("b.json", good(7) + "bad\n")];
    let [a, b] = &both;
    assert_eq!(convert(&[a, b], &lake, &[]).code, 0);
    let first = lake::files(&lake);
    let again = convert(&[a, b], &lake, &[]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    assert!(lake::files(&lake) == first, "the second run changed the lake");

    bench.input("b.json", good(8));
    let changed = convert(&[a, b], &lake, &[]);
    assert_eq!(changed.code, 2);
    for said in ["b.json", "changed", "--force", "what to do"] {
        assert!(changed.err.contains(said), "{said:?} is missing in {}", changed.err);
    }
    assert!(lake::files(&lake) == first, "a refused run changed the lake");

    let alone = convert(&[b], &lake, &["--force"]);
    assert_eq!(alone.code, 2);
    assert!(alone.err.contains("a.json") && alone.err.contains("--force"), "{}", alone.err);
    assert!(lake::files(&lake) == first, "a refused run changed the lake");

    assert_eq!(convert(&[a, b], &lake, &["--force"]).code, 0);
    assert_eq!(lake::footer_rows(&lake, "departure"), 13);
    assert_eq!(lake::rejects(&lake, "departure").len(), 0, "rejects of the replaced run stayed");
}

#[test]
fn force_with_an_input_that_broke_keeps_what_was_stored() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let a = bench.input("a.json", good(5));
    let b = bench.input("b.json.gz", gzip(&good(700)));
    assert_eq!(convert(&[&a, &b], &lake, &[]).code, 0);
    let first = lake::visible(&lake, "departure");
    bench.input("b.json.gz", &gzip(&good(700))[..500]);
    let ran = convert(&[&a, &b], &lake, &["--force"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("b.json.gz") && ran.err.contains("stays"), "{}", ran.err);
    assert!(lake::visible(&lake, "departure") == first, "records of the broken input are gone");
}

#[test]
fn force_with_inputs_that_became_empty_removes_their_records() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let a = bench.input("a.json", good(5));
    assert_eq!(convert(&[&a], &lake, &[]).code, 0);
    bench.input("a.json", "");
    assert_eq!(convert(&[&a], &lake, &["--force"]).code, 0);
    assert_eq!(lake::visible(&lake, "departure").len(), 0, "records of the old content stayed");
    bench.input("a.json", good(2));
    assert_eq!(convert(&[&a], &lake, &[]).code, 0);
    assert_eq!(lake::footer_rows(&lake, "departure"), 2);
}

#[test]
fn one_file_under_two_names_is_stored_once() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let a = bench.input("in/a.json", good(5));
    let spelled = bench.path().join("./in/./a.json");
    let ran = convert(&[&a, &spelled, &bench.path().join("in")], &lake, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(lake::footer_rows(&lake, "departure"), 5);
}

#[test]
fn too_many_rejects_are_findings_and_publish_nothing() {
    let bench = Bench::new();
    let lake = bench.lake("lake");
    let made = documents(Form::Lines, 100 << 10, 8 << 10, 4);
    let input = bench.input("in.json", made.text);
    let limit = (made.bad - 1).to_string();
    let ran = convert(&[&input], &lake, &["--max-rejects", &limit]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains(&made.bad.to_string()) && ran.err.contains("--dry-run"), "{}", ran.err);
    assert_eq!(lake::visible(&lake, "departure").len(), 0);
    assert_eq!(convert(&[&input], &lake, &["--max-rejects", &made.bad.to_string()]).code, 0);
    assert_eq!(lake::footer_rows(&lake, "departure"), made.good);
}

#[test]
fn a_table_of_json_gets_no_parquet() {
    let bench = tempfile::tempdir().expect("a temporary folder");
    let input = bench.path().join("in.ndjson");
    fs::write(&input, good(1)).expect("a file");
    let mut table = Table::try_from(Departure::TABLE).expect("a table");
    table.parameters.insert("classification".into(), "json".into());
    let options = ConvertOptions::new(vec![input], bench.path().join("lake"));
    let error = lakebed::convert(&table, &options, &NoProgress).expect_err("a refusal").to_string();
    assert!(error.contains("holds JSON") && error.contains("classification"), "{error}");
    assert!(!bench.path().join("lake").exists());
    let error = lakebed::write_batches(&table, bench.path().join("lake"), "b", &[]).expect_err("a refusal");
    assert!(error.to_string().contains("holds JSON"), "{error}");
}

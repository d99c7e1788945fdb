//! What only a process shows: memory, permissions, and death at any moment.

use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed::{Record, TableDef};
use lakebed_tests::cases::documents::{Documents, Form, Random, departure, documents};
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::command::{become_the_command, process};
use lakebed_tests::lake::{self, Bench};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

const TABLES: [&TableDef; 1] = [Departure::TABLE];
const ENTRY: &str = "processes::as_the_command";

/// Not a test by itself: other tests start this binary again with this test alone, as the command line.
#[test]
fn as_the_command() {
    become_the_command(&TABLES, || {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let mut out = std::io::stdout();
        let _ = writeln!(out, "peak:{peak}");
    });
}

fn convert(wrapper: &[&str], input: &Path, lake: &Path) -> Command {
    process(wrapper, ENTRY, &[Path::new("convert"), input, Path::new("--to"), lake])
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_line_of_100_megabytes_is_kept_whole_in_bounded_memory() {
    let bench = Bench::new();
    let input = bench.path().join("long.json");
    let mut hash = blake3::Hasher::new();
    let mut random = Random(11);
    let piece: Vec<u8> =
        (0..1 << 20).map(|_| b'a' + u8::try_from(random.below(26)).unwrap_or_default()).collect();
    let mut file = BufWriter::new(File::create(&input).expect("a file"));
    let mut written = 0_u64;
    let mut put = |bytes: &[u8]| {
        hash.update(bytes);
        written += bytes.len() as u64;
        file.write_all(bytes).expect("room for 100 MB");
    };
    put(b"{\"train\":\"");
    for _ in 0..100 {
        put(&piece);
    }
    put(b"\"}");
    let (hash, len) = (hash.finalize(), written);
    file.write_all(b"\n{\"train\":\"short\"}\n").and_then(|()| file.flush()).expect("room");
    drop(file);

    let output = convert(&[], &input, &bench.lake("lake")).output().expect("a process");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rejects = lake::rejects(&bench.lake("lake"), "departure");
    assert_eq!(rejects.len(), 2);
    assert_eq!(rejects[0].line["lastErrorCode"], "Lakebed.TooLong");
    assert_eq!(rejects[0].line["length"], len);
    assert!(blake3::hash(&rejects[0].raw) == hash, "the reject holds other bytes than the input");
    peaks_below(600 << 10, &output);
}

/// The process held fewer kilobytes than that at its peak. Only Linux tells.
fn peaks_below(limit: u64, output: &Output) {
    if cfg!(target_os = "linux") {
        let text = said(output);
        let peak = text.split_once("peak:").and_then(|(_, peak)| peak.split_whitespace().next());
        let kilobytes: u64 = peak.and_then(|peak| peak.parse().ok()).expect("the peak, in kB");
        assert!(kilobytes < limit, "{kilobytes} kB at the peak");
    }
}

/// 128 MiB of opening brackets in some 130 kB of gzip, between two good records.
#[test]
fn a_compression_bomb_is_read_in_bounded_memory() {
    let bench = Bench::new();
    let input = bench.path().join("bomb.json.gz");
    let mut random = Random(19);
    let file = File::create(&input).expect("a file");
    let mut packed = GzEncoder::new(BufWriter::new(file), Compression::best());
    let mut put = |text: &[u8]| packed.write_all(text).expect("room");
    put(departure(&mut random, 1, 2).as_bytes());
    put(b"\n");
    let brackets = vec![b'['; 1 << 20];
    for _ in 0..128 {
        put(&brackets);
    }
    put(b"\n");
    put(departure(&mut random, 2, 2).as_bytes());
    packed.finish().and_then(|mut file| file.flush()).expect("room");

    let lake = bench.lake("lake");
    let output = convert(&[], &input, &lake).output().expect("a process");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("Lakebed.TooDeep"), "{}", said(&output));
    assert_eq!(lake::footer_rows(&lake, "departure"), 2, "the neighbours of the bomb");
    peaks_below(96 << 10, &output);
}

/// A user without any rights: root may read and write everything, whatever the mode says.
fn without_rights() -> Option<&'static [&'static str]> {
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let id = Command::new("id").arg("-u").output().ok()?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Some(&[]);
    }
    let binary = std::env::current_exe().ok()?;
    let may_run = Command::new(NOBODY[0]).args(&NOBODY[1..]).arg(binary).arg("--list").output();
    may_run.ok().filter(|output| output.status.success()).map(|_| NOBODY)
}

#[cfg(unix)]
#[test]
fn what_must_not_be_read_or_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let Some(wrapper) = without_rights() else {
        // Root without setpriv, or a build folder that others may not enter: no process here lacks rights.
        return;
    };
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    let bench = Bench::new();
    mode(bench.path(), 0o777);
    let input = bench.input("secret.json", "{}");
    mode(&input, 0o000);
    let lake = bench.lake("lake");
    let output = convert(wrapper, &input, &lake).output().expect("a process");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in ["no permission to read", "secret.json", "what to do"] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }

    let input = bench.input("open.json", "{}");
    mode(&input, 0o644);
    fs::create_dir_all(&lake).expect("a folder");
    mode(&lake, 0o555);
    let output = convert(wrapper, &input, &lake).output().expect("a process");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in ["no permission to write", "lakes/lake", "what to do"] {
        assert!(text.contains(part), "{part:?} is missing in {text}");
    }
    assert!(lake::files(&lake).is_empty());
}

/// Files that the runs in the journal say are there.
fn listed(lake: &Path) -> BTreeSet<String> {
    let mut outputs = BTreeSet::new();
    for text in lake::files(&lake.join("_lakebed/departure/runs")).into_values() {
        let run: serde_json::Value = serde_json::from_slice(&text).expect("a run record");
        let files = run["outputs"].as_array().expect("outputs").iter();
        outputs.extend(files.map(|file| file.as_str().expect("a path").to_owned()));
    }
    outputs
}

#[test]
fn killed_at_any_moment_the_next_run_ends_right() {
    let Documents { text, good, bad } = documents(Form::Lines, 1 << 20, 64 << 10, 13);
    let bench = Bench::new();
    let input = bench.input("in.json", &text);
    let sound = bench.lake("sound");
    let started = Instant::now();
    let output = convert(&[], &input, &sound).output().expect("a process");
    let whole = started.elapsed();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let expected = lake::visible(&sound, "departure");
    assert_eq!(lake::footer_rows(&sound, "departure"), good);
    assert_eq!(lake::rejects(&sound, "departure").len() as u64, bad);

    let mut random = Random(17);
    let mut killed = 0;
    for round in 0..20 {
        let lake = bench.lake(&format!("killed-{round}"));
        let mut child = convert(&[], &input, &lake).spawn().expect("a process");
        let micros = u64::try_from(whole.as_micros()).expect("a short time");
        // Late moments, when files are moved into place, more often than early ones.
        let wait =
            if round % 2 == 0 { random.below(micros) } else { micros * 3 / 4 + random.below(micros / 3) };
        sleep(Duration::from_micros(wait));
        child.kill().expect("a process that can be killed");
        killed += u32::from(!child.wait().expect("an end").success());
        for (name, bytes) in lake::files(&lake.join("departure")) {
            assert!(expected.get(&name) == Some(&bytes), "{name} was visible before it was whole");
        }
        let output = convert(&[], &input, &lake).output().expect("a process");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(lake::visible(&lake, "departure") == expected, "round {round} ended with other files");
        let found: BTreeSet<String> = lake::files(&lake)
            .into_keys()
            .filter(|name| !name.starts_with("_lakebed/departure/runs/") && name != "_lakebed/departure/lock")
            .collect();
        assert_eq!(found, listed(&lake), "files that no run lists, or the other way round");
    }
    assert!(killed > 0, "no run was killed before its end");
}

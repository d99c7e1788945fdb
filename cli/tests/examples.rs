//! The examples, run as processes on real input. They stand beside this test because cargo builds a package's
//! examples before its tests.

use parquet::file::reader::FileReader as _;
use parquet::file::serialized_reader::SerializedFileReader;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::tempdir;

/// An example's program: cargo puts it beside the folder of the tests' own.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().expect("a path of this program");
    let target = test.parent().and_then(Path::parent).expect("the folder of the build");
    let program = target.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "run `cargo test` without --test, or `cargo build --examples` before it");
    Command::new(program)
}

/// Every row of the Parquet files below a folder as text, sorted, with the folder of its partition in front.
fn rows(folder: &Path) -> Vec<String> {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { files(&path, found) } else { found.push(path) }
        }
    }
    let (mut found, mut rows) = (Vec::new(), Vec::new());
    files(folder, &mut found);
    for path in found {
        let reader = SerializedFileReader::new(File::open(&path).expect("a file")).expect("a Parquet file");
        let partition = path.strip_prefix(folder).ok().and_then(Path::parent).unwrap_or(folder).display();
        for row in reader.get_row_iter(None).expect("rows") {
            rows.push(format!("{partition} {}", row.expect("a row")));
        }
    }
    rows.sort();
    rows
}

#[test]
fn own_binary_converts_and_inspects() -> io::Result<()> {
    let folder = tempdir()?;
    let input = "{\"bikeId\": \"17\", \"started_at\": \"2026-05-01T09:15:00+02:00\", \"metres\": \"1250\"}\n\
                 {\"bikeId\": 17, \"started_at\": 1777623300, \"metres\": -1, \"colour\": \"red\"}\n\
                 {\"bikeId\": \"seventeen\", \"started_at\": 1777623300, \"metres\": 80}\n";
    fs::write(folder.path().join("trips.ndjson"), input)?;
    let run = |args: &[&str]| -> io::Result<(Option<i32>, String)> {
        let output = example("own_binary").args(args).current_dir(&folder).stdin(Stdio::null()).output()?;
        let text = [output.stdout, output.stderr].concat();
        Ok((output.status.code(), String::from_utf8_lossy(&text).into_owned()))
    };
    let (code, text) = run(&["convert", "trips.ndjson", "--to", "lake"])?;
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("read 3 = written 2 + rejected 1"), "{text}");
    assert_eq!(
        rows(&folder.path().join("lake/bike_trip")),
        [
            "dt=2026-05-01/hour=07 {bike: 17, started_at: 2026-05-01 07:15:00.000 +00:00, metres: 1250}",
            "dt=2026-05-01/hour=08 {bike: 17, started_at: 2026-05-01 08:15:00.000 +00:00, metres: null}",
        ]
    );
    let (code, text) = run(&["inspect", "lake"])?;
    assert_eq!(code, Some(0), "{text}");
    for said in
        ["bike_trip in lake/bike_trip: 2 rows in 2 files", "1 run, 2 rows written", "Nothing is wrong"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    Ok(())
}

#[test]
fn service_loop_stores_what_it_accepts() -> io::Result<()> {
    let folder = tempdir()?;
    let lake = folder.path().join("lake");
    let mut service = example("service_loop")
        .arg(&lake)
        .args(["100", "3600"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(service.stdout.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line)?;
    let address = line.trim().strip_prefix("listening on ").expect("an address").to_owned();

    let send = |lines: String| -> io::Result<String> {
        let mut connection = TcpStream::connect(&address)?;
        connection.write_all(lines.as_bytes())?;
        connection.shutdown(Shutdown::Write)?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let reading =
        |n: u32| format!("{{\"sensor\":{n},\"at\":\"2026-05-01T07:{:02}:00Z\",\"celsius\":20.5}}\n", n % 60);
    let answer = send((0..250).map(reading).collect())?;
    assert_eq!(answer, "accepted 250\n");
    let answer =
        send(format!("{}not a record\n{{\"sensor\":1,\"at\":\"2026-05-01T09:00:00Z\"}}", reading(999)))?;
    assert!(answer.starts_with("refused: ") && answer.ends_with("\naccepted 2\n"), "{answer}");

    drop(service.stdin.take());
    let mut rest = String::new();
    said.read_to_string(&mut rest)?;
    let output = service.wait_with_output()?;
    assert!(output.status.success(), "{rest}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(rest, "stored 252 rows in 3 runs, refused 0\n");

    let rows = rows(&lake.join("reading"));
    assert_eq!(rows.len(), 252);
    let last = "dt=2026-05-01/hour=09 {sensor: 1, at: 2026-05-01 09:00:00.000 +00:00, celsius: null}";
    assert_eq!(rows.iter().filter(|row| *row == last).count(), 1, "{rows:?}");
    for n in (0..250).chain([999]) {
        let start = format!("dt=2026-05-01/hour=07 {{sensor: {n}, ");
        assert_eq!(rows.iter().filter(|row| row.starts_with(&start)).count(), 1, "{n}");
    }
    Ok(())
}

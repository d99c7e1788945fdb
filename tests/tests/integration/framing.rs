//! One text, wrapped in every way: the same rows, or a clear failure.

use lakebed::report::InputStatus;
use lakebed::{Column, LogicalType, Table};
use lakebed_tests::pack::{self, PACKERS, Sizes, ZipWriter};
use lakebed_tests::trial::Trial;
use lakebed_tests::workspace;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

fn events() -> Table {
    let optional = |name: &str, ty| Column { nullable: true, ..Column::new(name, ty) };
    let columns = vec![Column::new("id", LogicalType::Int64), optional("name", LogicalType::String)];
    Table::new("events", columns)
}

fn traffic_measurement() -> Table {
    let [def, ..] = lakebed_cli::domain::tables();
    Table::try_from(def).unwrap_or_else(|problems| panic!("{problems}"))
}

fn ndjson(records: std::ops::Range<usize>) -> Vec<u8> {
    let line = |id| format!("{{\"id\":{id},\"name\":\"event number {id}\"}}\n");
    records.map(line).collect::<String>().into_bytes()
}

fn done(table: &Table, input: &[u8], what: &str) -> Trial {
    let trial = Trial::of(table, input, |_| {});
    assert_eq!(trial.input().status, InputStatus::Done, "{what}: {}", trial.said());
    trial
}

fn dry(input: &[u8]) -> Trial {
    Trial::of(&events(), input, |options| options.dry_run = true)
}

/// Every compression gives the rows of the plain text, in the same bytes.
#[track_caller]
fn same_in_all(table: &Table, text: &[u8], format: &str) {
    let plain = done(table, text, "plain");
    assert_eq!(plain.input().format, format);
    assert!(plain.report.total.written > 0, "{}", plain.said());
    for (name, packer) in PACKERS {
        let packed = packer(text);
        let trial = done(table, &packed, name);
        assert_eq!(trial.input().format, format!("{format}+{name}"));
        assert_eq!(trial.input().bytes, packed.len() as u64, "{name}");
        assert_eq!(trial.input().decoded_bytes, text.len() as u64, "{name}");
        assert_eq!(trial.report.total, plain.report.total, "{name}: {}", trial.said());
        assert!(trial.files.iter().eq(&plain.files), "{name}: other rows");
        assert_eq!(trial.input().message, None, "{name}");
    }
}

#[test]
fn lines_in_every_compression() {
    same_in_all(&events(), &ndjson(0..60_000), "json");
}

#[test]
fn an_object_of_firehose_without_line_ends_in_every_compression() {
    let path = workspace::root().join("tests/data/firehose/s3-object-concatenated-no-newlines.derived.jsons");
    let text = fs::read(path).expect("test data");
    same_in_all(&traffic_measurement(), &text, "json");
}

#[test]
fn the_xml_feed_in_every_compression() {
    let path = workspace::miv().join("xml/verkeersdata-2020-05-01-2points.xml");
    same_in_all(&traffic_measurement(), &fs::read(path).expect("test data"), "xml");
}

#[test]
fn streams_that_were_joined() {
    let [one, two, both] = [ndjson(0..50), ndjson(50..100), ndjson(0..100)];
    let plain = done(&events(), &both, "plain");
    for (name, packer) in PACKERS.iter().filter(|(name, _)| *name != "zip") {
        let empty = packer(b"");
        for parts in [vec![packer(&one), packer(&two)], vec![packer(&one), empty, packer(&two)]] {
            let trial = done(&events(), &parts.concat(), name);
            assert!(trial.files.iter().eq(&plain.files), "{name}: {}", trial.said());
        }
    }
    let frame = |number: u8| [&[0x50 + number, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    let skippable = [frame(0), pack::zstd(&one), frame(15), pack::zstd(&two)].concat();
    assert!(done(&events(), &skippable, "skippable frames").files.iter().eq(&plain.files));
}

/// Firehose compresses records that a producer, or CloudWatch Logs, has compressed already.
#[test]
fn compressed_twice() {
    let text = ndjson(0..100);
    let plain = done(&events(), &text, "plain");
    for (outer, packer) in PACKERS {
        let trial = done(&events(), &packer(&pack::gzip(&text)), outer);
        assert_eq!(trial.input().format, format!("json+gzip+{outer}"));
        assert!(trial.files.iter().eq(&plain.files), "{outer}: {}", trial.said());
    }
}

/// Cut anywhere, an input fails, or gives the records before the cut and a reject for the one in it. Only a cut
/// between two units of the format, which none of them can notice, gives fewer records and nothing else.
#[test]
fn cut_at_every_byte() {
    let text = ndjson(0..3);
    for (name, packer) in PACKERS {
        let packed = [packer(&text), if *name == "zip" { Vec::new() } else { packer(&text) }].concat();
        let whole = dry(&packed).report.total;
        assert_eq!((whole.rejected, whole.written), (0, if *name == "zip" { 3 } else { 6 }), "{name}");
        for end in 0..packed.len() {
            let trial = dry(&packed[..end]);
            let (input, total) = (trial.input(), trial.report.total);
            let said = trial.said();
            match input.status {
                InputStatus::Failed => {
                    assert!(said.contains(name) && said.contains("byte"), "{name} cut at {end}: {said}");
                    assert_eq!(total.read, 0, "{name} cut at {end}");
                }
                InputStatus::Done | InputStatus::AlreadyInLake if input.format == "json" => {
                    // Too short to be told: an empty input, or a reject of the bytes as they are.
                    assert!(end < 16 && total.written == 0, "{name} cut at {end}: {said}");
                    assert_eq!(total.rejected, u64::from(end > 0), "{name} cut at {end}: {said}");
                }
                InputStatus::Done | InputStatus::AlreadyInLake => {
                    let unit = packer(&text).len();
                    let at_unit = end == unit
                        || (*name == "snappy-framed" && [10, unit + 10].contains(&end))
                        || (*name == "snappy-xerial" && [16, unit + 16].contains(&end));
                    assert!(at_unit, "{name} cut at {end}: {said}");
                    assert_eq!(total.read, if end < unit { 0 } else { 3 }, "{name} cut at {end}: {said}");
                }
            }
        }
    }
}

/// With checksums every changed byte is found; without them no input is read on as if nothing had happened to its
/// structure. Nothing ever panics.
#[test]
fn every_byte_changed() {
    let text = ndjson(0..3);
    for (name, packer) in PACKERS {
        let packed = packer(&text);
        let whole = dry(&packed).report.total;
        for at in 0..packed.len() {
            let mut changed = packed.clone();
            changed[at] ^= 0x55;
            let trial = dry(&changed);
            let kept = trial.input().status == InputStatus::Done && trial.report.total == whole;
            // Fields that do not matter: times, names, versions, unused flags, the size of a window.
            let headers = match *name {
                "gzip" => (3..10).contains(&at),
                "zip" => at < 41 || at > packed.len() - 79,
                "zstd" => at == 5,
                "snappy-framed" => false,
                _ => true,
            };
            assert!(!kept || headers, "{name}: byte {at} changed and nobody noticed");
        }
    }
}

#[test]
fn gzip_takes_zeros_as_padding_and_notes_garbage() {
    let text = ndjson(0..10);
    let plain = done(&events(), &text, "plain");
    let member = pack::gzip(&text);
    let padded = done(&events(), &[&member[..], &[0; 70_000]].concat(), "padded");
    assert!(padded.files.iter().eq(&plain.files));
    assert_eq!(padded.input().message, None);
    let spread = [&pack::gzip(&ndjson(0..4))[..], &[0; 512], &pack::gzip(&ndjson(4..10))].concat();
    assert!(done(&events(), &spread, "padded within").files.iter().eq(&plain.files));
    let garbage = done(&events(), &[&member[..], b"\0\0signature"].concat(), "garbage");
    assert!(garbage.files.iter().eq(&plain.files));
    let from = member.len() + 2;
    assert!(
        garbage.said().contains(&format!("9 bytes after the last gzip member, from byte {from} on")),
        "{}",
        garbage.said()
    );
    let begun = Trial::of(&events(), &[&member[..], b"\x1f"].concat(), |_| {});
    assert_eq!(begun.input().status, InputStatus::Failed, "{}", begun.said());
}

#[test]
fn zip_archives_of_every_writer() {
    let text = ndjson(0..50);
    let plain = done(&events(), &text, "plain");
    for sizes in
        [Sizes::InHeader, Sizes::InHeaderStored, Sizes::Behind, Sizes::BehindBare, Sizes::BehindLarge]
    {
        let archive = ZipWriter::default().entry("a/", b"", Sizes::InHeaderStored).entry("a/x", &text, sizes);
        let archive = archive.finish();
        let trial = done(&events(), &archive, "zip");
        assert!(trial.files.iter().eq(&plain.files), "{sizes:?}: {}", trial.said());
        let empty = ZipWriter::default().entry("x", b"", sizes).finish();
        assert_eq!(done(&events(), &empty, "empty").report.total.read, 0, "{sizes:?}");
    }
}

#[test]
fn zip_archives_of_python() {
    let text = ndjson(0..50);
    let plain = done(&events(), &text, "plain");
    let open = [
        "zipfile.ZipFile(sys.stdout.buffer, 'w', zipfile.ZIP_DEFLATED)",
        "zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)",
        "zipfile.ZipFile(b, 'w', zipfile.ZIP_STORED)",
    ];
    for (open, force) in open.iter().flat_map(|open| [(open, "False"), (open, "True")]) {
        let script = format!(
            "import io, sys, zipfile\nb = io.BytesIO()\ntext = sys.stdin.buffer.read()\nwith {open} as z:\n  \
             z.comment = b'made for a test'\n  with z.open('events.json', 'w', force_zip64={force}) as f: f.write(text)\n\
             sys.stdout.buffer.write(b.getvalue())"
        );
        let trial = done(&events(), &python(&script, &text), open);
        assert!(trial.files.iter().eq(&plain.files), "{open} {force}: {}", trial.said());
        assert_eq!(trial.input().format, "json+zip");
    }
}

fn python(script: &str, input: &[u8]) -> Vec<u8> {
    let mut command = Command::new("python3");
    let mut child =
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3");
    child.stdin.take().expect("a pipe").write_all(input).expect("python3 reads");
    let output = child.wait_with_output().expect("python3 ends");
    assert!(output.status.success());
    output.stdout
}

#[test]
fn format_is_told_behind_a_page_of_white_space() {
    let blank = vec![b' '; 10_000];
    let array = [&blank[..], b"[{\"id\":1},\n{\"id\":2}]"].concat();
    let trial = Trial::of(&events(), &array, |options| options.segment_bytes = 64);
    assert_eq!(trial.report.total.written, 2, "{}", trial.said());
    let xml = [&blank[..], b"<r/>"].concat();
    assert_eq!(Trial::of(&traffic_measurement(), &xml, |_| {}).input().format, "xml");
}

//! Whatever comes in, every record is accounted for: stored and counted, or kept whole with its place.

use flate2::Compression;
use flate2::write::GzEncoder;
use lakebed::{Record, Report, Table};
use lakebed_tests::cases::documents::{Random, departure};
use lakebed_tests::cases::same_in_chrono_and_jiff::with_chrono::Departure;
use lakebed_tests::lake::{self, Bench};
use lakebed_tests::property::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::Write as _;
use std::path::PathBuf;

/// Something that stands in an input.
#[derive(Clone, Debug)]
enum Piece {
    /// A record, and what stands behind it.
    Good(u64, &'static str),
    Pretty(u64),
    /// The first part of a record; the number says how much.
    Truncated(u64, u64),
    /// A record with another byte in its place.
    Damaged(u64, u64, u8),
    Text(&'static str),
    Noise(Vec<u8>),
}

const TEXTS: [&str; 12] = [
    "\n",
    "\r\n",
    " ",
    "[",
    "]",
    ",",
    "{",
    "}",
    "{\"train\":\"bad\",\"stops\":[\n{\"place\":\"x\"},\n{\"place\":7}]}\n",
    "\n{\"train\":\"open\n",
    "7\n",
    "\u{feff}",
];

fn piece() -> impl Strategy<Value = Piece> {
    let behind = prop::sample::select(vec!["\n", "\n", "", "\r\n", ",", ",\n", " \n\n"]);
    prop_oneof![
        8 => (any::<u64>(), behind).prop_map(|(seed, behind)| Piece::Good(seed, behind)),
        2 => any::<u64>().prop_map(Piece::Pretty),
        2 => any::<(u64, u64)>().prop_map(|(seed, at)| Piece::Truncated(seed, at)),
        2 => any::<(u64, u64, u8)>().prop_map(|(seed, at, byte)| Piece::Damaged(seed, at, byte)),
        3 => prop::sample::select(TEXTS.to_vec()).prop_map(Piece::Text),
        1 => vec(any::<u8>(), 0..20).prop_map(Piece::Noise),
    ]
}

fn good(seed: u64) -> String {
    let mut random = Random(seed);
    let stops = random.below(4);
    departure(&mut random, seed % 1000, stops)
}

fn at(text: &str, at: u64) -> usize {
    usize::try_from(at % text.len() as u64).expect("a place in a text")
}

impl Piece {
    fn append(&self, input: &mut Vec<u8>) {
        match self {
            Self::Good(seed, behind) => {
                input.extend_from_slice(good(*seed).as_bytes());
                input.extend_from_slice(behind.as_bytes());
            }
            Self::Pretty(seed) => {
                let value: serde_json::Value = serde_json::from_str(&good(*seed)).expect("JSON");
                input.extend_from_slice(format!("{value:#}\n").as_bytes());
            }
            Self::Truncated(seed, cut) => {
                let text = good(*seed);
                input.extend_from_slice(&text.as_bytes()[..at(&text, *cut)]);
                input.push(b'\n');
            }
            Self::Damaged(seed, place, byte) => {
                let mut text = good(*seed);
                let place = at(&text, *place);
                let mut bytes = std::mem::take(&mut text).into_bytes();
                bytes[place] = *byte;
                input.extend_from_slice(&bytes);
                input.push(b'\n');
            }
            Self::Text(text) => input.extend_from_slice(text.as_bytes()),
            Self::Noise(bytes) => input.extend_from_slice(bytes),
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    // Two members, as when objects were concatenated.
    let (one, other) = bytes.split_at(bytes.len() / 2);
    [one, other]
        .map(|part| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(part).and_then(|()| encoder.finish()).expect("gzip into memory")
        })
        .concat()
}

fn departures() -> Table {
    Table::try_from(Departure::TABLE).unwrap_or_else(|problems| panic!("{problems}"))
}

fn check(bench: &Bench, name: &str, report: &Report, decoded: &[(PathBuf, Vec<u8>)]) {
    let table = departures();
    let total = report.total;
    assert_eq!(total.read, total.written + total.rejected, "{total:?}");
    assert!(report.inputs.iter().all(|input| input.counts.balances()));
    assert_eq!(report.inputs.iter().map(|input| input.counts.read).sum::<u64>(), total.read);
    assert_eq!(lake::footer_rows(&bench.lake(name), &table.name), total.written);
    let rejects = lake::rejects(&bench.lake(name), &table.name);
    assert_eq!(rejects.len() as u64, total.rejected);
    assert_eq!(report.rejects.iter().map(|group| group.count).sum::<u64>(), total.rejected);
    for (path, text) in decoded {
        let source = path.display().to_string();
        let mut end = 0;
        for reject in rejects.iter().filter(|reject| reject.source() == source) {
            let from = reject.offset();
            assert!(from >= end, "rejects overlap: {} begins before {end}", reject.line);
            end = from + reject.raw.len();
            assert_eq!(text.get(from..end), Some(&reject.raw[..]), "{}", reject.line);
            assert_eq!(reject.line["length"].as_u64(), Some(reject.raw.len() as u64));
            // A record that breaks off is at fault where the next begins, behind blank lines.
            let lines = |text: &[u8]| text.iter().filter(|&&byte| byte == b'\n').count() as u64;
            let blank = text[end..].len() - text[end..].trim_ascii_start().len();
            let line = 1 + lines(&text[..from]);
            let last = 1 + lines(&text[..end + blank]);
            let told = reject.line["line"].as_u64().unwrap_or_default();
            assert!((line..=last).contains(&told), "line {told} is not in {line}..={last}: {}", reject.line);
        }
        let input = report.inputs.iter().find(|input| input.path == source).expect("a report of each input");
        assert_eq!(input.decoded_bytes, text.len() as u64, "{source}");
    }
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn every_record_is_stored_or_kept_whole(
        inputs in vec((vec(piece(), 0..24), any::<bool>()), 1..3),
        segment_bytes in prop::sample::select(vec![1_u64, 64, 700, 8 << 20]),
        threads in 1..4_usize,
    ) {
        let bench = Bench::new();
        let mut decoded = Vec::new();
        for (number, (pieces, zipped)) in inputs.iter().enumerate() {
            let mut text = Vec::new();
            pieces.iter().for_each(|piece| piece.append(&mut text));
            // What starts like XML is another matter.
            if text.trim_ascii_start().starts_with(b"<") || text.starts_with(&[0x1f, 0x8b]) {
                text.insert(0, b'{');
            }
            let name = format!("{number}.json");
            let path = bench.input(&name, if *zipped { gzip(&text) } else { text.clone() });
            decoded.push((path, text));
        }
        let paths: Vec<PathBuf> = decoded.iter().map(|(path, _)| path.clone()).collect();
        let table = departures();
        let whole = bench.convert(&table, &paths, "whole", |_| {});
        check(&bench, "whole", &whole, &decoded);
        let split = bench.convert(&table, &paths, "split", |options| {
            options.segment_bytes = segment_bytes;
            options.threads = threads;
        });
        check(&bench, "split", &split, &decoded);
        prop_assert_eq!(whole.total, split.total);
        prop_assert!(
            lake::visible(&bench.lake("whole"), &table.name) == lake::visible(&bench.lake("split"), &table.name)
        );
    }
}

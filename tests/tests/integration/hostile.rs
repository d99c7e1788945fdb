//! Inputs that nobody should send and everybody gets: each gives the rows it holds, rejects for the rest, or fails as
//! a whole with a message that helps. Neighbours of a bad record survive.

use Outcome::{Failed, Kept};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use bytes::Bytes;
use lakebed::report::InputStatus;
use lakebed::{Column, LogicalType, Table};
use lakebed_tests::pack::{self, PACKERS, Sizes, ZipWriter};
use lakebed_tests::trial::Trial;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// What becomes of an input.
#[derive(Clone, Debug)]
enum Outcome {
    /// The `id`s of its rows, how many rejects, and a part of what is said about it.
    Kept(Vec<i64>, u64, &'static str),
    /// It is left out whole; a part of the message.
    Failed(&'static str),
}

/// Name, bytes, what becomes of them.
type Case = (&'static str, Vec<u8>, Outcome);

fn events() -> Table {
    let optional = |name: &str, ty| Column { nullable: true, ..Column::new(name, ty) };
    let mut table = Table::new(
        "events",
        vec![
            Column::new("id", LogicalType::Int64),
            optional("name", LogicalType::String),
            optional("amount", LogicalType::Float64),
            optional("payload", LogicalType::Json),
        ],
    );
    table.xml = Some("event".to_owned());
    for column in &mut table.columns {
        column.xml = Some(column.name.clone());
    }
    table
}

fn ids(trial: &Trial) -> Vec<i64> {
    let mut ids = Vec::new();
    for (_, file) in &trial.files {
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file.clone())).expect("a Parquet file");
        for batch in reader.build().expect("a Parquet file") {
            let batch = batch.expect("rows");
            ids.extend(batch.column(0).as_primitive::<Int64Type>().values());
        }
    }
    ids
}

/// Runs cases and tells of all that end otherwise.
fn check(cases: Vec<Case>) {
    let mut wrong = String::new();
    let count = cases.len();
    for (name, bytes, expected) in cases {
        let trial = Trial::of(&events(), &bytes, |options| options.threads = 2);
        let (status, total, said) = (trial.input().status, trial.report.total, trial.said());
        let found = ids(&trial);
        let good = match &expected {
            Kept(ids, rejects, fragment) => {
                status == InputStatus::Done
                    && (&found, total.rejected) == (ids, *rejects)
                    && said.contains(fragment)
            }
            Failed(fragment) => status == InputStatus::Failed && total.read == 0 && said.contains(fragment),
        };
        if !good {
            wrong.push_str(&format!(
                "\n{name}: expected {expected:?}\n  found {status:?}, rows {found:?}, {} rejects: {said}\n",
                total.rejected
            ));
        }
    }
    assert!(wrong.is_empty(), "of {count} inputs these end otherwise:{wrong}");
}

/// A bad record between two good ones.
fn between(bad: impl AsRef<[u8]>) -> Vec<u8> {
    [b"{\"id\":1}\n", bad.as_ref(), b"\n{\"id\":2}\n"].concat()
}

fn utf_16(text: &str, bom: bool, big_endian: bool) -> Vec<u8> {
    let units = bom.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit: u16| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn repeated(head: &str, unit: &str, times: usize, tail: &str) -> Vec<u8> {
    format!("{head}{}{tail}", unit.repeat(times)).into_bytes()
}

/// Bytes without any pattern, the same each time.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(len).collect()
}

#[test]
fn json_documents() {
    check(vec![
        ("nothing", vec![], Kept(vec![], 0, "")),
        ("white space", b" \n\t\r\n ".to_vec(), Kept(vec![], 0, "")),
        ("a byte order mark alone", b"\xef\xbb\xbf".to_vec(), Kept(vec![], 0, "")),
        ("a byte order mark in front", b"\xef\xbb\xbf{\"id\":1}".to_vec(), Kept(vec![1], 0, "")),
        ("a byte order mark in the middle", between(b"\xef\xbb\xbf{\"id\":9}"), Kept(vec![1, 9, 2], 0, "")),
        ("carriage returns only", b"{\"id\":1}\r{\"id\":2}\r".to_vec(), Kept(vec![1, 2], 0, "")),
        (
            "commas between documents",
            b"{\"id\":1},\n{\"id\":2},{\"id\":3}".to_vec(),
            Kept(vec![1, 2, 3], 2, "`,`"),
        ),
        ("a string left open", between("{\"id\":9,\"name\":\"x"), Kept(vec![1, 2], 1, "control characters")),
        ("an array left open", between("{\"id\":9,\"payload\":[1,2"), Kept(vec![1, 2], 1, "`,` or `]`")),
        (
            "an object left open at the end",
            b"{\"id\":1}\n{\"id\":2".to_vec(),
            Kept(vec![1], 1, "the end of the input"),
        ),
        (
            "a string left open at the end",
            b"{\"id\":1}{\"id\":2,\"name\":\"".to_vec(),
            Kept(vec![1], 1, "closing quote"),
        ),
        (
            "a top-level array left open",
            b"[{\"id\":1},{\"id\":2}".to_vec(),
            Kept(vec![1, 2], 0, "not closed"),
        ),
        ("a top-level array closed twice", b"[{\"id\":1}]]".to_vec(), Kept(vec![1], 1, "`]`")),
        ("a comma before the end of an array", b"[{\"id\":1},]".to_vec(), Kept(vec![1], 1, "`]`")),
        (
            "an array without commas",
            b"[{\"id\":1} {\"id\":2} {\"id\":3}]".to_vec(),
            Kept(vec![1], 2, "`,` or `]`"),
        ),
        ("a closing brace too many", between("{\"id\":9}}"), Kept(vec![1, 9, 2], 1, "`}`")),
        ("scalars", b"1 \"two\" null true\n{\"id\":1}".to_vec(), Kept(vec![1], 4, "an object")),
        ("a NUL byte between records", between(b"\0"), Kept(vec![1, 2], 1, "")),
        ("a NUL byte in a string", between(b"{\"id\":9,\"name\":\"a\0b\"}"), Kept(vec![1, 2], 1, "control")),
        ("a page of NUL bytes at the end", [&b"{\"id\":1}\n"[..], &[0; 4096]].concat(), Kept(vec![1], 1, "")),
        ("a key twice", between("{\"id\":9,\"ID\":8}"), Kept(vec![1, 2], 1, "each key once")),
        ("a tab in a string", between("{\"id\":9,\"name\":\"a\tb\"}"), Kept(vec![1, 2], 1, "control")),
        (
            "a lone surrogate",
            between(r#"{"id":9,"name":"\ud800"}"#),
            Kept(vec![1, 2], 1, "surrogates in pairs"),
        ),
        (
            "a lone surrogate nobody reads",
            between(r#"{"id":9,"x":"\udc00"}"#),
            Kept(vec![1, 2], 1, "surrogates"),
        ),
        ("an unknown escape", between(r#"{"id":9,"name":"\x41"}"#), Kept(vec![1, 2], 1, "escapes")),
        ("Latin-1", between(b"{\"id\":9,\"name\":\"caf\xe9\"}"), Kept(vec![1, 2], 1, "UTF-8")),
        ("overlong UTF-8", between(b"{\"id\":9,\"name\":\"\xc0\xaf\"}"), Kept(vec![1, 2], 1, "UTF-8")),
        (
            "a surrogate in UTF-8",
            between(b"{\"id\":9,\"name\":\"\xed\xa0\x80\"}"),
            Kept(vec![1, 2], 1, "UTF-8"),
        ),
        ("single quotes", between("{'id':9}"), Kept(vec![1, 2], 1, "a key in quotes")),
        ("a comment", between("// {\"id\":9}"), Kept(vec![1, 2], 1, "")),
        ("NaN", between("{\"id\":9,\"amount\":NaN}"), Kept(vec![1, 2], 1, "a JSON value")),
        ("a leading zero", between("{\"id\":09}"), Kept(vec![1, 2], 1, "")),
        ("a leading plus", between("{\"id\":+9}"), Kept(vec![1, 2], 1, "")),
        ("1e999", between("{\"id\":9,\"amount\":1e999}"), Kept(vec![1, 2], 1, "a finite number")),
        ("2^63", between("{\"id\":9223372036854775808}"), Kept(vec![1, 2], 1, "a 64-bit integer")),
        ("1e1000000000", between("{\"id\":1e1000000000}"), Kept(vec![1, 2], 1, "a 64-bit integer")),
        (
            "a number of 100,000 digits",
            between(repeated("{\"id\":", "7", 100_000, "}")),
            Kept(vec![1, 2], 1, "1000"),
        ),
        (
            "one that nobody reads",
            between(repeated("{\"id\":9,\"x\":[", "7", 100_000, "]}")),
            Kept(vec![1, 2], 1, "1000"),
        ),
        (
            "5 MB of digits left open",
            repeated("{\"id\":1}\n{\"id\":", "7", 5_000_000, ""),
            Kept(vec![1], 1, "1000"),
        ),
        (
            "a key of 1 MB",
            between(repeated("{\"id\":9,\"", "k", 1 << 20, "\":0}")),
            Kept(vec![1, 9, 2], 0, ""),
        ),
        (
            "a million keys",
            between(repeated("{\"id\":9", ",\"k\":0", 1_000_000, "}")),
            Kept(vec![1, 9, 2], 0, ""),
        ),
        (
            "objects 100,000 deep",
            between(repeated("{\"id\":9,\"payload\":", "{\"a\":", 100_000, "")),
            Kept(vec![1, 2], 1, "128 levels"),
        ),
        (
            "arrays 100,000 deep",
            between(repeated("{\"id\":9,\"x\":", "[", 100_000, "]}")),
            Kept(vec![1, 2], 1, "128 levels"),
        ),
        (
            "1 MB of garbage between records",
            between([b"garbage".to_vec(), vec![b'x'; 1 << 20]].concat()),
            Kept(vec![1, 2], 1, ""),
        ),
        (
            "noise with a byte in front",
            [
                b"x".to_vec(),
                noise(100_000).iter().map(|b| b | 1).filter(|b| !b"{}[]\n\"".contains(b)).collect(),
            ]
            .concat(),
            Kept(vec![], 1, "a JSON value"),
        ),
        ("CSV", b"id,name\n1,one\n2,two\n".to_vec(), Kept(vec![], 1, "a JSON value")),
        (
            "a document of 40 MB",
            between(repeated("{\"id\":9,\"name\":\"", "x", 40 << 20, "\"}")),
            Kept(vec![1, 2], 1, "at most 33554432 bytes"),
        ),
    ]);
}

#[test]
fn xml_documents() {
    let xml = |inner: &str| {
        format!("<events><event><id>1</id></event>{inner}<event><id>2</id></event></events>").into_bytes()
    };
    check(vec![
        ("no records", b"<events/>".to_vec(), Kept(vec![], 0, "no <event> element")),
        ("a tag left open", xml("<event><id>9</id>"), Kept(vec![1, 2], 1, "")),
        ("a wrong end tag", xml("<event><id>9</name></event>"), Kept(vec![1, 2], 1, "")),
        ("cut off", b"<events><event><id>1</id></event><event><id>2".to_vec(), Kept(vec![1], 1, "")),
        (
            "billion laughs",
            [
                b"<!DOCTYPE e [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>".to_vec(),
                xml("<event><id>9</id><name>&b;</name></event>"),
            ]
            .concat(),
            Kept(vec![1, 2], 1, ""),
        ),
        (
            "an outside entity",
            [
                b"<!DOCTYPE e [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>".to_vec(),
                xml("<event><id>9</id><name>&a;</name></event>"),
            ]
            .concat(),
            Kept(vec![1, 2], 1, ""),
        ),
        (
            "elements 100,000 deep",
            xml(&format!("<event><id>9</id>{}</event>", "<a>".repeat(100_000))),
            Kept(vec![1, 2], 1, ""),
        ),
        ("a NUL byte", xml("<event><id>9</id><name>a\0b</name></event>"), Kept(vec![1, 2], 1, "0x00")),
        (
            "declared Latin-1",
            [b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>".to_vec(), xml("")].concat(),
            Kept(vec![], 1, "UTF-8"),
        ),
        ("UTF-16", utf_16("<events/>", true, false), Failed("iconv -f UTF-16")),
        ("UTF-16 without a mark", utf_16("<events/>", false, true), Failed("iconv -f UTF-16")),
        (
            "an attribute of 1 MB",
            xml(&format!("<event a=\"{}\"><id>9</id></event>", "x".repeat(1 << 20))),
            Kept(vec![1, 9, 2], 0, ""),
        ),
    ]);
}

#[test]
fn wrappings() {
    let text = b"{\"id\":1}\n{\"id\":2}\n".to_vec();
    let zip = |name: &str, text: &[u8]| ZipWriter::default().entry(name, text, Sizes::InHeader);
    let mut encrypted = ZipWriter::default();
    encrypted.flags = 1;
    let encrypted = encrypted.entry("secret.json", &text, Sizes::InHeader);
    let mut wrong_sum = zip("x", &text).finish();
    wrong_sum[14] ^= 1;
    let mut wrong_method = zip("x", &text).finish();
    wrong_method[8] = 12;
    let mut gzip_sum = pack::gzip(&text);
    let sum_at = gzip_sum.len() - 8;
    gzip_sum[sum_at] ^= 1;
    let block = |lengths: &[u32], rest: &[u8]| {
        let head: Vec<u8> = lengths.iter().flat_map(|length| length.to_be_bytes()).collect();
        [&head[..], rest].concat()
    };
    let xerial = |rest: Vec<u8>| [b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01".to_vec(), rest].concat();
    check(vec![
        ("UTF-16", utf_16("{\"id\":1}", true, false), Failed("iconv -f UTF-16")),
        ("UTF-16, big-endian", utf_16("{\"id\":1}", true, true), Failed("iconv -f UTF-16")),
        ("UTF-16 without a mark", utf_16("{\"id\":1}", false, false), Failed("iconv -f UTF-16")),
        (
            "UTF-16, big-endian, without a mark",
            utf_16("[{\"id\":1}]", false, true),
            Failed("iconv -f UTF-16"),
        ),
        ("UTF-16 within gzip", pack::gzip(&utf_16("{\"id\":1}", true, false)), Failed("iconv -f UTF-16")),
        ("UTF-32", b"{\0\0\0\"\0\0\0".to_vec(), Failed("iconv -f UTF-32")),
        ("Parquet", b"PAR1\x15\x04".to_vec(), Failed("a Parquet file already")),
        ("bzip2", b"BZh91AY&SY".to_vec(), Failed("bunzip2")),
        ("xz", b"\xfd7zXZ\0\0\0".to_vec(), Failed("unxz")),
        ("lz4", b"\x04\x22\x4d\x18\x64".to_vec(), Failed("unlz4")),
        (
            "tar within gzip",
            pack::gzip(&[&[b'x'; 257][..], b"ustar\0", &[0; 1000]].concat()),
            Failed("tar archive"),
        ),
        ("an empty gzip member", pack::gzip(b""), Kept(vec![], 0, "")),
        (
            "empty gzip members around",
            [pack::gzip(b""), pack::gzip(&text), pack::gzip(b"")].concat(),
            Kept(vec![1, 2], 0, ""),
        ),
        ("an empty zstd frame", pack::zstd(b""), Kept(vec![], 0, "")),
        ("an empty file in a zip", pack::zip(b""), Kept(vec![], 0, "")),
        ("an empty zip", ZipWriter::default().finish(), Failed("holds no file")),
        ("a zip of folders only", zip("a/", b"").finish(), Failed("holds no file")),
        (
            "a zip of two files",
            zip("a.json", &text).entry("b.json", &text, Sizes::Behind).finish(),
            Failed("`a.json` and `b.json`"),
        ),
        ("an encrypted zip", encrypted.finish(), Failed("`secret.json` in the zip archive is encrypted")),
        ("a zip of another method", wrong_method, Failed("packed by method 12")),
        ("a zip with a wrong checksum", wrong_sum, Failed("with checksum")),
        (
            "bytes after a zip",
            [zip("x", &text).finish(), b"junk".to_vec()].concat(),
            Failed("nothing after the end"),
        ),
        ("a gzip with a wrong checksum", gzip_sum, Failed("checksum")),
        (
            "garbage after gzip",
            [pack::gzip(&text), b"garbage".to_vec()].concat(),
            Kept(vec![1, 2], 0, "7 bytes after the last gzip member"),
        ),
        (
            "garbage after zstd",
            [pack::zstd(&text), b"garbage".to_vec()].concat(),
            Failed("the zstd data is damaged near byte"),
        ),
        (
            "garbage after snappy",
            [pack::framed(&text), b"garbage".to_vec()].concat(),
            Failed("the snappy-framed data is"),
        ),
        (
            "a zstd window of 2 GiB",
            b"\x28\xb5\x2f\xfd\x00\xa8\x11\x00\x00abc".to_vec(),
            Failed("at most 128 MiB"),
        ),
        ("a xerial chunk of 2 GiB", xerial(block(&[0x7fff_ffff], b"x")), Failed("not of 2147483647")),
        (
            "a xerial chunk that says 4 GiB",
            xerial(block(&[8], b"\xff\xff\xff\xff\x0f\0a\0")),
            Failed("at most 176 bytes, not to 4294967295"),
        ),
        ("a xerial chunk of nothing", xerial(block(&[0], b"")), Failed("not of 0")),
        (
            "a xerial stream of the future",
            b"\x82SNAPPY\0\0\0\0\x02\0\0\0\x02".to_vec(),
            Failed("version 1, not of 2"),
        ),
        (
            "a Hadoop block of 2 GiB",
            [pack::hadoop(&text), block(&[0x7fff_ffff], b"")].concat(),
            Failed("a block of at most 16777216 bytes"),
        ),
        (
            "a Hadoop chunk of 2 GiB",
            [pack::hadoop(&text), block(&[9, 0x7fff_ffff], b"")].concat(),
            Failed("not of 2147483647"),
        ),
        (
            "a Hadoop chunk longer than its block",
            [pack::hadoop(&text), block(&[3, 6], b"\x04\x0cabcd")].concat(),
            Failed("at most 3 bytes, not to 4"),
        ),
        ("four zeros", vec![0; 4], Kept(vec![], 1, "")),
        ("text that starts like a zip", b"PK\x03\x05{\"id\":1}".to_vec(), Kept(vec![], 1, "")),
        (
            "noise in gzip's clothes",
            [b"\x1f\x8b\x08\0\0\0\0\0\0\0".to_vec(), noise(5000)].concat(),
            Failed("the gzip data"),
        ),
        (
            "noise in zstd's clothes",
            [b"\x28\xb5\x2f\xfd".to_vec(), noise(5000)].concat(),
            Failed("the zstd data"),
        ),
    ]);
}

/// A record that breaks off in the middle of each compression costs nothing but itself; a stream that breaks off
/// costs the input.
#[test]
fn bad_records_and_bad_streams_in_each_compression() {
    let (text, cut) = (between("{\"id\":9,"), b"{\"id\":1}\n{\"id\":2".to_vec());
    let mut cases = Vec::new();
    for (name, packer) in PACKERS {
        cases.push((*name, packer(&text), Kept(vec![1, 2], 1, "a key")));
        cases.push((*name, packer(&cut), Kept(vec![1], 1, "the end of the input")));
        let mut packed = packer(&text);
        packed.truncate(packed.len() - 3);
        cases.push((*name, packed, Failed("data is cut off at byte")));
    }
    check(cases);
}

/// Texts that grow a thousandfold, in every compression: no more memory than for any other input.
#[test]
fn bombs() {
    const SIZE: usize = 48 << 20;
    let spaces = [vec![b' '; SIZE], b"{\"id\":1}".to_vec()].concat();
    let brackets = vec![b'['; SIZE];
    let mut cases = Vec::new();
    for (name, packer) in PACKERS {
        cases.push((*name, packer(&spaces), Kept(vec![1], 0, "")));
    }
    cases.push(("brackets", pack::zstd(&brackets), Kept(vec![], 1, "128 levels")));
    cases.push((
        "a string",
        pack::gzip(&[b"{\"id\":\"".to_vec(), vec![b'x'; SIZE]].concat()),
        Kept(vec![], 1, "33554432 bytes"),
    ));
    check(cases);
}

//! Inputs for a table: records of one shape again and again, with edits, and then of another.

use super::choices::Choices;
use super::edits::edit;
use super::tables::keys;
use super::tree::{Style, Tree};
use lakebed_schema::Table;
use lakebed_schema::sample::{SampleOptions, Sampler};

/// Bytes after which no more records follow.
const ENOUGH: usize = 12 << 10;

/// An input, and where its blocks end.
#[derive(Clone, Debug, Default)]
pub struct Input {
    pub bytes: Vec<u8>,
    /// First byte of each record.
    starts: Vec<usize>,
}

/// An input; none for a table that has no samples.
pub fn input(choices: &mut Choices<'_>, table: &Table) -> Option<Input> {
    let mut input = Input::default();
    if choices.happens(16) {
        input.bytes.extend_from_slice(b"\xef\xbb\xbf");
    }
    let keys = keys(&table.columns);
    for _ in 0..1 + choices.below(3) {
        section(choices, table, &keys, &mut input)?;
    }
    if choices.happens(64) {
        for _ in 0..1 + choices.below(4) {
            spoil(choices, &mut input.bytes);
        }
    }
    Some(input)
}

/// Records of one shape.
fn section(choices: &mut Choices<'_>, table: &Table, keys: &[String], input: &mut Input) -> Option<()> {
    // Now and then so many that what was learnt is tried and learnt anew.
    let many = choices.happens(3);
    let (count, enough) =
        if many { (3000, 20 * ENOUGH) } else { (*choices.pick(&[1, 3, 5, 9, 17, 33, 70, 100]), ENOUGH) };
    let from = *choices.pick(&[1_767_225_600, 0, -86_400, 253_402_200_000, 951_782_400]);
    let options = SampleOptions {
        rows: count,
        seed: choices.wide(),
        from,
        to: from + *choices.pick(&[10, 3600, 90_000]),
        keys: 1 + choices.below(9) as u64,
        nulls: *choices.pick(&[0.0, 0.0, 0.03, 0.3]),
        sentinels: *choices.pick(&[0.0, 0.05, 0.4]),
        edges: *choices.pick(&[0.0, 0.0, 0.1, 0.6]),
        broken: *choices.pick(&[0.0, 0.0, 0.0, 0.1]),
        canonical: false,
    };
    let sampler = Sampler::new(table, options).ok()?;
    let style = Style::any(choices);
    let separator = *choices.pick(&["\n", "\n", "\n", "\r\n", "", " ", "\n\n", " \n", ",\n"]);
    let array = choices.happens(16);
    // Edits that all records have, and those that some have.
    let (shape, shaped) = (choices.fork(), choices.below(4).saturating_sub(1));
    let odd: u8 = *choices.pick(&[0, 0, 8, 40, 255]);
    let wrapped = (!table.records.is_empty() && choices.happens(200)).then(|| table.records[0].clone());
    if array {
        input.bytes.push(b'[');
    }
    let mut text = String::new();
    for number in 0..count {
        text.clear();
        sampler.write(number, &mut text);
        let mut record = Tree::parse(&text);
        let mut again = shape.clone();
        for _ in 0..shaped {
            edit(&mut again, &mut record, keys);
        }
        if choices.happens(odd) {
            for _ in 0..1 + choices.below(3) {
                edit(choices, &mut record, keys);
            }
        }
        for key in wrapped.iter().flat_map(|path| path.rsplit('/')) {
            if choices.happens(40) {
                record = Tree::List(vec![record.clone(), record]);
            }
            record = Tree::Object(vec![(serde_json::to_vec(key).unwrap_or_default(), record)]);
        }
        input.starts.push(input.bytes.len());
        let start = input.bytes.len();
        record.write(style, 0, &mut input.bytes);
        if choices.happens(odd / 3) {
            punctuate(choices, start, &mut input.bytes);
        }
        input.bytes.extend_from_slice(if array && number + 1 < count { ",\n" } else { separator }.as_bytes());
        if input.bytes.len() > enough {
            break;
        }
    }
    if array {
        input.bytes.extend_from_slice(b"]\n");
    }
    Some(())
}

/// Another character for one that JSON is made of, behind `start`.
fn punctuate(choices: &mut Choices<'_>, start: usize, bytes: &mut [u8]) {
    const MARKS: &[u8] = b",:{}[]\"\\";
    let from = start + choices.below(bytes.len() - start);
    if let Some(byte) = bytes[from..].iter_mut().find(|byte| MARKS.contains(byte)) {
        *byte = *choices.pick(MARKS);
    }
}

/// Damage that knows no JSON.
fn spoil(choices: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let (one, other) = (choices.below(bytes.len()), choices.below(bytes.len()));
    match choices.below(7) {
        0 => bytes[one] ^= 1 << choices.below(8),
        1 => bytes[one] = choices.byte(),
        2 => bytes.insert(one, *choices.pick(b"{}[]\",:\\\n 0-e.\xff\x00")),
        3 => drop(bytes.remove(one)),
        4 => {
            let len = choices.below(40).min(bytes.len() - one);
            drop(bytes.drain(one..one + len));
        }
        5 => {
            let part = bytes[one..(one + choices.below(40)).min(bytes.len())].to_vec();
            drop(bytes.splice(other..other, part));
        }
        _ => bytes.truncate(one),
    }
}

impl Input {
    /// Sizes of blocks; one block holds what is left.
    pub fn cuts(&self, choices: &mut Choices<'_>) -> Vec<usize> {
        let len = self.bytes.len();
        match choices.below(5) {
            // Small blocks are read again and again until they hold a record.
            0 if len < 2000 => vec![1 + choices.below(30); len],
            0 | 1 => vec![1 + choices.below(5000); len / 100 + 1],
            2 => (0..40).map(|_| choices.below(1 + len / 20)).collect(),
            // Around the starts of records, where each block but the first begins.
            3 => {
                let near = |start: &usize| (start + choices.below(9)).saturating_sub(4);
                let ends: Vec<usize> = self.starts.iter().map(near).collect();
                ends.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
            }
            _ => vec![choices.below(len + 1)],
        }
    }
}

//! Stretches of a shard, as they are kept until they are in the lake.

use super::{SequenceNumber, ShardRead, StreamRecord};
use crate::convert::ChunkName;
use crate::framing::{HEAD_BYTES, tell};
use crate::unpack;
use std::collections::BTreeMap;

/// Records that came within the same stretch of time are kept in one file: it has one arrival, that of the first of
/// them, as Firehose has for an object. Stretches begin at whole multiples, so that none reaches over an hour.
const STRETCH_MS: i64 = 300_000;

/// Most bytes of text that the compressed data in a record of the stream may give, all its user records together; what
/// gives more is stored as it came, and refused.
const MAX_TEXT: usize = 32 << 20;

/// Some records of a shard, one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    shard: String,
    first: SequenceNumber,
    last: SequenceNumber,
    arrival_ms: i64,
    /// Text of the user records, a line each.
    pub(super) text: Vec<u8>,
}

impl Chunk {
    /// Name of its file.
    pub(super) fn name(&self, stream: &str) -> String {
        let name = ChunkName {
            stream: stream.to_owned(),
            shard: self.shard.clone(),
            first: self.first.to_string(),
            last: self.last.to_string(),
            // No record came before 1970.
            arrival: self.arrival_ms.max(0) / 1000,
        };
        name.to_string()
    }
}

/// What becomes of user records that lie in an aggregated record of another shard than their own key's.
///
/// The Kinesis Producer Library sends such a record once more, to its own shard, when it learns that a shard was split or
/// merged meanwhile; and its reading counterpart drops it from the wrong one. Other producers put what they like into an
/// aggregated record and send nothing twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strays {
    /// They are stored: nothing is lost, and after a resharding some records of the Kinesis Producer Library come twice.
    #[default]
    Keep,
    /// They are dropped and counted, as the Kinesis Client Library does. For streams that are written by the Kinesis
    /// Producer Library alone.
    Drop,
}

/// Records that were read and are in no file yet.
#[derive(Debug, Default)]
pub(super) struct Held {
    open: BTreeMap<String, Chunk>,
    /// Those that take no more.
    full: Vec<Chunk>,
    bytes: usize,
}

/// What was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) records: u64,
    pub(super) user_records: u64,
    pub(super) strays: u64,
}

impl Held {
    /// Takes in what was read of a shard, up to the record that makes so many bytes of text of all that is held. The rest
    /// stays in `read`.
    pub(super) fn add(&mut self, read: &mut ShardRead, strays: Strays, most: usize) -> Taken {
        let mut taken = Taken::default();
        let mut records = std::mem::take(&mut read.records).into_iter();
        while self.bytes < most
            && let Some(record) = records.next()
        {
            let record = &record;
            let chunk = self.chunk(&read.shard.id, record);
            let before = chunk.text.len();
            taken.records += 1;
            for user in record.user_records() {
                let is_inside = |(first, last)| (first..=last).contains(&user.record.hash_key());
                let is_stray = user.subsequence.is_some() && !read.shard.hash_keys.is_none_or(is_inside);
                if is_stray && strays == Strays::Drop {
                    taken.strays += 1;
                    continue;
                }
                taken.user_records += 1;
                let room = MAX_TEXT.saturating_sub(chunk.text.len() - before);
                put_line(&mut chunk.text, user.record.data, room);
            }
            let grown = chunk.text.len() - before;
            self.bytes += grown;
        }
        read.records = records.collect();
        taken
    }

    /// The chunk that a record goes to, which ends with it now.
    fn chunk(&mut self, shard: &str, record: &StreamRecord) -> &mut Chunk {
        let stretch = |ms: i64| ms.div_euclid(STRETCH_MS);
        let fits = |chunk: &Chunk| stretch(chunk.arrival_ms) == stretch(record.arrival_ms);
        if self.open.get(shard).is_some_and(|chunk| !fits(chunk)) {
            self.full.extend(self.open.remove(shard));
        }
        let chunk = self.open.entry(shard.to_owned()).or_insert_with(|| Chunk {
            shard: shard.to_owned(),
            first: record.sequence.clone(),
            last: record.sequence.clone(),
            arrival_ms: record.arrival_ms,
            text: Vec::new(),
        });
        chunk.last = record.sequence.clone();
        chunk
    }

    /// Bytes of text.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.full.is_empty()
    }

    /// Everything, each chunk as it stays.
    pub(super) fn take(&mut self) -> Vec<Chunk> {
        self.bytes = 0;
        let mut chunks = std::mem::take(&mut self.full);
        chunks.extend(std::mem::take(&mut self.open).into_values());
        chunks
    }

    /// Takes back chunks that could not be written. They take no more records: something of them may be on disk, under
    /// the name that they have now.
    pub(super) fn put_back(&mut self, chunks: Vec<Chunk>) {
        self.bytes += chunks.iter().map(|chunk| chunk.text.len()).sum::<usize>();
        self.full.extend(chunks);
    }
}

/// A line that no JSON goes on with. Behind a record that breaks off within a document, it keeps the decoder from taking
/// the next record for the rest of it.
const BARRIER: &[u8] = b"\0\n";

/// Adds data as a line of text of its own. Compressed data may give so many bytes.
fn put_line(text: &mut Vec<u8>, data: &[u8], room: usize) {
    let is_packed = tell(data.get(..HEAD_BYTES).unwrap_or(data)).is_some();
    let unpacked = if is_packed { unpack(data.to_vec(), room as u64).ok() } else { None };
    let unpacked = unpacked.filter(|unpacked| !unpacked.is_empty());
    // What cannot be unpacked goes whole, so that the reject holds what was put.
    let data = unpacked.as_deref().unwrap_or(data);
    text.extend_from_slice(data);
    if text.last().is_some_and(|&last| last != b'\n') {
        text.push(b'\n');
    }
    if breaks_off(data) {
        text.extend_from_slice(BARRIER);
    }
}

/// Whether JSON ends within a document. Of other data the answer does not matter: the decoder has found the fault before
/// their end.
fn breaks_off(data: &[u8]) -> bool {
    let (mut depth, mut in_string, mut is_escaped) = (0_i64, false, false);
    for &byte in data {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            // One too many is a fault, behind which the decoder begins anew.
            b'}' | b']' if !in_string => depth = (depth - 1).max(0),
            _ => {}
        }
    }
    depth > 0 || in_string
}

#[cfg(test)]
mod tests {
    use super::super::Shard;
    use super::*;
    use crate::kpl::{Aggregator, UserRecord};
    use bytes::Bytes;

    fn record(sequence: u64, data: impl Into<Bytes>, arrival_ms: i64) -> StreamRecord {
        StreamRecord {
            sequence: SequenceNumber::new(&sequence.to_string()).unwrap(),
            partition_key: "k".into(),
            data: data.into(),
            arrival_ms,
        }
    }

    fn aggregated(records: &[(&str, &str)]) -> Vec<u8> {
        let mut aggregator = Aggregator::default();
        for (key, data) in records {
            aggregator.add(UserRecord::new(key, data.as_bytes())).unwrap();
        }
        aggregator.finish().unwrap().data
    }

    #[test]
    fn records_become_lines_and_files_are_named_after_them() {
        let mut held = Held::default();
        let records = vec![
            record(9, "{\"n\":1}", 0),
            record(10, aggregated(&[("a", "{\"n\":2}\n"), ("b", "{\"n\":3}")]), 299_999),
            record(11, zstd::encode_all(&b"{\"n\":4}"[..], 0).unwrap(), 300_000),
            record(12, "", 300_001),
        ];
        let mut read = ShardRead { shard: Shard { id: "s".into(), ..Shard::default() }, records };
        let taken = held.add(&mut read, Strays::Drop, usize::MAX);
        assert_eq!(taken, Taken { records: 4, user_records: 5, strays: 0 });
        assert_eq!(held.bytes(), 32);
        let chunks = held.take();
        assert!(held.is_empty() && held.bytes() == 0);
        let names: Vec<String> = chunks.iter().map(|chunk| chunk.name("x")).collect();
        assert_eq!(names, ["kinesis~x~s~9~10~0.ndjson", "kinesis~x~s~11~12~300.ndjson"]);
        assert_eq!(chunks[0].text, b"{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        assert_eq!(chunks[1].text, b"{\"n\":4}\n");
        // What was put back is not added to.
        held.put_back(chunks);
        read.records = vec![record(13, "{}", 300_002)];
        held.add(&mut read, Strays::Keep, usize::MAX);
        assert_eq!(held.take().len(), 3);
    }

    #[test]
    fn little_data_with_much_text_is_taken_in_one_by_one_and_some_of_it_not_at_all() {
        let text = format!("{}\n", "1".repeat(9 << 20));
        let small = zstd::encode_all(text.as_bytes(), 0).unwrap();
        let records = (0..4).map(|sequence| record(sequence, small.clone(), 0)).collect();
        let mut read = ShardRead { shard: Shard::default(), records };
        let mut held = Held::default();
        assert_eq!(held.add(&mut read, Strays::Keep, 10 << 20).records, 2);
        assert_eq!((read.records.len(), held.bytes()), (2, 2 * text.len()));
        held.take();
        assert_eq!(held.add(&mut read, Strays::Keep, usize::MAX).records, 2);
        held.take();
        // Four in one record: the last one is over the limit and stays as it is.
        let mut aggregator = Aggregator::default();
        for key in ["a", "b", "c", "d"] {
            aggregator.add(UserRecord::new(key, &small)).unwrap();
        }
        read.records = vec![record(9, aggregator.finish().unwrap().data, 0)];
        assert_eq!(held.add(&mut read, Strays::Keep, usize::MAX).user_records, 4);
        assert_eq!(held.bytes(), 3 * text.len() + small.len() + usize::from(!small.ends_with(b"\n")));
    }

    #[test]
    fn records_that_break_off_are_told() {
        for broken in
            [r#"{"n":"#, r#"{"n":[1"#, "[", r#"{"n":"\\\"}"#, r#"{"a"#, r#"{"a":{"n":"}"}"#, r#"}{"a":"#]
        {
            assert!(breaks_off(broken.as_bytes()), "{broken}");
        }
        for whole in ["", "{}", r#"{"n":"{\"["}"#, "{}\n[{}]", "tru", "}"] {
            assert!(!breaks_off(whole.as_bytes()), "{whole}");
        }
    }

    #[test]
    fn user_records_of_other_shards_are_dropped_on_request() {
        // MD5 of `a` begins with 0c, that of `b` with 92.
        let data = aggregated(&[("a", "1"), ("b", "2")]);
        let low = Shard { hash_keys: Some((0, u128::MAX / 2)), ..Shard::default() };
        let read = ShardRead { shard: low, records: vec![record(1, data, 0), record(2, "3", 0)] };
        let all = usize::MAX;
        for (strays, text, dropped) in [(Strays::Keep, "1\n2\n3\n", 0), (Strays::Drop, "1\n3\n", 1)] {
            let mut held = Held::default();
            assert_eq!(held.add(&mut read.clone(), strays, all).strays, dropped);
            assert_eq!(held.take()[0].text, text.as_bytes());
        }
    }
}

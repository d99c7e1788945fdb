//! A stream that is the same in every process: its shards are closed, and were split and merged.

use futures_util::future::{BoxFuture, ready};
use lakebed::kpl::{Aggregator, UserRecord};
use lakebed::source::kinesis::{
    Fetched, Position, ReadError, ReadErrorKind, SequenceNumber, Shard, Shards, StreamRecord,
};
use std::time::Duration;

/// Shards with their parents: 0 is split into 1 and 2, which are merged into 3; 4 stands alone and is empty.
const SHARDS: [(&str, &[&str]); 5] =
    [("0", &[]), ("1", &["0"]), ("2", &["0"]), ("3", &["1", "2"]), ("4", &[])];

/// Records of one read.
const PAGE: usize = 7;

/// Such a stream.
#[derive(Debug)]
pub(super) struct Recorded {
    shards: Vec<(Shard, Vec<StreamRecord>)>,
}

impl Recorded {
    /// With the numbers below `count`, in turns alone and several in one record.
    pub(super) fn new(count: u64) -> Self {
        let mut shards: Vec<(Shard, Vec<StreamRecord>)> = SHARDS
            .iter()
            .map(|(id, parents)| {
                let parents = parents.iter().map(|&parent| parent.to_owned()).collect();
                (Shard { id: (*id).to_owned(), parents, hash_keys: None }, Vec::new())
            })
            .collect();
        let (mut number, mut sequence) = (0, 0_u64);
        while number < count {
            let together = if sequence.is_multiple_of(3) { 1 } else { 1 + sequence % 9 };
            let end = (number + together).min(count);
            let mut aggregator = Aggregator::default();
            for number in number..end {
                let line = format!("{{\"n\":{number}}}\n");
                aggregator.add(UserRecord::new("key", line.as_bytes())).expect("a small record");
            }
            let record = aggregator.finish().expect("one record at least");
            // Of the records in their order, each quarter is in a shard.
            let shard = usize::try_from(number * 4 / count).expect("a small number");
            shards[shard].1.push(StreamRecord {
                sequence: SequenceNumber::new(&(7_000 + sequence).to_string()).expect("digits"),
                partition_key: record.partition_key,
                data: record.data.into(),
                arrival_ms: 1_795_421_730_000 + i64::try_from(sequence).expect("a small number") * 500,
            });
            number = end;
            sequence += 1;
        }
        Self { shards }
    }
}

impl Shards for Recorded {
    fn list_shards(&self) -> BoxFuture<'_, Result<Vec<Shard>, ReadError>> {
        Box::pin(ready(Ok(self.shards.iter().map(|(shard, _)| shard.clone()).collect())))
    }

    fn iterator<'a>(
        &'a self,
        shard: &'a str,
        position: &'a Position,
    ) -> BoxFuture<'a, Result<String, ReadError>> {
        let found = self.shards.iter().find(|(found, _)| found.id == shard);
        let place = found.map(|(_, records)| {
            let index = records.partition_point(|record| match position {
                Position::TrimHorizon => false,
                Position::At(ms) => record.arrival_ms < *ms,
                Position::After(last) => record.sequence <= *last,
            });
            format!("{shard} {index}")
        });
        Box::pin(ready(place.ok_or_else(|| ReadError::new(ReadErrorKind::NotFound, "no such shard"))))
    }

    fn records<'a>(&'a self, iterator: &'a str, limit: u32) -> BoxFuture<'a, Result<Fetched, ReadError>> {
        let (shard, index) = iterator.split_once(' ').expect("an iterator of this stream");
        let index: usize = index.parse().expect("an iterator of this stream");
        let (_, records) = self.shards.iter().find(|(found, _)| found.id == shard).expect("its shard");
        let end = (index + PAGE.min(limit as usize)).min(records.len());
        let next = (end < records.len()).then(|| format!("{shard} {end}"));
        let behind = Some(Duration::from_secs(u64::from(next.is_some())));
        Box::pin(ready(Ok(Fetched { records: records[index..end].to_vec(), next, behind })))
    }
}

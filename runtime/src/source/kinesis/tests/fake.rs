//! A stream of Kinesis in memory: shards that are split and merged, iterators that grow too old, calls that fail.

use super::super::{
    Fetched, Position, ReadError, ReadErrorKind, SequenceNumber, Shard, Shards, StreamRecord,
};
use crate::kpl::UserRecord;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

/// Numbers that are always the same and look random (splitmix64).
#[derive(Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[derive(Debug)]
pub(super) struct FakeStream(Mutex<State>);

#[derive(Debug)]
struct State {
    random: Random,
    /// Calls of a hundred that fail in some way.
    faults: usize,
    shards: BTreeMap<String, FakeShard>,
    iterators: BTreeMap<String, (String, usize)>,
    /// Shards that were read to their end since the last reader came.
    ended: BTreeSet<String>,
    records: u64,
    calls: u64,
}

#[derive(Clone, Debug)]
struct FakeShard {
    shard: Shard,
    records: Vec<StreamRecord>,
    is_closed: bool,
}

/// When the first record came.
pub(super) const EPOCH_MS: i64 = 1_795_421_730_000;

impl FakeStream {
    /// A stream of one shard.
    pub(super) fn new(seed: u64, faults: usize) -> Self {
        let state = State {
            random: Random(seed),
            faults,
            shards: BTreeMap::new(),
            iterators: BTreeMap::new(),
            ended: BTreeSet::new(),
            records: 0,
            calls: 0,
        };
        let stream = Self(Mutex::new(state));
        stream.with(|state| state.add(&[], (0, u128::MAX)));
        stream
    }

    fn with<T>(&self, call: impl FnOnce(&mut State) -> T) -> T {
        call(&mut self.0.lock().unwrap())
    }

    /// Puts a record; a minute passes with every tenth.
    pub(super) fn put(&self, key: &str, data: impl Into<Bytes>) {
        self.with(|state| {
            let hash = UserRecord::new(key, b"").hash_key();
            let n = state.records;
            state.records += 1;
            let open = |shard: &&mut FakeShard| {
                !shard.is_closed
                    && shard.shard.hash_keys.is_some_and(|(first, last)| (first..=last).contains(&hash))
            };
            let shard = state.shards.values_mut().find(open).unwrap();
            shard.records.push(StreamRecord {
                // Some are longer than others, as when a digit is won.
                sequence: SequenceNumber::new(&format!("{}", 995_u128 + u128::from(n))).unwrap(),
                partition_key: key.to_owned(),
                data: data.into(),
                arrival_ms: EPOCH_MS + i64::try_from(n).unwrap() * 6000,
            });
        });
    }

    /// Splits an open shard, or merges two neighbours.
    pub(super) fn reshard(&self) {
        self.with(|state| {
            let mut open: Vec<Shard> = state
                .shards
                .values()
                .filter(|shard| !shard.is_closed)
                .map(|shard| shard.shard.clone())
                .collect();
            open.sort_by_key(|shard| shard.hash_keys);
            let at = state.random.below(open.len());
            let here = open[at].clone();
            let (first, last) = here.hash_keys.unwrap();
            state.shards.get_mut(&here.id).unwrap().is_closed = true;
            if open.len() > 3 && at > 0 {
                let other = open[at - 1].clone();
                state.shards.get_mut(&other.id).unwrap().is_closed = true;
                state.add(&[&other.id, &here.id], (other.hash_keys.unwrap().0, last));
            } else {
                let middle = first + (last - first) / 2;
                state.add(&[&here.id], (first, middle));
                state.add(&[&here.id], (middle + 1, last));
            }
        });
    }

    /// Closes all shards, so that a reader comes to an end.
    pub(super) fn end(&self) {
        self.with(|state| state.shards.values_mut().for_each(|shard| shard.is_closed = true));
    }

    /// Another reader comes.
    pub(super) fn reopened(&self) {
        self.with(|state| state.ended.clear());
    }

    pub(super) fn shards(&self) -> usize {
        self.with(|state| state.shards.len())
    }

    /// Records and shards are not there any more.
    pub(super) fn trim(&self, shard: &str) {
        self.with(|state| drop(state.shards.remove(shard)));
    }

    pub(super) fn set_faults(&self, percent: usize) {
        self.with(|state| state.faults = percent);
    }
}

impl State {
    fn add(&mut self, parents: &[&str], hash_keys: (u128, u128)) {
        let id = format!("shardId-{:012}", self.shards.len());
        let parents = parents.iter().map(|&parent| parent.to_owned()).collect();
        let shard = Shard { id: id.clone(), parents, hash_keys: Some(hash_keys) };
        self.shards.insert(id, FakeShard { shard, records: Vec::new(), is_closed: false });
    }

    fn fail(&mut self) -> Result<(), ReadError> {
        if !self.random.chance(self.faults) {
            return Ok(());
        }
        let kind = match self.random.below(3) {
            0 => ReadErrorKind::Throttled,
            1 => ReadErrorKind::Transient,
            _ => {
                // All iterators grow too old.
                self.iterators.clear();
                ReadErrorKind::Throttled
            }
        };
        Err(ReadError::new(kind, "as the test wants it"))
    }

    fn iterator(&mut self, shard: &str, index: usize) -> String {
        self.calls += 1;
        let token = format!("{shard}/{}", self.calls);
        self.iterators.insert(token.clone(), (shard.to_owned(), index));
        token
    }
}

/// Lets a caller be dropped before the call, and behind it.
async fn around<T>(call: impl FnOnce() -> T) -> T {
    tokio::task::yield_now().await;
    let result = call();
    tokio::task::yield_now().await;
    result
}

impl Shards for FakeStream {
    fn list_shards(&self) -> BoxFuture<'_, Result<Vec<Shard>, ReadError>> {
        Box::pin(around(|| {
            self.with(|state| {
                state.fail()?;
                Ok(state.shards.values().map(|shard| shard.shard.clone()).collect())
            })
        }))
    }

    fn iterator<'a>(
        &'a self,
        shard: &'a str,
        position: &'a Position,
    ) -> BoxFuture<'a, Result<String, ReadError>> {
        Box::pin(around(move || {
            self.with(|state| {
                state.fail()?;
                let gone = || ReadError::new(ReadErrorKind::NotFound, "no such shard");
                let found = state.shards.get(shard).ok_or_else(gone)?.clone();
                let is_there = |parent: &&String| state.shards.contains_key(*parent);
                let early = found.shard.parents.iter().filter(is_there).find(|id| !state.ended.contains(*id));
                assert_eq!(early, None, "{shard} is read before a parent has ended");
                let index = found.records.partition_point(|record| match position {
                    Position::TrimHorizon => false,
                    Position::At(ms) => record.arrival_ms < *ms,
                    Position::After(last) => record.sequence <= *last,
                });
                Ok(state.iterator(shard, index))
            })
        }))
    }

    fn records<'a>(&'a self, iterator: &'a str, limit: u32) -> BoxFuture<'a, Result<Fetched, ReadError>> {
        Box::pin(around(move || {
            self.with(|state| {
                state.fail()?;
                let old = || ReadError::new(ReadErrorKind::ExpiredIterator, "too old");
                let (id, index) = state.iterators.get(iterator).cloned().ok_or_else(old)?;
                let gone = || ReadError::new(ReadErrorKind::NotFound, "no such shard");
                let shard = state.shards.get(&id).ok_or_else(gone)?.clone();
                let rest = &shard.records[index..];
                let count = state.random.below(5).min(limit as usize).min(rest.len());
                let records = rest[..count].to_vec();
                let has_more = rest.len() > count;
                let next = if shard.is_closed && !has_more {
                    state.ended.insert(id);
                    None
                } else {
                    Some(state.iterator(&id, index + count))
                };
                let behind = Some(Duration::from_secs(u64::from(has_more)));
                Ok(Fetched { records, next, behind })
            })
        }))
    }
}

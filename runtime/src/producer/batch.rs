//! One call: what is in it, within the limits of the service.

use super::entry::Entry;
use super::pack::Packing;
use super::service::{KeyRule, ServiceLimits};
use crate::kpl::{Aggregated, Aggregator, UserRecord};
use bytes::{Bytes, BytesMut};
use std::collections::HashMap;
use tokio::time::Instant;

/// A record on its way.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) entry: Entry,
    /// Its place in the order of all that was sent.
    pub(super) seq: u64,
    /// Attempts that were made.
    pub(super) attempts: u32,
    /// When it came into memory.
    pub(super) queued: Instant,
    /// When it was tried first.
    pub(super) since: Option<Instant>,
    /// The segment of the spool that holds it too.
    pub(super) on_disk: Option<u64>,
    /// Whether it holds its key, so that no other record of the key may go.
    pub(super) has_key: bool,
    /// Whether it was tried for as long as the options say.
    pub(super) is_spent: bool,
    /// Most records in its call: fewer after the service refused one.
    pub(super) company: usize,
    /// Why the last attempt failed.
    pub(super) reason: String,
}

impl Item {
    pub(super) fn new(entry: Entry, seq: u64, on_disk: Option<u64>, queued: Instant) -> Self {
        Self {
            entry,
            seq,
            attempts: 0,
            queued,
            since: None,
            on_disk,
            has_key: false,
            is_spent: false,
            company: usize::MAX,
            reason: String::new(),
        }
    }
}

/// What goes in one call.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// As the service gets it.
    pub(super) entries: Vec<Entry>,
    /// The records in it.
    pub(super) items: Vec<Item>,
    /// How many records each entry holds.
    pub(super) counts: Vec<usize>,
}

/// Puts calls together.
#[derive(Debug)]
pub(super) struct Builder {
    limits: ServiceLimits,
    packing: Packing,
    items: Vec<Item>,
    /// The group of each record: those of one group share an entry.
    group_of: Vec<usize>,
    /// Records and bytes of each group.
    groups: Vec<(usize, usize)>,
    /// The open group of each key, where groups have one.
    by_key: HashMap<String, usize>,
    /// Bytes of the call.
    bytes: usize,
    company: usize,
}

impl Builder {
    pub(super) fn new(limits: ServiceLimits, packing: Packing, company: usize) -> Self {
        Self {
            limits,
            packing,
            items: Vec::new(),
            group_of: Vec::new(),
            groups: Vec::new(),
            by_key: HashMap::new(),
            bytes: 0,
            company,
        }
    }

    /// Whether the record fits into the call.
    pub(super) fn fits(&self, item: &Item) -> bool {
        let company = self.company.min(item.company);
        let weight = self.weigh(item);
        self.items.len() < company
            && (self.groups.len() < self.limits.records || self.group_for(item, weight).is_some())
            && (self.items.is_empty() || self.bytes + weight <= self.limits.bytes)
    }

    /// Bytes of a record in the call, or somewhat more.
    fn weigh(&self, item: &Item) -> usize {
        let framed = if matches!(self.packing, Packing::Kpl { .. }) { KPL_FRAME } else { 0 };
        self.limits.weigh(&item.entry) + framed
    }

    /// The group that the record goes along with.
    fn group_for(&self, item: &Item, weight: usize) -> Option<usize> {
        let (lines, bytes) = self.packing.most();
        let group = match self.packing {
            Packing::None => None,
            Packing::Lines { .. } => self.groups.len().checked_sub(1),
            Packing::Kpl { .. } => self.by_key.get(item.entry.partition_key.as_ref()?).copied(),
        };
        let most = bytes.min(self.limits.record_bytes);
        group.filter(|group| {
            self.groups.get(*group).is_some_and(|(count, held)| *count < lines && held + weight <= most)
        })
    }

    pub(super) fn push(&mut self, item: Item) {
        let weight = self.weigh(&item);
        let group = self.group_for(&item, weight).unwrap_or_else(|| {
            self.groups.push((0, 0));
            let group = self.groups.len() - 1;
            if let (Packing::Kpl { .. }, Some(key)) = (self.packing, &item.entry.partition_key) {
                self.by_key.insert(key.clone(), group);
            }
            group
        });
        if let Some((count, held)) = self.groups.get_mut(group) {
            *count += 1;
            *held += weight;
        }
        self.bytes += weight;
        self.company = self.company.min(item.company);
        self.group_of.push(group);
        self.items.push(item);
    }

    /// The call, unless it is empty.
    pub(super) fn build(self) -> Option<Batch> {
        if self.items.is_empty() {
            return None;
        }
        let mut grouped: Vec<(usize, Item)> = self.group_of.into_iter().zip(self.items).collect();
        // Stable: records of a group stay in order.
        grouped.sort_by_key(|(group, _)| *group);
        let mut batch = Batch::default();
        for (_, item) in grouped {
            batch.items.push(item);
        }
        let mut rest = batch.items.as_slice();
        for (count, _) in &self.groups {
            let (packed, behind) = rest.split_at_checked(*count).unwrap_or((rest, &[]));
            rest = behind;
            let partition_key = match self.limits.key {
                KeyRule::None => None,
                KeyRule::Required { .. } => packed.first().and_then(|item| item.entry.partition_key.clone()),
            };
            match (self.packing, packed) {
                (Packing::None | Packing::Lines { .. }, [item]) => {
                    batch.entries.push(Entry { data: item.entry.data.clone(), partition_key })
                }
                (Packing::Kpl { .. }, _) => {
                    aggregate(packed, self.limits.record_bytes, &mut batch.entries, &mut batch.counts);
                    continue;
                }
                (Packing::None | Packing::Lines { .. }, _) => {
                    batch.entries.push(Entry { data: joined(packed), partition_key });
                }
            }
            batch.counts.push(*count);
        }
        Some(batch)
    }
}

/// Bytes that a record of the KPL's takes beside its data and key, at most, with its share of what is there once.
const KPL_FRAME: usize = 64;

/// One entry for records of one key; more where the aggregator says that they do not fit.
fn aggregate(items: &[Item], limit: usize, entries: &mut Vec<Entry>, counts: &mut Vec<usize>) {
    let mut aggregator = Aggregator::new(limit);
    let mut push = |aggregated: Option<Aggregated>| {
        if let Some(Aggregated { data, partition_key, records, .. }) = aggregated {
            entries.push(Entry::keyed(data, partition_key));
            counts.push(records);
        }
    };
    for item in items {
        let key = item.entry.partition_key.as_deref().unwrap_or_default();
        match aggregator.add(UserRecord::new(key, &item.entry.data)) {
            Ok(full) => push(full),
            // The service may say better what it does not like.
            Err(_) => {
                push(aggregator.finish());
                let (data, partition_key) = (item.entry.data.to_vec(), key.to_owned());
                push(Some(Aggregated { data, partition_key, explicit_hash_key: None, records: 1 }));
            }
        }
    }
    push(aggregator.finish());
}

fn joined(items: &[Item]) -> Bytes {
    let mut data = BytesMut::with_capacity(items.iter().map(|item| item.entry.data.len()).sum());
    items.iter().for_each(|item| data.extend_from_slice(&item.entry.data));
    data.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ServiceLimits =
        ServiceLimits { records: 3, bytes: 100, record_bytes: 60, key: KeyRule::None };

    fn item(bytes: usize) -> Item {
        Item::new(Entry::new(vec![b'x'; bytes]), 0, None, Instant::now())
    }

    /// Records of each entry of a call for records of those bytes, and how many of them fit.
    fn fill(packing: Packing, company: usize, bytes: &[usize]) -> (Vec<usize>, usize) {
        let mut builder = Builder::new(LIMITS, packing, company);
        for bytes in bytes {
            let item = item(*bytes);
            if !builder.fits(&item) {
                break;
            }
            builder.push(item);
        }
        let batch = builder.build().unwrap();
        let sizes: usize = batch.entries.iter().map(|entry| entry.data.len()).sum();
        assert_eq!(sizes, batch.items.iter().map(|item| item.entry.data.len()).sum::<usize>());
        assert!(sizes <= LIMITS.bytes && batch.entries.len() <= LIMITS.records);
        (batch.counts, batch.items.len())
    }

    #[test]
    fn a_call_ends_at_its_records_bytes_and_company() {
        assert_eq!(fill(Packing::None, usize::MAX, &[1; 9]).1, 3);
        assert_eq!(fill(Packing::None, usize::MAX, &[50, 50, 1]).1, 2);
        assert_eq!(fill(Packing::None, usize::MAX, &[50, 51]).1, 1);
        assert_eq!(fill(Packing::None, 1, &[1, 1]).1, 1);
    }

    #[test]
    fn records_of_a_key_share_an_aggregated_one() {
        let limits = ServiceLimits { bytes: 10_000, record_bytes: 2_000, ..ServiceLimits::KINESIS };
        let mut builder = Builder::new(limits, Packing::Kpl { bytes: 1_000 }, usize::MAX);
        for (seq, key) in (0..).zip("abacabaaaaaaaaaaa".chars()) {
            let item = Item::new(Entry::keyed(vec![b'x'; 20], key), seq, None, Instant::now());
            assert!(builder.fits(&item));
            builder.push(item);
        }
        let batch = builder.build().unwrap();
        assert_eq!(batch.counts, [11, 2, 1, 3], "a second record of `a`, since the first is full");
        let mut items = batch.items.iter();
        for (entry, count) in batch.entries.iter().zip(batch.counts) {
            let back = crate::kpl::deaggregate(&entry.data);
            assert_eq!(back.data().count(), count);
            assert!(entry.data.len() <= 1_000);
            for item in items.by_ref().take(count) {
                assert_eq!(item.entry.partition_key, entry.partition_key);
            }
        }
    }

    #[test]
    fn lines_share_a_record_up_to_its_bytes_and_lines() {
        let packing = Packing::Lines { bytes: 10, lines: 4 };
        assert_eq!(fill(packing, usize::MAX, &[1; 99]), (vec![4, 4, 4], 12));
        assert_eq!(fill(packing, usize::MAX, &[6, 4, 1, 30, 9, 9]), (vec![2, 1, 1], 4));
    }
}

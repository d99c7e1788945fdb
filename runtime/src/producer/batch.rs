//! One call: what is in it, within the limits of the service.

use super::entry::Entry;
use super::pack::Packing;
use super::service::{KeyRule, ServiceLimits};
use bytes::{Bytes, BytesMut};
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
    counts: Vec<usize>,
    /// Bytes of the call, and of its last entry.
    bytes: usize,
    last_bytes: usize,
    company: usize,
}

impl Builder {
    pub(super) fn new(limits: ServiceLimits, packing: Packing, company: usize) -> Self {
        Self { limits, packing, items: Vec::new(), counts: Vec::new(), bytes: 0, last_bytes: 0, company }
    }

    /// Whether the record fits into the call.
    pub(super) fn fits(&self, item: &Item) -> bool {
        let company = self.company.min(item.company);
        let weight = self.limits.weigh(&item.entry);
        let is_packed = self.goes_along(weight);
        self.items.len() < company
            && (is_packed || self.counts.len() < self.limits.records)
            && (self.items.is_empty() || self.bytes + weight <= self.limits.bytes)
    }

    /// Whether a record of so many bytes shares the last entry.
    fn goes_along(&self, weight: usize) -> bool {
        let (lines, bytes) = self.packing.most();
        let most = bytes.min(self.limits.record_bytes);
        self.counts.last().is_some_and(|count| *count < lines) && self.last_bytes + weight <= most
    }

    pub(super) fn push(&mut self, item: Item) {
        let weight = self.limits.weigh(&item.entry);
        let along = self.goes_along(weight);
        match self.counts.last_mut() {
            Some(count) if along => {
                *count += 1;
                self.last_bytes += weight;
            }
            Some(_) | None => {
                self.counts.push(1);
                self.last_bytes = weight;
            }
        }
        self.bytes += weight;
        self.company = self.company.min(item.company);
        self.items.push(item);
    }

    /// The call, unless it is empty.
    pub(super) fn build(self) -> Option<Batch> {
        if self.items.is_empty() {
            return None;
        }
        let mut entries = Vec::with_capacity(self.counts.len());
        let mut rest = self.items.as_slice();
        for count in &self.counts {
            let (packed, behind) = rest.split_at_checked(*count).unwrap_or((rest, &[]));
            rest = behind;
            let key = match self.limits.key {
                KeyRule::None => None,
                KeyRule::Required { .. } => packed.first().and_then(|item| item.entry.partition_key.clone()),
            };
            entries.push(Entry { data: joined(packed), partition_key: key });
        }
        Some(Batch { entries, items: self.items, counts: self.counts })
    }
}

fn joined(items: &[Item]) -> Bytes {
    if let [item] = items {
        return item.entry.data.clone();
    }
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
    fn lines_share_a_record_up_to_its_bytes_and_lines() {
        let packing = Packing::Lines { bytes: 10, lines: 4 };
        assert_eq!(fill(packing, usize::MAX, &[1; 99]), (vec![4, 4, 4], 12));
        assert_eq!(fill(packing, usize::MAX, &[6, 4, 1, 30, 9, 9]), (vec![2, 1, 1], 4));
    }
}

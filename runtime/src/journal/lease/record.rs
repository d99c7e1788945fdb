//! What `lease.json` says.

use super::super::holder::Holder;
use super::super::moment;
use crate::store::Content;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Version of [`LeaseRecord`] that is written.
const LEASE_VERSION: u32 = 1;

/// Who holds a table. Beside a lock it only tells; on S3 it is what holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaseRecord {
    /// Version of this format.
    pub lakebed_lease: u32,
    /// Name of the lease: no two are alike.
    pub id: String,
    /// Who holds it.
    pub holder: Holder,
    /// When it was taken: milliseconds since 1970, UTC, by the holder's clock.
    pub since_ms: i64,
    /// Until when it is worth something without being renewed, by the holder's clock; none where a lock tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// Milliseconds that it is worth without being renewed; 0 where a lock tells.
    pub period_ms: u64,
    /// How often it was renewed.
    pub renewals: u64,
    /// The run that is under way, once it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Whether it was given back.
    pub released: bool,
}

impl LeaseRecord {
    /// A new lease.
    pub(super) fn new(holder: Holder, period: Option<Duration>) -> Self {
        let now = moment::now_ms();
        let mut lease = Self {
            lakebed_lease: LEASE_VERSION,
            id: id(&holder),
            holder,
            since_ms: now,
            period_ms: period.map_or(0, |period| u64::try_from(period.as_millis()).unwrap_or(u64::MAX)),
            ..Self::default()
        };
        lease.until_ms = period.map(|_| lease.end(now));
        lease
    }

    fn end(&self, now: i64) -> i64 {
        now.saturating_add(i64::try_from(self.period_ms).unwrap_or(i64::MAX))
    }

    /// Renewed now.
    pub(super) fn renewed(&self) -> Self {
        let until_ms = self.until_ms.map(|_| self.end(moment::now_ms()));
        Self { renewals: self.renewals + 1, until_ms, ..self.clone() }
    }

    /// Whether it ended more than a period ago by this machine's clock. Clocks differ, so that this is good for telling
    /// people, and not for taking it over.
    pub fn seems_over(&self) -> bool {
        let period = i64::try_from(self.period_ms).unwrap_or(i64::MAX);
        self.until_ms.is_some_and(|until| until.saturating_add(period) < moment::now_ms())
    }

    /// What there is; nothing when it is none that is understood.
    pub(super) fn read(content: &Content) -> Option<Self> {
        let lease: Self = serde_json::from_slice(&content.bytes).ok()?;
        (1..=LEASE_VERSION).contains(&lease.lakebed_lease).then_some(lease)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        // Plain members cannot fail.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Who holds it, since when, until when, and for which run.
    pub(super) fn describe(&self) -> String {
        let mut text = format!("{}, since {}", self.holder, moment::text(self.since_ms));
        if let Some(until) = self.until_ms {
            text.push_str(&format!("; unless renewed, its lease ends at {}", moment::text(until)));
        }
        if let Some(run) = &self.run {
            text.push_str(&format!("; it is publishing run {run}"));
        }
        text
    }
}

/// A name that no other lease has, in this process or another.
fn id(holder: &Holder) -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(moment::now_ms());
    let seed = format!("{random} {} {} {} {}", holder.host, holder.boot, holder.pid, holder.started);
    let mut id = blake3::hash(seed.as_bytes()).to_hex().to_string();
    id.truncate(16);
    id
}

//! Small objects, written whole under a condition.

use super::action::Action;
use super::client::Client;
use super::watch::Answer;
use crate::store::{Content, Location, Put, StoreError, StoreErrorKind, Version, When};
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Most attempts while others write the same key: S3 then says 409, and neither yes nor no.
const CONFLICTS: u32 = 12;
/// Longest wait between two of them.
const LONGEST_WAIT: u64 = 4_000;

/// One object to be put.
#[derive(Clone)]
pub(super) struct Putting {
    pub(super) client: Client,
    pub(super) path: Key,
    pub(super) at: Location,
    pub(super) bytes: Vec<u8>,
    /// Whether the store looks at conditions, as far as is known.
    pub(super) conditions: Arc<AtomicBool>,
}

impl Putting {
    pub(super) async fn run(self, when: When) -> Result<Put, StoreError> {
        let mode = match &when {
            When::Always => None,
            When::Absent => Some(PutMode::Create),
            When::Unchanged(before) => {
                let e_tag = Some(before.version.0.clone());
                Some(PutMode::Update(UpdateVersion { e_tag, version: None }))
            }
        };
        match mode {
            Some(mode) if self.conditions.load(Ordering::Relaxed) => match self.conditional(mode).await? {
                Some(put) => Ok(put),
                None => self.looking(&when).await,
            },
            Some(_) => self.looking(&when).await,
            None => self.put(PutMode::Overwrite).await.0.map(|()| Put::Done),
        }
    }

    async fn put(&self, mode: PutMode) -> (Result<(), StoreError>, u32, Option<Answer>) {
        let (inner, payload) = (self.client.inner(), PutPayload::from(self.bytes.clone()));
        let put = async { inner.put_opts(&self.path, payload, PutOptions::from(mode)).await };
        let (result, seen) = self.client.look(Action::Put, self.at.clone(), put).await;
        (result.map(|_| ()), seen.attempts, seen.answer)
    }

    /// A put that the store itself makes depend on the condition; nothing when it does not know such puts.
    async fn conditional(&self, mode: PutMode) -> Result<Option<Put>, StoreError> {
        let mut unclear = false;
        for attempt in 1.. {
            let (result, attempts, answer) = self.put(mode.clone()).await;
            let Err(error) = result else { return Ok(Some(Put::Done)) };
            unclear |= attempts > 1;
            let answer = answer.unwrap_or_default();
            match answer.status {
                // An earlier request may have been the one that put it, its answer lost.
                304 | 412 if unclear => return self.holds().await.map(Some),
                304 | 412 => return Ok(Some(Put::Refused)),
                404 if error.kind == StoreErrorKind::NotFound => return Ok(Some(Put::Refused)),
                409 if attempt < CONFLICTS => tokio::time::sleep(wait(attempt)).await,
                _ if unknown(&answer) => {
                    self.conditions.store(false, Ordering::Relaxed);
                    return Ok(None);
                }
                _ => return Err(error),
            }
        }
        Ok(Some(Put::Refused))
    }

    /// A put after a look: two that look at the same time both put.
    async fn looking(&self, when: &When) -> Result<Put, StoreError> {
        let now = read(&self.client, &self.path, &self.at).await?;
        let may = match when {
            When::Always => true,
            When::Absent => now.is_none(),
            When::Unchanged(before) => now.is_some_and(|now| now.bytes == before.bytes),
        };
        if may { self.put(PutMode::Overwrite).await.0.map(|()| Put::Done) } else { Ok(Put::Refused) }
    }

    /// Whether what is there is what was put.
    async fn holds(&self) -> Result<Put, StoreError> {
        let there = read(&self.client, &self.path, &self.at).await?;
        Ok(if there.is_some_and(|there| there.bytes == self.bytes) { Put::Done } else { Put::Refused })
    }
}

/// Whether an answer means that the store knows no conditions.
fn unknown(answer: &Answer) -> bool {
    answer.status == 501 || answer.code == "NotImplemented"
}

/// Between half and all of a time that doubles, so that those who collided do not again.
fn wait(attempt: u32) -> Duration {
    let most = (50_u64 << attempt.min(10)).min(LONGEST_WAIT);
    let chance = RandomState::new().hash_one(attempt);
    Duration::from_millis(most / 2 + chance % (most / 2))
}

/// An object as a whole; nothing when it is not there.
pub(super) async fn read(client: &Client, path: &Key, at: &Location) -> Result<Option<Content>, StoreError> {
    let inner = client.inner();
    let get = async {
        let got = inner.get(path).await?;
        let version = Version(got.meta.e_tag.clone().unwrap_or_default());
        Ok(Content { bytes: Vec::from(got.bytes().await?), version })
    };
    match client.call(Action::Get, at.clone(), get).await {
        Ok(content) => Ok(Some(content)),
        Err(e) if e.kind == StoreErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

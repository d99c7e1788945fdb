//! The lease of a store that others share: an object that is renewed while its holder lives.

use super::super::conditional::{Changed, change};
use super::super::holder::Holder;
use super::record::LeaseRecord;
use super::{LEASE, Taken};
use crate::error::{Error, ErrorKind};
use crate::journal::{Access, moment};
use crate::store::{Content, Store, StoreError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant, SystemTime};

#[derive(Debug)]
pub(super) struct Shared {
    inner: Arc<Inner>,
    heartbeat: Option<JoinHandle<()>>,
    /// The lease that stood there before and had been given back.
    pub(super) released_before: Option<String>,
    pub(super) notes: Vec<String>,
}

#[derive(Debug)]
struct Inner {
    store: Arc<dyn Store>,
    key: String,
    period: Duration,
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Debug)]
struct State {
    record: LeaseRecord,
    /// What is there, as we have written it.
    content: Content,
    /// Before the last renewal was asked for, by the clock that only runs forward, and by the other, which also runs
    /// while the machine sleeps.
    renewed: (Instant, SystemTime),
    /// Who has it now.
    lost: Option<String>,
    stop: bool,
}

impl Shared {
    pub(super) fn take(
        store: &Arc<dyn Store>,
        folder: &str,
        access: &Access,
    ) -> Result<Result<Self, Taken>, Error> {
        let key = format!("{folder}{LEASE}");
        let began = Instant::now();
        let mut watched: Option<(Vec<u8>, Instant)> = None;
        // Whether it was renewed before our eyes.
        let mut lives = false;
        loop {
            let there = store.read(&key).map_err(StoreError::output)?;
            let free = match there.as_ref().map(|content| (content, LeaseRecord::read(content))) {
                None => Some(Free::default()),
                Some((_, Some(lease))) if lease.released => {
                    Some(Free { released: Some(lease.id), note: None })
                }
                Some((_, Some(lease))) if lease.holder.has_ended() => {
                    let note =
                        format!("the lease of {} was taken over: that process has ended", lease.holder);
                    Some(Free { released: Some(lease.id), note: Some(note) })
                }
                Some((content, lease)) => {
                    // Whether it is renewed is seen here, by this clock alone. The holder's clock only says whether it
                    // is worth the time to look.
                    let period =
                        lease.as_ref().map_or(access.lease, |lease| Duration::from_millis(lease.period_ms));
                    let seems_over = lease
                        .as_ref()
                        .is_none_or(|lease| lease.until_ms.is_some_and(|until| until < moment::now_ms()));
                    let unchanged = match &watched {
                        Some((bytes, since)) if *bytes == content.bytes => Some(since.elapsed()),
                        Some(_) | None => None,
                    };
                    match unchanged {
                        Some(time) if time >= period => {
                            let who = lease.map_or_else(
                                || "a writer that this lakebed does not understand".to_owned(),
                                |lease| lease.describe(),
                            );
                            let seconds = period.as_secs_f64();
                            let note = format!(
                                "a lease was taken over that nobody had renewed for {seconds} seconds: {who}"
                            );
                            Some(Free { released: None, note: Some(note) })
                        }
                        _ => {
                            if unchanged.is_none() {
                                lives |= watched.is_some();
                                watched = Some((content.bytes.clone(), Instant::now()));
                            }
                            if began.elapsed() >= access.wait && (lives || !seems_over) {
                                return Ok(Err(Taken { by: lease }));
                            }
                            None
                        }
                    }
                }
            };
            let Some(free) = free else {
                sleep((access.lease / 20).clamp(Duration::from_millis(10), Duration::from_secs(2)));
                continue;
            };
            if let Some(lease) = Self::try_take(store, &key, there.as_ref(), access, free)? {
                return Ok(Ok(lease));
            }
        }
    }

    /// Puts ours in place of what is there; nothing when another was faster.
    fn try_take(
        store: &Arc<dyn Store>,
        key: &str,
        there: Option<&Content>,
        access: &Access,
        free: Free,
    ) -> Result<Option<Self>, Error> {
        let holder = Holder::this_process(&access.user, &access.command);
        let record = LeaseRecord::new(holder, Some(access.lease));
        let renewed = (Instant::now(), SystemTime::now());
        let bytes = record.write();
        let mut notes: Vec<String> = free.note.into_iter().collect();
        let Changed::Done(mut content) = change(store.as_ref(), key, there, &bytes)? else {
            return Ok(None);
        };
        if !store.has_conditions() {
            // Two that wrote at once see which came last.
            sleep(access.read_back);
            match store.read(key).map_err(StoreError::output)? {
                Some(now) if now.bytes == bytes => content = now,
                Some(_) | None => return Ok(None),
            }
            notes.push(
                "this store has no conditional writes: the lease only advises, so see to it that one run at a time \
                 writes the table"
                    .to_owned(),
            );
        }
        let state = State { record, content, renewed, lost: None, stop: false };
        let inner = Arc::new(Inner {
            store: Arc::clone(store),
            key: key.to_owned(),
            period: access.lease,
            state: Mutex::new(state),
            wake: Condvar::new(),
        });
        let mut lease = Self { inner, heartbeat: None, released_before: free.released, notes };
        let (inner, renew) = (Arc::clone(&lease.inner), access.renew);
        let thread = thread::Builder::new().name("lakebed-lease".to_owned()).spawn(move || inner.beat(renew));
        lease.heartbeat = Some(thread.map_err(|e| {
            Error::new(ErrorKind::Internal, "no thread can be started to renew the lease").with_source(e)
        })?);
        Ok(Some(lease))
    }

    pub(super) fn id(&self) -> String {
        self.inner.state().record.id.clone()
    }

    pub(super) fn set_run(&self, run: &str) -> Result<(), Error> {
        let mut state = self.inner.state();
        state.record.run = Some(run.to_owned());
        self.inner.renew(&mut state)
    }

    /// Whether the table is still ours; what is done next must not take long.
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut state = self.inner.state();
        self.inner.still_ours(&state)?;
        let age = state.age();
        if age < self.inner.period / 2 {
            return Ok(());
        }
        match self.inner.renew(&mut state) {
            Err(error) if state.lost.is_none() && age < self.inner.period * 9 / 10 => {
                // The store does not answer just now; the lease is still worth something.
                drop(error);
                Ok(())
            }
            result => result,
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.inner.state().stop = true;
        self.inner.wake.notify_all();
        if let Some(heartbeat) = self.heartbeat.take() {
            let _ = heartbeat.join();
        }
        let state = self.inner.state();
        if state.lost.is_none() {
            // One that stays is taken over when its time is over.
            let released = LeaseRecord { released: true, ..state.record.renewed() };
            let _ =
                change(self.inner.store.as_ref(), &self.inner.key, Some(&state.content), &released.write());
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Renews until told to stop, or until the lease is somebody else's.
    fn beat(&self, every: Duration) {
        let mut state = self.state();
        while !state.stop && state.lost.is_none() {
            let slept = self.wake.wait_timeout_while(state, every, |state| !state.stop);
            state = slept.unwrap_or_else(PoisonError::into_inner).0;
            if !state.stop {
                // A store that does not answer is asked again after the next pause; who writes checks the age.
                let _ = self.renew(&mut state);
            }
        }
    }

    fn still_ours(&self, state: &State) -> Result<(), Error> {
        let Some(by) = &state.lost else { return Ok(()) };
        let place = self.store.location(&self.key);
        let message = format!(
            "this run was paused for longer than its lease of {} seconds, and another took the table over ({place}): \
             {by}; what this run had not committed by then does not count",
            self.period.as_secs_f64()
        );
        Err(Error::new(ErrorKind::Locked, message))
    }

    fn renew(&self, state: &mut State) -> Result<(), Error> {
        self.still_ours(state)?;
        let record = state.record.renewed();
        let asked = (Instant::now(), SystemTime::now());
        match change(self.store.as_ref(), &self.key, Some(&state.content), &record.write())? {
            Changed::Done(content) => {
                (state.record, state.content, state.renewed) = (record, content, asked);
                Ok(())
            }
            Changed::Refused(there) => {
                let other = there.as_ref().and_then(LeaseRecord::read);
                state.lost = Some(other.map_or("nobody says who".to_owned(), |other| other.describe()));
                self.still_ours(state)
            }
        }
    }
}

impl State {
    /// Time since the last renewal was asked for: the longer one of what the two clocks say.
    fn age(&self) -> Duration {
        let (forward, other) = self.renewed;
        // A clock that was set back tells nothing.
        forward.elapsed().max(other.elapsed().unwrap_or_default())
    }
}

/// A lease that can be taken.
#[derive(Default)]
struct Free {
    /// The one before, when it is certain that its holder writes no more.
    released: Option<String>,
    note: Option<String>,
}

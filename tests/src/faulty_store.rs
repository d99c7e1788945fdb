//! A store that fails, or stops for good, at chosen calls, around one that does not.

use lakebed::Location;
use lakebed::store::{Content, Meta, Put, Store, StoreError, StoreErrorKind, Unfinished, When};
use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What happens at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is not carried out, and fails; the next one goes well.
    Before,
    /// The call is carried out, and its answer is lost; the next one goes well.
    After,
    /// The process dies before the call: neither it nor any later one is carried out.
    DeathBefore,
    /// The process dies after the call: it is carried out, and no later one is.
    DeathAfter,
}

type Intrusion = Box<dyn Fn(usize, &str) + Send + Sync>;

/// A store around another. It counts the calls that may change something or that look at the journal, and fails those
/// that it was told to.
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    faults: Vec<(usize, Fault)>,
    state: Mutex<State>,
    before: Option<Intrusion>,
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    dead: bool,
}

impl FaultyStore {
    /// A store that fails at the calls of those numbers, counted from 0.
    pub fn new(inner: Arc<dyn Store>, faults: &[(usize, Fault)]) -> Self {
        Self { inner, faults: faults.to_vec(), state: Mutex::default(), before: None }
    }

    /// Does something right before each call, of which it is told number and name: what others do meanwhile, or a
    /// pause of this process.
    #[must_use]
    pub fn before_each(mut self, intrusion: impl Fn(usize, &str) + Send + Sync + 'static) -> Self {
        self.before = Some(Box::new(intrusion));
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call so far: the operation and its key.
    pub fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
    }

    fn call<T>(
        &self,
        operation: &str,
        key: &str,
        run: impl FnOnce(&dyn Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let name = format!("{operation} {key}");
        let error = |what: &str| {
            StoreError::new(StoreErrorKind::Unavailable, self.inner.location(key))
                .with_source(format!("planted: {what} at {name}"))
        };
        let number = {
            let mut state = self.state();
            if state.dead {
                return Err(error("the process is dead"));
            }
            state.calls.push(name.clone());
            state.calls.len() - 1
        };
        if let Some(before) = &self.before {
            before(number, &name);
        }
        let fault = self.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault);
        match fault {
            None => run(self.inner.as_ref()),
            Some(Fault::Before) => Err(error("not carried out")),
            Some(Fault::After) => run(self.inner.as_ref()).and_then(|_| Err(error("answer lost"))),
            Some(Fault::DeathBefore) => {
                self.state().dead = true;
                Err(error("death before"))
            }
            Some(Fault::DeathAfter) => {
                let _ = run(self.inner.as_ref());
                self.state().dead = true;
                Err(error("death after"))
            }
        }
    }
}

impl fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore")
            .field("inner", &self.inner)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

impl Store for FaultyStore {
    fn root(&self) -> &Location {
        self.inner.root()
    }

    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        self.call("head", key, |inner| inner.head(key))
    }

    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        self.call("list", prefix, |inner| inner.list(prefix))
    }

    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.call("names", prefix, |inner| inner.names(prefix))
    }

    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        self.call("read", key, |inner| inner.read(key))
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        self.call("open", &meta.key, |inner| inner.open(meta, start))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        self.call("put", key, |inner| inner.put(key, bytes, when))
    }

    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        self.call("publish", key, |inner| inner.publish(file, key))
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.call("copy", to, |inner| inner.copy(from, to))
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.call("delete", key, |inner| inner.delete(key))
    }

    fn has_conditions(&self) -> bool {
        self.inner.has_conditions()
    }

    fn unfinished(&self, prefix: &str) -> Result<Vec<Unfinished>, StoreError> {
        self.call("unfinished", prefix, |inner| inner.unfinished(prefix))
    }

    fn abandon(&self, unfinished: &Unfinished) -> Result<(), StoreError> {
        self.call("abandon", &unfinished.key, |inner| inner.abandon(unfinished))
    }
}

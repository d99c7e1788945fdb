//! Places that hold files: folders of this machine and buckets of S3, behind one small trait.
//!
//! Everything that must be atomic is one call here. [`Store::put`] and [`Store::publish`] make a file or object
//! visible whole or not at all, durable when they return; [`Store::put`] can be bound to what was there before.

mod address;
mod error;
mod local;
mod location;
#[cfg(feature = "s3")]
mod s3;

pub use address::without_user_info;
pub use error::{StoreError, StoreErrorKind};
pub use local::LocalStore;
#[cfg(feature = "service")]
pub(crate) use local::create_folders;
pub use location::Location;
#[cfg(feature = "s3")]
pub use s3::{KeySource, Keys, S3Settings, S3Store};

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// What a file or object is, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Key below the store's root, with `/` between its parts.
    pub key: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Seconds since 1970 at which it was written last; 0 where nobody knows.
    pub modified: i64,
    /// What changes with each write.
    pub version: Version,
}

/// What changes with each write of a file or object: an ETag (with the version of the bucket's versioning, where there
/// is one). Local files have none that could be trusted: theirs is empty, and who needs one hashes the content.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub String);

/// When a put may happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Whatever is there.
    Always,
    /// Only when nothing is there.
    Absent,
    /// Only when there is still what [`Store::read`] gave: its content, or its version where the store has one.
    Unchanged(Content),
}

/// A small object, read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its version.
    pub version: Version,
}

/// What became of a put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there.
    Done,
    /// The condition did not hold; nothing was changed.
    Refused,
}

/// A write that was begun and never ended: what it wrote cannot be seen, and takes room.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfinished {
    /// Key that it was meant for.
    pub key: String,
    /// What the store calls it.
    pub id: String,
    /// Seconds since 1970 at which it was begun; 0 where nobody knows.
    pub begun: i64,
}

/// A folder or prefix, and all below it. Keys are relative to it, with `/` between their parts.
///
/// Transient faults are tried again inside; a failure that comes out has had its retries.
pub trait Store: fmt::Debug + Send + Sync {
    /// Where it is.
    fn root(&self) -> &Location;

    /// A file or object; nothing when it is not there. A folder is not a file.
    ///
    /// # Errors
    /// Of the store.
    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError>;

    /// Every file or object whose key starts with `prefix`, in the order of their keys. `prefix` is empty or ends in
    /// `/`; when nothing is there, the list is empty.
    ///
    /// # Errors
    /// Of the store.
    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError>;

    /// Names directly below `prefix`, sorted; those of folders end in `/`.
    ///
    /// # Errors
    /// Of the store.
    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// A small file or object as a whole; nothing when it is not there.
    ///
    /// # Errors
    /// Of the store.
    fn read(&self, key: &str) -> Result<Option<Content>, StoreError>;

    /// The bytes of a file or object from `start` on. A store with versions fails with
    /// [`Changed`](StoreErrorKind::Changed) when it is no longer what `meta` says.
    ///
    /// # Errors
    /// Of the store; those of reading on come from the reader, as [`StoreError`] in an [`io::Error`](std::io::Error).
    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError>;

    /// Writes a small file or object, whole, durable, visible in one instant. A put whose answer was lost and that is
    /// made again inside is [`Done`](Put::Done), not refused by itself: then what is there is compared, so that of two
    /// who put the same bytes both may be told so. Who needs to be the only one puts bytes that nobody else puts.
    ///
    /// # Errors
    /// Of the store.
    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError>;

    /// Moves a finished local file to its key, in place of what may be there: a rename where it can be, else an
    /// upload, after which the file is removed. Durable when it returns.
    ///
    /// # Errors
    /// Of the store.
    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError>;

    /// Copies a file or object within the store, whole, durable.
    ///
    /// # Errors
    /// Of the store.
    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError>;

    /// Removes a file or object; one that is not there is fine. Folders that become empty may go too. Durable after
    /// [`settle_removals`](Self::settle_removals).
    ///
    /// # Errors
    /// Of the store.
    fn delete(&self, key: &str) -> Result<(), StoreError>;

    /// Makes removals of these keys durable, where [`delete`](Self::delete) does not do so: once for many.
    ///
    /// # Errors
    /// Of the store.
    fn settle_removals(&self, keys: &[String]) -> Result<(), StoreError> {
        let _ = keys;
        Ok(())
    }

    /// Whether conditions of [`Store::put`] hold against other writers. A store of which that is not known is tried
    /// out once, with an object that is put and removed. Where they do not hold, a put looks first and then puts: it
    /// refuses what is there already, and two at the same time may both be [`Done`](Put::Done). A lease kept there
    /// tells who came second by reading it again, not by the put.
    fn has_conditions(&self) -> bool;

    /// Writes below `prefix` that were begun and never ended, in the order of their keys; those of programs that are
    /// still running are among them, so that only old ones should be [abandoned](Store::abandon).
    ///
    /// # Errors
    /// Of the store.
    fn unfinished(&self, prefix: &str) -> Result<Vec<Unfinished>, StoreError>;

    /// Removes what such a write has written; one that has ended is fine.
    ///
    /// # Errors
    /// Of the store.
    fn abandon(&self, unfinished: &Unfinished) -> Result<(), StoreError>;

    /// Where a key is, for messages.
    fn location(&self, key: &str) -> Location {
        self.root().join(key)
    }
}

/// Opens stores: folders of this machine always, S3 with settings.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    given: Vec<Arc<dyn Store>>,
    #[cfg(feature = "s3")]
    s3: Option<Arc<S3Settings>>,
}

impl Stores {
    /// Folders of this machine only.
    pub fn local() -> Self {
        Self::default()
    }

    /// Folders and S3.
    #[cfg(feature = "s3")]
    #[must_use]
    pub fn with_s3(settings: S3Settings) -> Self {
        Self { s3: Some(Arc::new(settings)), ..Self::default() }
    }

    /// The same places, with no reader that asks for more than that at once.
    pub(crate) fn with_range(&self, bytes: u64) -> Self {
        #[cfg(feature = "s3")]
        if let Some(settings) = &self.s3 {
            let mut settings = S3Settings::clone(settings);
            settings.largest_range = Some(settings.largest_range.map_or(bytes, |asked| asked.min(bytes)));
            return Self { given: self.given.clone(), s3: Some(Arc::new(settings)) };
        }
        let _ = bytes;
        self.clone()
    }

    /// Also uses a store of the caller's, for its own root.
    #[must_use]
    pub fn with(mut self, store: Arc<dyn Store>) -> Self {
        self.given.push(store);
        self
    }

    /// The store whose root is that folder or prefix.
    ///
    /// # Errors
    /// An address on S3 without settings for it, or settings that do not fit together.
    pub fn open(&self, root: &Location) -> Result<Arc<dyn Store>, StoreError> {
        if let Some(given) = self.given.iter().find(|store| store.root() == root) {
            return Ok(Arc::clone(given));
        }
        match root {
            Location::Local(path) => Ok(Arc::new(LocalStore::new(path.clone()))),
            #[cfg(feature = "s3")]
            Location::S3 { .. } if self.s3.is_some() => {
                let settings = self.s3.as_deref().cloned().unwrap_or_default();
                Ok(Arc::new(S3Store::open(root, &settings)?))
            }
            Location::S3 { .. } => Err(StoreError::new(StoreErrorKind::Unsupported, root.clone())
                .with_source(
                    "S3 is not set up here: in the library give `Stores::with_s3`, with the feature `s3`",
                )),
        }
    }
}

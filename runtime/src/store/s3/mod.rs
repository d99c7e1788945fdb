//! A bucket of S3, or a prefix in one, through `object_store`.

mod action;
mod client;
mod credentials;
mod failure;
mod listing;
mod pages;
mod put;
mod ranges;
mod room;
mod settings;
mod unfinished;
mod upload;
mod wait;
mod watch;

pub use credentials::{KeySource, Keys};
pub use settings::S3Settings;

use super::{Content, Location, Meta, Put, Store, StoreError, StoreErrorKind, Unfinished, Version, When};
use action::Action;
use bytes::Bytes;
use client::Client;
use futures_util::TryStreamExt;
use listing::unless_unspeakable;
use object_store::multipart::MultipartStore;
use object_store::path::Path as Key;
use object_store::{GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt};
use put::Putting;
use ranges::Ranges;
use room::Room;
use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};
use upload::Upload;

/// A bucket of S3, or a prefix in one.
///
/// Requests run on threads of its own: it can be used from any thread, also from within an asynchronous runtime, whose
/// thread it then blocks. What fails for a moment is tried again, with growing waits, as long and as often as the
/// settings say.
///
/// Uploads that a killed program left behind cost money and cannot be seen as objects: [`Store::unfinished`] lists
/// them. A lifecycle rule of the bucket (`AbortIncompleteMultipartUpload` after some days) removes them as well.
#[derive(Debug)]
pub struct S3Store {
    client: Client,
    root: Location,
    /// Prefix of every key, empty or ending in `/`.
    prefix: String,
    /// Whether the store looks at conditions of a put, as far as is known.
    conditions: Arc<AtomicBool>,
    /// Whether that was tried out.
    probed: OnceLock<()>,
    /// Whether it need not be tried out: AWS itself has conditions.
    aws: bool,
    /// Half of the bytes that a reader holds.
    largest_range: u64,
    /// What all files that are on their way may hold in memory together.
    room: Room,
}

/// A key that nobody else uses, for what is put to see whether a store looks at conditions. It is removed at once.
fn probe_key() -> String {
    static PROBES: AtomicU64 = AtomicU64::new(0);
    let probe = PROBES.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    // Process ids and clocks may be the same on two machines.
    let chance = RandomState::new().hash_one((probe, now));
    format!("_lakebed/conditions-{}-{probe}-{now:x}-{chance:016x}.tmp", std::process::id())
}

/// Most bytes of files on their way to a bucket, all together.
const MOST_IN_FLIGHT: u64 = 32 << 20;

impl S3Store {
    /// The store below that address. Nothing is asked of the service yet.
    ///
    /// # Errors
    /// Settings that do not fit together.
    pub fn open(root: &Location, settings: &S3Settings) -> Result<Self, StoreError> {
        let Location::S3 { bucket, key } = root else {
            return Err(StoreError::new(StoreErrorKind::Unsupported, root.clone()));
        };
        let key = key.trim_end_matches('/');
        Ok(Self {
            client: Client::open(bucket, root, settings)?,
            root: root.clone(),
            prefix: if key.is_empty() { String::new() } else { format!("{key}/") },
            conditions: Arc::new(AtomicBool::new(true)),
            probed: OnceLock::new(),
            aws: settings.endpoint.is_none(),
            largest_range: settings.largest_range(),
            room: Room::new(MOST_IN_FLIGHT),
        })
    }

    /// The key of an object in the bucket.
    fn key(&self, key: &str) -> Result<Key, StoreError> {
        let whole = format!("{}{key}", self.prefix);
        let refused =
            |why: String| StoreError::new(StoreErrorKind::Unsupported, self.location(key)).with_source(why);
        if key.is_empty() || key.ends_with('/') || whole.starts_with('/') {
            return Err(refused(
                "this is the key of no object: it is empty, or begins or ends in `/`".into(),
            ));
        }
        Key::parse(&whole).map_err(|e| {
            refused(format!(
                "{e}; such a key cannot be asked for here: copy the object to a key without that part"
            ))
        })
    }

    /// The prefix of keys in the bucket.
    fn below(&self, prefix: &str) -> Result<Key, StoreError> {
        Key::parse(format!("{}{prefix}", self.prefix)).map_err(|e| {
            StoreError::new(StoreErrorKind::Unsupported, self.location(prefix)).with_source(e.to_string())
        })
    }

    /// What every key below it starts with.
    fn prefix_of(path: &Key) -> String {
        let path = path.as_ref();
        if path.is_empty() { String::new() } else { format!("{path}/") }
    }

    /// An object by its key below the root.
    fn relative(&self, meta: Meta) -> Meta {
        let key = meta.key.strip_prefix(&self.prefix).unwrap_or(&meta.key).to_owned();
        Meta { key, ..meta }
    }

    fn meta(&self, object: &ObjectMeta) -> Meta {
        let key = object.location.as_ref();
        Meta {
            key: key.strip_prefix(&self.prefix).unwrap_or(key).to_owned(),
            bytes: object.size,
            modified: object.last_modified.timestamp(),
            version: Version(object.e_tag.clone().unwrap_or_default()),
        }
    }

    fn put_bytes(&self, key: &str, bytes: Bytes, when: When) -> Result<Put, StoreError> {
        let putting = Putting {
            client: self.client.clone(),
            path: self.key(key)?,
            at: self.location(key),
            bytes,
            conditions: Arc::clone(&self.conditions),
        };
        self.client.run(self.location(key), putting.run(when))
    }

    /// Puts twice where the second put must not happen, and removes what it put. Only a second put that can be read
    /// shows a store without conditions: the answer alone may speak of something else.
    fn probe(&self) {
        let key = probe_key();
        let first = self.put(&key, b"1", When::Always);
        if first.is_ok()
            && matches!(self.put(&key, b"2", When::Absent), Ok(Put::Done))
            && matches!(self.read(&key), Ok(Some(there)) if there.bytes == b"2")
        {
            self.conditions.store(false, Ordering::Relaxed);
        }
        let _ = self.delete(&key);
    }
}

impl Store for S3Store {
    fn root(&self) -> &Location {
        &self.root
    }

    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        if key.is_empty() {
            return Ok(None);
        }
        let (client, path, at) = (self.client.clone(), self.key(key)?, self.location(key));
        let object = self.client.run(at.clone(), async move { head(&client, &path, at).await })?;
        Ok(object.map(|object| self.meta(&object)))
    }

    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        let (client, path, at) = (self.client.clone(), self.below(prefix)?, self.location(prefix));
        let below = Self::prefix_of(&path);
        let found = self.client.run(at.clone(), async move {
            let inner = client.inner();
            let list = async { unless_unspeakable(inner.list(Some(&path)).try_collect::<Vec<_>>().await) };
            match client.call(Action::List, at.clone(), list).await? {
                Some(objects) => Ok(Ok(objects)),
                None => listing::list(&client, &at, &below, false).await.map(Err),
            }
        })?;
        let mut found: Vec<Meta> = match found {
            Ok(objects) => objects.iter().map(|object| self.meta(object)).collect(),
            Err(listing) => listing.objects.into_iter().map(|meta| self.relative(meta)).collect(),
        };
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (client, path, at) = (self.client.clone(), self.below(prefix)?, self.location(prefix));
        let below = Self::prefix_of(&path);
        let start = below.len();
        let found = self.client.run(at.clone(), async move {
            let inner = client.inner();
            let list = async { unless_unspeakable(inner.list_with_delimiter(Some(&path)).await) };
            match client.call(Action::List, at.clone(), list).await? {
                Some(found) => Ok(Ok(found)),
                None => listing::list(&client, &at, &below, true).await.map(Err),
            }
        })?;
        let last = |key: &Key| key.filename().unwrap_or_default().to_owned();
        let mut names: Vec<String> = match found {
            Ok(found) => {
                let folders = found.common_prefixes.iter().map(|key| format!("{}/", last(key)));
                found.objects.iter().map(|object| last(&object.location)).chain(folders).collect()
            }
            Err(listing) => {
                let keys = listing.objects.into_iter().map(|meta| meta.key).chain(listing.folders);
                keys.filter_map(|key| key.get(start..).map(str::to_owned)).collect()
            }
        };
        names.sort();
        Ok(names)
    }

    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        let (client, path, at) = (self.client.clone(), self.key(key)?, self.location(key));
        self.client.run(at.clone(), async move { put::read(&client, &path, &at).await })
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        let (path, at) = (self.key(&meta.key)?, self.location(&meta.key));
        let range = (start, meta.bytes);
        let held = self.largest_range.saturating_mul(2);
        Ok(Box::new(Ranges::new(self.client.clone(), path, at, meta.version.clone(), range, held)))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        self.put_bytes(key, Bytes::copy_from_slice(bytes), when)
    }

    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        let local = |e| StoreError::of_io(file, e);
        let bytes = fs::metadata(file).map_err(local)?.len();
        // Waits until others have gone: many at once are quick, and must not hold much.
        let _share = self.room.take(upload::in_memory(bytes));
        if bytes <= upload::PART {
            self.put_bytes(key, Bytes::from(fs::read(file).map_err(local)?), When::Always)?;
        } else {
            let upload = Upload {
                client: self.client.clone(),
                file: file.to_owned(),
                bytes,
                path: self.key(key)?,
                at: self.location(key),
            };
            self.client.run(self.location(key), upload.run())?;
        }
        fs::remove_file(file).map_err(local)
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let (client, source, target) = (self.client.clone(), self.key(from)?, self.key(to)?);
        let at = self.location(from);
        self.client.run(at.clone(), async move {
            let inner = client.inner();
            let copy = async { inner.copy(&source, &target).await };
            let (result, seen) = client.look(Action::Copy, at.clone(), copy).await;
            let too_large = |code: &str, text: &str| code == "InvalidRequest" && text.contains("copy source");
            match (result, seen.answer) {
                (Err(_), Some(answer)) if too_large(&answer.code, &answer.message) => {
                    Err(StoreError::new(StoreErrorKind::Unsupported, at).with_source(
                        "S3 copies no object over 5 GiB in one request, and copies in parts are not built",
                    ))
                }
                (result, _) => result,
            }
        })
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        let (client, path, at) = (self.client.clone(), self.key(key)?, self.location(key));
        let deleted = self.client.run(at.clone(), async move {
            let inner = client.inner();
            client.call(Action::Delete, at, async { inner.delete(&path).await }).await
        });
        match deleted {
            Err(e) if e.kind == StoreErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn has_conditions(&self) -> bool {
        if !self.aws {
            self.probed.get_or_init(|| self.probe());
        }
        self.conditions.load(Ordering::Relaxed)
    }

    fn unfinished(&self, prefix: &str) -> Result<Vec<Unfinished>, StoreError> {
        let (client, at) = (self.client.clone(), self.location(prefix));
        let whole = format!("{}{prefix}", self.prefix);
        let found =
            self.client.run(at.clone(), async move { unfinished::list(&client, &at, &whole).await })?;
        let mut found: Vec<Unfinished> = found
            .into_iter()
            .filter_map(|upload| {
                let key = upload.key.strip_prefix(&self.prefix)?.to_owned();
                Some(Unfinished { key, id: upload.id, begun: upload.begun })
            })
            .collect();
        found.sort_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
        Ok(found)
    }

    fn abandon(&self, unfinished: &Unfinished) -> Result<(), StoreError> {
        let (client, path, at) =
            (self.client.clone(), self.key(&unfinished.key)?, self.location(&unfinished.key));
        let id = unfinished.id.clone();
        let ended = self.client.run(at.clone(), async move {
            let inner = client.inner();
            client.call(Action::Abort, at, async { inner.abort_multipart(&path, &id).await }).await
        });
        match ended {
            // It ended by itself.
            Err(e) if e.kind == StoreErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

/// An object without its content. HEAD has no body to say why it fails: where that matters, the first byte is asked
/// for, whose failure says it.
async fn head(client: &Client, path: &Key, at: Location) -> Result<Option<ObjectMeta>, StoreError> {
    let inner = client.inner();
    let asked = async { inner.head(path).await };
    let (result, seen) = client.look(Action::Head, at.clone(), asked).await;
    let error = match result {
        Ok(object) => return Ok(Some(object)),
        Err(error) => error,
    };
    let absent = error.kind == StoreErrorKind::NotFound;
    let silent = seen.answer.is_some_and(|answer| answer.code.is_empty());
    if absent && client.knows_bucket() {
        return Ok(None);
    }
    if !silent {
        return if absent { Ok(None) } else { Err(error) };
    }
    let range = GetOptions { range: Some((0..1_u64).into()), ..GetOptions::default() };
    let first = async { inner.get_opts(path, range).await };
    match client.call(Action::Get, at, first).await {
        Err(said) if said.kind == StoreErrorKind::NotFound => Ok(None),
        Err(said) if said.kind != StoreErrorKind::Changed => Err(said),
        // It is there for GET.
        Ok(_) | Err(_) => Err(error),
    }
}

//! A bucket of S3, or a prefix in one, through `object_store`.

use super::{Content, Location, Meta, Put, Store, StoreError, StoreErrorKind, Version, When};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey, AwsCredentialProvider};
use object_store::path::Path as Key;
use object_store::{
    BackoffConfig, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
    RetryConfig, UpdateVersion, WriteMultipart,
};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::future::Future;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Runtime;

/// How S3 is reached. Nothing of it comes from the environment: who runs a program says what to take from there.
#[derive(Clone, Debug, Default)]
pub struct S3Settings {
    /// Address of the service, such as `http://127.0.0.1:4566`; AWS itself when absent. With an address, buckets
    /// stand in the path.
    pub endpoint: Option<String>,
    /// Region of the buckets.
    pub region: Option<String>,
    /// Settings of `object_store` by their names, such as `aws_access_key_id`, as its `AmazonS3ConfigKey` reads them.
    pub options: BTreeMap<String, String>,
    /// Where credentials come from; those of `options`, and the roles of containers and machines, when absent.
    pub credentials: Option<AwsCredentialProvider>,
    /// Longest time in which one request is tried again.
    pub retry_for: Option<Duration>,
}

/// Bytes of a part of a multipart upload, and of what is read at once.
const PART_BYTES: usize = 8 << 20;
/// Parts under way at the same time.
const PARTS_AHEAD: usize = 2;

/// A bucket of S3, or a prefix in one.
#[derive(Debug)]
pub struct S3Store {
    inner: Arc<AmazonS3>,
    root: Location,
    /// Prefix of every key, empty or ending in `/`.
    prefix: String,
}

impl S3Store {
    /// The store below that address.
    ///
    /// # Errors
    /// Settings that do not fit together.
    pub fn open(root: &Location, settings: &S3Settings) -> Result<Self, StoreError> {
        let Location::S3 { bucket, key } = root else {
            return Err(StoreError::new(StoreErrorKind::Unsupported, root.clone()));
        };
        let failed = |e: object_store::Error| {
            StoreError::new(StoreErrorKind::Unsupported, root.clone()).with_source(e)
        };
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 10,
            retry_timeout: settings.retry_for.unwrap_or(Duration::from_secs(180)),
        };
        let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_retry(retry);
        for (name, value) in &settings.options {
            let name: AmazonS3ConfigKey = name.parse().map_err(failed)?;
            builder = builder.with_config(name, value);
        }
        if let Some(region) = &settings.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_virtual_hosted_style_request(false)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some(credentials) = &settings.credentials {
            builder = builder.with_credentials(Arc::clone(credentials));
        }
        let key = key.trim_end_matches('/');
        Ok(Self {
            inner: Arc::new(builder.build().map_err(failed)?),
            root: root.clone(),
            prefix: if key.is_empty() { String::new() } else { format!("{key}/") },
        })
    }

    fn key(&self, key: &str) -> Result<Key, StoreError> {
        Key::parse(format!("{}{key}", self.prefix))
            .map_err(|e| StoreError::new(StoreErrorKind::Unsupported, self.location(key)).with_source(e))
    }

    fn run<T: Send + 'static>(
        &self,
        key: &str,
        future: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T, StoreError> {
        wait(future)
            .map_err(|e| StoreError::new(StoreErrorKind::Other, self.location(key)).with_source(e))?
            .map_err(|e| failure(e, self.location(key)))
    }

    fn meta(&self, object: &ObjectMeta) -> Meta {
        let key = object.location.as_ref();
        Meta {
            key: key.strip_prefix(&self.prefix).unwrap_or(key).to_owned(),
            bytes: object.size,
            modified: object.last_modified.timestamp(),
            version: version(object.e_tag.as_deref()),
        }
    }

    /// After a refused put: whether what is there is what was put, by a request whose answer was lost.
    fn holds(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        let there = self.read(key)?.is_some_and(|content| content.bytes == bytes);
        Ok(if there { Put::Done } else { Put::Refused })
    }
}

impl Store for S3Store {
    fn root(&self) -> &Location {
        &self.root
    }

    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(key)?);
        match self.run(key, async move { inner.head(&path).await }) {
            Ok(object) => Ok(Some(self.meta(&object))),
            Err(e) if e.kind == StoreErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(prefix)?);
        let objects = self.run(prefix, async move {
            use futures_util::TryStreamExt;
            inner.list(Some(&path)).try_collect::<Vec<_>>().await
        })?;
        let mut found: Vec<Meta> = objects.iter().map(|object| self.meta(object)).collect();
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(prefix)?);
        let found = self.run(prefix, async move { inner.list_with_delimiter(Some(&path)).await })?;
        let last = |key: &Key| key.filename().unwrap_or_default().to_owned();
        let folders = found.common_prefixes.iter().map(|key| format!("{}/", last(key)));
        let mut names: Vec<String> =
            found.objects.iter().map(|object| last(&object.location)).chain(folders).collect();
        names.sort();
        Ok(names)
    }

    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(key)?);
        let got = self.run(key, async move {
            let got = inner.get(&path).await?;
            let version = version(got.meta.e_tag.as_deref());
            Ok(Content { bytes: got.bytes().await?.to_vec(), version })
        });
        match got {
            Ok(content) => Ok(Some(content)),
            Err(e) if e.kind == StoreErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        Ok(Box::new(Ranges {
            inner: Arc::clone(&self.inner),
            path: self.key(&meta.key)?,
            location: self.location(&meta.key),
            version: meta.version.clone(),
            at: start,
            end: meta.bytes,
            block: io::Cursor::new(Vec::new()),
        }))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(key)?);
        let mode = match &when {
            When::Always => PutMode::Overwrite,
            When::Absent => PutMode::Create,
            When::Unchanged(before) => {
                PutMode::Update(UpdateVersion { e_tag: Some(before.version.0.clone()), version: None })
            }
        };
        let payload = PutPayload::from(bytes.to_vec());
        let put = self.run(key, async move {
            match inner.put_opts(&path, payload, PutOptions::from(mode)).await {
                Ok(_) => Ok(true),
                Err(
                    object_store::Error::AlreadyExists { .. }
                    | object_store::Error::Precondition { .. }
                    | object_store::Error::NotFound { .. },
                ) => Ok(false),
                Err(e) => Err(e),
            }
        })?;
        if put { Ok(Put::Done) } else { self.holds(key, bytes) }
    }

    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        let local = |e| StoreError::of_io(file, e);
        let mut source = File::open(file).map_err(local)?;
        let bytes = source.metadata().map_err(local)?.len();
        if bytes <= PART_BYTES as u64 {
            let mut all = Vec::new();
            source.read_to_end(&mut all).map_err(local)?;
            self.put(key, &all, When::Always)?;
        } else {
            let (inner, path) = (Arc::clone(&self.inner), self.key(key)?);
            self.run(key, async move {
                let mut upload =
                    WriteMultipart::new_with_chunk_size(inner.put_multipart(&path).await?, PART_BYTES);
                let result = async {
                    loop {
                        let mut part = Vec::with_capacity(PART_BYTES);
                        (&mut source).take(PART_BYTES as u64).read_to_end(&mut part).map_err(|e| {
                            object_store::Error::Generic { store: "local file", source: Box::new(e) }
                        })?;
                        if part.is_empty() {
                            return Ok(());
                        }
                        upload.wait_for_capacity(PARTS_AHEAD).await?;
                        upload.put(part.into());
                    }
                }
                .await;
                match result {
                    Ok(()) => upload.finish().await.map(|_| ()),
                    Err(e) => {
                        let _ = upload.abort().await;
                        Err(e)
                    }
                }
            })?;
        }
        fs::remove_file(file).map_err(local)
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let (inner, source, target) = (Arc::clone(&self.inner), self.key(from)?, self.key(to)?);
        self.run(from, async move { inner.copy(&source, &target).await })
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        let (inner, path) = (Arc::clone(&self.inner), self.key(key)?);
        match self.run(key, async move { inner.delete(&path).await }) {
            Err(e) if e.kind != StoreErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    fn has_conditions(&self) -> bool {
        true
    }
}

/// An object, read in ranges: each is a request of its own, so that a broken connection costs one range.
struct Ranges {
    inner: Arc<AmazonS3>,
    path: Key,
    location: Location,
    version: Version,
    at: u64,
    end: u64,
    block: io::Cursor<Vec<u8>>,
}

impl Read for Ranges {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.block.read(buf)?;
        if got > 0 || self.at >= self.end || buf.is_empty() {
            return Ok(got);
        }
        let end = self.end.min(self.at + PART_BYTES as u64);
        let mut options = GetOptions { range: Some((self.at..end).into()), ..GetOptions::default() };
        if !self.version.0.is_empty() {
            options.if_match = Some(self.version.0.clone());
        }
        let (inner, path) = (Arc::clone(&self.inner), self.path.clone());
        let bytes = wait(async move { inner.get_opts(&path, options).await?.bytes().await })
            .map_err(io::Error::other)?
            .map_err(|e| failure(e, self.location.clone()))?;
        self.at = end;
        self.block = io::Cursor::new(bytes.to_vec());
        self.block.read(buf)
    }
}

fn version(e_tag: Option<&str>) -> Version {
    Version(e_tag.unwrap_or_default().to_owned())
}

/// Runs a future on a runtime of our own, whoever calls: also from within another runtime.
fn wait<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("lakebed-s3")
            .enable_all()
            .build()
            .ok()
    });
    let runtime = runtime.as_ref().ok_or_else(|| io::Error::other("no threads can be started for S3"))?;
    let (sender, receiver) = sync_channel(1);
    runtime.spawn(async move {
        let _ = sender.send(future.await);
    });
    receiver.recv().map_err(|_| io::Error::other("a request to S3 came to no end"))
}

fn failure(e: object_store::Error, at: Location) -> StoreError {
    #[allow(clippy::wildcard_enum_match_arm, reason = "object_store has more errors, and adds some")]
    let kind = match &e {
        object_store::Error::NotFound { .. } => StoreErrorKind::NotFound,
        object_store::Error::PermissionDenied { .. } => StoreErrorKind::Denied,
        object_store::Error::Unauthenticated { .. } => StoreErrorKind::Credentials,
        object_store::Error::Precondition { .. } => StoreErrorKind::Changed,
        object_store::Error::NotSupported { .. } | object_store::Error::NotImplemented { .. } => {
            StoreErrorKind::Unsupported
        }
        _ => StoreErrorKind::Unavailable,
    };
    StoreError::new(kind, at).with_source(e)
}

//! A store in memory that takes itself for S3: with versions, conditions, and an address.

use lakebed::Location;
use lakebed::store::{Content, Meta, Put, Store, StoreError, Unfinished, Version, When};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Objects by key, each with the number of its write.
#[derive(Debug)]
pub struct MemoryStore {
    root: Location,
    conditions: bool,
    objects: Mutex<(u64, BTreeMap<String, (u64, Vec<u8>)>)>,
}

impl MemoryStore {
    /// An empty bucket of that name.
    pub fn new(bucket: &str) -> Self {
        let root = Location::S3 { bucket: bucket.to_owned(), key: "lake".to_owned() };
        Self { root, conditions: true, objects: Mutex::default() }
    }

    /// Takes conditions for nothing, as some stores do.
    #[must_use]
    pub fn without_conditions(mut self) -> Self {
        self.conditions = false;
        self
    }

    fn objects(&self) -> MutexGuard<'_, (u64, BTreeMap<String, (u64, Vec<u8>)>)> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every object.
    pub fn all(&self) -> BTreeMap<String, Vec<u8>> {
        self.objects().1.iter().map(|(key, (_, bytes))| (key.clone(), bytes.clone())).collect()
    }

    fn meta(key: &str, (version, bytes): &(u64, Vec<u8>)) -> Meta {
        Meta { key: key.to_owned(), bytes: bytes.len() as u64, modified: 0, version: Self::version(*version) }
    }

    fn version(number: u64) -> Version {
        Version(format!("\"{number}\""))
    }
}

impl Store for MemoryStore {
    fn root(&self) -> &Location {
        &self.root
    }

    fn head(&self, key: &str) -> Result<Option<Meta>, StoreError> {
        Ok(self.objects().1.get(key).map(|object| Self::meta(key, object)))
    }

    fn list(&self, prefix: &str) -> Result<Vec<Meta>, StoreError> {
        let objects = self.objects();
        let found = objects.1.iter().filter(|(key, _)| key.starts_with(prefix));
        Ok(found.map(|(key, object)| Self::meta(key, object)).collect())
    }

    fn names(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let objects = self.objects();
        let below = objects.1.keys().filter_map(|key| key.strip_prefix(prefix));
        let mut names: Vec<String> =
            below.map(|rest| rest.split_inclusive('/').next().unwrap_or_default().to_owned()).collect();
        names.dedup();
        Ok(names)
    }

    fn read(&self, key: &str) -> Result<Option<Content>, StoreError> {
        let objects = self.objects();
        Ok(objects
            .1
            .get(key)
            .map(|(version, bytes)| Content { bytes: bytes.clone(), version: Self::version(*version) }))
    }

    fn open(&self, meta: &Meta, start: u64) -> Result<Box<dyn Read + Send>, StoreError> {
        let mut reader = Cursor::new(self.read(&meta.key)?.map(|content| content.bytes).unwrap_or_default());
        reader.set_position(start);
        Ok(Box::new(reader))
    }

    fn put(&self, key: &str, bytes: &[u8], when: When) -> Result<Put, StoreError> {
        let mut objects = self.objects();
        let there = objects.1.get(key).map(|(version, _)| Self::version(*version));
        let may = match when {
            _ if !self.conditions => true,
            When::Always => true,
            When::Absent => there.is_none(),
            When::Unchanged(before) => there.as_ref() == Some(&before.version),
        };
        if !may {
            return Ok(Put::Refused);
        }
        objects.0 += 1;
        let number = objects.0;
        objects.1.insert(key.to_owned(), (number, bytes.to_vec()));
        Ok(Put::Done)
    }

    fn publish(&self, file: &Path, key: &str) -> Result<(), StoreError> {
        let failed = |error: std::io::Error| {
            StoreError::new(lakebed::store::StoreErrorKind::Other, self.location(key)).with_source(error)
        };
        self.put(key, &fs::read(file).map_err(failed)?, When::Always)?;
        fs::remove_file(file).map_err(failed)
    }

    fn copy(&self, from: &str, to: &str) -> Result<(), StoreError> {
        if let Some(content) = self.read(from)? {
            self.put(to, &content.bytes, When::Always)?;
        }
        Ok(())
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.objects().1.remove(key);
        Ok(())
    }

    fn has_conditions(&self) -> bool {
        self.conditions
    }

    fn unfinished(&self, _prefix: &str) -> Result<Vec<Unfinished>, StoreError> {
        Ok(Vec::new())
    }

    fn abandon(&self, _unfinished: &Unfinished) -> Result<(), StoreError> {
        Ok(())
    }
}

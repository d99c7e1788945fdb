//! From JSON keys to columns: exact first, then without regard to case.

use crate::columns::ColumnId;
use std::collections::HashMap;

/// Keys of one object.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    exact: HashMap<Vec<u8>, ColumnId>,
    lower: HashMap<Vec<u8>, ColumnId>,
    /// Primary keys in declared order, for predicting the next one.
    order: Vec<(Vec<u8>, ColumnId)>,
    /// Attributes of the XML that the JSON was made of, as the members of an object `$`.
    attributes: Option<Box<Keys>>,
}

impl Keys {
    /// Adds the key of a column and its other spellings.
    pub(crate) fn add(&mut self, key: &str, aliases: &[String], id: ColumnId) {
        self.order.push((key.as_bytes().to_vec(), id));
        for key in std::iter::once(key).chain(aliases.iter().map(String::as_str)) {
            self.exact.insert(key.as_bytes().to_vec(), id);
            self.lower.insert(key.to_lowercase().into_bytes(), id);
        }
    }

    /// The columns and their primary keys, in declared order.
    pub(crate) fn primary(&self) -> impl Iterator<Item = (ColumnId, &[u8])> {
        self.order.iter().map(|(key, id)| (*id, key.as_slice()))
    }

    /// Every exact spelling and its column, in no order.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = (&[u8], ColumnId)> {
        self.exact.iter().map(|(key, id)| (key.as_slice(), *id))
    }

    /// Adds the attribute of the XML that the JSON was made of: as the key `@name`, and as `name` in an object `$`.
    pub(crate) fn add_attribute(&mut self, name: &str, id: ColumnId) {
        for (keys, key) in
            [(&mut self.exact, format!("@{name}")), (&mut self.lower, format!("@{}", name.to_lowercase()))]
        {
            keys.entry(key.into_bytes()).or_insert(id);
        }
        self.attributes.get_or_insert_default().add(name, &[], id);
    }

    /// Keys of the object `key`, when that holds attributes.
    pub(crate) fn attributes(&self, key: &[u8]) -> Option<&Self> {
        self.attributes.as_deref().filter(|_| key == b"$")
    }

    /// The column of a key, where `hint` is the number of the column expected; gives its number too.
    #[inline]
    pub(crate) fn find(&self, key: &[u8], hint: usize) -> Option<ColumnId> {
        match self.order.get(hint) {
            Some((expected, id)) if expected == key => Some(*id),
            _ => self.look_up(key),
        }
    }

    /// The column that a key in lower case leads to, whatever the case it is declared in.
    pub(crate) fn find_lower(&self, key: &str) -> Option<ColumnId> {
        self.lower.get(key.as_bytes()).copied()
    }

    fn look_up(&self, key: &[u8]) -> Option<ColumnId> {
        if let Some(&id) = self.exact.get(key) {
            return Some(id);
        }
        let lower = String::from_utf8_lossy(key).to_lowercase();
        self.lower.get(lower.as_bytes()).copied()
    }
}

//! JSON as `serde_json` reads it, with nothing lost: the order of keys, and keys that come twice.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    Null,
    Bool(bool),
    /// A whole number that 64 bits hold.
    Int(i128),
    /// Any other number.
    Float(f64),
    Text(String),
    List(Vec<Document>),
    Object(Vec<(String, Document)>),
}

/// What `serde_json` says to some bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    Sound(Document),
    /// Sound by its grammar, and beyond what `serde_json` takes: a number too large, or more than 127 levels.
    Beyond,
    Broken,
}

/// Reads one document with nothing but white space around it.
pub fn read(bytes: &[u8]) -> Reading {
    match serde_json::from_slice::<Document>(bytes) {
        Ok(document) => Reading::Sound(document),
        Err(error) => {
            let text = error.to_string();
            // Whether the rest is sound is not known then.
            if text.starts_with("number out of range") || text.starts_with("recursion limit exceeded") {
                Reading::Beyond
            } else {
                Reading::Broken
            }
        }
    }
}

impl Document {
    /// Levels of objects and arrays, also of one with nothing in it.
    pub fn depth(&self) -> usize {
        let deepest = match self {
            Self::List(values) => values.iter().map(|value| value.depth()).max(),
            Self::Object(members) => members.iter().map(|(_, value)| value.depth()).max(),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => return 0,
        };
        1 + deepest.unwrap_or(0)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Document, E> {
        Ok(Document::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Document, E> {
        Ok(Document::Int(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Document, E> {
        Ok(Document::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Document, E> {
        Ok(Document::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Document, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Document::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Document, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = access.next_entry()? {
            members.push(member);
        }
        Ok(Document::Object(members))
    }
}

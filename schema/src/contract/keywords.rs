//! Keywords in a contract: as a JSON Schema has them, those of elements and values inside.

use crate::json::Json;
use crate::keywords::{ITEMS, Keywords, NAMES, VALUES};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

impl Serialize for Keywords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (keyword, value) in &self.own {
            map.serialize_entry(keyword, value)?;
        }
        for (name, inner) in [(ITEMS, &self.items), (VALUES, &self.values)] {
            if let Some(inner) = inner {
                map.serialize_entry(name, inner)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Keywords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeywordsVisitor)
    }
}

struct KeywordsVisitor;

impl<'de> Visitor<'de> for KeywordsVisitor {
    type Value = Keywords;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of JSON Schema keywords")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Keywords, A::Error> {
        let mut keywords = Keywords::default();
        while let Some(name) = entries.next_key::<String>()? {
            let again = match name.as_str() {
                ITEMS => keywords.items.replace(entries.next_value()?).is_some(),
                VALUES => keywords.values.replace(entries.next_value()?).is_some(),
                known if NAMES.contains(&known) => {
                    let value = Json::from(&entries.next_value::<serde_json::Value>()?).sorted();
                    keywords.own.insert(name.clone(), value).is_some()
                }
                _ => return Err(A::Error::unknown_field(&name, NAMES)),
            };
            if again {
                return Err(A::Error::custom(format_args!("`{name}` stands here twice")));
            }
        }
        Ok(keywords)
    }
}

//! JSON whose members stay in the order in which they were written, as text or as YAML.

#[cfg(feature = "contract")]
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
#[cfg(feature = "contract")]
use std::fmt::Write as _;

/// A JSON value. Members keep their order, whatever features other crates turn on in `serde_json`.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Members in order; their keys differ.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// An object of these members, in this order.
    ///
    /// ```
    /// use lakebed_schema::json::Json;
    ///
    /// let json = Json::object([("Name", Json::from("dt")), ("Type", Json::from("string"))]);
    /// assert_eq!(json.get("Type").and_then(Json::as_text), Some("string"));
    /// # #[cfg(feature = "contract")]
    /// assert_eq!(json.to_text(), "{\n  \"Name\": \"dt\",\n  \"Type\": \"string\"\n}\n");
    /// # #[cfg(feature = "contract")]
    /// assert_eq!(json.to_yaml(), "Name: \"dt\"\nType: \"string\"\n");
    /// ```
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A list of these values.
    pub fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    /// The member of that key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::List(_) => {
                None
            }
        }
    }

    /// The members of an object; none of any other value.
    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::List(_) => &[],
        }
    }

    /// The elements of a list; none of any other value.
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) | Self::Object(_) => {
                &[]
            }
        }
    }

    /// Adds or replaces a member of an object; any other value becomes an object with it.
    pub fn set(&mut self, key: &str, value: impl Into<Self>) {
        if !matches!(self, Self::Object(_)) {
            *self = Self::Object(Vec::new());
        }
        if let Self::Object(members) = self {
            match members.iter_mut().find(|(name, _)| name == key) {
                Some((_, old)) => *old = value.into(),
                None => members.push((key.to_owned(), value.into())),
            }
        }
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::List(_) | Self::Object(_) => {
                None
            }
        }
    }

    /// The value of a number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[allow(clippy::cast_precision_loss, reason = "for comparing bounds")]
            Self::Int(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            Self::Null | Self::Bool(_) | Self::Text(_) | Self::List(_) | Self::Object(_) => None,
        }
    }
}

impl Json {
    /// The same with the members of every object in the order of their keys.
    pub fn sorted(self) -> Self {
        match self {
            Self::List(values) => Self::List(values.into_iter().map(Self::sorted).collect()),
            Self::Object(members) => {
                let mut members: Vec<_> =
                    members.into_iter().map(|(key, value)| (key, value.sorted())).collect();
                members.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Object(members)
            }
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => self,
        }
    }
}

#[cfg(feature = "contract")]
impl Json {
    /// JSON with two blanks of indentation and a newline at the end.
    pub fn to_text(&self) -> String {
        // Keys are texts and floats are finite or null: nothing here can fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// YAML that every version of YAML reads alike: all texts in double quotes, since a plain `!{…}` would be a tag,
    /// `no` a truth value and `0123` a number.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.yaml(&mut out, 0, false);
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }

    fn yaml(&self, out: &mut String, indent: usize, inline: bool) {
        let pad = |out: &mut String, first: bool| {
            if !(first && inline) {
                out.extend(std::iter::repeat_n(' ', indent));
            }
        };
        match self {
            Self::Object(members) if !members.is_empty() => {
                for (i, (key, value)) in members.iter().enumerate() {
                    pad(out, i == 0);
                    out.push_str(&yaml_key(key));
                    out.push(':');
                    value.yaml_member(out, indent);
                }
            }
            Self::List(values) if !values.is_empty() => {
                for (i, value) in values.iter().enumerate() {
                    pad(out, i == 0);
                    out.push_str("- ");
                    if value.is_block() {
                        value.yaml(out, indent + 2, true);
                    } else {
                        value.yaml_scalar(out);
                    }
                }
            }
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Object(_) => self.yaml_scalar(out),
        }
    }

    fn yaml_member(&self, out: &mut String, indent: usize) {
        if self.is_block() {
            out.push('\n');
            self.yaml(out, indent + 2, false);
        } else {
            out.push(' ');
            self.yaml_scalar(out);
        }
    }

    fn yaml_scalar(&self, out: &mut String) {
        // JSON's scalars and empty values are YAML.
        let _ = writeln!(out, "{}", serde_json::to_string(self).unwrap_or_default());
    }

    fn is_block(&self) -> bool {
        match self {
            Self::Object(members) => !members.is_empty(),
            Self::List(values) => !values.is_empty(),
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => false,
        }
    }
}

/// Keys stay plain when no reader can take them for anything but a text.
#[cfg(feature = "contract")]
fn yaml_key(key: &str) -> String {
    let plain = key.len() > 3
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.chars().all(|c| c.is_ascii_alphanumeric())
        && !matches!(key.to_ascii_lowercase().as_str(), "true" | "false" | "null");
    if plain { key.to_owned() } else { serde_json::to_string(key).unwrap_or_default() }
}

#[cfg(feature = "contract")]
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(value) => serializer.serialize_str(value),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

#[cfg(feature = "contract")]
impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => match number.as_i64() {
                Some(value) => Self::Int(value),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(values) => Self::List(values.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::object(members.iter().map(|(key, value)| (key.clone(), Self::from(value))))
            }
        }
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Json {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

#[cfg(all(test, feature = "contract"))]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_the_order_and_yaml_quotes_texts() {
        let inner = Json::object([("b", Json::from("!{timestamp:yyyy}")), ("a", Json::from("no"))]);
        let json = Json::object([
            ("Zulu", inner.clone()),
            ("List", Json::list([inner, Json::Null, Json::list([Json::Int(1), Json::Int(-2)])])),
            ("Empty", Json::List(Vec::new())),
            ("Yes", Json::Bool(true)),
        ]);
        assert_eq!(
            json.to_yaml(),
            "Zulu:\n  \"b\": \"!{timestamp:yyyy}\"\n  \"a\": \"no\"\nList:\n- \"b\": \"!{timestamp:yyyy}\"\n  \"a\": \"no\"\n- null\n- - 1\n  - -2\nEmpty: []\n\"Yes\": true\n"
                .replace("List:\n- \"b\"", "List:\n  - \"b\"")
                .replace("\n  \"a\": \"no\"\n- null\n- - 1\n  - -2", "\n    \"a\": \"no\"\n  - null\n  - - 1\n    - -2")
        );
        let parsed: serde_json::Value = serde_json::from_str(&json.to_text()).unwrap();
        assert_eq!(parsed["List"][2][1], -2);
        assert!(json.to_text().find("Zulu") < json.to_text().find("List"));
    }

    #[test]
    fn members_are_found_and_replaced() {
        let mut json = Json::object([("a", Json::Int(1))]);
        json.set("b", "x");
        json.set("a", 2);
        assert_eq!(json, Json::object([("a", Json::Int(2)), ("b", Json::from("x"))]));
        assert_eq!(json.get("b").and_then(Json::as_text), Some("x"));
        assert_eq!(json.get("c"), None);
        assert_eq!(json.members().len(), 2);
        assert_eq!(json.elements(), []);
        assert_eq!(Json::list(["x"]).elements(), [Json::from("x")]);
    }
}

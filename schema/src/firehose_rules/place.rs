//! A member of the input, and the path to it.

use serde_json::Value;

static NOTHING: Value = Value::Null;

/// A value of the input; null where there is none.
#[derive(Clone, Debug)]
pub(super) struct Place<'a> {
    /// Members down to it, with dots; items of lists as `[0]`. Empty for the input itself.
    pub(super) path: String,
    pub(super) value: &'a Value,
}

impl<'a> Place<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { path: String::new(), value }
    }

    pub(super) fn get(&self, name: &str) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self { path: format!("{}{dot}{name}", self.path), value: self.value.get(name).unwrap_or(&NOTHING) }
    }

    /// Down a path with dots.
    pub(super) fn at(&self, path: &str) -> Self {
        path.split('.').fold(self.clone(), |place, name| place.get(name))
    }

    /// Null is as good as absent.
    pub(super) fn exists(&self) -> bool {
        !self.value.is_null()
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(super) fn int(&self) -> Option<i64> {
        self.value.as_i64()
    }

    pub(super) fn is_true(&self) -> bool {
        self.value == &Value::Bool(true)
    }

    pub(super) fn is_false(&self) -> bool {
        self.value == &Value::Bool(false)
    }

    /// Items of a list; none of anything else.
    pub(super) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .enumerate()
            .map(|(i, value)| Self { path: format!("{}[{i}]", self.path), value })
            .collect()
    }
}

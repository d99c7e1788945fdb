//! Types of serde_json 1: any JSON, stored as its compact text.

use super::ColumnType;
use crate::def::TypeDef;
use crate::sink::RowSink;
use serde_json::{Map, Value};

/// A JSON `null` is a null of the column.
impl ColumnType for Value {
    const TYPE: TypeDef = TypeDef::Json;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match self {
            Self::Null => sink.null(),
            Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Array(_) | Self::Object(_) => {
                sink.text(&self.to_string());
            }
        }
    }
}

impl ColumnType for Map<String, Value> {
    const TYPE: TypeDef = TypeDef::Json;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match serde_json::to_string(self) {
            Ok(text) => sink.text(&text),
            Err(error) => sink.refuse("an object that prints as JSON", &error.to_string()),
        }
    }
}

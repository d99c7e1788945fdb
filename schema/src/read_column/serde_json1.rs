//! Types of serde_json 1, from their text.

use super::ReadColumn;
use crate::private::read_json;
use crate::source::{ReadFault, RowSource};
use serde_json::{Map, Value};

/// A null of the column is a JSON `null`.
impl ReadColumn for Value {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_json(source)
    }
}

impl ReadColumn for Map<String, Value> {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        read_json(source)
    }
}

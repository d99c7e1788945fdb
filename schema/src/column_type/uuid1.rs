//! `Uuid` of uuid 1.

use super::ColumnType;
use crate::def::TypeDef;
use crate::sink::RowSink;
use uuid::Uuid;

/// Stored as text: lower case, with hyphens.
impl ColumnType for Uuid {
    const TYPE: TypeDef = TypeDef::Uuid;
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
        sink.text(self.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    }
}

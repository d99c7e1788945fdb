//! What emitted code may touch. Not part of the public interface.

mod binary;
mod convert;
mod json;
mod own_schema;
mod read;
mod unconvert;

pub use self::binary::{Bytes, ReadBytes};
pub use self::convert::{AsFloat, AsInt, AsText, IsOption, Maybe, NotOption, Plain};
pub use self::convert::{push_as_float, push_as_int, push_as_text};
pub use self::json::{FromJson, Json, push_json, push_json_with, read_json, read_json_with};
pub use self::own_schema::{OwnSchema, json_schema};
pub use self::read::{column_count, read_fields_or, read_or, read_struct, unknown_word};
pub use self::unconvert::{FromFloat, FromInt, FromText, PlainSlot, Slot};
pub use crate::check;
pub use crate::column_type::{ColumnType, Fields, Record};
pub use crate::def::{
    ColumnDef, Compression, Encoding, EnumWordDef, Member, PartitionDef, ScalarDef, SchemaFn, SortDef,
    TableDef, TimeFormatDef, TimeUnit, TypeDef,
};
pub use crate::read_column::{ReadColumn, ReadFields, ReadRecord};
pub use crate::sink::RowSink;
pub use crate::source::{ReadFault, RowSource};

/// One null for each column of a flattened struct that is absent.
pub fn push_nulls<S: RowSink + ?Sized>(members: &[Member], sink: &mut S) {
    for member in members {
        match member {
            Member::Column(_) => sink.null(),
            Member::Flatten { members, .. } => push_nulls(members, sink),
        }
    }
}

/// The nested record that a struct is.
pub fn push_struct<T: Fields + ?Sized, S: RowSink + ?Sized>(value: &T, sink: &mut S) {
    sink.begin_struct();
    value.push_fields(sink);
    sink.end_struct();
}

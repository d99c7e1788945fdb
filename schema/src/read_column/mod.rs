//! From stored values to Rust types: the traits, and their implementations, one file for each source crate.
//!
//! Every type that can be a column and owns its value has one. Types that borrow (`&str`) can be written only.

mod std;

#[cfg(feature = "bytes")]
mod bytes1;
#[cfg(feature = "chrono")]
mod chrono04;
#[cfg(feature = "jiff")]
mod jiff02;
#[cfg(feature = "rust_decimal")]
mod rust_decimal1;
#[cfg(feature = "serde_json")]
mod serde_json1;
#[cfg(feature = "uuid")]
mod uuid1;

#[cfg(test)]
mod tests;

use crate::column_type::{ColumnType, Fields, Record};
use crate::source::{ReadFault, RowSource};

/// A column type whose values can be read back.
///
/// Derive it for your own structs and enums with `#[derive(ReadColumn)]` (or `ReadRecord`, which includes it).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read back",
    label = "can be written at most",
    note = "nested structs, newtypes and unit enums: add `#[derive(ReadColumn)]` beside `ColumnType`",
    note = "types that borrow: use one that owns its value, such as `String` for `&str`",
    note = "a struct that is only written needs no `ReadRecord`: leave it out"
)]
pub trait ReadColumn: ColumnType + Sized {
    /// Takes a value from a source: exactly one in the sense of [`RowSource`].
    ///
    /// # Errors
    /// When the stored value is none of this type.
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault>;
}

/// A struct with named fields that can be read back: what both read derives give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read back from the columns of its fields",
    label = "not a struct that is read back",
    note = "a flattened struct needs `#[derive(ReadColumn)]` or `#[derive(ReadRecord)]` too"
)]
pub trait ReadFields: Fields + Sized {
    /// Takes one value for each column.
    ///
    /// # Errors
    /// When a stored value is none of its field's type.
    fn read_fields<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault>;
}

/// A table whose rows can be read back as records.
#[diagnostic::on_unimplemented(
    message = "rows cannot be read back as `{Self}`",
    label = "not a record that is read back",
    note = "add `ReadRecord` to the struct: `#[derive(Record, ReadRecord)]`"
)]
pub trait ReadRecord: Record + ReadFields {
    /// Takes one row.
    ///
    /// # Errors
    /// When a stored value is none of its field's type.
    fn read<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        Self::read_fields(source)
    }
}

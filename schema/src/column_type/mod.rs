//! From Rust types to logical types: the traits, and their implementations, one file for each source crate.

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

use crate::def::{Member, TableDef, TypeDef};
use crate::sink::RowSink;

/// A type that a column can have: scalars, options, lists, maps, nested records, newtypes, unit enums.
///
/// Derive it for your own structs and enums with `#[derive(ColumnType)]` (or `Record`, which includes it).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "no column type",
    note = "nested structs, newtypes and unit enums: add `#[derive(ColumnType)]`",
    note = "chrono, jiff, uuid, rust_decimal, bytes and serde_json types: turn on the lakebed feature of that name",
    note = "anything that prints: add `#[lake(as = \"string\")]`; anything that serializes, enums with data too: add `#[lake(json)]`"
)]
pub trait ColumnType {
    /// What the type holds.
    const TYPE: TypeDef;
    /// Whether the type is an `Option`.
    const NULLABLE: bool = false;
    /// Gives the value to a sink: exactly one value in the sense of [`RowSink`].
    fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S);
}

/// A struct with named fields: what `flatten` needs, and what both derives give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be flattened",
    label = "not a struct with columns",
    note = "`#[serde(flatten)]` takes a struct with named fields that derives `Record` or `ColumnType`; a map has no fixed columns"
)]
pub trait Fields {
    /// Columns in declared order.
    const MEMBERS: &'static [Member];
    /// Whether the type is an `Option` of a struct.
    const OPTIONAL: bool = false;
    /// Pushes one value for each column.
    fn push_fields<S: RowSink + ?Sized>(&self, sink: &mut S);
}

/// A struct that is a table.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "add `#[derive(Record)]` and `#[lake(table = \"…\")]` to the struct"
)]
pub trait Record: Fields {
    /// The table.
    const TABLE: &'static TableDef;
    /// Evaluates to unit; using it makes the compiler run the checks of a generic struct.
    const CHECK: () = ();
    /// Pushes one row.
    fn append<S: RowSink + ?Sized>(&self, sink: &mut S) {
        self.push_fields(sink);
    }
}

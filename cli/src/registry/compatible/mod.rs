//! Whether every document of one JSON Schema is one of another.
//!
//! Schemas of draft-04, -06 and -07 become formulas, and a search looks for a document that the one takes and the
//! other refuses. When there is none, the schemas are compatible; otherwise each keyword that refuses something is
//! named with its place and an example. What cannot be decided counts as refused: patterns that look around, steps
//! that are no whole numbers, lists of schemas for list elements, references that leave the document or come back to
//! themselves. Formats count as what some validators check.
//!
//! Two limits. A document holds declared keys only (`shape`). And numbers are doubles, or integers of 64 bits.

mod compare;
mod compile;
mod evaluate;
mod node;
mod number;
mod pattern;
mod refs;
mod search;
mod shape;
#[cfg(test)]
mod tests;

pub use compare::{Difference, Place, differences};

use serde_json::Value;

/// The schema of the documents that a schema's writer writes: declared keys and nothing else, wherever any are
/// declared.
pub fn written(schema: &Value) -> Value {
    shape::shape(schema)
}

//! What feeds columns: JSON, XML, and typed records.

mod cells;
pub mod json;
mod text;
pub mod typed;

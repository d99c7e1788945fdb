//! Tables of the stock binary.

use lakebed_schema::TableDef;

/// The tables that `lakebed` knows without a contract file.
pub fn tables() -> [&'static TableDef; 0] {
    []
}

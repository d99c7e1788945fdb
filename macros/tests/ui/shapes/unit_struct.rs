extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
struct Nothing;

fn main() {}

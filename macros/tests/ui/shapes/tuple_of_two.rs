extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
struct Pair(u8, u8);

fn main() {}

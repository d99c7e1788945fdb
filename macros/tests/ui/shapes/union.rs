extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
union Bits {
    int: u32,
    float: f32,
}

fn main() {}

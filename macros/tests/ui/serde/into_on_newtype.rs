extern crate lakebed_schema as lakebed;

use lakebed_macros::ColumnType;

#[derive(ColumnType)]
#[serde(into = "String")]
struct Id(u32);

fn main() {}

extern crate lakebed_schema as lakebed;

struct Row;

fn tables() -> [&'static lakebed::TableDef; 1] {
    lakebed::tables![Row]
}

fn main() {}

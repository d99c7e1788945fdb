extern crate lakebed_schema as lakebed;

use lakebed_macros::Record;

#[derive(Record)]
#[lake(table = "t", kee = "id")]
struct Row {
    id: u8,
}

fn tables() -> [&'static lakebed::TableDef; 1] {
    lakebed::tables![Row]
}

fn append<S: lakebed::RowSink>(row: &Row, sink: &mut S) {
    lakebed::Record::append(row, sink);
}

fn main() {}

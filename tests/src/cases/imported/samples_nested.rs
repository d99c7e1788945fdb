use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct Nested {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct Flat {
    pub a: bool,
}

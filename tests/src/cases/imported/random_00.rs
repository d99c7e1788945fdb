use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct Random {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct EveryType {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct Click {
    pub a: bool,
}

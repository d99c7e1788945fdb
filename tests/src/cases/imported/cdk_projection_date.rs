use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct DateProjection {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct MeasuringPoint {
    pub a: bool,
}

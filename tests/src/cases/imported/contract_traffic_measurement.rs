use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct TrafficMeasurement {
    pub a: bool,
}

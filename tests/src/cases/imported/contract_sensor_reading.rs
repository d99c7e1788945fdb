use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct SensorReading {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct TrafficSnapshot {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct CloudfrontLogs {
    pub a: bool,
}

use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct WorkspacesMetrics {
    pub a: bool,
}

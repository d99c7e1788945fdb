use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct RdsEngineVersions {
    pub a: bool,
}

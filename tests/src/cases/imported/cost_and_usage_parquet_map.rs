use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct CostAndUsage {
    pub a: bool,
}

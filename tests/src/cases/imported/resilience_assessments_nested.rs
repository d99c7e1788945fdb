use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct ResilienceAssessments {
    pub a: bool,
}

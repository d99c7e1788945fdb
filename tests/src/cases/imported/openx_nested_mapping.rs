use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct OpenxNestedMapping {
    pub a: bool,
}

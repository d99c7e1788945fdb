use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct OpenxNestedDeep {
    pub a: bool,
}

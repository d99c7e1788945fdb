use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct WorkshopQuestStart {
    pub a: bool,
}

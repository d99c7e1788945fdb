use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct WorkshopPartyPower {
    pub a: bool,
}

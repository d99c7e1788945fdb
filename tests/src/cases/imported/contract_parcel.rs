use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct Parcel {
    pub a: bool,
}

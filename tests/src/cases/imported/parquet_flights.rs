use lakebed::Record;

#[derive(Record)]
#[lake(table = "x")]
pub struct ParquetFlights {
    pub a: bool,
}

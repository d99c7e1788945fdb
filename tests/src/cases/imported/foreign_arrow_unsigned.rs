use lakebed::Record;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_unsigned")]
pub struct ArrowUnsigned {
    pub u8: Option<u8>,
    pub u16: Option<u16>,
    pub u32: Option<u32>,
    #[lake(decimal(20, 0))]
    pub u64: Option<Decimal>,
}

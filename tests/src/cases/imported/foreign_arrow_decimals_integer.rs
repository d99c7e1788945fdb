use lakebed::Record;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_decimals_integer")]
pub struct ArrowDecimalsInteger {
    #[lake(decimal(7, 2))]
    pub small: Option<Decimal>,
    #[lake(decimal(17, 2))]
    pub large: Option<Decimal>,
    #[lake(decimal(38, 2))]
    pub huge: Option<Decimal>,
}

use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_names")]
pub struct ArrowNames {
    #[serde(rename = "Speed")]
    pub speed: Option<i64>,
    pub r#type: Option<i64>,
    #[serde(rename = "self")]
    #[lake(name = "self")]
    pub self_: Option<i64>,
    pub km_per_hour: Option<i64>,
    #[serde(rename = "größe")]
    pub gr_e: Option<i64>,
    #[serde(rename = "2nd")]
    pub _2nd: Option<i64>,
    #[serde(rename = "a.b")]
    pub a_b: Option<i64>,
}

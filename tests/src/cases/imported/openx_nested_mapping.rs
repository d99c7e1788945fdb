use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "impressions", partition(by = dt, layout = "dt={dt}"))]
#[lake(parameters("classification" = "json"))]
pub struct OpenxNestedMapping {
    pub requestbegintime: Option<String>,
    pub adid: Option<String>,
    #[serde(rename = "impressionId")]
    pub impressionid: Option<String>,
    pub referrer: Option<String>,
    pub useragent: Option<String>,
    pub usercookie: Option<String>,
    pub ip: Option<String>,
    pub number: Option<String>,
    pub processid: Option<String>,
    pub browsercokie: Option<String>,
    pub requestendtime: Option<String>,
    pub timers: Option<Timers>,
    pub threadid: Option<String>,
    pub hostname: Option<String>,
    pub sessionid: Option<String>,
    // guessed: a value of the record, as the partition key has this name
    pub dt: Option<String>,
}

/// A record in `timers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Timers {
    pub modellookup: Option<String>,
    pub requesttime: Option<String>,
}

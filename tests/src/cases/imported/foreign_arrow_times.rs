use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_times")]
pub struct ArrowTimes {
    pub seconds: Option<NaiveDateTime>,
    pub millis: Option<DateTime<Utc>>,
    #[lake(unit = "us")]
    pub micros: Option<DateTime<Utc>>,
    #[lake(unit = "us")]
    pub nanos: Option<NaiveDateTime>,
    pub day: Option<NaiveDate>,
}

use lakebed::Record;
use serde::{Deserialize, Serialize};

// guessed: dt={yyyy-MM-dd} is the time of arrival: name the column in partition(by = …) when it is
// the time of an event
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "battle_party_power")]
#[lake(partition(by = arrival, layout = "dt={yyyy-MM-dd}"))]
#[lake(parameters(
    "classification" = "json",
    "has_encrypted_data" = "false",
    "projection.dt.format" = "yyyy-MM-dd",
    "projection.dt.interval" = "1",
    "projection.dt.interval.unit" = "DAYS",
    "projection.dt.range" = "2021-01-01,NOW",
    "projection.dt.type" = "date",
    "projection.enabled" = "true",
    "storage.location.template" = "s3://example-bucket/workshop/battle_party_power/dt=${dt}"
))]
pub struct WorkshopPartyPower {
    pub time: Option<String>,
    pub device_type: Option<i32>,
    pub quest_id: Option<i64>,
    pub user_ids: Option<Vec<Option<i64>>>,
    pub powers: Option<Vec<Option<i64>>>,
}

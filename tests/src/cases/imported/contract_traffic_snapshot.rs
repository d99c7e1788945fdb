use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One minute of traffic at one measuring point, with its vehicle classes as a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Record)]
#[lake(table = "traffic_snapshot", xml = "meetpunt", xml_json)]
#[lake(records("miv/meetpunt", "meetpunt"), json_schema)]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(key = "point_id, observed_at", latest_by = "updated_at")]
#[lake(sort = "point_id, observed_at")]
pub struct TrafficSnapshot {
    /// Key of the measuring point; digits so far, text by contract.
    #[serde(rename = "unieke_id")]
    #[lake(xml = "@unieke_id")]
    pub point_id: String,
    /// Readable name of the point, such as H291L10; not unique.
    #[serde(rename = "beschrijvende_id")]
    #[lake(xml = "@beschrijvende_id")]
    pub point_name: Option<String>,
    /// Number of the local processing unit that reports the point.
    #[serde(rename = "lve_nr")]
    pub local_unit: Option<i32>,
    /// Start of the measured minute. Can be years old when a unit restarted with a wrong clock.
    #[serde(rename = "tijd_waarneming")]
    #[lake(time(rfc3339, epoch_seconds))]
    pub observed_at: DateTime<Utc>,
    /// When the feed last updated this record.
    #[serde(rename = "tijd_laatst_gewijzigd")]
    #[lake(time(rfc3339, epoch_seconds))]
    pub updated_at: Option<DateTime<Utc>>,
    /// 1 when the observation was at most about 3 minutes old at publication, 0 when older.
    #[serde(rename = "actueel_publicatie")]
    #[schemars(extend("maximum" = 1))]
    pub recent: Option<u8>,
    /// 1 when the point delivers data, 0 when not; also 1 for stale records, so look at recent too.
    #[serde(rename = "beschikbaar")]
    #[schemars(extend("maximum" = 1))]
    pub available: Option<u8>,
    /// 0 no defect, 1 one of the two loops probably fails, 2 over 20 % bad counts.
    #[serde(rename = "defect")]
    #[schemars(extend("maximum" = 2))]
    pub defect_level: Option<u8>,
    /// 0 regular data, 1 some doubt, 2 strong doubt, 3 strong doubt because of a failure. The feed
    /// calls it "valid", which suggests the opposite.
    #[serde(rename = "geldig")]
    #[schemars(extend("maximum" = 3))]
    pub doubt_level: Option<u8>,
    /// What passed, one entry for each vehicle class; the published XSD allows 0 to 5 of them.
    #[serde(rename = "meetdata", default)]
    pub classes: Vec<Class>,
    /// Values that the feed computes over all classes.
    #[serde(rename = "rekendata")]
    pub computed: Option<Computed>,
}

/// A record in `classes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ColumnType)]
pub struct Class {
    /// Vehicle class: 1 motorcycles (not reliable), 2 cars, 3 vans, 4 rigid lorries, 5 articulated
    /// lorries and buses.
    #[serde(rename = "klasse_id")]
    #[lake(xml = "@klasse_id")]
    pub class_id: u8,
    /// Number of vehicles in the minute.
    #[serde(rename = "verkeersintensiteit")]
    pub count: Option<u16>,
    /// Harmonic mean speed, km/h, 0 to 200; null when no vehicle passed (252 in the feed), it could
    /// not be computed (254) or nothing was computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub speed: Option<u8>,
    /// Arithmetic mean speed, km/h; null where the harmonic one is a sentinel (the feed writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "speed")]
    pub speed_arithmetic: Option<u8>,
}

/// A record in `computed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ColumnType)]
pub struct Computed {
    /// Share of the minute in which the loop was covered by a vehicle, percent.
    #[serde(rename = "bezettingsgraad")]
    #[schemars(extend("maximum" = 100))]
    pub occupancy: Option<u8>,
    /// Share of the minute in which the point could detect vehicles reliably, percent.
    #[serde(rename = "beschikbaarheidsgraad")]
    #[schemars(extend("maximum" = 100))]
    pub availability: Option<u8>,
    /// Unrest: variance of the speeds of all vehicles in the minute, (km/h) squared.
    #[serde(rename = "onrustigheid")]
    pub unrest: Option<u16>,
}

use chrono::{DateTime, Utc};
use lakebed::Record;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One minute of traffic at one measuring point (one lane) of the Flemish road network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Record)]
#[lake(table = "traffic_measurement", xml = "meetpunt", json_schema)]
#[lake(partition(by = observed_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(key = "point_id, observed_at", latest_by = "updated_at")]
#[lake(sort = "point_id, observed_at")]
pub struct TrafficMeasurement {
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
    /// Number of motorcycles in the minute (up to 1.00 m; the feed calls this class unreliable).
    #[serde(rename = "verkeersintensiteit_klasse1")]
    #[lake(xml = "meetdata[@klasse_id='1']/verkeersintensiteit")]
    pub motorcycle_count: Option<u16>,
    /// Harmonic mean speed of motorcycles, km/h, 0 to 200; null when no motorcycle passed (252 in
    /// the feed), it could not be computed (254) or nothing was computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch_klasse1")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    #[lake(xml = "meetdata[@klasse_id='1']/voertuigsnelheid_harmonisch")]
    pub motorcycle_speed: Option<u8>,
    /// Arithmetic mean speed of motorcycles, km/h; null where the harmonic one is a sentinel (the
    /// feed writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig_klasse1")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "motorcycle_speed")]
    #[lake(xml = "meetdata[@klasse_id='1']/voertuigsnelheid_rekenkundig")]
    pub motorcycle_speed_arithmetic: Option<u8>,
    /// Number of cars in the minute (1.00 to 4.90 m).
    #[serde(rename = "verkeersintensiteit_klasse2")]
    #[lake(xml = "meetdata[@klasse_id='2']/verkeersintensiteit")]
    pub car_count: Option<u16>,
    /// Harmonic mean speed of cars, km/h, 0 to 200; null when no car passed (252 in the feed), it
    /// could not be computed (254) or nothing was computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch_klasse2")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    #[lake(xml = "meetdata[@klasse_id='2']/voertuigsnelheid_harmonisch")]
    pub car_speed: Option<u8>,
    /// Arithmetic mean speed of cars, km/h; null where the harmonic one is a sentinel (the feed
    /// writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig_klasse2")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "car_speed")]
    #[lake(xml = "meetdata[@klasse_id='2']/voertuigsnelheid_rekenkundig")]
    pub car_speed_arithmetic: Option<u8>,
    /// Number of vans in the minute (4.90 to 6.90 m).
    #[serde(rename = "verkeersintensiteit_klasse3")]
    #[lake(xml = "meetdata[@klasse_id='3']/verkeersintensiteit")]
    pub van_count: Option<u16>,
    /// Harmonic mean speed of vans, km/h, 0 to 200; null when no van passed (252 in the feed), it
    /// could not be computed (254) or nothing was computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch_klasse3")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    #[lake(xml = "meetdata[@klasse_id='3']/voertuigsnelheid_harmonisch")]
    pub van_speed: Option<u8>,
    /// Arithmetic mean speed of vans, km/h; null where the harmonic one is a sentinel (the feed
    /// writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig_klasse3")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "van_speed")]
    #[lake(xml = "meetdata[@klasse_id='3']/voertuigsnelheid_rekenkundig")]
    pub van_speed_arithmetic: Option<u8>,
    /// Number of rigid lorries in the minute (6.90 to 12.00 m).
    #[serde(rename = "verkeersintensiteit_klasse4")]
    #[lake(xml = "meetdata[@klasse_id='4']/verkeersintensiteit")]
    pub rigid_lorry_count: Option<u16>,
    /// Harmonic mean speed of rigid lorries, km/h, 0 to 200; null when no rigid lorry passed (252
    /// in the feed), it could not be computed (254) or nothing was computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch_klasse4")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    #[lake(xml = "meetdata[@klasse_id='4']/voertuigsnelheid_harmonisch")]
    pub rigid_lorry_speed: Option<u8>,
    /// Arithmetic mean speed of rigid lorries, km/h; null where the harmonic one is a sentinel (the
    /// feed writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig_klasse4")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "rigid_lorry_speed")]
    #[lake(xml = "meetdata[@klasse_id='4']/voertuigsnelheid_rekenkundig")]
    pub rigid_lorry_speed_arithmetic: Option<u8>,
    /// Number of articulated lorries and buses in the minute (over 12.00 m).
    #[serde(rename = "verkeersintensiteit_klasse5")]
    #[lake(xml = "meetdata[@klasse_id='5']/verkeersintensiteit")]
    pub articulated_lorry_count: Option<u16>,
    /// Harmonic mean speed of articulated lorries and buses, km/h, 0 to 200; null when no
    /// articulated lorry passed (252 in the feed), it could not be computed (254) or nothing was
    /// computed yet (251).
    #[serde(rename = "voertuigsnelheid_harmonisch_klasse5")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    #[lake(xml = "meetdata[@klasse_id='5']/voertuigsnelheid_harmonisch")]
    pub articulated_lorry_speed: Option<u8>,
    /// Arithmetic mean speed of articulated lorries and buses, km/h; null where the harmonic one is
    /// a sentinel (the feed writes 0).
    #[serde(rename = "voertuigsnelheid_rekenkundig_klasse5")]
    #[schemars(extend("maximum" = 200))]
    #[lake(null_with = "articulated_lorry_speed")]
    #[lake(xml = "meetdata[@klasse_id='5']/voertuigsnelheid_rekenkundig")]
    pub articulated_lorry_speed_arithmetic: Option<u8>,
    /// Share of the minute in which the loop was covered by a vehicle, percent.
    #[serde(rename = "rekendata_bezettingsgraad")]
    #[schemars(extend("maximum" = 100))]
    #[lake(xml = "rekendata/bezettingsgraad")]
    pub occupancy: Option<u8>,
    /// Share of the minute in which the point could detect vehicles reliably, percent.
    #[serde(rename = "rekendata_beschikbaarheidsgraad")]
    #[schemars(extend("maximum" = 100))]
    #[lake(xml = "rekendata/beschikbaarheidsgraad")]
    pub availability: Option<u8>,
    /// Unrest: variance of the speeds of all vehicles in the minute, (km/h) squared.
    #[serde(rename = "rekendata_onrustigheid")]
    #[lake(xml = "rekendata/onrustigheid")]
    pub unrest: Option<u16>,
}

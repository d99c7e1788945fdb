use chrono::{DateTime, Utc};
use lakebed::Record;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One minute of traffic at one measuring point (one lane) of the Flemish road network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Record)]
#[lake(table = "traffic_measurement", json_schema)]
pub struct TrafficMeasurement {
    /// Key of the measuring point; digits so far, text by contract.
    pub unieke_id: String,
    /// Readable name of the point, such as H291L10; not unique.
    pub beschrijvende_id: Option<String>,
    /// Number of the local processing unit that reports the point.
    pub lve_nr: Option<i32>,
    /// Start of the measured minute. Can be years old when a unit restarted with a wrong clock.
    #[lake(time(rfc3339, epoch_seconds))]
    pub tijd_waarneming: DateTime<Utc>,
    /// When the feed last updated this record.
    #[lake(time(rfc3339, epoch_seconds))]
    pub tijd_laatst_gewijzigd: Option<DateTime<Utc>>,
    /// 1 when the observation was at most about 3 minutes old at publication, 0 when older.
    #[schemars(extend("maximum" = 1))]
    pub actueel_publicatie: Option<u8>,
    /// 1 when the point delivers data, 0 when not; also 1 for stale records, so look at recent too.
    #[schemars(extend("maximum" = 1))]
    pub beschikbaar: Option<u8>,
    /// 0 no defect, 1 one of the two loops probably fails, 2 over 20 % bad counts.
    #[schemars(extend("maximum" = 2))]
    pub defect: Option<u8>,
    /// 0 regular data, 1 some doubt, 2 strong doubt, 3 strong doubt because of a failure. The feed
    /// calls it "valid", which suggests the opposite.
    #[schemars(extend("maximum" = 3))]
    pub geldig: Option<u8>,
    /// Number of motorcycles in the minute (up to 1.00 m; the feed calls this class unreliable).
    pub verkeersintensiteit_klasse1: Option<u16>,
    /// Harmonic mean speed of motorcycles, km/h, 0 to 200; null when no motorcycle passed (252 in
    /// the feed), it could not be computed (254) or nothing was computed yet (251).
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub voertuigsnelheid_harmonisch_klasse1: Option<u8>,
    /// Arithmetic mean speed of motorcycles, km/h; null where the harmonic one is a sentinel (the
    /// feed writes 0).
    #[schemars(extend("maximum" = 200))]
    pub voertuigsnelheid_rekenkundig_klasse1: Option<u8>,
    /// Number of cars in the minute (1.00 to 4.90 m).
    pub verkeersintensiteit_klasse2: Option<u16>,
    /// Harmonic mean speed of cars, km/h, 0 to 200; null when no car passed (252 in the feed), it
    /// could not be computed (254) or nothing was computed yet (251).
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub voertuigsnelheid_harmonisch_klasse2: Option<u8>,
    /// Arithmetic mean speed of cars, km/h; null where the harmonic one is a sentinel (the feed
    /// writes 0).
    #[schemars(extend("maximum" = 200))]
    pub voertuigsnelheid_rekenkundig_klasse2: Option<u8>,
    /// Number of vans in the minute (4.90 to 6.90 m).
    pub verkeersintensiteit_klasse3: Option<u16>,
    /// Harmonic mean speed of vans, km/h, 0 to 200; null when no van passed (252 in the feed), it
    /// could not be computed (254) or nothing was computed yet (251).
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub voertuigsnelheid_harmonisch_klasse3: Option<u8>,
    /// Arithmetic mean speed of vans, km/h; null where the harmonic one is a sentinel (the feed
    /// writes 0).
    #[schemars(extend("maximum" = 200))]
    pub voertuigsnelheid_rekenkundig_klasse3: Option<u8>,
    /// Number of rigid lorries in the minute (6.90 to 12.00 m).
    pub verkeersintensiteit_klasse4: Option<u16>,
    /// Harmonic mean speed of rigid lorries, km/h, 0 to 200; null when no rigid lorry passed (252
    /// in the feed), it could not be computed (254) or nothing was computed yet (251).
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub voertuigsnelheid_harmonisch_klasse4: Option<u8>,
    /// Arithmetic mean speed of rigid lorries, km/h; null where the harmonic one is a sentinel (the
    /// feed writes 0).
    #[schemars(extend("maximum" = 200))]
    pub voertuigsnelheid_rekenkundig_klasse4: Option<u8>,
    /// Number of articulated lorries and buses in the minute (over 12.00 m).
    pub verkeersintensiteit_klasse5: Option<u16>,
    /// Harmonic mean speed of articulated lorries and buses, km/h, 0 to 200; null when no
    /// articulated lorry passed (252 in the feed), it could not be computed (254) or nothing was
    /// computed yet (251).
    #[schemars(extend("maximum" = 200))]
    #[lake(null_if(251, 252, 254))]
    pub voertuigsnelheid_harmonisch_klasse5: Option<u8>,
    /// Arithmetic mean speed of articulated lorries and buses, km/h; null where the harmonic one is
    /// a sentinel (the feed writes 0).
    #[schemars(extend("maximum" = 200))]
    pub voertuigsnelheid_rekenkundig_klasse5: Option<u8>,
    /// Share of the minute in which the loop was covered by a vehicle, percent.
    #[schemars(extend("maximum" = 100))]
    pub rekendata_bezettingsgraad: Option<u8>,
    /// Share of the minute in which the point could detect vehicles reliably, percent.
    #[schemars(extend("maximum" = 100))]
    pub rekendata_beschikbaarheidsgraad: Option<u8>,
    /// Unrest: variance of the speeds of all vehicles in the minute, (km/h) squared.
    pub rekendata_onrustigheid: Option<u16>,
}

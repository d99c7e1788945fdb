use lakebed::Record;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One measuring point of the Flemish road network: one lane at one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Record)]
#[lake(table = "measuring_point", xml = "meetpunt", xml_json, records("data"))]
#[lake(json_schema, key = "point_id", sort = "point_id")]
pub struct MeasuringPoint {
    /// Key of the measuring point; digits so far, text by contract.
    #[serde(rename = "unieke_id")]
    #[lake(xml = "@unieke_id")]
    pub point_id: String,
    /// Readable name of the point, such as H291L10; not unique.
    #[serde(rename = "beschrijvende_id")]
    pub point_name: Option<String>,
    /// Name of the place, for people.
    #[serde(rename = "volledige_naam")]
    #[lake(null_if("", "NULL"))]
    pub full_name: Option<String>,
    /// Number of the road in the register of the road authority, such as A0140002.
    #[serde(rename = "Ident_8")]
    #[lake(null_if("", "NULL"))]
    pub road_number: Option<String>,
    /// Number of the local processing unit that reports the point.
    #[serde(rename = "lve_nr")]
    #[lake(null_if("", "NULL"))]
    pub local_unit: Option<i32>,
    /// Kilometre point along the road; null where the feed has nothing or the word NULL.
    #[serde(rename = "Kmp_Rsys")]
    #[lake(decimal(7, 3), decimal_comma, null_if("", "NULL"))]
    pub kilometre_point: Option<Decimal>,
    /// Lane: a letter (R, B, TR, P, W, S, A) and a number, such as R10.
    #[serde(rename = "Rijstrook")]
    #[schemars(extend("pattern" = "^[A-Z]{1,2}[0-9]{2}$"))]
    #[lake(null_if("", "NULL"))]
    pub lane: Option<String>,
    /// Belgian Lambert 72 coordinate to the east (EPSG:31370), metres.
    #[serde(rename = "X_coord_EPSG_31370")]
    #[lake(decimal(11, 5), decimal_comma, null_if("", "NULL"))]
    pub lambert_x: Option<Decimal>,
    /// Belgian Lambert 72 coordinate to the north (EPSG:31370), metres.
    #[serde(rename = "Y_coord_EPSG_31370")]
    #[lake(decimal(11, 5), decimal_comma, null_if("", "NULL"))]
    pub lambert_y: Option<Decimal>,
    /// Longitude (WGS84, EPSG:4326), degrees.
    #[serde(rename = "lengtegraad_EPSG_4326")]
    #[schemars(extend("maximum" = 180), extend("minimum" = -180))]
    #[lake(decimal(12, 9), decimal_comma, null_if("", "NULL"))]
    pub longitude: Option<Decimal>,
    /// Latitude (WGS84, EPSG:4326), degrees.
    #[serde(rename = "breedtegraad_EPSG_4326")]
    #[schemars(extend("maximum" = 90), extend("minimum" = -90))]
    #[lake(decimal(12, 9), decimal_comma, null_if("", "NULL"))]
    pub latitude: Option<Decimal>,
}

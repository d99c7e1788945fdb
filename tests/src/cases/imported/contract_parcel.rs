use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

/// One scan of a parcel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "parcel", partition(by = region, layout = "region={region}"))]
#[lake(partition(by = scanned_at, layout = "dt={yyyy-MM-dd}"))]
#[lake(key = "parcel_id, scanned_at", sort = "scanned_at")]
#[lake(compression = "zstd")]
pub struct Parcel {
    /// Number on its label.
    #[serde(rename = "parcelId")]
    pub parcel_id: i64,
    /// Where it is.
    pub region: Region,
    /// When it was scanned.
    #[lake(time(rfc3339))]
    pub scanned_at: DateTime<Utc>,
    /// Kilograms.
    pub weight: Option<f64>,
    /// Labels on it.
    pub labels: Vec<String>,
}

/// A word in `region`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ColumnType)]
#[serde(rename_all = "kebab-case")]
pub enum Region {
    North,
    SouthEast,
    West,
}

use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

/// One reading of a sensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "sensor_reading")]
#[lake(partition(by = read_at, layout = "year={yyyy}/month={MM}/day={dd}/hour={HH}"))]
pub struct SensorReading {
    /// When it was read.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    #[lake(time(epoch_millis))]
    pub read_at: DateTime<Utc>,
    /// Name of the sensor.
    pub sensor: Option<String>,
    /// Degrees Celsius.
    pub celsius: Option<f32>,
    /// Where it hangs.
    pub place: Option<Place>,
}

/// A record in `place`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Place {
    /// Floor, 0 at the ground.
    pub floor: Option<i32>,
    /// Name of the room.
    pub room: Option<String>,
}

//! A team's own `lakebed`: every command, over its own table.
//!
//! ```console
//! $ cargo run -p lakebed-cli --example own_binary -- tables
//! $ cargo run -p lakebed-cli --example own_binary -- convert trips.ndjson --to lake
//! $ cargo run -p lakebed-cli --example own_binary -- inspect lake
//! ```

use chrono::{DateTime, Utc};
use lakebed::Record;
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

/// One trip of a shared bicycle.
#[derive(Serialize, Deserialize, Record)]
#[lake(table = "bike_trip", partition(by = started_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
#[lake(key = "bike, started_at", sort = "bike")]
struct Trip {
    /// Number of the bicycle.
    #[serde(rename = "bikeId")]
    bike: u32,
    /// When it left its dock.
    #[lake(time(rfc3339, epoch_seconds))]
    started_at: DateTime<Utc>,
    /// Distance in metres; null when the tracker failed, for which the feed writes -1.
    #[lake(null_if(-1))]
    metres: Option<i32>,
}

fn main() -> ExitCode {
    lakebed_cli::main(lakebed::tables![Trip])
}

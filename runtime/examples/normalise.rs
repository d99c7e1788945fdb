//! The normalising function of a Firehose stream, for any contract.
//!
//! ```text
//! cargo build --release -p lakebed --example normalise --features lambda
//! cp target/release/examples/normalise bootstrap && zip function.zip bootstrap traffic_measurement.json
//! ```
//!
//! with the runtime `provided.al2023`. It reads the environment:
//!
//! | Variable | Meaning |
//! |---|---|
//! | `LAKEBED_CONTRACT` | the contract file, beside the program unless it starts with `/`; `contract.json` when absent |
//! | `LAKEBED_ACCEPT_EVENT_TIME` | such as `-7d..+1h`: records that happened earlier or later, counted from their arrival, fail; all are accepted when absent |
//! | `LAKEBED_FOR` | `firehose` (when absent) for a stream that converts to Parquet, `table` for one that keeps JSON |
//!
//! A team that has its own types compiles them in instead: `run(Normaliser::new(&Table::try_from(Minute::TABLE)?)?)`.

use lakebed::Table;
use lakebed::lambda::{Normaliser, TransformOptions, run};
use std::env::var;
use std::error::Error;

#[path = "common/log.rs"]
mod log;

#[path = "common/contract.rs"]
mod contract;

fn main() -> Result<(), Box<dyn Error>> {
    log::start()?;
    let table: Table = contract::table()?;
    let mut options = TransformOptions::default();
    if let Ok(window) = var("LAKEBED_ACCEPT_EVENT_TIME") {
        options.accept_event_time = Some(window.parse()?);
    }
    let normaliser = Normaliser::with(&table, &options)?;
    let normaliser = match var("LAKEBED_FOR").as_deref() {
        Err(_) | Ok("firehose") => normaliser,
        Ok("table") => normaliser.for_table(),
        Ok(other) => return Err(format!("LAKEBED_FOR is `{other}`: write `firehose` or `table`").into()),
    };
    tracing::info!(table = %table.name, "ready");
    Ok(run(normaliser)?)
}

//! Objects into a lake as they arrive: a function that S3 calls, or SQS, SNS or EventBridge with what S3 told them.
//!
//! ```text
//! cargo build --release -p lakebed --example s3_convert --features lambda,s3
//! cp target/release/examples/s3_convert bootstrap && zip function.zip bootstrap traffic_measurement.json
//! ```
//!
//! with the runtime `provided.al2023`, the role's keys in the environment as Lambda puts them there, and, behind a queue,
//! `ReportBatchItemFailures` in the event source mapping. It reads the environment:
//!
//! | Variable | Meaning |
//! |---|---|
//! | `LAKEBED_CONTRACT` | the contract file, beside the program unless it starts with `/`; `contract.json` when absent |
//! | `LAKEBED_LAKE` | the lake, `s3://bucket/prefix` |
//! | `LAKEBED_WAIT_SECONDS` | how long to wait for another writer of the table (20 when absent) |
//! | `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` | another address of S3 |

use lakebed::lambda::{ObjectConverter, run};
use lakebed::store::{Keys, S3Settings};
use lakebed::{Access, ConvertOptions, Location, Stores};
use std::env::var;
use std::error::Error;
use std::time::Duration;

#[path = "common/log.rs"]
mod log;

#[path = "common/contract.rs"]
mod contract;

fn main() -> Result<(), Box<dyn Error>> {
    log::start()?;
    let table = contract::table()?;
    let lake = var("LAKEBED_LAKE").unwrap_or_default();
    let lake = Location::from_s3_uri(&lake)
        .ok_or_else(|| format!("LAKEBED_LAKE is `{lake}`: write s3://bucket/prefix"))?;
    let wait = var("LAKEBED_WAIT_SECONDS").map_or(Ok(20), |seconds| seconds.parse())?;
    let keys = var("AWS_ACCESS_KEY_ID").and_then(|id| Ok((id, var("AWS_SECRET_ACCESS_KEY")?))).ok();
    let settings = S3Settings {
        endpoint: var("AWS_ENDPOINT_URL_S3").or_else(|_| var("AWS_ENDPOINT_URL")).ok(),
        region: var("AWS_REGION").ok(),
        keys: keys.map(|(id, secret)| Keys { id, secret, token: var("AWS_SESSION_TOKEN").ok(), ends: None }),
        ..S3Settings::default()
    };
    let options = ConvertOptions {
        stores: Stores::with_s3(settings),
        access: Access {
            user: var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
            command: "s3_convert".to_owned(),
            wait: Duration::from_secs(wait),
            // The only folder that Lambda lets a function write to.
            scratch: Some(std::env::temp_dir()),
            ..Access::default()
        },
        ..ConvertOptions::new([""; 0].map(std::path::PathBuf::from), lake)
    };
    tracing::info!(table = %table.name, "ready");
    Ok(run(ObjectConverter::new(table, options))?)
}

//! The Glue Data Catalog through the AWS SDK: the strict fake, and two emulators.

mod concurrent;
mod credentials;
mod emulators;
mod faults;
pub(crate) mod isolated;
mod killed;
mod partitions;
mod random;
mod registry;
mod said;
mod suite;

use lakebed_cli::catalog::{GlueCatalog, GlueOptions};
use lakebed_tests::fake_glue::{FakeGlue, Settings};
use lakebed_tests::server::REGION;
use std::time::Duration;

fn start(settings: Settings) -> FakeGlue {
    FakeGlue::start_with(settings).unwrap_or_else(|error| panic!("{error}"))
}

/// The catalog behind an address; what fails is tried `attempts` times.
fn open(url: String, attempts: u32) -> GlueCatalog {
    open_for(url, attempts, Duration::from_secs(30))
}

/// The same, with the longest time of one attempt.
fn open_for(url: String, attempts: u32, timeout: Duration) -> GlueCatalog {
    let options = GlueOptions {
        region: Some(REGION.to_owned()),
        endpoint: Some(url),
        attempts: Some(attempts),
        timeout: Some(timeout),
        ..GlueOptions::default()
    };
    GlueCatalog::open(options).unwrap_or_else(|error| panic!("{error}"))
}

//! Stores: what any of them must do, what a broken wire does to one, and what is said when S3 refuses.

mod compacting;
mod faults;
mod odd_keys;
mod reading;
mod said;
mod suite;

use lakebed::Location;
use lakebed::store::{Keys, S3Settings, S3Store};
use lakebed_tests::server::REGION;
use std::time::Duration;

const KEY: &str = "AKIDNOBODYMAYSEETHIS";
const SECRET: &str = "SecretThatNobodyMaySee";
const TOKEN: &str = "TokenThatNobodyMaySee";

/// Settings for a server of this machine.
fn settings(url: String) -> S3Settings {
    let keys =
        Keys { id: KEY.to_owned(), secret: SECRET.to_owned(), token: Some(TOKEN.to_owned()), ends: None };
    S3Settings {
        endpoint: Some(url),
        region: Some(REGION.to_owned()),
        keys: Some(keys),
        retry_for: Some(Duration::from_secs(60)),
        ..S3Settings::default()
    }
}

fn open(settings: &S3Settings, address: &str) -> S3Store {
    let root = Location::from_s3_uri(address).expect("an address");
    S3Store::open(&root, settings).unwrap_or_else(|error| panic!("{error}"))
}

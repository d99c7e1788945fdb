//! The real SDK against answers that a test writes.

mod calls;
mod errors;
mod secrets;
mod server;

use super::client::Connection;
use super::{GlueCatalog, GlueOptions};
use aws_config::{BehaviorVersion, ConfigLoader};
use aws_sdk_glue::config::Credentials;
use server::Server;
use std::time::Duration;

const KEY_ID: &str = "AKIATESTKEYIDENTIFIER";
const SECRET: &str = "tEsTsEcReTkEyThatNobodyMaySee";
const TOKEN: &str = "tEsTsEsSiOnToKeNThatNobodyMaySee";

/// A loader that takes no credentials from this machine.
fn loader() -> ConfigLoader {
    aws_config::defaults(BehaviorVersion::latest()).credentials_provider(Credentials::new(
        KEY_ID,
        SECRET,
        Some(TOKEN.into()),
        None,
        "test",
    ))
}

fn options(url: &str) -> GlueOptions {
    GlueOptions {
        region: Some("eu-west-1".into()),
        endpoint: Some(url.to_owned()),
        account: Some("123456789012".into()),
        attempts: Some(1),
        timeout: Some(Duration::from_secs(20)),
    }
}

fn open_with(loader: ConfigLoader, options: GlueOptions) -> GlueCatalog {
    GlueCatalog { connection: Connection::open_with(loader, options).expect("it opens") }
}

fn open(server: &Server) -> GlueCatalog {
    open_with(loader(), options(&server.url))
}

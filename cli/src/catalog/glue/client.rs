//! The connection: settings, runtime, client.

use super::call::{Call, Service};
use super::error::failed;
use super::seen::Seen;
use crate::catalog::{CatalogError, CatalogErrorKind};
use aws_config::{AppName, BehaviorVersion, ConfigLoader, Region};
use aws_sdk_glue::Client;
use aws_sdk_glue::config::retry::{RetryConfig, RetryMode};
use aws_sdk_glue::config::timeout::TimeoutConfig;
use aws_sdk_glue::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Attempts of one call where nothing else is set; the SDK's own default of 3 gives up within two seconds.
const ATTEMPTS: u32 = 5;
/// What the SDK takes where neither a variable nor a profile sets the attempts.
const SDK_ATTEMPTS: u32 = 3;
const CONNECT: Duration = Duration::from_secs(5);
/// A page of partitions with wide descriptors takes seconds.
const READ: Duration = Duration::from_secs(30);
const ATTEMPT: Duration = Duration::from_secs(60);
/// All attempts of one call with the waits between them.
const CALL: Duration = Duration::from_secs(180);

/// Where the Glue Data Catalog is, and how patiently it is asked.
///
/// What is none is the SDK's choice: variables (`AWS_REGION`, `AWS_ENDPOINT_URL_GLUE`, `AWS_MAX_ATTEMPTS`), then the
/// profile. Credentials come from the SDK's chain alone. Where nobody sets the attempts there are five. The SDK's own
/// default of three looks the same as `max_attempts = 3` in a profile, so that this line counts as not set: say
/// `AWS_MAX_ATTEMPTS=3` or [`attempts`](Self::attempts) to have three.
#[derive(Clone, Debug, Default)]
pub struct GlueOptions {
    /// AWS region.
    pub region: Option<String>,
    /// Address of a stand-in: `http://127.0.0.1:5000`.
    pub endpoint: Option<String>,
    /// Account whose catalog it is, sent with every call: credentials of another account are refused then instead of
    /// changing the other catalog. Messages name it in ARNs.
    pub account: Option<String>,
    /// Most attempts of one call, the first among them; before every other setting.
    pub attempts: Option<u32>,
    /// Longest time of one attempt.
    pub timeout: Option<Duration>,
}

/// A client with the runtime that drives it.
pub(crate) struct Connection {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    client: Client,
    service: Service,
    /// Where the calls go when that is not the service itself.
    endpoint: Option<String>,
    seen: Seen,
}

impl Connection {
    pub(crate) fn open(options: GlueOptions) -> Result<Self, CatalogError> {
        Self::open_with(aws_config::defaults(BehaviorVersion::latest()), options)
    }

    /// The same with settings of the SDK that did not come from its chain.
    pub(super) fn open_with(mut loader: ConfigLoader, options: GlueOptions) -> Result<Self, CatalogError> {
        let failed =
            |kind, message: &str| CatalogError::new(kind, "opening", "the Glue Data Catalog", message);
        outside(|| failed(CatalogErrorKind::Other, INSIDE))?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            failed(CatalogErrorKind::Other, "the program cannot wait for the network").with_source(error)
        })?;
        let attempt = options.timeout.unwrap_or(ATTEMPT);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT.min(attempt))
            .read_timeout(READ.min(attempt))
            .operation_attempt_timeout(attempt)
            .operation_timeout(CALL.max(attempt))
            .build();
        loader = loader.timeout_config(timeouts);
        if let Ok(name) = AppName::new("lakebed") {
            loader = loader.app_name(name);
        }
        if let Some(region) = options.region {
            loader = loader.region(Region::new(region));
        }
        let config = runtime.block_on(loader.load());
        let Some(region) = config.region().map(ToString::to_string) else {
            let hint = "set AWS_REGION, or `region` in lakebed.toml";
            return Err(failed(CatalogErrorKind::Invalid, "no AWS region is set").with_hint(hint));
        };
        let seen = Seen::default();
        let mut builder = aws_sdk_glue::config::Builder::from(&config)
            .retry_config(retry(config.retry_config(), options.attempts))
            .interceptor(seen.clone());
        let endpoint = options.endpoint.or_else(|| config.endpoint_url().map(str::to_owned));
        if let Some(endpoint) = &endpoint {
            builder = builder.endpoint_url(endpoint);
        }
        let client = Client::from_conf(builder.build());
        Ok(Self {
            runtime: Some(runtime),
            client,
            service: Service { region, account: options.account },
            endpoint,
            seen,
        })
    }

    /// The client, for a call inside of [`run`](Self::run).
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The address that stands in for the service, when one does.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// Where the calls go.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// The account whose catalog it is, for the parameter `CatalogId` of a call.
    pub(crate) fn catalog_id(&self) -> Option<String> {
        self.service.account.clone()
    }

    /// Waits for a call, and says what went wrong.
    pub(crate) fn run<T, E>(
        &self,
        call: &Call,
        future: impl Future<Output = Result<T, SdkError<E>>>,
    ) -> Result<T, CatalogError>
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        outside(|| call.error(CatalogErrorKind::Other, INSIDE))?;
        let Some(runtime) = &self.runtime else {
            return Err(call.error(CatalogErrorKind::Other, "the connection is closed"));
        };
        runtime.block_on(future).map_err(|error| failed(&self.service, &self.seen, call, &error))
    }
}

/// What is under way, such as looking up a name, is not waited for; a plain drop would also panic inside of another
/// runtime.
impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

const INSIDE: &str = "it was asked for inside of an asynchronous runtime, where it cannot wait";

/// A runtime cannot wait inside of another one, and would panic.
fn outside(error: impl FnOnce() -> CatalogError) -> Result<(), CatalogError> {
    if Handle::try_current().is_ok() {
        return Err(error().with_hint("call it from a thread of its own (tokio::task::spawn_blocking)"));
    }
    Ok(())
}

/// Adaptive retries with a bound: the given one, the one of the SDK's settings, or ours.
fn retry(set: Option<&RetryConfig>, attempts: Option<u32>) -> RetryConfig {
    let is_set = std::env::var_os("AWS_MAX_ATTEMPTS").is_some_and(|value| !value.is_empty());
    let chosen = set.map(RetryConfig::max_attempts).filter(|set| is_set || *set != SDK_ATTEMPTS);
    let config = set.cloned().unwrap_or_else(RetryConfig::standard);
    config
        .with_retry_mode(RetryMode::Adaptive)
        .with_max_attempts(attempts.or(chosen).unwrap_or(ATTEMPTS).max(1))
}

//! A bucket's client, with what its failures are told with.

use super::S3Settings;
use super::action::Action;
use super::credentials;
use super::failure::Teller;
use super::wait;
use super::watch::{Connector, Seen, watched};
use crate::store::{Location, StoreError, StoreErrorKind};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpClient, HttpConnector};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Idle connections are closed before S3 does it, which closes them after a quarter of a minute or more.
const IDLE: Duration = Duration::from_secs(10);

/// A bucket, as every reader and writer of it shares it.
#[derive(Clone)]
pub(super) struct Client {
    inner: Arc<AmazonS3>,
    /// For requests that `object_store` has no method for.
    http: HttpClient,
    teller: Teller,
    /// Whether the bucket is known to be there.
    bucket: Arc<AtomicBool>,
}

impl std::fmt::Debug for Client {
    /// Without the library's own, which shows the id of the access key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("teller", &self.teller).finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn open(bucket: &str, root: &Location, settings: &S3Settings) -> Result<Self, StoreError> {
        let failed = |e: object_store::Error| {
            StoreError::new(StoreErrorKind::Unsupported, root.clone()).with_source(e)
        };
        if settings.region.is_none() && settings.endpoint.is_none() {
            let error = StoreError::new(StoreErrorKind::Unsupported, root.clone());
            return Err(error.with_source("no AWS region is set").with_hint("set AWS_REGION"));
        }
        let options = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(settings.connect_timeout())
            .with_pool_idle_timeout(IDLE)
            .with_allow_http(settings.endpoint.as_deref().is_some_and(|url| url.starts_with("http://")));
        let connector = Connector::new(settings.stall_timeout());
        let http = connector.connect(&options).map_err(failed)?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_client_options(options)
            .with_disable_bulk_delete(true)
            .with_http_connector(connector);
        if let Some(region) = &settings.region {
            builder = builder.with_region(region);
        }
        if let Some(endpoint) = &settings.endpoint {
            builder = builder.with_endpoint(endpoint).with_virtual_hosted_style_request(false);
        } else {
            // A name with dots does not fit the certificate of AWS.
            builder = builder.with_virtual_hosted_style_request(!bucket.contains('.'));
        }
        let roles = || {
            let quick = RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 2,
                retry_timeout: settings.role_timeout(),
            };
            let mut builder = builder.clone().with_retry(quick);
            for (name, value) in &settings.options {
                let name: AmazonS3ConfigKey = name.parse()?;
                builder = builder.with_config(name, value);
            }
            Ok(Arc::clone(builder.build()?.credentials()))
        };
        let provider = credentials::provider(settings, roles).map_err(failed)?;
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: settings.retries(),
            retry_timeout: settings.retry_for(),
        };
        let inner = builder.with_credentials(provider).with_retry(retry).build().map_err(failed)?;
        Ok(Self {
            inner: Arc::new(inner),
            http,
            teller: Teller { region: settings.region.clone(), endpoint: settings.endpoint.clone() },
            bucket: Arc::default(),
        })
    }

    pub(super) fn inner(&self) -> Arc<AmazonS3> {
        Arc::clone(&self.inner)
    }

    pub(super) fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Does a call, and says what went wrong.
    pub(super) async fn call<T>(
        &self,
        action: Action,
        at: Location,
        call: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, StoreError> {
        self.look(action, at, call).await.0
    }

    /// The same, with what was seen of its requests.
    pub(super) async fn look<T>(
        &self,
        action: Action,
        at: Location,
        call: impl Future<Output = object_store::Result<T>>,
    ) -> (Result<T, StoreError>, Seen) {
        let (result, seen) = watched(call).await;
        let result = result.map_err(|e| self.teller.failure(action, at, &seen, e));
        let there = match &result {
            Ok(_) => true,
            // Who says that of a key has the bucket.
            Err(_) => seen.answer.as_ref().is_some_and(|answer| answer.code == "NoSuchKey"),
        };
        if there {
            self.bucket.store(true, Ordering::Relaxed);
        }
        (result, seen)
    }

    /// Whether the bucket is known to be there.
    pub(super) fn knows_bucket(&self) -> bool {
        self.bucket.load(Ordering::Relaxed)
    }

    /// Does a call and waits for it, whoever calls.
    pub(super) fn run<T: Send + 'static>(
        &self,
        at: Location,
        call: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        wait::wait(call).map_err(|e| StoreError::new(StoreErrorKind::Other, at).with_source(e))?
    }
}

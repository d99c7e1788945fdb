//! How S3 is reached.

use super::credentials::{KeySource, Keys};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How S3 is reached. Nothing of it comes from the environment: who runs a program says what to take from there.
#[derive(Clone, Default)]
pub struct S3Settings {
    /// Address of the service, such as `http://127.0.0.1:4566`; AWS itself when absent. With an address, buckets
    /// stand in the path.
    pub endpoint: Option<String>,
    /// Region of the buckets. Needed on AWS itself.
    pub region: Option<String>,
    /// Keys that never change. Before every other source.
    pub keys: Option<Keys>,
    /// Settings of roles by their names in `object_store`, such as `aws_web_identity_token_file`: taken when there
    /// are no `keys`.
    pub options: BTreeMap<String, String>,
    /// Where keys come from when there are none in `keys`; absent: the roles of `options`, then that of the machine.
    pub source: Option<Arc<dyn KeySource>>,
    /// Never ask the machine for its role (169.254.169.254).
    pub without_machine_role: bool,
    /// What is said when nobody gives keys, for a program that takes them from places of its own.
    pub without_keys: Option<String>,
    /// Longest time in which one request is tried again [180 seconds].
    pub retry_for: Option<Duration>,
    /// Most times one request is tried again (10 when absent).
    pub retries: Option<usize>,
    /// Longest wait for a connection [5 seconds].
    pub connect_timeout: Option<Duration>,
    /// Longest time in which no byte comes of an answer [30 seconds]. What is sent or read may take longer, as long
    /// as it moves: 16 KiB a second are enough.
    pub stall_timeout: Option<Duration>,
    /// Longest wait for the role of a machine or container [5 seconds].
    pub role_timeout: Option<Duration>,
    /// Half of the bytes that a reader of an object holds [8 MiB, and no more than fits the memory of a run]. They come in
    /// eight ranges, up to seven of them at the same time.
    pub largest_range: Option<u64>,
}

/// Bytes of the largest range where nobody says otherwise.
const LARGEST_RANGE: u64 = 8 << 20;

impl S3Settings {
    pub(super) fn retry_for(&self) -> Duration {
        self.retry_for.unwrap_or(Duration::from_secs(180))
    }

    pub(super) fn retries(&self) -> usize {
        self.retries.unwrap_or(10)
    }

    pub(super) fn connect_timeout(&self) -> Duration {
        self.connect_timeout.unwrap_or(Duration::from_secs(5))
    }

    pub(super) fn stall_timeout(&self) -> Duration {
        self.stall_timeout.unwrap_or(Duration::from_secs(30))
    }

    pub(super) fn largest_range(&self) -> u64 {
        self.largest_range.unwrap_or(LARGEST_RANGE)
    }

    pub(super) fn role_timeout(&self) -> Duration {
        self.role_timeout.unwrap_or(Duration::from_secs(5))
    }
}

impl std::fmt::Debug for S3Settings {
    /// Values of options may be secret: only their names.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Settings")
            .field("endpoint", &self.endpoint.as_deref().map(crate::store::without_user_info))
            .field("region", &self.region)
            .field("keys", &self.keys)
            .field("options", &self.options.keys().collect::<Vec<_>>())
            .field("source", &self.source)
            .field("without_machine_role", &self.without_machine_role)
            .field("retry_for", &self.retry_for())
            .field("retries", &self.retries())
            .finish_non_exhaustive()
    }
}

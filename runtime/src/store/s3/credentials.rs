//! Who asks: keys, and where they come from.

use super::S3Settings;
use super::watch;
use object_store::CredentialProvider;
use object_store::aws::{AwsCredential, AwsCredentialProvider};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Access keys of AWS. They are never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// The access key's id.
    pub id: String,
    /// The access key's secret.
    pub secret: String,
    /// The token of keys that end.
    pub token: Option<String>,
    /// When they end, if they do.
    pub ends: Option<SystemTime>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// Where keys come from, such as a profile or a single sign-on.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// Keys that are good for some minutes at least. It may wait; it is asked again shortly before they end.
    ///
    /// # Errors
    /// What is missing, and what to do about it: one line, without secrets.
    fn keys(&self) -> Result<Keys, String>;
}

/// What is said when there is nothing to ask.
const NOBODY: &str = "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
                      AWS_SESSION_TOKEN), or run on a role";
/// What is said when a role cannot be had that variables name.
const NO_ROLE: &str = "the role that the variables of AWS name cannot be taken: look at AWS_ROLE_ARN with \
                       AWS_WEB_IDENTITY_TOKEN_FILE, or at AWS_CONTAINER_CREDENTIALS_FULL_URI and _RELATIVE_URI";
/// Keys are fetched anew when they end within this time.
const AHEAD: Duration = Duration::from_secs(120);
/// Longest wait for a source of keys: a person may have to confirm something.
const SOURCE_TIMEOUT: Duration = Duration::from_secs(60);

/// The provider that the settings ask for; none when the keys are in them.
pub(super) fn provider(
    settings: &S3Settings,
    roles: impl FnOnce() -> object_store::Result<AwsCredentialProvider>,
) -> object_store::Result<AwsCredentialProvider> {
    if let Some(keys) = &settings.keys {
        return Ok(Arc::new(object_store::StaticCredentialProvider::new(credential(keys.clone()))));
    }
    if let Some(source) = &settings.source {
        return Ok(Arc::new(Sourced { source: Arc::clone(source), last: Arc::default() }));
    }
    if settings.options.is_empty() && settings.without_machine_role {
        return Ok(Arc::new(Nobody { said: nobody(settings) }));
    }
    let said = if settings.options.is_empty() { nobody(settings) } else { NO_ROLE.to_owned() };
    Ok(Arc::new(Bounded { inner: roles()?, limit: settings.role_timeout(), said }))
}

fn nobody(settings: &S3Settings) -> String {
    settings.without_keys.clone().unwrap_or_else(|| NOBODY.to_owned())
}

fn credential(keys: Keys) -> AwsCredential {
    AwsCredential { key_id: keys.id, secret_key: keys.secret, token: keys.token }
}

/// Notes the reason where the error is made for people, and gives the library its own.
fn refused(reason: String) -> object_store::Error {
    watch::note_credentials(reason.clone());
    object_store::Error::Unauthenticated { path: String::new(), source: reason.into() }
}

type Given<'a> = Pin<Box<dyn Future<Output = object_store::Result<Arc<AwsCredential>>> + Send + 'a>>;

/// There is nobody to ask.
#[derive(Debug)]
struct Nobody {
    said: String,
}

impl CredentialProvider for Nobody {
    type Credential = AwsCredential;

    fn get_credential<'life, 'given>(&'life self) -> Given<'given>
    where
        'life: 'given,
        Self: 'given,
    {
        Box::pin(async { Err(refused(self.said.clone())) })
    }
}

/// A role, asked for no longer than a limit.
#[derive(Debug)]
struct Bounded {
    inner: AwsCredentialProvider,
    limit: Duration,
    /// What is said when there is none.
    said: String,
}

impl CredentialProvider for Bounded {
    type Credential = AwsCredential;

    fn get_credential<'life, 'given>(&'life self) -> Given<'given>
    where
        'life: 'given,
        Self: 'given,
    {
        Box::pin(async {
            // The library's text may hold what the service said: only that it failed is told.
            match tokio::time::timeout(self.limit, self.inner.get_credential()).await {
                Ok(Ok(credential)) => Ok(credential),
                Ok(Err(_)) | Err(_) => Err(refused(self.said.clone())),
            }
        })
    }
}

/// Keys of a source, kept until shortly before they end.
#[derive(Debug)]
struct Sourced {
    source: Arc<dyn KeySource>,
    last: Arc<Mutex<Option<Kept>>>,
}

#[derive(Debug)]
struct Kept {
    credential: Arc<AwsCredential>,
    ends: Option<SystemTime>,
}

impl Sourced {
    /// Asks, or waits for who is asking already.
    fn ask(source: &dyn KeySource, last: &Mutex<Option<Kept>>) -> Result<Arc<AwsCredential>, String> {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let soon = SystemTime::now() + AHEAD;
        if let Some(kept) = last.as_ref().filter(|kept| kept.ends.is_none_or(|ends| ends > soon)) {
            return Ok(Arc::clone(&kept.credential));
        }
        let keys = source.keys()?;
        let ends = keys.ends;
        let credential = Arc::new(credential(keys));
        *last = Some(Kept { credential: Arc::clone(&credential), ends });
        Ok(credential)
    }
}

impl CredentialProvider for Sourced {
    type Credential = AwsCredential;

    fn get_credential<'life, 'given>(&'life self) -> Given<'given>
    where
        'life: 'given,
        Self: 'given,
    {
        let (source, last) = (Arc::clone(&self.source), Arc::clone(&self.last));
        Box::pin(async move {
            let asked = tokio::task::spawn_blocking(move || Self::ask(source.as_ref(), &last));
            match tokio::time::timeout(SOURCE_TIMEOUT, asked).await {
                Ok(Ok(Ok(credential))) => Ok(credential),
                Ok(Ok(Err(reason))) => Err(refused(reason)),
                Ok(Err(_)) => Err(refused("the source of AWS credentials failed".to_owned())),
                Err(_) => Err(refused(format!(
                    "the source of AWS credentials gave none within {} seconds",
                    SOURCE_TIMEOUT.as_secs()
                ))),
            }
        })
    }
}

//! The whole chain of AWS, as its SDK has it: variables, profiles, single sign-on, a process, roles.

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;
use aws_sdk_glue::config::ProvideCredentials as _;
use lakebed::store::{KeySource, Keys};
use std::error::Error;
use tokio::runtime::{Builder, Runtime};

/// The chain. It is gone through again when its keys end.
#[derive(Debug)]
pub(super) struct Chain;

impl KeySource for Chain {
    fn keys(&self) -> Result<Keys, String> {
        let runtime = runtime().ok_or("no thread can wait for AWS credentials")?;
        let found = runtime
            .block_on(async { DefaultCredentialsChain::builder().build().await.provide_credentials().await });
        match found {
            Ok(found) => Ok(Keys {
                id: found.access_key_id().to_owned(),
                secret: found.secret_access_key().to_owned(),
                token: found.session_token().map(str::to_owned),
                ends: found.expiry(),
            }),
            Err(error)
                if error
                    .source()
                    .is_none_or(|source| source.to_string().contains("no providers in chain")) =>
            {
                Err(super::NOBODY.to_owned())
            }
            Err(error) => Err(format!("the AWS chain of credentials gives none: {}", causes(&error))),
        }
    }
}

/// The region of the profile, without asking anybody.
pub(super) fn region() -> Option<String> {
    let region = runtime()?.block_on(ProfileFileRegionProvider::builder().build().region())?;
    Some(region.to_string())
}

fn runtime() -> Option<Runtime> {
    Builder::new_current_thread().enable_all().build().ok()
}

/// An error and those below it, in one line.
fn causes(error: &dyn Error) -> String {
    let (mut text, mut next) = (error.to_string(), error.source());
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text.replace('\n', " ")
}

//! How commands reach S3: what the flag and the variables of AWS say.

use crate::surroundings::Surroundings;
use lakebed::Stores;

/// The flag of commands that read or write S3.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct S3Args {
    /// Address of the S3 service, for one that is not AWS [default: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl S3Args {
    /// What opens folders and S3.
    #[cfg(feature = "s3")]
    pub(crate) fn stores(&self, around: &Surroundings) -> Stores {
        let aws = |name: &str| around.aws.get(name).map(str::to_owned);
        let endpoint = self
            .endpoint_url
            .clone()
            .or_else(|| aws("AWS_ENDPOINT_URL_S3"))
            .or_else(|| aws("AWS_ENDPOINT_URL"));
        let options = around.aws.iter().filter(|(name, _)| OPTIONS.contains(name));
        Stores::with_s3(lakebed::store::S3Settings {
            endpoint,
            region: aws("AWS_REGION").or_else(|| aws("AWS_DEFAULT_REGION")),
            options: options.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            ..lakebed::store::S3Settings::default()
        })
    }

    /// What opens folders: this build has no S3.
    #[cfg(not(feature = "s3"))]
    pub(crate) fn stores(&self, _around: &Surroundings) -> Stores {
        Stores::local()
    }
}

/// Variables of AWS that say who asks.
#[cfg(feature = "s3")]
const OPTIONS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

//! How commands reach S3: what the flag and the variables of AWS say.

#[cfg(all(feature = "s3", feature = "aws"))]
mod chain;

use crate::surroundings::Surroundings;
use lakebed::Stores;
#[cfg(feature = "s3")]
use lakebed::store::{KeySource, Keys, S3Settings};
#[cfg(feature = "s3")]
use std::sync::Arc;

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
        Stores::with_s3(self.settings(around))
    }

    /// Address of a stand-in for services of AWS other than S3.
    #[cfg(feature = "aws")]
    pub(crate) fn endpoint(&self, around: &Surroundings) -> Option<String> {
        self.endpoint_url.clone().or_else(|| around.aws.get("AWS_ENDPOINT_URL").map(str::to_owned))
    }

    /// What opens folders: this build has no S3.
    #[cfg(not(feature = "s3"))]
    pub(crate) fn stores(&self, _around: &Surroundings) -> Stores {
        Stores::local()
    }

    #[cfg(feature = "s3")]
    fn settings(&self, around: &Surroundings) -> S3Settings {
        let aws = |name: &str| around.aws.get(name).map(str::to_owned);
        let options = around.aws.iter().filter(|(name, _)| ROLES.contains(name));
        let mut settings = S3Settings {
            endpoint: self
                .endpoint_url
                .clone()
                .or_else(|| aws("AWS_ENDPOINT_URL_S3"))
                .or_else(|| aws("AWS_ENDPOINT_URL")),
            region: aws("AWS_REGION").or_else(|| aws("AWS_DEFAULT_REGION")).or_else(region),
            options: options.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            without_machine_role: aws("AWS_EC2_METADATA_DISABLED")
                .is_some_and(|off| off.eq_ignore_ascii_case("true")),
            retries: aws("AWS_MAX_ATTEMPTS").and_then(|n| n.parse::<usize>().ok()?.checked_sub(1)),
            without_keys: Some(NOBODY.to_owned()),
            ..S3Settings::default()
        };
        match (aws("AWS_ACCESS_KEY_ID"), aws("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => {
                settings.keys = Some(Keys { id, secret, token: aws("AWS_SESSION_TOKEN"), ends: None });
            }
            (Some(_), None) => settings.source = says(HALF.to_owned()),
            (None, Some(_)) => {
                settings.source =
                    says("AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not".to_owned());
            }
            (None, None) => settings.source = source(aws("AWS_PROFILE"), settings.options.is_empty()),
        }
        settings
    }
}

/// Variables of AWS that name a role.
#[cfg(feature = "s3")]
const ROLES: &[&str] = &[
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

#[cfg(feature = "s3")]
const HALF: &str = "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not";

/// What is said when there are no credentials.
#[cfg(all(feature = "s3", feature = "aws"))]
const NOBODY: &str = "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
                      AWS_SESSION_TOKEN), name a profile in AWS_PROFILE, or run on a role";
#[cfg(all(feature = "s3", not(feature = "aws")))]
const NOBODY: &str = "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and \
                      AWS_SESSION_TOKEN), or run on a role; profiles and single sign-on need a lakebed built with \
                      the feature `aws`";

/// Where keys come from that no variable holds: the whole chain of AWS.
#[cfg(all(feature = "s3", feature = "aws"))]
fn source(_profile: Option<String>, _no_roles: bool) -> Option<Arc<dyn KeySource>> {
    Some(Arc::new(chain::Chain))
}

/// Where keys come from that no variable holds: this build knows roles alone.
#[cfg(all(feature = "s3", not(feature = "aws")))]
fn source(profile: Option<String>, no_roles: bool) -> Option<Arc<dyn KeySource>> {
    let profile = profile.filter(|_| no_roles)?;
    says(format!(
        "AWS_PROFILE names the profile `{profile}`, and this lakebed was built without the feature `aws`, which reads \
         profiles: `eval \"$(aws configure export-credentials --format env)\"` sets its keys as variables"
    ))
}

/// The region of the profile.
#[cfg(all(feature = "s3", feature = "aws"))]
fn region() -> Option<String> {
    chain::region()
}

/// The region of the profile, which this build does not read.
#[cfg(all(feature = "s3", not(feature = "aws")))]
fn region() -> Option<String> {
    None
}

/// A source that says why it has no keys.
#[cfg(feature = "s3")]
#[derive(Debug)]
struct Says(String);

#[cfg(feature = "s3")]
impl KeySource for Says {
    fn keys(&self) -> Result<Keys, String> {
        Err(self.0.clone())
    }
}

#[cfg(feature = "s3")]
fn says(reason: String) -> Option<Arc<dyn KeySource>> {
    Some(Arc::new(Says(reason)))
}

#[cfg(all(test, feature = "s3"))]
mod tests {
    use super::*;
    use crate::surroundings::AwsVariables;

    fn settings(args: &S3Args, variables: &[(&str, &str)]) -> S3Settings {
        let aws: AwsVariables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        args.settings(&Surroundings { aws, ..Surroundings::default() })
    }

    #[test]
    fn the_flag_comes_before_the_variables() {
        let variables =
            [("AWS_ENDPOINT_URL", "http://all"), ("AWS_ENDPOINT_URL_S3", "http://s3"), ("AWS_REGION", "r")];
        let none = S3Args::default();
        assert_eq!(settings(&none, &variables).endpoint.as_deref(), Some("http://s3"));
        assert_eq!(settings(&none, &variables[..1]).endpoint.as_deref(), Some("http://all"));
        let flag = S3Args { endpoint_url: Some("http://flag".to_owned()) };
        assert_eq!(settings(&flag, &variables).endpoint.as_deref(), Some("http://flag"));
        assert_eq!(settings(&flag, &variables).region.as_deref(), Some("r"));
    }

    #[test]
    fn keys_come_before_everything_else_and_must_be_whole() {
        let none = S3Args::default();
        let key = ("AWS_ACCESS_KEY_ID", "AKIDNOBODYMAYSEETHIS");
        let secret = ("AWS_SECRET_ACCESS_KEY", "SecretThatNobodyMaySee");
        let whole = settings(&none, &[key, secret, ("AWS_PROFILE", "p")]);
        assert!(whole.keys.is_some() && whole.source.is_none());
        let shown = format!("{whole:?}");
        assert!(!shown.contains("AKID") && !shown.contains("Secret"), "{shown}");
        let said = settings(&none, &[key]).source.and_then(|source| source.keys().err());
        assert_eq!(said.as_deref(), Some(HALF));
    }

    #[cfg(not(feature = "aws"))]
    #[test]
    fn a_profile_that_this_build_cannot_read_is_told() {
        let none = S3Args::default();
        let said = settings(&none, &[("AWS_PROFILE", "work")]).source.and_then(|source| source.keys().err());
        assert!(said.is_some_and(|said| said.contains("profile `work`") && said.contains("feature `aws`")));
        assert!(settings(&none, &[]).source.is_none());
    }
}

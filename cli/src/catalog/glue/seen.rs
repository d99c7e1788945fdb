//! What a request looked like when it left.

use aws_sdk_glue::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_glue::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_glue::error::BoxError;
use std::sync::{Arc, Mutex, PoisonError};

/// Remembers of the last request what errors are told with, and what they must not tell.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Request>>);

#[derive(Clone, Default)]
struct Request {
    host: Option<String>,
    /// Token of a session: a service that refuses a signature sends back the headers it was made over.
    token: Option<String>,
}

impl Seen {
    /// Host and port that the last request was for.
    pub(crate) fn host(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).host.clone()
    }

    /// A text without the session's token.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let token = self.0.lock().unwrap_or_else(PoisonError::into_inner).token.clone();
        match token.filter(|token| !token.is_empty()) {
            Some(token) => text.replace(&token, "***"),
            None => text.to_owned(),
        }
    }
}

/// Nothing of it is shown: it holds a token.
impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seen")
    }
}

impl Intercept for Seen {
    fn name(&self) -> &'static str {
        "lakebed"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.host = host(request.uri());
        seen.token = request.headers().get("x-amz-security-token").map(str::to_owned);
        Ok(())
    }
}

/// Host and port of an address, without the user and password that it may hold.
fn host(uri: &str) -> Option<String> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Seen, host};

    #[test]
    fn a_host_is_told_without_a_password() {
        assert_eq!(
            host("https://glue.eu-west-1.amazonaws.com/").as_deref(),
            Some("glue.eu-west-1.amazonaws.com")
        );
        assert_eq!(host("http://me:hidden@127.0.0.1:5000/?a").as_deref(), Some("127.0.0.1:5000"));
        assert_eq!(host("nothing"), None);
    }

    #[test]
    fn a_token_is_taken_out_of_texts() {
        let seen = Seen::default();
        assert_eq!(seen.scrub("a TOKEN b"), "a TOKEN b");
        seen.0.lock().unwrap().token = Some("TOKEN".into());
        assert_eq!(seen.scrub("a TOKEN b"), "a *** b");
        assert_eq!(format!("{seen:?}"), "Seen");
    }
}

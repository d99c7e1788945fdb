//! A document at an address, polled: asked for only when it has changed.

#[cfg(test)]
mod tests;

use super::{Document, Fetched, Source, SourceError};
use crate::store::without_user_info;
use crate::unpack::unpack;
use bytes::Bytes;
use futures_util::future::{BoxFuture, ready};
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use std::time::Duration;

/// How an address is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpOptions {
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long an answer may take, to its last byte.
    pub timeout: Duration,
    /// Longest document in bytes, as it is sent and as it is after decompression.
    pub max_bytes: u64,
    /// Redirects that are followed.
    pub redirects: usize,
}

impl Default for HttpOptions {
    /// 10 seconds to connect, 30 in all; 256 MiB; 5 redirects.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            max_bytes: 256 << 20,
            redirects: 5,
        }
    }
}

/// A document at an address.
///
/// It is asked for with the ETag and the time of the document that was [stored](Source::stored) last, so that a server
/// that knows them need not send it again. Compressed answers are unpacked, by their content: gzip is asked for, and
/// files that are compressed themselves are fine too.
///
/// ```
/// use lakebed::source::{HttpOptions, HttpSource, Source};
///
/// let source = HttpSource::new("https://name:word@example.org/minute.xml", HttpOptions::default())?;
/// assert_eq!(source.name(), "https://example.org/minute.xml");
/// # Ok::<(), lakebed::source::SourceError>(())
/// ```
#[derive(Debug)]
pub struct HttpSource {
    client: Client,
    url: Url,
    name: String,
    options: HttpOptions,
    /// Of the document that is safe.
    known: Validators,
    /// Of the document that was given last.
    given: Validators,
}

/// What a server knows a version of a document by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Validators {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

impl Validators {
    fn of(headers: &HeaderMap) -> Self {
        let value = |name| headers.get(name).cloned();
        Self { etag: value(header::ETAG), modified: value(header::LAST_MODIFIED) }
    }
}

impl HttpSource {
    /// A document at an `http://` or `https://` address.
    ///
    /// # Errors
    /// What is no such address.
    pub fn new(url: &str, options: HttpOptions) -> Result<Self, SourceError> {
        let name = without_user_info(url);
        let address = Url::parse(url)
            .map_err(|e| SourceError::permanent(format!("`{name}` is no address")).with_source(e))?;
        if !matches!(address.scheme(), "http" | "https") {
            let message = format!("`{name}`: an address starts with http:// or https://");
            return Err(SourceError::permanent(message));
        }
        let client = Client::builder()
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            .redirect(redirect::Policy::custom(move |attempt| follow(attempt, options.redirects)))
            // It would tell other hosts what the address asks for.
            .referer(false)
            .user_agent(concat!("lakebed/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| SourceError::permanent("no HTTP client can be made").with_source(e.without_url()))?;
        Ok(Self {
            client,
            url: address,
            name,
            options,
            known: Validators::default(),
            given: Validators::default(),
        })
    }

    async fn ask(&mut self) -> Result<Fetched, SourceError> {
        let mut request = self
            .client
            .get(self.url.clone())
            .header(header::ACCEPT, "application/json, application/xml, text/xml, */*;q=0.5")
            .header(header::ACCEPT_ENCODING, "gzip");
        if let Some(etag) = &self.known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(modified) = &self.known.modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified);
        }
        let answer = request.send().await.map_err(|e| self.failed(e))?;
        match answer.status() {
            StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
            StatusCode::OK => {}
            status => return Err(self.refused(status, answer.headers())),
        }
        let given = Validators::of(answer.headers());
        let body = self.body(answer).await?;
        let most = self.options.max_bytes;
        let text = if body.is_empty() { Ok(Vec::new()) } else { unpack(body, most) };
        // What is damaged or cut off on its way may be whole the next time.
        let text = text.map_err(|e| {
            SourceError::transient(format!("{}: the answer cannot be unpacked", self.name)).with_source(e)
        })?;
        if text.iter().all(u8::is_ascii_whitespace) {
            return Err(SourceError::transient(format!("{}: the answer is empty", self.name)));
        }
        self.given = given;
        Ok(Fetched::Document(Document {
            bytes: Bytes::from(text),
            identity: self.name.clone(),
            ..Document::default()
        }))
    }

    /// Reads a body to its end, or to the limit.
    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, SourceError> {
        let most = self.options.max_bytes;
        let too_long = |how: String| {
            let hint = "a higher limit on documents lets it in";
            SourceError::permanent(format!("{}: the answer {how} more than {most} bytes; {hint}", self.name))
        };
        let declared = answer.content_length();
        if let Some(length) = declared.filter(|length| *length > most) {
            return Err(too_long(format!("has {length} bytes,")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| self.failed(e))? {
            if body.len() as u64 + chunk.len() as u64 > most {
                return Err(too_long("has".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The error of a request that had no whole answer.
    fn failed(&self, error: reqwest::Error) -> SourceError {
        let seconds = self.options.timeout.as_secs_f64();
        let what = if error.is_redirect() {
            format!("more than {} redirects, or one that leads nowhere", self.options.redirects)
        } else if error.is_connect() {
            "no connection".to_owned()
        } else if error.is_timeout() {
            format!("no whole answer within {seconds} seconds")
        } else if error.is_body() || error.is_decode() {
            "the answer breaks off".to_owned()
        } else {
            "no answer".to_owned()
        };
        let message = format!("{}: {what}", self.name);
        let is_lasting = error.is_redirect() || error.is_builder();
        let failure =
            if is_lasting { SourceError::permanent(message) } else { SourceError::transient(message) };
        // The address may hold a password.
        failure.with_source(error.without_url())
    }

    /// The error of an answer without a document.
    fn refused(&self, status: StatusCode, headers: &HeaderMap) -> SourceError {
        let seconds = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let message = format!("{}: the server answers {status}", self.name);
        let passes = status.is_server_error()
            || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS);
        let failure = if passes { SourceError::transient(message) } else { SourceError::permanent(message) };
        failure.with_retry_after(seconds.map(Duration::from_secs))
    }
}

/// Follows a redirect, unless it is one too many, or leads from an encrypted connection to an open one.
fn follow(attempt: redirect::Attempt<'_>, most: usize) -> redirect::Action {
    let is_encrypted = attempt.previous().last().is_some_and(|from| from.scheme() == "https");
    if attempt.previous().len() > most {
        attempt.error("too many redirects")
    } else if is_encrypted && attempt.url().scheme() != "https" {
        attempt.error("a redirect from https:// to an address that is not encrypted")
    } else {
        attempt.follow()
    }
}

impl Source for HttpSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Fetched, SourceError>> {
        Box::pin(self.ask())
    }

    fn stored(&mut self) -> BoxFuture<'_, Result<(), SourceError>> {
        self.known = self.given.clone();
        Box::pin(ready(Ok(())))
    }
}

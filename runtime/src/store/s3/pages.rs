//! Pages of lists that `object_store` has no method for: the request is made here, with an address it signs.

use super::action::Action;
use super::client::Client;
use crate::store::{Location, StoreError, StoreErrorKind};
use object_store::client::{HttpRequest, HttpRequestBody};
use object_store::path::Path as Key;
use object_store::signer::{SignedUrlOptions, Signer};
use std::time::Duration;

/// How long the signature of the request is good for.
const SIGNED_FOR: Duration = Duration::from_secs(300);
/// Most attempts at a page.
const ATTEMPTS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// One page, tried again while S3 is too busy.
pub(super) async fn page(
    client: &Client,
    action: Action,
    at: &Location,
    query: Vec<(String, String)>,
) -> Result<String, StoreError> {
    let mut wait = FIRST_WAIT;
    for attempt in 1.. {
        let inner = client.inner();
        let ask = async {
            // The method's type has no name here; a request without more is a GET.
            let method = HttpRequest::new(HttpRequestBody::empty()).method().clone();
            let signed = SignedUrlOptions::default().with_query(query.clone());
            let url = inner.signed_url_opts(method, &Key::default(), SIGNED_FOR, &signed).await?;
            let failed = |e: Box<dyn std::error::Error + Send + Sync>| object_store::Error::Generic {
                store: "S3",
                source: e,
            };
            let mut request = HttpRequest::new(HttpRequestBody::empty());
            *request.uri_mut() =
                url.as_str().parse().map_err(|_| failed("the signed address is none".into()))?;
            let response = client.http().execute(request).await.map_err(|e| failed(e.into()))?;
            if !response.status().is_success() {
                return Err(failed("no success".into()));
            }
            response.into_body().bytes().await.map_err(|e| failed(e.into()))
        };
        match client.call(action, at.clone(), ask).await {
            Ok(bytes) => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(e) if e.kind == StoreErrorKind::Unavailable && attempt < ATTEMPTS => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            Err(e) => return Err(e),
        }
    }
    Err(StoreError::new(StoreErrorKind::Unavailable, at.clone()))
}

/// Seconds since 1970 of `2026-11-23T07:15:00.000Z`.
pub(super) fn seconds(time: &str) -> Option<i64> {
    let number = |from: usize, to: usize| time.get(from..to)?.parse::<u8>().ok();
    let year = time.get(..4)?.parse::<i64>().ok()?;
    let (month, day) = (number(5, 7)?, number(8, 10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let days = lakebed_schema::civil::days_from_civil(year, month, day);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    Some(days * 86_400 + i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("2026-11-23T07:15:01.000Z"), Some(1_795_418_101));
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("soon"), None);
    }
}

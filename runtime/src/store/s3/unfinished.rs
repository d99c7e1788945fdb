//! Multipart uploads that were begun and never ended. `object_store` has no list of them: the request is made here,
//! with an address it signs.

use super::action::Action;
use super::client::Client;
use super::watch::element;
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

/// An upload as S3 lists it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Key in the bucket.
    pub(super) key: String,
    pub(super) id: String,
    /// Seconds since 1970 at which it was begun; 0 where that cannot be read.
    pub(super) begun: i64,
}

/// Every unfinished upload whose key starts with the prefix.
pub(super) async fn list(client: &Client, at: &Location, prefix: &str) -> Result<Vec<Found>, StoreError> {
    let mut found = Vec::new();
    let mut after: Option<(String, String)> = None;
    loop {
        let mut query = vec![("uploads".to_owned(), String::new()), ("prefix".to_owned(), prefix.to_owned())];
        if let Some((key, id)) = &after {
            query.push(("key-marker".to_owned(), key.clone()));
            query.push(("upload-id-marker".to_owned(), id.clone()));
        }
        let text = page(client, at, query).await?;
        found.extend(text.split("<Upload>").skip(1).filter_map(upload));
        let next = (element(&text, "NextKeyMarker"), element(&text, "NextUploadIdMarker"));
        let more = element(&text, "IsTruncated").as_deref() == Some("true");
        match next {
            (Some(key), id)
                if more && after.as_ref().is_none_or(|(last, _)| *last != key || id.is_some()) =>
            {
                after = Some((key, id.unwrap_or_default()));
            }
            _ => return Ok(found),
        }
    }
}

/// One page, tried again while S3 is too busy.
async fn page(client: &Client, at: &Location, query: Vec<(String, String)>) -> Result<String, StoreError> {
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
        match client.call(Action::ListUploads, at.clone(), ask).await {
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

/// Reads one `<Upload>`.
fn upload(text: &str) -> Option<Found> {
    let begun = element(text, "Initiated").and_then(|time| seconds(&time)).unwrap_or(0);
    Some(Found { key: element(text, "Key")?, id: element(text, "UploadId")?, begun })
}

/// Seconds since 1970 of `2026-11-23T07:15:00.000Z`.
fn seconds(time: &str) -> Option<i64> {
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
    fn uploads_are_read() {
        let text =
            "<Key>a &amp; b</Key><UploadId>u1</UploadId><Initiated>2026-11-23T07:15:01.000Z</Initiated>";
        let found = upload(text).unwrap();
        assert_eq!((found.key.as_str(), found.id.as_str(), found.begun), ("a & b", "u1", 1_795_418_101));
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(upload("<Key>a</Key>"), None);
    }
}

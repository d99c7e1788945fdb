//! Multipart uploads that were begun and never ended. `object_store` has no list of them.

use super::action::Action;
use super::client::Client;
use super::pages::{page, seconds};
use super::watch::element;
use crate::store::{Location, StoreError};

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
        let text = page(client, Action::ListUploads, at, query).await?;
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

/// Reads one `<Upload>`.
fn upload(text: &str) -> Option<Found> {
    let begun = element(text, "Initiated").and_then(|time| seconds(&time)).unwrap_or(0);
    Some(Found { key: element(text, "Key")?, id: element(text, "UploadId")?, begun })
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
        assert_eq!(upload("<Key>a</Key>"), None);
    }
}

//! Lists of a bucket that holds keys which `object_store` has no words for, such as `a//b` and `a/../b`: it fails a
//! whole list for one of them. Here they are told as they are; who reads one is told why that cannot be.

use super::action::Action;
use super::client::Client;
use super::pages::{page, seconds};
use super::watch::element;
use crate::store::{Location, Meta, StoreError, Version};
use object_store::Error;

/// What stands below a prefix.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Objects, with their keys in the bucket.
    pub(super) objects: Vec<Meta>,
    /// Prefixes up to the next `/`, where that was asked for.
    pub(super) folders: Vec<String>,
}

/// What a list of `object_store` gave; nothing when it met such a key.
pub(super) fn unless_unspeakable<T>(listed: object_store::Result<T>) -> object_store::Result<Option<T>> {
    match listed {
        Err(Error::InvalidPath { .. }) => Ok(None),
        listed => listed.map(Some),
    }
}

/// All objects whose keys start with the prefix; with `one_level`, those without another `/`, and what others have up to
/// it.
pub(super) async fn list(
    client: &Client,
    at: &Location,
    prefix: &str,
    one_level: bool,
) -> Result<Listing, StoreError> {
    let mut listing = Listing::default();
    let mut token: Option<String> = None;
    loop {
        let text = |text: &str| text.to_owned();
        let mut query = vec![(text("list-type"), text("2")), (text("prefix"), text(prefix))];
        if one_level {
            query.push((text("delimiter"), text("/")));
        }
        if let Some(token) = &token {
            query.push((text("continuation-token"), token.clone()));
        }
        let answer = page(client, Action::List, at, query).await?;
        listing.objects.extend(answer.split("<Contents>").skip(1).filter_map(object));
        let folders = answer.split("<CommonPrefixes>").skip(1);
        listing.folders.extend(folders.filter_map(|text| element(text, "Prefix")));
        let next = element(&answer, "NextContinuationToken");
        if element(&answer, "IsTruncated").as_deref() != Some("true") || next.is_none() || next == token {
            return Ok(listing);
        }
        token = next;
    }
}

/// Reads one `<Contents>`.
fn object(text: &str) -> Option<Meta> {
    Some(Meta {
        key: element(text, "Key")?,
        bytes: element(text, "Size")?.parse().ok()?,
        modified: element(text, "LastModified").and_then(|time| seconds(&time)).unwrap_or(0),
        version: Version(element(text, "ETag").unwrap_or_default()),
    })
}

//! Lists that come in pages.

use super::call::Call;
use super::client::Connection;
use crate::catalog::{CatalogError, CatalogErrorKind};
use aws_sdk_glue::error::{ProvideErrorMetadata, SdkError};
use std::collections::BTreeSet;
use std::error::Error;

/// Items of a page, and the token of the next one.
type Page<T> = (Vec<T>, Option<String>);

/// The items of every page. `fetch` gets one, by the token of the page before.
///
/// A token that was given before would end in a circle: that is an error, and not a list with holes.
pub(super) fn all<T, E>(
    connection: &Connection,
    call: &Call,
    fetch: impl AsyncFn(Option<String>) -> Result<Page<T>, SdkError<E>>,
) -> Result<Vec<T>, CatalogError>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    let mut token = None;
    loop {
        let (mut items, next) = connection.run(call, fetch(token))?;
        all.append(&mut items);
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(all) };
        if !seen.insert(next.clone()) {
            let message = "Glue gave the same page twice: the list would not be whole";
            return Err(call.error(CatalogErrorKind::Unavailable, message).with_hint("run it again"));
        }
        token = Some(next);
    }
}

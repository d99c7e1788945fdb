//! Uploads that were cut short: nobody sees them, and they cost money until they are ended.

use super::Journal;
use crate::store::{Store, StoreError, Unfinished};
use std::collections::BTreeSet;

/// Folders of a table in which its runs put files.
pub(super) fn folders(table: &str) -> [String; 3] {
    [format!("{table}/"), format!("{table}.generations/"), format!("_errors/{table}/")]
}

/// Uploads to a table's folders that never ended.
pub(super) fn list(lake: &dyn Store, table: &str) -> Result<Vec<Unfinished>, StoreError> {
    let mut found = Vec::new();
    for folder in folders(table) {
        found.extend(lake.unfinished(&folder)?);
    }
    Ok(found)
}

impl Journal {
    /// Ends the uploads of these files, which no run publishes now. What keeps it from that is a note and no failure:
    /// an upload that stays costs money, and harms no table.
    pub(super) fn abandon_uploads(&self, outputs: &BTreeSet<String>) -> Option<String> {
        if outputs.is_empty() {
            return None;
        }
        let ended = list(self.lake.as_ref(), &self.table).and_then(|found| {
            found
                .iter()
                .filter(|upload| outputs.contains(&upload.key))
                .try_for_each(|upload| self.lake.abandon(upload))
        });
        ended.err().map(|error| not_known(&self.table, &error))
    }
}

/// Says why uploads could not be looked for or ended.
pub(super) fn not_known(table: &str, error: &StoreError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    let said = format!("{error}{cause}").replace('\n', "; ");
    format!(
        "uploads to table `{table}` that were cut short may still take room, since they could not be listed and ended \
         ({said}); a lifecycle rule of the bucket (AbortIncompleteMultipartUpload) ends them too"
    )
}

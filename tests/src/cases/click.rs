//! A table whose partitions are the time of arrival, as Firehose tells it.

use lakebed::Record;
use serde::{Deserialize, Serialize};

/// One click on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "click", partition(by = arrival, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
pub struct Click {
    /// Session of the visitor.
    pub session: String,
    /// Path of the page.
    pub page: String,
    /// Milliseconds until the page was shown.
    pub millis: Option<u32>,
}

//! A table whose partitions are the time of arrival; every rule in it is Firehose's too, so no function is needed.

use lakebed::Record;
use serde::{Deserialize, Serialize};

/// One click on a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "click", partition(by = arrival, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
pub struct Click {
    /// Session of the visitor.
    pub session: Option<String>,
    /// Path of the page.
    pub page: Option<String>,
    /// Milliseconds until the page was shown.
    pub millis: Option<i64>,
}

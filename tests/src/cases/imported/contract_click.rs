use lakebed::Record;
use serde::{Deserialize, Serialize};

/// One click on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "click")]
#[lake(partition(by = arrival, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
pub struct Click {
    /// Session of the visitor.
    pub session: Option<String>,
    /// Path of the page.
    pub page: Option<String>,
    /// Milliseconds until the page was shown.
    pub millis: Option<i64>,
}

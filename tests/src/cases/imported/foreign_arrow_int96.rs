use chrono::{DateTime, Utc};
use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_int96")]
pub struct ArrowInt96 {
    // guessed: an instant in UTC, as INT96 is what Hive, Impala and older Spark write for one
    #[lake(unit = "us")]
    pub at: Option<DateTime<Utc>>,
    pub nested: Option<Nested>,
}

/// A record in `nested`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Nested {
    // guessed: an instant in UTC, as INT96 is what Hive, Impala and older Spark write for one
    #[lake(unit = "us")]
    pub at: Option<DateTime<Utc>>,
}

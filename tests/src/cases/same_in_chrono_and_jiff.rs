//! One table declared twice: with the types of chrono, and with those of jiff.

/// With chrono's types.
pub mod with_chrono {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
    use lakebed::{ColumnType, ReadColumn, ReadRecord, Record};
    use serde::{Deserialize, Serialize};

    /// One departure of a train.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Record, ReadRecord)]
    #[lake(table = "departure", partition(by = left_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
    #[lake(key = "train, day", sort = "left_at")]
    #[allow(missing_docs, reason = "the names say it")]
    pub struct Departure {
        pub train: String,
        pub day: NaiveDate,
        pub planned: NaiveDateTime,
        pub left_at: DateTime<Utc>,
        #[lake(unit = "us")]
        pub measured: Option<DateTime<Utc>>,
        #[lake(time(rfc3339, epoch_seconds))]
        pub reported: Vec<DateTime<Utc>>,
        pub stops: Vec<Stop>,
    }

    /// One stop.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
    #[allow(missing_docs, reason = "the names say it")]
    pub struct Stop {
        pub place: String,
        pub wall: Option<NaiveDateTime>,
    }
}

/// With jiff's types.
pub mod with_jiff {
    use jiff::Timestamp;
    use jiff::civil::{Date, DateTime};
    use lakebed::{ColumnType, ReadColumn, ReadRecord, Record};
    use serde::{Deserialize, Serialize};

    /// One departure of a train.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Record, ReadRecord)]
    #[lake(table = "departure", partition(by = left_at, layout = "dt={yyyy-MM-dd}/hour={HH}"))]
    #[lake(key = "train, day", sort = "left_at")]
    #[allow(missing_docs, reason = "the names say it")]
    pub struct Departure {
        pub train: String,
        pub day: Date,
        pub planned: DateTime,
        pub left_at: Timestamp,
        #[lake(unit = "us")]
        pub measured: Option<Timestamp>,
        #[lake(time(rfc3339, epoch_seconds))]
        pub reported: Vec<Timestamp>,
        pub stops: Vec<Stop>,
    }

    /// One stop.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ColumnType, ReadColumn)]
    #[allow(missing_docs, reason = "the names say it")]
    pub struct Stop {
        pub place: String,
        pub wall: Option<DateTime>,
    }
}

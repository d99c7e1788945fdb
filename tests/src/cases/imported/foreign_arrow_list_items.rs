use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "arrow_list_items")]
pub struct ArrowListItems {
    pub numbers: Option<Vec<Option<i32>>>,
    pub points: Option<Vec<Option<Point>>>,
}

/// A record in `points`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Point {
    pub x: Option<f64>,
}

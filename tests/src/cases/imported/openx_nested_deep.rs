use lakebed::{ColumnType, Record};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Record)]
#[lake(table = "complex_json", parameters("classification" = "json"))]
pub struct OpenxNestedDeep {
    pub docid: Option<String>,
    pub user: Option<User>,
}

/// A record in `user`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct User {
    pub id: Option<i32>,
    pub username: Option<String>,
    pub name: Option<String>,
    pub shippingaddress: Option<Shippingaddress>,
    pub orders: Option<Vec<Option<Order>>>,
}

/// A record in `user.shippingaddress`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Shippingaddress {
    pub address1: Option<String>,
    pub address2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
}

/// A record in `user.orders`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ColumnType)]
pub struct Order {
    pub itemid: Option<i32>,
    pub orderdate: Option<String>,
}

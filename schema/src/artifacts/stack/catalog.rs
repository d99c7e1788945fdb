//! Database and tables of the catalog.

use super::expression::{ACCOUNT, choose, literal, reference, sub};
use super::model::Resource;
use super::parameters::{BUCKET, CREATES_DATABASE, DATABASE, PROJECTION_FROM};
use crate::json::Json;

/// The database's name within the stack.
pub(super) const DATABASE_ID: &str = "Database";
/// The table's.
pub(super) const TABLE: &str = "Table";
/// The name of the table of records as they came.
pub(super) const RAW_TABLE: &str = "RawTable";

/// The database, where the stack is to make it.
pub(super) fn database(mut input: Json) -> Resource {
    input.set("Name", reference(DATABASE));
    Resource {
        condition: Some(CREATES_DATABASE),
        keep: true,
        ..Resource::new(
            DATABASE_ID,
            "AWS::Glue::Database",
            Json::object([("CatalogId", reference(ACCOUNT)), ("DatabaseInput", input)]),
        )
    }
}

/// A table, whose input is made for the bucket and the first day of the target.
pub(super) fn table(id: &'static str, input: &Json, bucket: &str, from: Option<&str>) -> Resource {
    Resource {
        keep: true,
        ..Resource::new(
            id,
            "AWS::Glue::Table",
            Json::object([
                ("CatalogId", reference(ACCOUNT)),
                // A reference where the stack makes the database, so that the table waits for it.
                ("DatabaseName", choose(CREATES_DATABASE, reference(DATABASE_ID), reference(DATABASE))),
                ("TableInput", asked(input, bucket, from)),
            ]),
        )
    }
}

/// Whether the input holds a range that begins on the first day, as the target writes it.
pub(super) fn begins_on(input: &Json, from: &str) -> bool {
    input.as_text().is_some_and(|text| after_day(text, from).is_some())
        || input.elements().iter().any(|value| begins_on(value, from))
        || input.members().iter().any(|(_, value)| begins_on(value, from))
}

/// Texts that the bucket or the first day begins are made from the parameters.
fn asked(input: &Json, bucket: &str, from: Option<&str>) -> Json {
    match input {
        Json::Text(text) => {
            if let Some(rest) = text.strip_prefix(&format!("s3://{bucket}/")) {
                return sub(format!("s3://${{{BUCKET}}}/{}", literal(rest)));
            }
            match from.and_then(|from| after_day(text, from)) {
                Some(rest) => sub(format!("${{{PROJECTION_FROM}}}{}", literal(rest))),
                None => input.clone(),
            }
        }
        Json::List(values) => Json::List(values.iter().map(|value| asked(value, bucket, from)).collect()),
        Json::Object(members) => {
            Json::object(members.iter().map(|(key, value)| (key.clone(), asked(value, bucket, from))))
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) => input.clone(),
    }
}

/// What follows the day in a range of projected dates.
fn after_day<'a>(text: &'a str, from: &str) -> Option<&'a str> {
    text.strip_prefix(from).filter(|rest| rest.starts_with(",NOW"))
}

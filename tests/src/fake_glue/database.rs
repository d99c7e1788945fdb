//! Databases.

use super::error::ApiError;
use super::store::{Database, Request, Store, members, now, scrambled, text};
use super::{ACCOUNT, NEW_MEMBER};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Answer = Result<Value, ApiError>;

impl Store {
    pub(super) fn create_database(&mut self, request: Request<'_>) -> Answer {
        let shown = shown(&request.input["DatabaseInput"], now())?;
        let name = text(&shown, "Name").to_owned();
        if self.databases.contains_key(&name) {
            return Err(ApiError::exists("Database already exists."));
        }
        self.databases.insert(name, Database { shown, tables: BTreeMap::new() });
        Ok(json!({}))
    }

    pub(super) fn get_database(&mut self, request: Request<'_>) -> Answer {
        Ok(json!({ "Database": self.database(text(request.input, "Name"))?.shown }))
    }

    pub(super) fn get_databases(&mut self, request: Request<'_>) -> Answer {
        request.without(&["ResourceShareType", "AttributesToGet"])?;
        self.page(request, "DatabaseList", |store| {
            let all =
                store.databases.iter().map(|(name, database)| (scrambled(name), database.shown.clone()));
            let all = all.collect();
            Ok(all)
        })
    }

    pub(super) fn update_database(&mut self, request: Request<'_>) -> Answer {
        let database = self.database(text(request.input, "Name"))?;
        let next = shown(&request.input["DatabaseInput"], database.shown["CreateTime"].clone())?;
        if next["Name"] != database.shown["Name"] {
            return Err(ApiError::invalid("A database cannot be renamed"));
        }
        database.shown = next;
        Ok(json!({}))
    }

    pub(super) fn delete_database(&mut self, request: Request<'_>) -> Answer {
        let name = text(request.input, "Name").to_lowercase();
        self.database(&name)?;
        self.databases.remove(&name);
        Ok(json!({}))
    }
}

fn shown(input: &Value, created: Value) -> Answer {
    let mut shown = members(input);
    for member in ["CreateTableDefaultPermissions", "TargetDatabase", "FederatedDatabase"] {
        if shown.contains_key(member) {
            return Err(ApiError::invalid(format!("this fake does not play {member}")));
        }
    }
    shown.insert("Name".to_owned(), json!(text(input, "Name").to_lowercase()));
    shown.insert("CreateTime".to_owned(), created);
    shown.insert("CatalogId".to_owned(), json!(ACCOUNT));
    shown.insert(NEW_MEMBER.to_owned(), json!({ "Some": "thing" }));
    Ok(Value::Object(shown))
}

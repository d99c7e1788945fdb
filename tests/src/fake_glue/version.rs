//! Versions of tables.

use super::error::ApiError;
use super::store::{Request, Store, Table, text};
use serde_json::{Value, json};

type Answer = Result<Value, ApiError>;

impl Store {
    pub(super) fn get_table_version(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        let number = match request.input["VersionId"].as_str() {
            None => table.version,
            Some(version) => table.kept(version)?,
        };
        Ok(json!({ "TableVersion": shown(number, &table.versions[&number]) }))
    }

    pub(super) fn get_table_versions(&mut self, request: Request<'_>) -> Answer {
        self.page(request, "TableVersions", |store| {
            let table = store.table(request, "TableName")?;
            let all: Vec<_> =
                table.versions.iter().map(|(number, table)| (key(*number), shown(*number, table))).collect();
            Ok(all)
        })
    }

    pub(super) fn delete_table_version(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        table.forget(text(request.input, "VersionId"))?;
        Ok(json!({}))
    }

    pub(super) fn batch_delete_table_version(&mut self, request: Request<'_>) -> Answer {
        let table = self.table(request, "TableName")?;
        let mut errors = Vec::new();
        for (i, version) in request.input["VersionIds"].as_array().into_iter().flatten().enumerate() {
            let done =
                request.item_fault(i).and_then(|()| table.forget(version.as_str().unwrap_or_default()));
            if let Err(error) = done {
                let name = &request.input["TableName"];
                errors
                    .push(json!({ "TableName": name, "VersionId": version, "ErrorDetail": error.detail() }));
            }
        }
        Ok(json!({ "Errors": errors }))
    }
}

impl Table {
    fn kept(&self, version: &str) -> Result<u64, ApiError> {
        let kept = version.parse().ok().filter(|number| self.versions.contains_key(number));
        kept.ok_or_else(|| ApiError::not_found(format!("Table version {version} not found.")))
    }

    fn forget(&mut self, version: &str) -> Result<(), ApiError> {
        let number = self.kept(version)?;
        if number == self.version {
            return Err(ApiError::invalid(format!("Version {version} is the present one")));
        }
        self.versions.remove(&number);
        Ok(())
    }
}

fn shown(number: u64, table: &Value) -> Value {
    json!({ "Table": table, "VersionId": number.to_string() })
}

/// Newest first, and in the order of texts: 9 comes before 10, which comes before 1.
fn key(number: u64) -> String {
    let turned = |digit: char| char::from(b'9' - (u8::try_from(digit).unwrap_or(b'0') - b'0'));
    number.to_string().chars().map(turned).chain(['~']).collect()
}

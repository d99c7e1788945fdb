//! The file of a database.

use super::FolderCatalog;
use super::document;
use super::name::file_name;
use crate::catalog::rules::Call;
use crate::catalog::{CatalogError, CatalogErrorKind, GlueDatabase};
use lakebed_schema::json::Json;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the file of the database in that folder is.
pub(super) fn file(root: &Path, folder: &str) -> PathBuf {
    root.join(folder).join("database.json")
}

/// Reads the database in that folder, a `DatabaseInput` or an answer of `aws glue get-database`; none when there is
/// none.
pub(super) fn read(call: &Call, root: &Path, folder: &str) -> Result<Option<GlueDatabase>, CatalogError> {
    let file = file(root, folder);
    let Some(value) = document::read(call, &file)? else { return Ok(None) };
    let unreadable = |problem: String, hint: String| {
        let message = format!("{}: {problem}", file.display());
        call.error(CatalogErrorKind::Unreadable, message).with_hint(hint)
    };
    let Some(database) = of(value.get("Database").unwrap_or(&value)) else {
        return Err(unreadable(
            "expected an object with the text `Name`, and `Description`, `LocationUri` and `Parameters` as texts"
                .to_owned(),
            "correct the file or restore it from version control, then run the command again".to_owned(),
        ));
    };
    let right = file_name(&[&database.name]);
    if right != folder {
        return Err(unreadable(
            format!("the database is called `{}`, and its folder `{folder}`", database.name),
            format!("call the folder `{right}`, or correct the name"),
        ));
    }
    Ok(Some(database))
}

fn of(value: &Value) -> Option<GlueDatabase> {
    let text = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Some(None),
        Some(value) => value.as_str().map(|text| Some(text.to_owned())),
    };
    let parameters = match value.get("Parameters") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(value) => {
            let texts =
                value.as_object()?.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
            texts.collect::<Option<_>>()?
        }
    };
    Some(GlueDatabase {
        name: text("Name")??.to_lowercase(),
        description: text("Description")?,
        location: text("LocationUri")?,
        parameters,
    })
}

pub(super) fn write(
    call: &Call,
    catalog: &FolderCatalog,
    database: &GlueDatabase,
) -> Result<(), CatalogError> {
    let mut json = Json::object([("Name", Json::from(&database.name))]);
    for (key, text) in [("Description", &database.description), ("LocationUri", &database.location)] {
        if let Some(text) = text {
            json.set(key, text);
        }
    }
    if !database.parameters.is_empty() {
        let parameters = database.parameters.iter().map(|(key, value)| (key, Json::from(value)));
        json.set("Parameters", Json::object(parameters));
    }
    let file = file(&catalog.folder, &file_name(&[&database.name]));
    document::write(call, &file, &json, catalog.durability)
}

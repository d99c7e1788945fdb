//! The type's own JSON Schema, evaluated.

use crate::json::Json;

/// A type whose own JSON Schema can be had.
#[cfg(feature = "json-schema")]
pub use schemars::JsonSchema as OwnSchema;

/// Nothing: the schema comes with the feature `json-schema`.
#[cfg(not(feature = "json-schema"))]
#[diagnostic::on_unimplemented(
    message = "the word `json_schema` needs the feature `json-schema` of lakebed",
    label = "its JSON Schema is asked for here",
    note = "write `features = [\"json-schema\"]` at the dependency `lakebed` in Cargo.toml, and derive \
            `schemars::JsonSchema` for the struct, or leave the word out"
)]
pub trait OwnSchema {}

/// The JSON Schema of a type, draft 2020-12, with every part in its place rather than referred to.
#[cfg(feature = "json-schema")]
pub fn json_schema<T: OwnSchema>() -> Json {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<T>();
    Json::from(schema.as_value()).sorted()
}

/// Never called: no type has an [`OwnSchema`].
#[cfg(not(feature = "json-schema"))]
pub fn json_schema<T: OwnSchema>() -> Json {
    Json::Null
}

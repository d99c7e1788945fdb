//! What reading and changing the schema registry needs.

use super::allow;
use super::delivery::arn;
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

/// Actions of `registry check` and `registry versions`.
const READ: [&str; 5] = [
    "glue:GetRegistry",
    "glue:GetSchema",
    "glue:GetSchemaByDefinition",
    "glue:GetSchemaVersion",
    "glue:ListSchemaVersions",
];

/// Actions of `registry push` beyond those.
const WRITE: [&str; 4] =
    ["glue:CreateRegistry", "glue:CreateSchema", "glue:RegisterSchemaVersion", "glue:UpdateSchema"];

/// What `registry check` and `registry versions` need: to read the registry and the table's schema.
pub fn registry_check_statements(table: &Table, target: &Target, refs: &Refs) -> Vec<Json> {
    vec![
        allow("ReadSchemas", &READ, arns(table, target, refs)),
        // A version is also asked for by its id, which names neither registry nor schema: there is no ARN to allow.
        allow("ReadSchemaVersionById", &["glue:GetSchemaVersion"], vec!["*".into()]),
    ]
}

/// What `registry push` needs: to read, make and change the registry and the table's schema.
pub fn registry_push_statements(table: &Table, target: &Target, refs: &Refs) -> Vec<Json> {
    let mut statements = registry_check_statements(table, target, refs);
    statements.push(allow("ChangeSchemas", &WRITE, arns(table, target, refs)));
    statements
}

/// ARNs of the registry and the schema.
fn arns(table: &Table, target: &Target, refs: &Refs) -> Vec<Json> {
    let registry = &target.registry.name;
    let schema = target.registry.schema.as_ref().unwrap_or(&table.name);
    vec![
        arn(refs, "glue", &[format!("registry/{registry}").into()]),
        arn(refs, "glue", &[format!("schema/{registry}/{schema}").into()]),
    ]
}

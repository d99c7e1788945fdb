//! What an update would lose.

use aws_sdk_glue::types;

/// Why a table must not be updated, one sentence each.
pub(super) fn obstacles(table: &types::Table) -> Vec<String> {
    let format = table.parameters.as_ref().and_then(|parameters| parameters.get("table_type"));
    let is_iceberg = table.iceberg_table_metadata.is_some()
        || format.is_some_and(|format| format.eq_ignore_ascii_case("ICEBERG"));
    let truths = [
        (table.target_table.is_some(), "It is a link to a table of another catalog or database."),
        (table.federated_table.is_some(), "It is a table of a federated catalog."),
        (
            table.view_definition.is_some() || table.is_multi_dialect_view == Some(true),
            "It is a view in several dialects.",
        ),
        (table.is_materialized_view == Some(true), "It is a materialized view."),
        (is_iceberg, "It is an Iceberg table: its metadata stand in files of their own."),
        (
            table.rls_properties.as_ref().is_some_and(|properties| properties.default_rls_policy.is_some()),
            "It has a policy of row-level security, which only the service may change.",
        ),
        (
            table.version_id.is_none(),
            "The catalog gives no version of it, so an update could overwrite somebody else's change.",
        ),
    ];
    let mut found: Vec<String> =
        truths.into_iter().filter(|(holds, _)| *holds).map(|(_, text)| text.to_owned()).collect();
    found.extend(table.storage_descriptor.iter().flat_map(|storage| of_storage(storage).map(str::to_owned)));
    found
}

/// The same for a storage descriptor, of a table or of a partition.
pub(super) fn of_storage(storage: &types::StorageDescriptor) -> impl Iterator<Item = &'static str> {
    let reference = storage.schema_reference.as_ref().is_some_and(|reference| {
        reference.schema_version_id.is_some()
            || reference.schema_version_number.is_some()
            || reference.schema_id.as_ref().is_some_and(|id| {
                id.schema_arn.is_some() || id.schema_name.is_some() || id.registry_name.is_some()
            })
    });
    let places = !storage.additional_locations().is_empty();
    [
        reference.then_some("Its columns stand in the schema registry (SchemaReference)."),
        places.then_some("It has several places (AdditionalLocations)."),
    ]
    .into_iter()
    .flatten()
}

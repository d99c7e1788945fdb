//! The word `partition`.

use crate::ast::{Container, Field};
use crate::attr::{PartitionAttrs, TableAttrs};
use crate::ctxt::Ctxt;
use lakebed_schema::layout::Layout;
use lakebed_schema::validate::is_partition_text;

/// Checks layouts, and that no partition column is another column.
pub(super) fn check(cx: &Ctxt, container: &Container<'_>, table: &TableAttrs) {
    let mut seen: Vec<String> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for partition in &table.partitions {
        match &partition.by {
            None => arrival(cx, container, partition),
            Some(_) => null(cx, partition),
        }
        let Some(layout) = layout(cx, container, partition) else { continue };
        for column in layout.columns() {
            if seen.iter().any(|earlier| earlier == column) {
                let fix = "give one another name";
                let message = format!(
                    "`layout` makes the partition column `{column}`, which another one makes too: {fix}"
                );
                cx.error(&partition.layout, message);
            }
            seen.push(column.to_owned());
            if partition.restores(&layout, column) {
                taken.push(column.to_owned());
            } else if let Some(field) = container.direct_columns().find(|field| field.column() == column) {
                let fix = "a partition column cannot be a column of the file too: rename the partition column, \
                           or the field's column with `#[lake(name = \"…\")]`";
                let message = format!(
                    "`layout` makes the partition column `{column}`, as field `{}` has: {fix}",
                    field.rust
                );
                cx.error(&partition.layout, message);
            }
        }
    }
    outside_file(cx, container, table, &taken);
}

/// `by = arrival`
fn arrival(cx: &Ctxt, container: &Container<'_>, partition: &PartitionAttrs) {
    if let Some(field) = container.direct_columns().find(|field| field.rust == "arrival") {
        let fix = "rename the field, and keep its JSON key with `#[serde(rename = \"arrival\")]`";
        cx.error(
            &field.member,
            format_args!("`by = arrival` means the time of arrival, never a field: {fix}"),
        );
    }
    if let Some(null) = &partition.null {
        cx.error(null, "`null` has nothing to do where `by = arrival`, which is never null: remove it");
    }
}

fn null(cx: &Ctxt, partition: &PartitionAttrs) {
    if let Some(null) = &partition.null
        && !is_partition_text(&null.value())
    {
        let fix = "write 1 to 128 of A-Z, a-z, 0-9, dot, underscore and hyphen, such as `null = \"unknown\"`";
        cx.error(null, format_args!("`null`: \"{}\" cannot be a partition value: {fix}", null.value()));
    }
}

fn layout(cx: &Ctxt, container: &Container<'_>, partition: &PartitionAttrs) -> Option<Layout> {
    let text = partition.layout.value();
    let by = partition.by.as_ref().map(|by| by.text.as_str());
    let error = match Layout::parse(&text, by) {
        Ok(layout) => return Some(layout),
        Err(error) => error,
    };
    let in_braces = |field: &&Field<'_>| text.contains(&format!("{{{}}}", field.rust));
    match container.direct_columns().find(in_braces) {
        Some(field) if by.is_none() => {
            let fix = format!("write `by = {0}`, or a `partition(by = {0}, …)` of its own", field.rust);
            let message =
                format!("`layout` holds the field `{}`, and the partition is by arrival: {fix}", field.rust);
            cx.error(&partition.layout, message);
        }
        Some(_) | None => cx.error(&partition.layout, format_args!("`layout`, {error}")),
    }
    None
}

/// Columns that partitions take out of the file.
fn outside_file(cx: &Ctxt, container: &Container<'_>, table: &TableAttrs, taken: &[String]) {
    for (name, _) in table.sort.iter().filter(|(name, _)| taken.contains(&name.text)) {
        let fix = "leave it out, since it is the same in the whole file";
        let message =
            format!("`sort` names `{}`, which its partition takes out of the file: {fix}", name.text);
        cx.error_at(name.span, message);
    }
    let columns = || container.direct_columns();
    if !container.flattens()
        && columns().next().is_some()
        && columns().all(|field| taken.contains(&field.column()))
    {
        cx.error(
            container.ident,
            "partitions take every column out of the file: keep at least one column that is no partition",
        );
    }
}

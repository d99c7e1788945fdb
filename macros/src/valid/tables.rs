//! The words of a table.

use super::{columns, xml};
use crate::ast::{Container, Field};
use crate::attr::{Name, TableAttrs};
use crate::ctxt::Ctxt;
use crate::symbol::*;
use lakebed_schema::layout::Layout;
use lakebed_schema::validate::is_partition_text;
use quote::ToTokens;

/// Checks the words of a table, and turns names of fields into names of columns.
pub(super) fn check(cx: &Ctxt, container: &mut Container<'_>) {
    let before = cx.count();
    let mut table = std::mem::take(&mut container.attrs.table);
    // A table without a name whose attributes have errors may well have one in them.
    if table.table.is_none() && container.sound {
        cx.error(container.ident, "has no table name: add `#[lake(table = \"…\")]`");
    }
    columns::legal(cx, TABLE, table.table.as_ref());
    columns::legal(cx, DATABASE, table.database.as_ref());
    if let Some(element) = &table.xml {
        xml::check_element(cx, element);
    }
    for (key, value) in &table.parameters {
        if !(1..=255).contains(&key.value().chars().count()) {
            cx.error(
                key,
                "`parameters`: a key has 1 to 255 characters: write, for example, \"classification\"",
            );
        }
        if value.value().chars().count() > 512_000 {
            cx.error(value, "`parameters`: a value has at most 512,000 characters: shorten it");
        }
    }
    resolve(cx, container, &mut table);
    partitions(cx, container, &table);
    container.sound &= cx.count() == before;
    container.attrs.table = table;
}

fn resolve(cx: &Ctxt, container: &Container<'_>, table: &mut TableAttrs) {
    let column = |word: &str, name: &mut Name| {
        if let Some(column) = columns::column(cx, container, word, name) {
            name.text = column;
        }
    };
    twice(cx, KEY, table.key.iter());
    twice(cx, SORT, table.sort.iter().map(|(name, _)| name));
    table.key.iter_mut().for_each(|name| column(KEY, name));
    table.latest_by.iter_mut().for_each(|name| column(LATEST_BY, name));
    table.sort.iter_mut().for_each(|(name, _)| column(SORT, name));
    table.partitions.iter_mut().filter_map(|partition| partition.by.as_mut()).for_each(|name| {
        column("partition(by)", name);
    });
}

fn twice<'a>(cx: &Ctxt, word: &str, names: impl Iterator<Item = &'a Name>) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name.text.as_str()) {
            cx.error_at(name.span, format_args!("`{word}` names `{}` twice: keep one", name.text));
        }
        seen.push(&name.text);
    }
}

fn partitions(cx: &Ctxt, container: &Container<'_>, table: &TableAttrs) {
    let mut seen: Vec<String> = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    let arrival = container.columns().find(|field| field.rust == "arrival");
    for partition in &table.partitions {
        if partition.by.is_none()
            && let Some(field) = arrival
        {
            cx.error(&field.member, "`by = arrival` means the time of arrival, never a field: rename the field, and keep its JSON key with `#[serde(rename = \"arrival\")]`");
        }
        if let Some(null) = &partition.null
            && !is_partition_text(&null.value())
        {
            let fix =
                "write 1 to 128 of A-Z, a-z, 0-9, dot, underscore and hyphen, such as `null = \"unknown\"`";
            cx.error(null, format_args!("`null`: \"{}\" cannot be a partition value: {fix}", null.value()));
        }
        if partition.by.is_none()
            && let Some(null) = &partition.null
        {
            cx.error(null, "`null` has nothing to do where `by = arrival`, which is never null: remove it");
        }
        let by = partition.by.as_ref().map(|by| by.text.as_str());
        let layout = match Layout::parse(&partition.layout.value(), by) {
            Ok(layout) => layout,
            Err(error) => {
                match container.columns().find(|field| by.is_none() && mentions(&partition.layout.value(), field)) {
                    Some(field) => cx.error(&partition.layout, format_args!(
                        "`layout` holds the field `{0}`, and the partition is by arrival: write `by = {0}`, or a \
                         `partition(by = {0}, …)` of its own", field.rust
                    )),
                    None => cx.error(&partition.layout, format_args!("`layout`, {error}")),
                }
                continue;
            }
        };
        for column in layout.columns() {
            if seen.iter().any(|earlier| earlier == column) {
                let fix = "two partitions have it: give one another name";
                cx.error(
                    &partition.layout,
                    format_args!("`layout` makes the partition column `{column}`, and {fix}"),
                );
            }
            seen.push(column.to_owned());
            let same = container.columns().find(|field| field.column() == column);
            if partition.restores(&layout, column) {
                taken.push(column.to_owned());
            } else if let Some(field) = same {
                let fix = "a partition column cannot be a column of the file too: rename the partition column, \
                           or the field's column with `#[lake(name = \"…\")]`";
                let message = format!(
                    "`layout` makes the partition column `{column}`, as field `{}` has: {fix}",
                    field.rust
                );
                cx.error(partition.layout.to_token_stream(), message);
            }
        }
    }
    for (name, _) in table.sort.iter().filter(|(name, _)| taken.contains(&name.text)) {
        cx.error_at(name.span, format_args!("`sort` names `{}`, which its partition takes out of the file: leave it out, since it is the same in the whole file", name.text));
    }
    let all_taken = container.columns().all(|field| taken.contains(&field.column()));
    if all_taken && container.columns().next().is_some() {
        cx.error(
            container.ident,
            "partitions take every column out of the file: keep at least one column that is no partition",
        );
    }
}

/// Whether the layout has the field in braces.
fn mentions(layout: &str, field: &Field<'_>) -> bool {
    layout.contains(&format!("{{{}}}", field.rust))
}

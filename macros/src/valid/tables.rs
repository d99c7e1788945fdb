//! The words of a table.

use super::{columns, xml};
use crate::ast::Container;
use crate::attr::{Name, TableAttrs};
use crate::ctxt::Ctxt;
use crate::symbol::*;
use lakebed_schema::layout::Layout;
use quote::ToTokens;

/// Characters of a partition value, which never needs escapes.
const PARTITION_VALUE: &str = "A-Z, a-z, 0-9, dot, underscore and hyphen";

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
    for partition in &table.partitions {
        if let Some(null) = &partition.null
            && !is_partition_value(&null.value())
        {
            let fix = format_args!(
                "1 to 128 characters, {PARTITION_VALUE} only: write, for example, `null = \"unknown\"`"
            );
            cx.error(null, format_args!("`null` takes a partition value of {fix}"));
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
                cx.error(&partition.layout, format_args!("`layout`, {error}"));
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
            if let Some(field) = same
                && !partition.restores(&layout, column)
            {
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
}

fn is_partition_value(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

//! The words of a table.

use super::{columns, partitions, xml};
use crate::ast::Container;
use crate::attr::{Name, TableAttrs};
use crate::ctxt::Ctxt;
use crate::symbol::*;
use syn::LitStr;

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
    for path in &table.records {
        check_records(cx, container, path);
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
    partitions::check(cx, container, &table);
    container.sound &= cx.count() == before;
    container.attrs.table = table;
}

/// A path to the records of a document: the document is told from a record by its first key.
fn check_records(cx: &Ctxt, container: &Container<'_>, path: &LitStr) {
    let text = path.value();
    if text.split('/').any(str::is_empty) {
        let fix = "write the keys around the records, such as `records(\"miv/meetpunt\")`";
        cx.error(path, format_args!("`records`: `{text}` is no path: {fix}"));
        return;
    }
    let first = text.split('/').next().unwrap_or_default();
    let reads = |key: &String| key.eq_ignore_ascii_case(first);
    if let Some(field) =
        container.columns().find(|field| reads(&field.key) || field.aliases.iter().any(reads))
    {
        let fix = "a document is told from a record by its first key, so rename one of them";
        cx.error(path, format_args!("`records`: field `{}` reads the key `{first}` too: {fix}", field.rust));
    }
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

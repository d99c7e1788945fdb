//! What a schema cannot say about its table.

use crate::keywords::Keywords;
use crate::logical_type::LogicalType;
use crate::table::{Column, Table};

pub(super) fn notes(table: &Table) -> Vec<String> {
    let mut notes = vec![
        "Decoding also takes keys in another case; the schema knows only the declared spelling.".to_owned(),
        "The schema accepts a few records that decoding refuses, such as those with a key twice or with 30 February; \
         the documentation of the artifact lists them."
            .to_owned(),
    ];
    if !table.records.is_empty() {
        notes.push(format!(
            "The schema is that of one record: take documents that hold records at {} apart before they are checked.",
            table.records.join(" or ")
        ));
    }
    if table.xml_json {
        notes.push(
            "Decoding also takes a value in several lists of one, one in the other; the schema accepts one such list."
                .to_owned(),
        );
    }
    if any(&table.columns, &|column| !column.schema.is_empty()) {
        notes.push(
            "Bounds and patterns that come from the type's own JsonSchema are part of the schema, and decoding does \
             not ask them: a record outside of them is stored all the same."
                .to_owned(),
        );
    }
    if any(&table.columns, &|column| says_more_of_numbers(&column.schema, &column.ty)) {
        notes.push(
            "Bounds of floating-point and decimal columns, and multipleOf, do not hold for numbers in quotes."
                .to_owned(),
        );
    }
    notes
}

/// Whether it is true of any column, nested ones included.
fn any(columns: &[Column], test: &dyn Fn(&Column) -> bool) -> bool {
    columns.iter().any(|column| test(column) || inside(&column.ty).is_some_and(|columns| any(columns, test)))
}

fn inside(ty: &LogicalType) -> Option<&[Column]> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type holds columns")]
    match ty {
        LogicalType::Struct { columns } => Some(columns),
        LogicalType::List { element, .. } => inside(&element.ty),
        LogicalType::Map { value, .. } => inside(&value.ty),
        _ => None,
    }
}

fn says_more_of_numbers(keywords: &Keywords, ty: &LogicalType) -> bool {
    let whole = ty.integer_range().is_some();
    let here = keywords.own.keys().any(|name| name == "multipleOf" || (name.ends_with("imum") && !whole));
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type has elements")]
    let below = match ty {
        LogicalType::List { element, .. } => keywords.items.as_deref().zip(Some(&element.ty)),
        LogicalType::Map { value, .. } => keywords.values.as_deref().zip(Some(&value.ty)),
        _ => None,
    };
    here || below.is_some_and(|(keywords, ty)| says_more_of_numbers(keywords, ty))
}

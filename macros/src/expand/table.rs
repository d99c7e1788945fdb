//! The constant of a table.

use crate::ast::Container;
use crate::attr::PartitionAttrs;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;

/// The `TableDef`.
pub(super) fn table(container: &Container<'_>) -> TokenStream {
    let attrs = &container.attrs;
    let table = &attrs.table;
    let name = table.table.as_ref().map(|name| name.value()).unwrap_or_default();
    let mut words = TokenStream::new();
    let mut text = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            let word = format_ident!("{word}");
            words.extend(quote!(#word: ::core::option::Option::Some(#value),));
        }
    };
    text("database", table.database.as_ref().map(|name| name.value()));
    text("comment", attrs.comment.clone());
    text("latest_by", table.latest_by.as_ref().map(|name| name.text.clone()));
    text("xml", table.xml.as_ref().map(|element| element.value()));
    if !table.partitions.is_empty() {
        let partitions = table.partitions.iter().map(partition);
        words.extend(quote!(partitions: &[#(#partitions),*],));
    }
    if !table.key.is_empty() {
        let key = table.key.iter().map(|name| &name.text);
        words.extend(quote!(key: &[#(#key),*],));
    }
    if !table.sort.is_empty() {
        let sort = table.sort.iter().map(|(name, descending)| {
            let column = &name.text;
            quote!(__lakebed::SortDef { column: #column, descending: #descending })
        });
        words.extend(quote!(sort: &[#(#sort),*],));
    }
    if let Some(compression) = table.compression {
        let compression = format_ident!("{compression}");
        words
            .extend(quote!(compression: ::core::option::Option::Some(__lakebed::Compression::#compression),));
    }
    if let Some(rows) = table.rows {
        words.extend(quote!(row_group_rows: ::core::option::Option::Some(#rows),));
    }
    if let Some(bytes) = table.bytes {
        words.extend(quote!(row_group_bytes: ::core::option::Option::Some(#bytes),));
    }
    if !table.records.is_empty() {
        let records = &table.records;
        words.extend(quote!(records: &[#(#records),*],));
    }
    if table.xml_json {
        words.extend(quote!(xml_json: true,));
    }
    if let Some(span) = table.json_schema {
        // Spanned at the word, where a missing feature or a missing `JsonSchema` is reported.
        let schema = quote_spanned!(span=> __lakebed::json_schema::<Self>);
        words.extend(quote!(json_schema: ::core::option::Option::Some(__lakebed::SchemaFn(#schema)),));
    }
    if !table.parameters.is_empty() {
        let parameters = table.parameters.iter().map(|(key, value)| quote!((#key, #value)));
        words.extend(quote!(parameters: &[#(#parameters),*],));
    }
    quote!(__lakebed::TableDef { #words ..__lakebed::TableDef::new(#name, <Self as __lakebed::Fields>::MEMBERS) })
}

/// A `PartitionDef`.
fn partition(partition: &PartitionAttrs) -> TokenStream {
    let option = |text: Option<String>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let by = option(partition.by.as_ref().map(|by| by.text.clone()));
    let null = option(partition.null.as_ref().map(LitStr::value));
    let layout = &partition.layout;
    quote!(__lakebed::PartitionDef { by: #by, layout: #layout, null: #null })
}

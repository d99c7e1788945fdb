//! Constant assertions: what only the compiler knows about types, spanned at the user's tokens.

use crate::ast::{Container, Derive, Field, Store};
use crate::attr::Name;
use crate::partition::Source;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{GenericParam, Generics, parse_quote};

/// The assertions, as calls for a constant: inside the implementation of a generic type, beside that of any other.
pub(crate) fn checks(container: &Container<'_>) -> Vec<TokenStream> {
    let (ident, generics) = (container.ident, with_static(container.generics));
    let (_, ty_generics, _) = generics.split_for_impl();
    let this = if container.is_generic() { quote!(Self) } else { quote!(#ident #ty_generics) };
    let members = quote!(<#this as __lakebed::Fields>::MEMBERS);
    let mut calls = Vec::new();
    let columns: Vec<&Field<'_>> = container.columns().filter(|field| field.sound).collect();
    for (index, field) in columns.iter().enumerate() {
        let member = if container.has_column_constants() {
            column_constant(index).into_token_stream()
        } else {
            quote!(#members[#index])
        };
        calls.extend(field_checks(container, field, &quote!(&#member), &members));
    }
    if container.flattens() {
        calls.push(call("distinct", ends(container.ident), quote!(#members)));
    }
    if container.derive == Derive::Record && container.sound {
        calls.extend(table_checks(container, &members));
    }
    calls
}

fn field_checks(
    container: &Container<'_>,
    field: &Field<'_>,
    member: &TokenStream,
    members: &TokenStream,
) -> Vec<TokenStream> {
    let name = &field.rust;
    if field.store() == Store::Flatten {
        // Only a generic struct has not been checked by its own derive.
        let generic = field.ty.to_token_stream().into_iter().any(|tree| tree.to_string() == "<");
        return generic.then(|| call("flattened", ends(field.ty), member.clone())).into_iter().collect();
    }
    let json = field.store() == Store::Json;
    let mut calls = vec![call("column", ends(field.ty), quote!(#name, #member, #json))];
    if let Some(span) = field.serde.skip_serializing_if
        && !field.serde.default
    {
        calls.push(call("may_be_absent", (span, span), quote!(#name, #member)));
    }
    if let Some(source) = &field.attrs.null_with
        && !container.leaves_out(&source.text)
    {
        let text = &source.text;
        calls.push(call("null_with", (source.span, source.span), quote!(#name, #members, #text)));
    }
    calls
}

fn table_checks(container: &Container<'_>, members: &TokenStream) -> Vec<TokenStream> {
    let table = &container.attrs.table;
    let named = |check: &str, name: &Name| {
        let text = &name.text;
        (!container.leaves_out(text)).then(|| call(check, (name.span, name.span), quote!(#members, #text)))
    };
    let mut calls: Vec<TokenStream> = Vec::new();
    calls.extend(table.key.iter().filter_map(|name| named("key", name)));
    calls.extend(table.latest_by.iter().filter_map(|name| named("latest_by", name)));
    calls.extend(table.sort.iter().filter_map(|(name, _)| named("sort", name)));
    for partition in &table.partitions {
        let Some(layout) = partition.parsed() else {
            continue;
        };
        if let Some(by) = &partition.by {
            calls.extend(Source::of(&layout).into_iter().filter_map(|source| named(source.check(), by)));
        }
        if container.flattens() {
            let span = partition.layout.span();
            for column in layout.columns().filter(|column| !partition.restores(&layout, column)) {
                calls.push(call("no_column", (span, span), quote!(#members, #column)));
            }
        }
    }
    calls
}

/// Name of the constant of a column.
pub(crate) fn column_constant(index: usize) -> Ident {
    format_ident!("__LAKEBED_{index}")
}

/// A call whose span, which a failed constant shows, reaches from one token of the user to another.
fn call(check: &str, (start, end): (Span, Span), arguments: TokenStream) -> TokenStream {
    let check = Ident::new(check, start);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(end);
    let path = quote::quote_spanned!(start=> __lakebed::check::#check);
    quote!(#path #arguments)
}

fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let trees: Vec<TokenTree> = tokens.into_token_stream().into_iter().collect();
    let span = |tree: Option<&TokenTree>| tree.map_or_else(Span::call_site, TokenTree::span);
    (span(trees.first()), span(trees.last()))
}

/// The generics with every lifetime `'static`: a constant outside the implementation cannot name the others.
fn with_static(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        if let GenericParam::Lifetime(param) = param {
            param.lifetime = parse_quote!('static);
        }
    }
    generics
}

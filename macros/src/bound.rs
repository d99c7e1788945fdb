//! Bounds of generic types.

use crate::ast::{Container, Data, Field, Store};
use crate::attr::{As, DefaultValue};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Generics, Ident, WherePredicate, parse_quote};

/// The generics of the emitted implementations: those of the type, and for each type parameter that a column
/// uses the bound that the column needs, as serde does it; `bound = "…"` replaces them.
pub(crate) fn with_bounds(container: &Container<'_>) -> Generics {
    let mut generics = container.generics.clone();
    let predicates = match &container.attrs.bound {
        Some(bound) => bound.clone(),
        None => inferred(container, bound),
    };
    add(&mut generics, predicates);
    generics
}

/// The same for reading back: what the columns need, and what it takes to make their values.
pub(crate) fn with_read_bounds(container: &Container<'_>) -> Generics {
    let mut generics = with_bounds(container);
    add(&mut generics, inferred(container, read_bound));
    let mut defaults = Vec::new();
    for field in container.all_fields().filter(|field| is_default_of_type(field)) {
        collect(container, field, &quote!(::core::default::Default), &mut defaults);
    }
    add(&mut generics, defaults);
    generics
}

/// Whether a field is filled with the default of its type. A `PhantomData` has one, whatever it stands for.
fn is_default_of_type(field: &Field<'_>) -> bool {
    let by_type = match &field.serde.own_default {
        Some(DefaultValue::OfType) => true,
        Some(DefaultValue::Path(_)) => false,
        None => field.struct_default.is_none() && (field.store() == Store::Skip || field.serde.unread),
    };
    let is_phantom = |tree: TokenTree| matches!(&tree, TokenTree::Ident(ident) if ident == "PhantomData");
    by_type && !field.ty.to_token_stream().into_iter().any(is_phantom)
}

fn add(generics: &mut Generics, predicates: Vec<WherePredicate>) {
    for param in generics.type_params_mut() {
        param.default = None;
    }
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
}

fn inferred(
    container: &Container<'_>,
    bound: impl Fn(&Field<'_>) -> Option<TokenStream>,
) -> Vec<WherePredicate> {
    let fields: Vec<&Field<'_>> = match &container.data {
        Data::Newtype(field, _) => vec![field],
        Data::Struct(_) | Data::Enum(_) | Data::Refused => container.columns().collect(),
    };
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for field in fields.into_iter().filter(|field| field.sound) {
        if let Some(bound) = bound(field) {
            collect(container, field, &bound, &mut predicates);
        }
    }
    predicates
}

/// Adds the bound for each type parameter that the field uses.
fn collect(
    container: &Container<'_>,
    field: &Field<'_>,
    bound: &TokenStream,
    predicates: &mut Vec<WherePredicate>,
) {
    for param in container.generics.type_params() {
        let mut used = Vec::new();
        uses(&param.ident, field.ty.to_token_stream(), &mut used);
        for used in used {
            let predicate: WherePredicate = parse_quote!(#used: #bound);
            if !predicates.iter().any(|earlier| text(earlier) == text(&predicate)) {
                predicates.push(predicate);
            }
        }
    }
}

fn text(predicate: &WherePredicate) -> String {
    predicate.to_token_stream().to_string()
}

/// What a type parameter in the field must be.
fn bound(field: &Field<'_>) -> Option<TokenStream> {
    match field.store() {
        Store::Skip | Store::Binary => None,
        Store::Plain => Some(quote!(__lakebed::ColumnType)),
        Store::Flatten => Some(quote!(__lakebed::Fields)),
        Store::Json if field.serialize_with.is_some() => None,
        Store::Json => Some(quote!(__lakebed::Json)),
        Store::As(As::String) => Some(quote!(__lakebed::AsText)),
        Store::As(As::Float64) => Some(quote!(__lakebed::AsFloat)),
        Store::As(As::Int8) => Some(quote!(__lakebed::AsInt<i8>)),
        Store::As(As::Int16) => Some(quote!(__lakebed::AsInt<i16>)),
        Store::As(As::Int32) => Some(quote!(__lakebed::AsInt<i32>)),
        Store::As(As::Int64) => Some(quote!(__lakebed::AsInt<i64>)),
    }
}

/// What a type parameter in the field must be to be read back.
fn read_bound(field: &Field<'_>) -> Option<TokenStream> {
    match field.store() {
        _ if field.serde.unread => None,
        Store::Skip | Store::Binary => None,
        Store::Plain => Some(quote!(__lakebed::ReadColumn)),
        Store::Flatten => Some(quote!(__lakebed::ReadFields)),
        Store::Json if field.deserialize_with.is_some() => None,
        Store::Json => Some(quote!(__lakebed::FromJson)),
        Store::As(As::String) => Some(quote!(__lakebed::FromText)),
        Store::As(As::Float64) => Some(quote!(__lakebed::FromFloat)),
        Store::As(As::Int8) => Some(quote!(__lakebed::FromInt<i8>)),
        Store::As(As::Int16) => Some(quote!(__lakebed::FromInt<i16>)),
        Store::As(As::Int32) => Some(quote!(__lakebed::FromInt<i32>)),
        Store::As(As::Int64) => Some(quote!(__lakebed::FromInt<i64>)),
    }
}

/// Finds `T` and `T::Item` in a type.
fn uses(param: &Ident, tokens: TokenStream, used: &mut Vec<TokenStream>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => uses(param, group.stream(), used),
            TokenTree::Ident(ident) if ident == param && !after_path(trees.get(..i).unwrap_or_default()) => {
                match trees.get(i + 1..i + 4) {
                    Some([TokenTree::Punct(a), TokenTree::Punct(b), TokenTree::Ident(item)])
                        if a.as_char() == ':' && b.as_char() == ':' =>
                    {
                        used.push(quote!(#ident::#item));
                    }
                    _ => used.push(quote!(#ident)),
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Whether an identifier after these tokens continues a path or is a lifetime.
fn after_path(before: &[TokenTree]) -> bool {
    matches!(before.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '\'')
        || matches!(before, [.., TokenTree::Punct(a), TokenTree::Punct(b)] if a.as_char() == ':' && b.as_char() == ':')
}

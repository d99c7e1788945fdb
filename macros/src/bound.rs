//! Bounds of generic types.

use crate::ast::{Container, Data, Field, Store};
use crate::attr::As;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Generics, Ident, WherePredicate, parse_quote};

/// The generics of the emitted implementations: those of the type, and for each type parameter that a column
/// uses the bound that the column needs, as serde does it; `bound = "…"` replaces them.
pub(crate) fn with_bounds(container: &Container<'_>) -> Generics {
    let mut generics = container.generics.clone();
    let mut predicates = match &container.attrs.bound {
        Some(bound) => bound.clone(),
        None => inferred(container),
    };
    for param in generics.type_params_mut() {
        param.default = None;
    }
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates.drain(..));
    }
    generics
}

fn inferred(container: &Container<'_>) -> Vec<WherePredicate> {
    let fields: Vec<&Field<'_>> = match &container.data {
        Data::Newtype(field) => vec![field],
        Data::Struct(_) | Data::Enum(_) | Data::Refused => container.columns().collect(),
    };
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for field in fields.into_iter().filter(|field| field.sound) {
        let Some(bound) = bound(field) else { continue };
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
    predicates
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

/// Finds `T` and `T::Item` in a type.
fn uses(param: &Ident, tokens: TokenStream, used: &mut Vec<TokenStream>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => uses(param, group.stream(), used),
            TokenTree::Ident(ident) if ident == param && !after_path(&trees[..i]) => {
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

//! One column: its constant, and its push.

use crate::ast::{Field, Store};
use crate::attr::{As, Null, TimeFormat, Unit};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Member;
use syn::spanned::Spanned;

/// One entry of `MEMBERS`.
pub(super) fn member(field: &Field<'_>) -> TokenStream {
    let rust_type = field.ty;
    if field.store() == Store::Flatten {
        return quote! {
            __lakebed::Member::Flatten {
                members: <#rust_type as __lakebed::Fields>::MEMBERS,
                optional: <#rust_type as __lakebed::Fields>::OPTIONAL,
            }
        };
    }
    let (name, key) = (field.column(), &field.key);
    let (ty, nullable) = type_of(field);
    let base = quote!(__lakebed::ColumnDef::new(#name, #key, #ty, #nullable));
    let words = column_words(field);
    if words.is_empty() {
        quote!(__lakebed::Member::Column(#base))
    } else {
        quote!(__lakebed::Member::Column(__lakebed::ColumnDef { #words ..#base }))
    }
}

/// Type and nullability of a field's column.
pub(super) fn type_of(field: &Field<'_>) -> (TokenStream, TokenStream) {
    let ty = field.ty;
    let is_option = quote!(__lakebed::IsOption::<#ty>::VALUE);
    match field.store() {
        Store::Binary => {
            (quote!(<#ty as __lakebed::Bytes>::TYPE), quote!(<#ty as __lakebed::Bytes>::NULLABLE))
        }
        Store::Json => (quote!(__lakebed::TypeDef::Json), is_option),
        Store::As(as_) => {
            let variant = format_ident!(
                "{}",
                match as_ {
                    As::Int8 => "Int8",
                    As::Int16 => "Int16",
                    As::Int32 => "Int32",
                    As::Int64 => "Int64",
                    As::Float64 => "Float64",
                    As::String => "String",
                }
            );
            (quote!(__lakebed::TypeDef::#variant), is_option)
        }
        Store::Skip | Store::Plain | Store::Flatten => {
            (quote!(<#ty as __lakebed::ColumnType>::TYPE), quote!(<#ty as __lakebed::ColumnType>::NULLABLE))
        }
    }
}

/// Members of `ColumnDef` that differ from those of a column without words.
fn column_words(field: &Field<'_>) -> TokenStream {
    let attrs = &field.attrs;
    let mut words = TokenStream::new();
    let aliases = &field.aliases;
    if !aliases.is_empty() {
        words.extend(quote!(aliases: &[#(#aliases),*],));
    }
    if field.serde.default {
        words.extend(quote!(default: true,));
    }
    if let Some(comment) = &attrs.comment {
        words.extend(quote!(comment: ::core::option::Option::Some(#comment),));
    }
    if let Some((precision, scale)) = attrs.decimal {
        words.extend(quote!(decimal: ::core::option::Option::Some((#precision, #scale)),));
    }
    if let Some(unit) = attrs.unit {
        let unit = format_ident!(
            "{}",
            match unit {
                Unit::Millis => "Millis",
                Unit::Micros => "Micros",
            }
        );
        words.extend(quote!(unit: ::core::option::Option::Some(__lakebed::TimeUnit::#unit),));
    }
    if !attrs.time.is_empty() {
        let formats = attrs.time.iter().map(|format| match format {
            TimeFormat::Rfc3339 => quote!(__lakebed::TimeFormatDef::Rfc3339),
            TimeFormat::EpochSeconds => quote!(__lakebed::TimeFormatDef::EpochSeconds),
            TimeFormat::EpochMillis => quote!(__lakebed::TimeFormatDef::EpochMillis),
            TimeFormat::Pattern(pattern) => quote!(__lakebed::TimeFormatDef::Pattern(#pattern)),
        });
        words.extend(quote!(time: &[#(#formats),*],));
    }
    if !attrs.null_if.is_empty() {
        let nulls = attrs.null_if.iter().map(|null| match null {
            Null::Int(value) => quote!(__lakebed::ScalarDef::Int(#value)),
            Null::Float(value) => quote!(__lakebed::ScalarDef::Float(#value)),
            Null::Text(value) => quote!(__lakebed::ScalarDef::Text(#value)),
            Null::Bool(value) => quote!(__lakebed::ScalarDef::Bool(#value)),
        });
        words.extend(quote!(null_if: &[#(#nulls),*],));
    }
    if let Some(source) = &attrs.null_with {
        let source = &source.text;
        words.extend(quote!(null_with: ::core::option::Option::Some(#source),));
    }
    if attrs.decimal_comma {
        words.extend(quote!(decimal_comma: true,));
    }
    if !attrs.tags.is_empty() {
        let tags = &attrs.tags;
        words.extend(quote!(tags: &[#(#tags),*],));
    }
    if attrs.bloom {
        words.extend(quote!(bloom: true,));
    }
    if let Some(encoding) = attrs.encoding {
        let encoding = format_ident!("{encoding}");
        words.extend(quote!(encoding: ::core::option::Option::Some(__lakebed::Encoding::#encoding),));
    }
    if let Some(xml) = &attrs.xml {
        words.extend(quote!(xml: ::core::option::Option::Some(#xml),));
    }
    words
}

/// The statement that pushes a member of a struct. What serde leaves out is null, as it is in a lake that was made
/// from serde's JSON.
pub(super) fn push_member(field: &Field<'_>) -> TokenStream {
    let push = push(field);
    let Some(skip) = field.serde.skip_if.as_ref().filter(|_| field.store() != Store::Skip) else {
        return push;
    };
    let (member, ty) = (&field.member, field.ty);
    let null = if field.store() == Store::Flatten {
        quote!(__lakebed::push_nulls(<#ty as __lakebed::Fields>::MEMBERS, __sink);)
    } else {
        quote!(__sink.null();)
    };
    quote!(if #skip(&self.#member) { #null } else { #push })
}

/// The statement that pushes a field.
pub(super) fn push(field: &Field<'_>) -> TokenStream {
    let (ty, span) = (field.ty, field.ty.span());
    // Errors about the value point at its type.
    let mut member = field.member.clone();
    match &mut member {
        Member::Named(name) => name.set_span(name.span().located_at(span)),
        Member::Unnamed(index) => index.span = index.span.located_at(span),
    }
    let value = quote_spanned!(span=> &self.#member);
    match field.store() {
        Store::Skip => TokenStream::new(),
        Store::Plain => quote!(<#ty as __lakebed::ColumnType>::push_value(#value, __sink);),
        Store::Flatten => quote!(<#ty as __lakebed::Fields>::push_fields(#value, __sink);),
        Store::Binary => quote!(<#ty as __lakebed::Bytes>::push_bytes(#value, __sink);),
        Store::Json => match &field.serialize_with {
            Some(function) => {
                quote!(__lakebed::push_json_with(|__serializer| #function(#value, __serializer), __sink);)
            }
            None => quote!(__lakebed::push_json::<#ty, __S>(#value, __sink);),
        },
        Store::As(as_) => {
            let call = match as_ {
                As::Int8 => quote_spanned!(span=> push_as_int::<i8, _, _>),
                As::Int16 => quote_spanned!(span=> push_as_int::<i16, _, _>),
                As::Int32 => quote_spanned!(span=> push_as_int::<i32, _, _>),
                As::Int64 => quote_spanned!(span=> push_as_int::<i64, _, _>),
                As::Float64 => quote_spanned!(span=> push_as_float),
                As::String => quote_spanned!(span=> push_as_text),
            };
            quote_spanned!(span=> __lakebed::#call(__lakebed::Maybe(#value).value(), __sink);)
        }
    }
}

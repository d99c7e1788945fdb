//! The model to tokens for reading back: one pull for each column.

use super::column::type_of;
use crate::ast::{Container, Data, Derive, Field, Store, Variant};
use crate::attr::{As, DefaultValue};
use crate::bound::with_read_bounds;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

/// The read implementations of a sound model.
pub(crate) fn expand_read(container: &Container<'_>) -> TokenStream {
    let krate = &container.attrs.krate;
    let impls = match &container.data {
        Data::Struct(fields) => expand_struct(container, fields),
        Data::Newtype(field, skipped) => {
            let value = literal(container, std::iter::once(&**field).chain(skipped));
            read_column(container, &quote!(::core::result::Result::Ok(#value)))
        }
        Data::Enum(variants) => read_column(container, &words(variants)),
        Data::Refused => return TokenStream::new(),
    };
    quote! {
        #[doc(hidden)]
        #[allow(deprecated, unused_imports, unused_qualifications, clippy::absolute_paths)]
        const _: () = {
            use #krate::private as __lakebed;
            use __lakebed::{NotOption as _, PlainSlot as _};
            #impls
        };
    }
}

fn expand_struct(container: &Container<'_>, fields: &[Field<'_>]) -> TokenStream {
    let ident = container.ident;
    let generics = with_read_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let value = literal(container, fields.iter());
    let column = read_column(container, &quote!(__lakebed::read_struct(__source)));
    let record = (container.derive == Derive::Record).then(|| {
        quote! {
            #[automatically_derived]
            impl #impl_generics __lakebed::ReadRecord for #ident #ty_generics #where_clause {}
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __lakebed::ReadFields for #ident #ty_generics #where_clause {
            fn read_fields<__R: __lakebed::RowSource + ?Sized>(
                __source: &mut __R,
            ) -> ::core::result::Result<Self, __lakebed::ReadFault> {
                ::core::result::Result::Ok(#value)
            }
        }
        #column
        #record
    }
}

/// `ReadColumn` with that body.
fn read_column(container: &Container<'_>, body: &TokenStream) -> TokenStream {
    let ident = container.ident;
    let generics = with_read_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics __lakebed::ReadColumn for #ident #ty_generics #where_clause {
            fn read_value<__R: __lakebed::RowSource + ?Sized>(
                __source: &mut __R,
            ) -> ::core::result::Result<Self, __lakebed::ReadFault> {
                #body
            }
        }
    }
}

/// A value of the struct; its members are evaluated in the order in which they are written.
fn literal<'f, 'a: 'f>(
    container: &Container<'_>,
    fields: impl Iterator<Item = &'f Field<'a>>,
) -> TokenStream {
    let members = fields.map(|field| {
        let (member, value) = (&field.member, value(container, field));
        quote!(#member: #value,)
    });
    quote!(Self { #(#members)* })
}

/// The value of a field.
fn value(container: &Container<'_>, field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    if field.store() == Store::Skip {
        return default(container, field);
    }
    if field.serde.unread {
        let (default, skip) = (default(container, field), skip(field));
        return quote!({ #skip #default });
    }
    let read = read(field);
    if !field.serde.default {
        return quote!(#read?);
    }
    let default = default(container, field);
    if field.store() == Store::Flatten {
        return quote!(__lakebed::read_fields_or::<#ty, __R>(__source, || #default)?);
    }
    // A null of an Option is a value, unless serde leaves out keys, so that it stands for a missing one.
    let optional = if field.serde.skip_serializing_if.is_some() { quote!(false) } else { type_of(field).1 };
    quote!(__lakebed::read_or(__source, #optional, || #default, |__source: &mut __R| #read)?)
}

/// Takes what a field holds without looking at it.
fn skip(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    if field.store() == Store::Flatten {
        quote! {
            for _ in 0..__lakebed::column_count(<#ty as __lakebed::Fields>::MEMBERS) {
                __source.skip();
            }
        }
    } else {
        quote!(__source.skip();)
    }
}

/// What takes the place of a value that is not there: the field's default, its struct's, its type's.
fn default(container: &Container<'_>, field: &Field<'_>) -> TokenStream {
    let (ident, member, ty) = (container.ident, &field.member, field.ty);
    match (&field.serde.own_default, &field.struct_default) {
        (Some(DefaultValue::Path(path)), _) => quote!(#path()),
        (None, Some(DefaultValue::Path(path))) => quote!({ let __all: Self = #path(); __all.#member }),
        (None, Some(DefaultValue::OfType)) => {
            let span = ident.span();
            quote_spanned!(span=> <Self as ::core::default::Default>::default().#member)
        }
        (Some(DefaultValue::OfType), _) | (None, None) => {
            let span = ty.span();
            quote_spanned!(span=> <#ty as ::core::default::Default>::default())
        }
    }
}

/// The result of reading a field.
fn read(field: &Field<'_>) -> TokenStream {
    let (ty, span) = (field.ty, field.ty.span());
    match field.store() {
        Store::Skip | Store::Plain => quote!(<#ty as __lakebed::ReadColumn>::read_value(__source)),
        Store::Flatten => quote!(<#ty as __lakebed::ReadFields>::read_fields(__source)),
        Store::Binary => quote!(<#ty as __lakebed::ReadBytes>::read_bytes(__source)),
        Store::Json => match &field.deserialize_with {
            Some(function) => {
                quote!(__lakebed::read_json_with(|__deserializer| #function(__deserializer), __source))
            }
            None => quote!(__lakebed::read_json::<#ty, __R>(__source)),
        },
        Store::As(as_) => {
            let call = match as_ {
                As::Int8 => quote_spanned!(span=> read_int::<i8, __R>),
                As::Int16 => quote_spanned!(span=> read_int::<i16, __R>),
                As::Int32 => quote_spanned!(span=> read_int::<i32, __R>),
                As::Int64 => quote_spanned!(span=> read_int::<i64, __R>),
                As::Float64 => quote_spanned!(span=> read_float::<__R>),
                As::String => quote_spanned!(span=> read_text::<__R>),
            };
            quote_spanned!(span=> <__lakebed::Slot<#ty> as ::core::default::Default>::default().#call(__source))
        }
    }
}

/// A text to the variant whose word or alias it is.
fn words(variants: &[Variant<'_>]) -> TokenStream {
    let arms = variants.iter().filter(|variant| !variant.skip).map(|Variant { ident, word, aliases, .. }| {
        quote!(#word #(| #aliases)* => ::core::result::Result::Ok(Self::#ident),)
    });
    quote! {
        match __source.text()? {
            #(#arms)*
            __other => ::core::result::Result::Err(__lakebed::unknown_word::<Self>(__other)),
        }
    }
}

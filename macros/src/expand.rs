//! The model to tokens: constants and one push.

mod column;
mod read;
mod table;

#[cfg(test)]
mod tests;

use self::column::{member, push, push_member, type_of};
use self::table::table;

pub(crate) use self::read::expand_read;
use crate::ast::{Container, Data, Derive, Field, Store, Variant};
use crate::bound::with_bounds;
use crate::require;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The implementations; parts with errors are left out.
pub(crate) fn expand(container: &Container<'_>) -> TokenStream {
    let krate = &container.attrs.krate;
    let impls = match &container.data {
        Data::Struct(_) => expand_struct(container),
        Data::Newtype(field, _) => expand_newtype(container, field),
        Data::Enum(variants) => expand_enum(container, variants),
        Data::Refused => return TokenStream::new(),
    };
    let uses = converts(container).then(|| {
        quote!(
            use __lakebed::{NotOption as _, Plain as _};
        )
    });
    quote! {
        #[doc(hidden)]
        #[allow(deprecated, unused_imports, unused_qualifications, clippy::absolute_paths, clippy::large_const_arrays)]
        const _: () = {
            use #krate::private as __lakebed;
            #uses
            #impls
        };
    }
}

fn converts(container: &Container<'_>) -> bool {
    let converts = |field: &Field<'_>| matches!(field.store(), Store::Json | Store::As(_));
    match &container.data {
        Data::Newtype(field, _) => converts(field),
        Data::Struct(_) | Data::Enum(_) | Data::Refused => container.fields().iter().any(converts),
    }
}

fn expand_struct(container: &Container<'_>) -> TokenStream {
    let ident = container.ident;
    let generics = with_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let columns: Vec<&Field<'_>> = container.columns().filter(|field| field.sound).collect();
    let mut members: Vec<TokenStream> = columns.iter().map(|field| member(field)).collect();
    let mut constants = Vec::new();
    if container.has_column_constants() {
        for (index, member) in members.iter_mut().enumerate() {
            let name = require::column_constant(index);
            constants.push(quote!(const #name: __lakebed::Member = #member;));
            *member = name.into_token_stream();
        }
    }
    let pushes = columns.iter().map(|field| push_member(field));
    let checks = require::checks(container);
    let record = container.derive == Derive::Record;
    // What every use of a generic type evaluates; the checks of any other type are constants beside it.
    let (check, first, beside) = match (container.is_generic(), record) {
        (true, true) => {
            (quote!(const CHECK: () = { #(#checks;)* };), quote!(<Self as __lakebed::Record>::CHECK;), None)
        }
        (true, false) => (TokenStream::new(), quote!(#(#checks;)*), None),
        (false, _) => (TokenStream::new(), TokenStream::new(), Some(quote!(#(const _: () = #checks;)*))),
    };
    let record = record.then(|| {
        let table = table(container);
        quote! {
            #[automatically_derived]
            impl #impl_generics __lakebed::Record for #ident #ty_generics #where_clause {
                const TABLE: &'static __lakebed::TableDef = { #first &#table };
                #check
            }
        }
    });
    // A struct left without columns by errors is a text to those who use it, so that it gives them no more errors.
    let ty = if columns.is_empty() {
        quote!(__lakebed::TypeDef::String)
    } else {
        quote!(__lakebed::TypeDef::Struct(<Self as __lakebed::Fields>::MEMBERS))
    };
    let sink = if columns.is_empty() { quote!(_) } else { quote!(__sink) };
    quote! {
        #(#constants)*
        #[automatically_derived]
        impl #impl_generics __lakebed::Fields for #ident #ty_generics #where_clause {
            const MEMBERS: &'static [__lakebed::Member] = &[#(#members),*];
            fn push_fields<__S: __lakebed::RowSink + ?Sized>(&self, #sink: &mut __S) {
                #(#pushes)*
            }
        }
        #[automatically_derived]
        impl #impl_generics __lakebed::ColumnType for #ident #ty_generics #where_clause {
            const TYPE: __lakebed::TypeDef = { #first #ty };
            fn push_value<__S: __lakebed::RowSink + ?Sized>(&self, __sink: &mut __S) {
                __lakebed::push_struct(self, __sink);
            }
        }
        #record
        #beside
    }
}

fn expand_newtype(container: &Container<'_>, field: &Field<'_>) -> TokenStream {
    let ident = container.ident;
    let generics = with_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let (ty, nullable) = type_of(field);
    let push = push(field);
    quote! {
        #[automatically_derived]
        impl #impl_generics __lakebed::ColumnType for #ident #ty_generics #where_clause {
            const TYPE: __lakebed::TypeDef = #ty;
            const NULLABLE: bool = #nullable;
            fn push_value<__S: __lakebed::RowSink + ?Sized>(&self, __sink: &mut __S) {
                #push
            }
        }
    }
}

fn expand_enum(container: &Container<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let ident = container.ident;
    let (impl_generics, ty_generics, where_clause) = container.generics.split_for_impl();
    let words = variants.iter().filter(|variant| !variant.skip).map(|Variant { word, aliases, .. }| {
        quote!(__lakebed::EnumWordDef { word: #word, aliases: &[#(#aliases),*] })
    });
    let arms = variants.iter().map(|Variant { ident, word, skip, .. }| {
        let name = ident.to_string();
        if *skip {
            quote!(Self::#ident { .. } => __sink.refuse("a word that serde writes", #name),)
        } else {
            quote!(Self::#ident => __sink.text(#word),)
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __lakebed::ColumnType for #ident #ty_generics #where_clause {
            const TYPE: __lakebed::TypeDef = __lakebed::TypeDef::Enum(&[#(#words),*]);
            fn push_value<__S: __lakebed::RowSink + ?Sized>(&self, __sink: &mut __S) {
                match self { #(#arms)* }
            }
        }
    }
}

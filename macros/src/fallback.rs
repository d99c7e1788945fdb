//! What is emitted beside errors when there is nothing to expand: implementations that let the callers of a broken
//! type compile, so that they do not drown the message.

use crate::ast::{Container, Derive};
use crate::bound::with_read_bounds;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

pub(crate) fn fallback(input: &DeriveInput, krate: &Path, derive: Derive) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let record = (derive == Derive::Record).then(|| {
        quote! {
            impl #impl_generics __lakebed::Record for #ident #ty_generics #where_clause {
                const TABLE: &'static __lakebed::TableDef = &__lakebed::TableDef::new("", &[]);
            }
        }
    });
    quote! {
        const _: () = {
            use #krate::private as __lakebed;
            impl #impl_generics __lakebed::ColumnType for #ident #ty_generics #where_clause {
                const TYPE: __lakebed::TypeDef = __lakebed::TypeDef::String;
                fn push_value<__S: __lakebed::RowSink + ?Sized>(&self, _: &mut __S) {}
            }
            impl #impl_generics __lakebed::Fields for #ident #ty_generics #where_clause {
                const MEMBERS: &'static [__lakebed::Member] = &[];
                fn push_fields<__S: __lakebed::RowSink + ?Sized>(&self, _: &mut __S) {}
            }
            #record
        };
    }
}

/// The same for the reading side.
pub(crate) fn fallback_read(container: &Container<'_>) -> TokenStream {
    let (ident, krate) = (container.ident, &container.attrs.krate);
    let generics = with_read_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let record = (container.derive == Derive::Record)
        .then(|| quote!(impl #impl_generics __lakebed::ReadRecord for #ident #ty_generics #where_clause {}));
    // Newtypes and enums have no `Fields`, unless their own errors have given them some.
    let fields = container.has_fields().then(|| {
        quote! {
            impl #impl_generics __lakebed::ReadFields for #ident #ty_generics #where_clause {
                fn read_fields<__R: __lakebed::RowSource + ?Sized>(
                    _: &mut __R,
                ) -> ::core::result::Result<Self, __lakebed::ReadFault> {
                    ::core::result::Result::Err(__lakebed::ReadFault::new("", ""))
                }
            }
            #record
        }
    });
    quote! {
        const _: () = {
            use #krate::private as __lakebed;
            #[allow(unused_imports)]
            use __lakebed::NotOption as _;
            impl #impl_generics __lakebed::ReadColumn for #ident #ty_generics #where_clause {
                fn read_value<__R: __lakebed::RowSource + ?Sized>(
                    _: &mut __R,
                ) -> ::core::result::Result<Self, __lakebed::ReadFault> {
                    ::core::result::Result::Err(__lakebed::ReadFault::new("", ""))
                }
            }
            #fields
        };
    }
}

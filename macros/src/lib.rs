//! The derive macros of lakebed: `Record` for tables, `ColumnType` for what stands in a column.
//!
//! Three stages, a file each: `attr` and `ast` parse, `valid` checks, `expand` writes tokens. The checks that need
//! types are written by `require` as constant assertions.

mod ast;
mod attr;
mod bound;
mod case;
mod ctxt;
mod expand;
mod fallback;
mod partition;
mod require;
mod symbol;
mod valid;
mod words;

use ast::{Container, Data, Derive};
use ctxt::Ctxt;
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_macro_input};

#[doc = include_str!("../docs/record.md")]
#[proc_macro_derive(Record, attributes(lake, serde))]
pub fn derive_record(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), Derive::Record).into()
}

#[doc = include_str!("../docs/column_type.md")]
#[proc_macro_derive(ColumnType, attributes(lake, serde))]
pub fn derive_column_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), Derive::ColumnType).into()
}

fn derive(input: &DeriveInput, kind: Derive) -> TokenStream {
    let cx = Ctxt::new();
    let mut container = Container::from_ast(&cx, input, kind);
    valid::check(&cx, &mut container);
    // A struct with errors is expanded without the fields that have them, so that the others are checked too.
    let tokens = match &container.data {
        Data::Newtype(_) | Data::Enum(_) | Data::Refused if cx.count() > 0 => {
            fallback::fallback(input, &container.attrs.krate, kind)
        }
        Data::Struct(_) | Data::Newtype(_) | Data::Enum(_) | Data::Refused => expand::expand(&container),
    };
    let errors = cx.finish().into_iter().map(syn::Error::into_compile_error);
    quote::quote!(#tokens #(#errors)*)
}

//! The derive macros of lakebed: `Record` for tables, `ColumnType` for what stands in a column, and `ReadRecord` and
//! `ReadColumn` beside them for reading back.
//!
//! Three stages, a file each: `attr` and `ast` parse, `valid` checks, `expand` writes tokens. The checks that need
//! types are written by `require` as constant assertions.
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::unreachable
)]

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

#[doc = include_str!("../docs/read_record.md")]
#[proc_macro_derive(ReadRecord, attributes(lake, serde))]
pub fn derive_read_record(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive_read(&parse_macro_input!(input as DeriveInput), Derive::Record).into()
}

#[doc = include_str!("../docs/read_column.md")]
#[proc_macro_derive(ReadColumn, attributes(lake, serde))]
pub fn derive_read_column(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive_read(&parse_macro_input!(input as DeriveInput), Derive::ColumnType).into()
}

fn derive(input: &DeriveInput, kind: Derive) -> TokenStream {
    let cx = Ctxt::new();
    let mut container = Container::from_ast(&cx, input, kind);
    valid::check(&cx, &mut container);
    // A struct with errors is expanded without the fields that have them, so that the others are checked too.
    let tokens = match &container.data {
        Data::Newtype(..) | Data::Enum(_) | Data::Refused if cx.count() > 0 => {
            fallback::fallback(input, &container.attrs.krate, kind)
        }
        Data::Struct(_) | Data::Newtype(..) | Data::Enum(_) | Data::Refused => expand::expand(&container),
    };
    let errors = cx.finish().into_iter().map(syn::Error::into_compile_error);
    quote::quote!(#tokens #(#errors)*)
}

/// The mistakes that the writing derive reports are not reported again; what they leave is not read at all.
fn derive_read(input: &DeriveInput, kind: Derive) -> TokenStream {
    let reported = Ctxt::new();
    let mut container = Container::from_ast(&reported, input, kind);
    valid::check(&reported, &mut container);
    let sound = reported.finish().is_empty();
    let cx = Ctxt::new();
    if sound {
        valid::check_read(&cx, &container);
    }
    let errors: Vec<_> = cx.finish().into_iter().map(syn::Error::into_compile_error).collect();
    let tokens = if sound && errors.is_empty() {
        expand::expand_read(&container)
    } else {
        fallback::fallback_read(&container)
    };
    quote::quote!(#tokens #(#errors)*)
}

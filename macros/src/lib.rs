//! The derive macros of lakebed: `Record` for tables, `ColumnType` for what stands in a column.
//!
//! Three stages, a file each: [`attr`] and [`ast`] parse, [`valid`] checks, [`expand`] writes tokens. The checks
//! that need types are written by [`require`] as constant assertions.

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
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a table: `Record`, and `Fields` and `ColumnType` so that it can nest.
#[proc_macro_derive(Record, attributes(lake, serde))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), Derive::Record)
}

/// Makes a nested struct, a newtype or a unit enum something that a column can hold.
#[proc_macro_derive(ColumnType, attributes(lake, serde))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), Derive::ColumnType)
}

fn derive(input: &DeriveInput, kind: Derive) -> TokenStream {
    let cx = Ctxt::new();
    let mut container = Container::from_ast(&cx, input, kind);
    valid::check(&cx, &mut container);
    let tokens = match &container.data {
        Data::Refused => fallback::fallback(input, &container.attrs.krate, kind),
        Data::Newtype(field) if !field.sound => fallback::fallback(input, &container.attrs.krate, kind),
        Data::Struct(_) | Data::Newtype(_) | Data::Enum(_) => expand::expand(&container),
    };
    let errors = cx.finish().into_iter().map(syn::Error::into_compile_error);
    quote::quote!(#tokens #(#errors)*).into()
}

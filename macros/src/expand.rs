//! The model to tokens: constants and one push.

use crate::ast::{Container, Data, Derive, Field, Store, Variant};
use crate::attr::{As, Null, TimeFormat, Unit};
use crate::bound::with_bounds;
use crate::require;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

/// The implementations; parts with errors are left out.
pub(crate) fn expand(container: &Container<'_>) -> TokenStream {
    let krate = &container.attrs.krate;
    let impls = match &container.data {
        Data::Struct(_) => expand_struct(container),
        Data::Newtype(field) => expand_newtype(container, field),
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
        Data::Newtype(field) => converts(field),
        Data::Struct(_) | Data::Enum(_) | Data::Refused => container.fields().iter().any(converts),
    }
}

fn expand_struct(container: &Container<'_>) -> TokenStream {
    let ident = container.ident;
    let generics = with_bounds(container);
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let columns: Vec<&Field<'_>> = container.columns().filter(|field| field.sound).collect();
    let members = columns.iter().map(|field| member(field));
    let pushes = columns.iter().map(|field| push(field));
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
    let sink = if columns.is_empty() { quote!(_) } else { quote!(__sink) };
    quote! {
        #[automatically_derived]
        impl #impl_generics __lakebed::Fields for #ident #ty_generics #where_clause {
            const MEMBERS: &'static [__lakebed::Member] = &[#(#members),*];
            fn push_fields<__S: __lakebed::RowSink + ?Sized>(&self, #sink: &mut __S) {
                #(#pushes)*
            }
        }
        #[automatically_derived]
        impl #impl_generics __lakebed::ColumnType for #ident #ty_generics #where_clause {
            const TYPE: __lakebed::TypeDef = { #first __lakebed::TypeDef::Struct(<Self as __lakebed::Fields>::MEMBERS) };
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
    if !field.sound {
        return TokenStream::new();
    }
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

/// One entry of `MEMBERS`.
fn member(field: &Field<'_>) -> TokenStream {
    let rust_type = field.ty;
    if field.store() == Store::Flatten {
        return quote!(__lakebed::flatten::<#rust_type>());
    }
    let (name, key) = (field.column(), &field.key);
    let base = if field.store() == Store::Plain {
        quote!(__lakebed::column::<#rust_type>(#name, #key))
    } else {
        let (ty, nullable) = type_of(field);
        quote!(__lakebed::ColumnDef::new(#name, #key, #ty, #nullable))
    };
    let words = column_words(field);
    if words.is_empty() {
        quote!(__lakebed::Member::Column(#base))
    } else {
        quote!(__lakebed::Member::Column(__lakebed::ColumnDef { #words ..#base }))
    }
}

/// Type and nullability of a field's column.
fn type_of(field: &Field<'_>) -> (TokenStream, TokenStream) {
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

/// The statement that pushes a field.
fn push(field: &Field<'_>) -> TokenStream {
    let (member, ty) = (&field.member, field.ty);
    let value = quote_spanned!(ty.span()=> &self.#member);
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
                As::Int8 => quote!(push_as_int::<i8, _, _>),
                As::Int16 => quote!(push_as_int::<i16, _, _>),
                As::Int32 => quote!(push_as_int::<i32, _, _>),
                As::Int64 => quote!(push_as_int::<i64, _, _>),
                As::Float64 => quote!(push_as_float),
                As::String => quote!(push_as_text),
            };
            quote!(__lakebed::#call(__lakebed::Maybe(#value).value(), __sink);)
        }
    }
}

/// The `TableDef`.
fn table(container: &Container<'_>) -> TokenStream {
    let attrs = &container.attrs;
    let table = &attrs.table;
    let name = table.table.as_ref().map(|name| name.value()).unwrap_or_default();
    let mut words = TokenStream::new();
    let mut text = |word: &str, value: Option<String>| {
        if let Some(value) = value {
            let word = format_ident!("{word}");
            words.extend(quote!(#word: ::core::option::Option::Some(#value),));
        }
    };
    text("database", table.database.as_ref().map(|name| name.value()));
    text("comment", attrs.comment.clone());
    text("latest_by", table.latest_by.as_ref().map(|name| name.text.clone()));
    text("xml", table.xml.as_ref().map(|element| element.value()));
    if !table.partitions.is_empty() {
        let partitions = table.partitions.iter().map(require::partition_def);
        words.extend(quote!(partitions: &[#(#partitions),*],));
    }
    if !table.key.is_empty() {
        let key = table.key.iter().map(|name| &name.text);
        words.extend(quote!(key: &[#(#key),*],));
    }
    if !table.sort.is_empty() {
        let sort = table.sort.iter().map(|(name, descending)| {
            let column = &name.text;
            quote!(__lakebed::SortDef { column: #column, descending: #descending })
        });
        words.extend(quote!(sort: &[#(#sort),*],));
    }
    if let Some(compression) = table.compression {
        let compression = format_ident!("{compression}");
        words
            .extend(quote!(compression: ::core::option::Option::Some(__lakebed::Compression::#compression),));
    }
    if let Some(rows) = table.rows {
        words.extend(quote!(row_group_rows: ::core::option::Option::Some(#rows),));
    }
    if let Some(bytes) = table.bytes {
        words.extend(quote!(row_group_bytes: ::core::option::Option::Some(#bytes),));
    }
    if !table.parameters.is_empty() {
        let parameters = table.parameters.iter().map(|(key, value)| quote!((#key, #value)));
        words.extend(quote!(parameters: &[#(#parameters),*],));
    }
    quote!(__lakebed::TableDef { #words ..__lakebed::TableDef::new(#name, <Self as __lakebed::Fields>::MEMBERS) })
}

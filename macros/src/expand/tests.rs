//! The emitted shape, as it reads.

use crate::ast::Derive;
use crate::{derive, derive_read};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::parse_quote;

#[test]
fn a_record_is_one_constant_one_push_and_a_check_for_each_column() {
    let emitted = derive(
        &parse_quote! {
            /// Speeds.
            #[lake(table = "speeds", key = "id", partition(by = at, layout = "dt={yyyy-MM-dd}"))]
            struct Speed {
                #[serde(rename = "Id")]
                id: String,
                at: Moment,
                #[lake(null_if(251))]
                speed: Option<u8>,
            }
        },
        Derive::Record,
    );
    let expected = quote! {
        #[doc(hidden)]
        #[allow(deprecated, unused_imports, unused_qualifications, clippy::absolute_paths, clippy::large_const_arrays)]
        const _: () = {
            use ::lakebed::private as __lakebed;
            const __LAKEBED_0: __lakebed::Member = __lakebed::Member::Column(__lakebed::ColumnDef::new(
                        "id",
                        "Id",
                        <String as __lakebed::ColumnType>::TYPE,
                        <String as __lakebed::ColumnType>::NULLABLE
                    ));
            const __LAKEBED_1: __lakebed::Member = __lakebed::Member::Column(__lakebed::ColumnDef::new(
                        "at",
                        "at",
                        <Moment as __lakebed::ColumnType>::TYPE,
                        <Moment as __lakebed::ColumnType>::NULLABLE
                    ));
            const __LAKEBED_2: __lakebed::Member = __lakebed::Member::Column(__lakebed::ColumnDef {
                        null_if: &[__lakebed::ScalarDef::Int(251i128)],
                        ..__lakebed::ColumnDef::new(
                            "speed",
                            "speed",
                            <Option<u8> as __lakebed::ColumnType>::TYPE,
                            <Option<u8> as __lakebed::ColumnType>::NULLABLE
                        )
                    });
            #[automatically_derived]
            impl __lakebed::Fields for Speed {
                const MEMBERS: &'static [__lakebed::Member] = &[__LAKEBED_0, __LAKEBED_1, __LAKEBED_2];
                fn push_fields<__S: __lakebed::RowSink + ?Sized>(&self, __sink: &mut __S) {
                    <String as __lakebed::ColumnType>::push_value(&self.id, __sink);
                    <Moment as __lakebed::ColumnType>::push_value(&self.at, __sink);
                    <Option<u8> as __lakebed::ColumnType>::push_value(&self.speed, __sink);
                }
            }
            #[automatically_derived]
            impl __lakebed::ColumnType for Speed {
                const TYPE: __lakebed::TypeDef =
                    { __lakebed::TypeDef::Struct(<Self as __lakebed::Fields>::MEMBERS) };
                fn push_value<__S: __lakebed::RowSink + ?Sized>(&self, __sink: &mut __S) {
                    __lakebed::push_struct(self, __sink);
                }
            }
            #[automatically_derived]
            impl __lakebed::Record for Speed {
                const TABLE: &'static __lakebed::TableDef = {
                    &__lakebed::TableDef {
                        comment: ::core::option::Option::Some("Speeds."),
                        partitions: &[__lakebed::PartitionDef {
                            by: ::core::option::Option::Some("at"),
                            layout: "dt={yyyy-MM-dd}",
                            null: ::core::option::Option::None
                        }],
                        key: &["id"],
                        ..__lakebed::TableDef::new("speeds", <Self as __lakebed::Fields>::MEMBERS)
                    }
                };
            }
            const _: () = __lakebed::check::column("id", &__LAKEBED_0, false);
            const _: () = __lakebed::check::column("at", &__LAKEBED_1, false);
            const _: () = __lakebed::check::column("speed", &__LAKEBED_2, false);
            const _: () = __lakebed::check::key(<Speed as __lakebed::Fields>::MEMBERS, "id");
            const _: () = __lakebed::check::partition_day(<Speed as __lakebed::Fields>::MEMBERS, "at");
        };
    };
    assert_eq!(emitted.to_string(), expected.to_string());
}

#[test]
fn emitted_code_names_neither_arrow_nor_serde() {
    let emitted = derive(
        &parse_quote! {
            #[lake(table = "everything")]
            struct Everything<T> {
                #[lake(json)]
                #[serde(with = "module")]
                a: T,
                #[lake(as = "i64")]
                b: u64,
                #[lake(binary)]
                c: Vec<u8>,
                #[serde(flatten)]
                d: T,
            }
        },
        Derive::Record,
    );
    let mut names = Vec::new();
    collect(emitted, &mut names);
    for name in ["arrow", "arrow_schema", "serde", "serde_json", "compile_error"] {
        assert!(!names.iter().any(|ident| ident == name), "{name}");
    }
}

#[test]
fn what_reads_is_one_pull_for_each_column() {
    let emitted = derive_read(
        &parse_quote! {
            #[lake(table = "everything")]
            struct Everything {
                #[lake(json)]
                #[serde(with = "module")]
                a: A,
                #[lake(as = "i64")]
                b: u64,
                #[lake(binary)]
                c: Vec<u8>,
                #[serde(flatten)]
                d: D,
                #[serde(skip)]
                e: E,
            }
        },
        Derive::Record,
    );
    let mut names = Vec::new();
    collect(emitted, &mut names);
    let count = |name: &str| names.iter().filter(|ident| *ident == name).count();
    for name in ["arrow", "arrow_schema", "serde", "serde_json", "compile_error"] {
        assert_eq!(count(name), 0, "{name}");
    }
    for name in ["read_json_with", "read_int", "read_bytes", "default"] {
        assert!(count(name) >= 1, "{name}");
    }
    // The method that is emitted, and the one of the flattened struct.
    assert_eq!(count("read_fields"), 2);
}

fn collect(tokens: TokenStream, names: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => collect(group.stream(), names),
            TokenTree::Ident(ident) => names.push(ident.to_string()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

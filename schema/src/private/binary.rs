//! The word `binary`: byte lists stored as bytes rather than as lists of numbers.

use crate::def::{ElementDef, TypeDef};
use crate::sink::RowSink;
use std::borrow::Cow;

/// A type that the word `binary` stores as bytes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of bytes",
    label = "`binary` does not fit",
    note = "`#[lake(binary)]` takes `Vec<u8>`, `[u8; N]`, `&[u8]`, `Box<[u8]>`, `Cow<[u8]>`, and `Option` or `Vec` of those",
    note = "`bytes::Bytes` is stored as bytes already: leave the word out"
)]
pub trait Bytes {
    /// `Binary`, or a list of it.
    const TYPE: TypeDef = TypeDef::Binary;
    /// Whether the type is an `Option`.
    const NULLABLE: bool = false;
    /// Gives the value to a sink.
    fn push_bytes<S: RowSink + ?Sized>(&self, sink: &mut S);
}

macro_rules! bytes {
    ($([$($generics:tt)*] $rust:ty;)*) => {$(
        impl<$($generics)*> Bytes for $rust {
            fn push_bytes<S: RowSink + ?Sized>(&self, sink: &mut S) {
                sink.binary(&self[..]);
            }
        }
    )*};
}

bytes! {
    [] Vec<u8>;
    [] [u8];
    [] Box<[u8]>;
    [] &[u8];
    [] Cow<'_, [u8]>;
    [const N: usize] [u8; N];
    [const N: usize] &[u8; N];
}

impl<B: Bytes> Bytes for Option<B> {
    const TYPE: TypeDef = B::TYPE;
    const NULLABLE: bool = true;
    fn push_bytes<S: RowSink + ?Sized>(&self, sink: &mut S) {
        match self {
            Some(value) => value.push_bytes(sink),
            None => sink.null(),
        }
    }
}

impl<B: Bytes> Bytes for Vec<B> {
    const TYPE: TypeDef =
        TypeDef::List { element: &ElementDef { ty: B::TYPE, nullable: B::NULLABLE }, length: None };
    fn push_bytes<S: RowSink + ?Sized>(&self, sink: &mut S) {
        sink.begin_list(self.len());
        for item in self {
            item.push_bytes(sink);
        }
        sink.end_list();
    }
}

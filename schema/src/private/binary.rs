//! The word `binary`: byte lists stored as bytes rather than as lists of numbers.

use crate::def::{ElementDef, TypeDef};
use crate::sink::RowSink;
use crate::source::{ReadFault, RowSource};
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

/// A type that the word `binary` reads back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of bytes that can be read back",
    label = "can be written at most",
    note = "`#[lake(binary)]` reads `Vec<u8>`, `[u8; N]`, `Box<[u8]>`, `Cow<[u8]>`, and `Option` or `Vec` of those; `&[u8]` can only be written"
)]
pub trait ReadBytes: Bytes + Sized {
    /// Takes a value from a source.
    ///
    /// # Errors
    /// When the stored value is none of this type.
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault>;
}

impl ReadBytes for Vec<u8> {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        source.binary().map(<[u8]>::to_vec)
    }
}

impl ReadBytes for Box<[u8]> {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        source.binary().map(Self::from)
    }
}

impl ReadBytes for Cow<'_, [u8]> {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        source.binary().map(|bytes| Self::Owned(bytes.to_vec()))
    }
}

impl<const N: usize> ReadBytes for [u8; N] {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let bytes = source.binary()?;
        Self::try_from(bytes)
            .map_err(|_| ReadFault::new(format!("{N} bytes"), format!("{} bytes", bytes.len())))
    }
}

impl<B: ReadBytes> ReadBytes for Option<B> {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        if source.null() { Ok(None) } else { B::read_bytes(source).map(Some) }
    }
}

impl<B: ReadBytes> ReadBytes for Vec<B> {
    fn read_bytes<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        let len = source.begin_list()?;
        let mut items = Self::new();
        for _ in 0..len {
            items.push(B::read_bytes(source)?);
        }
        source.end_list()?;
        Ok(items)
    }
}

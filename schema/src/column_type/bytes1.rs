//! Types of bytes 1.

use super::ColumnType;
use crate::def::TypeDef;
use crate::sink::RowSink;
use bytes::{Bytes, BytesMut};

macro_rules! binary {
    ($($rust:ty),*) => {$(
        impl ColumnType for $rust {
            const TYPE: TypeDef = TypeDef::Binary;
            fn push_value<S: RowSink + ?Sized>(&self, sink: &mut S) {
                sink.binary(self);
            }
        }
    )*};
}

binary!(Bytes, BytesMut);

//! Types of bytes 1.

use super::ReadColumn;
use crate::source::{ReadFault, RowSource};
use bytes::{Bytes, BytesMut};

impl ReadColumn for Bytes {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        source.binary().map(Self::copy_from_slice)
    }
}

impl ReadColumn for BytesMut {
    fn read_value<S: RowSource + ?Sized>(source: &mut S) -> Result<Self, ReadFault> {
        source.binary().map(Self::from)
    }
}

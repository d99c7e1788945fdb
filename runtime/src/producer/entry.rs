//! What producers send.

use bytes::Bytes;

/// One record on its way to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its bytes, as the service gets them.
    pub data: Bytes,
    /// Which records belong together, where the service knows such keys.
    pub partition_key: Option<String>,
}

impl Entry {
    /// A record without a key.
    pub fn new(data: impl Into<Bytes>) -> Self {
        Self { data: data.into(), partition_key: None }
    }

    /// A record with a key.
    pub fn keyed(data: impl Into<Bytes>, key: impl Into<String>) -> Self {
        Self { data: data.into(), partition_key: Some(key.into()) }
    }

    /// Bytes of data and key.
    pub(crate) fn bytes(&self) -> usize {
        self.data.len() + self.partition_key.as_ref().map_or(0, String::len)
    }
}

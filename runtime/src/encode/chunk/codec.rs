//! Compression of pages, and the buffers that all columns of a file share.

use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};

/// What one page after the other is made with.
pub(in crate::encode) struct Workshop {
    compressor: Compressor,
    /// The page before compression.
    pub(super) body: Vec<u8>,
}

enum Compressor {
    None,
    Snappy(Box<snap::raw::Encoder>),
    Zstd(zstd::bulk::Compressor<'static>),
}

impl Workshop {
    /// None for a codec that we leave to the crate.
    pub(in crate::encode) fn new(codec: Compression) -> Result<Option<Self>> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "codecs that no table can ask for")]
        let compressor = match codec {
            Compression::UNCOMPRESSED => Compressor::None,
            Compression::SNAPPY => Compressor::Snappy(Box::new(snap::raw::Encoder::new())),
            Compression::ZSTD(level) => {
                Compressor::Zstd(zstd::bulk::Compressor::new(level.compression_level())?)
            }
            _ => return Ok(None),
        };
        Ok(Some(Self { compressor, body: Vec::new() }))
    }

    /// The page's body, compressed.
    pub(super) fn compressed(&mut self) -> Result<Vec<u8>> {
        match &mut self.compressor {
            Compressor::None => Ok(self.body.clone()),
            Compressor::Snappy(encoder) => {
                encoder.compress_vec(&self.body).map_err(|e| ParquetError::External(e.into()))
            }
            Compressor::Zstd(compressor) => Ok(compressor.compress(&self.body)?),
        }
    }
}

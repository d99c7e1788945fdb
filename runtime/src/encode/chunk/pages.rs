//! The finished pages of a column chunk.

use super::index::Summary;
use super::rope::{PartsReader, Rope};
use super::{Dictionary, Workshop};
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, EncodingMask, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::io::Read;

/// Data pages with their headers, one behind the other.
pub(super) struct Pages {
    sink: TrackedWrite<Rope>,
    codec: Compression,
    /// Lengths of the pages, and their rows.
    pages: Vec<PagePlace>,
    uncompressed: usize,
    slots: usize,
    coded: i32,
    plain: i32,
}

/// A page as the offset index has it.
#[derive(Clone, Copy, Debug)]
struct PagePlace {
    length: usize,
    rows: usize,
    text_bytes: Option<i64>,
}

/// A page whose body is ready.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) is_coded: bool,
    pub(super) slots: usize,
    pub(super) rows: usize,
    pub(super) text_bytes: Option<i64>,
}

/// A column chunk that waits for its place in the file.
pub(in crate::encode) struct Encoded {
    pub(in crate::encode) close: ColumnCloseResult,
    pub(in crate::encode) bytes: ChunkBytes,
}

/// The dictionary's page, then the data pages.
pub(in crate::encode) struct ChunkBytes {
    parts: Vec<Bytes>,
    len: usize,
}

impl Length for ChunkBytes {
    fn len(&self) -> u64 {
        self.len as u64
    }
}

impl ChunkReader for ChunkBytes {
    type T = PartsReader;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let reader = PartsReader::new(&self.parts, usize::try_from(start).unwrap_or(usize::MAX));
        reader.ok_or_else(|| ParquetError::EOF(format!("a column chunk ends before byte {start}")))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes.into())
    }
}

impl Pages {
    /// Bytes of the finished pages.
    pub(super) fn bytes(&self) -> usize {
        self.sink.bytes_written()
    }

    pub(super) fn new(codec: Compression) -> Self {
        Self {
            sink: TrackedWrite::new(Rope::default()),
            codec,
            pages: Vec::new(),
            uncompressed: 0,
            slots: 0,
            coded: 0,
            plain: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Slots of all pages.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Compresses a page and appends it.
    pub(super) fn add(
        &mut self,
        ended: &Ended,
        properties: &WriterProperties,
        shop: &mut Workshop,
    ) -> Result<()> {
        let encoding =
            if ended.is_coded { properties.dictionary_data_page_encoding() } else { Encoding::PLAIN };
        let page = Page::DataPage {
            buf: shop.compressed()?.into(),
            num_values: ended.slots as u32,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let written = write_page(page, shop.body.len(), &mut self.sink)?;
        *(if ended.is_coded { &mut self.coded } else { &mut self.plain }) += 1;
        self.uncompressed += written.uncompressed_size;
        self.slots += ended.slots;
        let (rows, text_bytes) = (ended.rows, ended.text_bytes);
        self.pages.push(PagePlace { length: written.compressed_size, rows, text_bytes });
        Ok(())
    }

    /// Puts the dictionary first, and says where each page is from the start of the chunk.
    pub(super) fn close(
        self,
        column: &ColumnDescPtr,
        rows: usize,
        dictionary: Option<Dictionary>,
        summary: Summary,
        properties: &WriterProperties,
        shop: &mut Workshop,
    ) -> Result<Encoded> {
        let mut uncompressed = self.uncompressed;
        let mut first = TrackedWrite::new(Rope::default());
        let has_dictionary = dictionary.is_some();
        if let Some(dictionary) = dictionary {
            shop.body = dictionary.page;
            let page = Page::DictionaryPage {
                buf: shop.compressed()?.into(),
                num_values: dictionary.entries as u32,
                encoding: properties.dictionary_page_encoding(),
                is_sorted: false,
            };
            uncompressed += write_page(page, shop.body.len(), &mut first)?.uncompressed_size;
        }
        let mut encodings = vec![Encoding::RLE];
        let mut stats = Vec::new();
        let mut count = |page_type, encoding, count| {
            if count > 0 {
                encodings.push(encoding);
                stats.push(PageEncodingStats { page_type, encoding, count });
            }
        };
        count(PageType::DICTIONARY_PAGE, properties.dictionary_page_encoding(), i32::from(has_dictionary));
        count(PageType::DATA_PAGE, properties.dictionary_data_page_encoding(), self.coded);
        count(PageType::DATA_PAGE, Encoding::PLAIN, self.plain);

        let mut offsets = OffsetIndexBuilder::new();
        let mut offset = first.bytes_written();
        let data_offset = offset;
        for page in &self.pages {
            offsets.append_row_count(page.rows as i64);
            offsets.append_unencoded_byte_array_data_bytes(page.text_bytes);
            offsets.append_offset_and_size(offset as i64, page.length as i32);
            offset += page.length;
        }
        let metadata = ColumnChunkMetaData::builder(ColumnDescPtr::clone(column))
            .set_compression(self.codec)
            .set_encodings_mask(EncodingMask::new_from_encodings(encodings.iter()))
            .set_page_encoding_stats(stats)
            .set_total_compressed_size(offset as i64)
            .set_total_uncompressed_size(uncompressed as i64)
            .set_num_values(self.slots as i64)
            .set_data_page_offset(data_offset as i64)
            .set_dictionary_page_offset(has_dictionary.then_some(0))
            .set_statistics(summary.statistics)
            .set_unencoded_byte_array_data_bytes(summary.text_bytes)
            .set_repetition_level_histogram(summary.repetition)
            .set_definition_level_histogram(summary.definition)
            .build()?;
        let mut parts = first.into_inner()?.into_parts();
        parts.append(&mut self.sink.into_inner()?.into_parts());
        Ok(Encoded {
            close: ColumnCloseResult {
                bytes_written: offset as u64,
                rows_written: rows as u64,
                metadata,
                bloom_filter: None,
                column_index: Some(summary.column_index),
                offset_index: Some(offsets.build()),
            },
            bytes: ChunkBytes { parts, len: offset },
        })
    }
}

fn write_page(page: Page, uncompressed: usize, sink: &mut TrackedWrite<Rope>) -> Result<PageWriteSpec> {
    SerializedPageWriter::new(sink).write_page(CompressedPage::new(page, uncompressed))
}

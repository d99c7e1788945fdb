//! How a table's storage settings become Parquet writer properties.

use lakebed_schema::{Column, Compression, Encoding, LogicalType, Table};
use parquet::basic::{Compression as Codec, Encoding as ParquetEncoding, GzipLevel, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{
    EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion,
};
use parquet::schema::types::ColumnPath;

/// Properties for the files of a table: page statistics and offset index, dictionaries, writer version 1, names of
/// nested levels as the Parquet specification has them.
pub(super) fn writer_properties(table: &Table) -> WriterProperties {
    let codec = match table.storage.compression {
        Compression::Snappy => Codec::SNAPPY,
        Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
        Compression::Gzip => Codec::GZIP(GzipLevel::default()),
        Compression::Uncompressed => Codec::UNCOMPRESSED,
    };
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by(concat!("lakebed version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(codec)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_coerce_types(true)
        // Row groups are closed by us, at the table's own limits.
        .set_max_row_group_row_count(None)
        .set_sorting_columns(sorting_columns(table));
    for column in table.file_columns() {
        builder = column_properties(builder, column, &mut vec![column.name.clone()]);
    }
    builder.build()
}

fn column_properties(
    mut builder: WriterPropertiesBuilder,
    column: &Column,
    path: &mut Vec<String>,
) -> WriterPropertiesBuilder {
    if column.ty.is_scalar() {
        let leaf = ColumnPath::new(path.clone());
        if column.bloom {
            builder = builder.set_column_bloom_filter_enabled(leaf.clone(), true);
        }
        if let Some(encoding) = column.encoding {
            builder = builder.set_column_dictionary_enabled(leaf.clone(), encoding == Encoding::Dictionary);
            let other = match encoding {
                Encoding::Dictionary => None,
                Encoding::Plain => Some(ParquetEncoding::PLAIN),
                Encoding::DeltaBinaryPacked => Some(ParquetEncoding::DELTA_BINARY_PACKED),
                Encoding::DeltaByteArray => Some(ParquetEncoding::DELTA_BYTE_ARRAY),
                Encoding::ByteStreamSplit => Some(ParquetEncoding::BYTE_STREAM_SPLIT),
            };
            if let Some(other) = other {
                builder = builder.set_column_encoding(leaf, other);
            }
        }
    }
    nested_properties(builder, &column.ty, path)
}

fn nested_properties(
    mut builder: WriterPropertiesBuilder,
    ty: &LogicalType,
    path: &mut Vec<String>,
) -> WriterPropertiesBuilder {
    let depth = path.len();
    #[allow(clippy::wildcard_enum_match_arm, reason = "scalars have nothing below them")]
    match ty {
        LogicalType::Struct { columns } => {
            for member in columns {
                path.push(member.name.clone());
                builder = column_properties(builder, member, path);
                path.truncate(depth);
            }
        }
        LogicalType::List { element, .. } => {
            path.extend(["list".to_owned(), "element".to_owned()]);
            builder = nested_properties(builder, &element.ty, path);
        }
        LogicalType::Map { value, .. } => {
            path.extend(["key_value".to_owned(), "value".to_owned()]);
            builder = nested_properties(builder, &value.ty, path);
        }
        _ => {}
    }
    path.truncate(depth);
    builder
}

/// The sort order in terms of leaf columns of the file.
fn sorting_columns(table: &Table) -> Option<Vec<SortingColumn>> {
    let mut sorting = Vec::new();
    for sort in &table.sort {
        let mut leaf = 0;
        for column in table.file_columns() {
            if column.name == sort.column {
                sorting.push(SortingColumn {
                    column_idx: leaf,
                    descending: sort.descending,
                    nulls_first: false,
                });
                break;
            }
            leaf += leaves(&column.ty);
        }
    }
    (!sorting.is_empty()).then_some(sorting)
}

fn leaves(ty: &LogicalType) -> i32 {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every scalar is one leaf")]
    match ty {
        LogicalType::Struct { columns } => columns.iter().map(|column| leaves(&column.ty)).sum(),
        LogicalType::List { element, .. } => leaves(&element.ty),
        LogicalType::Map { value, .. } => 1 + leaves(&value.ty),
        _ => 1,
    }
}

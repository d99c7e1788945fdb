//! What this encoder writes against what the parquet crate's own writer does with the same rows.

use crate::encode::group::GroupWriter;
use arrow_array::builder::{BinaryBuilder, BooleanBuilder, StringBuilder};
use arrow_array::{
    Array, ArrayRef, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array, Int16Array,
    Int32Array, Int64Array, ListArray, MapArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray, TimestampMillisecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use arrow_select::concat::concat_batches;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, Type};
use parquet::file::metadata::{
    PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use std::sync::Arc;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) ^ (self.0 << 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// How the values of a column vary.
#[derive(Clone, Copy, Debug)]
struct Shape {
    /// Of a hundred.
    nulls: u64,
    distinct: u64,
    /// Longest run of one value.
    run: u64,
}

fn choose<T: Clone>(random: &mut Random, shape: Shape, length: usize, value: impl Fn(u64) -> T) -> Vec<T> {
    let mut values = Vec::new();
    while values.len() < length {
        let chosen = value(random.below(shape.distinct));
        let run = 1 + random.below(shape.run) as usize;
        values.resize((values.len() + run).min(length), chosen);
    }
    values
}

fn nulls(random: &mut Random, shape: Shape, length: usize) -> Option<NullBuffer> {
    // Some arrays have no null buffer, others one without nulls.
    if shape.nulls == 0 && random.below(2) == 0 {
        return None;
    }
    Some((0..length).map(|_| random.below(100) >= shape.nulls).collect())
}

fn text(n: u64) -> String {
    match n % 7 {
        0 => String::new(),
        1 => format!("{n}"),
        2 => format!("meetpunt {n}"),
        3 => format!("{}é{n}", "ß".repeat(n as usize % 50)),
        4 => format!(
            "{}{n}",
            "a long beginning that many texts have in common, longer than bounds are kept, ".repeat(2)
        ),
        5 => format!("{n}ÿ\u{10ffff}"),
        _ => "x".repeat(n as usize % 90),
    }
}

fn float(n: u64) -> f64 {
    match n % 41 {
        0 => f64::NAN,
        1 => -0.0,
        2 => 0.0,
        3 => f64::NEG_INFINITY,
        4 => -f64::NAN,
        _ => n as f64 / 7.0 - 20.0,
    }
}

fn array(random: &mut Random, data_type: &DataType, nullable: bool, shape: Shape, length: usize) -> ArrayRef {
    // More than is asked for, so that arrays and what is below them do not start at zero.
    let (front, back) = (random.below(9) as usize, random.below(5) as usize);
    let long = front + length + back;
    let shape = if nullable { shape } else { Shape { nulls: 0, ..shape } };
    let nulls = nulls(random, shape, long);
    macro_rules! number {
        ($array:ty, $value:expr) => {{
            let values = choose(random, shape, long, $value);
            Arc::new(<$array>::new(values.into(), nulls)) as ArrayRef
        }};
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "types that no test asks for")]
    let array: ArrayRef = match data_type {
        DataType::Boolean => {
            let values = choose(random, shape, long, |n| n % 3 == 0);
            let mut builder = BooleanBuilder::new();
            for (place, value) in values.into_iter().enumerate() {
                builder.append_option(nulls.as_ref().is_none_or(|n| n.is_valid(place)).then_some(value));
            }
            Arc::new(builder.finish())
        }
        DataType::Int8 => number!(Int8Array, |n| n as i8),
        DataType::Int16 => number!(Int16Array, |n| (n as i16).wrapping_sub(100)),
        DataType::Int32 => number!(Int32Array, |n| (n as i32).wrapping_mul(3).wrapping_sub(1000)),
        DataType::Int64 => number!(Int64Array, |n| (n as i64).wrapping_mul(0x1234_5678_9abc_def1)),
        DataType::Date32 => number!(Date32Array, |n| 19_000_i32.wrapping_add(n as i32)),
        DataType::Float32 => number!(Float32Array, |n| float(n) as f32),
        DataType::Float64 => number!(Float64Array, float),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            let values = choose(random, shape, long, |n| 1_700_000_000_000 + n as i64 * 60_000);
            Arc::new(TimestampMillisecondArray::new(values.into(), nulls).with_timezone("UTC"))
        }
        DataType::Timestamp(..) => number!(TimestampMicrosecondArray, |n| -(n as i64) * 1_000_003),
        DataType::Decimal128(precision, scale) => {
            let values = choose(random, shape, long, |n| i128::from(n % 1_000_000) * 7 - 350);
            let array = Decimal128Array::new(values.into(), nulls);
            Arc::new(array.with_precision_and_scale(*precision, *scale).unwrap())
        }
        DataType::Utf8 => {
            let values = choose(random, shape, long, text);
            let mut builder = StringBuilder::new();
            for (place, value) in values.into_iter().enumerate() {
                builder.append_option(nulls.as_ref().is_none_or(|n| n.is_valid(place)).then_some(value));
            }
            Arc::new(builder.finish())
        }
        DataType::Binary => {
            let values = choose(random, shape, long, |n| vec![255 - (n % 3) as u8; n as usize % 80]);
            let mut builder = BinaryBuilder::new();
            for (place, value) in values.into_iter().enumerate() {
                builder.append_option(nulls.as_ref().is_none_or(|n| n.is_valid(place)).then_some(value));
            }
            Arc::new(builder.finish())
        }
        DataType::Struct(members) => {
            let member = |field: &Arc<Field>| array_of(random, field, shape, long);
            let members_of = members.iter().map(member).collect();
            Arc::new(StructArray::new(members.clone(), members_of, nulls))
        }
        DataType::List(element) => {
            let lengths: Vec<usize> = (0..long).map(|_| random.below(4) as usize).collect();
            let values = array_of(random, element, shape, lengths.iter().sum());
            Arc::new(ListArray::new(Arc::clone(element), OffsetBuffer::from_lengths(lengths), values, nulls))
        }
        DataType::Map(entries, _) => {
            let lengths: Vec<usize> = (0..long).map(|_| random.below(3) as usize).collect();
            let values = array_of(random, entries, shape, lengths.iter().sum());
            let values = values.as_any().downcast_ref::<StructArray>().unwrap().clone();
            let offsets = OffsetBuffer::from_lengths(lengths);
            Arc::new(MapArray::new(Arc::clone(entries), offsets, values, nulls, false))
        }
        other => panic!("{other}"),
    };
    array.slice(front, length)
}

fn array_of(random: &mut Random, field: &Field, shape: Shape, length: usize) -> ArrayRef {
    array(random, field.data_type(), field.is_nullable(), shape, length)
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", of, true)))
}

fn record(members: &[(&str, DataType)]) -> DataType {
    DataType::Struct(members.iter().map(|(name, ty)| Field::new(*name, ty.clone(), true)).collect())
}

fn map(value: DataType) -> DataType {
    let fields = vec![Field::new("key", DataType::Utf8, false), Field::new("value", value, true)];
    DataType::Map(Arc::new(Field::new("key_value", DataType::Struct(Fields::from(fields)), false)), false)
}

fn all_types() -> Vec<DataType> {
    let millis = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    vec![
        DataType::Boolean,
        DataType::Int8,
        DataType::Int16,
        DataType::Int32,
        DataType::Int64,
        DataType::Date32,
        DataType::Float32,
        DataType::Float64,
        millis.clone(),
        DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Decimal128(7, 2),
        DataType::Decimal128(16, 3),
        DataType::Decimal128(30, 5),
        DataType::Utf8,
        DataType::Binary,
        list(DataType::Int32),
        list(list(DataType::Utf8)),
        record(&[("a", DataType::Int64), ("b", record(&[("c", DataType::Utf8), ("d", DataType::Float64)]))]),
        list(record(&[
            ("speed", DataType::Int16),
            ("name", DataType::Utf8),
            ("big", DataType::Decimal128(30, 2)),
            ("times", list(millis)),
        ])),
        map(DataType::Int32),
        map(list(DataType::Boolean)),
    ]
}

fn schema(nullable: bool) -> SchemaRef {
    let fields = all_types().into_iter().enumerate();
    Arc::new(Schema::new(fields.map(|(n, ty)| Field::new(format!("c{n}"), ty, nullable)).collect::<Vec<_>>()))
}

fn batch(
    random: &mut Random,
    schema: &SchemaRef,
    shape: &dyn Fn(usize) -> Shape,
    rows: usize,
) -> RecordBatch {
    let columns = schema.fields().iter().enumerate();
    let columns = columns.map(|(n, field)| array_of(random, field, shape(n), rows)).collect();
    RecordBatch::try_new(Arc::clone(schema), columns).unwrap()
}

fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_coerce_types(true)
        .set_max_row_group_row_count(None)
}

/// A file with a row group for each list of pieces.
fn ours(groups: &[Vec<RecordBatch>], schema: &SchemaRef, properties: WriterProperties) -> Bytes {
    let mut bytes = Vec::new();
    let mut writer = GroupWriter::try_new(&mut bytes, schema, properties).unwrap();
    for pieces in groups {
        for piece in pieces {
            writer.write(std::slice::from_ref(piece), 1).unwrap();
        }
        writer.flush().unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    bytes.into()
}

fn theirs(groups: &[Vec<RecordBatch>], schema: &SchemaRef, properties: WriterProperties) -> Bytes {
    let mut bytes = Vec::new();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, Arc::clone(schema), options).unwrap();
    for pieces in groups {
        for piece in pieces {
            writer.write(piece).unwrap();
        }
        writer.flush().unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    bytes.into()
}

fn footer(file: &Bytes) -> ParquetMetaData {
    ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Required)
        .parse_and_finish(file)
        .unwrap()
}

fn rows(file: &Bytes, schema: &SchemaRef) -> RecordBatch {
    let options = ArrowReaderOptions::new().with_schema(Arc::clone(schema));
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file.clone(), options).unwrap();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    concat_batches(schema, &batches).unwrap()
}

fn check_rows(file: &Bytes, expected: &RecordBatch) {
    let found = rows(file, &expected.schema());
    assert_eq!(found.num_rows(), expected.num_rows());
    for (place, (found, expected)) in found.columns().iter().zip(expected.columns()).enumerate() {
        assert_eq!(found, expected, "column {place}");
    }
}

/// Both files have the same rows, and footers that say the same of them.
fn check(
    groups: &[Vec<RecordBatch>],
    schema: &SchemaRef,
    properties: &WriterPropertiesBuilder,
) -> (Bytes, Bytes) {
    let own = ours(groups, schema, properties.clone().build());
    // The crate's pages follow from the pieces it gets and from the slots between its looks at them.
    let page_rows = properties.clone().build().data_page_row_count_limit();
    let by_page: Vec<Vec<RecordBatch>> = groups.iter().map(|group| recut(group, &[page_rows])).collect();
    let other = theirs(&by_page, schema, properties.clone().set_write_batch_size(1).build());
    let expected = concat_batches(schema, groups.iter().flatten()).unwrap();
    assert_eq!(rows(&other, schema), expected);
    check_rows(&own, &expected);
    check_footers(&footer(&own), &footer(&other));
    (own, other)
}

fn check_footers(own: &ParquetMetaData, other: &ParquetMetaData) {
    assert_eq!(own.file_metadata().schema_descr(), other.file_metadata().schema_descr());
    assert_eq!(own.num_row_groups(), other.num_row_groups());
    for (number, (own_group, other_group)) in own.row_groups().iter().zip(other.row_groups()).enumerate() {
        assert_eq!(own_group.num_rows(), other_group.num_rows());
        let own_index = own.page_index_for_row_group(number);
        let other_index = other.page_index_for_row_group(number);
        for (leaf, (own, other)) in own_group.columns().iter().zip(other_group.columns()).enumerate() {
            let name = format!("group {number}, {}", own.column_path());
            assert_eq!(own.num_values(), other.num_values(), "{name}");
            assert_eq!(own.compression(), other.compression(), "{name}");
            // As text, since not-a-number is equal to nothing.
            assert_eq!(format!("{:?}", own.statistics()), format!("{:?}", other.statistics()), "{name}");
            assert_eq!(
                own.unencoded_byte_array_data_bytes(),
                other.unencoded_byte_array_data_bytes(),
                "{name}"
            );
            assert_eq!(own.repetition_level_histogram(), other.repetition_level_histogram(), "{name}");
            assert_eq!(own.definition_level_histogram(), other.definition_level_histogram(), "{name}");
            if own.column_type() == Type::FIXED_LEN_BYTE_ARRAY {
                // Both are the crate's, of other pieces.
                continue;
            }

            let (own_pages, other_pages) =
                (own_index.offset_index(leaf).unwrap(), other_index.offset_index(leaf).unwrap());
            let starts = |pages: &parquet::file::page_index::offset_index::OffsetIndexMetaData| {
                pages.page_locations().iter().map(|page| page.first_row_index).collect::<Vec<_>>()
            };
            assert_eq!(starts(own_pages), starts(other_pages), "{name}");
            let bytes = own_pages.unencoded_byte_array_data_bytes();
            assert_eq!(bytes, other_pages.unencoded_byte_array_data_bytes(), "{name}");

            let own_bounds = own_index.column_index(leaf).unwrap();
            // The crate has none where lists make a page of nulls have fewer rows than nulls. It also takes a page
            // for one of nulls when its nulls happen to be as many as its rows.
            let is_nested = own.column_descr().max_rep_level() > 0;
            match other_index.column_index(leaf) {
                None => assert!(is_nested, "{name}"),
                Some(_) if is_nested => {}
                Some(other_bounds) => {
                    assert_eq!(format!("{own_bounds:?}"), format!("{other_bounds:?}"), "{name}")
                }
            }
        }
    }
}

fn shapes(n: usize) -> Shape {
    let nulls = [0, 10, 90, 100, 50, 0][n % 6];
    let distinct = [1, 5, 300, 100_000][n % 4];
    let run = [1, 30, 1, 2000, 3][n % 5];
    Shape { nulls, distinct, run }
}

#[test]
fn every_type_nested_and_null_in_every_way_is_as_the_crate_writes_it() {
    for seed in 0..9 {
        let mut random = Random(seed * 77);
        let nullable = seed % 4 != 3;
        let schema = schema(nullable);
        let shape = |n| shapes(n * 7 + seed as usize);
        let mut sizes = [[1, 0, 1300], [7, 700, 100], [90, 1, 64]][seed as usize % 3].to_vec();
        if seed == 8 {
            sizes = vec![1];
        }
        let mut group = || sizes.iter().map(|&rows| batch(&mut random, &schema, &shape, rows)).collect();
        let groups: Vec<Vec<RecordBatch>> = vec![group(), group()];
        let codec = [Compression::SNAPPY, Compression::UNCOMPRESSED, Compression::ZSTD(Default::default())];
        let properties = properties()
            .set_compression(codec[seed as usize % 3])
            .set_data_page_row_count_limit([100, 20_000, 733][seed as usize % 3]);
        check(&groups, &schema, &properties);
    }
}

/// Cuts the rows of each group elsewhere.
fn recut(group: &[RecordBatch], sizes: &[usize]) -> Vec<RecordBatch> {
    let all = concat_batches(&group[0].schema(), group).unwrap();
    let (mut pieces, mut start, mut sizes) = (Vec::new(), 0, sizes.iter().cycle());
    while start < all.num_rows() {
        let size = (*sizes.next().unwrap()).min(all.num_rows() - start);
        pieces.push(all.slice(start, size));
        start += size;
    }
    pieces
}

#[test]
fn the_bytes_follow_from_the_rows_whatever_the_pieces() {
    let mut random = Random(5);
    let schema = schema(true);
    let own: Vec<usize> = (0..schema.fields().len()).filter(|n| ![12, 18].contains(n)).collect();
    let schema = Arc::new(schema.project(&own).unwrap());
    let shape = |n: usize| Shape { nulls: [0, 20][n % 2], distinct: [40, 1 << 40][n / 2 % 2], run: 3 };
    let group = vec![batch(&mut random, &schema, &shape, 9000)];
    // Pages by rows, by bytes, and dictionaries that run full.
    for (page_rows, page_bytes, dictionary_bytes) in [
        (1000, 1 << 20, 1 << 20),
        (20_000, 3000, 1 << 20),
        (20_000, 20_000, 5000),
        (20_000, 1 << 20, 1 << 20),
    ] {
        let properties = properties()
            .set_data_page_row_count_limit(page_rows)
            .set_data_page_size_limit(page_bytes)
            .set_dictionary_page_size_limit(dictionary_bytes);
        let whole = ours(std::slice::from_ref(&group), &schema, properties.clone().build());
        check_rows(&whole, &group[0]);
        for sizes in [vec![1, 2, 3000, 17, 1024], vec![97]] {
            let pieces = recut(&group, &sizes);
            assert!(ours(&[pieces], &schema, properties.clone().build()) == whole, "{sizes:?}");
        }
    }
}

fn single(array: impl Array + 'static) -> (SchemaRef, RecordBatch) {
    let schema = Arc::new(Schema::new(vec![Field::new("a", array.data_type().clone(), true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(array)]).unwrap();
    (schema, batch)
}

fn encodings(file: &Bytes) -> Vec<(Encoding, i32)> {
    let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    let reader = ParquetMetaDataReader::new().with_metadata_options(Some(options));
    let footer = reader.parse_and_finish(file).unwrap();
    let pages = footer.row_group(0).column(0).page_encoding_stats().unwrap();
    pages.iter().map(|pages| (pages.encoding, pages.count)).collect()
}

#[test]
fn a_dictionary_that_runs_full_ends_and_plain_pages_follow() {
    let texts = |n: usize| format!("{} {n}", "t".repeat(200));
    // Half of the texts come twice, so the dictionary pays until it is full.
    let (schema, batch) = single(StringArray::from_iter_values((0..12_000).map(|n| texts(n / 2))));
    let properties = properties().set_data_page_row_count_limit(2000);
    let own = ours(&[recut(std::slice::from_ref(&batch), &[5000])], &schema, properties.clone().build());
    let other = theirs(&[vec![batch.clone()]], &schema, properties.build());
    assert_eq!(rows(&own, &schema), batch);
    let pages = encodings(&own);
    assert_eq!(
        pages.iter().map(|&(encoding, _)| encoding).collect::<Vec<_>>(),
        [Encoding::PLAIN, Encoding::RLE_DICTIONARY, Encoding::PLAIN]
    );
    let kept = footer(&own).row_group(0).column(0).uncompressed_size();
    assert!(kept < footer(&other).row_group(0).column(0).uncompressed_size() * 103 / 100);
}

#[test]
fn a_dictionary_that_never_paid_is_not_written() {
    let (schema, batch) = single(Int64Array::from_iter_values((0..3000).map(|n| n * n * 7919)));
    let (own, _) = check(&[vec![batch]], &schema, &properties());
    assert_eq!(encodings(&own), [(Encoding::PLAIN, 1)]);
    let (schema, batch) = single(Int32Array::from(vec![None; 100]));
    let (own, _) = check(&[vec![batch]], &schema, &properties());
    assert_eq!(encodings(&own), [(Encoding::PLAIN, 1)]);
    // One that did not pay for many rows ends.
    let (schema, batch) = single(Int64Array::from_iter_values((0..120_000).map(|n| n * n)));
    let (own, _) = check(&[vec![batch]], &schema, &properties().set_data_page_row_count_limit(20_000));
    assert_eq!(encodings(&own), [(Encoding::PLAIN, 1), (Encoding::RLE_DICTIONARY, 3), (Encoding::PLAIN, 3)]);
}

#[test]
fn pages_end_by_bytes_too() {
    let (schema, batch) =
        single(StringArray::from_iter_values((0..300).map(|n| "z".repeat(n * 100 % 70_001))));
    let properties = properties().set_data_page_size_limit(100_000).set_dictionary_page_size_limit(1);
    let own = ours(&[vec![batch.clone()]], &schema, properties.build());
    assert_eq!(rows(&own, &schema), batch);
    let footer = footer(&own);
    let index = footer.page_index_for_row_group(0);
    for bytes in index.offset_index(0).unwrap().unencoded_byte_array_data_bytes().unwrap() {
        assert!(*bytes < 100_000 + (128 << 10), "{bytes}");
    }
}

#[test]
fn a_page_of_empty_lists_of_nulls_is_one_of_nulls() {
    let offsets = OffsetBuffer::from_lengths([2, 0, 3]);
    let element = Arc::new(Field::new("element", DataType::Int32, true));
    let array = ListArray::new(element, offsets, Arc::new(Int32Array::from(vec![None; 5])), None);
    let (schema, batch) = single(array);
    let own = ours(&[vec![batch.clone()]], &schema, properties().build());
    assert_eq!(rows(&own, &schema), batch);
    let footer = footer(&own);
    let bounds = footer.page_index_for_row_group(0);
    let bounds = bounds.column_index(0).unwrap();
    assert!(bounds.is_null_page(0));
    assert_eq!(bounds.null_count(0), Some(6));
}

#[test]
fn nulls_where_the_schema_has_none_are_refused() {
    let (_, batch) = single(Int32Array::from(vec![Some(1), None]));
    let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Int32, false)]));
    let mut bytes = Vec::new();
    let mut writer = GroupWriter::try_new(&mut bytes, &schema, properties().build()).unwrap();
    let refused = writer.write(&[batch], 1).unwrap_err().to_string();
    assert!(refused.contains("a value of a is null"), "{refused}");
    let (_, batch) = single(Int64Array::from(vec![1]));
    let refused = writer.write(&[batch], 1).unwrap_err().to_string();
    assert!(refused.contains("is declared as Int32 and comes as Int64"), "{refused}");
}

#[test]
fn columns_that_we_do_not_encode_stand_beside_ours() {
    let mut random = Random(9);
    let schema = schema(true);
    let group = vec![batch(&mut random, &schema, &shapes, 3000)];
    let path = |name: &str| parquet::schema::types::ColumnPath::new(vec![name.to_owned()]);
    let properties = properties()
        .set_column_bloom_filter_enabled(path("c13"), true)
        .set_column_dictionary_enabled(path("c4"), false)
        .set_column_encoding(path("c4"), Encoding::DELTA_BINARY_PACKED)
        .build();
    let file = ours(std::slice::from_ref(&group), &schema, properties);
    assert_eq!(rows(&file, &schema), group[0]);
    let footer = footer(&file);
    let columns = footer.row_group(0).columns();
    assert!(columns[13].bloom_filter_offset().is_some());
    assert!(columns[4].encodings().any(|encoding| encoding == Encoding::DELTA_BINARY_PACKED));
}

#[test]
fn however_many_threads_encode_the_bytes_are_the_same() {
    let mut random = Random(11);
    let schema = schema(true);
    let group: Vec<RecordBatch> =
        [9000, 700, 12_000].map(|rows| batch(&mut random, &schema, &shapes, rows)).into();
    let path = parquet::schema::types::ColumnPath::new(vec!["c13".to_owned()]);
    for beside in [false, true] {
        let properties = properties().set_column_bloom_filter_enabled(path.clone(), beside).build();
        let files = [1, 2, 3, 64].map(|lanes| {
            let mut bytes = Vec::new();
            let mut writer = GroupWriter::try_new(&mut bytes, &schema, properties.clone()).unwrap();
            for _ in 0..2 {
                writer.write(&group, lanes).unwrap();
                writer.write(&group, lanes).unwrap();
                writer.flush().unwrap();
            }
            writer.finish().unwrap();
            drop(writer);
            bytes
        });
        assert!(files.iter().all(|file| *file == files[0]), "a column of the crate: {beside}");
    }
}

#[test]
fn the_first_column_that_fails_is_told_however_many_threads_encode() {
    let fields: Vec<Field> = ["a", "b", "c"].map(|name| Field::new(name, DataType::Int32, true)).into();
    let refusing: Vec<Field> =
        fields.iter().map(|field| field.clone().with_nullable(field.name() == "a")).collect();
    let nulls: ArrayRef = Arc::new(Int32Array::new_null(10_000));
    let rows = vec![Arc::clone(&nulls), Arc::clone(&nulls), nulls];
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), rows).unwrap();
    for lanes in [1, 3] {
        let mut bytes = Vec::new();
        let schema = Arc::new(Schema::new(refusing.clone()));
        let mut writer = GroupWriter::try_new(&mut bytes, &schema, properties().build()).unwrap();
        let refused = writer.write(std::slice::from_ref(&batch), lanes).unwrap_err().to_string();
        assert!(refused.contains("a value of b is null"), "{refused}");
    }
}

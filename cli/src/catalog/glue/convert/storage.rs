//! Columns and storage descriptors.

use super::{Unfit, from_map, short, to_map};
use aws_sdk_glue::types;
use lakebed_schema::artifacts::glue::{GlueColumn, GlueSort, GlueStorage};
use lakebed_schema::json::Json;

const SKEWED: [&str; 3] = ["SkewedColumnNames", "SkewedColumnValueLocationMaps", "SkewedColumnValues"];

pub(super) fn to_columns(columns: &[GlueColumn]) -> Result<Vec<types::Column>, Unfit> {
    columns.iter().map(to_column).collect()
}

fn to_column(column: &GlueColumn) -> Result<types::Column, Unfit> {
    types::Column::builder()
        .name(column.name.to_lowercase())
        .r#type(&column.ty)
        .set_comment(column.comment.clone())
        .set_parameters((!column.parameters.is_empty()).then(|| to_map(&column.parameters)))
        .build()
        .map_err(|error| Unfit(error.to_string()))
}

pub(super) fn from_columns(columns: Option<&Vec<types::Column>>) -> Vec<GlueColumn> {
    let column = |column: &types::Column| GlueColumn {
        name: column.name.clone(),
        ty: column.r#type.clone().unwrap_or_default(),
        comment: column.comment.clone(),
        parameters: from_map(column.parameters.as_ref()),
    };
    columns.into_iter().flatten().map(column).collect()
}

pub(super) fn to_storage(
    storage: &GlueStorage,
    columns: &[GlueColumn],
) -> Result<types::StorageDescriptor, Unfit> {
    let serde = types::SerDeInfo::builder()
        .set_name(storage.serde_name.clone())
        .set_serialization_library(storage.serde_library.clone())
        .parameters_of(storage)
        .build();
    let sort = storage.sort_columns.iter().map(|sort| {
        types::Order::builder()
            .column(&sort.column)
            .sort_order(short("the order of a sort column", sort.order)?)
            .build()
            .map_err(|error| Unfit(error.to_string()))
    });
    let sort = sort.collect::<Result<Vec<_>, _>>()?;
    let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    Ok(types::StorageDescriptor::builder()
        .set_columns(Some(to_columns(columns)?))
        .set_location(storage.location.clone())
        .set_input_format(storage.input_format.clone())
        .set_output_format(storage.output_format.clone())
        .compressed(storage.compressed)
        .number_of_buckets(short("the number of buckets", storage.number_of_buckets)?)
        .serde_info(serde)
        .set_bucket_columns(some(&storage.bucket_columns))
        .set_sort_columns((!sort.is_empty()).then_some(sort))
        .set_parameters((!storage.parameters.is_empty()).then(|| to_map(&storage.parameters)))
        .set_skewed_info(storage.skewed.as_ref().map(to_skewed).transpose()?)
        .stored_as_sub_directories(storage.stored_as_sub_directories)
        .build())
}

trait ParametersOf {
    fn parameters_of(self, storage: &GlueStorage) -> Self;
}

impl ParametersOf for types::builders::SerDeInfoBuilder {
    fn parameters_of(self, storage: &GlueStorage) -> Self {
        self.set_parameters(Some(to_map(&storage.serde_parameters)))
    }
}

pub(super) fn from_storage(storage: Option<&types::StorageDescriptor>) -> GlueStorage {
    let Some(storage) = storage else { return GlueStorage::default() };
    let serde = storage.serde_info.as_ref();
    GlueStorage {
        location: storage.location.clone(),
        input_format: storage.input_format.clone(),
        output_format: storage.output_format.clone(),
        compressed: storage.compressed,
        number_of_buckets: storage.number_of_buckets.into(),
        serde_name: serde.and_then(|serde| serde.name.clone()),
        serde_library: serde.and_then(|serde| serde.serialization_library.clone()),
        serde_parameters: from_map(serde.and_then(|serde| serde.parameters.as_ref())),
        bucket_columns: storage.bucket_columns().to_vec(),
        sort_columns: storage
            .sort_columns()
            .iter()
            .map(|sort| GlueSort { column: sort.column.clone(), order: sort.sort_order.into() })
            .collect(),
        skewed: storage.skewed_info.as_ref().and_then(from_skewed),
        parameters: from_map(storage.parameters.as_ref()),
        stored_as_sub_directories: storage.stored_as_sub_directories,
    }
}

fn to_skewed(json: &Json) -> Result<types::SkewedInfo, Unfit> {
    if let Some((other, _)) = json.members().iter().find(|(key, _)| !SKEWED.contains(&key.as_str())) {
        return Err(Unfit(format!("SkewedInfo has the member {other}: {} are known", SKEWED.join(", "))));
    }
    let text = |value: &Json| {
        value.as_text().map(str::to_owned).ok_or_else(|| Unfit("SkewedInfo holds texts alone".to_owned()))
    };
    let list = |key| -> Result<Option<Vec<String>>, Unfit> {
        json.get(key).map(|list| list.elements().iter().map(text).collect()).transpose()
    };
    let places = json
        .get(SKEWED[1])
        .map(|map| map.members().iter().map(|(key, value)| Ok((key.clone(), text(value)?))).collect())
        .transpose()?;
    Ok(types::SkewedInfo::builder()
        .set_skewed_column_names(list(SKEWED[0])?)
        .set_skewed_column_value_location_maps(places)
        .set_skewed_column_values(list(SKEWED[2])?)
        .build())
}

/// None when there is nothing in it.
fn from_skewed(skewed: &types::SkewedInfo) -> Option<Json> {
    let (names, values) = (&skewed.skewed_column_names, &skewed.skewed_column_values);
    let places = skewed.skewed_column_value_location_maps.as_ref();
    let is_empty = names.as_ref().is_none_or(Vec::is_empty)
        && values.as_ref().is_none_or(Vec::is_empty)
        && places.is_none_or(|places| places.is_empty());
    if is_empty {
        return None;
    }
    let mut json = Json::Object(Vec::new());
    if let Some(names) = names {
        json.set(SKEWED[0], Json::list(names));
    }
    if let Some(places) = places {
        let places = from_map(Some(places));
        json.set(SKEWED[1], Json::object(places.iter().map(|(key, value)| (key, Json::from(value)))));
    }
    if let Some(values) = values {
        json.set(SKEWED[2], Json::list(values));
    }
    Some(json)
}

//! From a table and a target to what the catalog should hold.

use super::format::CLASSIFICATION;
use super::indexes;
use super::{
    Format, GlueColumn, GlueStorage, GlueTable, MAX_COMMENT, MAX_DESCRIPTION, description, mapping, one_line,
};
use crate::def::Compression;
use crate::finding::{Finding, Findings};
use crate::hive_type::hive_type;
use crate::layout::{Segment, shown};
use crate::logical_type::LogicalType;
use crate::projection;
use crate::table::{Partition, PartitionBy, Table};
use crate::target::Target;
use std::collections::BTreeMap;

/// What the keys of declared parameters for the SerDe begin with.
pub(crate) const SERDE_PREFIX: &str = "serde.";

impl GlueTable {
    /// What the catalog should hold for a table.
    ///
    /// # Errors
    /// What is missing for its place or its projection, limits of the Glue API, declared parameters that say
    /// something else than generated ones, and a location that holds the lake's place for rejects.
    pub fn of(table: &Table, target: &Target) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        let glue = findings.take(build(table, table, Format::of(table), target));
        // Without a lake there is no place of rejects yet.
        if target.lake.is_some()
            && let Err(finding) = target.error_prefix(table)
            && finding.rule == "prefix-inside-location"
        {
            findings.push(finding);
        }
        glue.filter(|_| findings.0.is_empty()).ok_or(findings)
    }
}

/// What the catalog should hold for a table, whose partitions are those of `partitioned`: for raw records another
/// table, since there every column is text, whatever makes the path.
pub(super) fn build(
    table: &Table,
    partitioned: &Table,
    format: Format,
    target: &Target,
) -> Result<GlueTable, Findings> {
    let mut findings = Findings::default();
    let location = findings.take(target.catalog_location(table));
    let projected = findings.take(projection::properties(partitioned, target)).unwrap_or_default();
    let indexes = findings.take(indexes::partition_indexes(partitioned, target)).unwrap_or_default();
    let (declared_serde, declared) = declared(table);
    let serde = match format {
        Format::Parquet => BTreeMap::new(),
        Format::Json => findings.take(mapping::of(table, &declared_serde)).unwrap_or_default(),
    };
    let filtering = (!indexes.is_empty()).then(|| (indexes::FILTERING.to_owned(), "true".to_owned()));
    let serde = [("serialization.format".to_owned(), "1".to_owned())].into_iter().chain(serde);
    let (parameters, serde_parameters) = (
        merge(
            generated(format, table).into_iter().chain(projected).chain(filtering),
            declared,
            "",
            &mut findings,
        ),
        merge(serde, declared_serde, SERDE_PREFIX, &mut findings),
    );
    let column = |name: &str, ty: String, comment: Option<&str>| GlueColumn {
        name: name.to_owned(),
        ty,
        comment: comment.and_then(|text| one_line(text, MAX_COMMENT)),
        parameters: BTreeMap::new(),
    };
    let glue = GlueTable {
        name: table.name.clone(),
        description: table.comment.as_deref().and_then(|text| description(text, MAX_DESCRIPTION)),
        columns: table
            .file_columns()
            .map(|from| column(&from.name, hive_type(&from.ty), from.comment.as_deref()))
            .collect(),
        partition_keys: segments(partitioned)
            .map(|(partition, segment)| {
                let comment = key_comment(partitioned, target, partition, segment);
                column(&segment.column, "string".to_owned(), comment.as_deref())
            })
            .collect(),
        parameters,
        storage: GlueStorage {
            location,
            input_format: Some(format.input_format().to_owned()),
            output_format: Some(format.output_format().to_owned()),
            serde_library: Some(format.serde().to_owned()),
            serde_parameters,
            ..GlueStorage::default()
        },
        table_type: Some("EXTERNAL_TABLE".to_owned()),
        ..GlueTable::default()
    };
    findings.take(glue.check());
    findings.or(|| glue)
}

/// Segments of the path, each with its partition.
pub(crate) fn segments(table: &Table) -> impl Iterator<Item = (&Partition, &Segment)> {
    table
        .partitions
        .iter()
        .flat_map(|partition| partition.layout.segments.iter().map(move |segment| (partition, segment)))
}

/// What a partition key is, for people who read the catalog: the comment of the column that it takes out of the
/// file, or what it is made of.
pub(crate) fn key_comment(
    table: &Table,
    target: &Target,
    partition: &Partition,
    segment: &Segment,
) -> Option<String> {
    let text = shown(&segment.parts);
    let source = match &partition.by {
        PartitionBy::Arrival => {
            let zone = target.stream.time_zone.as_deref().unwrap_or("UTC");
            return Some(arrival_comment(zone, &text));
        }
        PartitionBy::Column(name) => table.column(name)?,
    };
    if segment.is_plain_value() && source.name == segment.column {
        return source.comment.clone();
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "only moments have a zone")]
    let zone = match source.ty {
        LogicalType::Timestamp { instant: true, .. } => " (UTC)",
        _ => "",
    };
    Some(format!("{}{zone}, {text}", source.name))
}

/// Comment of a partition key that holds the time of arrival.
pub(crate) fn arrival_comment(zone: &str, text: &str) -> String {
    format!("Time of arrival ({zone}), {text}")
}

/// Parameters that follow from the format of the files.
fn generated(format: Format, table: &Table) -> Vec<(String, String)> {
    let mut parameters = vec![(CLASSIFICATION.to_owned(), format.classification().to_owned())];
    if format == Format::Parquet {
        // What Athena compresses with when it writes; it reads every codec.
        parameters.push(("parquet.compression".to_owned(), codec(table.storage.compression).to_owned()));
    }
    parameters
}

/// The name by which Athena calls a codec.
pub(crate) const fn codec(compression: Compression) -> &'static str {
    match compression {
        Compression::Snappy => "SNAPPY",
        Compression::Zstd => "ZSTD",
        Compression::Gzip => "GZIP",
        Compression::Uncompressed => "UNCOMPRESSED",
    }
}

/// Declared parameters: those of the SerDe without their prefix, and those of the table.
fn declared(table: &Table) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let (mut serde, mut plain) = (BTreeMap::new(), BTreeMap::new());
    for (key, value) in &table.parameters {
        match key.strip_prefix(SERDE_PREFIX).filter(|rest| !rest.is_empty()) {
            Some(rest) => serde.insert(rest.to_owned(), value.clone()),
            None => plain.insert(key.clone(), value.clone()),
        };
    }
    (serde, plain)
}

/// Generated and declared parameters; a declared one that says something else is a finding.
fn merge(
    generated: impl IntoIterator<Item = (String, String)>,
    declared: BTreeMap<String, String>,
    prefix: &str,
    findings: &mut Findings,
) -> BTreeMap<String, String> {
    let mut parameters = declared;
    for (key, value) in generated {
        match parameters.get(&key) {
            Some(declared) if *declared != value => findings.push(Finding::new(
                "parameter-clash",
                format!("parameter `{prefix}{key}`"),
                format!("the table declares `{declared}`, and lakebed generates `{value}`"),
                "leave it out of the table's parameters",
            )),
            Some(_) => {}
            None => {
                parameters.insert(key, value);
            }
        }
    }
    parameters
}

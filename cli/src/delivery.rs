//! Where a record goes on AWS: the partition keys, the place that Firehose writes to, and whether Athena looks there.
//!
//! No jq runs here. The values are those of our own decoder, which tests with the real jq 1.6 find equal.

use crate::target::Resolved;
use lakebed::Findings;
use lakebed::artifacts::firehose::{KeySource, key_source, prefixes};
use lakebed::artifacts::glue::GlueTable;
use lakebed::date_pattern::{Zone, ZonedTime};
use lakebed::hive_path::unescape;
use lakebed::jq::{Records, expressions};
use lakebed::prefix::{Delivery as Object, Prefix};
use lakebed::projection::{Projection, properties};
use lakebed::{Finding, Table};
use serde::Serialize;
use std::collections::BTreeMap;

/// What Firehose calls records that its conversion refuses, in the prefix of errors.
const CONVERSION_FAILED: &str = "format-conversion-failed";

/// Where a record goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Delivery {
    /// Who computes partition keys: `arrival`, `query` or `lambda`.
    pub(crate) keys_from: Option<&'static str>,
    /// Whether the query sees records as the function leaves them.
    pub(crate) after_function: bool,
    pub(crate) keys: Vec<Key>,
    /// `Prefix` of the stream.
    pub(crate) prefix: Option<String>,
    /// Where Firehose puts the object that the record is in, without the object's name.
    pub(crate) object: Option<String>,
    /// Where it puts the record instead, because its conversion refuses it.
    pub(crate) errors: Option<String>,
    /// Where a conversion into the lake puts it.
    pub(crate) location: Option<String>,
    pub(crate) athena: Option<Athena>,
    /// What could not be worked out, and why.
    pub(crate) missing: Vec<Finding>,
}

/// One partition column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Key {
    pub(crate) column: String,
    /// The value; none when the record is refused.
    pub(crate) value: Option<String>,
    /// The jq expression that computes it in the stream.
    pub(crate) expression: Option<String>,
}

/// Whether Athena finds the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Athena {
    /// The table that it looks in: that of raw records where the stream delivers those.
    pub(crate) table: String,
    pub(crate) location: String,
    /// Whether projection has that location; none when the catalog holds the partitions.
    pub(crate) projected: Option<bool>,
    /// Why it has not.
    pub(crate) why_not: Option<String>,
}

/// A record and its times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent<'a> {
    /// Its partition; none when it is refused.
    pub(crate) path: Option<&'a str>,
    /// Whether Firehose's own conversion takes it as it is.
    pub(crate) convertible: bool,
    /// Second since 1970 at which it arrived.
    pub(crate) arrival: i64,
    /// Second since 1970 at which Athena is asked.
    pub(crate) now: i64,
}

/// Where a record goes.
pub(crate) fn delivery(table: &Table, resolved: &Resolved, sent: &Sent<'_>) -> Delivery {
    let path = sent.path;
    let target = &resolved.target;
    let mut delivery = Delivery::default();
    let mut missing = Findings::default();
    let values: BTreeMap<String, String> = path.map(values).unwrap_or_default();
    let has_function = target.stream.transform.is_some();
    let source = missing.take(key_source(table, target, has_function));
    let mut jq = Vec::new();
    match source {
        Some(KeySource::Query(records)) => {
            delivery.keys_from = Some("query");
            delivery.after_function = records == Records::Canonical;
            jq = missing.take(expressions(table, records)).unwrap_or_default();
        }
        Some(KeySource::Lambda) => delivery.keys_from = Some("lambda"),
        Some(KeySource::Arrival) => delivery.keys_from = Some("arrival"),
        None => {}
    }
    delivery.keys = table
        .partition_columns()
        .map(|column| Key {
            column: column.to_owned(),
            value: values.get(column).cloned(),
            expression: jq.iter().find(|key| key.key == column).map(|key| key.expression.clone()),
        })
        .collect();
    if let Some(found) = missing.take(prefixes(table, target, has_function)) {
        if path.is_some() {
            let bucket = missing.take(target.bucket());
            let failed = target.converts(table) && !has_function && !sent.convertible;
            let prefix = if failed { &found.error_prefix } else { &found.prefix };
            let object = missing.take(object(prefix, failed, resolved, &values, sent.arrival));
            let place = bucket.zip(object).map(|(bucket, object)| format!("s3://{bucket}/{object}"));
            *(if failed { &mut delivery.errors } else { &mut delivery.object }) = place;
        }
        delivery.prefix = Some(found.prefix);
    }
    if let (Some(path), Some(location)) = (path, missing.take(target.location(table))) {
        let own = format!("{location}{path}");
        delivery.athena = if target.delivers_raw(table) {
            let raw = missing.take(GlueTable::raw(table, target)).flatten();
            let object = delivery.object.as_deref();
            raw.zip(object).and_then(|(raw, object)| missing.take(athena_raw(&raw, object, sent.now)))
        } else {
            missing.take(athena(table, resolved, &location, &own, sent.now))
        };
        delivery.location = Some(own);
    }
    delivery.missing = distinct(missing);
    delivery
}

/// What Firehose puts in front of an object's name.
fn object(
    prefix: &str,
    failed: bool,
    resolved: &Resolved,
    values: &BTreeMap<String, String>,
    arrival: i64,
) -> Result<String, Finding> {
    let finding = |problem: String, fix: &str| Finding::new("firehose-prefix", "Prefix", problem, fix);
    let zone = match &resolved.target.stream.time_zone {
        None => Zone::utc(),
        Some(name) => Zone::named(name).ok_or_else(|| {
            Finding::new(
                "firehose-time-zone",
                "stream.time_zone",
                format!("`{name}` is no time zone"),
                "write it like Europe/Brussels",
            )
        })?,
    };
    let prefix = Prefix::parse(prefix).map_err(|error| finding(error.to_string(), "change the layout"))?;
    let time = ZonedTime::new(arrival, 0, &zone).ok_or_else(|| {
        finding(format!("no calendar shows the time of arrival {arrival}"), "check the file's time")
    })?;
    let mut object = Object { time, keys: values, random: &mut || "RANDOM".to_owned() };
    let text = if failed {
        prefix.evaluate_errors(CONVERSION_FAILED, &mut object)
    } else {
        prefix.evaluate(&mut object)
    };
    text.map_err(|error| finding(error.to_string(), "change the layout or the record"))
}

fn athena(
    table: &Table,
    resolved: &Resolved,
    location: &str,
    own: &str,
    now: i64,
) -> Result<Athena, Findings> {
    let mut parameters: BTreeMap<String, String> = properties(table, &resolved.target)?.into_iter().collect();
    parameters.extend(table.parameters.clone());
    // Partition columns are text, all of them.
    let keys: Vec<_> =
        table.partition_columns().map(|column| (column.to_owned(), "string".to_owned())).collect();
    let projection = Projection::from_properties(&keys, location, &parameters)?;
    Ok(found(&table.name, projection.as_ref(), own, now))
}

/// Whether the table of raw records has what Firehose wrote; that is by arrival on the stream's own clock, and not
/// always where a conversion would put it.
fn athena_raw(raw: &GlueTable, object: &str, now: i64) -> Result<Athena, Findings> {
    let keys: Vec<_> = raw.partition_keys.iter().map(|key| (key.name.clone(), key.ty.clone())).collect();
    let location = raw.storage.location.as_deref().unwrap_or_default();
    let projection = Projection::from_properties(&keys, location, &raw.parameters)?;
    Ok(found(&raw.name, projection.as_ref(), object, now))
}

fn found(table: &str, projection: Option<&Projection>, place: &str, now: i64) -> Athena {
    let miss = projection.map(|projection| projection.matches(place, now).err());
    Athena {
        table: table.to_owned(),
        location: place.to_owned(),
        projected: miss.as_ref().map(Option::is_none),
        why_not: miss.flatten().map(|miss| miss.to_string()),
    }
}

/// `dt=2026-11-23/hour=00/`, taken apart.
fn values(path: &str) -> BTreeMap<String, String> {
    let folders = path.split('/').filter_map(|folder| folder.split_once('='));
    folders.map(|(column, value)| (column.to_owned(), unescape(value))).collect()
}

fn distinct(findings: Findings) -> Vec<Finding> {
    let mut distinct: Vec<Finding> = Vec::new();
    for finding in findings.0 {
        if !distinct.contains(&finding) {
            distinct.push(finding);
        }
    }
    distinct
}

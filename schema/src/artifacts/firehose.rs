//! The delivery stream: what `aws firehose create-delivery-stream --cli-input-json` takes.
//!
//! Everything in it follows from the table and the target: the prefix from the partitions, the jq query from the decode
//! rules, the conversion from the columns. What Firehose would refuse, or store differently from the table's own rules,
//! is a finding here.

mod conversion;
mod destination;
mod keys;
mod prefix;
mod processing;
mod settings;

#[cfg(test)]
mod tests;

use super::{Artifact, Content, Part, Rendered};
use crate::finding::Findings;
use crate::firehose_rules;
use crate::jq;
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

pub use conversion::unequal_rules;
pub use destination::destination;
pub use keys::{KeySource, key_source};
pub use prefix::{Prefixes, prefixes};

/// The delivery stream.
#[derive(Clone, Copy, Debug)]
pub struct Firehose;

const STREAM: Part = Part {
    name: "stream",
    suffix: "firehose.json",
    about: "the delivery stream, for aws firehose create-delivery-stream --cli-input-json",
};
const QUERY: Part = Part {
    name: "query",
    suffix: "firehose.jq",
    about: "the jq query of the stream, to try on a record with jq 1.6; none where keys come from Lambda or there are none",
};

impl Artifact for Firehose {
    fn name(&self) -> &'static str {
        "firehose"
    }

    fn about(&self) -> &'static str {
        "the delivery stream: prefixes, partition keys, conversion to Parquet, backup"
    }

    fn parts(&self) -> &'static [Part] {
        &[STREAM, QUERY]
    }

    fn render(&self, part: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        if *part == QUERY {
            return match key_source(table, target, target.stream.transform.is_some())? {
                KeySource::Query(records) => Ok(Some(Rendered::text(jq::query(table, records)?))),
                KeySource::Arrival | KeySource::Lambda => Ok(None),
            };
        }
        let mut findings = Findings::default();
        let refs = findings.take(Refs::plain(table, target));
        // Without references everything else can still be looked at, so that one run tells all.
        let checked = findings.take(delivery_stream(
            table,
            target,
            &refs.clone().unwrap_or_else(|| Refs::placeholders(target)),
        ));
        let stream = checked.unwrap_or(Json::Null);
        if findings.0.is_empty() {
            // The rules that know nothing of this generator see what the settings brought in: names and ARNs.
            let written = serde_json::from_str(&stream.to_text()).unwrap_or_default();
            findings.0.extend(firehose_rules::check(&written));
        }
        let content = Content::Json(stream);
        findings.or(|| Rendered { content, notes: notes(table, target) }).map(Some)
    }
}

/// The whole input of `CreateDeliveryStream`.
///
/// # Errors
/// Those of [`destination`].
pub fn delivery_stream(table: &Table, target: &Target, refs: &Refs) -> Result<Json, Findings> {
    let destination = destination(table, target, refs)?;
    let mut stream = Json::object([("DeliveryStreamName", refs.stream.clone())]);
    match &refs.kinesis_arn {
        None => {
            stream.set("DeliveryStreamType", "DirectPut");
            // A stream that reads Kinesis is encrypted by that stream's key.
            let key = Json::object([("KeyType", "AWS_OWNED_CMK".into())]);
            stream.set("DeliveryStreamEncryptionConfigurationInput", key);
        }
        Some(arn) => {
            stream.set("DeliveryStreamType", "KinesisStreamAsSource");
            let source =
                Json::object([("KinesisStreamARN", arn.clone()), ("RoleARN", refs.role_arn.clone())]);
            stream.set("KinesisStreamSourceConfiguration", source);
        }
    }
    stream.set("ExtendedS3DestinationConfiguration", destination);
    Ok(stream)
}

/// What a user of the stream should know and cannot see in it.
pub fn notes(table: &Table, target: &Target) -> Vec<String> {
    let mut notes = settings::notes(table, target);
    notes.extend(conversion::notes(table, target));
    notes
}

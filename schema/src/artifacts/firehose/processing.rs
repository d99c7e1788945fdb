//! `ProcessingConfiguration`: the processors, in the order in which Firehose wants them.

use super::keys::KeySource;
use crate::finding::Findings;
use crate::jq;
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

/// Decompression, de-aggregation, Lambda, partition keys, delimiter: those that the stream needs; `None` without any.
///
/// # Errors
/// Partition keys that jq cannot compute.
pub(super) fn processing(
    table: &Table,
    target: &Target,
    refs: &Refs,
    keys: KeySource,
) -> Result<Option<Json>, Findings> {
    let mut processors = Vec::new();
    if target.stream.decompress {
        processors.push(processor("Decompression", [("CompressionFormat", "GZIP".into())]));
    }
    if target.stream.deaggregate {
        processors.push(processor("RecordDeAggregation", [("SubRecordType", "JSON".into())]));
    }
    if let Some(arn) = &refs.transform_arn {
        // The rest is left to Firehose's defaults (3 retries, 1 MB or 60 seconds of records in a call, the stream's
        // role): Terraform does not keep values that are the defaults, and would find them missing again and again.
        let parameters = [("LambdaArn", arn.clone())];
        processors.push(processor("Lambda", parameters));
    }
    if let KeySource::Query(records) = keys {
        let query = jq::query(table, records)?;
        let parameters = [("MetadataExtractionQuery", query.into()), ("JsonParsingEngine", "JQ-1.6".into())];
        processors.push(processor("MetadataExtraction", parameters));
    }
    // Converted records need no line ends; JSON does, and de-aggregation takes away those that were there. What comes
    // out of the function has its own: a second one would be an empty line, which readers take for a record of nulls.
    if !target.converts(table) && refs.transform_arn.is_none() {
        processors.push(processor("AppendDelimiterToRecord", [("Delimiter", "\\n".into())]));
    }
    if processors.is_empty() {
        return Ok(None);
    }
    Ok(Some(Json::object([("Enabled", true.into()), ("Processors", Json::List(processors))])))
}

fn processor<const N: usize>(kind: &str, parameters: [(&str, Json); N]) -> Json {
    let parameter = |(name, value): (&str, Json)| {
        Json::object([("ParameterName", name.into()), ("ParameterValue", value)])
    };
    Json::object([
        ("Type", kind.into()),
        ("Parameters", Json::List(parameters.into_iter().map(parameter).collect())),
    ])
}

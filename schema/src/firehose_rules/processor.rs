//! One processor and its parameters.

use super::Rules;
use super::model::is_function;
use super::place::Place;

/// Types of processors, in the order in which Firehose runs them.
pub(super) static TYPES: [&str; 6] = [
    "Decompression",
    "CloudWatchLogProcessing",
    "RecordDeAggregation",
    "Lambda",
    "MetadataExtraction",
    "AppendDelimiterToRecord",
];

/// Parameters that a type takes.
fn parameters_of(ty: &str) -> &'static [&'static str] {
    match ty {
        "Decompression" => &["CompressionFormat"],
        "CloudWatchLogProcessing" => &["DataMessageExtraction"],
        "RecordDeAggregation" => &["SubRecordType", "Delimiter"],
        "Lambda" => {
            &["LambdaArn", "NumberOfRetries", "RoleArn", "BufferSizeInMBs", "BufferIntervalInSeconds"]
        }
        "MetadataExtraction" => &["MetadataExtractionQuery", "JsonParsingEngine"],
        "AppendDelimiterToRecord" => &["Delimiter"],
        _ => &[],
    }
}

/// Value of a parameter, and where it stands; without a value, the list where it would stand.
pub(super) fn parameter<'a>(processor: &Place<'a>, name: &str) -> (Option<&'a str>, Place<'a>) {
    let parameters = processor.get("Parameters");
    let found = parameters.items().into_iter().find(|item| item.get("ParameterName").text() == Some(name));
    match found.map(|item| item.get("ParameterValue")) {
        Some(place) => (place.text(), place),
        None => (None, parameters),
    }
}

pub(super) fn check(processor: &Place<'_>, rules: &mut Rules) {
    let Some(ty) = processor.get("Type").text() else { return };
    check_names(processor, ty, rules);
    match ty {
        "Lambda" => lambda(processor, rules),
        "MetadataExtraction" => metadata_extraction(processor, rules),
        "RecordDeAggregation" => deaggregation(processor, rules),
        "CloudWatchLogProcessing" => {
            let (value, place) = parameter(processor, "DataMessageExtraction");
            if !value.is_some_and(|value| ["true", "false"].contains(&value.to_lowercase().as_str())) {
                rules.refuse(
                    "log-processing-value",
                    &place,
                    "Firehose: Invalid parameter value for DataMessageExtraction. Allowed values are True and False.",
                    "give the parameter DataMessageExtraction with true or false",
                );
            }
        }
        _ => {}
    }
}

fn check_names(processor: &Place<'_>, ty: &str, rules: &mut Rules) {
    let mut seen = Vec::new();
    for item in processor.get("Parameters").items() {
        let place = item.get("ParameterName");
        let Some(name) = place.text() else { continue };
        if TYPES.contains(&ty) && !parameters_of(ty).contains(&name) {
            rules.refuse(
                "processor-parameter",
                &place,
                format!("{ty} has no parameter {name}"),
                format!("it takes {}", parameters_of(ty).join(", ")),
            );
        }
        if seen.contains(&name) {
            rules.refuse(
                "processor-parameter-twice",
                &place,
                format!("{name} stands there a second time"),
                "keep one of them",
            );
        }
        seen.push(name);
        let value = item.get("ParameterValue");
        if value.text().is_some_and(|text| text.contains(['\n', '\r']) && text.trim() != "") {
            rules.doubt(
                "processor-parameter-line-end",
                &value,
                "a line ends inside it, which the pattern of the API leaves out",
                "write it in one line",
            );
        }
    }
}

fn lambda(processor: &Place<'_>, rules: &mut Rules) {
    match parameter(processor, "LambdaArn") {
        (None, place) => rules.refuse(
            "lambda-arn-required",
            &place,
            "the parameter LambdaArn is missing (Firehose: LambdaArn is required when Lambda processor is used.)",
            "add it",
        ),
        (Some(arn), place) if !is_function(arn) => rules.refuse(
            "lambda-arn",
            &place,
            format!("`{arn}` is not the ARN of a function"),
            "write it like arn:aws:lambda:eu-west-1:123456789012:function:normalise:1",
        ),
        (Some(_), _) => {}
    }
    let (retries, place) = parameter(processor, "NumberOfRetries");
    if retries.is_some_and(|text| !text.parse::<i64>().is_ok_and(|n| (0..=300).contains(&n))) {
        rules.refuse(
            "lambda-retries",
            &place,
            format!(
                "it is `{}` (Firehose: Number of retries for lambda must be between 0 and 300.)",
                retries.unwrap_or_default()
            ),
            "write a whole number from 0 to 300",
        );
    }
    let (size, size_place) = parameter(processor, "BufferSizeInMBs");
    let (interval, interval_place) = parameter(processor, "BufferIntervalInSeconds");
    if size.is_some_and(|text| !text.parse::<f64>().is_ok_and(|n| (0.2..=3.0).contains(&n))) {
        rules.refuse(
            "lambda-buffer-size",
            &size_place,
            format!(
                "it is `{}` (Firehose: BufferSizeInMBs for lambda processor must be between 0.2 and 3.)",
                size.unwrap_or_default()
            ),
            "write a number from 0.2 to 3",
        );
    }
    if interval.is_some_and(|text| !text.parse::<i64>().is_ok_and(|n| (0..=900).contains(&n))) {
        rules.refuse(
            "lambda-buffer-interval",
            &interval_place,
            format!(
                "it is `{}` (Firehose: BufferIntervalInSeconds for lambda processor must be between 0 and 900.)",
                interval.unwrap_or_default()
            ),
            "write a whole number from 0 to 900",
        );
    }
    if size.is_some() != interval.is_some() {
        rules.refuse(
            "lambda-buffer-both",
            &processor.get("Parameters"),
            "Firehose: Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering for lambda \
             processor.",
            "give both or neither",
        );
    }
}

fn metadata_extraction(processor: &Place<'_>, rules: &mut Rules) {
    let (query, place) = parameter(processor, "MetadataExtractionQuery");
    if query.is_none() {
        rules.refuse(
            "query-required",
            &place,
            "the parameter MetadataExtractionQuery is missing",
            "add it, a jq object such as {\"day\": …}",
        );
    }
    let (engine, place) = parameter(processor, "JsonParsingEngine");
    if engine != Some("JQ-1.6") {
        rules.refuse(
            "query-engine",
            &place,
            format!(
                "JsonParsingEngine is {} (Firehose: MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6)",
                engine.map_or("missing".to_owned(), |engine| format!("`{engine}`"))
            ),
            "write JQ-1.6",
        );
    }
}

fn deaggregation(processor: &Place<'_>, rules: &mut Rules) {
    let (ty, place) = parameter(processor, "SubRecordType");
    if !matches!(ty, Some("JSON" | "DELIMITED")) {
        rules.refuse(
            "deaggregation-type",
            &place,
            format!(
                "SubRecordType is {} (Firehose: SubRecordType has to be one of JSON, DELIMITED)",
                ty.map_or("missing".to_owned(), |ty| format!("`{ty}`"))
            ),
            "write JSON or DELIMITED",
        );
    }
    let (delimiter, place) = parameter(processor, "Delimiter");
    if ty == Some("DELIMITED") && delimiter.is_none() {
        rules.refuse(
            "deaggregation-delimiter",
            &place,
            "the parameter Delimiter is missing (Firehose: Delimiter should be present for DELIMITED)",
            "add it, base64 of the text between records: Cg== is a line end",
        );
    }
    if let Some(delimiter) = delimiter.filter(|text| !is_base64(text)) {
        rules.refuse(
            "deaggregation-delimiter-base64",
            &place,
            format!("`{}` is not base64", delimiter.escape_debug()),
            "write the delimiter in base64: Cg== is a line end",
        );
    }
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/'))
}

//! Dynamic partitioning: its buffer, and who gives the keys.

use super::Rules;
use super::place::Place;
use super::processing;
use crate::prefix::Prefix;

/// Smallest buffer, MiB and seconds.
const MIN_BUFFER: i64 = 64;
const MIN_SECONDS: i64 = 60;

/// Whether it is turned on.
pub(super) fn is_on(destination: &Place<'_>) -> bool {
    destination.at("DynamicPartitioningConfiguration.Enabled").is_true()
}

pub(super) fn check(destination: &Place<'_>, rules: &mut Rules) {
    let configuration = destination.get("DynamicPartitioningConfiguration");
    let enabled = configuration.get("Enabled");
    if configuration.exists() && !enabled.exists() {
        rules.doubt(
            "dynamic-partitioning-enabled",
            &enabled,
            "it is missing, so it is not clear that partitioning is on",
            "write true or false",
        );
    }
    if !is_on(destination) {
        return;
    }
    check_buffer(destination, rules);
    let query = processing::find(destination, "MetadataExtraction").is_some();
    let lambda = processing::find(destination, "Lambda").is_some();
    let processors = destination.at("ProcessingConfiguration.Processors");
    if !query && !lambda {
        rules.refuse(
            "dynamic-partitioning-processor",
            &processors,
            "nothing gives partition keys: neither MetadataExtraction nor Lambda is there",
            "add the processor MetadataExtraction, or a Lambda function that gives partition keys",
        );
        return;
    }
    let text = destination.get("Prefix").text().unwrap_or_default();
    let Ok(prefix) = Prefix::parse(text) else { return };
    if let Some(key) = prefix.query_keys().next().filter(|_| !query) {
        rules.refuse(
            "query-key-processor",
            &processors,
            format!("the prefix takes the key `{key}` from a query, and MetadataExtraction is not there"),
            "add the processor MetadataExtraction, or use partitionKeyFromLambda",
        );
    }
    if let Some(key) = prefix.lambda_keys().next().filter(|_| !lambda) {
        rules.refuse(
            "lambda-key-processor",
            &processors,
            format!("the prefix takes the key `{key}` from a function, and Lambda is not there"),
            "add the processor Lambda, or use partitionKeyFromQuery",
        );
    }
}

fn check_buffer(destination: &Place<'_>, rules: &mut Rules) {
    let hints = destination.get("BufferingHints");
    let size = hints.get("SizeInMBs");
    if let Some(found) = size.int().filter(|found| *found < MIN_BUFFER) {
        rules.refuse(
            "dynamic-partitioning-buffer",
            &size,
            format!(
                "it is {found} (Firehose: BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.)"
            ),
            "write a number from 64 to 128",
        );
    }
    let interval = hints.get("IntervalInSeconds");
    if let Some(found) = interval.int().filter(|found| *found < MIN_SECONDS) {
        rules.refuse(
            "dynamic-partitioning-interval",
            &interval,
            format!("{found} is less than the 60 seconds that dynamic partitioning needs"),
            "write a number from 60 to 900",
        );
    }
    if !hints.exists() {
        rules.doubt(
            "dynamic-partitioning-hints",
            &hints,
            "they are missing, and dynamic partitioning needs 64 MiB and 60 seconds at least",
            "write SizeInMBs and IntervalInSeconds",
        );
    }
}

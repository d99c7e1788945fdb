//! Record format conversion: JSON to Parquet or ORC.

use super::Rules;
use super::place::Place;
use crate::date_pattern::JavaPattern;

/// Smallest buffer with conversion, MiB.
const MIN_BUFFER: i64 = 64;

pub(super) fn check(destination: &Place<'_>, rules: &mut Rules) {
    let conversion = destination.get("DataFormatConversionConfiguration");
    // Enabled when not said otherwise; what is turned off is kept and not looked into.
    if !conversion.exists() || conversion.get("Enabled").is_false() {
        return;
    }
    for (member, rule) in [
        ("InputFormatConfiguration", "conversion-input"),
        ("OutputFormatConfiguration", "conversion-output"),
        ("SchemaConfiguration", "conversion-schema"),
    ] {
        let place = conversion.get(member);
        if !place.exists() {
            rules.refuse(
                rule,
                &place,
                format!("it is missing (Firehose: {member} must not be null)"),
                "add it",
            );
        }
    }
    check_one(
        &conversion.get("InputFormatConfiguration"),
        "Deserializer",
        ["OpenXJsonSerDe", "HiveJsonSerDe"],
        "conversion-deserializer",
        rules,
    );
    check_one(
        &conversion.get("OutputFormatConfiguration"),
        "Serializer",
        ["ParquetSerDe", "OrcSerDe"],
        "conversion-serializer",
        rules,
    );
    let schema = conversion.get("SchemaConfiguration");
    for member in ["RoleARN", "DatabaseName", "TableName"] {
        let place = schema.get(member);
        if schema.exists() && !place.exists() {
            rules.refuse(
                "conversion-schema-member",
                &place,
                "it is missing, and creating a stream requires it",
                "add it",
            );
        }
    }
    check_time_formats(&conversion, rules);
    let compression = destination.get("CompressionFormat");
    if let Some(found) = compression.text().filter(|found| *found != "UNCOMPRESSED") {
        rules.refuse(
            "conversion-compression",
            &compression,
            format!(
                "it is {found} (Firehose: The S3 destination's compression format must be set to UNCOMPRESSED when data \
                 format conversion is enabled.)"
            ),
            "write UNCOMPRESSED; the files are compressed by the serializer",
        );
    }
    let size = destination.at("BufferingHints.SizeInMBs");
    if let Some(found) = size.int().filter(|found| *found < MIN_BUFFER) {
        rules.refuse(
            "conversion-buffer",
            &size,
            format!("{found} is less than the {MIN_BUFFER} that conversion needs"),
            "write a number from 64 to 128",
        );
    }
}

/// Exactly one of two kinds.
fn check_one(place: &Place<'_>, member: &str, kinds: [&str; 2], rule: &'static str, rules: &mut Rules) {
    if !place.exists() {
        return;
    }
    let place = place.get(member);
    let [first, second] = kinds;
    match (place.get(first).exists(), place.get(second).exists()) {
        (true, true) => rules.refuse(
            rule,
            &place,
            format!(
                "it has both {first} and {second} (Firehose: More than one {} specified. Only one may be chosen.)",
                member.to_lowercase()
            ),
            "keep one of them",
        ),
        (false, false) => rules.refuse(
            rule,
            &place,
            format!("it has neither {first} nor {second}"),
            format!("add one of them, for example {first}: {{}}"),
        ),
        _ => {}
    }
}

/// Joda-Time patterns and the word `millis`. The letters that Firehose refuses were measured to be those that it refuses
/// in prefixes.
fn check_time_formats(conversion: &Place<'_>, rules: &mut Rules) {
    let formats = conversion.at("InputFormatConfiguration.Deserializer.HiveJsonSerDe.TimestampFormats");
    for format in formats.items() {
        let Some(text) = format.text().filter(|text| *text != "millis") else { continue };
        if let Err(error) = JavaPattern::parse(text) {
            rules.refuse(
                "hive-timestamp-format",
                &format,
                format!(
                    "`{text}`, character {}: {} (Firehose: Invalid deserializer option(s))",
                    error.position + 1,
                    error.problem
                ),
                "write a pattern such as yyyy-MM-dd'T'HH:mm:ss, or millis",
            );
        }
    }
}

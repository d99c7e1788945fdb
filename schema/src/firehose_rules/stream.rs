//! The stream itself: its source, its destination, its encryption.

use super::Rules;
use super::place::Place;
use crate::prefix::Prefix;

pub(super) fn check(input: &Place<'_>, rules: &mut Rules) {
    let source = input.get("KinesisStreamSourceConfiguration");
    let from_kinesis = input.get("DeliveryStreamType").text() == Some("KinesisStreamAsSource");
    if from_kinesis && !source.exists() {
        rules.refuse(
            "kinesis-source-required",
            &source,
            "it is missing, and the type is KinesisStreamAsSource (Firehose: KinesisSourceStreamConfig is mandatory for \
             KinesisStreamAsSource stream type.)",
            "add KinesisStreamARN and RoleARN, or write DirectPut as DeliveryStreamType",
        );
    } else if !from_kinesis && source.exists() {
        rules.doubt(
            "kinesis-source-ignored",
            &source,
            "the type is not KinesisStreamAsSource, so Firehose ignores it",
            "write KinesisStreamAsSource as DeliveryStreamType, or leave it out",
        );
    }
    check_encryption(input, from_kinesis, rules);
    let members = input.value.as_object();
    let destinations: Vec<&str> = members
        .into_iter()
        .flat_map(|members| members.keys())
        .map(String::as_str)
        .filter(|name| name.ends_with("DestinationConfiguration") && input.get(name).exists())
        .collect();
    if destinations.len() != 1 {
        let found = if destinations.is_empty() { "none".to_owned() } else { destinations.join(", ") };
        rules.refuse(
            "one-destination",
            &input.get("ExtendedS3DestinationConfiguration"),
            format!("destinations: {found} (Firehose: Exactly one destination configuration is supported for a Firehose)"),
            "give one destination",
        );
    }
    check_redshift(&input.at("RedshiftDestinationConfiguration.S3Configuration"), rules);
}

fn check_encryption(input: &Place<'_>, from_kinesis: bool, rules: &mut Rules) {
    let encryption = input.get("DeliveryStreamEncryptionConfigurationInput");
    if !encryption.exists() {
        return;
    }
    if from_kinesis {
        rules.refuse(
            "stream-encryption-source",
            &encryption,
            "a stream that reads Kinesis is not encrypted by Firehose (Firehose: Server side encryption from firehose is only \
             allowed for direct put delivery streams and database as a source delivery streams)",
            "leave it out, and encrypt the Kinesis stream",
        );
    }
    let key = encryption.get("KeyARN");
    match encryption.get("KeyType").text() {
        Some("AWS_OWNED_CMK") if key.exists() => rules.refuse(
            "stream-key-not-needed",
            &key,
            "the key type has no key of yours (Firehose: KeyARN cannot be specified when KeyType is AWS_OWNED_CMK)",
            "leave it out, or write CUSTOMER_MANAGED_CMK as KeyType",
        ),
        Some("CUSTOMER_MANAGED_CMK") if !key.exists() => rules.refuse(
            "stream-key-required",
            &key,
            "it is missing (Firehose: KeyARN has to be specified when KeyType is CUSTOMER_MANAGED_CMK)",
            "add the ARN of the key, or write AWS_OWNED_CMK as KeyType",
        ),
        Some(_) | None => {}
    }
}

/// Redshift takes no expressions and no prefix for errors.
fn check_redshift(s3: &Place<'_>, rules: &mut Rules) {
    let says =
        "(Firehose: Prefix Expressions or ErrorOutputPrefix is currently not supported for this destination)";
    let prefix = s3.get("Prefix");
    if prefix.text().is_some_and(|text| Prefix::parse(text).map_or(true, |prefix| prefix.has_expressions())) {
        rules.refuse(
            "redshift-prefix-expression",
            &prefix,
            format!("Redshift takes no expressions {says}"),
            "write text without !{",
        );
    }
    let errors = s3.get("ErrorOutputPrefix");
    if errors.exists() {
        rules.refuse(
            "redshift-error-prefix",
            &errors,
            format!("Redshift takes no prefix for errors {says}"),
            "leave it out",
        );
    }
}

//! `ExtendedS3DestinationConfiguration`.

use super::keys::KeySource;
use super::{conversion, prefix, processing, settings};
use crate::finding::Findings;
use crate::json::Json;
use crate::refs::Refs;
use crate::table::Table;
use crate::target::Target;

/// Seconds for which Firehose tries to write a partition again before it gives its records to the error prefix.
const RETRY_SECONDS: i32 = 300;

/// The destination, in the spelling of the API; `refs` tells what stands beside the table, as text or as the references
/// of a template.
///
/// # Errors
/// Every setting that is missing or out of its limits, and every rule of the table that the stream cannot keep.
pub fn destination(table: &Table, target: &Target, refs: &Refs) -> Result<Json, Findings> {
    let mut findings = Findings::default();
    findings.0.extend(settings::check(table, target, refs.transform_arn.is_some()));
    let prefixes = findings.take(prefix::prefixes(table, target, refs.transform_arn.is_some()));
    let keys = prefixes.as_ref().map_or(KeySource::Arrival, |prefixes| prefixes.keys);
    let processing = findings.take(processing::processing(table, target, refs, keys)).flatten();
    let conversion = target.converts(table).then(|| conversion::conversion(table, target, refs));
    let conversion = conversion.and_then(|conversion| findings.take(conversion));
    let Some(prefixes) = prefixes else {
        return Err(findings);
    };

    let stream = &target.stream;
    let mut to = Json::object([
        ("RoleARN", refs.role_arn.clone()),
        ("BucketARN", refs.bucket_arn.clone()),
        ("Prefix", prefixes.prefix.into()),
        ("ErrorOutputPrefix", prefixes.error_prefix.into()),
        ("BufferingHints", hints(stream.buffer_mib, stream.buffer_seconds)),
        // Converted files are compressed inside; Athena tells compressed JSON by the ending of its name.
        ("CompressionFormat", if target.converts(table) { "UNCOMPRESSED" } else { "GZIP" }.into()),
    ]);
    if let Some(key) = &refs.kms_key_arn {
        to.set("EncryptionConfiguration", encryption(key));
    }
    if let Some(zone) = &stream.time_zone {
        to.set("CustomTimeZone", zone.as_str());
    }
    if let Some(extension) = &stream.file_extension {
        to.set("FileExtension", extension.as_str());
    }
    to.set("CloudWatchLoggingOptions", logging(refs, "DestinationDelivery"));
    if let Some(processing) = processing {
        to.set("ProcessingConfiguration", processing);
    }
    if keys != KeySource::Arrival {
        let retry = Json::object([("DurationInSeconds", RETRY_SECONDS.into())]);
        to.set(
            "DynamicPartitioningConfiguration",
            Json::object([("Enabled", true.into()), ("RetryOptions", retry)]),
        );
    }
    if let Some(conversion) = conversion {
        to.set("DataFormatConversionConfiguration", conversion);
    }
    if let Some((prefix, error_prefix)) = prefixes.backup {
        to.set("S3BackupMode", "Enabled");
        let mut backup = Json::object([
            ("RoleARN", refs.role_arn.clone()),
            ("BucketARN", refs.bucket_arn.clone()),
            ("Prefix", prefix.into()),
            ("ErrorOutputPrefix", error_prefix.into()),
            ("BufferingHints", hints(stream.buffer_mib, stream.buffer_seconds)),
            ("CompressionFormat", "GZIP".into()),
        ]);
        if let Some(key) = &refs.kms_key_arn {
            backup.set("EncryptionConfiguration", encryption(key));
        }
        backup.set("CloudWatchLoggingOptions", logging(refs, "BackupDelivery"));
        to.set("S3BackupConfiguration", backup);
    }
    findings.or(|| to)
}

fn hints(mib: u32, seconds: u32) -> Json {
    Json::object([("SizeInMBs", mib.into()), ("IntervalInSeconds", seconds.into())])
}

fn encryption(key: &Json) -> Json {
    Json::object([("KMSEncryptionConfig", Json::object([("AWSKMSKeyARN", key.clone())]))])
}

fn logging(refs: &Refs, stream: &str) -> Json {
    Json::object([
        ("Enabled", true.into()),
        ("LogGroupName", refs.log_group.clone()),
        ("LogStreamName", stream.into()),
    ])
}

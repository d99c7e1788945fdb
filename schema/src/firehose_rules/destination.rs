//! Buffering, encryption, logging and backup of the destination.

use super::Rules;
use super::place::Place;

pub(super) fn check(destination: &Place<'_>, rules: &mut Rules) {
    check_bucket_side(destination, rules);
    let backup = destination.get("S3BackupConfiguration");
    let enabled = destination.get("S3BackupMode").text() == Some("Enabled");
    if backup.exists() {
        check_bucket_side(&backup, rules);
        if !enabled {
            rules.doubt(
                "backup-not-enabled",
                &destination.get("S3BackupMode"),
                "there is a place for the backup, and it is not enabled",
                "write Enabled, or leave S3BackupConfiguration out",
            );
        }
    } else if enabled {
        rules.refuse(
            "backup-required",
            &backup,
            "it is missing (Firehose: S3 backup destination configuration is required when enabling S3 backup.)",
            "add RoleARN, BucketARN and a Prefix of its own",
        );
    }
}

/// What destination and backup have in common.
fn check_bucket_side(place: &Place<'_>, rules: &mut Rules) {
    let hints = place.get("BufferingHints");
    for (given, missing) in [("SizeInMBs", "IntervalInSeconds"), ("IntervalInSeconds", "SizeInMBs")] {
        if hints.get(given).exists() && !hints.get(missing).exists() {
            rules.refuse(
                "buffer-both",
                &hints.get(missing),
                format!("it is missing, and {given} is there: both are given together"),
                "add it",
            );
        }
    }
    let encryption = place.get("EncryptionConfiguration");
    let kinds = ["NoEncryptionConfig", "KMSEncryptionConfig"].map(|kind| encryption.get(kind).exists());
    if encryption.exists() && kinds[0] == kinds[1] {
        rules.refuse(
            "encryption-one",
            &encryption,
            "Firehose: Exactly one of NoEncryptionConfig or KMSEncryptionConfig must be specified",
            "keep one of them, or leave EncryptionConfiguration out",
        );
    }
    let logging = place.get("CloudWatchLoggingOptions");
    let group = logging.get("LogGroupName");
    if logging.get("Enabled").is_true() && group.text().is_none_or(str::is_empty) {
        rules.refuse(
            "log-group-required",
            &group,
            "it is missing (Firehose: CloudWatch Log Group Name is required if CloudWatch Logging is enabled)",
            "add it, for example /aws/kinesisfirehose/STREAM",
        );
    }
}

//! Prefixes of the destination and of its backup, and that nothing lands among the data.

use super::place::Place;
use super::{Rules, dynamic_partitioning, processing, processor};
use crate::prefix::{self, Prefix, PrefixSettings, Severity};

/// Longest query.
const MAX_QUERY: usize = 5120;

pub(super) fn check(destination: &Place<'_>, rules: &mut Rules) {
    let text = |name: &str| destination.get(name).text();
    let extraction = processing::find(destination, "MetadataExtraction");
    let query =
        extraction.as_ref().map(|processor| processor::parameter(processor, "MetadataExtractionQuery"));
    let query_place = query.as_ref().map(|(_, place)| place.path.clone());
    let settings = PrefixSettings {
        prefix: text("Prefix"),
        error_output_prefix: text("ErrorOutputPrefix"),
        dynamic_partitioning: dynamic_partitioning::is_on(destination),
        // One that is too long has a finding already.
        query: query.and_then(|(text, _)| text).filter(|text| text.chars().count() <= MAX_QUERY),
        custom_time_zone: text("CustomTimeZone"),
        file_extension: text("FileExtension"),
        buffer_mib: None,
    };
    add(&settings, destination, query_place.as_deref(), rules);

    let backup = destination.get("S3BackupConfiguration");
    if destination.get("S3BackupMode").text() == Some("Enabled") && backup.exists() {
        let settings = PrefixSettings {
            prefix: backup.get("Prefix").text(),
            error_output_prefix: backup.get("ErrorOutputPrefix").text(),
            ..PrefixSettings::default()
        };
        add(&settings, &backup, None, rules);
    }
    check_folders(destination, &backup, rules);
}

fn add(settings: &PrefixSettings<'_>, place: &Place<'_>, query_place: Option<&str>, rules: &mut Rules) {
    for found in prefix::check(settings) {
        // Told by `check_folders`, with the backup.
        if found.rule == "error-prefix-inside" {
            continue;
        }
        let mut finding = found.to_finding(&format!("{}.", place.path));
        if let (true, Some(path)) = (found.setting == "MetadataExtractionQuery", query_place) {
            finding.place = path.to_owned();
        }
        match found.severity {
            Severity::Error | Severity::Mistake => rules.refused.push(finding),
            Severity::Warning => rules.doubtful.push(finding),
        }
    }
}

/// What stands before the first expression of a prefix, and the folder of that.
#[derive(Debug)]
struct Folder {
    start: String,
    folder: String,
}

impl Folder {
    /// The bucket itself.
    fn root() -> Self {
        Self { start: String::new(), folder: String::new() }
    }

    fn of(place: &Place<'_>) -> Option<Self> {
        let text = place.text().filter(|text| !text.is_empty())?;
        let prefix = Prefix::parse(text).ok()?;
        Some(Self { start: prefix.literal_start().to_owned(), folder: prefix.literal_folder().to_owned() })
    }
}

fn is_absent(place: &Place<'_>) -> bool {
    !place.exists() || place.text() == Some("")
}

/// Neither inside the other: errors and backup beside the data.
fn check_folders(destination: &Place<'_>, backup: &Place<'_>, rules: &mut Rules) {
    // Without a prefix the data is at the root of the bucket, and everything is inside it.
    let data = destination.get("Prefix");
    let data_folder = if is_absent(&data) { Some(Folder::root()) } else { Folder::of(&data) };
    let Some(data_folder) = data_folder else { return };
    let mut others = vec![(destination.get("ErrorOutputPrefix"), "error-prefix-inside-table", "errors")];
    if backup.exists() && backup.get("BucketARN").text() == destination.get("BucketARN").text() {
        others.push((backup.get("Prefix"), "backup-inside-table", "the backup"));
        others.push((backup.get("ErrorOutputPrefix"), "backup-errors-inside-table", "errors of the backup"));
    }
    for (place, rule, what) in others {
        // A backup without a prefix is at the root too.
        let is_root = rule == "backup-inside-table" && is_absent(&place);
        let other = if is_root { Some(Folder::root()) } else { Folder::of(&place) };
        let Some(other) = other else { continue };
        let problem = if other.start.starts_with(&data_folder.folder) {
            let folder = &data_folder.folder;
            format!("{what} would land among the data, in `{folder}`, where Athena reads them as rows")
        } else if data_folder.start.starts_with(&other.folder) && (is_root || !other.folder.is_empty()) {
            format!("the data would land among {what}, in `{}`", other.folder)
        } else {
            continue;
        };
        rules.refuse(
            rule,
            &place,
            problem,
            "give each a folder of its own, for example data/…, errors/… and raw/…",
        );
    }
}

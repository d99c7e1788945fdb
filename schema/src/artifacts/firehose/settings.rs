//! Limits that Firehose puts on the settings of a stream, in the words of the settings.

use super::keys::{KeySource, key_source};
use crate::finding::Finding;
use crate::prefix::{self, PrefixSettings, Severity};
use crate::table::{PartitionBy, Table};
use crate::target::Target;

/// Longest name of a stream, in characters.
const MAX_NAME: usize = 64;

/// Every setting beyond its limits.
pub(super) fn check(table: &Table, target: &Target, has_transform: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let stream = &target.stream;
    let name = target.stream_name(table);
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || name.chars().count() > MAX_NAME || !name.chars().all(legal) {
        let problem = format!("`{name}` cannot be the name of a delivery stream");
        let fix = "use 1 to 64 of a-z A-Z 0-9 _ - .";
        findings.push(Finding::new("firehose-stream-name", "stream.name", problem, fix));
    }
    let dynamic = !matches!(key_source(table, target, has_transform), Ok(KeySource::Arrival));
    let why = match (target.converts(table), dynamic) {
        (true, _) => " where records are converted",
        (false, true) => " where records are partitioned by their content",
        (false, false) => "",
    };
    let smallest = if why.is_empty() { 1 } else { 64 };
    if !(smallest..=128).contains(&stream.buffer_mib) {
        let problem = format!("a buffer has {smallest} to 128 MiB{why}, not {}", stream.buffer_mib);
        findings.push(Finding::new("firehose-buffer-size", "stream.buffer_mib", problem, "write 128"));
    }
    let shortest = if dynamic { 60 } else { 0 };
    if !(shortest..=900).contains(&stream.buffer_seconds) {
        let why = if dynamic { " where records are partitioned by their content" } else { "" };
        let problem = format!("a buffer waits {shortest} to 900 seconds{why}, not {}", stream.buffer_seconds);
        findings.push(Finding::new(
            "firehose-buffer-interval",
            "stream.buffer_seconds",
            problem,
            "write 300",
        ));
    }
    if stream.deaggregate && !dynamic {
        let problem = "records are split only where they are partitioned by their content (Firehose: \
                       RecordDeAggregationProcessor can only be present when Dynamic Partitioning is enabled.)";
        let fix = "partition the table by a column, or write false";
        findings.push(Finding::new("firehose-deaggregation", "stream.deaggregate", problem, fix));
    }
    findings.extend(names(target));
    let packed = [".gz", ".zip", ".snappy"];
    if let Some(extension) = &stream.file_extension {
        let ends_packed = packed.iter().any(|ending| extension.ends_with(ending));
        let problem = match (target.converts(table), ends_packed) {
            (false, _) if !extension.ends_with(".gz") => {
                "hides that the JSON is gzip, which readers tell by .gz alone"
            }
            (true, true) => "says that Parquet is packed, and readers would unpack it",
            _ => "",
        };
        if !problem.is_empty() {
            let problem = format!("the ending `{extension}` {problem}");
            let fix = if target.converts(table) { "write .parquet" } else { "write .json.gz" };
            findings.push(Finding::new("firehose-ending", "stream.file_extension", problem, fix));
        }
    }
    findings
}

/// The names that Firehose reads, by the rules that hold for any prefix.
fn names(target: &Target) -> Vec<Finding> {
    let settings = PrefixSettings {
        custom_time_zone: target.stream.time_zone.as_deref(),
        file_extension: target.stream.file_extension.as_deref(),
        ..PrefixSettings::default()
    };
    let refused = prefix::check(&settings).into_iter().filter(|found| found.severity != Severity::Warning);
    refused
        .map(|found| {
            let setting = if found.setting == "FileExtension" { "file_extension" } else { "time_zone" };
            Finding::new(found.rule, format!("stream.{setting}"), found.problem, found.fix)
        })
        .collect()
}

/// What follows from settings and cannot be seen in the configuration.
pub(super) fn notes(table: &Table, target: &Target) -> Vec<String> {
    let stream = &target.stream;
    let mut notes = Vec::new();
    if target.delivers_raw(table) {
        let raw = Target::raw_table_name(table);
        notes.push(format!(
            "The stream fills {raw} with JSON; {} gets its rows when `convert` runs.",
            table.name
        ));
    }
    let by_arrival = table.partitions.iter().any(|partition| partition.by == PartitionBy::Arrival);
    if by_arrival {
        notes.push("Firehose takes the time of arrival of the oldest record of an object for all of its records, so a record can stand in the hour before its own.".into());
    }
    if let Some(zone) = stream.time_zone.as_deref().filter(|zone| by_arrival && *zone != "UTC") {
        notes.push(format!("Partitions by time of arrival are in {zone}; `convert` and Athena's NOW use UTC. A day ahead of UTC is within the projection, which ends a day after NOW."));
    }
    if matches!(
        key_source(table, target, stream.transform.is_some()),
        Ok(KeySource::Query(_) | KeySource::Lambda)
    ) {
        notes.push("Dynamic partitioning can be turned on only when a stream is created, never later, and never off. A stream holds 500 partitions open at once; records beyond go to the error prefix.".into());
    }
    if matches!(key_source(table, target, stream.transform.is_some()), Ok(KeySource::Lambda)) {
        let keys: Vec<_> = table
            .partitions
            .iter()
            .filter(|partition| partition.by != PartitionBy::Arrival)
            .flat_map(|partition| partition.layout.columns())
            .collect();
        notes.push(format!(
            "The function must return the partition keys {} with each record.",
            keys.join(", ")
        ));
    }
    if stream.transform.is_some() && !target.converts(table) {
        notes.push("The function must end each record with a line feed, and write what the table's own rules read, since nothing is converted: the normalising function does with LAKEBED_FOR=table.".into());
    }
    if stream.backup {
        notes.push("A backup cannot be turned off again. It holds records as they came, one after the other: producers must end each with a line feed, or readers take a whole object for one record.".into());
    }
    if stream.deaggregate {
        notes.push("De-aggregation splits at most 500 records out of one; beyond that Firehose leaves all of them in one piece.".into());
    }
    if stream.decompress {
        notes.push("Decompression is for what CloudWatch Logs sends: each record is then its whole envelope, with the log events in a list.".into());
    }
    notes
}

//! The S3 prefixes of a stream, from the partitions of its table.

use super::keys::{KeySource, key_source};
use crate::date_pattern::{DatePattern, PatternItem};
use crate::finding::{Finding, Findings};
use crate::layout::{Part, Segment};
use crate::table::{Partition, PartitionBy, Table};
use crate::target::Target;

/// Longest prefix expression, in characters.
const MAX_PREFIX_CHARS: usize = 1_024;

/// The prefixes of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefixes {
    /// `Prefix`: where records go.
    pub prefix: String,
    /// `ErrorOutputPrefix`: where records go that could not be processed.
    pub error_prefix: String,
    /// Both of the backup: where records go as they came.
    pub backup: Option<(String, String)>,
    /// Who computes the partition keys.
    pub keys: KeySource,
}

/// The prefixes of a table's stream; `has_transform` tells whether a Lambda function is in it.
///
/// Records that Firehose converts go to the table's LOCATION. Those that it leaves as JSON go to the table of raw
/// records, in the same layout; so does the backup, by its time of arrival, since backups know no partition keys.
///
/// # Errors
/// No lake on S3, a prefix of more than 1,024 characters, prefixes that lie inside each other.
pub fn prefixes(table: &Table, target: &Target, has_transform: bool) -> Result<Prefixes, Findings> {
    let mut findings = Findings::default();
    findings.take(target.bucket());
    let keys = findings.take(key_source(table, target, has_transform)).unwrap_or(KeySource::Arrival);
    let root = if target.delivers_raw(table) { target.raw_prefix(table) } else { target.table_prefix(table) };
    let (root, errors) = (findings.take(root), findings.take(target.error_prefix(table)));
    let (Some(root), Some(errors)) = (root, errors) else {
        return Err(findings);
    };
    let prefix = format!("{root}{}", path(&table.partitions, keys));
    let error_prefix = format!("{errors}{ERRORS}");
    let mut places = vec![("Prefix", root, &prefix), ("ErrorOutputPrefix", errors, &error_prefix)];
    let backup = if target.stream.backup {
        let (raw, errors) =
            (findings.take(target.raw_prefix(table)), findings.take(target.raw_error_prefix(table)));
        let (raw, errors) = (raw.unwrap_or_default(), errors.unwrap_or_default());
        if target.delivers_raw(table) {
            findings.push(Finding::new(
                "firehose-backup-of-json",
                "stream.backup",
                "without conversion the stream delivers the records as JSON to the place that the backup has",
                "leave backup out, or set stream.convert = true",
            ));
        }
        Some((raw, errors))
    } else {
        None
    };
    let backup = backup.map(|(raw, errors)| {
        (
            (format!("{raw}{}", path(&target.raw_partitions(table), keys)), raw),
            (format!("{errors}{ERRORS}"), errors),
        )
    });
    if let Some(((prefix, raw), (error_prefix, errors))) = &backup
        && !target.delivers_raw(table)
    {
        places.push(("S3BackupConfiguration.Prefix", raw.clone(), prefix));
        places.push(("S3BackupConfiguration.ErrorOutputPrefix", errors.clone(), error_prefix));
    }
    for (i, (member, root, expression)) in places.iter().enumerate() {
        let length = expression.chars().count();
        if length > MAX_PREFIX_CHARS {
            let problem = format!("it has {length} characters, and Firehose takes {MAX_PREFIX_CHARS}");
            findings.push(Finding::new(
                "firehose-prefix-length",
                *member,
                problem,
                "shorten the lake's prefix or the layout",
            ));
        }
        for (other, other_root, _) in places.iter().take(i) {
            if root.starts_with(other_root.as_str()) || other_root.starts_with(root.as_str()) {
                let problem = format!(
                    "`{root}` and the {other} `{other_root}` lie inside each other, and whoever reads one reads both"
                );
                findings.push(Finding::new(
                    "firehose-prefix-inside",
                    *member,
                    problem,
                    "give the lake a prefix of its own",
                ));
            }
        }
    }
    findings.or(|| Prefixes {
        prefix,
        error_prefix,
        backup: backup.map(|((prefix, _), (error_prefix, _))| (prefix, error_prefix)),
        keys,
    })
}

/// Rejects by reason and day.
const ERRORS: &str = "!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/";

/// Expressions of partitions, one segment each.
fn path(partitions: &[Partition], keys: KeySource) -> String {
    let mut path = String::new();
    for partition in partitions {
        for segment in &partition.layout.segments {
            push_segment(&mut path, segment, &partition.by, keys);
        }
    }
    path
}

/// `column=value/`, where the value is an expression.
fn push_segment(prefix: &mut String, segment: &Segment, by: &PartitionBy, keys: KeySource) {
    prefix.push_str(&segment.column);
    prefix.push('=');
    let namespace = match (by, keys) {
        (PartitionBy::Arrival, _) => {
            for part in &segment.parts {
                match part {
                    Part::Literal(text) => prefix.push_str(text),
                    Part::Date(pattern) => {
                        prefix.push_str(&format!("!{{timestamp:{}}}", pattern_text(pattern)))
                    }
                    // The time of arrival has no value of its own: layouts refuse it.
                    Part::Value => {}
                }
            }
            prefix.push('/');
            return;
        }
        (PartitionBy::Column(_), KeySource::Lambda) => "partitionKeyFromLambda",
        (PartitionBy::Column(_), KeySource::Query(_) | KeySource::Arrival) => "partitionKeyFromQuery",
    };
    prefix.push_str(&format!("!{{{namespace}:{}}}/", segment.column));
}

/// A pattern as Java reads it: letters as they are, text with letters in quotes.
pub(crate) fn pattern_text(pattern: &DatePattern) -> String {
    let mut text = String::new();
    for item in &pattern.items {
        match item {
            PatternItem::Field { letter, count } => text.extend(std::iter::repeat_n(*letter, *count)),
            PatternItem::Literal(literal)
                if literal.contains(|c: char| c.is_ascii_alphabetic() || c == '\'') =>
            {
                text.push_str(&format!("'{}'", literal.replace('\'', "''")));
            }
            PatternItem::Literal(literal) => text.push_str(literal),
        }
    }
    text
}

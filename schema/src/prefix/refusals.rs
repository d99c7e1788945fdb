//! What AWS refuses: rules between the parts of a prefix, the two prefixes, and partitioning.

use super::check::{Finder, PrefixFinding, PrefixSettings};
use super::{PartKind, Prefix, query_keys};
use crate::date_pattern::JavaToken;

/// Most characters of a prefix as it is written.
const MAX_RAW: usize = 1024;
/// Most characters of what Firehose makes of it.
pub(super) const MAX_EVALUATED: usize = 512;
/// Characters of a random string.
const RANDOM: usize = 11;
/// What an hour adds to a prefix without expressions: `2026/07/13/10/`.
const SUFFIX: usize = 14;
/// Shortest kind of failure: `splunk-failed`.
const ERROR_TYPE: usize = 13;
/// Most keys of dynamic partitioning.
const MAX_KEYS: usize = 50;
/// Smallest buffer with dynamic partitioning, MiB.
const MIN_BUFFER: i64 = 64;

type Parsed<'a> = Option<(&'a str, &'a Prefix)>;

pub(super) fn check(
    settings: &PrefixSettings<'_>,
    prefix: Parsed<'_>,
    error_prefix: Parsed<'_>,
    found: &mut Vec<PrefixFinding>,
) {
    for (text, setting) in [(settings.prefix, "Prefix"), (settings.error_output_prefix, "ErrorOutputPrefix")]
    {
        check_text(text.unwrap_or_default(), &mut Finder { setting, found });
    }
    if let Some((_, prefix)) = prefix {
        let suffix = if prefix.has_expressions() { 0 } else { SUFFIX };
        check_evaluated(prefix, suffix, &mut Finder { setting: "Prefix", found });
        check_prefix(prefix, settings, found);
    } else if settings.dynamic_partitioning && settings.prefix.is_none_or(str::is_empty) {
        no_key(&mut Finder { setting: "Prefix", found });
    }
    if let Some((_, prefix)) = error_prefix {
        check_evaluated(prefix, 0, &mut Finder { setting: "ErrorOutputPrefix", found });
        check_error_prefix(prefix, &mut Finder { setting: "ErrorOutputPrefix", found });
    }
    let missing = settings.error_output_prefix.is_none_or(str::is_empty);
    if missing
        && (settings.dynamic_partitioning || prefix.is_some_and(|(_, prefix)| prefix.has_expressions()))
    {
        Finder { setting: "ErrorOutputPrefix", found }.refuse(
            "error-prefix-required",
            None,
            "it is missing, and a prefix with expressions needs it (Firehose: ErrorOutputPrefix cannot be null or empty \
             when Prefix contains expressions); only the console fills it in",
            "write, for example, errors/!{firehose:error-output-type}/",
        );
    }
    if settings.dynamic_partitioning && settings.buffer_mib.is_some_and(|mib| mib < MIN_BUFFER) {
        Finder { setting: "BufferingHints.SizeInMBs", found }.refuse(
            "dynamic-partitioning-buffer",
            None,
            format!(
                "it is {} (Firehose: BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.)",
                settings.buffer_mib.unwrap_or_default()
            ),
            "write a number from 64 to 128",
        );
    }
}

/// Rules of the text as it is written.
fn check_text(text: &str, found: &mut Finder<'_>) {
    let len = text.chars().count();
    if len > MAX_RAW {
        found.refuse(
            "prefix-length",
            None,
            format!("it has {len} characters, and the API takes {MAX_RAW}"),
            "make it shorter",
        );
    }
    if let Some(at) = text.chars().position(|c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'))
    {
        found.refuse(
            "prefix-line-end",
            Some(at),
            "a line ends inside it, which the API does not take",
            "write it in one line",
        );
    }
}

/// The least that the prefix can come to.
fn check_evaluated(prefix: &Prefix, suffix: usize, found: &mut Finder<'_>) {
    let least: usize = suffix
        + prefix
            .parts()
            .iter()
            .map(|part| match &part.kind {
                PartKind::Literal(text) => text.chars().count(),
                PartKind::Timestamp(pattern) => {
                    pattern.items.iter().map(|item| least_of_token(&item.token)).sum()
                }
                PartKind::RandomString => RANDOM,
                PartKind::ErrorOutputType => ERROR_TYPE,
                PartKind::QueryKey(_) | PartKind::LambdaKey(_) => 1,
            })
            .sum::<usize>();
    if least > MAX_EVALUATED {
        found.refuse(
            "prefix-evaluated-length",
            None,
            format!(
                "it comes to {least} characters at least (Firehose: Length of evaluated prefix cannot be greater than \
                 {MAX_EVALUATED})"
            ),
            "make it shorter",
        );
    }
}

fn least_of_token(token: &JavaToken) -> usize {
    match token {
        JavaToken::Literal(text) => text.chars().count(),
        JavaToken::Field { letter: 'y' | 'u' | 'd' | 'H' | 'm' | 's' | 'S', count } => *count,
        JavaToken::Field { letter: 'M', count } => (*count).min(2),
        JavaToken::Field { .. } => 1,
        JavaToken::Pad { .. } | JavaToken::OpenSection | JavaToken::CloseSection => 0,
    }
}

fn check_prefix(prefix: &Prefix, settings: &PrefixSettings<'_>, found: &mut Vec<PrefixFinding>) {
    let mut in_prefix = Finder { setting: "Prefix", found };
    let mut has_key = false;
    for part in prefix.parts() {
        match &part.kind {
            PartKind::ErrorOutputType => in_prefix.refuse(
                "prefix-error-type",
                Some(part.position),
                "the kind of failure has no place here (Firehose: Prefix must not contain any occurrence of \
                 !{firehose:error-output-type})",
                "move it to ErrorOutputPrefix",
            ),
            PartKind::QueryKey(_) | PartKind::LambdaKey(_) => {
                if !settings.dynamic_partitioning && !has_key {
                    in_prefix.refuse(
                        "partition-key-without-dynamic-partitioning",
                        Some(part.position),
                        "partition keys need dynamic partitioning (Firehose: Dynamic Partitioning Namespaces can only be \
                         part of a prefix expression when Dynamic Partitioning is enabled.)",
                        "enable dynamic partitioning, which is possible only when the stream is created, or use timestamp",
                    );
                }
                has_key = true;
            }
            PartKind::Literal(_) | PartKind::Timestamp(_) | PartKind::RandomString => {}
        }
    }
    if !settings.dynamic_partitioning {
        return;
    }
    if !has_key {
        no_key(&mut in_prefix);
    }
    if let Some(query) = settings.query {
        check_keys(prefix, query, found);
    }
}

fn no_key(found: &mut Finder<'_>) {
    found.refuse(
        "dynamic-partitioning-needs-key",
        None,
        "it has no partition key (Firehose: S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic \
         Partitioning is enabled)",
        "use !{partitionKeyFromQuery:KEY} or !{partitionKeyFromLambda:KEY}, or turn dynamic partitioning off",
    );
}

/// Keys of the query and keys of the prefix are the same.
fn check_keys(prefix: &Prefix, query: &str, found: &mut Vec<PrefixFinding>) {
    let keys = match query_keys(query) {
        Ok(keys) => keys,
        Err(error) => {
            Finder { setting: "MetadataExtractionQuery", found }.add(
                super::Severity::Warning,
                "query-shape",
                Some(error.position),
                format!("its keys cannot be compared with those of the prefix: {}", error.problem),
                "write one object whose keys are written out, {\"day\": …, \"region\": …}",
            );
            return;
        }
    };
    let mut in_query = Finder { setting: "MetadataExtractionQuery", found };
    for key in keys.iter().filter(|key| prefix.query_keys().all(|used| used != key.as_str())) {
        in_query.refuse(
            "query-key-unused",
            None,
            format!(
                "its key `{key}` is not in the prefix (Firehose: MetaDataExtraction JQ Query can't contain keys that are \
                 not present in the S3 Prefix expression)"
            ),
            format!("use !{{partitionKeyFromQuery:{key}}} in the prefix, or leave the key out"),
        );
    }
    if keys.len() > MAX_KEYS {
        in_query.refuse(
            "query-key-count",
            None,
            format!("it has {} keys, and Firehose takes {MAX_KEYS}", keys.len()),
            "make some of them one key",
        );
    }
    let mut in_prefix = Finder { setting: "Prefix", found };
    for part in prefix.parts() {
        if let PartKind::QueryKey(key) = &part.kind
            && !keys.contains(key)
        {
            in_prefix.refuse(
                "prefix-key-without-query",
                Some(part.value_position),
                format!("the query has no key `{key}`"),
                format!("add it to the query, {{\"{key}\": …}}, or leave the expression out"),
            );
        }
    }
}

fn check_error_prefix(prefix: &Prefix, found: &mut Finder<'_>) {
    let mut has_type = false;
    for part in prefix.parts() {
        match &part.kind {
            PartKind::ErrorOutputType => has_type = true,
            PartKind::QueryKey(_) | PartKind::LambdaKey(_) => found.refuse(
                "error-prefix-partition-key",
                Some(part.position),
                "a record that failed has no partition keys (Firehose: Dynamic Partitioning Namespaces can't be part of an \
                 error prefix expression)",
                "leave it out, or use timestamp",
            ),
            PartKind::Literal(_) | PartKind::Timestamp(_) | PartKind::RandomString => {}
        }
    }
    if prefix.has_expressions() && !has_type {
        found.refuse(
            "error-prefix-type",
            None,
            "it has expressions and not the kind of failure (Firehose: ErrorOutputPrefix must contain at least one \
             occurrence of !{firehose:error-output-type})",
            "add !{firehose:error-output-type}/",
        );
    }
}

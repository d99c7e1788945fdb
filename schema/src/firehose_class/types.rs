//! The class of each type, and of the words that change how its values are read: the whole mapping in view.

use super::FirehoseClass::{Equal, FirehoseRefuses, FirehoseStoresAnother, OursIsStricter};
use super::{RuleClass, rule};
use crate::hive_type::hive_type;
use crate::logical_type::LogicalType;
use crate::table::{Rules, TimeFormat};

/// Rules that a type is by itself.
pub(super) fn type_rules(ty: &LogicalType, rules: &mut Vec<RuleClass>) {
    let name = ty.name();
    rules.push(match ty {
        LogicalType::Boolean => rule(name, Equal, "true and false, also in quotes"),
        LogicalType::Int8 | LogicalType::Int16 | LogicalType::Int32 | LogicalType::Int64 => {
            rule(name, Equal, "integers within the range of the type, also in quotes")
        }
        LogicalType::UInt8 | LogicalType::UInt16 | LogicalType::UInt32 => {
            let (_, max) = ty.integer_range().unwrap_or_default();
            let why = format!("only 0 to {max}; Firehose knows the type {} and stores all of its range", hive_type(ty));
            rule(name, OursIsStricter, why)
        }
        LogicalType::Float32 | LogicalType::Float64 => rule(name, Equal, "finite numbers, also in quotes"),
        LogicalType::Decimal { .. } => {
            rule(name, Equal, "numbers, also in quotes; finer digits are rounded half-up")
        }
        LogicalType::String => rule(
            name,
            Equal,
            "texts, and numbers as they are written; an object becomes its JSON text, whose keys Firehose lower-cases",
        ),
        LogicalType::Char => rule(name, OursIsStricter, "one character; Firehose stores any text"),
        LogicalType::Uuid => {
            let why = "stored in lower case with hyphens, anything else refused; Firehose stores any text as it is";
            rule(name, FirehoseStoresAnother, why)
        }
        LogicalType::Enum(words) if words.iter().any(|word| !word.aliases.is_empty()) => {
            rule(name, FirehoseStoresAnother, "an alias is stored as its word; Firehose stores any text as it is")
        }
        LogicalType::Enum(_) => rule(name, OursIsStricter, "one of the words; Firehose stores any text"),
        LogicalType::Json => {
            let why = "stored as JSON text; Firehose lower-cases its keys, and stores a text without its quotes";
            rule(name, FirehoseStoresAnother, why)
        }
        LogicalType::Binary => {
            let why = "base64; what Firehose does with a binary column is not known, so it counts as refused";
            rule(name, FirehoseRefuses, why)
        }
        LogicalType::Date => rule(name, Equal, "yyyy-MM-dd"),
        LogicalType::Timestamp { .. } => {
            let why = "2026-11-23 08:15:00, 2026-11-23T08:15:00Z and epoch numbers (below 10^12 seconds, else \
                       milliseconds) from 1677 to 2262, beyond which Firehose wraps around";
            rule(name, Equal, why)
        }
        LogicalType::List { length: None, .. } => {
            rule(name, Equal, "a list; a lone value becomes a list of one")
        }
        LogicalType::List { length: Some(length), .. } => {
            rule(name, OursIsStricter, format!("exactly {length} elements; Firehose stores any number"))
        }
        LogicalType::Map { .. } => rule(name, Equal, "an object"),
        LogicalType::Struct { .. } => rule(
            name,
            Equal,
            "an object, its members by name; an array, which Firehose would fill in by position, is refused",
        ),
    });
}

/// The rule of the key of a map.
pub(super) fn map_key(key: &LogicalType) -> Vec<RuleClass> {
    let text = matches!(
        key,
        LogicalType::String
            | LogicalType::Char
            | LogicalType::Enum(_)
            | LogicalType::Json
            | LogicalType::Binary
    );
    let why = "Firehose lower-cases every key before it reads, also those of maps";
    if text { vec![rule("map key", FirehoseStoresAnother, why)] } else { Vec::new() }
}

/// Rules that words add: `time`, `null_if`, `decimal_comma`. They hold for a column and for what its lists and maps
/// hold, so they are named where the value stands.
pub(super) fn word_rules(ty: &LogicalType, words: &Rules, rules: &mut Vec<RuleClass>) {
    if matches!(ty, LogicalType::List { .. } | LogicalType::Map { .. } | LogicalType::Struct { .. }) {
        return;
    }
    let is_time = matches!(ty, LogicalType::Date | LogicalType::Timestamp { .. });
    if !words.null_if.is_empty() {
        rules.push(if is_time {
            rule("null_if", FirehoseRefuses, "the text stands for null, and to Firehose it is no time")
        } else {
            rule(
                "null_if",
                FirehoseStoresAnother,
                "Firehose knows no such values and stores them as they are",
            )
        });
    }
    if words.decimal_comma {
        rules.push(rule("decimal_comma", FirehoseRefuses, "a number with a comma is no number to Firehose"));
    }
    if is_time {
        time_rules(ty, &words.time, rules);
    }
}

const OFFSETS: &str = "Firehose takes no numeric offset such as +01:00, only Z";

fn time_rules(ty: &LogicalType, formats: &[TimeFormat], rules: &mut Vec<RuleClass>) {
    let date = *ty == LogicalType::Date;
    if formats.is_empty() {
        if let LogicalType::Timestamp { instant: false, .. } = ty {
            let why =
                "2026-11-23T08:15:00 without a zone is accepted; Firehose takes a T only together with Z";
            rules.push(rule("local time", FirehoseRefuses, why));
        }
        if let LogicalType::Timestamp { offset: true, .. } = ty {
            rules.push(rule("time with offset", FirehoseRefuses, OFFSETS));
        }
        return;
    }
    rules.push(rule(
        "time",
        OursIsStricter,
        "only the declared forms of time; Firehose takes all of its own",
    ));
    let (seconds, millis) =
        (formats.contains(&TimeFormat::EpochSeconds), formats.contains(&TimeFormat::EpochMillis));
    for format in formats {
        rules.push(match format {
            TimeFormat::Rfc3339 if date => {
                rule("time(rfc3339)", FirehoseRefuses, "Firehose takes a date only as yyyy-MM-dd")
            }
            TimeFormat::EpochSeconds | TimeFormat::EpochMillis if date => {
                rule("time(epoch)", FirehoseRefuses, "Firehose takes a date only as yyyy-MM-dd")
            }
            TimeFormat::Rfc3339 => rule("time(rfc3339)", FirehoseRefuses, OFFSETS),
            TimeFormat::EpochSeconds if millis => {
                rule("time(epoch_seconds)", Equal, "below 10^12 a number is seconds to both")
            }
            TimeFormat::EpochMillis if seconds => {
                rule("time(epoch_millis)", Equal, "from 10^12 on a number is milliseconds to both")
            }
            TimeFormat::EpochSeconds => {
                let why = "numbers from 10^12 on are refused as seconds; Firehose reads them as milliseconds";
                rule("time(epoch_seconds)", OursIsStricter, why)
            }
            TimeFormat::EpochMillis => {
                let why = "Firehose reads milliseconds below 10^12 (before September 2001) as seconds";
                rule("time(epoch_millis)", FirehoseStoresAnother, why)
            }
            TimeFormat::Pattern(pattern) if pattern.chars().all(char::is_alphabetic) && !date => {
                let why = "all digits: Firehose reads it as an epoch number";
                rule(format!("time(\"{pattern}\")"), FirehoseStoresAnother, why)
            }
            TimeFormat::Pattern(pattern) => {
                let why = "Firehose's OpenX has no patterns of its own for time";
                rule(format!("time(\"{pattern}\")"), FirehoseRefuses, why)
            }
        });
    }
}

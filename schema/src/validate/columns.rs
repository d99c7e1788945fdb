//! Rules of columns: names, JSON keys, types.

use super::{Collector, MAX_DEPTH, rules};
use crate::keywords::{self, Keywords};
use crate::logical_type::{EnumWord, LogicalType};
use crate::name::check_name;
use crate::problem::ProblemKind;
use crate::table::Column;
use std::collections::{BTreeMap, BTreeSet};

/// Longest JSON key that Firehose maps to a column, in characters.
const MAX_KEY: usize = 1024;

/// Columns of a table or members of a record; `prefix` is the path to the record, with a dot at its end.
pub(super) fn validate(columns: &[Column], prefix: &str, depth: usize, problems: &mut Collector) {
    let mut names = BTreeSet::new();
    let mut keys: BTreeMap<String, &str> = BTreeMap::new();
    for column in columns {
        let path = format!("{prefix}{}", column.name);
        let place = format!("column `{path}`");
        if let Err(error) = check_name(&column.name) {
            problems.add(&place, ProblemKind::Name(error));
        }
        if !names.insert(column.name.to_lowercase()) {
            problems.add(&place, ProblemKind::RepeatedName);
        }
        for key in [&column.key].into_iter().chain(&column.aliases) {
            if key.is_empty() || key.chars().count() > MAX_KEY || key.contains(char::is_whitespace) {
                problems.add(&place, ProblemKind::BadKey { key: key.clone() });
            }
            match keys.get(&key.to_lowercase()) {
                Some(other) if *other != column.name => {
                    let other = (*other).to_owned();
                    problems.add(&place, ProblemKind::RepeatedKey { key: key.clone(), other });
                }
                Some(_) => {}
                None => {
                    keys.insert(key.to_lowercase(), &column.name);
                }
            }
        }
        validate_type(&column.ty, &path, depth, problems);
        rules::validate(column, columns, &place, problems);
        validate_keywords(&column.schema, &column.ty, &place, problems);
    }
}

fn validate_type(ty: &LogicalType, path: &str, depth: usize, problems: &mut Collector) {
    let place = format!("column `{path}`");
    if depth > MAX_DEPTH {
        return problems.add(&place, ProblemKind::TooDeep);
    }
    match ty {
        LogicalType::Decimal { precision, scale } => {
            if !(1..=38).contains(precision) || scale > precision {
                problems.add(&place, ProblemKind::BadDecimal { precision: *precision, scale: *scale });
            }
        }
        LogicalType::Enum(words) => validate_words(words, &place, problems),
        LogicalType::List { element, .. } => validate_type(&element.ty, path, depth + 1, problems),
        LogicalType::Map { key, value } => {
            let unfit = matches!(**key, LogicalType::Float32 | LogicalType::Float64 | LogicalType::Json);
            if unfit || !key.is_scalar() {
                problems.add(&place, ProblemKind::MapKey { found: key.name() });
            } else {
                validate_type(key, path, depth + 1, problems);
            }
            validate_type(&value.ty, path, depth + 1, problems);
        }
        LogicalType::Struct { columns } => {
            if columns.is_empty() {
                problems.add(&place, ProblemKind::NoColumns);
            }
            validate(columns, &format!("{path}."), depth + 1, problems);
        }
        LogicalType::Boolean
        | LogicalType::Int8
        | LogicalType::Int16
        | LogicalType::Int32
        | LogicalType::Int64
        | LogicalType::UInt8
        | LogicalType::UInt16
        | LogicalType::UInt32
        | LogicalType::Float32
        | LogicalType::Float64
        | LogicalType::String
        | LogicalType::Char
        | LogicalType::Uuid
        | LogicalType::Json
        | LogicalType::Binary
        | LogicalType::Date
        | LogicalType::Timestamp { .. } => {}
    }
}

fn validate_keywords(keywords: &Keywords, ty: &LogicalType, place: &str, problems: &mut Collector) {
    let refuse = |problems: &mut Collector, keyword: &str, expected| {
        let (keyword, found) = (keyword.to_owned(), ty.name());
        problems.add(place, ProblemKind::Keyword { keyword, expected, found });
    };
    for (keyword, value) in &keywords.own {
        if let Some(expected) = keywords::fault(keyword, value, ty) {
            refuse(problems, keyword, expected);
        }
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type has anything inside that is no column")]
    let (element, value) = match ty {
        LogicalType::List { element, .. } => (Some(element), None),
        LogicalType::Map { value, .. } => (None, Some(value)),
        _ => (None, None),
    };
    for (name, inner, element, expected) in [
        (keywords::ITEMS, &keywords.items, element, "for lists"),
        (keywords::VALUES, &keywords.values, value, "for maps"),
    ] {
        match (inner, element) {
            (Some(inner), Some(element)) => validate_keywords(inner, &element.ty, place, problems),
            (Some(_), None) => refuse(problems, name, expected),
            (None, _) => {}
        }
    }
}

fn validate_words(words: &[EnumWord], place: &str, problems: &mut Collector) {
    let mut seen = BTreeSet::new();
    let all = || words.iter().flat_map(|word| [&word.word].into_iter().chain(&word.aliases));
    if words.is_empty() || all().any(String::is_empty) {
        problems.add(place, ProblemKind::EmptyWord);
    }
    for word in all() {
        if !seen.insert(word) {
            problems.add(place, ProblemKind::RepeatedWord { word: word.clone() });
        }
    }
}

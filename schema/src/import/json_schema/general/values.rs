//! Types by the values that are allowed: listed ones, and whole numbers between bounds.

use super::super::finding;
use super::super::schemas::Schemas;
use super::Walk;
use crate::json::Json;
use crate::logical_type::{EnumWord, LogicalType};

impl<'a> Walk<'a> {
    /// A type of the values that are listed.
    pub(super) fn listed(
        &mut self,
        constants: &[&'a Json],
        nullable: &mut bool,
        place: &str,
    ) -> Option<LogicalType> {
        let others: Vec<&Json> = constants.iter().copied().filter(|value| **value != Json::Null).collect();
        *nullable |= others.len() < constants.len();
        let texts: Option<Vec<&str>> = others.iter().map(|value| value.as_text()).collect();
        let whole: Option<Vec<i64>> = others
            .iter()
            .map(|value| if let Json::Int(value) = value { Some(*value) } else { None })
            .collect();
        if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
            if texts.iter().all(|text| !text.is_empty()) {
                let mut words: Vec<EnumWord> = Vec::new();
                for text in texts {
                    if !words.iter().any(|word| word.word == text) {
                        words.push(EnumWord { word: text.to_owned(), aliases: Vec::new() });
                    }
                }
                return Some(LogicalType::Enum(words));
            }
            // An empty text is no word.
            return Some(LogicalType::String);
        }
        if let Some(whole) = whole.filter(|whole| !whole.is_empty()) {
            let (least, most) = (whole.iter().min()?, whole.iter().max()?);
            return Some(smallest(i128::from(*least), i128::from(*most)));
        }
        if others.iter().all(|value| matches!(value, Json::Bool(_))) && !others.is_empty() {
            return Some(LogicalType::Boolean);
        }
        if others.iter().all(|value| value.as_number().is_some()) && !others.is_empty() {
            return Some(LogicalType::Float64);
        }
        self.findings.push(finding(
            "import-json-schema-union",
            place,
            "lists values of several types, and a column has one",
            "keep those of one type, or leave the list out, which makes it JSON text",
        ));
        None
    }

    /// The smallest type that holds every number that is allowed.
    pub(super) fn integer(&mut self, all: &Schemas<'a>, path: &str) -> LogicalType {
        let (mut least, mut most): (Option<i128>, Option<i128>) = (None, None);
        let mut narrow = |low: Option<i128>, high: Option<i128>| {
            least = least.max(low);
            most = match (most, high) {
                (Some(most), Some(high)) => Some(most.min(high)),
                (most, high) => most.or(high),
            };
        };
        match all.text("format") {
            Some("int8") => narrow(Some(i8::MIN.into()), Some(i8::MAX.into())),
            Some("int16") => narrow(Some(i16::MIN.into()), Some(i16::MAX.into())),
            Some("int32") => narrow(Some(i32::MIN.into()), Some(i32::MAX.into())),
            Some("int64") => narrow(Some(i64::MIN.into()), Some(i64::MAX.into())),
            Some("uint8") => narrow(Some(0), Some(u8::MAX.into())),
            Some("uint16") => narrow(Some(0), Some(u16::MAX.into())),
            Some("uint32") => narrow(Some(0), Some(u32::MAX.into())),
            Some("uint64" | "uint") => narrow(Some(0), Some(u64::MAX.into())),
            Some(_) | None => {}
        }
        #[allow(clippy::cast_possible_truncation, reason = "saturates, and stands for anything beyond")]
        let whole = |value: &Json, round: fn(f64) -> f64| match value {
            Json::Int(value) => Some(i128::from(*value)),
            other @ (Json::Null
            | Json::Bool(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::List(_)
            | Json::Object(_)) => other.as_number().map(|number| round(number) as i128),
        };
        for part in &all.parts {
            let bound = |keyword: &str, round: fn(f64) -> f64| {
                part.get(keyword).and_then(|value| whole(value, round))
            };
            narrow(bound("minimum", f64::ceil), bound("maximum", f64::floor));
            let (above, below) =
                (bound("exclusiveMinimum", f64::floor), bound("exclusiveMaximum", f64::ceil));
            narrow(above.map(|bound| bound.saturating_add(1)), below.map(|bound| bound.saturating_sub(1)));
        }
        if least.is_none() || most.is_none() {
            self.guess(path, "64 bits, as the schema has no bounds on both sides");
        }
        let within = |bound: i128| bound.clamp(i64::MIN.into(), i64::MAX.into());
        match (least, most) {
            (Some(least), Some(most)) => smallest(least, most),
            (Some(least), None) => smallest(within(least), i64::MAX.into()),
            (None, most) => smallest(i64::MIN.into(), most.map_or(i64::MAX.into(), within)),
        }
    }
}

/// The smallest type that holds every number from one to the other.
fn smallest(least: i128, most: i128) -> LogicalType {
    let all = [
        LogicalType::UInt8,
        LogicalType::Int8,
        LogicalType::UInt16,
        LogicalType::Int16,
        LogicalType::UInt32,
        LogicalType::Int32,
        LogicalType::Int64,
    ];
    let holds = |ty: &LogicalType| {
        ty.integer_range().is_some_and(|(low, high)| i128::from(low) <= least && most <= i128::from(high))
    };
    if let Some(ty) = all.into_iter().find(holds) {
        return ty;
    }
    // A bound is beyond 64 bits.
    LogicalType::Decimal { precision: 38, scale: 0 }
}

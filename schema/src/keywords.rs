//! Keywords of JSON Schema that a table carries: what a type's own `JsonSchema` says beyond its type.
//!
//! They describe the values that a producer means to send, for schemas, sample data and documentation. Decoding does
//! not ask them: a speed of 220 is stored, also where `maximum` says 200.

use crate::json::Json;
use crate::logical_type::LogicalType;
use std::collections::BTreeMap;

/// Keywords of a column, of its list elements, and of its map values. Members of nested records are columns and have
/// their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Keywords {
    /// Each keyword with its value, such as `maximum` with 200; the names are those of JSON Schema.
    pub own: BTreeMap<String, Json>,
    /// Those of list elements.
    pub items: Option<Box<Self>>,
    /// Those of map values.
    pub values: Option<Box<Self>>,
}

impl Keywords {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty() && self.items.is_none() && self.values.is_none()
    }

    /// In a box, unless there are none.
    pub(crate) fn boxed(self) -> Option<Box<Self>> {
        (!self.is_empty()).then(|| Box::new(self))
    }
}

/// Name of the member for list elements, in contracts and schemas.
pub(crate) const ITEMS: &str = "items";
/// Name of the member for map values, in contracts and schemas.
pub(crate) const VALUES: &str = "additionalProperties";

/// Which columns a keyword is about.
#[derive(Clone, Copy)]
enum About {
    Any,
    Numbers,
    Texts,
    Lists,
    Maps,
}

/// What a keyword's value is.
#[derive(Clone, Copy)]
enum Value {
    Number,
    Positive,
    Count,
    Text,
    Flag,
    List,
}

const RULES: &[(&str, About, Value)] = &[
    ("deprecated", About::Any, Value::Flag),
    ("examples", About::Any, Value::List),
    ("exclusiveMaximum", About::Numbers, Value::Number),
    ("exclusiveMinimum", About::Numbers, Value::Number),
    ("format", About::Texts, Value::Text),
    ("maxItems", About::Lists, Value::Count),
    ("maxLength", About::Texts, Value::Count),
    ("maxProperties", About::Maps, Value::Count),
    ("maximum", About::Numbers, Value::Number),
    ("minItems", About::Lists, Value::Count),
    ("minLength", About::Texts, Value::Count),
    ("minProperties", About::Maps, Value::Count),
    ("minimum", About::Numbers, Value::Number),
    ("multipleOf", About::Numbers, Value::Positive),
    ("pattern", About::Texts, Value::Text),
    ("title", About::Any, Value::Text),
    ("uniqueItems", About::Lists, Value::Flag),
];

/// Names of the keywords that are carried, and of the two members that hold more of them.
#[cfg(feature = "contract")]
pub(crate) const NAMES: &[&str] = &[
    "additionalProperties",
    "deprecated",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "title",
    "uniqueItems",
];

/// What is wrong with a keyword in a column of that type: what it is a keyword of, or what its value has to be.
pub(crate) fn fault(keyword: &str, value: &Json, ty: &LogicalType) -> Option<&'static str> {
    let Some((_, about, expected)) = RULES.iter().find(|(name, ..)| *name == keyword) else {
        return Some("no keyword that a table carries");
    };
    let fits = match about {
        About::Any => true,
        About::Numbers => {
            ty.integer_range().is_some()
                || matches!(ty, LogicalType::Float32 | LogicalType::Float64 | LogicalType::Decimal { .. })
        }
        About::Texts => *ty == LogicalType::String,
        About::Lists => matches!(ty, LogicalType::List { .. }),
        About::Maps => matches!(ty, LogicalType::Map { .. }),
    };
    if !fits {
        return Some(match about {
            About::Any | About::Numbers => "for numbers",
            About::Texts => "for texts",
            About::Lists => "for lists",
            About::Maps => "for maps",
        });
    }
    let (right, expected) = match expected {
        Value::Number => (value.as_number().is_some(), "a number"),
        Value::Positive => (value.as_number().is_some_and(|number| number > 0.0), "a number above 0"),
        Value::Count => (matches!(value, Json::Int(0..)), "a whole number from 0"),
        Value::Text => (value.as_text().is_some(), "a text"),
        Value::Flag => (matches!(value, Json::Bool(_)), "true or false"),
        Value::List => (matches!(value, Json::List(_)), "a list"),
    };
    (!right).then_some(expected)
}

/// Whether a keyword says no more than the type does.
pub(crate) fn restates(keyword: &str, value: &Json, ty: &LogicalType) -> bool {
    let number = value.as_number();
    #[allow(clippy::wildcard_enum_match_arm, reason = "no other type says anything of the kind")]
    match (keyword, ty) {
        (_, LogicalType::List { length: Some(length), .. }) => {
            let same = matches!(value, Json::Int(value) if u64::try_from(*value) == Ok(*length));
            same && matches!(keyword, "minItems" | "maxItems")
        }
        _ if let (Some((min, max)), Some(number)) = (ty.integer_range(), number) =>
        {
            #[allow(clippy::cast_precision_loss, reason = "a bound this large is that of the type")]
            match keyword {
                "minimum" => number <= min as f64,
                "maximum" => number >= max as f64,
                _ => false,
            }
        }
        _ => false,
    }
}

/// The value that holds when two schemas give one keyword, the first one closer to the column: the narrower bound.
pub(crate) fn narrower(keyword: &str, first: &Json, second: &Json) -> Json {
    let second_is = match (first.as_number(), second.as_number()) {
        (Some(first), Some(second)) if keyword.starts_with("min") || keyword == "exclusiveMinimum" => {
            second > first
        }
        (Some(first), Some(second)) if keyword.starts_with("max") || keyword == "exclusiveMaximum" => {
            second < first
        }
        _ => false,
    };
    if second_is { second.clone() } else { first.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "contract")]
    fn names_are_those_of_the_rules() {
        let mut names: Vec<&str> = RULES.iter().map(|(name, ..)| *name).chain([ITEMS, VALUES]).collect();
        names.sort_unstable();
        assert_eq!(names, NAMES);
    }

    #[test]
    fn a_bound_of_the_type_says_nothing_new() {
        let uint8 = LogicalType::UInt8;
        assert!(restates("maximum", &Json::Int(255), &uint8));
        assert!(!restates("maximum", &Json::Int(200), &uint8));
        assert!(restates("minimum", &Json::Float(0.0), &uint8));
        assert!(!restates("minimum", &Json::Int(1), &uint8));
        assert!(!restates("exclusiveMinimum", &Json::Int(0), &uint8));
        let element = crate::Element { ty: LogicalType::String, nullable: false };
        let pair = LogicalType::List { element: Box::new(element), length: Some(2) };
        assert!(restates("minItems", &Json::Int(2), &pair));
        assert!(!restates("minItems", &Json::Int(1), &pair));
    }

    #[test]
    fn the_narrower_bound_holds() {
        let (one, two) = (Json::Int(1), Json::Float(2.0));
        assert_eq!(narrower("minimum", &one, &two), two);
        assert_eq!(narrower("maxLength", &two, &one), one);
        assert_eq!(narrower("exclusiveMaximum", &one, &two), one);
        assert_eq!(narrower("title", &Json::from("a"), &Json::from("b")), Json::from("a"));
    }
}

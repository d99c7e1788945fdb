//! Shapes of values: what the model of the service says about each member alone.

use super::Rules;
use super::place::Place;
use crate::name::nearest;
use serde_json::Value;

/// What a value must look like.
#[derive(Debug)]
pub(super) enum Shape {
    /// Members, and no others.
    Object(&'static [Member]),
    List(&'static Self),
    /// Any members: rules of their names and of their values.
    Map {
        names: &'static Text,
        values: &'static Text,
    },
    Text(Text),
    /// One of these words.
    Word {
        rule: &'static str,
        words: &'static [&'static str],
    },
    Int {
        rule: &'static str,
        min: i64,
        max: i64,
    },
    /// A number of 0 to 1.
    Share {
        rule: &'static str,
    },
    Bool,
    /// Not looked into.
    Any,
}

/// A text: its length in characters, what it must be made of, and how to say that.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) rule: &'static str,
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) is: fn(&str) -> bool,
    pub(super) like: &'static str,
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) shape: &'static Shape,
}

pub(super) fn check(place: &Place<'_>, shape: &Shape, rules: &mut Rules) {
    match shape {
        Shape::Object(members) => object(place, members, rules),
        Shape::List(items) => {
            if !place.value.is_array() {
                return wrong_type(place, "a list", rules);
            }
            for item in place.items() {
                check(&item, items, rules);
            }
        }
        Shape::Map { names, values } => map(place, names, values, rules),
        Shape::Text(text) => self::text(place, text, rules),
        Shape::Word { rule, words } => match place.text() {
            None => wrong_type(place, "a text", rules),
            Some(found) if words.contains(&found) => {}
            Some(found) => {
                let near = words.iter().find(|word| word.eq_ignore_ascii_case(found)).copied();
                let fix = match near.or_else(|| nearest(found, words.iter().copied())) {
                    Some(near) => format!("write {near}"),
                    None => format!("write one of {}", words.join(", ")),
                };
                rules.refuse(rule, place, format!("`{found}` is none of {}", words.join(", ")), fix);
            }
        },
        Shape::Int { rule, min, max } => match place.int() {
            None => wrong_type(place, "a whole number", rules),
            Some(found) if (*min..=*max).contains(&found) => {}
            Some(found) => {
                let range =
                    if *max == i64::MAX { format!("{min} and more") } else { format!("{min} to {max}") };
                let fix = format!("write {}", if found < *min { min } else { max });
                rules.refuse(rule, place, format!("{found} is outside {range}"), fix);
            }
        },
        Shape::Share { rule } => match place.value.as_f64() {
            None => wrong_type(place, "a number", rules),
            Some(found) if (0.0..=1.0).contains(&found) => {}
            Some(found) => {
                rules.refuse(rule, place, format!("{found} is outside 0 to 1"), "write a number of 0 to 1");
            }
        },
        Shape::Bool if !place.value.is_boolean() => wrong_type(place, "true or false", rules),
        Shape::Bool | Shape::Any => {}
    }
}

fn object(place: &Place<'_>, members: &[Member], rules: &mut Rules) {
    let Some(found) = place.value.as_object() else {
        return wrong_type(place, "an object", rules);
    };
    for name in found.keys().filter(|name| members.iter().all(|member| member.name != name.as_str())) {
        let same = members.iter().find(|member| member.name.eq_ignore_ascii_case(name));
        let near = same.map(|member| member.name).or_else(|| nearest(name, members.iter().map(|m| m.name)));
        let fix = near.map_or("leave it out".to_owned(), |near| format!("write {near}, or leave it out"));
        rules.refuse("firehose-member", &place.get(name), "the API has no such member here", fix);
    }
    for member in members {
        let place = place.get(member.name);
        if place.exists() {
            check(&place, member.shape, rules);
        } else if member.required {
            rules.refuse("firehose-required", &place, "it is missing, and the API requires it", "add it");
        }
    }
}

fn map(place: &Place<'_>, names: &Text, values: &Text, rules: &mut Rules) {
    let Some(members) = place.value.as_object() else {
        return wrong_type(place, "an object", rules);
    };
    for name in members.keys() {
        let place = place.get(name);
        if let Some(problem) = misfit(name, names) {
            rules.refuse(names.rule, &place, format!("the name {problem}"), format!("write {}", names.like));
        }
        text(&place, values, rules);
    }
}

fn text(place: &Place<'_>, text: &Text, rules: &mut Rules) {
    match place.text() {
        None => wrong_type(place, "a text", rules),
        Some(found) => {
            if let Some(problem) = misfit(found, text) {
                rules.refuse(text.rule, place, problem, format!("write {}", text.like));
            }
        }
    }
}

/// What is wrong with a text, if anything.
fn misfit(found: &str, text: &Text) -> Option<String> {
    let len = found.chars().count();
    if !(text.min..=text.max).contains(&len) {
        return Some(format!("has {len} characters, outside {} to {}", text.min, text.max));
    }
    (!(text.is)(found)).then(|| format!("`{}` is not {}", found.escape_debug(), text.like))
}

fn wrong_type(place: &Place<'_>, expected: &str, rules: &mut Rules) {
    let found = match place.value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    rules.refuse(
        "firehose-type",
        place,
        format!("it is {found}, not {expected}"),
        format!("write {expected}"),
    );
}

//! Pairs of schemas that have something to do with each other, and documents that have to do with both.

use lakebed_schema::artifacts::json_schema::{Draft, schema};
use lakebed_schema::{Column, EnumWord, LogicalType, Table};
use lakebed_tests::cases::documents::Random;
use serde_json::{Map, Value, json};

fn pick<'a, T>(random: &mut Random, from: &'a [T]) -> &'a T {
    &from[usize::try_from(random.below(from.len() as u64)).expect("an index")]
}

fn chance(random: &mut Random, one_in: u64) -> bool {
    random.below(one_in) == 0
}

const KEYS: [&str; 4] = ["a", "b", "c", "d e"];
const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
const PATTERNS: [&str; 8] =
    ["^[0-9]+$", "^[0-9]{1,3}$", "^(?:[0-9]|1[0-9])$", "a", "^a", "^[a-c]*$", "^(?:ab?c|x+)$", "^.{2}$"];

fn words(random: &mut Random) -> Value {
    let all =
        [json!("a"), json!("b"), json!("12"), json!(1), json!(2.5), json!(null), json!(true), json!([1])];
    let count = 1 + random.below(3);
    let mut words = Vec::new();
    for _ in 0..count {
        let word = pick(random, &all).clone();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Value::Array(words)
}

/// A keyword with its value, or several that go together.
fn keyword(random: &mut Random, depth: u64) -> Vec<(&'static str, Value)> {
    let small = |random: &mut Random| i64::try_from(random.below(7)).expect("small") - 2;
    let count = |random: &mut Random| json!(random.below(4));
    let deep = depth < 3;
    match random.below(if deep { 22 } else { 13 }) {
        0 => vec![("type", json!(pick(random, &TYPES)))],
        1 => {
            let (one, other) = (random.below(7), 1 + random.below(6));
            let index = |number: u64| TYPES[usize::try_from(number % 7).expect("an index")];
            vec![("type", json!([index(one), index(one + other)]))]
        }
        2 => vec![("enum", words(random))],
        3 => vec![("const", words(random)[0].clone())],
        4 => vec![("minimum", json!(small(random)))],
        5 => vec![("maximum", json!(small(random) + 2))],
        6 => vec![("exclusiveMinimum", json!(small(random)))],
        7 => vec![("exclusiveMaximum", json!(1.5))],
        8 => vec![("multipleOf", json!(1 + random.below(3)))],
        9 => vec![("pattern", json!(pick(random, &PATTERNS)))],
        10 => vec![("minLength", count(random))],
        11 => vec![("maxLength", count(random))],
        12 => vec![("minProperties", json!(random.below(2))), ("maxProperties", json!(1 + random.below(3)))],
        13 => vec![("items", any(random, depth + 1)), ("minItems", json!(random.below(2)))],
        14 => vec![("maxItems", count(random)), ("uniqueItems", json!(true))],
        15 | 16 => {
            let mut members = Map::new();
            for key in KEYS {
                if chance(random, 2) {
                    members.insert(key.to_owned(), any(random, depth + 1));
                }
            }
            let mut out = vec![("properties", Value::Object(members))];
            if chance(random, 3) {
                out.push(("additionalProperties", any(random, depth + 1)));
            }
            if chance(random, 2) {
                out.push(("required", json!([pick(random, &KEYS)])));
            }
            if chance(random, 6) {
                out.push(("patternProperties", json!({"^[ab]": any(random, depth + 1)})));
            }
            out
        }
        17 => vec![("propertyNames", any(random, depth + 1))],
        18 => vec![("not", any(random, depth + 2))],
        19 => vec![("anyOf", json!([any(random, depth + 1), any(random, depth + 1)]))],
        20 => vec![("oneOf", json!([any(random, depth + 1), any(random, depth + 1)]))],
        _ => match random.below(4) {
            0 => vec![("contains", any(random, depth + 1))],
            1 => vec![("dependencies", json!({"a": ["b"], "c": any(random, depth + 1)}))],
            2 => vec![("if", any(random, depth + 1)), ("then", any(random, depth + 1))],
            _ => vec![("allOf", json!([any(random, depth + 1), any(random, depth + 1)]))],
        },
    }
}

fn any(random: &mut Random, depth: u64) -> Value {
    if chance(random, 12) {
        return json!(!chance(random, 3));
    }
    let mut schema = Map::new();
    for _ in 0..=random.below(3) {
        for (name, value) in keyword(random, depth) {
            schema.insert(name.to_owned(), value);
        }
    }
    Value::Object(schema)
}

/// The schema with something added, taken away or put in the place of another.
fn changed(random: &mut Random, schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Value::Object(members) = &mut schema else { return any(random, 1) };
    let names: Vec<String> = members.keys().cloned().collect();
    match random.below(4) {
        0 if !names.is_empty() => drop(members.remove(pick(random, &names))),
        1 if !names.is_empty() => {
            let name = pick(random, &names).clone();
            let old = members[&name].clone();
            members.insert(name, inside(random, &old));
        }
        2 => {
            let (one, other) = (Value::Object(members.clone()), any(random, 2));
            return json!({"anyOf": [one, other]});
        }
        _ => {
            for (name, value) in keyword(random, 2) {
                members.insert(name.to_owned(), value);
            }
        }
    }
    schema
}

/// A value of a keyword, changed within.
fn inside(random: &mut Random, value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            let step = i64::try_from(random.below(3)).expect("small") - 1;
            number.as_i64().map_or(value.clone(), |number| json!((number + step).max(1)))
        }
        Value::Object(members) if members.keys().any(|key| KEYS.contains(&key.as_str())) => {
            let mut members = members.clone();
            let keys: Vec<String> = members.keys().cloned().collect();
            let key = pick(random, &keys).clone();
            let old = members[&key].clone();
            members.insert(key, changed(random, &old));
            Value::Object(members)
        }
        Value::Object(_) => changed(random, value),
        Value::Array(values) if values.len() > 1 && values.iter().all(|value| !value.is_object()) => {
            json!(values[1..])
        }
        other => other.clone(),
    }
}

fn column(random: &mut Random, name: &str) -> Column {
    let word = |word: &str| EnumWord { word: word.to_owned(), aliases: Vec::new() };
    let types = [
        LogicalType::Boolean,
        LogicalType::Int8,
        LogicalType::Int16,
        LogicalType::UInt8,
        LogicalType::Int64,
        LogicalType::Float32,
        LogicalType::Float64,
        LogicalType::Decimal { precision: 5, scale: 2 },
        LogicalType::Decimal { precision: 7, scale: 2 },
        LogicalType::String,
        LogicalType::Date,
        LogicalType::Enum(vec![word("car"), word("truck")]),
        LogicalType::Enum(vec![word("car")]),
        LogicalType::Json,
    ];
    Column { nullable: !chance(random, 3), ..Column::new(name, pick(random, &types).clone()) }
}

/// Schemas of one table before and after a change.
fn tables(random: &mut Random) -> (Value, Value) {
    let columns: Vec<Column> = ["a", "b", "c"].iter().map(|name| column(random, name)).collect();
    let mut other = columns.clone();
    let name = *pick(random, &["a", "b", "c"]);
    match random.below(3) {
        0 => other.retain(|column| column.name != name),
        1 => other.push(column(random, "d")),
        _ => {
            let new = column(random, name);
            other.iter_mut().filter(|column| column.name == name).for_each(|column| *column = new.clone());
        }
    }
    let of = |columns| {
        let text = schema(&Table::new("t", columns), Draft::Draft07).to_text();
        let mut schema: Value = serde_json::from_str(&text).expect("JSON");
        schema.as_object_mut().expect("an object").remove("$schema");
        schema.as_object_mut().expect("an object").remove("$id");
        schema
    };
    (of(columns), of(other))
}

/// A writer and a reader.
pub(super) fn pair(random: &mut Random) -> (Value, Value) {
    let (one, other) = match random.below(3) {
        0 => tables(random),
        1 => (any(random, 0), any(random, 0)),
        _ => {
            let one = any(random, 0);
            let other = changed(random, &one);
            (one, other)
        }
    };
    if chance(random, 2) { (one, other) } else { (other, one) }
}

/// A document that has to do with these schemas.
pub(super) fn document(random: &mut Random, schemas: &[&Value], depth: u64) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1),
        json!(2),
        json!(3),
        json!(4),
        json!(6),
        json!(1.5),
        json!(2.5),
        json!(-0.5),
        json!(127),
        json!(128),
        json!(255),
        json!(256),
        json!(32768),
        json!(99999.994),
        json!(99999.996),
        json!(1e20),
        json!(3.5e38),
        json!(""),
        json!("a"),
        json!("b"),
        json!("ab"),
        json!("abc"),
        json!("ac"),
        json!("xx"),
        json!("12"),
        json!("128"),
        json!("-0"),
        json!("+7"),
        json!("1e3"),
        json!("1.50"),
        json!("12345.678"),
        json!("true"),
        json!("car"),
        json!("truck"),
        json!("2026-11-23"),
        json!("2026-1-2"),
        json!([]),
        json!([1]),
        json!({}),
    ];
    let inner = |keyword: &str| -> Vec<Value> {
        let below = |schema: &&Value| schema.get(keyword).cloned();
        let places = ["anyOf", "allOf", "oneOf"];
        let within = schemas.iter().flat_map(|schema| {
            places
                .iter()
                .filter_map(|place| schema.get(*place)?.as_array())
                .flatten()
                .filter_map(|s| s.get(keyword).cloned())
        });
        schemas.iter().filter_map(below).chain(within).collect()
    };
    // What the schemas say themselves.
    if chance(random, 4) {
        let mut said: Vec<Value> = inner("const");
        said.extend(inner("enum").into_iter().flat_map(|list| list.as_array().cloned().unwrap_or_default()));
        said.extend(
            ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
                .iter()
                .flat_map(|bound| inner(bound)),
        );
        if !said.is_empty() {
            return pick(random, &said).clone();
        }
    }
    let members = inner("properties");
    if depth < 4 && !members.is_empty() && !chance(random, 6) {
        let mut object = Map::new();
        for key in KEYS {
            if chance(random, 4) {
                continue;
            }
            let schemas: Vec<&Value> = members.iter().filter_map(|members| members.get(key)).collect();
            if !schemas.is_empty() || chance(random, 6) {
                object.insert(key.to_owned(), document(random, &schemas, depth + 1));
            }
        }
        return Value::Object(object);
    }
    let items = inner("items");
    if depth < 4 && !items.is_empty() && !chance(random, 4) {
        let items: Vec<&Value> = items.iter().collect();
        return (0..random.below(3)).map(|_| document(random, &items, depth + 1)).collect();
    }
    pick(random, &values).clone()
}

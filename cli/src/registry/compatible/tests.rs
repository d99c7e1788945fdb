//! Pairs of schemas, each with what is refused and where.

use super::differences;
use lakebed_schema::artifacts::json_schema::{Draft, schema};
use lakebed_schema::{Column, EnumWord, LogicalType, Table};
use serde_json::{Value, json};

/// Places and keywords; those that cannot be decided have a question mark.
fn found(writer: &Value, reader: &Value) -> Vec<String> {
    differences(writer, reader)
        .iter()
        .map(|found| {
            let mark = if found.undecided.is_some() { "?" } else { "" };
            format!("{} {}{mark}", found.path, found.keyword)
        })
        .collect()
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

#[test]
fn what_is_wider_takes_what_is_narrower() {
    for (narrow, wide) in [
        (json!(false), json!({"type": "string"})),
        (json!({"type": "integer"}), json!({"type": "number"})),
        (json!({"type": "integer"}), json!({"type": ["integer", "string"]})),
        (json!({"type": ["integer", "string"]}), json!({"anyOf": [{"type": "string"}, {"type": "number"}]})),
        (json!({"type": "integer", "minimum": 0, "maximum": 255}), json!({"type": "integer", "minimum": -1})),
        (json!({"type": "integer", "minimum": 1}), json!({"type": "integer", "exclusiveMinimum": 0})),
        (json!({"type": "integer", "exclusiveMaximum": 10}), json!({"type": "integer", "maximum": 9})),
        (json!({"type": "integer", "exclusiveMaximum": 10}), json!({"type": "integer", "maximum": 9.5})),
        (json!({"type": "integer", "maximum": 10, "exclusiveMaximum": true}), json!({"maximum": 9})),
        (json!({"type": "integer", "multipleOf": 6}), json!({"type": "integer", "multipleOf": 3})),
        (json!({"type": "integer", "multipleOf": 4, "minimum": 1, "maximum": 11}), json!({"enum": [4, 8.0]})),
        (json!({"type": "number", "multipleOf": 2}), json!({"type": "integer"})),
        (json!({"type": "number", "multipleOf": 0.5}), json!({"type": "number", "multipleOf": 0.5})),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["b", "a", "c"]})),
        (json!({"const": {"b": 1, "a": 2.0}}), json!({"enum": [{"a": 2, "b": 1.0}]})),
        (json!({"enum": ["a", "bb"]}), json!({"type": "string", "pattern": "^[a-c]{1,2}$", "maxLength": 2})),
        (json!({"type": "string", "pattern": "^[0-9]{1,3}$"}), json!({"pattern": "^[0-9]*$"})),
        (json!({"type": "string", "pattern": "^[0-9]{1,3}$"}), json!({"maxLength": 3, "minLength": 1})),
        (json!({"type": "string", "pattern": "^ab"}), json!({"pattern": "a"})),
        (json!({"type": "string", "minLength": 2, "maxLength": 2}), json!({"pattern": "^[^]{2}$"})),
        (
            json!({"type": "string", "format": "date", "pattern": "^[0-9-]+$"}),
            json!({"type": "string", "format": "date"}),
        ),
        (json!({"type": "string", "pattern": "(?=a)b"}), json!({"type": "string", "pattern": "(?=a)b"})),
        (json!({"type": "array", "items": {"type": "integer"}}), json!({"items": {"type": "number"}})),
        (json!({"type": "array", "minItems": 1, "maxItems": 2}), json!({"maxItems": 3})),
        (json!({"type": "array", "maxItems": 1}), json!({"uniqueItems": true})),
        (json!({"type": "array", "maxItems": 0}), json!({"items": false})),
        (
            json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
            json!({"contains": {"type": "string"}}),
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            json!({"type": "object", "additionalProperties": {"type": "number"}}),
        ),
        (
            json!({"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}}),
            json!({"type": "object", "propertyNames": {"pattern": "^[a-z]"}}),
        ),
        (json!({"type": "object", "maxProperties": 1}), json!({"maxProperties": 2})),
        (json!({"type": "object", "required": ["a", "b"]}), json!({"minProperties": 2})),
        (
            json!({"properties": {"a": {"type": "integer"}}, "required": ["a"], "type": "object"}),
            json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}),
        ),
        (
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            json!({"not": {"required": ["a", "b"]}}),
        ),
        (
            json!({"properties": {"x": {"$ref": "#/definitions/n"}}, "definitions": {"n": {"type": "integer"}}}),
            json!({"properties": {"x": {"$ref": "#/definitions/m"}}, "definitions": {"m": {"type": "number"}}}),
        ),
        (
            json!({"type": "object", "properties": {"a": {}, "b": {}}, "dependencies": {"a": ["b"]}, "required": ["a"]}),
            json!({"required": ["b"]}),
        ),
        (
            json!({"properties": {"k": {"const": 1}, "v": {"type": "integer"}}, "required": ["k"]}),
            json!({"if": {"properties": {"k": {"const": 1}}}, "then": true, "else": false}),
        ),
        (
            json!({"type": "object", "patternProperties": {"^a": {"type": "integer"}}}),
            json!({"type": "object"}),
        ),
    ] {
        assert_eq!(found(&narrow, &wide), [""; 0], "{narrow} in {wide}");
        assert_eq!(found(&wide, &wide), [""; 0], "{wide}");
    }
}

#[test]
fn what_is_refused_is_named_with_its_place() {
    for (writer, reader, expected) in [
        (json!({"type": "number"}), json!({"type": "integer"}), vec!["$ type"]),
        (json!({"type": ["integer", "null"]}), json!({"type": "integer"}), vec!["$ type"]),
        (json!({}), json!({"type": "object"}), vec!["$ type"]),
        (
            json!({"type": "integer", "minimum": 0, "maximum": 300}),
            json!({"minimum": 1, "maximum": 255}),
            vec!["$ maximum", "$ minimum"],
        ),
        (json!({"minimum": 0}), json!({"exclusiveMinimum": 0}), vec!["$ exclusiveMinimum"]),
        (json!({"type": "integer"}), json!({"multipleOf": 2}), vec!["$ multipleOf"]),
        (json!({"type": "string"}), json!({"type": "string", "maxLength": 3}), vec!["$ maxLength"]),
        (json!({"type": "string"}), json!({"minLength": 1}), vec!["$ minLength"]),
        (json!({"pattern": "^a"}), json!({"pattern": "^ab"}), vec!["$ pattern"]),
        (json!({"enum": ["a", "b"]}), json!({"enum": ["a"]}), vec!["$ enum"]),
        (json!({"enum": ["a", "b"]}), json!({"const": "a"}), vec!["$ const"]),
        (json!({"type": "array"}), json!({"items": {"type": "string"}}), vec!["$[] items"]),
        (
            json!({"type": "array", "items": {"type": ["string", "null"]}}),
            json!({"items": {"type": "string"}}),
            vec!["$[] type"],
        ),
        (json!({"type": "array"}), json!({"maxItems": 1, "minItems": 1}), vec!["$ maxItems", "$ minItems"]),
        (json!({"type": "array"}), json!({"uniqueItems": true}), vec!["$ uniqueItems"]),
        (json!({"type": "array"}), json!({"contains": {"type": "null"}}), vec!["$ contains"]),
        (object(json!({"a": {}})), json!({"required": ["a", "b"]}), vec!["$.a required", "$.b required"]),
        (
            object(json!({"a": {"type": "integer"}, "b c": {"type": "string"}})),
            object(json!({"a": {"type": "string"}, "b c": {"type": "null"}})),
            vec!["$.a type", "$[\"b c\"] type"],
        ),
        (
            object(json!({"a": object(json!({"b": {"type": "array", "items": {"maximum": 3}}}))})),
            object(json!({"a": object(json!({"b": {"items": {"maximum": 2}}}))})),
            vec!["$.a.b[] maximum"],
        ),
        (
            object(json!({"a": {}, "b": {}})),
            json!({"properties": {"a": {}}, "additionalProperties": false}),
            vec!["$ additionalProperties"],
        ),
        (
            json!({"type": "object", "additionalProperties": {"type": "number"}}),
            json!({"additionalProperties": {"type": "integer"}}),
            vec!["$.* type"],
        ),
        (json!({"type": "object"}), json!({"propertyNames": {"maxLength": 3}}), vec!["$ propertyNames"]),
        (json!({"type": "object"}), json!({"maxProperties": 3}), vec!["$ maxProperties"]),
        (json!({"type": "object"}), json!({"minProperties": 1}), vec!["$ minProperties"]),
        (json!({"type": "object"}), json!({"patternProperties": {"^x": false}}), vec!["$ patternProperties"]),
        (object(json!({"a": {}, "b": {}})), json!({"dependencies": {"a": ["b"]}}), vec!["$ dependencies"]),
        (json!({"type": "integer"}), json!({"not": {"const": 3}}), vec!["$ not"]),
        (
            json!({"type": "object", "properties": {"a": {}, "b": {}}}),
            json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}),
            vec!["$ oneOf"],
        ),
        (
            json!({"anyOf": [{"type": "integer"}, {"enum": ["", "x"]}]}),
            json!({"anyOf": [{"type": "integer"}, {"enum": [""]}]}),
            vec!["$ anyOf"],
        ),
        (
            json!({"properties": {"x": {"$ref": "#/definitions/n"}}, "definitions": {"n": {"type": "number"}}}),
            json!({"properties": {"x": {"$ref": "#/definitions/m"}}, "definitions": {"m": {"type": "integer"}}}),
            vec!["$.x type"],
        ),
        // An object of which nothing is declared may hold anything; one with declared keys holds those.
        (json!({"type": "object"}), object(json!({"a": {"type": "integer"}})), vec!["$.a properties"]),
        (json!({"type": "integer"}), json!(false), vec!["$ schema"]),
    ] {
        assert_eq!(found(&writer, &reader), expected, "{writer} in {reader}");
    }
}

#[test]
fn what_cannot_be_decided_is_said() {
    let recursive =
        |ty: &str| json!({"type": "object", "properties": {"next": {"$ref": "#"}, "value": {"type": ty}}});
    for (writer, reader, expected) in [
        (json!({"type": "string"}), json!({"format": "date"}), "$ format?"),
        (json!({"type": "string"}), json!({"pattern": "(?=a)b"}), "$ pattern?"),
        (json!({"type": "number", "multipleOf": 0.1}), json!({"multipleOf": 0.01}), "$ multipleOf?"),
        (json!({"type": "array"}), json!({"items": [{"type": "string"}]}), "$ items?"),
        (json!({"type": "integer"}), json!({"$ref": "other.json"}), "$ $ref?"),
        (json!({"type": "integer"}), json!({"minimum": "x"}), "$ minimum?"),
        (json!({}), json!({"$schema": "https://json-schema.org/draft/2020-12/schema"}), "$ $schema?"),
    ] {
        assert_eq!(found(&writer, &reader), [expected], "{writer} in {reader}");
    }
    assert_eq!(found(&recursive("integer"), &recursive("integer")), [""; 0]);
    let said = found(&recursive("integer"), &recursive("number"));
    assert!(!said.is_empty(), "{said:?}");
}

fn generated(columns: Vec<Column>) -> Value {
    let text = schema(&Table::new("orders", columns), Draft::Draft07).to_text();
    serde_json::from_str(&text).expect("JSON")
}

fn column(name: &str, ty: LogicalType) -> Column {
    Column { nullable: true, ..Column::new(name, ty) }
}

/// The evolutions that tables see, by the schemas that are made of them.
#[test]
fn evolutions_of_tables() {
    let word = |word: &str| EnumWord { word: word.to_owned(), aliases: Vec::new() };
    let words = |list: &[&str]| LogicalType::Enum(list.iter().map(|text| word(text)).collect());
    let only = |ty: LogicalType| generated(vec![column("a", ty)]);
    let none: [&str; 0] = [];

    let one = generated(vec![column("a", LogicalType::Int32)]);
    let two = generated(vec![column("a", LogicalType::Int32), column("b", LogicalType::String)]);
    assert_eq!(found(&one, &two), none, "an optional column is added");
    assert_eq!(found(&two, &one), none, "an optional column is removed");
    let must = generated(vec![column("a", LogicalType::Int32), Column::new("b", LogicalType::String)]);
    assert_eq!(found(&one, &must), ["$.b required"]);
    assert_eq!(found(&must, &one), none);
    assert_eq!(found(&two, &must), ["$.b required", "$.b type"]);

    for (narrow, wide) in [
        (LogicalType::Int8, LogicalType::Int16),
        (LogicalType::UInt8, LogicalType::Int16),
        (LogicalType::Int16, LogicalType::Int32),
        (LogicalType::UInt32, LogicalType::Int64),
        (LogicalType::Int32, LogicalType::Int64),
        (LogicalType::Int64, LogicalType::Float64),
        (LogicalType::Float32, LogicalType::Float64),
        (LogicalType::Decimal { precision: 9, scale: 2 }, LogicalType::Decimal { precision: 12, scale: 3 }),
        (LogicalType::Int64, LogicalType::String),
        (LogicalType::Boolean, LogicalType::String),
        (words(&["car"]), words(&["car", "truck"])),
        (words(&["car"]), LogicalType::String),
        (LogicalType::String, LogicalType::Json),
    ] {
        let (narrow_schema, wide_schema) = (only(narrow.clone()), only(wide.clone()));
        assert_eq!(found(&narrow_schema, &wide_schema), none, "{narrow:?} to {wide:?}");
        let back = differences(&wide_schema, &narrow_schema);
        let equal = matches!((&narrow, &wide), (LogicalType::String, LogicalType::Json));
        assert_eq!(back.is_empty(), equal, "{wide:?} to {narrow:?}: {back:?}");
        assert!(back.iter().all(|found| found.path.to_string() == "$.a"), "{back:?}");
        assert!(back.iter().all(|found| found.example.is_some()), "{back:?}");
    }
}

#[test]
fn an_example_is_what_the_reader_refuses() {
    let narrow = generated(vec![column("speed", LogicalType::UInt8)]);
    let wide = generated(vec![column("speed", LogicalType::UInt16)]);
    let found = differences(&wide, &narrow);
    let shown: Vec<_> = found.iter().map(|found| (found.keyword.as_str(), found.example.clone())).collect();
    assert_eq!(shown, [("maximum", Some(json!(256))), ("pattern", Some(json!("256")))]);
    assert_eq!(found[0].writer, Some(json!(65535)));
    assert_eq!(found[0].reader, json!(255));
}

#[test]
fn schemas_that_hold_themselves_come_to_an_end() {
    let tree = |value: Value| {
        let node = json!({"properties": {
            "l": {"$ref": "#/definitions/n"}, "r": {"$ref": "#/definitions/n"}, "value": value,
        }});
        json!({"definitions": {"n": node}, "$ref": "#/definitions/n"})
    };
    let same = json!({"description": "The same."});
    assert_eq!(found(&tree(same), &tree(json!({}))).iter().filter(|found| !found.ends_with('?')).count(), 0);
    let narrower = found(&tree(json!({"type": "number"})), &tree(json!({"type": "integer"})));
    assert!(narrower.contains(&"$.value type".to_owned()), "{narrower:?}");

    // Each of these holds all of them, in place and further in.
    let names: Vec<String> = (0..3).map(|number| format!("n{number}")).collect();
    let to = |name: &String| json!({"$ref": format!("#/definitions/{name}")});
    let many = |value: &Value| {
        let node = |_: &String| {
            let members: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), to(name))).collect();
            json!({
                "properties": members,
                "allOf": names.iter().map(to).collect::<Vec<_>>(),
                "additionalProperties": value,
            })
        };
        let nodes: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), node(name))).collect();
        json!({"definitions": nodes, "$ref": "#/definitions/n0"})
    };
    let wide = many(&json!({"type": "number"}));
    assert!(!found(&wide, &many(&json!({"type": "string"}))).is_empty());

    // No schema holds itself, and there are 2^28 ways through them.
    let chain = |last: Value| {
        let link = |number: u32| {
            let next = json!({"$ref": format!("#/definitions/{}", number + 1)});
            json!({"properties": {"a": next, "b": next}})
        };
        let mut links: serde_json::Map<_, _> =
            (0..28).map(|number| (number.to_string(), link(number))).collect();
        links.insert("28".to_owned(), last);
        json!({"definitions": links, "$ref": "#/definitions/0"})
    };
    let (narrow, wide) = (chain(json!({"type": "integer"})), chain(json!({"type": "number"})));
    assert_eq!(found(&narrow, &wide), [""; 0]);
    assert!(!found(&wide, &narrow).is_empty());
}

use super::{from_json_schema, is_schema, read};
use crate::artifacts::json_schema::{Draft, schema};
use crate::hive_type::hive_type;
use crate::import::samples::Inferred;
use crate::json::Json;
use crate::table::{Rules, Table, TimeFormat};

fn import(text: &str) -> Inferred {
    let json = read(text).unwrap_or_else(|finding| panic!("{finding}"));
    from_json_schema(&json, Some("t")).unwrap_or_else(|findings| panic!("{findings}"))
}

/// Type of the property `a`, with `?` when it may be null.
fn of(property: &str) -> String {
    let text = format!(
        "{{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{{\"a\":{property}}},\"$defs\":{{\"n\":{{\"type\":[\"integer\",\"null\"],\"maximum\":9,\"minimum\":0}}}}}}"
    );
    let column = import(&text).table.columns.remove(0);
    format!("{}{}", hive_type(&column.ty), if column.nullable { "?" } else { "" })
}

#[test]
fn types_are_never_narrower_than_the_schema() {
    for (property, expected) in [
        (r#"{"type": "boolean"}"#, "boolean"),
        (r#"{"type": ["string", "null"]}"#, "string?"),
        (r#"{"type": "integer"}"#, "bigint"),
        (r#"{"type": "integer", "format": "int32"}"#, "int"),
        (r#"{"type": "integer", "minimum": -128, "maximum": 127}"#, "tinyint"),
        (r#"{"type": "integer", "minimum": -128, "maximum": 128}"#, "smallint"),
        (r#"{"type": "integer", "minimum": 0, "exclusiveMaximum": 256}"#, "smallint"),
        (r#"{"type": "integer", "minimum": 0}"#, "bigint"),
        (r#"{"type": "integer", "minimum": 0, "maximum": 18446744073709551615}"#, "decimal(38,0)"),
        (r#"{"type": ["integer", "number"]}"#, "double"),
        (r#"{"type": "number", "format": "float"}"#, "float"),
        (r#"{"type": "string", "format": "date-time"}"#, "timestamp"),
        (r#"{"type": "string", "format": "date"}"#, "date"),
        (r#"{"type": "string", "contentEncoding": "base64"}"#, "binary"),
        (r#"{"enum": ["a", "b", null]}"#, "string?"),
        (r#"{"enum": [1, 300]}"#, "int"),
        (r#"{"oneOf": [{"const": "a"}, {"const": "b"}]}"#, "string"),
        (r##"{"$ref": "#/$defs/n"}"##, "smallint?"),
        (r##"{"anyOf": [{"$ref": "#/$defs/n"}, {"type": "null"}]}"##, "smallint?"),
        (r#"{"allOf": [{"type": "integer", "minimum": 0}, {"maximum": 9}]}"#, "smallint"),
        (r#"{"type": "array", "items": {"type": "string"}}"#, "array<string>"),
        (r#"{"type": "array"}"#, "string"),
        (r#"{"type": "object", "additionalProperties": {"type": "number"}}"#, "map<string,double>"),
        (r#"{"type": "object", "patternProperties": {"^x": {"type": "boolean"}}}"#, "map<string,boolean>"),
        (r#"{"type": "object", "properties": {"B": {"type": "string"}}}"#, "struct<b:string>"),
        (r#"{"type": "object"}"#, "string"),
        ("{}", "string"),
        ("true", "string"),
        (r#"{"type": "null"}"#, "string?"),
    ] {
        assert_eq!(of(property), expected, "{property}");
    }
}

#[test]
fn what_no_column_can_be_is_named_with_its_place() {
    let text = r##"{"type": "object", "properties": {
        "union": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "types": {"type": ["string", "integer"]},
        "tuple": {"type": "array", "prefixItems": [{}, {}]},
        "mixed": {"enum": ["a", 1]},
        "again": {"type": "object", "properties": {"next": {"$ref": "#"}}},
        "gone": {"$ref": "#/$defs/none"},
        "good": {"type": "string"}
    }}"##;
    let findings = from_json_schema(&read(text).unwrap(), Some("t")).unwrap_err();
    let found: Vec<_> = findings.0.iter().map(|finding| (finding.rule, finding.place.as_str())).collect();
    assert_eq!(
        found,
        [
            ("import-json-schema-union", "schema at #/properties/union/oneOf"),
            ("import-json-schema-union", "schema at #/properties/types/type"),
            ("import-json-schema-tuple", "schema at #/properties/tuple"),
            ("import-json-schema-union", "schema at #/properties/mixed"),
            ("import-json-schema-recursive", "schema at #/properties/again/properties/next"),
            ("import-json-schema-ref", "schema at #/properties/gone/$ref"),
        ],
        "{findings}"
    );
    assert_eq!(read("{").unwrap_err().place, "line 1, column 1");
}

#[test]
fn bounds_and_texts_come_along() {
    let found = import(
        r#"{"type": "object", "description": "A visit.", "properties": {
            "speedLimit": {"type": "integer", "minimum": 0, "maximum": 120, "description": "km/h", "examples": [50]},
            "at": {"type": "string", "format": "date-time"},
            "codes": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^a"}}
        }}"#,
    );
    let [speed, at, codes] = found.table.columns.as_slice() else { panic!("three columns") };
    assert_eq!((speed.name.as_str(), speed.comment.as_deref()), ("speed_limit", Some("km/h")));
    assert_eq!(speed.schema.own.get("maximum"), Some(&Json::Int(120)));
    assert_eq!(at.rules, Rules { time: vec![TimeFormat::Rfc3339], ..Rules::default() });
    assert!(codes.schema.items.as_ref().is_some_and(|items| items.own.contains_key("pattern")));
    assert_eq!(found.table.comment.as_deref(), Some("A visit."));
}

#[test]
fn our_own_schemas_give_back_their_types() {
    let contract = include_str!("../../../../contracts/traffic_measurement.lakebed.json");
    let table = Table::from_contract(contract).unwrap();
    for draft in [Draft::Draft202012, Draft::Draft07] {
        let json = read(&schema(&table, draft).to_text()).unwrap();
        assert!(is_schema(&json));
        let found = from_json_schema(&json, None).unwrap_or_else(|findings| panic!("{findings}")).table;
        assert_eq!((&found.name, &found.comment), (&table.name, &table.comment));
        let shape = |table: &Table| -> Vec<_> {
            let shape = |column: &crate::Column| {
                (column.key.clone(), column.ty.clone(), column.nullable, column.comment.clone())
            };
            table.columns.iter().map(shape).collect()
        };
        assert_eq!(shape(&found), shape(&table));
    }
}

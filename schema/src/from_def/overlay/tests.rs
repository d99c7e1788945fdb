#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use crate::def::{ColumnDef, ElementDef, Member, SchemaFn, TableDef, TypeDef};
use crate::json::Json;
use crate::{Keywords, Table};

const ITEM: &[Member] = &[Member::Column(ColumnDef::new("weight", "Weight", TypeDef::Float64, true))];
const MEMBERS: &[Member] = &[
    Member::Column(ColumnDef::new("speed", "snelheid", TypeDef::UInt8, true)),
    Member::Column(ColumnDef::new("name", "name", TypeDef::String, false)),
    Member::Column(ColumnDef::new(
        "parts",
        "parts",
        TypeDef::List { element: &ElementDef { ty: TypeDef::Struct(ITEM), nullable: false }, length: None },
        false,
    )),
    Member::Column(ColumnDef::new(
        "counts",
        "counts",
        TypeDef::Map { key: &TypeDef::Int32, value: &ElementDef { ty: TypeDef::Int32, nullable: false } },
        false,
    )),
];

fn json(text: &str) -> Json {
    Json::from(&serde_json::from_str::<serde_json::Value>(text).unwrap())
}

fn table(schema: fn() -> Json) -> Result<Table, String> {
    let def = TableDef { json_schema: Some(SchemaFn(schema)), ..TableDef::new("t", MEMBERS) };
    Table::try_from(&def).map_err(|problems| problems.to_string())
}

fn own(keywords: &Keywords) -> String {
    serde_json::to_string(keywords).unwrap()
}

/// References, `allOf`, the `anyOf` of an option, lists, maps with number keys, nested records.
#[test]
fn keywords_are_found_wherever_they_stand() {
    let table = table(|| {
        json(
            r##"{"properties": {
                "snelheid": {"anyOf": [{"$ref": "#/$defs/a~1b"}, {"type": "null"}], "maximum": 250, "default": 7},
                "name": {"allOf": [{"minLength": 2, "pattern": "^a"}, {"minLength": 3, "title": "Name"}]},
                "parts": {"maxItems": 4, "items": {"$ref": "#/$defs/part"}},
                "counts": {"patternProperties": {"^-?\\d+$": {"minimum": 1, "maximum": 2147483647}}}},
              "$defs": {"a/b": {"minimum": 0, "maximum": 200, "format": "uint8", "examples": [90]},
                "part": {"properties": {"Weight": {"exclusiveMinimum": 0, "x-own": 1}}}}}"##,
        )
    })
    .unwrap();
    assert_eq!(own(&table.columns[0].schema), r#"{"examples":[90],"maximum":200}"#);
    assert_eq!(own(&table.columns[1].schema), r#"{"minLength":3,"pattern":"^a","title":"Name"}"#);
    assert_eq!(own(&table.columns[2].schema), r#"{"maxItems":4}"#);
    let crate::LogicalType::List { element, .. } = &table.columns[2].ty else { panic!("a list") };
    let crate::LogicalType::Struct { columns } = &element.ty else { panic!("a record") };
    assert_eq!(own(&columns[0].schema), r#"{"exclusiveMinimum":0}"#);
    assert_eq!(own(&table.columns[3].schema), r#"{"additionalProperties":{"minimum":1}}"#);

    let read = Table::from_contract(&table.to_contract()).unwrap();
    assert_eq!(read, table);
    assert_eq!(read.to_contract(), table.to_contract());
}

#[test]
fn a_schema_that_says_nothing_changes_nothing() {
    let plain = Table::try_from(&TableDef::new("t", MEMBERS)).unwrap();
    for schema in
        [|| Json::Bool(true), || json(r##"{"$ref": "#"}"##), || json(r##"{"allOf": [{"$ref": "#"}]}"##)]
    {
        assert_eq!(table(schema).unwrap(), plain);
    }
    assert!(!plain.to_contract().contains("schema"));
}

#[test]
fn another_name_than_serdes_is_told() {
    let found =
        table(|| json(r#"{"properties": {"speed": {}, "parts": {"items": {"properties": {"w": {}}}}}}"#));
    let found = found.unwrap_err();
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 2, "{found}");
    assert!(lines[0].starts_with(
        "table `t`: the type's own JSON Schema has the property `speed`, which is no JSON key of this record: give"
    ));
    assert!(
        lines[1].starts_with("column `parts`: the type's own JSON Schema has the property `w`"),
        "{found}"
    );
}

#[test]
fn a_contract_takes_no_other_keywords() {
    let plain = Table::try_from(&TableDef::new("t", MEMBERS)).unwrap().to_contract();
    let with = |schema: &str| {
        let text =
            plain.replacen(r#""nullable": true"#, &format!(r#""nullable": true, "schema": {schema}"#), 1);
        Table::from_contract(&text).map_err(|error| error.to_string())
    };
    assert_eq!(own(&with(r#"{"maximum": 200.5}"#).unwrap().columns[0].schema), r#"{"maximum":200.5}"#);
    let errors = [
        (r#"{"maximun": 1}"#, "`maximun` is no member of a contract here: write `maximum`"),
        (r#"{"maximum": 1, "maximum": 2}"#, "`maximum` stands here twice"),
        (
            r#"{"maximum": "1"}"#,
            "the JSON Schema keyword `maximum` on uint8 is not as it should be (a number)",
        ),
        (r#"{"pattern": "a"}"#, "`pattern` on uint8 is not as it should be (for texts)"),
        (r#"{"items": {"maximum": 1}}"#, "`items` on uint8 is not as it should be (for lists)"),
    ];
    for (schema, expected) in errors {
        let error = with(schema).unwrap_err();
        assert!(error.contains(expected), "{schema}: {error}");
    }
}

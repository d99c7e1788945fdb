use super::*;
use crate::artifacts::Content;
use crate::{
    Column, Element, Keywords, Layout, LogicalType, Partition, PartitionBy, Rules, Scalar, TimeFormat,
};

fn property(column: Column) -> String {
    let table = Table::new("t", vec![column]);
    let schema = schema(&table, Draft::Draft202012);
    let Some(Json::Object(properties)) = schema.get("properties") else { panic!("{schema:?}") };
    serde_json::to_string(&properties[0].1).unwrap()
}

fn keywords<const N: usize>(own: [(&str, Json); N]) -> Keywords {
    let own = own.into_iter().map(|(keyword, value)| (keyword.to_owned(), value)).collect();
    Keywords { own, ..Keywords::default() }
}

#[test]
fn what_people_read_comes_with_the_schema() {
    let mut column = Column::new("speed", LogicalType::UInt8);
    column.comment = Some("Speed, km/h.".into());
    column.schema = keywords([
        ("title", Json::from("Speed")),
        ("examples", Json::list([88])),
        ("deprecated", Json::from(true)),
    ]);
    assert_eq!(
        property(column.clone()),
        concat!(
            r#"{"title":"Speed","description":"Speed, km/h.","type":["integer","string"],"minimum":0,"maximum":255,"#,
            r#""pattern":"^(?:\\+?0*(?:[0-9]{1,2}|1[0-9]{2}|2[0-4][0-9]|25[0-5])|-0*0)$","examples":[88],"deprecated":true}"#
        )
    );
    let older = schema(&Table::new("t", vec![column]), Draft::Draft07);
    assert!(!older.to_text().contains("deprecated"));
    assert_eq!(older.get("$schema").and_then(Json::as_text), Some("http://json-schema.org/draft-07/schema#"));
    assert_eq!(older.get("$id").and_then(Json::as_text), Some("urn:lakebed:table:t:draft-07"));
}

/// Sentinels stand beside bounds that leave them out, and only then.
#[test]
fn sentinels_beside_bounds() {
    let mut column = Column { nullable: true, ..Column::new("speed", LogicalType::UInt8) };
    column.rules.null_if = vec![Scalar::Int(252), Scalar::Text("n/a".into())];
    assert!(property(column.clone()).ends_with(r#"{"enum":["n/a"]}]}"#));
    column.schema = keywords([("exclusiveMaximum", Json::Float(99.5)), ("minimum", Json::Int(-4))]);
    assert_eq!(
        property(column),
        concat!(
            r#"{"anyOf":[{"type":["integer","string","null"],"minimum":0,"maximum":99,"#,
            r#""pattern":"^(?:\\+?0*[0-9]{1,2}|-0*0)$"},{"enum":["n/a"]},{"enum":[252]},"#,
            r#"{"type":"string","pattern":"^(?:\\+?0*252)$"}]}"#
        )
    );
}

#[test]
fn bounds_that_leave_nothing() {
    let mut column = Column::new("speed", LogicalType::UInt8);
    column.schema = keywords([("minimum", Json::Int(300))]);
    assert_eq!(property(column), r#"{"not":{}}"#);
}

#[test]
fn keywords_of_texts_lists_and_maps() {
    let mut name = Column::new("name", LogicalType::String);
    name.schema = keywords([("pattern", Json::from("^a")), ("maxLength", Json::Int(9))]);
    assert_eq!(
        property(name),
        r#"{"type":["number","string","boolean","array","object"],"maxLength":9,"pattern":"^a"}"#
    );
    let element = |ty| Box::new(Element { ty, nullable: false });
    let mut list =
        Column::new("list", LogicalType::List { element: element(LogicalType::Float64), length: None });
    list.schema = keywords([("minItems", Json::Int(2)), ("uniqueItems", Json::from(true))]);
    list.schema.items = keywords([("minimum", Json::Int(0))]).boxed();
    let list = property(list);
    // No lone value is a list of two.
    assert!(
        list.starts_with(r#"{"type":"array","items":{"type":["number","string"],"minimum":0,"#),
        "{list}"
    );
    assert!(list.ends_with(r#""minItems":2,"uniqueItems":true}"#), "{list}");
    let key = Box::new(LogicalType::String);
    let mut map = Column::new("map", LogicalType::Map { key, value: element(LogicalType::Boolean) });
    map.schema = keywords([("minProperties", Json::Int(1))]);
    map.schema.values = keywords([("title", Json::from("On"))]).boxed();
    let map = property(map);
    assert!(
        map.starts_with(
            r#"{"type":"object","additionalProperties":{"title":"On","type":["string","boolean"]"#
        ),
        "{map}"
    );
    assert!(map.ends_with(r#""minProperties":1}"#), "{map}");
}

/// A key in two spellings, and a column that partitions need though its type is an option.
#[test]
fn required_keys() {
    let mut id = Column::new("id", LogicalType::Int32);
    id.aliases = vec!["ID_".into()];
    let mut at = Column { nullable: true, ..Column::new("at", LogicalType::Date) };
    at.rules = Rules { time: vec![TimeFormat::Pattern("yyyyMMdd".into())], ..Rules::default() };
    let free = Column { nullable: true, aliases: vec!["F".into()], ..Column::new("free", LogicalType::Json) };
    let mut table = Table::new("t", vec![id, at, free]);
    let layout = Layout::parse("day={yyyy-MM-dd}", Some("at")).unwrap();
    table.partitions = vec![Partition { by: PartitionBy::Column("at".into()), layout, null: None }];
    let end = |table: &Table| {
        let text = serde_json::to_string(&schema(table, Draft::Draft202012)).unwrap();
        text.split_once(r#""required":"#).map_or(text.clone(), |(_, end)| end.to_owned())
    };
    assert_eq!(
        end(&table),
        r#"["at"],"allOf":[{"oneOf":[{"required":["id"]},{"required":["ID_"]}]},{"not":{"required":["free","F"]}}]}"#
    );
    table.partitions[0].null = Some("none".into());
    assert!(end(&table).starts_with(r#"["id"]}"#), "{}", end(&table));
}

#[test]
fn notes_are_about_the_table() {
    let mut table = Table::new("t", vec![Column::new("a", LogicalType::Decimal { precision: 5, scale: 2 })]);
    let notes = |table: &Table| JsonSchema.render(&WIRE, table, &Target::default()).unwrap().unwrap().notes;
    assert_eq!(notes(&table).len(), 2);
    table.columns[0].schema = keywords([("maximum", Json::Int(90))]);
    table.records = vec!["data/points".into()];
    table.xml_json = true;
    let all = notes(&table).join("\n");
    assert!(
        all.contains("data/points") && all.contains("lists of one") && all.contains("own JsonSchema"),
        "{all}"
    );
    assert!(all.contains("numbers in quotes"), "{all}");
}

#[test]
fn the_registry_has_a_limit() {
    let column = |index: usize| {
        let name = format!("c{index}");
        Column { comment: Some("x".repeat(1000)), ..Column::new(name, LogicalType::Boolean) }
    };
    let mut table = Table::new("t", (0..200).map(column).collect());
    let findings = JsonSchema.render(&DRAFT_07, &table, &Target::default()).unwrap_err();
    assert_eq!(findings.0[0].rule, "schema-registry-size");
    assert_eq!(findings.0[0].place, "table `t`");
    let wire = JsonSchema.render(&WIRE, &table, &Target::default()).unwrap().unwrap();
    assert!(matches!(wire.content, Content::Json(_)));
    assert!(check_size(&table, MAX_REGISTRY_CHARACTERS).is_ok());
    assert!(check_size(&table, MAX_REGISTRY_CHARACTERS + 1).is_err());
    table.columns.truncate(100);
    assert!(JsonSchema.render(&DRAFT_07, &table, &Target::default()).is_ok());
}

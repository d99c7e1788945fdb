use super::{Inferred, SampleOptions, Samples, infer};
use crate::hive_type::hive_type;
use crate::table::TimeFormat;

fn inferred(text: &str) -> Inferred {
    let samples = Samples::of(text);
    let options = SampleOptions { name: "t".into(), ..SampleOptions::default() };
    infer(&samples, &options).unwrap_or_else(|findings| panic!("{findings}"))
}

/// Type of the column `a`, with `?` when it may be null.
fn of(text: &str) -> String {
    let inferred = inferred(text);
    let column = inferred.table.column("a").expect("a column `a`");
    format!("{}{}", hive_type(&column.ty), if column.nullable { "?" } else { "" })
}

#[test]
fn no_type_is_narrower_than_what_was_seen() {
    for (values, expected) in [
        (&["1", "-5"][..], "bigint"),
        (&["9223372036854775807"], "bigint"),
        (&["9223372036854775808"], "decimal(38,0)"),
        (&["123456789012345678901234567890123456789"], "string"),
        (&["1", "2.5"], "double"),
        (&["1e300"], "double"),
        (&["1e400"], "string"),
        (&["9007199254740993", "0.5"], "decimal(38,1)"),
        (&["0.1234567890123456789"], "decimal(38,19)"),
        (&["true", "null"], "boolean?"),
        (&["null"], "string?"),
        (&["\"x\"", "1"], "string"),
        (&["true", "1"], "string"),
        (&["\"12\"", "\"-3.5\""], "string"),
        (&["\"2026-11-23T08:15:00+01:00\""], "timestamp"),
        (&["\"2026-11-23\"", "\"\""], "string"),
        (&["\"2026-11-23\""], "date"),
        (&["\"2026-11-23T08:15:00Z\"", "1588065065"], "timestamp"),
        (&["\"2026-11-23T08:15:00Z\"", "7"], "string"),
        (&["[1, null]", "[]"], "array<bigint>"),
        (&["[]"], "array<string>"),
        (&["[1]", "2.5"], "array<double>"),
        (&["[[1]]", "2"], "string"),
        (&["{\"b\": 1}", "{\"b\": null, \"c\": \"x\"}"], "struct<b:bigint,c:string>"),
        (&["{\"1\": 1, \"2\": 2}"], "map<string,bigint>"),
        (&["{}"], "string"),
        (&["[{}, 1]", "[{\"b\": 1}]"], "string"),
        (&["{}", "\"x\""], "string"),
        (&["{\"b\": 1}", "\"x\""], "string"),
        (&["{\"b\": 1, \"B\": 2}"], "string"),
    ] {
        let text: String = values.iter().map(|value| format!("{{\"a\":{value}}}\n")).collect();
        assert_eq!(of(&text), expected, "{values:?}");
    }
}

#[test]
fn what_is_missing_somewhere_is_optional_and_keys_become_names() {
    let found =
        inferred(r#"{"carSpeed": 1, "Point-Id": "x"} {"carSpeed": 2, "has blank": 1} {"CARSPEED": 3}"#);
    let columns: Vec<_> =
        found.table.columns.iter().map(|c| (c.name.as_str(), c.key.as_str(), c.nullable)).collect();
    assert_eq!(columns, [("car_speed", "carSpeed", false), ("point_id", "Point-Id", true)]);
    assert!(found.notes.iter().any(|note| note.contains("has blank")), "{:?}", found.notes);
    assert!(found.guesses.iter().any(|guess| guess.text.contains("CARSPEED")), "{:?}", found.guesses);
}

#[test]
fn times_keep_the_digits_and_the_spelling_that_was_seen() {
    let found = inferred(r#"{"at": "2026-11-23T08:15:00.123456Z"}"#);
    let column = &found.table.columns[0];
    assert_eq!(column.rules.time, [TimeFormat::Rfc3339]);
    assert!(format!("{:?}", column.ty).contains("Micros"));
    assert!(found.notes.iter().any(|note| note.contains("partition(by = at")), "{:?}", found.notes);
}

#[test]
fn records_inside_documents() {
    let samples = Samples::of(r#"{"miv": {"at": "x", "point": [{"a": 1}, {"a": 2.5}]}}"#);
    let mut options = SampleOptions { name: "t".into(), ..SampleOptions::default() };
    let whole = infer(&samples, &options).unwrap();
    assert!(whole.notes.iter().any(|note| note.contains("--records miv/point")), "{:?}", whole.notes);
    options.records = vec!["miv/point".into()];
    let inside = infer(&samples, &options).unwrap();
    assert_eq!(inside.table.columns.len(), 1);
    assert_eq!(inside.table.records, ["miv/point"]);
    options.records = vec!["miv/points".into()];
    assert_eq!(infer(&samples, &options).unwrap_err().0[0].rule, "import-samples-none");
}

#[test]
fn what_is_no_record_is_named() {
    let rule = |text: &str| {
        let options = SampleOptions { name: "t".into(), ..SampleOptions::default() };
        infer(&Samples::of(text), &options).unwrap_err().0[0].rule
    };
    assert_eq!(rule("1 \"x\""), "import-samples-object");
    assert_eq!(rule("{\"a\" 1}"), "import-samples-json");
    assert_eq!(rule("{}"), "import-samples-empty");
    assert_eq!(rule(""), "import-samples-none");
    assert_eq!(rule(r#"{"a": 1, "A": 2}"#), "import-samples-key-twice");
}

#[test]
fn broken_records_are_left_out_and_told() {
    let found = inferred("{\"a\": 1}\n{\"a\": }\n{\"a\": 2, \"A\": 3}\n7\n{\"a\": 2.5}\n");
    assert_eq!(hive_type(&found.table.columns[0].ty), "double");
    let skipped: Vec<_> =
        found.skipped.iter().map(|finding| (finding.rule, finding.place.as_str())).collect();
    assert_eq!(
        skipped,
        [
            ("import-samples-json", "line 2, column 7"),
            ("import-samples-key-twice", "line 3"),
            ("import-samples-object", "line 4"),
        ]
    );
}

#[test]
fn depth_ends_in_json_text() {
    let text = format!("{{\"a\":{}1{}}}", "{\"b\":".repeat(60), "}".repeat(60));
    assert!(inferred(&text).guesses.iter().any(|guess| guess.text.contains("too deep")));
    let text = format!("{{\"a\":{}1{}}}", "[".repeat(60), "]".repeat(60));
    assert!(inferred(&text).guesses.iter().any(|guess| guess.text.contains("too deep")));
}

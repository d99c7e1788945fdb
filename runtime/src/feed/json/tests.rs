use crate::LogicalType as Type;
use crate::convert::Limits;
use crate::fault::FaultKind;
use crate::plan::Plan;
use crate::testing::{Decoded, json_in, json_of, list, map, optional, plan};
use crate::{Column, Rules, Scalar};
use proptest::prelude::*;
use serde_json::{Value, json};

/// `a` an integer, `s` text, `l` a list, `r` a record with a list, `m` a map, `j` anything.
fn table() -> Plan {
    let inner = vec![optional("x", Type::Int16), optional("y", list(Type::String, true))];
    plan(vec![
        optional("a", Type::Int64),
        optional("s", Type::String),
        optional("l", list(Type::Int8, true)),
        optional("r", Type::Struct { columns: inner }),
        optional("m", map(Type::Int8)),
        optional("j", Type::Json),
    ])
}

fn decode(input: impl AsRef<[u8]>) -> (Vec<i64>, Decoded) {
    let plan = table();
    let decoded = json_of(&plan, input);
    let rows = decoded.rows(&plan);
    (rows.iter().map(|row| row["a"].as_i64().unwrap_or(-1)).collect(), decoded)
}

/// The `a` of all rows, and the bytes of all rejects.
fn parts(input: &str) -> (Vec<i64>, Vec<String>) {
    let (rows, decoded) = decode(input);
    let raw = |reject: &crate::reject::Reject| String::from_utf8(reject.raw.clone().unwrap()).unwrap();
    (rows, decoded.rejects.iter().map(raw).collect())
}

#[test]
fn framings() {
    for input in [
        "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n",
        "{\"a\":1}\r\n{\"a\":2}\r\n{\"a\":3}",
        "{\"a\":1}{\"a\":2}{\"a\":3}",
        "\u{feff}{\"a\":1} {\"a\":2}\n\n\n{\"a\":3} \n ",
        "{\n  \"a\": 1\n}\n{\n  \"a\": 2,\n  \"zz\": [\n{\n}\n]\n}\n{\n  \"a\":\n3\n}\n",
        "[{\"a\":1},{\"a\":2},{\"a\":3}]",
        "\u{feff}[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": 2\n  } ,\n  {\n    \"a\": 3\n  }\n]\n",
        "[]{\"a\":1}[{\"a\":2}]\n[ ]\n{\"a\":3}",
    ] {
        assert_eq!(parts(input), (vec![1, 2, 3], vec![]), "{input}");
    }
    assert_eq!(parts(""), (vec![], vec![]));
    assert_eq!(parts("\u{feff}\n\t \r\n"), (vec![], vec![]));
    assert_eq!(parts("{}"), (vec![-1], vec![]));
}

#[test]
fn broken_documents_leave_their_neighbours() {
    for (input, rows, rejects) in [
        ("{\"a\":1}\njunk\n{\"a\":2}", vec![1, 2], vec!["junk"]),
        ("{\"a\":1}\njunk\nmore {junk}\n{\"a\":2}", vec![1, 2], vec!["junk\nmore {junk}"]),
        ("{\"a\":1}\n{\"a\":tru}\n{\"a\":2}", vec![1, 2], vec!["{\"a\":tru}"]),
        ("{\"a\":1}{\"a\":tru}{\"a\":2}", vec![1, 2], vec!["{\"a\":tru}"]),
        ("{\"a\":1}\n{\"a\":5,\"s\":\"x\n{\"a\":2}\n", vec![1, 2], vec!["{\"a\":5,\"s\":\"x"]),
        ("{\"a\":1}\n{\"a\":5,\"l\":[{\"x\":\n{\"a\":2}\n", vec![1, 2], vec!["{\"a\":5,\"l\":[{\"x\":"]),
        ("{\"a\":1}\n{\"a\":5,\n{\"a\":2}\n", vec![1, 2], vec!["{\"a\":5,"]),
        ("{\"a\":1}\n{\"a\":5,\"s\":\"x", vec![1], vec!["{\"a\":5,\"s\":\"x"]),
        ("{\"a\":1}\n{\"a\":\"x\",\"s\":\"}{\"}{\"a\":2}", vec![1, 2], vec!["{\"a\":\"x\",\"s\":\"}{\"}"]),
        ("{\"a\":1}\n12\n\"s\"\nnull\n[true]\n{\"a\":2}", vec![1, 2], vec!["12", "\"s\"", "null", "true"]),
        ("{\"a\":1},\n{\"a\":2},\n", vec![1, 2], vec![",", ","]),
        ("{\"a\":1}]\n{\"a\":2}}\n{\"a\":3}", vec![1, 2, 3], vec!["]", "}"]),
        ("[{\"a\":1},{\"a\":tru},{\"a\":2}]", vec![1, 2], vec!["{\"a\":tru}"]),
        ("[{\"a\":1},7,\"x,]\",[{}],{\"a\":2}]{\"a\":3}", vec![1, 2, 3], vec!["7", "\"x,]\"", "[{}]"]),
        ("[{\"a\":1},,{\"a\":2},]\n{\"a\":3}", vec![1, 2, 3], vec![",", "]"]),
        ("[,{\"a\":1}]{\"a\":2}", vec![1, 2], vec![","]),
        ("[{\"a\":1} {\"a\":2},{\"a\":3}]", vec![1, 3], vec!["{\"a\":2}"]),
        ("[\n{\"a\":1},\n{\"a\":5,\n{\"a\":2}\n]\n", vec![1, 2], vec!["{\"a\":5,"]),
        ("[{\"a\":1},{\"a\":2", vec![1], vec!["{\"a\":2"]),
        ("[12 INFO started\n{\"a\":1}\n{\"a\":2}\n{\"a\":3}", vec![1, 2, 3], vec!["12", "INFO started"]),
        ("[INFO] x\n{\"a\":1}\n{\"a\":2}", vec![1, 2], vec!["INFO", "x"]),
    ] {
        let rejects: Vec<String> = rejects.into_iter().map(str::to_owned).collect();
        assert_eq!(parts(input), (rows, rejects), "{input}");
    }
}

#[test]
fn a_broken_pretty_document_is_one_reject() {
    let broken = "{\n  \"l\": [\n{\"x\": 1},\n{\"x\": tru},\n{\"a\": 9}\n  ]\n}";
    let (rows, rejects) = parts(&format!("{{\n \"a\": 1\n}}\n{broken}\n{{\n \"a\": 2\n}}"));
    assert_eq!((rows, rejects), (vec![1, 2], vec![broken.to_owned()]));
    // A value of the wrong type is no reason to look inside either.
    let broken = "{\n  \"l\": [\n1,\n{\"a\": 8},\n{\"a\": 9}\n  ]\n}";
    let (rows, rejects) = parts(&format!("{{\n \"a\": 1\n}}\n{broken}\n{{\n \"a\": 2\n}}"));
    assert_eq!((rows, rejects), (vec![1, 2], vec![broken.to_owned()]));
}

#[test]
fn rejects_know_their_place() {
    let record = "{\"r\":{\"x\":\"1\",\"y\":[\"\",7,{}]},\"l\":[1,300]}";
    let (_, decoded) = decode(format!("{{\"a\":1}}\n {record} \n{{\"a\":2}}"));
    let reject = &decoded.rejects[0];
    assert_eq!((reject.kind, reject.offset, reject.len), (FaultKind::Value, 9, record.len() as u64));
    let place = 9 + record.find("300").unwrap() as u64;
    assert_eq!((reject.column.as_deref(), reject.fault_offset), (Some("l[]"), place));
    assert_eq!(reject.message(), "column `l[]`: expected an integer from -128 to 127, found 300");
}

#[test]
fn keys() {
    for (input, found) in [
        ("{\"a\":1,\"a\":2}", "`a` again"),
        ("{\"a\":1,\"A\":2}", "`A` again"),
        ("{\"A\":null,\"\\u0061\":2}", "`a` again"),
        ("{\"m\":{\"k\":1,\"k\":2}}", "`k` again"),
        ("{\"r\":{\"x\":1,\"X\":1}}", "`X` again"),
    ] {
        let (_, decoded) = decode(input);
        assert_eq!(
            (decoded.rejects[0].kind, decoded.rejects[0].found.as_str()),
            (FaultKind::DuplicateKey, found)
        );
    }
    let plan = table();
    let odd = "{\"zz\":{\"a\":[{},[],{\"a\":[]}],\"a\":\"}]\\\"\"},\"A\":7,\"zz\":[[[1]],{\"b\":null}],\"r\":{\"Y\":\"z\"}}";
    assert_eq!(json_of(&plan, odd).rows(&plan), [json!({"a": 7, "r": {"y": ["z"]}})]);
}

#[test]
fn deep_documents() {
    let deep = 100_000;
    let (open, close) = ("[".repeat(deep), "]".repeat(deep));
    let (objects, ends) = ("{\"a\":".repeat(deep), "}".repeat(deep));
    for broken in [
        format!("{{\"zz\":{open}{close}}}"),
        format!("{{\"zz\":{objects}1{ends}}}"),
        format!("{{\"l\":{open}{close}}}"),
        format!("{{\"j\":{open}{close}}}"),
        format!("{{\"s\":{objects}1{ends}}}"),
        format!("{{\"r\":{objects}1{ends}}}"),
    ] {
        let (rows, decoded) = decode(format!("{{\"a\":1}}\n{broken}{{\"a\":2}}"));
        assert_eq!(rows, [1, 2]);
        assert_eq!(decoded.rejects.len(), 1);
        assert_eq!(decoded.rejects[0].len, broken.len() as u64);
        assert!(matches!(decoded.rejects[0].kind, FaultKind::TooDeep | FaultKind::Value));
    }
    let plan = table();
    let limits = Limits { depth: 3, ..Limits::default() };
    for (input, sound) in [
        ("{\"zz\":[[1]]}", true),
        ("{\"zz\":[[]]}", true),
        ("{\"zz\":[[[]]]}", false),
        ("{\"zz\":[1,{\"y\":{}}]}", false),
        ("{\"zz\":{\"y\":{}}}", true),
        ("{\"zz\":[[[1]]]}", false),
        ("{\"r\":{\"y\":[1]}}", true),
        ("{\"r\":{\"y\":[[1]]}}", false),
        ("{\"r\":{\"y\":[{\"q\":1}]}}", false),
    ] {
        let decoded = json_in(&plan, limits, input.as_bytes(), &[]);
        assert_eq!(
            (decoded.places.len(), decoded.rejects.len()),
            if sound { (1, 0) } else { (0, 1) },
            "{input}"
        );
    }
}

/// What a reject shows of a number that is too long does not depend on where the block ends.
#[test]
fn long_numbers() {
    let plan = table();
    let limits = Limits { number_digits: 5, ..Limits::default() };
    for (number, found) in [
        ("123456", "`123456…`"),
        ("1234567.5e9", "`123456…`"),
        ("-12345.", "`-12345…`"),
        ("1.2345e", "`1.2345…`"),
    ] {
        let input = format!("{{\"a\":{number}}}\n{{\"a\":{number}}}\n{{\"a\":2}}\n");
        let whole = json_in(&plan, limits, input.as_bytes(), &[]);
        assert_eq!((whole.places.len(), whole.rejects.len()), (1, 2), "{input}");
        assert!(whole.rejects.iter().all(|reject| reject.found == found), "{:?}", whole.rejects);
        for size in 1..30 {
            assert_eq!(json_in(&plan, limits, input.as_bytes(), &vec![size; input.len()]), whole, "{size}");
        }
    }
}

#[test]
fn long_documents() {
    let plan = table();
    let limits = Limits { document_bytes: 40, ..Limits::default() };
    let pad = "x".repeat(100);
    for (long, kind) in [
        (format!("{{\"s\":\"{pad}\"}}"), FaultKind::TooLong),
        (format!("{{\"zz\":[\n{{}},\n{{\"a\":9}},\n\"{pad}\"]}}"), FaultKind::TooLong),
        (format!("{{\"a\":5,\"s\":\"{}\"}}", "x".repeat(40 - 13)), FaultKind::TooLong),
        (format!("{{\"a\":\"{}\"}}", "1".repeat(40)), FaultKind::TooLong),
        (format!("{{\"a\":[],\"s\":\"{pad}\"}}"), FaultKind::Value),
    ] {
        let input = format!("{{\"a\":1,\"s\":\"{}\"}}\n{long}\n{{\"a\":2}}\n", "x".repeat(40 - 14));
        let whole = json_in(&plan, limits, input.as_bytes(), &[]);
        whole.check_accounting(input.as_bytes());
        assert_eq!(whole.places.len(), 2, "{input}");
        let kinds: Vec<_> = whole.rejects.iter().map(|reject| (reject.kind, reject.len)).collect();
        assert_eq!(kinds, [(kind, long.len() as u64)]);
        for size in 1..60 {
            assert_eq!(json_in(&plan, limits, input.as_bytes(), &vec![size; input.len()]), whole, "{size}");
        }
    }
}

#[test]
fn bad_utf_8_is_one_record() {
    let input = b"{\"a\":1}\n{\"a\":5,\"s\":\"\xff\"}\n{\"\xe9\":5}\n{\"a\":2,\"s\":\"\xc3\xa9\"}";
    let (rows, decoded) = decode(input);
    assert_eq!(rows, [1, 2]);
    let places: Vec<_> = decoded.rejects.iter().map(|reject| (reject.offset, reject.fault_offset)).collect();
    assert_eq!(places, [(8, 20), (24, 26)]);
    assert_eq!(decoded.rejects[0].message(), "expected UTF-8, found byte 0xff");
}

#[test]
fn escapes() {
    let plan = table();
    for text in [r#""\"\\\/\b\f\n\r\t""#, r#""\u0041\u00e9\uD83D\uDE00\u0000""#, r#""é😀\u2028""#] {
        let decoded = json_of(&plan, format!("{{\"s\":{text},\"j\":{text},\"m\":{{{text}:1}}}}"));
        let expected: Value = serde_json::from_str(text).unwrap();
        let row = &decoded.rows(&plan)[0];
        assert_eq!(row["s"], expected);
        assert_eq!(serde_json::from_str::<Value>(row["j"].as_str().unwrap()).unwrap(), expected);
        assert_eq!(row["m"][expected.as_str().unwrap()], 1);
    }
    for bad in [
        r"\ud800",
        r"\ud800x",
        r"\ud800\ud800",
        r"\udc00",
        r"\u12",
        r"\u12g4",
        r"\x",
        r"\u+123",
        "\u{1}",
        "\n",
    ] {
        for key in ["s", "zz", "j", "a"] {
            let (rows, decoded) = decode(format!("{{\"{key}\":\"{bad}\"}}\n{{\"a\":1}}"));
            assert_eq!((rows, decoded.rejects.len()), (vec![1], 1), "{key} {bad:?}");
            assert_eq!(decoded.rejects[0].kind, FaultKind::Syntax, "{key} {bad:?}");
        }
    }
}

#[test]
fn numbers_outside_the_grammar() {
    for bad in [
        "01", "1.", ".5", "+1", "1e", "-", "1e+", "-01", "00", "1.e5", "0x1", "NaN", "Infinity", "--1", "1_0",
    ] {
        for key in ["a", "s", "zz", "j"] {
            for tail in ["}", " }", ",\"s2\":1}"] {
                let (rows, decoded) = decode(format!("{{\"{key}\":{bad}{tail}\n{{\"a\":1}}"));
                assert_eq!((rows, decoded.rejects.len()), (vec![1], 1), "{key} {bad}");
                assert_eq!(decoded.rejects[0].kind, FaultKind::Syntax, "{key} {bad}");
            }
        }
    }
}

#[test]
fn what_was_refused_is_not_counted_as_rounded() {
    let plan = plan(vec![
        optional("d", Type::Decimal { precision: 4, scale: 1 }),
        Column {
            rules: Rules { null_if: vec![Scalar::Int(3)], ..Rules::default() },
            ..optional("a", Type::Int8)
        },
    ]);
    let decoded = json_of(&plan, "{\"d\":1.25,\"a\":3}{\"d\":1.25,\"a\":\"x\"}{\"d\":1.2}");
    assert_eq!(decoded.rows(&plan), [json!({"d": "1.3"}), json!({"d": "1.2"})]);
    assert_eq!(decoded.stats.rounded_decimals, 1);
}

/// Pieces of JSON, whole and broken, in any order.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "{\"a\":1}",
        "{\"a\":\"2\",\"r\":{\"x\":3,\"y\":[\"q\"]}}",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\n",
        "\n{",
        "\r\n",
        " ",
        "\"a\":",
        "\"s\":",
        "\"l\":[1,2",
        "\"m\":{\"k\":1}",
        "\"zz\":",
        "1",
        "-",
        "0",
        "1.5e3",
        "true",
        "tru",
        "null",
        "\"x\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "}{",
        "\u{feff}",
        "é",
        "\u{1}",
        "[1,300]",
        "\"j\":{\"b\": [ 1 ]}",
    ]);
    let piece = prop_oneof![20 => pieces.prop_map(|p| p.as_bytes().to_vec()), 1 => any::<Vec<u8>>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Text that is often one JSON object.
fn object_text() -> impl Strategy<Value = String> {
    let pad = prop::sample::select(vec!["", "", " ", "\n", "\t\r "]);
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "12",
        "-1.50",
        "1e3",
        "1E-2",
        "0.1e+2",
        "01",
        "1.",
        "9223372036854775808",
    ]);
    let string = "\"([ a-zé😀{},:\\[\\]]|\\\\[\"\\\\/bfnrtu]|\\\\u00[0-9a-fG]{2}|\\\\ud83d\\\\ude00){0,4}\"";
    let word = prop::sample::select(vec!["true", "false", "null", "nul", "", "True"]);
    let leaf =
        prop_oneof![4 => number.prop_map(str::to_owned), 4 => string, 2 => word.prop_map(str::to_owned)];
    let value = leaf.prop_recursive(3, 20, 4, move |inner| {
        let pair = (string, inner.clone()).prop_map(|(k, v)| format!("{k}:{v}"));
        prop_oneof![
            (prop::collection::vec(inner, 0..4), pad.clone())
                .prop_map(|(items, pad)| format!("[{pad}{}{pad}]", items.join(&format!("{pad},{pad}")))),
            (prop::collection::vec(pair, 0..4), pad.clone())
                .prop_map(|(pairs, pad)| format!("{{{pad}{}{pad}}}", pairs.join(&format!("{pad},{pad}")))),
        ]
    });
    let key = prop::sample::select(vec!["j", "J", "zz", "k", "\\u006a"]);
    prop::collection::vec((key, value), 0..4).prop_map(|pairs| {
        let pairs: Vec<String> = pairs.into_iter().map(|(k, v)| format!("\"{k}\" :{v}")).collect();
        format!("{{{}}}", pairs.join(" ,"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn blocks_make_no_difference(input in hostile(), sizes in prop::collection::vec(1_usize..40, 0..60), small: bool) {
        let plan = table();
        let limits = if small { Limits { depth: 3, document_bytes: 30, ..Limits::default() } } else { Limits::default() };
        let whole = json_in(&plan, limits, &input, &[]);
        whole.check_accounting(&input);
        prop_assert_eq!(&json_in(&plan, limits, &input, &sizes), &whole);
    }

    #[test]
    fn any_bytes_are_survived(input: Vec<u8>, sizes in prop::collection::vec(1_usize..40, 0..60)) {
        let plan = table();
        let whole = json_in(&plan, Limits::default(), &input, &[]);
        whole.check_accounting(&input);
        prop_assert_eq!(&json_in(&plan, Limits::default(), &input, &sizes), &whole);
    }

    #[test]
    fn documents_are_read_as_serde_json_reads_them(text in object_text()) {
        let plan = table();
        let decoded = json_in(&plan, Limits::default(), text.as_bytes(), &[]);
        let sound = decoded.rejects.is_empty() && decoded.places.len() == 1;
        match serde_json::from_str::<serde_json::Map<String, Value>>(&text) {
            Err(e) => prop_assert!(!sound, "{}: {}", text, e),
            Ok(_) if !sound => prop_assert_eq!(decoded.rejects[0].kind, FaultKind::DuplicateKey, "{}", text),
            Ok(object) => {
                let expected = object.get("j").or(object.get("J")).filter(|value| !value.is_null());
                let rows = decoded.rows(&plan);
                let stored = rows[0].get("j").map(|j| serde_json::from_str::<Value>(j.as_str().unwrap()).unwrap());
                prop_assert_eq!(stored.as_ref(), expected, "{}", text);
            }
        }
    }
}

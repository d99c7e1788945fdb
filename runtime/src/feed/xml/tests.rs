use crate::Limits;
use crate::fault::FaultKind;
use crate::plan::Plan;
use crate::reject::Rejects;
use crate::testing::{Decoded, list, map, optional, plan, xml_in, xml_of};
use crate::{Batch, Column, LogicalType as Type, Rules, Scalar};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::XmlDecoder;

fn at(path: &str, column: Column) -> Column {
    Column { xml: Some(path.to_owned()), ..column }
}

/// The measuring points of the traffic feed, in part.
fn points() -> Plan {
    let sentinel = Rules { null_if: vec![Scalar::Int(252)], ..Rules::default() };
    let with = Rules { null_with: Some("harmonic".into()), ..Rules::default() };
    let class = vec![
        at("@klasse_id", Column::new("class", Type::Int8)),
        at("verkeersintensiteit", optional("count", Type::Int32)),
    ];
    let computed =
        vec![optional("bezettingsgraad", Type::Int16), at("onrustigheid", optional("unrest", Type::Int32))];
    plan(vec![
        at("@unieke_id", Column::new("id", Type::String)),
        optional("naam", Type::String),
        at("lve_nr", optional("unit", Type::Int32)),
        Column {
            rules: with,
            ..at("meetdata[@klasse_id='2']/voertuigsnelheid_rekenkundig", optional("mean", Type::UInt8))
        },
        Column {
            rules: sentinel,
            ..at("meetdata[@klasse_id='2']/voertuigsnelheid_harmonisch", optional("harmonic", Type::UInt8))
        },
        at("meetdata", optional("classes", list(Type::Struct { columns: class }, false))),
        at("meetdata/@klasse_id", optional("class_ids", list(Type::Int8, false))),
        at("rekendata", optional("computed", Type::Struct { columns: computed })),
        at("rekendata/beschikbaarheidsgraad", optional("availability", Type::Int16)),
        at("tag", optional("tags", list(Type::String, true))),
        optional("extra", map(Type::String)),
    ])
}

fn decode(input: impl AsRef<[u8]>) -> (Vec<Value>, Decoded) {
    let plan = points();
    let decoded = xml_of(&plan, "meetpunt", input);
    (decoded.rows(&plan), decoded)
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["id"].as_str().unwrap()).collect()
}

/// The rows and the one reject of an input.
fn one_reject(input: impl AsRef<[u8]>) -> (Vec<Value>, crate::reject::Reject) {
    let text = String::from_utf8_lossy(input.as_ref()).into_owned();
    let (rows, mut decoded) = decode(input);
    assert_eq!(decoded.rejects.len(), 1, "{text}: {:?}", decoded.rejects);
    (rows, decoded.rejects.remove(0))
}

const SOUND: &str = "<meetpunt unieke_id=\"9\"/>";

#[test]
fn a_whole_record() {
    let input = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE miv [ <!ENTITY meetpunt "<meetpunt unieke_id='no'/>"> <!-- > ' --> ]>
<miv xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" schemaVersion="1.0.0" note="<meetpunt unieke_id='no'/> >">
  <!-- <meetpunt unieke_id="no"/> --><?pi <meetpunt unieke_id="no"/> ?><![CDATA[ <meetpunt unieke_id="no"/> ]]>
  <meetpunten>2</meetpunten>
  <meetpunt beschrijvende_id="H222L10" unieke_id="29">
    <naam> A &amp; B &#8211;&#x20;<![CDATA[<c>]]><!-- x --> d
    </naam><lve_nr>
      55 </lve_nr>
    <meetdata klasse_id="1"><verkeersintensiteit>3</verkeersintensiteit></meetdata>
    <meetdata klasse_id='2'><verkeersintensiteit/>
      <voertuigsnelheid_rekenkundig>0</voertuigsnelheid_rekenkundig>
      <voertuigsnelheid_harmonisch>252</voertuigsnelheid_harmonisch></meetdata>
    <rekendata><bezettingsgraad>7</bezettingsgraad><beschikbaarheidsgraad>100</beschikbaarheidsgraad></rekendata>
    <tag>a</tag><tag/><tag xsi:nil="true"/><unknown><tag>no</tag></unknown><tag>b</tag>
  </meetpunt>
  <m:meetpunt xmlns:m="urn:m" m:unieke_id='30'><m:naam></m:naam><rekendata/></m:meetpunt>
</miv>"#;
    let (rows, decoded) = decode(input);
    assert_eq!(decoded.rejects, []);
    assert_eq!(
        rows,
        [
            json!({
                "id": "29", "naam": "A & B \u{2013} <c> d", "unit": 55,
                "classes": [{"class": 1, "count": 3}, {"class": 2}], "class_ids": [1, 2],
                "computed": {"bezettingsgraad": 7}, "availability": 100, "tags": ["a", "", null, "b"],
            }),
            json!({"id": "30", "naam": ""}),
        ]
    );
    let place = decoded.places[0];
    let record = &input[place.offset as usize..][..place.len as usize];
    assert!(record.starts_with("<meetpunt besch") && record.ends_with("</meetpunt>"), "{record}");
}

#[test]
fn null_with_is_not_bound_to_the_order_of_elements() {
    let data = |a: &str, b: &str| {
        format!("<meetpunt unieke_id='1'><meetdata klasse_id='2'>{a}{b}</meetdata></meetpunt>")
    };
    let mean = "<voertuigsnelheid_rekenkundig>0</voertuigsnelheid_rekenkundig>";
    for (speed, expected) in [("252", Value::Null), ("90", json!(0))] {
        let harmonic = format!("<voertuigsnelheid_harmonisch>{speed}</voertuigsnelheid_harmonisch>");
        for input in [data(mean, &harmonic), data(&harmonic, mean)] {
            assert_eq!(decode(&input).0[0]["mean"], expected, "{input}");
        }
    }
}

#[test]
fn values_that_do_not_fit() {
    for (record, column, message) in [
        ("<meetpunt/>", "id", "expected text, found no such key"),
        (
            "<meetpunt unieke_id='1'><lve_nr>5x</lve_nr></meetpunt>",
            "unit",
            "expected an integer from -2147483648 to 2147483647, found \"5x\"",
        ),
        (
            "<meetpunt unieke_id='1'><lve_nr>1</lve_nr><lve_nr/></meetpunt>",
            "unit",
            "expected each value once, found `lve_nr` again",
        ),
        (
            "<meetpunt unieke_id='1'><lve_nr>1<b/></lve_nr></meetpunt>",
            "unit",
            "expected an integer from -2147483648 to 2147483647, found an element `<b>`",
        ),
        (
            "<meetpunt unieke_id='1'><rekendata/><rekendata/></meetpunt>",
            "computed",
            "expected each value once, found `rekendata` again",
        ),
        (
            "<meetpunt unieke_id='1'><rekendata>x</rekendata></meetpunt>",
            "computed",
            "expected an object, found \"x\"",
        ),
        (
            "<meetpunt unieke_id='1'><extra><a>1</a></extra></meetpunt>",
            "extra",
            "expected an object, found an element: maps are not read from XML",
        ),
        (
            "<meetpunt unieke_id='1'><meetdata><verkeersintensiteit>1</verkeersintensiteit></meetdata></meetpunt>",
            "classes[].class",
            "expected an integer from -128 to 127, found no such key",
        ),
    ] {
        let (rows, reject) = one_reject(format!("<miv>{record}{SOUND}</miv>"));
        assert_eq!(ids(&rows), ["9"], "{record}");
        assert_eq!(reject.column.as_deref(), Some(column), "{record}");
        assert!(reject.message().ends_with(message), "{record}: {}", reject.message());
        assert_eq!(reject.raw.as_deref(), Some(record.as_bytes()));
        assert_eq!((reject.offset, reject.len), (5, record.len() as u64));
    }
}

#[test]
fn broken_records_leave_their_neighbours() {
    for (broken, found) in [
        ("<meetpunt unieke_id='1'><a></b></meetpunt>", "`</b>`"),
        ("<meetpunt unieke_id='1'><a>&nbsp;</a></meetpunt>", "`&nbsp;`"),
        ("<meetpunt unieke_id='1'><naam>&lol9;</naam></meetpunt>", "`&lol9;`"),
        ("<meetpunt unieke_id='1'><naam>&#0;</naam></meetpunt>", ""),
        ("<meetpunt unieke_id='1'><naam>a & b</naam></meetpunt>", ""),
        ("<meetpunt unieke_id='&bad;'></meetpunt>", ""),
        ("<meetpunt unieke_id='1' unieke_id='1'></meetpunt>", ""),
        ("<meetpunt unieke_id='1'><naam>\u{1}</naam></meetpunt>", "byte 0x01"),
        ("<meetpunt unieke_id='1><naam>x</naam></meetpunt>", ""),
        ("<meetpunt unieke_id='1'><naam x=\"1></naam></meetpunt>", ""),
        ("<meetpunt unieke_id='1'><naam>1 < 2</naam></meetpunt>", ""),
        ("<meetpunt unieke_id='1'><naam>x", "another `<meetpunt>`"),
        ("<meetpunt unieke_id='1'><naam", ""),
        ("<meetpunt unieke_id='1'", ""),
        ("<meetpunt", ""),
        ("<meetpunt unieke_id='1'><!DOCTYPE x></meetpunt>", "a document type"),
    ] {
        let (rows, reject) = one_reject(format!("<miv>{SOUND}{broken}{SOUND}\n{SOUND}</miv>"));
        assert_eq!(ids(&rows), ["9", "9", "9"], "{broken}");
        assert_eq!(reject.kind, FaultKind::Syntax, "{broken}");
        assert!(reject.found.contains(found), "{broken}: {}", reject.message());
        assert_eq!(reject.raw.as_deref(), Some(broken.as_bytes()));
        // At the end of the input, and before the end of the root element.
        for end in ["", "</miv>", "\n"] {
            let (rows, reject) = one_reject(format!("<miv>{SOUND}{broken}{end}"));
            assert_eq!(ids(&rows), ["9"], "{broken}");
            assert!(reject.raw.unwrap().starts_with(broken.as_bytes()), "{broken}");
        }
    }
    let mut input = format!("<miv>{SOUND}<meetpunt unieke_id='").into_bytes();
    input.extend(b"\xe9'/>");
    input.extend(SOUND.as_bytes());
    let (rows, reject) = one_reject(&input);
    assert_eq!((ids(&rows), reject.found.as_str()), (vec!["9", "9"], "byte 0xe9"));
    assert_eq!(input[reject.fault_offset as usize], 0xe9);
}

#[test]
fn a_broken_record_takes_comments_whole() {
    let broken = "<meetpunt unieke_id='1'><a></b><!-- </meetpunt><meetpunt unieke_id='no'/> --></meetpunt>";
    let (rows, reject) = one_reject(format!("<miv>{broken}{SOUND}</miv>"));
    assert_eq!((ids(&rows), reject.raw.as_deref()), (vec!["9"], Some(broken.as_bytes())));
}

#[test]
fn elements_of_the_same_name_inside_a_record_are_part_of_it() {
    let (rows, decoded) = decode(format!(
        "<miv><meetpunt unieke_id='1'><near><meetpunt unieke_id='2'/></near></meetpunt>{SOUND}</miv>"
    ));
    assert_eq!((ids(&rows), decoded.rejects.len()), (vec!["1", "9"], 0));
    // A path that goes through one: broken records then end at their own level only.
    let plan =
        plan(vec![Column::new("id", Type::String), at("item/@n", optional("inner", list(Type::Int8, true)))]);
    let input = "<r><item><id>a</id><item n='1'/><item n='2'></item></item>\
        <item><x></y><item n='3'><id>no</id></item></item><item><id>b</id></item></r>";
    let decoded = xml_of(&plan, "item", input);
    assert_eq!(decoded.rows(&plan), [json!({"id": "a", "inner": [1, 2]}), json!({"id": "b"})]);
    assert_eq!(decoded.rejects.len(), 1);
}

#[test]
fn deep_and_long_records() {
    let deep =
        format!("<meetpunt unieke_id='1'>{}{}</meetpunt>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let (rows, reject) = one_reject(format!("<miv>{deep}{SOUND}"));
    assert_eq!((ids(&rows), reject.kind, reject.len), (vec!["9"], FaultKind::TooDeep, deep.len() as u64));
    let plan = points();
    let limits = Limits { depth: 4, document_bytes: 200, ..Limits::default() };
    let pad = "x".repeat(300);
    for long in [
        format!("<meetpunt unieke_id='{pad}'/>"),
        format!("<meetpunt unieke_id='1'><naam>{pad}</naam></meetpunt>"),
        format!("<meetpunt unieke_id='1'><!-- <meetpunt> {pad} --></meetpunt>"),
        format!("<meetpunt unieke_id='1'>{}</meetpunt>", "<tag>a</tag>".repeat(15)),
    ] {
        let input = format!("<miv>{SOUND}{long}{SOUND}<note x='{pad}'/><!--{pad}{SOUND}-->{SOUND}</miv>");
        let whole = xml_in(&plan, "meetpunt", limits, input.as_bytes(), &[]);
        whole.check_accounting(input.as_bytes());
        assert_eq!(ids(&whole.rows(&plan)), ["9", "9", "9"], "{long}");
        assert_eq!(whole.rejects.len(), 1);
        assert_eq!((whole.rejects[0].kind, whole.rejects[0].len), (FaultKind::TooLong, long.len() as u64));
        for size in [1, 7, 64, 250] {
            let blocks = xml_in(&plan, "meetpunt", limits, input.as_bytes(), &vec![size; input.len()]);
            assert_eq!(blocks, whole, "{size}");
        }
    }
}

#[test]
fn other_encodings_are_one_reject() {
    let latin =
        b"<?xml version='1.0' encoding='ISO-8859-1'?><miv><meetpunt unieke_id='\xe9'/></miv>".to_vec();
    let (rows, reject) = one_reject(&latin);
    assert_eq!((rows.len(), reject.len), (0, latin.len() as u64));
    assert_eq!(reject.message(), "expected UTF-8, found a document in ISO-8859-1");
    let mut two = latin.clone();
    two.extend(format!("\n<?xml version='1.0' encoding=\"utf-8\"?><miv>{SOUND}</miv>").as_bytes());
    let (rows, reject) = one_reject(&two);
    assert_eq!((ids(&rows), reject.len), (vec!["9"], latin.len() as u64));
    let utf_16: Vec<u8> =
        "\u{feff}<miv><meetpunt/></miv>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for input in [&utf_16[..], &utf_16[2..]] {
        let (rows, reject) = one_reject(input);
        assert_eq!(
            (rows.len(), reject.message().as_str()),
            (0, "expected UTF-8, found a document in UTF-16")
        );
    }
    let (rows, decoded) = decode(format!("\u{feff}<?xml version='1.0'?>{SOUND}"));
    assert_eq!((ids(&rows), decoded.rejects.len()), (vec!["9"], 0));
}

#[test]
fn documents_without_records_name_their_roots() {
    let plan = points();
    let mut decoder = XmlDecoder::new(&plan, "meetpunt", Limits::default());
    let (mut batch, mut rejects) = (Batch::new(&plan, 0), Rejects::default());
    let input = b"<?xml version='1.0'?><feed><a/><b>x</b></feed><rss/><!-- end -->";
    assert_eq!(decoder.decode(input, 0, true, &mut batch, &mut rejects), input.len());
    assert_eq!(decoder.roots(), ["feed", "rss"]);
    assert!(!decoder.found_records() && batch.rows().is_empty() && rejects.list.is_empty());
    assert!(decoder.is_between_records());
}

#[test]
fn required_lists_may_be_empty() {
    let pair =
        Type::List { element: Box::new(crate::Element { ty: Type::Int8, nullable: false }), length: Some(2) };
    let plan = plan(vec![Column::new("n", list(Type::Int8, false)), optional("pair", pair)]);
    let input = "<r><x/><x><n>1</n><n>2</n></x><x><pair>1</pair></x><x><n/></x></r>";
    let decoded = xml_of(&plan, "x", input);
    assert_eq!(decoded.rows(&plan), [json!({"n": []}), json!({"n": [1, 2]})]);
    let messages: Vec<_> = decoded.rejects.iter().map(|reject| reject.message()).collect();
    assert_eq!(
        messages,
        [
            "column `pair`: expected a list of 2 elements, found 1 elements",
            "column `n[]`: expected an integer from -128 to 127, found null",
        ]
    );
}

#[test]
fn openings_without_an_end_cost_no_more_than_their_bytes() {
    let plan = points();
    for unit in
        ["<a \"", "<a '", "<!--", "<![CDATA[", "<", "&", "</", "<?", "<?xml ", "<!x ", "<!DOCTYPE ", "<a <"]
    {
        let input = format!("<r>{}", unit.repeat(300_000 / unit.len()));
        let decoded = xml_in(&plan, "meetpunt", Limits::default(), input.as_bytes(), &[]);
        assert!(decoded.places.is_empty() && decoded.rejects.is_empty(), "{unit}");
    }
    let input = "<meetpunt><a".repeat(20_000);
    let decoded = xml_in(&plan, "meetpunt", Limits::default(), input.as_bytes(), &[]);
    assert_eq!(decoded.rejects.len(), 20_000);
}

/// Pieces of XML, whole and broken, in any order.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "<meetpunt unieke_id='1'>",
        "</meetpunt>",
        "<meetpunt unieke_id=\"2\"/>",
        "<meetpunt",
        "<naam>",
        "</naam>",
        "<lve_nr>",
        "</lve_nr>",
        "<meetdata klasse_id='2'>",
        "</meetdata>",
        "<rekendata>",
        "</rekendata>",
        "<tag/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?pi",
        "?>",
        "<?xml version='1.0'?>",
        "<?xml encoding='latin1'?>",
        "<!DOCTYPE x [",
        "]>",
        "<!",
        "<",
        ">",
        "\"",
        "'",
        "&",
        "&amp;",
        "&#65;",
        "&x;",
        "5",
        " ",
        "\n",
        "/",
        "=",
        "<miv>",
        "</miv>",
        "x",
        "--",
        "]]",
        "<a",
        "</",
    ]);
    let piece = prop_oneof![20 => pieces.prop_map(|p| p.as_bytes().to_vec()), 1 => any::<Vec<u8>>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn blocks_make_no_difference(input in hostile(), sizes in prop::collection::vec(1_usize..40, 0..60), small: bool) {
        let plan = points();
        let limits = if small { Limits { depth: 3, document_bytes: 60, ..Limits::default() } } else { Limits::default() };
        let whole = xml_in(&plan, "meetpunt", limits, &input, &[]);
        whole.check_accounting(&input);
        prop_assert_eq!(&xml_in(&plan, "meetpunt", limits, &input, &sizes), &whole);
    }

    #[test]
    fn any_bytes_are_survived(input: Vec<u8>, sizes in prop::collection::vec(1_usize..40, 0..60)) {
        let plan = points();
        let whole = xml_in(&plan, "meetpunt", Limits::default(), &input, &[]);
        whole.check_accounting(&input);
        prop_assert_eq!(&xml_in(&plan, "meetpunt", Limits::default(), &input, &sizes), &whole);
    }
}

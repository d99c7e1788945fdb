//! What producers and accidents do to a record: keys that come, go, change places and spelling; values of any kind.

use super::choices::Choices;
use super::tree::Tree;

/// Numbers at the ends of types and of the grammar, and beyond.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "1",
    "-1",
    "9",
    "10",
    "99",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "99999999",
    "100000000",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
    "123456789012345678901234567890123456789",
    "0.1",
    "0.30000000000000004",
    "1.0",
    "1.50",
    "12.345",
    "-9.5",
    "1e5",
    "1E+2",
    "1e-2",
    "1e400",
    "-1e-400",
    "4.9e-324",
    "2.2250738585072011e-308",
    "1.7976931348623157e308",
    "3.4028236e38",
    "1.17549435e-38",
    "16777217",
    "0.000000000000000000000000000000000000001",
    "00",
    "01",
    "-",
    "+1",
    ".5",
    "5.",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "1,5",
    "NaN",
    "Infinity",
    "-Infinity",
    "1.7000000000000002",
    "1735689600",
    "1735689600000",
    "-1",
    "253402300799",
    "253402300800",
    "20260101",
    "12345678901234567",
];

/// Texts, in quotes.
const TEXTS: &[&str] = &[
    r#""""#,
    r#"" ""#,
    r#""a""#,
    r#""\u0041""#,
    r#""a\"b""#,
    r#""\\""#,
    r#""\/""#,
    r#""é""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00x""#,
    r#""\n\t\r\b\f""#,
    "\"\u{1}\"",
    "\"a\tb\"",
    "\"a\nb\"",
    r#""\x""#,
    r#""\u12""#,
    r#""fifteen bytes x""#,
    r#""sixteen bytes xx""#,
    r#""seventeen bytes x""#,
    r#""thirty-one bytes of a text here""#,
    r#""thirty-two bytes of a text here,""#,
    r#""fourteen bytesé""#,
    r#""fifteen bytes !é""#,
    "\"fifteen bytes !\u{1F600}\"",
    r#""-""#,
    r#""é\"""#,
    r#""?""#,
    r#""x""#,
    r#""n/a""#,
    r#""true""#,
    r#""false""#,
    r#""TRUE""#,
    r#""null""#,
    r#""1 ""#,
    r#"" 1""#,
    r#""+5""#,
    r#""-""#,
    r#""1,5""#,
    r#""-9,5""#,
    r#""1.5""#,
    r#""0""#,
    r#""01""#,
    r#""aan""#,
    r#""uit""#,
    r#""AAN""#,
    r#""02""#,
    r#""2026-01-01T00:00:00Z""#,
    r#""2026-01-01T00:00:00.123Z""#,
    r#""2026-01-01T00:00:00.123456789Z""#,
    r#""2026-01-01T00:00:00+02:00""#,
    r#""2026-01-01T00:00:00-00:00""#,
    r#""2026-01-01T00:00:00+0200""#,
    r#""2026-01-01T24:00:00Z""#,
    r#""2026-01-01T23:59:60Z""#,
    r#""2026-02-29T00:00:00Z""#,
    r#""2024-02-29T23:59:59.9Z""#,
    r#""1969-12-31T23:59:59.999Z""#,
    r#""1900-01-01T00:00:00Z""#,
    r#""9999-12-31T23:59:59.999999999Z""#,
    r#""0001-01-01T00:00:00Z""#,
    r#""2026-01-01t00:00:00z""#,
    r#""2026-01-01 00:00:00""#,
    r#""2026-01-01 00:00:00.000""#,
    r#""2026-01-01T00:00:00""#,
    r#""2026-01-01T00:00Z""#,
    r#""2026-01-01""#,
    r#""2026-13-01""#,
    r#""2026-1-1""#,
    r#""1/2/2026 om 03:04""#,
    r#""20260101""#,
    r#""1735689600""#,
    r#""1735689600000""#,
    r#""AAECAw==""#,
    r#""AAECAw""#,
    r#""A===""#,
    r#""_-8=""#,
    r#""123e4567-e89b-12d3-a456-426614174000""#,
    r#""123E4567-E89B-12D3-A456-426614174000""#,
    r#""123e4567e89b12d3a456426614174000""#,
    r#""123e4567-e89b-12d3-a456-42661417400g""#,
];

/// Anything else.
const OTHERS: &[&str] = &[
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "[1,2]",
    "[1,]",
    "{\"a\":1}",
    "{\"a\":{\"a\":[{}]}}",
    "[[[[[[[[[[]]]]]]]]]]",
    "",
    "nul",
    "nulls",
    "True",
    "'x'",
    "{\"c0\":1,\"c0\":2}",
    "[\"a\",\"b\"]",
    "{\"$\":{\"x\":\"1\"},\"_\":\"7\"}",
    "[\"7\"]",
    "{\"#text\":\"7\"}",
];

/// Changes one thing about a record.
pub fn edit(choices: &mut Choices<'_>, record: &mut Tree, keys: &[String]) {
    let number = choices.below(record.count());
    let Some(part) = record.nth(number) else { return };
    match part {
        Tree::Object(members) if !choices.happens(16) => object(choices, members, keys),
        Tree::List(elements) if !choices.happens(32) => list(choices, elements),
        Tree::Scalar(bytes) if choices.happens(128) => tweak(choices, bytes),
        part => *part = value(choices),
    }
}

fn object(choices: &mut Choices<'_>, members: &mut Vec<(Vec<u8>, Tree)>, keys: &[String]) {
    let (one, other) = (choices.below(members.len()), choices.below(members.len()));
    if members.is_empty() {
        return members.push((key(choices, keys), value(choices)));
    }
    match choices.below(9) {
        0 | 1 => {
            members.remove(one);
        }
        2 => members.swap(one, other),
        3 => members.rotate_left(one),
        4 => members.insert(one, (key(choices, keys), value(choices))),
        5 => members.push((key(choices, keys), value(choices))),
        6 => {
            let member = members[one].clone();
            members.insert(other, member);
        }
        7 => members[one].0 = spelled(choices, &members[one].0),
        _ => members[one].1 = value(choices),
    }
}

fn list(choices: &mut Choices<'_>, elements: &mut Vec<Tree>) {
    let one = choices.below(elements.len());
    match choices.below(5) {
        0 => elements.clear(),
        1 | 2 if !elements.is_empty() => elements.extend(elements[one..].to_vec()),
        3 if !elements.is_empty() => {
            elements.remove(one);
        }
        _ => elements.push(value(choices)),
    }
}

/// A key of the table, anywhere in it, or one of no table.
fn key(choices: &mut Choices<'_>, keys: &[String]) -> Vec<u8> {
    let unknown = ["zz", "unknown_key_of_some_length", "", "c", "c00", "é", "\u{1F600}"];
    let key = if choices.happens(128) || keys.is_empty() {
        (*choices.pick(&unknown)).to_owned()
    } else {
        choices.pick(keys).clone()
    };
    serde_json::to_vec(&key).unwrap_or_default()
}

/// The same key, spelled otherwise; a different one at times.
fn spelled(choices: &mut Choices<'_>, key: &[u8]) -> Vec<u8> {
    match choices.below(4) {
        0 => key.to_ascii_uppercase(),
        1 => key.to_ascii_lowercase(),
        2 if key.len() > 2 && key[1].is_ascii_alphanumeric() => {
            [format!("\"\\u00{:02x}", key[1]).as_bytes(), &key[2..]].concat()
        }
        _ => {
            let mut key = key.to_vec();
            tweak(choices, &mut key);
            key
        }
    }
}

fn value(choices: &mut Choices<'_>) -> Tree {
    let number = |choices: &mut Choices<'_>| choices.pick(NUMBERS).as_bytes().to_vec();
    Tree::Scalar(match choices.below(8) {
        0 | 1 => number(choices),
        2 => [b"\"", number(choices).as_slice(), b"\""].concat(),
        3 | 4 => choices.pick(TEXTS).as_bytes().to_vec(),
        5 => {
            let len = *choices.pick(&[7, 8, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 300, 5000]);
            let mut text = vec![b'"'];
            text.extend(std::iter::repeat_n(b'a' + choices.below(26) as u8, len));
            let at = 1 + choices.below(len);
            match choices.below(6) {
                0 => drop(text.splice(at..at, *b"\xc3\xa9")),
                1 => drop(text.splice(at..at, *b"\xff")),
                2 => drop(text.splice(at..at, *b"\\n")),
                3 => drop(text.splice(at..at, *b"\xc3")),
                _ => {}
            }
            text.push(b'"');
            text
        }
        6 => vec![b'1' + choices.below(9) as u8; 1 + choices.below(45)],
        _ => choices.pick(OTHERS).as_bytes().to_vec(),
    })
}

/// A small change of what is there.
fn tweak(choices: &mut Choices<'_>, bytes: &mut Vec<u8>) {
    let at = choices.below(bytes.len());
    if bytes.is_empty() {
        return;
    }
    match choices.below(12) {
        0..=2 if bytes[at].is_ascii_digit() => bytes[at] = b'0' + choices.below(10) as u8,
        3 => {
            bytes.remove(at);
        }
        4 => bytes.insert(at, bytes[at]),
        5 => bytes.insert(at, *choices.pick(b"0-.e+\\\" ,:}\n/TZ")),
        6 => bytes[at] = choices.byte(),
        7 if bytes[0] == b'"' => {
            bytes.remove(0);
            bytes.pop();
        }
        7 => {
            bytes.insert(0, b'"');
            bytes.push(b'"');
        }
        8 => bytes.iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b'9'),
        9 => bytes.extend_from_slice(choices.pick(&["0", ".0", "e0", " ", ".5", "\""]).as_bytes()),
        10 => bytes[at] ^= 0x20,
        _ => bytes.truncate(at),
    }
}

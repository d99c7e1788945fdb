//! The values.

use super::Bytes;

fn texts(list: &[&str]) -> Vec<Bytes> {
    list.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// What any reader must take.
pub(super) fn yes() -> Vec<Bytes> {
    let mut values = texts(&[
        // Words.
        "true",
        "false",
        "null",
        // Numbers.
        "0",
        "-0",
        "1",
        "-1",
        "12",
        "0.5",
        "-0.5",
        "0.0",
        "-0.0",
        "0e0",
        "0e1",
        "0E-1",
        "1e1",
        "1E1",
        "1e+1",
        "1e-1",
        "1E+01",
        "1.5e3",
        "-1.5E-3",
        "123456789",
        "255",
        "256",
        "2147483647",
        "2147483648",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "100000000000000000000000",
        "0.1",
        "0.30000000000000004",
        "1.7976931348623157e308",
        "2.2250738585072014e-308",
        "5e-324",
        "1e-400",
        "123.456789012345678901234567890",
        // Texts.
        r#""""#,
        r#""a""#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""\u0000""#,
        r#""\u001F\u007f""#,
        r#""\u00e9\u00E9""#,
        r#""\u2028\u2029""#,
        r#""\uFFFF\uFEFF""#,
        r#""\ud83d\ude00""#,
        r#""\uD800\uDC00\uDBFF\uDFFF""#,
        r#""\\u0041""#,
        r#""\\\"""#,
        r#""{[,:]}""#,
        r#""// /* */ #""#,
        "\"\u{7f}\"",
        "\"é\"",
        "\"€\"",
        "\"😀\"",
        "\"\u{2028}\u{2029}\"",
        "\"\u{feff}\"",
        "\"\u{fffd}\u{ffff}\u{10ffff}\"",
        "\"a'b\"",
        "\"true\"",
        "\"12\"",
        // Lists and objects.
        "[]",
        "[ ]",
        "[[]]",
        "[1]",
        "[1,2]",
        "[ 1 , 2 ]",
        "[null]",
        "[true,null,\"x\",1.5,{},[]]",
        "[[],[[]],[1]]",
        "{}",
        "{ }",
        r#"{"a":1}"#,
        r#"{"a":{"a":{}}}"#,
        r#"{"":0}"#,
        r#"{"a":1,"b":2}"#,
        r#"{ "a" : [ { } ] }"#,
        r#"{"\u0061":1}"#,
        r#"{"a\u0000b":1}"#,
        r#"{"x":1,"y":[true,null],"s":"t"}"#,
        "[\t1,\r2 ]",
    ]);
    values.push(format!("\"{}\"", "long ".repeat(3000)).into_bytes());
    values.push(format!("{}1", "1".repeat(90)).into_bytes());
    values.push(format!("0.{}1", "0".repeat(300)).into_bytes());
    values.push(format!("[{}1]", "1,".repeat(2000)).into_bytes());
    values.push(
        format!("{{{}\"k\":0}}", (0..500).map(|n| format!("\"k{n}\":{n},")).collect::<String>()).into_bytes(),
    );
    values.push(format!("{{\"{}\":1}}", "k".repeat(5000)).into_bytes());
    // The document is one level more; the last two are too deep.
    for depth in [2, 10, 22, 23, 24, 60] {
        values.push([b"[".repeat(depth), b"]".repeat(depth)].concat());
        values.push([b"{\"a\":".repeat(depth), b"1".to_vec(), b"}".repeat(depth)].concat());
    }
    values
}

/// What no reader may take.
pub(super) fn no() -> Vec<Bytes> {
    let mut values = texts(&[
        "",
        // Words.
        "True",
        "TRUE",
        "tru",
        "truee",
        "fals",
        "nul",
        "nulll",
        "NULL",
        "nil",
        "None",
        "undefined",
        "t",
        "n",
        // Numbers.
        "01",
        "-01",
        "00",
        "-00",
        "1.",
        ".5",
        "-.5",
        "+1",
        "++1",
        "1e",
        "1E",
        "1e+",
        "1E-",
        "1.e1",
        "1.2.3",
        "1e1.5",
        "1e2e3",
        "0x10",
        "0b1",
        "1_000",
        "1,000.5.",
        "NaN",
        "-NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "inf",
        "--1",
        "-",
        "- 1",
        "1a",
        "1 2",
        "0e",
        "0e+",
        "2.e+3",
        "1/2",
        "1f",
        "1n",
        "\u{ff11}",
        "\u{663}",
        "-a",
        "0.",
        "-0.",
        "1e\u{e9}",
        // Texts.
        "'a'",
        "a",
        "\"",
        "\"a",
        "a\"",
        "\"\\\"",
        "\"a\\",
        "\"\\u\"",
        "\"\\u1\"",
        "\"\\u12\"",
        "\"\\u123\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\\u 123\"",
        "\"\\u{41}\"",
        "\"\\ud800\"",
        "\"\\udfff\"",
        "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\ud800\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\\ud800\"",
        "\"\\uD83D\\uD83D\\uDE00\"",
        "\"a\" \"b\"",
        "\"\\x41\"",
        "\"\\0\"",
        "\"\\a\"",
        "\"\\\u{e9}\"",
        "\u{201c}a\u{201d}",
        "`a`",
        "\"\"\"\"",
        // Lists and objects.
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "[1;2]",
        "[\"a\"",
        "[\"a\":1]",
        "[1}",
        "(1)",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\"}",
        "{\"a\":}",
        "{:1}",
        "{,}",
        "{\"a\":1,}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\" 1}",
        "{\"a\"=1}",
        "{\"a\"::1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{null:1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1]",
        "{\"a\":[}",
        "{\"a\",\"b\"}",
        "{[1]:2}",
        // Between tokens.
        "/**/1",
        "1//x",
        "#1",
        "1\u{b}",
        "1\u{c}",
        "\u{a0}1",
        "\u{feff}1",
        "1\u{0}",
        "\u{2028}1",
        "1\u{85}",
        ";",
        ":",
        "*",
        "<a/>",
        "...",
        "\\n",
    ]);
    // Control characters within a text; a line feed among them.
    values.extend((0..0x20_u8).map(|control| vec![b'"', b'a', control, b'b', b'"']));
    // Escapes that there are none of.
    let escapes = (b' '..0x7f).filter(|byte| !b"\"\\/bfnrtu".contains(byte));
    values.extend(escapes.map(|byte| vec![b'"', b'\\', byte, b'"']));
    // No UTF-8: stray and missing continuations, overlong forms, surrogates, beyond the last character.
    for bad in [
        &b"\x80"[..],
        b"\xbf",
        b"\xff",
        b"\xfe",
        b"\xc0\x80",
        b"\xc1\xbf",
        b"\xc3",
        b"\xc3\x28",
        b"\xe2\x82",
        b"\xe2\x28\xa1",
        b"\xe0\x80\x80",
        b"\xe0\x9f\xbf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xf0\x9f\x98",
        b"\xf0\x80\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        b"\xf4\x90\x80\x80",
        b"\xf5\x80\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe9t\xe9",
    ] {
        values.push([b"\"", bad, b"\""].concat());
        values.push([b"{\"", bad, b"\":1}"].concat());
    }
    values.push(b"[".repeat(100_000));
    values.push(b"{\"a\":".repeat(20_000));
    values
}

/// What a reader may take or refuse: it is sound, and not every reader can hold it.
pub(super) fn open() -> Vec<Bytes> {
    let mut values = texts(&["1e309", "-1e309", "1e400", "-1e99999", "123e45678901234567890"]);
    values.push(b"1".repeat(1000));
    values.push(b"1".repeat(1001));
    values.push([b"1.", &b"5".repeat(2000)[..]].concat());
    values.push([b"[".repeat(200), b"]".repeat(200)].concat());
    values
}

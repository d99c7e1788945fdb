//! Hive's partition paths: which characters of a column or value are escaped, and how null is written.
//!
//! lakebed's own paths never need an escape; other writers' paths do, and Athena escapes what it projects without a
//! location template.

/// What stands in a path for null and for empty text.
pub const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// ASCII characters that are escaped, beside control characters. A closing brace and blanks are not among them.
const ESCAPED: &str = "\"#%'*/:=?\\{[]^";

/// Appends a column name or a value as Hive writes it into a path; empty text becomes [`NULL`].
///
/// ```
/// let mut path = String::from("region=");
/// lakebed_schema::hive_path::escape("a/b é}", &mut path);
/// assert_eq!(path, "region=a%2Fb é}");
/// ```
pub fn escape(text: &str, path: &mut String) {
    if text.is_empty() {
        path.push_str(NULL);
    }
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii_control() || (byte.is_ascii() && ESCAPED.contains(c)) => {
                path.push('%');
                path.extend([byte >> 4, byte & 15].map(hex_digit));
            }
            Ok(_) | Err(_) => path.push(c),
        }
    }
}

/// Undoes `%XX`; a percent sign that starts no such escape stands for itself. Escaped bytes beyond ASCII, which Hive
/// never writes and Spark's readers take for UTF-8, are UTF-8 here; what is none becomes replacement characters.
pub fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn hex_digit(four_bits: u8) -> char {
    char::from_digit(u32::from(four_bits), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut path = String::new();
        escape(text, &mut path);
        path
    }

    #[test]
    fn what_hive_escapes() {
        assert_eq!(
            escaped("\"#%'*/:=?\\{[]^\u{0}\u{1f}\u{7f}"),
            "%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E%00%1F%7F"
        );
        let kept = "} +&,;@$!()<>|é\u{80}zA0._-~`";
        assert_eq!(escaped(kept), kept);
        assert_eq!(escaped(""), NULL);
    }

    #[test]
    fn what_is_no_escape_stands_for_itself() {
        assert_eq!(unescape("x%2Fy%3d%C3%A9%zz"), "x/y=é%zz");
        assert_eq!(unescape("%"), "%");
        assert_eq!(unescape("%4"), "%4");
        assert_eq!(unescape("%41%"), "A%");
    }

    proptest! {
        #[test]
        fn unescape_undoes_escape(text in ".+") {
            prop_assert_eq!(unescape(&escaped(&text)), text);
        }
    }
}

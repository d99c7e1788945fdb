//! Values that stand in the path of a file: `region=north%20west/`.

use std::path::Path;

/// What Hive writes for a null.
const HIVE_NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The partition values of a file, from the folders right above it: column, and text unless it is null. Text that
/// is no UTF-8 keeps replacement characters.
pub(super) fn values(file: &Path) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for folder in file.ancestors().skip(1) {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let Some((column, value)) = name.as_deref().and_then(|name| name.split_once('=')) else {
            break;
        };
        found.push((unescape(column), Some(unescape(value)).filter(|value| value != HIVE_NULL)));
    }
    found
}

/// Undoes `%XX`; a percent sign that starts no such escape stands for itself.
fn unescape(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_right_above_the_file_count() {
        let found = values(Path::new("/a=b/lake/t/dt=2026-11-23/region=x%2Fy%3D%C3%A9%zz/f.parquet"));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(found, [("region".into(), text("x/y=é%zz")), ("dt".into(), text("2026-11-23"))]);
        assert_eq!(
            values(Path::new("t/r=__HIVE_DEFAULT_PARTITION__/q=/f")),
            [("q".into(), text("")), ("r".into(), None)]
        );
        assert_eq!(unescape("%"), "%");
        assert_eq!(unescape("%4"), "%4");
        assert_eq!(unescape("%41%"), "A%");
    }
}

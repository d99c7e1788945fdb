//! Names of files and folders for things whose own names are free text.

/// Longest name that says all of it.
const LONG: usize = 100;
/// How much of a longer name can still be read.
const SHORT: usize = 60;
/// Digits of the hash that stands for the rest.
const HASH: usize = 32;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name for these parts; other parts have another name, also where files ignore case.
///
/// Lower-case letters, digits, `_` and `-` stand for themselves, other printable characters of ASCII as `%2f`, and
/// commas between the parts. What has capitals or characters beyond ASCII, or is long, keeps a readable beginning and
/// gets a hash.
pub(super) fn file_name<T: AsRef<str>>(parts: &[T]) -> String {
    let mut name = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            name.push(',');
        }
        for c in part.as_ref().chars() {
            match c {
                'a'..='z' | '0'..='9' | '_' | '-' => name.push(c),
                ' '..='~' if !c.is_ascii_uppercase() => name.push_str(&format!("%{:02x}", u32::from(c))),
                _ => return hashed(parts),
            }
        }
    }
    let empty = parts.iter().any(|part| part.as_ref().is_empty());
    if empty || name.len() > LONG || is_device(&name) { hashed(parts) } else { name }
}

fn hashed<T: AsRef<str>>(parts: &[T]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // The length in front: `a`, `bc` and `ab`, `c` are not the same.
        hasher.update(&(part.as_ref().len() as u64).to_le_bytes());
        hasher.update(part.as_ref().as_bytes());
    }
    let hash = hasher.finalize().to_hex();
    let readable = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let texts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let start: String = texts.join(",").chars().map(readable).take(SHORT).collect();
    format!("{start}~{}", hash.get(..HASH).unwrap_or(&hash))
}

fn is_device(name: &str) -> bool {
    let port = |start| name.strip_prefix(start).is_some_and(|digit: &str| digit.len() == 1);
    DEVICES.contains(&name) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_names_stay_and_others_can_be_read() {
        assert_eq!(file_name(&["traffic_measurement"]), "traffic_measurement");
        assert_eq!(file_name(&["2024-01-31", "07"]), "2024-01-31,07");
        assert_eq!(file_name(&["2024/01/31/07"]), "2024%2f01%2f31%2f07");
        assert_eq!(file_name(&["../a"]), "%2e%2e%2fa");
        assert_eq!(file_name(&["database.json"]), "database%2ejson");
        assert!(file_name(&["Zürich"]).starts_with("Z_rich~"));
        assert!(file_name(&["nul"]).starts_with("nul~"));
        assert!(file_name(&[""]).starts_with('~'));
    }

    proptest! {
        #[test]
        fn names_are_legal_and_tell_parts_apart(
            one in prop::collection::vec("[a-cA-C.,/~%é]{0,4}", 1..3),
            other in prop::collection::vec("[a-cA-C.,/~%é]{0,4}", 1..3),
        ) {
            let (first, second) = (file_name(&one), file_name(&other));
            prop_assert_eq!(one == other, first.eq_ignore_ascii_case(&second));
            prop_assert!(!first.starts_with('.') && !first.contains(['/', '\\', ':']));
        }

        #[test]
        fn names_are_never_too_long(parts in prop::collection::vec("\\PC{0,1024}", 1..4)) {
            prop_assert!(file_name(&parts).len() <= LONG);
        }
    }
}

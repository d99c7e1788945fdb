//! `FileExtension`.

use super::check::Finder;

/// Most characters that the API takes.
const MAX: usize = 128;

/// An empty one is the same as none.
pub(super) fn check(extension: &str, found: &mut Finder<'_>) {
    if extension.is_empty() {
        return;
    }
    let len = extension.chars().count();
    if len > MAX {
        found.refuse(
            "file-extension-length",
            None,
            format!("the extension has {len} characters, and Firehose takes {MAX}"),
            "take a shorter one",
        );
        return;
    }
    if !extension.starts_with('.') || len == 1 {
        found.refuse(
            "file-extension-dot",
            Some(0),
            format!("`{extension}` is not a dot and something behind it"),
            "write, for example, .parquet",
        );
        return;
    }
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "!-_.*'()".contains(c);
    if let Some((at, c)) = extension.chars().enumerate().find(|(_, c)| !legal(*c)) {
        let fix = if c.is_ascii_uppercase() { "write it in lower case" } else { "leave it out" };
        found.refuse(
            "file-extension-characters",
            Some(at),
            format!("`{c}` cannot stand in an extension: Firehose takes a-z 0-9 ! - _ . * ' ( ) only"),
            fix,
        );
    }
}

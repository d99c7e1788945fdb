//! Places as typed: a plain path, or a URL.

use crate::error::CliError;
use lakebed::Location;
use std::ffi::{OsStr, OsString};

use std::path::PathBuf;

/// What a place is for; it decides the wording.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    Input,
    Lake,
    /// A lake that is only read.
    Inspected,
}

/// The place that a plain path, a `file://` URL or an address on S3 means.
pub(crate) fn location(typed: &OsStr, place: Place) -> Result<Location, CliError> {
    let address = typed.to_str().filter(|text| text.get(..2).is_some_and(|s| s.eq_ignore_ascii_case("s3")));
    match address.and_then(|text| text.split_once("://")) {
        Some((scheme, rest)) if is_scheme(scheme) => {
            Location::from_s3_uri(&format!("{}://{rest}", scheme.to_ascii_lowercase())).ok_or_else(|| {
                CliError::usage(format!("`{scheme}://{rest}` names no bucket"))
                    .hint("write `s3://BUCKET/PREFIX/`")
            })
        }
        _ => path(typed, place).map(Location::Local),
    }
}

/// The path that a plain path or a `file://` URL means.
pub(crate) fn path(typed: &OsStr, place: Place) -> Result<PathBuf, CliError> {
    if typed.is_empty() {
        return Err(CliError::usage("a place is empty text"));
    }
    if typed == "-" {
        return Err(match place {
            Place::Input => CliError::usage("standard input (`-`) cannot be read here")
                .hint("write it to a file and name that; `./-` means a file called `-`"),
            Place::Lake => CliError::usage("a lake is a folder; standard output cannot be one"),
            Place::Inspected => CliError::usage("a lake is a folder; standard input cannot be one"),
        });
    }
    // A path that is no UTF-8 can be no URL.
    let Some((scheme, rest)) =
        typed.to_str().and_then(|text| text.split_once("://")).filter(|(s, _)| is_scheme(s))
    else {
        return Ok(PathBuf::from(typed));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "file" => file_url(rest),
        "s3" | "s3a" => Err(match place {
            Place::Input => CliError::not_built(&format!("reading from S3 (`{scheme}://{rest}`)"))
                .hint("copy the objects first (`aws s3 sync`), then convert the folder"),
            Place::Lake => CliError::not_built(&format!("writing to S3 (`{scheme}://{rest}`)")).hint(
                "convert into a folder, then copy it (`aws s3 sync`), `_lakebed` and `_errors` included",
            ),
            Place::Inspected => CliError::not_built(&format!("reading from S3 (`{scheme}://{rest}`)"))
                .hint("copy the lake first (`aws s3 sync`), then inspect the folder"),
        }),
        _ => Err(CliError::usage(format!("`{scheme}://{rest}`: no such kind of place"))
            .hint("give a path, or a `file://` URL")),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn file_url(rest: &str) -> Result<PathBuf, CliError> {
    let wrong = |why: &str| {
        CliError::usage(format!("`file://{rest}`: {why}"))
            .hint("write `file:///folder/file`, with three slashes")
    };
    let path = match rest.split_once('/') {
        Some(("" | "localhost", path)) => format!("/{path}"),
        Some((host, _)) => return Err(wrong(&format!("`{host}` would be another machine"))),
        None => return Err(wrong("it names no file")),
    };
    decoded(&path).map(PathBuf::from).ok_or_else(|| wrong("`%` must be followed by two hexadecimal digits"))
}

/// Undoes `%20` and the like.
fn decoded(text: &str) -> Option<OsString> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let [high, low, tail @ ..] = tail else { return None };
            let digit = |byte: &u8| char::from(*byte).to_digit(16);
            bytes.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    #[cfg(unix)]
    return Some(std::os::unix::ffi::OsStringExt::from_vec(bytes));
    #[cfg(not(unix))]
    return String::from_utf8(bytes).ok().map(OsString::from);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(typed: &str) -> Result<PathBuf, String> {
        path(OsStr::new(typed), Place::Input).map_err(|error| error.render())
    }

    #[test]
    fn paths_and_file_urls_mean_the_same() {
        for (typed, meant) in [
            ("data/a.json", "data/a.json"),
            ("./-", "./-"),
            ("file:///data/a.json", "/data/a.json"),
            ("file://localhost/data/a.json", "/data/a.json"),
            ("FILE:///a%20b/%C3%A9.json", "/a b/é.json"),
            ("dt=2026-11-23/x://y", "dt=2026-11-23/x://y"),
        ] {
            assert_eq!(input(typed), Ok(PathBuf::from(meant)), "{typed}");
        }
    }

    #[test]
    fn what_is_no_local_path_is_refused_with_its_reason() {
        for (typed, reason) in [
            ("", "empty"),
            ("-", "cannot be read here"),
            ("s3://bucket/key", "not built yet"),
            ("https://host/x", "no such kind of place"),
            ("file://host/x", "another machine"),
            ("file://", "names no file"),
            ("file:///a%2", "two hexadecimal digits"),
        ] {
            let error = input(typed).err().unwrap_or_default();
            assert!(error.contains(reason), "{typed}: {error}");
        }
    }
}

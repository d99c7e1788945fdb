//! Documents that hold records under some key, such as XML that was turned into JSON.

use super::lex::Lexer;
use crate::fault::{Fault, FaultKind, Step};
use std::ops::Range;

/// What is in a document that holds records.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Wrapper {
    /// Where each record stands.
    pub(super) records: Vec<Range<usize>>,
    /// The place behind the document.
    pub(super) end: usize,
}

/// Whether a path begins with that key.
pub(super) fn begins(paths: &[Vec<String>], key: &[u8]) -> bool {
    paths.iter().any(|path| path.first().is_some_and(|first| first.as_bytes() == key))
}

/// The records of the document that comes next.
///
/// # Errors
/// Broken syntax, a document that goes on beyond the block, a document without any record's place, and anything but
/// objects and arrays there.
pub(super) fn find(lexer: &mut Lexer<'_>, paths: &[Vec<String>]) -> Step<Wrapper> {
    let start = lexer.at;
    let mut wrapper = Wrapper::default();
    let steps: Vec<&[String]> = paths.iter().map(Vec::as_slice).collect();
    let found = walk(lexer, &steps, 1, &mut wrapper.records)?;
    wrapper.end = lexer.at;
    if found {
        return Ok(wrapper);
    }
    let places: Vec<String> = paths.iter().map(|path| path.join("/")).collect();
    Err(Fault::new(FaultKind::Value, start, format!("records at {}", places.join(" or ")), "none there"))
}

/// Goes through a value from which records are that many steps away; tells whether there was such a place.
fn walk(
    lexer: &mut Lexer<'_>,
    paths: &[&[String]],
    depth: usize,
    records: &mut Vec<Range<usize>>,
) -> Step<bool> {
    if paths.is_empty() || lexer.peek("a value")? != b'{' {
        lexer.skip(depth)?;
        return Ok(false);
    }
    lexer.check_depth(depth)?;
    lexer.at += 1;
    let mut found = false;
    if lexer.peek("a key or `}`")? == b'}' {
        lexer.at += 1;
        return Ok(false);
    }
    loop {
        if lexer.peek("a key")? != b'"' {
            return Err(lexer.syntax(lexer.at, "a key in quotes"));
        }
        let key = lexer.string()?.raw;
        lexer.expect(b':', "`:` after a key")?;
        let here = |path: &&[String]| path.first().is_some_and(|first| first.as_bytes() == key);
        let below: Vec<&[String]> =
            paths.iter().filter(|path| here(path)).filter_map(|path| path.get(1..)).collect();
        if below.iter().any(|path| path.is_empty()) {
            take(lexer, depth, records)?;
            found = true;
        } else {
            found |= walk(lexer, &below, depth + 1, records)?;
        }
        match lexer.peek("`,` or `}`")? {
            b',' => lexer.at += 1,
            b'}' => {
                lexer.at += 1;
                return Ok(found);
            }
            _ => return Err(lexer.syntax(lexer.at, "`,` or `}`")),
        }
    }
}

/// The place of each record of the object or array that comes next.
fn take(lexer: &mut Lexer<'_>, depth: usize, records: &mut Vec<Range<usize>>) -> Step {
    let bracket = lexer.peek("an object or array")?;
    let start = lexer.at;
    if bracket != b'[' {
        lexer.skip(depth)?;
        records.push(start..lexer.at);
        return Ok(());
    }
    lexer.check_depth(depth)?;
    lexer.at += 1;
    if lexer.peek("a record or `]`")? == b']' {
        lexer.at += 1;
        return Ok(());
    }
    loop {
        lexer.peek("a record")?;
        let start = lexer.at;
        lexer.skip(depth + 1)?;
        records.push(start..lexer.at);
        match lexer.peek("`,` or `]`")? {
            b',' => lexer.at += 1,
            b']' => {
                lexer.at += 1;
                return Ok(());
            }
            _ => return Err(lexer.syntax(lexer.at, "`,` or `]`")),
        }
    }
}

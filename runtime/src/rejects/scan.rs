//! The error objects of one file, block by block.

use crate::convert::Input;
use crate::fault::shorten;
use crate::replay::{ErrorObject, Found, first_line, next};
use memchr::memchr_iter;
use std::io::{self, Read};

/// What stands in a file.
#[derive(Debug)]
pub(super) enum Line<'a> {
    /// An error object, and the line where it starts.
    Object { object: ErrorObject<'a>, line: u64 },
    /// Something else, in short.
    Broken { text: String, line: u64 },
}

/// Bytes read at once.
const BLOCK: usize = 1 << 20;
/// Longest error object that is looked at.
const LONGEST: usize = 64 << 20;

/// Hands every error object of a file over, and all that is none.
pub(super) fn scan(input: &Input, each: &mut dyn FnMut(Line<'_>)) -> io::Result<()> {
    let mut reader = input.open()?;
    let mut block: Vec<u8> = Vec::new();
    let mut line = 1;
    let mut want = BLOCK;
    loop {
        let got = (&mut reader).take(want as u64).read_to_end(&mut block)?;
        let last = got < want;
        let passed = objects(&block, last, line, each);
        line += memchr_iter(b'\n', block.get(..passed).unwrap_or_default()).count() as u64;
        block.drain(..passed);
        if block.len() > LONGEST {
            let text = format!("more than {LONGEST} bytes: {}", shorten(&block));
            each(Line::Broken { text, line });
            if !skip_line(&mut reader, &mut block)? {
                return Ok(());
            }
            line += 1;
        }
        if last && block.len() <= LONGEST {
            return Ok(());
        }
        want = block.len().max(BLOCK);
    }
}

/// Goes through a block; gives the bytes that are done with.
fn objects(block: &[u8], last: bool, first: u64, each: &mut dyn FnMut(Line<'_>)) -> usize {
    let (mut at, mut line, mut counted) = (0, first, 0);
    let mut line_of = |place: usize| {
        line += memchr_iter(b'\n', block.get(counted..place).unwrap_or_default()).count() as u64;
        counted = place;
        line
    };
    loop {
        let rest = block.get(at..).unwrap_or_default();
        match next(rest, last) {
            Found::Incomplete { start } => return at + start,
            Found::Broken { start, end } => {
                let text = shorten(rest.get(start..end).unwrap_or_default());
                each(Line::Broken { text, line: line_of(at + start) });
                at += end;
            }
            Found::Object { start, end } => {
                let text = rest.get(start..end).unwrap_or_default();
                let line = line_of(at + start);
                match ErrorObject::parse(text) {
                    Ok(object) if object.is_one() => {
                        each(Line::Object { object, line });
                        at += end;
                    }
                    Ok(_) => {
                        each(Line::Broken { text: shorten(text), line });
                        at += end;
                    }
                    Err(_) => {
                        let len = first_line(text);
                        each(Line::Broken { text: shorten(text.get(..len).unwrap_or_default()), line });
                        at += start + len;
                    }
                }
            }
        }
    }
}

/// Passes over the rest of a line; what follows it is in the block. False at the end.
fn skip_line(reader: &mut impl Read, block: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        if let Some(end) = memchr::memchr(b'\n', block) {
            block.drain(..=end);
            return Ok(true);
        }
        block.clear();
        if reader.take(BLOCK as u64).read_to_end(block)? == 0 {
            return Ok(false);
        }
    }
}

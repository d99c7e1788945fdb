//! One JSON document into one row: driven by the columns, not by the document.

use super::lex::{Lexer, Text, minify, unescape};
use crate::columns::ColumnId;
use crate::fault::{Fault, FaultKind, Step, shorten};
use crate::feed::cells::Cells;
use crate::feed::text::parse_uuid;
use crate::plan::Kind;
use crate::time::{parse_date, parse_digits};
use std::collections::HashSet;

/// Buffers that are used again for each record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    text: Vec<u8>,
    key: Vec<u8>,
}

/// A document under way.
pub(super) struct RecordReader<'a, 'b> {
    pub(super) cells: Cells<'a>,
    pub(super) lexer: &'a mut Lexer<'b>,
    pub(super) scratch: &'a mut Scratch,
}

impl<'b> RecordReader<'_, 'b> {
    /// The object that comes next, into the members of a record.
    pub(super) fn object(&mut self, record: ColumnId, depth: usize) -> Step {
        self.lexer.check_depth(depth)?;
        self.lexer.at += 1;
        let plan = self.cells.plan.record(record);
        let mut hint = 0;
        let mut first = true;
        loop {
            match self.lexer.peek("a key or `}`")? {
                b'}' if first => {
                    self.lexer.at += 1;
                    break;
                }
                b'"' => {}
                _ => return Err(self.lexer.syntax(self.lexer.at, "a key in quotes")),
            }
            let key_at = self.lexer.at;
            let text = self.lexer.string()?;
            let key = resolve(text, self.lexer, key_at, &mut self.scratch.key)?;
            let member = plan.keys.find(key, hint);
            let shown = member.filter(|&id| self.cells.columns.is_filled(id)).map(|_| shorten(key));
            if let (Some(id), Some(key)) = (member, shown) {
                let found = format!("`{key}` again");
                let expected = "each key once, whatever its case";
                return Err(Fault::new(FaultKind::DuplicateKey, key_at, expected, found).in_column(id));
            }
            self.lexer.expect(b':', "`:` after a key")?;
            match member {
                Some(id) => {
                    self.value(id, depth)?;
                    hint = plan.members.binary_search(&id).map_or(hint, |index| index + 1);
                }
                None => {
                    self.lexer.skip(depth)?;
                }
            }
            first = false;
            match self.lexer.peek("`,` or `}`")? {
                b',' => self.lexer.at += 1,
                b'}' => {
                    self.lexer.at += 1;
                    break;
                }
                _ => return Err(self.lexer.syntax(self.lexer.at, "`,` or `}`")),
            }
            if self.lexer.peek("a key")? != b'"' {
                return Err(self.lexer.syntax(self.lexer.at, "a key in quotes"));
            }
        }
        let end = self.lexer.at - 1;
        self.cells.close_record(record).map_err(|fault| at(fault, end))
    }

    /// The value that comes next, into a column.
    fn value(&mut self, id: ColumnId, depth: usize) -> Step {
        let first = self.lexer.peek("a JSON value")?;
        let start = self.lexer.at;
        match (&self.cells.node(id).kind, first) {
            (_, b'n') => {
                self.lexer.word(b"null")?;
                self.cells.null(id)
            }
            (Kind::Struct(_), b'{') => {
                self.cells.columns.begin(id);
                self.object(id, depth + 1)?;
                self.cells.columns.end_struct(id);
                return Ok(());
            }
            (Kind::List { .. }, b'[') => return self.list(id, depth + 1),
            (Kind::Map, b'{') => return self.map(id, depth + 1),
            // As Firehose's OpenX does it: a lone value becomes a list of one.
            (Kind::List { .. }, _) => {
                self.cells.columns.begin(id);
                self.value(id + 1, depth)?;
                self.cells.close_list(id)
            }
            (Kind::Json, _) | (Kind::String, b'{' | b'[') => {
                let raw = self.lexer.skip(depth)?;
                minify(raw, &mut self.scratch.text);
                self.cells.string(id, &self.scratch.text)
            }
            (Kind::Binary, b'[') => return self.byte_list(id, depth + 1),
            (_, b'"') => {
                let text = self.lexer.string()?;
                let text = resolve(text, self.lexer, start, &mut self.scratch.text)?;
                self.cells.text(id, text)
            }
            (_, b'-' | b'0'..=b'9') => {
                let token = self.lexer.number()?;
                self.cells.number(id, token)
            }
            (_, b't') => {
                self.lexer.word(b"true")?;
                self.cells.bool(id, true)
            }
            (_, b'f') => {
                self.lexer.word(b"false")?;
                self.cells.bool(id, false)
            }
            (_, b'{') => Err(self.cells.refuse(id, "an object")),
            (_, b'[') => Err(self.cells.refuse(id, "an array")),
            _ => return Err(self.lexer.syntax(start, "a JSON value")),
        }
        .map_err(|fault| at(fault, start))
    }

    fn list(&mut self, id: ColumnId, depth: usize) -> Step {
        let start = self.lexer.at;
        self.lexer.check_depth(depth)?;
        self.cells.columns.begin(id);
        self.elements(|reader| reader.value(id + 1, depth))?;
        self.cells.close_list(id).map_err(|fault| at(fault, start))
    }

    /// The array that comes next; `element` reads each of its values.
    fn elements(&mut self, mut element: impl FnMut(&mut Self) -> Step) -> Step {
        self.lexer.at += 1;
        if self.lexer.peek("a value or `]`")? == b']' {
            self.lexer.at += 1;
            return Ok(());
        }
        loop {
            element(self)?;
            match self.lexer.peek("`,` or `]`")? {
                b',' => self.lexer.at += 1,
                b']' => {
                    self.lexer.at += 1;
                    return Ok(());
                }
                _ => return Err(self.lexer.syntax(self.lexer.at, "`,` or `]`")),
            }
        }
    }

    fn map(&mut self, id: ColumnId, depth: usize) -> Step {
        self.lexer.check_depth(depth)?;
        self.lexer.at += 1;
        self.cells.columns.begin(id);
        let value = self.cells.columns.end(id + 1);
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        let mut next = self.lexer.peek("a key or `}`")?;
        while next != b'}' {
            if next != b'"' {
                return Err(self.lexer.syntax(self.lexer.at, "a key in quotes"));
            }
            let key_at = self.lexer.at;
            let text = self.lexer.string()?;
            let key = resolve(text, self.lexer, key_at, &mut self.scratch.key)?;
            if !seen.insert(same_key(&self.cells.node(id + 1).kind, key)) {
                let found = format!("`{}` again", shorten(key));
                return Err(Fault::new(FaultKind::DuplicateKey, key_at, "each key once", found).in_column(id));
            }
            self.cells.text(id + 1, key).map_err(|fault| at(fault, key_at))?;
            self.lexer.expect(b':', "`:` after a key")?;
            self.value(value, depth)?;
            next = self.lexer.peek("`,` or `}`")?;
            if next == b',' {
                self.lexer.at += 1;
                next = self.lexer.peek("a key")?;
                if next == b'}' {
                    return Err(self.lexer.syntax(self.lexer.at, "a key in quotes"));
                }
            } else if next != b'}' {
                return Err(self.lexer.syntax(self.lexer.at, "`,` or `}`"));
            }
        }
        self.lexer.at += 1;
        self.cells.close_list(id)
    }

    /// Bytes written as an array of numbers, as serde writes `Vec<u8>`.
    fn byte_list(&mut self, id: ColumnId, depth: usize) -> Step {
        self.lexer.check_depth(depth)?;
        let mut bytes = Vec::new();
        self.elements(|reader| {
            let first = reader.lexer.peek("a byte")?;
            let start = reader.lexer.at;
            let token: &'b [u8] = match first {
                b'0'..=b'9' => reader.lexer.number()?,
                _ => return Err(at(reader.cells.refuse(id, shorten(&[first])), start)),
            };
            let byte = std::str::from_utf8(token).ok().and_then(|token| token.parse().ok());
            match byte {
                Some(byte) => {
                    bytes.push(byte);
                    Ok(())
                }
                None => Err(at(reader.cells.refuse(id, shorten(token)), start)),
            }
        })?;
        self.cells.columns.push_bytes(id, &bytes);
        Ok(())
    }
}

/// What equal keys of a map have in common, however they are spelled: no reader takes a map with a key twice.
fn same_key(kind: &Kind, key: &[u8]) -> Vec<u8> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "other keys have one spelling")]
    let same = match kind {
        Kind::Int { .. } => parse_digits(key).map(|value| value.to_le_bytes().to_vec()),
        Kind::Date(None) => parse_date(key).map(|days| days.to_le_bytes().to_vec()),
        Kind::Uuid => parse_uuid(key).map(|uuid| uuid.to_vec()),
        Kind::Boolean => Some(key.to_ascii_lowercase()),
        Kind::Enum(words) => {
            let word = words.iter().find(|(spelling, _)| spelling == key);
            word.map(|(_, word)| word.as_bytes().to_vec())
        }
        _ => None,
    };
    same.unwrap_or_else(|| key.to_vec())
}

/// The bytes a string stands for.
fn resolve<'s>(text: Text<'s>, lexer: &Lexer<'_>, quote: usize, scratch: &'s mut Vec<u8>) -> Step<&'s [u8]> {
    if !text.escaped {
        return Ok(text.raw);
    }
    unescape(text.raw, scratch).map_err(|(at, what)| lexer.syntax(quote + 1 + at, what))?;
    Ok(scratch)
}

/// Puts a fault that knows its value but not its place at the place of the value.
fn at(mut fault: Box<Fault>, at: usize) -> Box<Fault> {
    if fault.at == 0 {
        fault.at = at;
    }
    fault
}

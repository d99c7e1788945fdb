//! One JSON document into one row: driven by the columns, not by the document.

use super::lex::{Lexer, Text, lower_keys, minify, unescape};
use super::wrapper;
use crate::columns::ColumnId;
use crate::fault::{Fault, FaultKind, Step, Wire, shorten};
use crate::feed::cells::Cells;
use crate::feed::text::parse_uuid;
use crate::feed::trace::{Trace, is_in_value};
use crate::keys::Keys;
use crate::plan::Kind;
use crate::time::{parse_date, parse_digits};
use std::collections::HashSet;

/// Buffers that are used again for each record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    text: Vec<u8>,
    key: Vec<u8>,
    /// Whether the object that was refused holds records rather than being one.
    pub(super) wrapper: bool,
}

/// A document under way.
pub(super) struct RecordReader<'a, 'b, T> {
    pub(super) cells: Cells<'a>,
    pub(super) lexer: &'a mut Lexer<'b>,
    pub(super) scratch: &'a mut Scratch,
    pub(super) trace: &'a mut T,
}

impl<'b, T: Trace> RecordReader<'_, 'b, T> {
    /// The object that comes next, into the members of a record.
    pub(super) fn object(&mut self, record: ColumnId, depth: usize) -> Step {
        let plan = self.cells.plan.record(record);
        self.members(record, &plan.keys, depth)?;
        let end = self.lexer.at - 1;
        let trace = &mut *self.trace;
        self.cells.close_record_with(record, &mut |fault| trace.fault(at(fault, end), end..end + 1))
    }

    /// The object that comes next, whose keys those are, into the members of a record.
    fn members(&mut self, record: ColumnId, keys: &Keys, depth: usize) -> Step {
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
            let mut member = keys.find(key, hint);
            let key_end = self.lexer.at;
            let shown_again = member.filter(|&id| self.cells.columns.is_filled(id)).map(|_| shorten(key));
            if let (Some(id), Some(key)) = (member, &shown_again) {
                let found = format!("`{key}` again");
                let expected = "each key once, whatever its case";
                let fault = Fault::new(FaultKind::DuplicateKey, key_at, expected, found).in_column(id);
                self.trace.fault(fault, key_at..self.lexer.at)?;
                member = None;
            }
            let attributes = keys.attributes(key).filter(|_| member.is_none());
            if member.is_none() && record == 0 && wrapper::begins(&self.cells.plan.records, key) {
                self.scratch.wrapper = true;
                let found = format!("`{}`, around records", shorten(key));
                return Err(Fault::new(FaultKind::Value, key_at, "a record", found));
            }
            self.lexer.expect(b':', "`:` after a key")?;
            let attributes = match attributes {
                Some(attributes) if self.lexer.peek("a JSON value")? == b'{' => Some(attributes),
                _ => None,
            };
            match member {
                _ if let Some(attributes) = attributes => self.members(record, attributes, depth + 1)?,
                Some(id) => {
                    self.field(id, depth)?;
                    hint = plan.members.binary_search(&id).map_or(hint, |index| index + 1);
                }
                None => {
                    if T::RECOVERS && shown_again.is_none() {
                        self.trace.undeclared(key_at..key_end);
                    }
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
        Ok(())
    }

    /// The value that comes next, into a column. A reader that traces notes a fault, leaves null behind, and goes on
    /// after the value.
    fn field(&mut self, id: ColumnId, depth: usize) -> Step {
        if !T::RECOVERS {
            return self.value(id, depth);
        }
        self.lexer.white_space();
        let start = self.lexer.at;
        let filled = self.cells.columns.len(id);
        let fault = match self.value(id, depth) {
            Ok(()) => {
                self.trace.value(id, start..self.lexer.at);
                return Ok(());
            }
            Err(fault) if !is_in_value(fault.kind) => return Err(fault),
            Err(fault) => fault,
        };
        self.lexer.at = start;
        let skipped = self.lexer.skip(depth).map(|_| ());
        let from = fault.at.max(start);
        let to = if from == start { self.lexer.at } else { from + 1 };
        self.trace.value(id, start..self.lexer.at);
        self.trace.fault(fault, from..to.max(from + 1))?;
        skipped?;
        self.cells.columns.cut(id, filled);
        self.cells.columns.push_null(id);
        Ok(())
    }

    /// The value that comes next, into a column.
    pub(super) fn value(&mut self, id: ColumnId, depth: usize) -> Step {
        let first = self.lexer.peek("a JSON value")?;
        let start = self.lexer.at;
        let node = self.cells.node(id);
        match (&node.kind, first) {
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
            (kind, b'[' | b'{')
                if self.cells.plan.xml_json && kind.is_lone(first) && self.is_empty_at()? =>
            {
                self.lexer.skip(depth)?;
                self.cells.null(id)
            }
            (kind, b'[') if self.cells.plan.xml_json && kind.is_lone(first) => {
                return self.lone(id, depth + 1);
            }
            (Kind::List { .. }, b'[') => return self.list(id, depth + 1),
            (Kind::Map, b'{') => return self.map(id, depth + 1),
            (Kind::Struct(_), b'[') if node.reading.by_position => return self.by_position(id, depth + 1),
            // As Firehose's OpenX does it: a lone value becomes a list of one.
            (Kind::List { .. }, _) if node.reading.lone_as_list => {
                self.cells.columns.begin(id);
                self.value(id + 1, depth)?;
                self.cells.close_list(id)
            }
            (Kind::Json, _) => self.json_text(id, depth),
            (Kind::String, b'{' | b'[') if node.reading.parts_as_text => self.json_text(id, depth),
            (Kind::Binary, b'[') => return self.byte_list(id, depth + 1),
            (_, b'"') => {
                let text = self.lexer.string()?;
                let text = resolve(text, self.lexer, start, &mut self.scratch.text)?;
                self.cells.quoted(id, text)
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
            (_, b'{') => Err(self.cells.refuse_wire(id, Wire::Object)),
            (_, b'[') => Err(self.cells.refuse_wire(id, Wire::Array)),
            _ => return Err(self.lexer.syntax(start, "a JSON value")),
        }
        .map_err(|fault| at(fault, start))
    }

    /// Any JSON value, as its text.
    fn json_text(&mut self, id: ColumnId, depth: usize) -> Step {
        let raw = self.lexer.skip(depth)?;
        minify(raw, &mut self.scratch.text);
        if self.cells.node(id).reading.lower_keys {
            lower_keys(&mut self.scratch.text);
        }
        self.cells.string(id, &self.scratch.text)
    }

    /// The array that comes next, into the members of a record: one after the other, what is left over ignored.
    fn by_position(&mut self, id: ColumnId, depth: usize) -> Step {
        self.lexer.check_depth(depth)?;
        self.cells.columns.begin(id);
        let mut members = self.cells.plan.record(id).members.iter();
        self.elements(|reader| match members.next() {
            Some(&member) => reader.field(member, depth),
            None => reader.lexer.skip(depth).map(|_| ()),
        })?;
        let end = self.lexer.at - 1;
        self.cells.close_record(id).map_err(|fault| at(fault, end))?;
        self.cells.columns.end_struct(id);
        Ok(())
    }

    /// Whether the object or array that comes next has nothing in it.
    fn is_empty_at(&mut self) -> Step<bool> {
        let start = self.lexer.at;
        self.lexer.at += 1;
        let next = self.lexer.peek("a value")?;
        self.lexer.at = start;
        Ok(matches!(next, b']' | b'}'))
    }

    /// The list of one that comes next, as the value in it.
    fn lone(&mut self, id: ColumnId, depth: usize) -> Step {
        let start = self.lexer.at;
        self.lexer.check_depth(depth)?;
        self.lexer.at += 1;
        self.value(id, depth)?;
        match self.lexer.peek("`]`")? {
            b']' => self.lexer.at += 1,
            b',' => return Err(at(self.cells.refuse(id, "several values in a list"), start)),
            _ => return Err(self.lexer.syntax(self.lexer.at, "`]`")),
        }
        Ok(())
    }

    fn list(&mut self, id: ColumnId, depth: usize) -> Step {
        let start = self.lexer.at;
        self.lexer.check_depth(depth)?;
        self.cells.columns.begin(id);
        self.elements(|reader| reader.field(id + 1, depth))?;
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
        let lower = self.cells.node(id).reading.lower_keys;
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        let mut next = self.lexer.peek("a key or `}`")?;
        while next != b'}' {
            if next != b'"' {
                return Err(self.lexer.syntax(self.lexer.at, "a key in quotes"));
            }
            let key_at = self.lexer.at;
            let text = self.lexer.string()?;
            let mut key = resolve(text, self.lexer, key_at, &mut self.scratch.key)?;
            let lowered;
            if lower {
                lowered = String::from_utf8_lossy(key).to_lowercase().into_bytes();
                key = &lowered;
            }
            let pushed = if seen.insert(same_key(&self.cells.node(id + 1).kind, key)) {
                let filled = self.cells.columns.len(id + 1);
                let pushed = self.cells.text(id + 1, key).map_err(|fault| at(fault, key_at));
                if T::RECOVERS && pushed.is_err() {
                    self.cells.columns.cut(id + 1, filled);
                }
                pushed
            } else {
                let found = format!("`{}` again", shorten(key));
                Err(Fault::new(FaultKind::DuplicateKey, key_at, "each key once", found).in_column(id))
            };
            let refused = match pushed {
                Ok(()) => false,
                Err(fault) => {
                    self.trace.fault(fault, key_at..self.lexer.at)?;
                    true
                }
            };
            self.lexer.expect(b':', "`:` after a key")?;
            if refused {
                self.lexer.skip(depth)?;
            } else {
                self.field(value, depth)?;
            }
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

//! One XML record into one row.

use super::tree::{NodeId, Tree, Value};
use crate::columns::ColumnId;
use crate::fault::{Fault, FaultKind, Step, shorten};
use crate::feed::cells::Cells;
use crate::feed::trace::{Trace, is_in_value};
use crate::plan::Kind;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::ops::Range;

/// A record under way. Places are counted from the start of the record.
pub(super) struct Walk<'a, T> {
    pub(super) cells: Cells<'a>,
    pub(super) tree: &'a Tree,
    pub(super) scratch: &'a mut Scratch,
    pub(super) trace: &'a mut T,
    /// Where the value under way stands.
    pub(super) place: Range<usize>,
}

/// Buffers that are used again for each record.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Open elements.
    frames: Vec<Frame>,
    /// Nodes that the open elements stand for, those of one element after those of its parent.
    active: Vec<NodeId>,
    /// Texts of the open elements, as `active`.
    text: String,
}

/// An open element.
#[derive(Clone, Copy, Debug)]
struct Frame {
    active: usize,
    text: usize,
    at: usize,
    /// Whether some column's value is this element.
    wanted: bool,
    /// Whether it has child elements or attributes.
    parts: bool,
    /// Whether it says that it is null.
    nil: bool,
}

type Attributes<'e> = Vec<(QName<'e>, Cow<'e, str>)>;

impl<T: Trace> Walk<'_, T> {
    /// Reads a record whose tags are known to match.
    pub(super) fn record(&mut self, text: &str) -> Step {
        self.scratch.frames.clear();
        self.scratch.active.clear();
        self.scratch.text.clear();
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        loop {
            let at = position(reader.buffer_position());
            let event = reader.read_event().map_err(|e| syntax(position(reader.error_position()), e))?;
            self.place = at..position(reader.buffer_position());
            match event {
                Event::Start(tag) => self.start(&tag, at)?,
                Event::End(_) => self.end(at)?,
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(entity) => {
                    let mut buffer = [0; 4];
                    let text = resolve(&entity, &mut buffer, at)?;
                    self.text(text);
                }
                Event::DocType(_) => {
                    return Err(Fault::new(FaultKind::Syntax, at, "an element or text", "a document type"));
                }
                // Never given: empty elements are expanded.
                Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof => return Ok(()),
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.scratch.frames.last().is_some_and(|frame| frame.wanted) {
            self.scratch.text.push_str(text);
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, at: usize) -> Step {
        let attributes = read_attributes(tag, at)?;
        let active = self.scratch.active.len();
        match self.scratch.frames.last_mut() {
            Some(parent) => {
                parent.parts = true;
                for node in parent.active..active {
                    let Some(&node) = self.scratch.active.get(node) else { break };
                    for child in &self.tree.node(node).children {
                        let met = child.condition.as_ref().is_none_or(|(name, value)| {
                            attributes
                                .iter()
                                .any(|(key, found)| name.matches(key.as_ref().as_bytes()) && found == value)
                        });
                        if met && child.element.matches(tag.name().as_ref().as_bytes()) {
                            self.scratch.active.push(child.node);
                        }
                    }
                }
                if self.scratch.active.len() == active {
                    self.refuse_child(tag, at)?;
                }
            }
            None => self.scratch.active.push(0),
        }
        let is_nil = |(key, value): &(QName<'_>, Cow<'_, str>)| {
            let (local, prefix) = key.decompose();
            prefix.is_some() && local.as_ref() == "nil" && matches!(value.as_ref(), "true" | "1")
        };
        let text = self.scratch.text.len();
        let nil = attributes.iter().any(is_nil);
        let parts = !attributes.is_empty();
        self.scratch.frames.push(Frame { active, text, at, wanted: false, parts, nil });
        let mut index = active;
        while let Some(&node) = self.scratch.active.get(index) {
            self.open(node, tag, &attributes, at).map_err(|fault| place(fault, at))?;
            index += 1;
        }
        Ok(())
    }

    /// A child element that no path knows, inside an element whose text a column wants.
    fn refuse_child(&self, tag: &BytesStart<'_>, at: usize) -> Step {
        let Some(frame) = self.scratch.frames.last().filter(|frame| frame.wanted) else {
            return Ok(());
        };
        let active = self.scratch.active.iter().skip(frame.active);
        let mut values = active.flat_map(|&node| &self.tree.node(node).values);
        let takes_text = |value: &&Value| {
            value.record.is_none() && !matches!(self.cells.node(value.column).kind, Kind::Map)
        };
        match values.find(takes_text) {
            Some(value) => {
                let found = format!("an element `<{}>`", shorten(tag.name().as_ref().as_bytes()));
                Err(place(self.cells.refuse(value.column, found), at))
            }
            None => Ok(()),
        }
    }

    /// Begins the records that an element holds, and takes the values of its attributes.
    fn open(&mut self, node: NodeId, tag: &BytesStart<'_>, attributes: &Attributes<'_>, at: usize) -> Step {
        let tree = self.tree;
        for (name, column) in &tree.node(node).attributes {
            let found = attributes.iter().find(|(key, _)| {
                name.matches(key.as_ref().as_bytes()) && key.as_namespace_binding().is_none()
            });
            if let Some((key, value)) = found {
                self.first(*column, "@", key.as_ref(), at)?;
                self.value(*column, value.as_bytes(), false)?;
            }
        }
        for value in &tree.node(node).values {
            self.first(value.column, "", tag.name().as_ref(), at)?;
            if let Some(frame) = self.scratch.frames.last_mut() {
                frame.wanted = true;
            }
            if let Some((record, members)) = value.record {
                self.cells.columns.begin(value.column);
                self.cells.columns.begin(record);
                self.scratch.active.push(members);
            }
        }
        Ok(())
    }

    /// The fault of a value that comes a second time.
    fn first(&self, column: ColumnId, sign: &str, name: &str, at: usize) -> Step {
        if !self.cells.columns.is_filled(column) {
            return Ok(());
        }
        let found = format!("`{sign}{}` again", shorten(name.as_bytes()));
        Err(Fault::new(FaultKind::DuplicateKey, at, "each value once", found).in_column(column))
    }

    fn end(&mut self, end: usize) -> Step {
        let Some(frame) = self.scratch.frames.pop() else {
            return Ok(());
        };
        let whole = std::mem::take(&mut self.scratch.text);
        let text = whole.get(frame.text..).unwrap_or_default().trim_ascii();
        let mut done = Ok(());
        self.place.start = frame.at;
        if frame.wanted {
            for index in frame.active..self.scratch.active.len() {
                let Some(&node) = self.scratch.active.get(index) else { break };
                let tree = self.tree;
                for value in &tree.node(node).values {
                    done = done.and_then(|()| self.close(value, text, &frame));
                }
            }
        }
        if self.scratch.frames.is_empty() {
            done = done.and_then(|()| self.members(0));
        }
        self.scratch.text = whole;
        self.scratch.text.truncate(frame.text);
        self.scratch.active.truncate(frame.active);
        let at = if self.scratch.frames.is_empty() { end } else { frame.at };
        done.map_err(|fault| place(fault, at))
    }

    /// Takes the value of an element that ends.
    fn close(&mut self, value: &Value, text: &str, frame: &Frame) -> Step {
        let Some((record, _)) = value.record else {
            return self.value(value.column, text.as_bytes(), frame.nil);
        };
        if !text.is_empty() {
            return Err(self.cells.refuse(record, format!("\"{}\"", shorten(text.as_bytes()))));
        }
        let empty = frame.nil || !frame.parts;
        if empty && self.cells.node(record).nullable {
            return self.cells.null(record);
        }
        self.members(record)?;
        self.cells.columns.end_struct(record);
        Ok(())
    }

    /// Closes the lists of a record, then the record.
    fn members(&mut self, record: ColumnId) -> Step {
        for &member in &self.cells.plan.record(record).members {
            let node = self.cells.node(member);
            if !matches!(node.kind, Kind::List { .. }) {
                continue;
            }
            self.cells.columns.begin(member);
            // XML has no other way to write an empty list than to leave its elements out.
            if self.cells.columns.open_elements(member) > 0 || !node.nullable {
                self.cells.close_list(member)?;
            }
        }
        let (trace, end) = (&mut *self.trace, self.place.end);
        self.cells.close_record_with(record, &mut |fault| trace.fault(fault, end.saturating_sub(1)..end))
    }

    /// A text into a column, or as the next element into a list. A reader that traces notes a fault, leaves null
    /// behind, and goes on.
    fn value(&mut self, column: ColumnId, text: &[u8], nil: bool) -> Step {
        if !T::RECOVERS {
            return self.push(column, text, nil);
        }
        let is_list = matches!(self.cells.node(column).kind, Kind::List { .. });
        let id = column + usize::from(is_list);
        let filled = self.cells.columns.len(id);
        self.trace.value(column, self.place.clone());
        match self.push(column, text, nil) {
            Err(fault) if is_in_value(fault.kind) => {
                self.trace.fault(fault, self.place.clone())?;
                self.cells.columns.cut(id, filled);
                self.cells.columns.push_null(id);
                Ok(())
            }
            done => done,
        }
    }

    fn push(&mut self, column: ColumnId, text: &[u8], nil: bool) -> Step {
        let mut id = column;
        if let Kind::List { .. } = self.cells.node(column).kind {
            self.cells.columns.begin(column);
            id = column + 1;
        }
        #[allow(clippy::wildcard_enum_match_arm, reason = "all other types take a text")]
        match self.cells.node(id).kind {
            Kind::Map => Err(self.cells.refuse(id, "an element: maps are not read from XML")),
            Kind::List { .. } => {
                Err(self.cells.refuse(id, "an element: lists of lists are not read from XML"))
            }
            Kind::String if !nil => self.cells.text(id, text),
            _ if nil || text.is_empty() => self.cells.null(id),
            Kind::Json => {
                let json = serde_json::Value::from(String::from_utf8_lossy(text).as_ref()).to_string();
                self.cells.string(id, json.as_bytes())
            }
            _ => self.cells.text(id, text),
        }
    }
}

/// Attributes with their values resolved.
fn read_attributes<'e>(tag: &'e BytesStart<'_>, at: usize) -> Step<Attributes<'e>> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|e| syntax(at, e))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|e| syntax(at, e))?;
        attributes.push((attribute.key, value));
    }
    Ok(attributes)
}

/// The text of `&…;`: the five entities of XML and characters by number. Entities that a document declares are never
/// expanded.
fn resolve<'s>(entity: &'s BytesRef<'_>, buffer: &'s mut [u8; 4], at: usize) -> Step<&'s str> {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => Ok(c.encode_utf8(buffer)),
        Ok(None) => resolve_xml_entity(entity).ok_or_else(|| {
            let found = format!("`&{};`", shorten(entity.as_bytes()));
            Fault::new(FaultKind::Syntax, at, "&lt; &gt; &amp; &apos; &quot; or a character by number", found)
        }),
        Err(e) => Err(syntax(at, e)),
    }
}

fn syntax(at: usize, error: impl std::fmt::Display) -> Box<Fault> {
    Fault::new(FaultKind::Syntax, at, "well-formed XML", error.to_string())
}

/// Puts a fault that does not know its place there.
fn place(mut fault: Box<Fault>, at: usize) -> Box<Fault> {
    if fault.at == 0 {
        fault.at = at;
    }
    fault
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

//! Records that could not be stored: kept whole, with the reason.

use crate::fault::{Fault, FaultKind};
use crate::plan::Plan;
use crate::semantics::MALFORMED_JSON;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A record that could not be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Kind of fault.
    pub kind: FaultKind,
    /// The column it is in, as a path such as `items[].qty`.
    pub column: Option<String>,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// Firehose's own words, where the semantics are Firehose's.
    pub firehose: Option<String>,
    /// First byte of the record in the decoded input.
    pub offset: u64,
    /// Bytes of the record.
    pub len: u64,
    /// Byte of the fault in the decoded input.
    pub fault_offset: u64,
    /// Line of the fault, from 1; until an input is put together, from the start of its segment.
    pub line: u64,
    /// Column of the fault in bytes, from 1.
    pub line_column: u64,
    /// The record itself, or nothing when it is so long that it is read again from the input.
    pub raw: Option<Vec<u8>>,
}

/// Rejects of a block, with what is needed to make them.
#[derive(Debug, Default)]
pub struct Rejects {
    /// In the order of the input.
    pub list: Vec<Reject>,
    /// Rejects at which a decoder pauses, so that they can be taken out; 0 for never.
    most: usize,
}

impl Rejects {
    /// For decoders that are to pause at so many: a block of nothing but tiny faults would fill the memory.
    pub(crate) fn pausing_at(most: usize) -> Self {
        Self { list: Vec::new(), most }
    }

    /// Whether it is time to take them out.
    pub(crate) fn are_many(&self) -> bool {
        self.most > 0 && self.list.len() >= self.most
    }
}

/// Longest record that a reject carries itself.
pub(crate) const RAW_BYTES: usize = 1 << 20;

impl Reject {
    /// A reject from a fault.
    pub(crate) fn new(plan: &Plan, mut fault: Fault, offset: u64, len: u64, fault_offset: u64) -> Self {
        if fault.kind == FaultKind::TooLong && len > 0 {
            // How long it is shows only at its end.
            fault.found = format!("one of {len} bytes");
        }
        let node = fault.column.and_then(|id| plan.nodes.get(id));
        let path = node.map(|node| node.path.clone());
        let firehose = plan.deserializer.and_then(|deserializer| {
            let own = sentence(path.as_deref(), &fault.expected, &fault.found);
            match (fault.kind, node) {
                (FaultKind::Syntax, _) => Some(format!("{MALFORMED_JSON}{own}")),
                (FaultKind::Value, Some(node)) => {
                    Some(deserializer.message(&node.kind, fault.wire.as_ref(), &own))
                }
                _ => None,
            }
        });
        Self {
            kind: fault.kind,
            column: path.filter(|path| !path.is_empty()),
            expected: fault.expected.into_owned(),
            found: fault.found,
            firehose,
            offset,
            len,
            fault_offset,
            line: 0,
            line_column: 0,
            raw: None,
        }
    }

    /// Bytes in memory, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let text = self.expected.len() + self.found.len() + self.column.as_ref().map_or(0, String::len);
        let more = self.firehose.as_ref().map_or(0, String::len) + self.raw.as_ref().map_or(0, Vec::len);
        size_of::<Self>() + text + more
    }

    /// Code in Firehose's words where it has one.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// One sentence for people, in Firehose's words where the semantics are Firehose's.
    pub fn message(&self) -> String {
        match &self.firehose {
            Some(message) => message.clone(),
            None => sentence(self.column.as_deref(), &self.expected, &self.found),
        }
    }

    /// One line of NDJSON in the shape of Firehose's format-conversion error object, with members of our own. The
    /// text ends before the value of `rawData`, which the caller writes as base64 and closes with `"}`.
    pub(crate) fn line_head(
        &self,
        table: &str,
        database: Option<&str>,
        source: &str,
        arrival_ms: i64,
    ) -> String {
        let mut line = Map::new();
        line.insert("attemptsMade".into(), json!(1));
        line.insert("arrivalTimestamp".into(), json!(arrival_ms));
        line.insert("lastErrorCode".into(), json!(self.code()));
        line.insert("lastErrorMessage".into(), json!(self.message()));
        line.insert("attemptEndingTimestamp".into(), json!(arrival_ms));
        line.insert("sequenceNumber".into(), Value::Null);
        line.insert("subSequenceNumber".into(), Value::Null);
        line.insert("dataCatalogTable".into(), json!({ "databaseName": database, "tableName": table }));
        line.insert("source".into(), json!(source));
        line.insert("offset".into(), json!(self.offset));
        line.insert("length".into(), json!(self.len));
        line.insert("line".into(), json!(self.line));
        line.insert("column".into(), json!(self.line_column));
        line.insert("field".into(), json!(self.column));
        line.insert("expected".into(), json!(self.expected));
        line.insert("found".into(), json!(self.found));
        line.insert("table".into(), json!(table));
        let mut text = Value::Object(line).to_string();
        text.truncate(text.len() - 1);
        text.push_str(",\"rawData\":\"");
        text
    }
}

fn sentence(column: Option<&str>, expected: &str, found: &str) -> String {
    let place = column.filter(|column| !column.is_empty()).map(|column| format!("column `{column}`: "));
    format!("{}expected {expected}, found {found}", place.unwrap_or_default())
}

/// Base64 as Firehose writes it.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

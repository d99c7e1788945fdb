//! Records that could not be stored: kept whole, with the reason.

use crate::fault::{Fault, FaultKind};
use crate::plan::Plan;
use crate::semantics::MALFORMED_JSON;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::sync::Arc;

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
    /// Where the record was before, when it came out of an error object and fails again.
    pub replayed: Option<Arc<Replayed>>,
    /// Byte of the fault in the record, for one that came out of an error object.
    pub(crate) fault_in_record: Option<u64>,
}

/// What an error object says of the records in it, for those that fail again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Attempts so far, the one that failed now among them.
    pub attempts: u64,
    /// Milliseconds since 1970 at which the record arrived first.
    pub arrival_ms: Option<i64>,
    /// Sequence number in its Kinesis stream.
    pub sequence: Value,
    /// Number within a record of several.
    pub sub_sequence: Value,
    /// The function that never got it.
    pub lambda: Option<String>,
    /// Where it stood first, when that is known.
    pub source: Option<Source>,
}

/// Where a record stood in its input, as a reject says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The input.
    pub input: String,
    /// First byte of the record.
    pub offset: Value,
    /// Bytes of the record.
    pub length: Value,
    /// Line of the fault that was found first.
    pub line: Value,
    /// Its column in bytes.
    pub column: Value,
}

/// What every line of a reject file says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) table: &'a str,
    pub(crate) database: Option<&'a str>,
    /// The input that was read.
    pub(crate) input: &'a str,
    /// Milliseconds since 1970 at which the input arrived.
    pub(crate) arrival_ms: i64,
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

    /// For a part of the block: pauses when there is no room for more here.
    pub(crate) fn of_a_part(&self) -> Self {
        let most = if self.most == 0 { 0 } else { self.most.saturating_sub(self.list.len()).max(1) };
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
            replayed: None,
            fault_in_record: None,
        }
    }

    /// Milliseconds since 1970 at which the record arrived: its own time when an error object tells it, else that of
    /// the input.
    pub(crate) fn arrival_ms(&self, input: i64) -> i64 {
        self.replayed.as_ref().and_then(|replayed| replayed.arrival_ms).unwrap_or(input)
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
    /// name of the run comes later, since it follows from all that was read: [`sign`] puts it in its place. The text ends
    /// before the value of `rawData`, which the caller writes as base64 and closes with `"}`.
    pub(crate) fn line_head(&self, head: &Head<'_>) -> String {
        let arrival = self.arrival_ms(head.arrival_ms);
        let replayed = self.replayed.as_deref();
        let source = replayed.and_then(|replayed| replayed.source.as_ref());
        let mut line = Map::new();
        line.insert("attemptsMade".into(), json!(replayed.map_or(1, |replayed| replayed.attempts)));
        line.insert("arrivalTimestamp".into(), json!(arrival));
        line.insert("lastErrorCode".into(), json!(self.code()));
        line.insert("lastErrorMessage".into(), json!(self.message()));
        line.insert("attemptEndingTimestamp".into(), json!(arrival));
        let of_stream =
            |number: fn(&Replayed) -> &Value| replayed.map_or(Value::Null, |it| number(it).clone());
        line.insert("sequenceNumber".into(), of_stream(|replayed| &replayed.sequence));
        line.insert("subSequenceNumber".into(), of_stream(|replayed| &replayed.sub_sequence));
        line.insert(
            "dataCatalogTable".into(),
            json!({ "databaseName": head.database, "tableName": head.table }),
        );
        if let Some(lambda) = replayed.and_then(|replayed| replayed.lambda.as_ref()) {
            line.insert("lambdaArn".into(), json!(lambda));
        }
        let [input, offset, length, at_line, column] = match (source, replayed) {
            (Some(source), _) => {
                let Source { input, offset, length, line, column } = source.clone();
                [Value::String(input), offset, length, line, column]
            }
            // Firehose does not say where a record came from; what is known is the error object.
            (None, Some(_)) => [json!(head.input), Value::Null, Value::Null, Value::Null, Value::Null],
            (None, None) => {
                let places = [self.offset, self.len, self.line, self.line_column];
                let [offset, length, line, column] = places.map(|number| json!(number));
                [json!(head.input), offset, length, line, column]
            }
        };
        line.insert("source".into(), input);
        line.insert("offset".into(), offset);
        line.insert("length".into(), length);
        line.insert("line".into(), at_line);
        line.insert("column".into(), column);
        let fault = self.fault_in_record.unwrap_or(self.fault_offset.saturating_sub(self.offset));
        line.insert("fault".into(), json!(fault));
        if replayed.is_some() {
            line.insert("replayOf".into(), json!(format!("{}:{}", head.input, self.line)));
        }
        line.insert("field".into(), json!(self.column));
        line.insert("expected".into(), json!(self.expected));
        line.insert("found".into(), json!(self.found));
        line.insert("table".into(), json!(head.table));
        let rest = Value::Object(line).to_string();
        let rest = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        format!("{{\"run\":\"{NO_RUN}\",{rest},\"rawData\":\"")
    }
}

/// What stands where the name of the run will stand.
const NO_RUN: &str = "----------------";
/// Bytes of a line before that.
const BEFORE_RUN: usize = 8;

/// Puts the name of the run, 16 characters, into lines of rejects of which one piece comes after the other. `column` is
/// how much of the line under way came before.
pub(crate) fn sign(piece: &mut [u8], column: &mut usize, run: &str) {
    let mut rest = piece;
    while !rest.is_empty() {
        let newline = memchr::memchr(b'\n', rest);
        let len = newline.map_or(rest.len(), |newline| newline + 1);
        let Some((line, behind)) = rest.split_at_mut_checked(len) else { return };
        for (byte, place) in run.bytes().take(NO_RUN.len()).zip(BEFORE_RUN..) {
            if let Some(slot) = place.checked_sub(*column).and_then(|at| line.get_mut(at)) {
                *slot = byte;
            }
        }
        *column = if newline.is_some() { 0 } else { *column + len };
        rest = behind;
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

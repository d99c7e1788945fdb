//! The record to explain: taken out of an input, or out of the reject of a record.

use super::ExplainOptions;
use crate::batch::Batch;
use crate::convert::Format;
use crate::error::{Error, ErrorKind};
use crate::feed::Feeder;
use crate::framing::tell;
use crate::plan::Plan;
use crate::reject::Rejects;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use serde::Serialize;
use serde_json::Value;
use std::io::Read;

/// One record and where it stands.
#[derive(Debug)]
pub(super) struct Source {
    /// The input, or what the reject carries.
    pub(super) text: Vec<u8>,
    /// Bytes of the record in it.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) format: Format,
    pub(super) origin: Option<Origin>,
}

/// What a reject says of the record that it carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Why the record was refused then.
    pub code: Option<String>,
    /// The same in a sentence.
    pub message: Option<String>,
    /// Input it came from.
    pub source: Option<String>,
    /// Its line there.
    pub line: Option<u64>,
}

impl Source {
    /// The record that the options ask for.
    pub(super) fn find(input: Vec<u8>, plan: &Plan, options: &ExplainOptions) -> Result<Self, Error> {
        let input = plain(input)?;
        match rejects(&input) {
            Some(mut found) if options.nth <= found.len() => {
                let (text, origin) = found.swap_remove(options.nth - 1);
                let text = plain(text)?;
                let first = ExplainOptions { nth: 1, ..*options };
                Ok(Self { origin: Some(origin), ..Self::frame(text, plan, &first)? })
            }
            Some(found) => Err(too_few(found.len(), "reject")),
            None => Self::frame(input, plan, options),
        }
    }

    /// Finds the record as a conversion does, with the same reader.
    fn frame(text: Vec<u8>, plan: &Plan, options: &ExplainOptions) -> Result<Self, Error> {
        let body = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
        let format = if body.starts_with(b"<") { Format::Xml } else { Format::Json };
        if body.is_empty() && options.nth == 1 {
            return Ok(Self { text, start: 0, end: 0, format, origin: None });
        }
        let mut feeder = Feeder::new(plan, format, options.limits)?;
        let mut batch = Batch::new(plan, options.arrival);
        let mut rejects = Rejects::default();
        let (mut at, mut before) = (0, 0);
        loop {
            let block = text.get(at..).unwrap_or_default();
            let taken = feeder.decode(block, at as u64, true, &mut batch, &mut rejects);
            at += taken;
            let mut places: Vec<(u64, u64)> = batch.rows().iter().map(|row| (row.offset, row.len)).collect();
            places.extend(rejects.list.drain(..).map(|reject| (reject.offset, reject.len)));
            places.sort_unstable();
            let at_end = taken == 0 || at >= text.len();
            if let Some(&(offset, len)) =
                options.nth.checked_sub(before + 1).and_then(|index| places.get(index))
            {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
                let end = start.saturating_add(usize::try_from(len).unwrap_or(usize::MAX)).min(text.len());
                return Ok(Self { text, start, end, format, origin: None });
            }
            before += places.len();
            if at_end {
                return Err(match feeder.note() {
                    Some(note) => Error::new(ErrorKind::Usage, note),
                    None => too_few(before, "record"),
                });
            }
            batch = Batch::new(plan, options.arrival);
        }
    }

    pub(super) fn record(&self) -> &[u8] {
        self.text.get(self.start..self.end).unwrap_or_default()
    }
}

fn too_few(count: usize, what: &str) -> Error {
    let s = if count == 1 { "" } else { "s" };
    Error::new(ErrorKind::Usage, format!("the input has only {count} {what}{s}"))
}

/// Bytes without the gzip around them.
fn plain(input: Vec<u8>) -> Result<Vec<u8>, Error> {
    if !input.starts_with(&[0x1f, 0x8b]) {
        return match tell(&input) {
            None => Ok(input),
            Some(framing) => {
                let message = format!("the input is {}: explain unpacks gzip only", framing.name);
                Err(Error::new(ErrorKind::Usage, message))
            }
        };
    }
    let mut text = Vec::new();
    let read = MultiGzDecoder::new(input.as_slice()).read_to_end(&mut text);
    read.map_err(|e| Error::new(ErrorKind::Input, "the gzip stream is damaged").with_source(e))?;
    Ok(text)
}

/// The records that rejects carry, if the input is lines of them: ours, or Firehose's error objects.
fn rejects(input: &[u8]) -> Option<Vec<(Vec<u8>, Origin)>> {
    let lines = input.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let found: Option<Vec<_>> = lines.map(reject).collect();
    found.filter(|found| !found.is_empty())
}

fn reject(line: &[u8]) -> Option<(Vec<u8>, Origin)> {
    if !line.starts_with(b"{") {
        return None;
    }
    let line: Value = serde_json::from_slice(line).ok()?;
    let text = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
    let code = text("lastErrorCode").or_else(|| text("errorCode"))?;
    let record = STANDARD.decode(line.get("rawData")?.as_str()?).ok()?;
    let origin = Origin {
        code: Some(code),
        message: text("lastErrorMessage").or_else(|| text("errorMessage")),
        source: text("source"),
        line: line.get("line").and_then(Value::as_u64),
    };
    Some((record, origin))
}

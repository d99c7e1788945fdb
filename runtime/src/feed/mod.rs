//! What feeds columns: JSON, XML, and typed records. A new input format is one file and one line in `Feeder`.

mod cells;
pub mod json;
mod skipped;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod trace;
pub mod typed;
pub mod xml;

use crate::batch::Batch;
use crate::convert::{Format, Limits};
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::reject::Rejects;
use crate::replay::{ObjectDecoder, Seen};
use json::JsonDecoder;
use xml::XmlDecoder;

/// A decoder of one input, whatever its format.
#[derive(Debug)]
pub(crate) enum Feeder<'p> {
    Json(Box<JsonDecoder<'p>>),
    Xml(Box<XmlDecoder<'p>>),
    Objects(Box<ObjectDecoder<'p>>),
}

impl<'p> Feeder<'p> {
    /// A decoder for a format.
    ///
    /// # Errors
    /// When the table does not say how its records stand in that format.
    pub(crate) fn new(plan: &'p Plan, format: Format, limits: Limits) -> Result<Self, Error> {
        match format {
            Format::Json => Ok(Self::Json(Box::new(JsonDecoder::new(plan, limits)))),
            Format::Xml if plan.deserializer.is_some() => Err(Error::new(
                ErrorKind::Input,
                "Firehose converts JSON only: XML has no `firehose` semantics",
            )),
            Format::Xml => {
                let missing = "the table does not say which XML element is a record: add `xml = \"…\"` to it";
                let record = plan.xml.as_ref().ok_or_else(|| Error::new(ErrorKind::Input, missing))?;
                Ok(Self::Xml(Box::new(XmlDecoder::new(plan, record, limits))))
            }
        }
    }

    /// As [`JsonDecoder::decode`].
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        base_offset: u64,
        last: bool,
        batch: &mut Batch,
        rejects: &mut Rejects,
    ) -> usize {
        match self {
            Self::Json(decoder) => decoder.decode(block, base_offset, last, batch, rejects),
            Self::Xml(decoder) => decoder.decode(block, base_offset, last, batch, rejects),
            Self::Objects(decoder) => decoder.decode(block, base_offset, last, batch, rejects),
        }
    }

    /// Place of the fault in the document that is being passed over, if there is one.
    pub(crate) fn open_fault(&self) -> Option<u64> {
        match self {
            Self::Json(decoder) => decoder.open_fault(),
            Self::Xml(decoder) => decoder.open_fault(),
            Self::Objects(decoder) => decoder.open_fault(),
        }
    }

    /// As [`JsonDecoder::is_between_records`].
    pub(crate) fn is_between_records(&self) -> bool {
        match self {
            Self::Json(decoder) => decoder.is_between_records(),
            Self::Xml(decoder) => decoder.is_between_records(),
            Self::Objects(decoder) => decoder.is_between_records(),
        }
    }

    /// What is odd about an input that is now at its end.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Self::Xml(decoder) => decoder.note(),
            Self::Json(decoder) => decoder.note(),
            Self::Objects(_) => None,
        }
    }

    /// What a replay has seen so far; nothing where events are read.
    pub(crate) fn seen(&self) -> Seen {
        match self {
            Self::Json(_) | Self::Xml(_) => Seen::default(),
            Self::Objects(decoder) => decoder.seen(),
        }
    }

    /// Why the input as a whole is refused, once it is.
    pub(crate) fn failure(&mut self) -> Option<Error> {
        match self {
            Self::Json(_) | Self::Xml(_) => None,
            Self::Objects(decoder) => decoder.failure(),
        }
    }
}

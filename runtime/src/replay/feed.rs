//! Error objects into columns: each is opened, and the records in it are decoded as a conversion does.

use super::frame::{self, Found};
use super::object::ErrorObject;
use super::rules::Rules;
use crate::batch::Batch;
use crate::convert::Limits;
use crate::error::{Error, ErrorKind};
use crate::fault::{Fault, FaultKind, Step, shorten};
use crate::feed::json::JsonDecoder;
use crate::feed::xml::XmlDecoder;
use crate::plan::Plan;
use crate::reject::{RAW_BYTES, Reject, Rejects, Replayed, Source};
use crate::report::ReplayCounts;
use crate::unpack;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

/// What a decoder of error objects has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) counts: ReplayCounts,
    /// Runs whose rejects were among them.
    pub(crate) runs: BTreeSet<String>,
}

/// Decodes blocks of error objects.
#[derive(Debug)]
pub(crate) struct ObjectDecoder<'p> {
    plan: &'p Plan,
    limits: Limits,
    rules: &'p Rules,
    /// Second at which the input arrived, for objects that tell no time.
    arrival: i64,
    /// Run that wrote the input, going by its name, for rejects that do not say it.
    run: Option<String>,
    json: JsonDecoder<'p>,
    open: Option<Open<'p>>,
    /// Start and length so far of something too long.
    skipping: Option<(u64, u64)>,
    seen: Seen,
    failure: Option<Error>,
}

/// An object whose records are being decoded.
#[derive(Debug)]
struct Open<'p> {
    data: Vec<u8>,
    at: usize,
    /// The decoder of XML; JSON has one that is used again and again.
    xml: Option<Box<XmlDecoder<'p>>>,
    place: Place,
    origin: Arc<Replayed>,
    records: u64,
}

/// Where an object stands in the decoded input.
#[derive(Clone, Copy, Debug)]
struct Place {
    offset: u64,
    len: u64,
}

impl<'p> ObjectDecoder<'p> {
    /// A decoder at the start of an input or segment; `name` is that of the input's file.
    pub(crate) fn new(plan: &'p Plan, limits: Limits, rules: &'p Rules, name: &str, arrival: i64) -> Self {
        let run = name.split('.').next().filter(|stem| stem.len() == 16 && is_hex(stem)).map(str::to_owned);
        let json = JsonDecoder::new(plan, limits);
        let seen = Seen::default();
        Self { plan, limits, rules, arrival, run, json, open: None, skipping: None, seen, failure: None }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.clone()
    }

    /// Why the input as a whole is refused.
    pub(crate) fn failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    pub(crate) fn is_between_records(&self) -> bool {
        self.open.is_none() && self.skipping.is_none()
    }

    pub(crate) fn open_fault(&self) -> Option<u64> {
        self.skipping.map(|(start, _)| start)
    }

    /// As [`JsonDecoder::decode`].
    pub(crate) fn decode(
        &mut self,
        block: &[u8],
        base: u64,
        last: bool,
        batch: &mut Batch,
        rejects: &mut Rejects,
    ) -> usize {
        let mut at = 0;
        loop {
            while let Some(open) = self.open.take() {
                self.open = self.go_on(open, batch, rejects);
                if batch.is_full() || rejects.are_many() {
                    break;
                }
            }
            if self.failure.is_some() || batch.is_full() || rejects.are_many() {
                return at;
            }
            let rest = block.get(at..).unwrap_or_default();
            if self.skipping.is_some() {
                at += self.skip(rest, last, rejects);
                if self.skipping.is_some() {
                    return at;
                }
                continue;
            }
            let offset = base + at as u64;
            match frame::next(rest, last) {
                Found::Incomplete { start } => {
                    if rest.len() - start <= self.longest() {
                        return at + start;
                    }
                    self.skipping = Some((offset + start as u64, 0));
                    at += start;
                }
                Found::Broken { start, end } => {
                    self.broken(rest.get(start..end).unwrap_or_default(), offset + start as u64, rejects);
                    at += end;
                }
                Found::Object { start, end } => {
                    let text = rest.get(start..end).unwrap_or_default();
                    at += start + self.object(text, offset + start as u64, rejects);
                }
            }
        }
    }

    /// Longest error object: the longest record in base64, and room for what else it says.
    fn longest(&self) -> usize {
        (self.limits.document_bytes / 3).saturating_mul(4).saturating_add(64 << 10)
    }

    /// Passes over the line of something too long.
    fn skip(&mut self, rest: &[u8], last: bool, rejects: &mut Rejects) -> usize {
        let Some((start, len)) = self.skipping.take() else { return 0 };
        let newline = memchr::memchr(b'\n', rest);
        let passed = newline.unwrap_or(rest.len());
        let len = len + passed as u64;
        if newline.is_none() && !last {
            self.skipping = Some((start, len));
            return passed;
        }
        self.seen.counts.objects += 1;
        self.seen.counts.broken += 1;
        let limit = self.longest();
        let fault =
            Fault::new(FaultKind::TooLong, 0, format!("an error object of at most {limit} bytes"), "more");
        rejects.list.push(Reject::new(self.plan, *fault, start, len, start));
        passed
    }

    /// Keeps bytes that are no error object.
    fn broken(&mut self, text: &[u8], offset: u64, rejects: &mut Rejects) {
        let found = format!("`{}`", shorten(text));
        self.keep(FaultKind::Syntax, "an error object, as JSON with rawData", found, text, offset, rejects);
    }

    fn keep(
        &mut self,
        kind: FaultKind,
        expected: &'static str,
        found: String,
        text: &[u8],
        offset: u64,
        rejects: &mut Rejects,
    ) {
        self.seen.counts.objects += 1;
        self.seen.counts.broken += 1;
        let trimmed = text.trim_ascii_end();
        let fault = Fault::new(kind, 0, expected, found);
        let mut reject = Reject::new(self.plan, *fault, offset, trimmed.len() as u64, offset);
        reject.raw = (trimmed.len() <= RAW_BYTES).then(|| trimmed.to_vec());
        rejects.list.push(reject);
    }

    /// Opens an object; gives the bytes that are done with.
    fn object(&mut self, text: &[u8], offset: u64, rejects: &mut Rejects) -> usize {
        let object = match ErrorObject::parse(text) {
            Ok(object) => object,
            Err(_) => {
                let end = frame::first_line(text);
                self.broken(text.get(..end).unwrap_or_default(), offset, rejects);
                return end;
            }
        };
        if let Some(why) = self.rules.refuse(&object, self.run.as_deref()) {
            self.failure = Some(Error::new(ErrorKind::Input, format!("{why} (at byte {offset})")));
            return 0;
        }
        let place = Place { offset, len: text.len() as u64 };
        let data = match object.data() {
            Ok(Some(data)) => data,
            Ok(None) => {
                let found = "an error object without it".to_owned();
                self.keep(FaultKind::Syntax, "rawData", found, text, offset, rejects);
                return text.len();
            }
            Err(why) => {
                self.keep(FaultKind::Syntax, "rawData in base64", why.to_string(), text, offset, rejects);
                return text.len();
            }
        };
        self.seen.counts.objects += 1;
        match &object.ours {
            Some(ours) => self.seen.runs.extend(ours.run.clone().or_else(|| self.run.clone())),
            None => self.seen.counts.foreign += 1,
        }
        let origin = Arc::new(origin(&object));
        if !data.is_empty()
            && let Some(fault) = self.rules.before_lambda(&object, self.plan.deserializer.is_some())
        {
            rejects.list.push(self.reject(*fault, data, place, &origin));
            return text.len();
        }
        if let Some(fault) = self.rules.after_lambda(&object, self.plan) {
            rejects.list.push(self.reject(*fault, data, place, &origin));
            return text.len();
        }
        let limit = self.limits.document_bytes as u64;
        match unpack(data.clone(), limit) {
            Ok(unpacked) => {
                let head = unpacked.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&unpacked).trim_ascii_start();
                let xml = head.starts_with(b"<").then(|| self.xml());
                match xml.transpose() {
                    Ok(xml) => {
                        self.json.restart();
                        self.open = Some(Open { data: unpacked, at: 0, xml, place, origin, records: 0 });
                    }
                    Err(fault) => rejects.list.push(self.reject(*fault, data, place, &origin)),
                }
            }
            Err(why) => {
                self.seen.counts.broken += 1;
                let too_long =
                    why.kind() == io::ErrorKind::InvalidData && why.to_string().contains("bytes of text");
                let kind = if too_long { FaultKind::TooLong } else { FaultKind::Syntax };
                let fault = Fault::new(kind, 0, "rawData that can be unpacked", why.to_string());
                rejects.list.push(self.reject(*fault, data, place, &origin));
            }
        }
        text.len()
    }

    /// A decoder of records in XML.
    fn xml(&self) -> Step<Box<XmlDecoder<'p>>> {
        let record = self.plan.xml.as_ref().filter(|_| self.plan.deserializer.is_none());
        let record = record.ok_or_else(|| {
            let expected = "JSON, since the table or its semantics read no XML";
            Fault::new(FaultKind::Syntax, 0, expected, "XML")
        })?;
        Ok(Box::new(XmlDecoder::new(self.plan, record, self.limits)))
    }

    /// A reject of all that an object carries.
    fn reject(&self, fault: Fault, data: Vec<u8>, place: Place, origin: &Arc<Replayed>) -> Reject {
        let mut reject = Reject::new(self.plan, fault, place.offset, place.len, place.offset);
        reject.raw = Some(data);
        reject.fault_in_record = Some(0);
        reject.replayed = Some(Arc::clone(origin));
        reject
    }

    /// Decodes records of the open object until it ends, the batch is full or the rejects are many; gives it back when it goes on.
    fn go_on(&mut self, mut open: Open<'p>, batch: &mut Batch, rejects: &mut Rejects) -> Option<Open<'p>> {
        batch.set_arrival(open.origin.arrival_ms.map_or(self.arrival, |ms| ms.div_euclid(1000)));
        let before = batch.len();
        let mut inner = rejects.of_a_part();
        let rest = open.data.get(open.at..).unwrap_or_default();
        let base = open.at as u64;
        let taken = match &mut open.xml {
            None => self.json.decode(rest, base, true, batch, &mut inner),
            Some(xml) => xml.decode(rest, base, true, batch, &mut inner),
        };
        let records = (batch.len() - before) as u64 + inner.list.len() as u64;
        open.records += records;
        for mut reject in inner.list {
            let range = |from: u64, len: u64| {
                let from = usize::try_from(from).unwrap_or(usize::MAX);
                from..from.saturating_add(usize::try_from(len).unwrap_or(usize::MAX))
            };
            let record = open.data.get(range(reject.offset, reject.len)).unwrap_or_default();
            reject.raw = Some(reject.raw.take().unwrap_or_else(|| record.to_vec()));
            reject.fault_in_record = Some(reject.fault_offset.saturating_sub(reject.offset));
            (reject.offset, reject.len, reject.fault_offset) =
                (open.place.offset, open.place.len, open.place.offset);
            reject.replayed = Some(Arc::clone(&open.origin));
            rejects.list.push(reject);
        }
        open.at += taken;
        let is_done = taken == 0 && records == 0 && !batch.is_full() || open.at >= open.data.len();
        if is_done {
            if open.records == 0 {
                self.seen.counts.empty += 1;
            }
            return None;
        }
        Some(open)
    }
}

/// What a record takes along from its object when it fails again.
fn origin(object: &ErrorObject<'_>) -> Replayed {
    let source = object.ours.as_ref().and_then(|ours| {
        Some(Source {
            input: ours.source.clone()?,
            offset: ours.offset.clone(),
            length: ours.length.clone(),
            line: ours.line.clone(),
            column: ours.column.clone(),
        })
    });
    Replayed {
        attempts: object.attempts.unwrap_or(1).saturating_add(1),
        arrival_ms: object.arrival_ms,
        sequence: object.sequence.clone(),
        sub_sequence: object.sub_sequence.clone(),
        lambda: object.lambda.clone(),
        source,
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reject::base64;
    use crate::testing::optional;
    use lakebed_schema::{LogicalType, Table};

    #[test]
    fn the_rejects_of_one_object_come_in_portions() {
        let table = Table::new("t", vec![optional("n", LogicalType::UInt8)]);
        let plan = Plan::compile(&table).unwrap();
        let rules = Rules { table: "t".to_owned(), ..Rules::default() };
        let mut object = String::new();
        for records in [5000, 3] {
            let raw = base64("{\"n\":300}\n{\"n\":1}\n".repeat(records).as_bytes());
            object.push_str(&format!("{{\"attemptsMade\":1,\"rawData\":\"{raw}\"}}\n"));
        }
        let mut decoder = ObjectDecoder::new(&plan, Limits::default(), &rules, "x.json", 0);
        let mut batch = Batch::new(&plan, 0);
        let mut rejects = Rejects::pausing_at(100);
        let (mut at, mut portions) = (0, Vec::new());
        loop {
            at += decoder.decode(&object.as_bytes()[at..], at as u64, true, &mut batch, &mut rejects);
            assert!(decoder.failure().is_none() && !batch.is_full());
            let portion = std::mem::take(&mut rejects.list).len();
            if portion == 0 {
                break;
            }
            portions.push(portion);
        }
        assert!(decoder.is_between_records());
        assert!(portions.iter().all(|portion| *portion <= 100), "{portions:?}");
        assert_eq!(portions.iter().sum::<usize>(), 5003);
        assert_eq!(batch.rows().len(), 5003);
        assert_eq!(decoder.seen().counts.empty, 0);
    }
}

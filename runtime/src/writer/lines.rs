//! Records as lines of JSON, checked by the rules of their table.

use super::error::Refusal;
use crate::batch::Batch;
use crate::canonical::Encoder;
use crate::convert::Limits;
use crate::feed::json::JsonDecoder;
use crate::plan::Plan;
use crate::reject::Rejects;
use lakebed_schema::Record;
use std::sync::Arc;

/// Makes lines, one after the other.
pub(super) struct Lines {
    plan: Arc<Plan>,
    limits: Limits,
    encoder: Encoder<Arc<Plan>>,
    batch: Batch,
}

impl Lines {
    pub(super) fn new(plan: Arc<Plan>, limits: Limits) -> Self {
        let batch = Batch::new(&plan, 0);
        Self { encoder: Encoder::for_table(Arc::clone(&plan)), plan, limits, batch }
    }

    /// The line of a typed record, with its end.
    pub(super) fn of_record<R: Record>(&mut self, record: &R) -> Result<Vec<u8>, Refusal> {
        let mut line = Vec::new();
        self.encoder.encode(record, &mut line).map_err(Refusal::Record)?;
        line.push(b'\n');
        Ok(line)
    }

    /// The line of a JSON document that is one record.
    pub(super) fn of_json(&mut self, json: &[u8]) -> Result<Vec<u8>, Refusal> {
        let mut rejects = Rejects::default();
        self.batch.restart(0);
        let mut decoder = JsonDecoder::new(&self.plan, self.limits);
        decoder.decode(json, 0, true, &mut self.batch, &mut rejects);
        if let Some(reject) = rejects.list.into_iter().next() {
            return Err(Refusal::Json(Box::new(reject)));
        }
        let (place, found) = match self.batch.rows() {
            [one] => (*one, 1),
            rows => (crate::batch::RowPlace { offset: 0, len: 0, partition: 0 }, rows.len()),
        };
        if found != 1 {
            return Err(Refusal::NotOne(found));
        }
        let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
        let record = json.get(at(place.offset)..at(place.offset + place.len)).unwrap_or(json);
        // Within texts a line's end is always escaped, so that these are white space.
        let mut line: Vec<u8> =
            record.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect();
        line.push(b'\n');
        Ok(line)
    }
}

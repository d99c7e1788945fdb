//! Functions for AWS Lambda: records made canonical inside a Firehose stream, a team's own transformation there, and
//! objects converted as they arrive.
//!
//! Nothing in here needs Lambda: a function is a value that answers events, which tests call as Lambda does. The
//! feature `lambda` adds `run`, which serves one to Lambda, and the examples `normalise` and `s3_convert` are such
//! programs.
//!
//! # What Firehose demands of a transformation
//!
//! One answer for each record, under its id; base64 data with `Ok`; the partition keys that the stream's prefix names; no
//! more than [6 MB](MAX_RESPONSE_BYTES) in all. A record whose answer would be too long fails alone, and so does one for
//! which the function panics: neither takes the batch with it. Firehose puts failed records to the error prefix as they
//! came, without the reason: it is in [`Transformed::failures`], which `run` logs. `lakebed replay` stores them once the
//! cause is mended.

mod event;
mod keys;
mod normalise;
mod objects;
mod records;
mod response;
#[cfg(feature = "lambda")]
mod run;
#[cfg(test)]
mod tests;
mod transform;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use event::{EventRecord, TransformEvent};
pub use normalise::Normaliser;
pub use objects::{ItemFailure, ObjectConverter, ObjectsConverted, ObjectsResponse};
pub use records::TransformOptions;
pub use response::{
    Failure, MAX_RESPONSE_BYTES, Metadata, PartitionKeys, RecordResult, ResponseRecord, TransformResponse,
    Transformed,
};
#[cfg(feature = "lambda")]
pub use run::{Handler, run};
pub use transform::{Outcome, Transform, transform, transform_with};

use response::{Answer, Verdict};

/// Answers an event by what `one` makes of each record.
fn respond(event: &TransformEvent, one: impl FnMut(&EventRecord) -> Result<Verdict, Verdict>) -> Transformed {
    respond_within(MAX_RESPONSE_BYTES, event, one)
}

fn respond_within(
    most: usize,
    event: &TransformEvent,
    mut one: impl FnMut(&EventRecord) -> Result<Verdict, Verdict>,
) -> Transformed {
    let mut answer = Answer::new(event.records.iter().map(|record| record.record_id.as_str()), most);
    for record in &event.records {
        // What a panic leaves half done is overwritten by the next record: batches start over.
        let verdict = match catch_unwind(AssertUnwindSafe(|| one(record))) {
            Ok(Ok(verdict) | Err(verdict)) => verdict,
            Err(panic) => {
                let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
                let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
                let reason = format!("the function panicked: {}", said.unwrap_or_else(|| "no reason".into()));
                Verdict::fail("Lambda.Panic", reason)
            }
        };
        answer.push(&record.record_id, verdict);
    }
    answer.finish()
}

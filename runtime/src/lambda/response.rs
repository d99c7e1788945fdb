//! What a transformation function answers, within the size that Lambda lets through.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most bytes of an answer: 6 MB of JSON. Beyond it Lambda fails the whole call, and Firehose the whole batch.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const MAX_RESPONSE_BYTES: usize = 6_291_456;

/// The answer: one entry for each record that came, in the same order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransformResponse {
    /// The entries.
    pub records: Vec<ResponseRecord>,
}

/// What becomes of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseRecord {
    /// The id that came with it.
    pub record_id: String,
    /// What became of it.
    pub result: RecordResult,
    /// The new bytes, as base64, with `Ok` only: Firehose keeps what came for those that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Values for the prefix of the stream, where it wants some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// What a record tells beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Values of `!{partitionKeyFromLambda:NAME}`, by name.
    pub partition_keys: PartitionKeys,
}

/// Partition keys by name.
pub type PartitionKeys = BTreeMap<String, String>;

/// The three things that can become of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RecordResult {
    /// It goes on, as the new bytes.
    Ok,
    /// It ends here, on purpose.
    Dropped,
    /// It goes to the error prefix as it came.
    ProcessingFailed,
}

/// An answer, and what to log about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transformed {
    /// The answer.
    pub response: TransformResponse,
    /// Why records failed, in their order.
    pub failures: Vec<Failure>,
    /// Records that go on.
    pub ok: usize,
    /// Records that were dropped.
    pub dropped: usize,
}

/// Why a record failed: Firehose keeps the record, but not the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its id.
    pub record_id: String,
    /// Its place among the records of the call, from 0.
    pub place: usize,
    /// What to look for in logs: the code of a reject, or one of `Lambda.*`.
    pub code: &'static str,
    /// The reason.
    pub reason: String,
}

/// What a function makes of one record.
#[derive(Debug)]
pub(super) enum Verdict {
    Keep { data: Vec<u8>, keys: Option<PartitionKeys> },
    Drop,
    Fail { code: &'static str, reason: String },
}

impl Verdict {
    pub(super) fn fail(code: &'static str, reason: impl Into<String>) -> Self {
        Self::Fail { code, reason: reason.into() }
    }
}

impl ResponseRecord {
    fn without_data(record_id: &str, result: RecordResult) -> Self {
        Self { record_id: record_id.to_owned(), result, data: None, metadata: None }
    }

    /// Its bytes in the answer, with a comma.
    fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len() + 1)
    }
}

/// Answers record after record, so that room is left to say of each of those that come that it failed.
#[derive(Debug)]
pub(super) struct Answer {
    made: Transformed,
    most: usize,
    /// Bytes so far.
    used: usize,
    /// Bytes that the records to come need at least.
    reserved: usize,
}

impl Answer {
    /// An answer of at most so many bytes about records with these ids. Where even the failure of all is longer, nothing
    /// helps: but what came was then longer still, and Lambda takes no more than it lets out.
    pub(super) fn new<'a>(ids: impl Iterator<Item = &'a str>, most: usize) -> Self {
        let reserved = ids.map(least).fold(0, usize::saturating_add);
        let used = r#"{"records":[]}"#.len();
        Self { made: Transformed::default(), most, used, reserved }
    }

    /// What becomes of the record that comes next.
    pub(super) fn push(&mut self, id: &str, verdict: Verdict) {
        self.reserved = self.reserved.saturating_sub(least(id));
        let (mut code, mut reason) = ("", String::new());
        let mut record = match verdict {
            Verdict::Keep { data, keys } => ResponseRecord {
                data: Some(STANDARD.encode(data)),
                metadata: keys.map(|partition_keys| Metadata { partition_keys }),
                ..ResponseRecord::without_data(id, RecordResult::Ok)
            },
            Verdict::Drop => ResponseRecord::without_data(id, RecordResult::Dropped),
            Verdict::Fail { code: known, reason: why } => {
                (code, reason) = (known, why);
                ResponseRecord::without_data(id, RecordResult::ProcessingFailed)
            }
        };
        let mut bytes = record.bytes();
        let room = self.most.saturating_sub(self.used).saturating_sub(self.reserved);
        if bytes > room && record.result == RecordResult::Ok {
            code = "Lambda.ResponseTooLong";
            reason = format!(
                "it would take {bytes} bytes of an answer that has room for {room} more ({} in all): send less to a call \
                 (BufferSizeInMBs of the processor)",
                self.most
            );
            record = ResponseRecord::without_data(id, RecordResult::ProcessingFailed);
            bytes = record.bytes();
        }
        self.used = self.used.saturating_add(bytes);
        match record.result {
            RecordResult::Ok => self.made.ok += 1,
            RecordResult::Dropped => self.made.dropped += 1,
            RecordResult::ProcessingFailed => {
                let place = self.made.response.records.len();
                self.made.failures.push(Failure { record_id: id.to_owned(), place, code, reason });
            }
        }
        self.made.response.records.push(record);
    }

    pub(super) fn finish(self) -> Transformed {
        self.made
    }
}

/// Bytes of a record without data.
fn least(id: &str) -> usize {
    ResponseRecord::without_data(id, RecordResult::ProcessingFailed).bytes()
}

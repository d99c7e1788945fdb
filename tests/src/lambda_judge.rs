//! Answers of transformation functions as Firehose takes them: what it delivers, and what it finds wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most bytes of an answer.
const MAX_ANSWER_BYTES: usize = 6 << 20;

/// What becomes of a batch.
#[derive(Debug, Default, PartialEq)]
pub struct Judged {
    /// Bytes that are delivered, with their partition keys, in the order of the request.
    pub delivered: Vec<(Vec<u8>, BTreeMap<String, String>)>,
    /// Records that were dropped on purpose.
    pub dropped: usize,
    /// Records that go to the error prefix: id, code and message.
    pub errors: Vec<(String, String, String)>,
}

impl Judged {
    /// Codes of what goes to the error prefix without the function's having said so: faults of the function.
    pub fn faults(&self) -> Vec<&str> {
        let codes = self.errors.iter().map(|(_, code, _)| code.as_str());
        codes.filter(|code| *code != "Lambda.ProcessingFailedStatus").collect()
    }
}

/// Judges the answer to a request with these ids, as it would come from Lambda.
pub fn judge(ids: &[String], answer: &[u8]) -> Judged {
    let mut judged = Judged::default();
    if answer.len() > MAX_ANSWER_BYTES {
        let error = |id: &String| (id.clone(), "Lambda.FunctionError".to_owned(), "too long".to_owned());
        judged.errors = ids.iter().map(error).collect();
        return judged;
    }
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    let records = answer["records"].as_array().cloned().unwrap_or_default();
    for id in ids {
        let mut error = |code: &str, message: &str| {
            judged.errors.push((id.clone(), format!("Lambda.{code}"), message.to_owned()));
        };
        let mut ours = records.iter().filter(|record| record["recordId"] == **id);
        let (Some(record), None) = (ours.next(), ours.next()) else {
            let is_missing = !records.iter().any(|record| record["recordId"] == **id);
            error(if is_missing { "MissingRecordId" } else { "DuplicatedRecordId" }, "");
            continue;
        };
        match record["result"].as_str() {
            Some("Ok") => {}
            Some("Dropped") => {
                judged.dropped += 1;
                continue;
            }
            Some("ProcessingFailed") => {
                error("ProcessingFailedStatus", "ProcessingFailed status set for record");
                continue;
            }
            _ => {
                error("InvalidReturnFormat", "The result field is none of Ok, Dropped, ProcessingFailed");
                continue;
            }
        }
        let Some(data) = record["data"].as_str() else {
            error("InvalidReturnFormat", "The data field cannot be null");
            continue;
        };
        let Ok(data) = STANDARD.decode(data) else {
            error("InvalidReturnFormat", "The data field is no base64");
            continue;
        };
        let keys = &record["metadata"]["partitionKeys"];
        match serde_json::from_value::<Option<BTreeMap<String, String>>>(keys.clone()) {
            Ok(keys) if keys.iter().flatten().all(|(_, value)| !value.is_empty()) => {
                judged.delivered.push((data, keys.unwrap_or_default()));
            }
            Ok(_) | Err(_) => {
                error("InvalidReturnFormat", "partitionKeys values must be texts, and not empty")
            }
        }
    }
    judged
}

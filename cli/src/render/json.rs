//! Results as one JSON document.

use crate::error::CliError;
use serde::Serialize;

pub(crate) fn document(value: &impl Serialize) -> Result<String, CliError> {
    serde_json::to_string_pretty(value).map(|text| text + "\n").map_err(|error| {
        CliError::failed("a defect of lakebed", "the result cannot be written as JSON").cause(&error)
    })
}

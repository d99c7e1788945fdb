//! Tests of the whole workspace, one file per feature.

mod accounting;
mod bad_inputs;
mod contracts;
mod every_type;
mod firehose_cases;
mod framing;
mod hostile;
mod json_schema;
mod layers;
mod miv;
mod processes;
mod readers;
mod round_trip;
mod same_files;

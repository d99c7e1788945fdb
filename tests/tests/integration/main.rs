//! Tests of the whole workspace, one file per feature.
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "tests pick what they look at; the code they test names every kind"
)]

mod accounting;
mod agreement;
mod applying;
mod bad_inputs;
mod catalogs;
mod contracts;
mod docs;
mod emulators;
mod every_type;
mod firehose_cases;
mod firehose_rules;
mod framing;
#[cfg(feature = "aws")]
mod glue;
mod golden;
mod hostile;
mod imports;
mod json_schema;
mod layers;
mod miv;
mod planning;
mod prefixes;
mod processes;
mod projection;
mod readers;
mod registry;
mod round_trip;
mod same_files;
mod sample;
mod spark;
mod sql;
mod stack;
mod verify_aws;

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
mod check;
mod compact;
mod contracts;
mod docs;
mod drift;
mod emulators;
mod every_type;
mod fast_path;
mod faults;
mod firehose_cases;
mod firehose_rules;
mod foreign_parquet;
mod framing;
mod fuzzing;
#[cfg(feature = "aws")]
mod glue;
mod golden;
mod hostile;
mod import_source;
mod import_values;
mod imports;
mod inputs;
mod journal;
mod json_schema;
mod json_suite;
mod kills;
mod kinesis;
mod layers;
mod memory;
mod miv;
mod partitions;
mod permissions;
mod planning;
mod prefixes;
mod processes;
mod producer;
mod projection;
mod readers;
mod registry;
mod replay;
mod round_trip;
mod same_files;
mod sample;
mod spark;
mod sql;
mod stack;
mod stores;
mod story;
#[cfg(feature = "aws")]
mod streams;
mod two_writers;
mod verify_aws;

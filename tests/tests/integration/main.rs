//! Tests of the whole workspace, one file per feature.

mod contracts;
mod firehose_cases;
mod layers;
mod readers;

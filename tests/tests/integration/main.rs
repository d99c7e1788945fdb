//! Tests of the whole workspace, one file per feature.

mod contracts;
mod every_type;
mod layers;
mod readers;

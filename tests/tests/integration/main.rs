//! Tests of the whole workspace, one file per feature.

mod every_type;
mod layers;
mod readers;

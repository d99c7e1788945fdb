//! Tests of the whole workspace, one file per feature.

mod contracts;
mod layers;
mod readers;

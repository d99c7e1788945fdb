//! Tests of the whole workspace, one file per feature.

mod layers;
mod readers;

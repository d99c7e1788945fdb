//! Helpers for the tests of the whole workspace: where its files are, and the Python rig.

pub mod rig;
pub mod workspace;

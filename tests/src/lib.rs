//! Helpers for the tests of the whole workspace: where its files are, and the Python rig.

pub mod rig;
pub mod workspace;

/// The README's Rust is compiled like any other.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

//! Helpers for the tests of the whole workspace: its files, the Python rig, packed inputs and trial conversions.

pub mod pack;
pub mod rig;
pub mod trial;
pub mod workspace;

/// The README's Rust is compiled like any other.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

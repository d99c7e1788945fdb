//! Helpers for the tests of the whole workspace: sample types, where its files are, packed inputs, trial conversions,
//! reading lakes back, jq, the Python rig, grammars of SQL.

pub mod books;
pub mod bucket;
pub mod cases;
pub mod catalog_suite;
pub mod command;
pub mod committed;
pub mod crash;
pub mod departures;
pub mod fake_glue;
pub mod fault_proxy;
pub mod faulty_catalog;
pub mod faulty_store;
pub mod golden;
pub mod http;
pub mod jq;
pub mod lake;
pub mod lambda_judge;
pub mod memory_store;
pub mod pack;
pub mod partition_value;
pub mod property;
pub mod random_table;
pub mod registry_suite;
pub mod rig;
pub mod scripted;
pub mod server;
pub mod sql;
pub mod store_suite;
pub mod strict_stream;
pub mod template;
pub mod trial;
pub mod workspace;

/// The README's Rust is compiled like any other.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

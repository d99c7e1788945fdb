//! One check for each fuzz target: a function that takes any bytes and panics when a promise is broken.

pub mod contract;
pub mod decode;
pub mod decoded;
pub mod document;
pub mod error_objects;
pub mod event_window;
pub mod framing;
pub mod grammars;
pub mod import_ddl;
pub mod import_json;
pub mod oracle;
#[path = "../../../src/pack.rs"]
#[allow(dead_code, reason = "shared with the other tests, which need the rest of it")]
pub mod pack;
pub mod prefix;
pub mod scan_general;
pub mod xml;

/// A check, and the name of its target.
pub type Check = (&'static str, fn(&[u8]));

/// Every target.
pub const CHECKS: &[Check] = &[
    ("framing", framing::check),
    ("decode", decode::check),
    ("xml", xml::check),
    ("contract", contract::check),
    ("prefix", prefix::check),
    ("grammars", grammars::check),
    ("import_ddl", import_ddl::check),
    ("import_json", import_json::check),
    ("error_objects", error_objects::check),
    ("event_window", event_window::check),
    ("scan_general", scan_general::check),
];

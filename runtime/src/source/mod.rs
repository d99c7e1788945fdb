//! Where documents come from.

pub mod kinesis;

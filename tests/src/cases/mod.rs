//! Sample types, one a file.

pub mod documents;
pub mod every_type;
pub mod same_in_chrono_and_jiff;

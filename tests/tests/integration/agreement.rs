//! Every artifact says the same about where a record belongs.

mod jq;
mod places;

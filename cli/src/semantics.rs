//! `--semantics`, the same for every command that reads records.

/// By which rules values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Semantics {
    /// The table is the truth: its rules, Firehose's coercions, the range of the Rust types
    Schema,
    /// What Firehose's own JSON conversion (OpenX) would store or refuse, in its words
    Firehose,
    /// The table's rules and no coercion: a text is no number, and a decimal is never rounded
    Strict,
}

impl From<Semantics> for lakebed::Semantics {
    fn from(semantics: Semantics) -> Self {
        match semantics {
            Semantics::Schema => Self::Schema,
            Semantics::Firehose => Self::Firehose,
            Semantics::Strict => Self::Strict,
        }
    }
}

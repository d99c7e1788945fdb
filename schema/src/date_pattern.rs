//! The Java `DateTimeFormatter` pattern language, as far as layouts and times need it.

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePattern {
    /// Its items in order.
    pub items: Vec<PatternItem>,
}

/// A run of one pattern letter, or literal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatternItem {
    /// Text that stands for itself.
    Literal(String),
    /// `count` times the letter `letter`.
    Field {
        /// Pattern letter.
        letter: char,
        /// How often it stands there.
        count: usize,
    },
}

//! Why a location is not projected.

use std::fmt;

/// Why Athena does not look at a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// A value is not among those of its column.
    Value {
        /// The column.
        column: String,
        /// What stands in the location, as it stands there.
        found: String,
        /// The values of the column, in words.
        expected: String,
    },
    /// The location is not made as the table's are.
    Elsewhere {
        /// The location.
        found: String,
        /// How the table's locations are made.
        expected: String,
    },
    /// The template can be read in too many ways to tell.
    TooManyWays,
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { column, found, expected } => {
                write!(f, "partition column `{column}`: `{found}` is not projected, which is {expected}")
            }
            Self::Elsewhere { found, expected } => {
                write!(f, "`{found}` is no location of this table: they look like `{expected}`")
            }
            Self::TooManyWays => {
                f.write_str("the location template leaves too many ways to read the location")
            }
        }
    }
}

impl std::error::Error for Miss {}

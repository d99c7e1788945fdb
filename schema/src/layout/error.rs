//! What can be wrong with a layout, and what to write instead.

use crate::date_pattern::PatternProblem;
use crate::name::NameError;
use std::fmt;

/// A layout that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutError {
    /// Where it goes wrong, in characters from 0.
    pub position: usize,
    /// What is wrong there.
    pub problem: LayoutProblem,
}

/// What is wrong with a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutProblem {
    /// Nothing is there.
    Empty,
    /// It starts with `/`.
    LeadingSlash,
    /// Two slashes follow each other.
    EmptySegment,
    /// A segment is not `column=value`.
    NotHive {
        /// The segment.
        segment: String,
    },
    /// The column name is not legal.
    Name(NameError),
    /// Two segments have the same column.
    RepeatedColumn(String),
    /// A value without `{…}`: every record would get the same.
    Constant {
        /// The partition column.
        column: String,
    },
    /// A `{` without `}`.
    OpenBrace,
    /// A character that a partition value cannot hold.
    Character(char),
    /// Braces that hold neither the source column nor a date pattern.
    NotTheSource {
        /// What they hold.
        found: String,
        /// The source column.
        by: String,
        /// Whether the two look alike.
        near: bool,
    },
    /// A date pattern that cannot stand here.
    Pattern(PatternProblem),
}

impl LayoutProblem {
    pub(super) fn at(self, position: usize) -> LayoutError {
        LayoutError { position, problem: self }
    }

    /// What to write instead.
    pub fn fix(&self) -> String {
        match self {
            Self::Empty => "write, for example, dt={yyyy-MM-dd}/hour={HH}".into(),
            Self::LeadingSlash | Self::EmptySegment => "leave the slash out".into(),
            Self::NotHive { segment } => match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(inside) if !inside.contains(['{', '}', '/']) => {
                    format!("write {}={segment}", suggest_column(inside))
                }
                Some(_) | None => "write column=value, for example dt={yyyy-MM-dd}".into(),
            },
            Self::Name(error) => error.fix(),
            Self::RepeatedColumn(_) => "give one of them another name".into(),
            Self::Constant { .. } => "put {…} in it, or leave the segment out".into(),
            Self::OpenBrace => "close it with }".into(),
            Self::Character('=') => "keep one = in a segment".into(),
            Self::Character('}') => "open it with {".into(),
            Self::Character(_) => "use a-z, A-Z, 0-9, dot, underscore and hyphen only".into(),
            Self::NotTheSource { by, near: true, .. } => format!("write {{{by}}}"),
            Self::NotTheSource { by, .. } => {
                format!("write {{{by}}}, a date pattern such as {{yyyy-MM-dd}}, or a partition(…) of its own")
            }
            Self::Pattern(problem) => problem.fix(),
        }
    }
}

/// A usual column name for a date pattern, or the column that stands in the braces.
fn suggest_column(inside: &str) -> String {
    let finest = ["mm", "HH", "dd", "MM", "yy"].into_iter().position(|letters| inside.contains(letters));
    match finest {
        Some(0) => "minute".into(),
        Some(1) if inside == "HH" => "hour".into(),
        Some(2) if inside == "dd" => "day".into(),
        Some(3) if inside == "MM" => "month".into(),
        Some(4) => "year".into(),
        Some(_) => "dt".into(),
        None => crate::name::suggest_name(inside),
    }
}

impl fmt::Display for LayoutProblem {
    /// What is wrong, without place and fix.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the layout is empty"),
            Self::LeadingSlash => write!(f, "a layout does not start with a slash"),
            Self::EmptySegment => write!(f, "there is nothing between these slashes"),
            Self::NotHive { segment } => {
                write!(f, "`{segment}` is not column=value, which Hive paths are made of")
            }
            Self::Name(NameError::Illegal { name, .. }) => {
                write!(f, "`{name}` is not a legal column name")
            }
            Self::Name(NameError::TooLong { bytes }) => {
                write!(f, "the column name is {bytes} bytes long")
            }
            Self::Name(NameError::Empty) => write!(f, "the column name is missing"),
            Self::RepeatedColumn(column) => {
                write!(f, "`{column}` is a column of this layout already")
            }
            Self::Constant { column } => write!(f, "`{column}` would be the same for every record"),
            Self::OpenBrace => write!(f, "this brace is never closed"),
            Self::Character(c) => write!(f, "`{c}` cannot stand in a partition value"),
            Self::NotTheSource { found, by, .. } => {
                write!(
                    f,
                    "`{found}` is neither the column `{by}` that this partition is by, nor a date pattern"
                )
            }
            Self::Pattern(problem) => problem.fmt(f),
        }
    }
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "character {}: {}: {}", self.position + 1, self.problem, self.problem.fix())
    }
}

impl std::error::Error for LayoutError {}

//! What could not be read, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// A row, or a whole file, that could not be read.
///
/// With a row number it is about that row alone; without one the rest of the file, or the folder, is passed over.
/// Reading goes on after either.
#[derive(Debug)]
pub struct ReadError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    file: PathBuf,
    row: Option<u64>,
    column: Option<String>,
    expected: String,
    found: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ReadError {
    pub(super) fn new(file: &Path, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            file: file.to_owned(),
            row: None,
            column: None,
            expected: expected.into(),
            found: found.into(),
            source: None,
        }))
    }

    /// The failure of a library, whose words say what was found.
    pub(super) fn caused(
        file: &Path,
        expected: &str,
        error: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        let mut made = Self::new(file, expected, error.to_string());
        made.0.source = Some(Box::new(error));
        made
    }

    pub(super) fn in_row(mut self, row: u64) -> Self {
        self.0.row = Some(row);
        self
    }

    pub(super) fn in_column(mut self, column: &str) -> Self {
        self.0.column = Some(column.to_owned()).filter(|column| !column.is_empty());
        self
    }

    /// The file, or the folder that could not be listed.
    pub fn file(&self) -> &Path {
        &self.0.file
    }

    /// The row within the file, counted from 1; `None` when the file itself cannot be read.
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// The column, such as `rekendata.onrustigheid` or `classes[].count`.
    pub fn column(&self) -> Option<&str> {
        self.0.column.as_deref()
    }

    /// What the record's type takes.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What was there.
    pub fn found(&self) -> &str {
        &self.0.found
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.file.display())?;
        if let Some(row) = self.0.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.0.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": expected {}, found {}", self.0.expected, self.0.found)
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

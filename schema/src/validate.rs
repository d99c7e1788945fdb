//! The rules of a table. A struct and a contract file pass through the same ones, and every broken rule is reported.

mod columns;
mod partitions;
mod rules;

#[cfg(test)]
mod tests;

#[cfg(feature = "contract")]
pub(crate) use partitions::ARRIVAL;
pub use partitions::is_partition_text;

use crate::logical_type::LogicalType;
use crate::name::{check_name, nearest};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::table::{Column, Table};
use crate::xml_path::is_xml_name;

/// How deep lists, maps and records may be nested; a column without parts counts 1.
pub const MAX_DEPTH: usize = 32;
/// Most characters of a parameter key.
const MAX_PARAMETER_KEY: usize = 255;
/// Most characters of a parameter value.
const MAX_PARAMETER_VALUE: usize = 512_000;

impl Table {
    /// Checks every rule.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the table: name and settings, columns, partitions, then the words
    /// that name columns.
    pub fn validate(&self) -> Result<(), Problems> {
        let mut problems = Collector::default();
        self.validate_settings(&mut problems);
        columns::validate(&self.columns, "", 1, &mut problems);
        partitions::validate(self, &mut problems);
        self.validate_named_columns(&mut problems);
        problems.finish()
    }

    fn place(&self) -> String {
        format!("table `{}`", self.name)
    }

    fn validate_settings(&self, problems: &mut Collector) {
        let place = self.place();
        for name in [Some(&self.name), self.database.as_ref()].into_iter().flatten() {
            if let Err(error) = check_name(name) {
                problems.add(&place, ProblemKind::Name(error));
            }
        }
        for (setting, value) in [
            ("row_group_rows", self.storage.row_group_rows),
            ("row_group_bytes", self.storage.row_group_bytes),
        ] {
            if value == 0 {
                problems.add(&place, ProblemKind::Zero { setting });
            }
        }
        for (key, value) in &self.parameters {
            if key.is_empty() || key.chars().count() > MAX_PARAMETER_KEY {
                problems.add(&place, ProblemKind::ParameterKey { key: key.clone() });
            }
            if value.chars().count() > MAX_PARAMETER_VALUE {
                problems.add(&place, ProblemKind::ParameterValue { key: key.clone() });
            }
        }
        if let Some(name) = self.xml.as_ref().filter(|name| !is_xml_name(name)) {
            problems.add(&place, ProblemKind::XmlElement { name: name.clone() });
        }
        for path in &self.records {
            let mut steps = path.split('/');
            let first = steps.next().unwrap_or_default();
            let is_key = |column: &Column| {
                [&column.key].into_iter().chain(&column.aliases).any(|key| key.eq_ignore_ascii_case(first))
            };
            if first.is_empty() || steps.any(str::is_empty) || self.columns.iter().any(is_key) {
                problems.add(&place, ProblemKind::RecordsPath { path: path.clone() });
            }
        }
        if self.columns.is_empty() {
            problems.add(&place, ProblemKind::NoColumns);
        } else if self.file_columns().next().is_none() {
            problems.add(&place, ProblemKind::NoFileColumns);
        }
    }

    /// `key`, `latest_by` and `sort`.
    fn validate_named_columns(&self, problems: &mut Collector) {
        let place = self.place();
        let sort: Vec<String> = self.sort.iter().map(|sort| sort.column.clone()).collect();
        for (word, names) in
            [("key", self.key.as_slice()), ("latest_by", self.latest_by.as_slice()), ("sort", &sort)]
        {
            for (i, name) in names.iter().enumerate() {
                let column = match self.find(word, name) {
                    Ok(column) => column,
                    Err(kind) => {
                        problems.add(&place, kind);
                        continue;
                    }
                };
                if !column.ty.is_scalar() {
                    let found = column.ty.name();
                    problems.add(&place, ProblemKind::NotScalar { word, column: name.clone(), found });
                }
                if names.iter().take(i).any(|earlier| earlier == name) {
                    problems.add(&place, ProblemKind::NamedTwice { word, column: name.clone() });
                }
                if word == "sort" && !self.is_file_column(column) {
                    problems.add(&place, ProblemKind::SortOutsideFile { column: name.clone() });
                }
            }
        }
    }

    /// The column that a word names.
    fn find(&self, word: &'static str, name: &str) -> Result<&Column, ProblemKind> {
        find(&self.columns, word, name)
    }
}

/// The column of that name, or the problem that there is none.
fn find<'a>(columns: &'a [Column], word: &'static str, name: &str) -> Result<&'a Column, ProblemKind> {
    columns.iter().find(|column| column.name == name).ok_or_else(|| ProblemKind::UnknownColumn {
        word,
        column: name.to_owned(),
        near: nearest(name, columns.iter().map(|column| column.name.as_str())).map(str::to_owned),
    })
}

/// What decode rules apply to: the column itself, or what its lists and maps hold in the end, and whether that may
/// be null.
pub(crate) fn leaf(column: &Column) -> (&LogicalType, bool) {
    let (mut ty, mut nullable) = (&column.ty, column.nullable);
    while let LogicalType::List { element, .. } | LogicalType::Map { value: element, .. } = ty {
        (ty, nullable) = (&element.ty, element.nullable);
    }
    (ty, nullable)
}

/// Gathers problems.
#[derive(Default)]
pub(crate) struct Collector {
    problems: Vec<Problem>,
}

impl Collector {
    pub(crate) fn add(&mut self, place: &str, kind: ProblemKind) {
        self.problems.push(Problem { path: place.to_owned(), kind });
    }

    pub(crate) fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problems(self.problems)) }
    }
}

//! A sample of the files, by what they are to readers of the table.

use super::voices::{Voices, normal};
use super::{Code, Drift, Finding, Sides};
use crate::plan::{self, Change, Class};
use crate::render::counted;
use lakebed::inspect::{Sample, SampledFile};
use lakebed_schema::Table;
use lakebed_schema::artifacts::glue::{Format, GlueColumn, GlueStorage, GlueTable};
use lakebed_schema::hive_type::hive_type;
use std::collections::BTreeMap;

/// A change, told apart by its code, its place and what is there.
type Key = (plan::Code, String, Option<String>);

pub(super) fn compare(sides: &Sides<'_>, sample: &Sample, voices: &Voices, drift: &mut Drift) {
    for broken in &sample.broken {
        drift.findings.push(Finding::new(
            Code::BrokenFile,
            format!("`{}`", broken.path),
            broken.problem.clone(),
            format!(
                "write it again from its source (`{} convert --force`), or remove it: queries that touch it fail",
                sides.program
            ),
        ));
    }
    let declared = columns_of(sides.table);
    // Changes that would turn a file's columns into those that are declared, each with its files.
    let mut found: BTreeMap<Key, (Change, Vec<&SampledFile>)> = BTreeMap::new();
    for file in &sample.read {
        for change in plan::changes(&glue(columns_of_file(file)), &glue(declared.clone()), None) {
            let key = (change.code, change.place.clone(), change.before.clone());
            found.entry(key).or_insert_with(|| (change, Vec::new())).1.push(file);
        }
    }
    let last = last_files(sample);
    for (change, files) in found.into_values() {
        let top = change.place.split('`').nth(1).unwrap_or_default();
        if voices.is_struct_alone(top) {
            continue;
        }
        let in_last = last.iter().any(|file| files.iter().any(|other| other.path == file.path));
        let in_all_last = last.iter().all(|file| files.iter().any(|other| other.path == file.path));
        let case = Case { sides, sample, voices, change: &change, files: &files };
        match change.code {
            plan::Code::ColumnType | plan::Code::MemberType if change.class == Class::Safe => {
                drift.notes.push(case.same_bytes());
            }
            plan::Code::ColumnType | plan::Code::MemberType => drift.findings.push(case.other_type()),
            plan::Code::AddColumn | plan::Code::AddMember => {
                if is_required(sides.table, top) && change.code == plan::Code::AddColumn {
                    drift.findings.push(case.lacks_required());
                } else if in_all_last && files.len() < sample.read.len() {
                    drift.findings.push(case.writer_behind());
                }
            }
            plan::Code::RemoveColumn | plan::Code::RemoveMember => {
                if in_last {
                    drift.findings.push(case.writer_ahead());
                } else {
                    let before = change.before.as_deref().unwrap_or_default();
                    drift.notes.push(format!(
                        "{} {before} is in {}, and no longer declared: readers do not see it",
                        change.place,
                        case.share()
                    ));
                }
            }
            // The order of columns in a Parquet file means nothing to those who read by name; the rest is no matter
            // of files.
            plan::Code::ReorderColumns
            | plan::Code::ReorderMembers
            | plan::Code::CreateDatabase
            | plan::Code::CreateTable
            | plan::Code::ColumnComment
            | plan::Code::PartitionKeys
            | plan::Code::PartitionKeyComment
            | plan::Code::Projection
            | plan::Code::Location
            | plan::Code::Format
            | plan::Code::SerdeParameter
            | plan::Code::TableParameter
            | plan::Code::Description
            | plan::Code::TableType
            | plan::Code::PartitionDescriptors
            | plan::Code::AddIndex => {}
        }
    }
}

/// A change, and the files of the sample that it is about.
struct Case<'a> {
    sides: &'a Sides<'a>,
    sample: &'a Sample,
    voices: &'a Voices,
    change: &'a Change,
    files: &'a [&'a SampledFile],
}

impl Case<'_> {
    /// "3 of 20 files (oldest dt=2026-11-22/, newest dt=2026-11-23/)"
    fn share(&self) -> String {
        let all = counted(self.sample.read.len() as u64, "file");
        let place = |file: &&SampledFile| {
            let place = if file.folder.is_empty() { &file.path } else { &file.folder };
            place.trim_end_matches('/').to_owned()
        };
        let ends = match self.files {
            [] => String::new(),
            [only] => format!(" ({})", place(only)),
            [first, .., last] if place(first) == place(last) => format!(" (in {})", place(first)),
            [first, .., last] => format!(" (oldest {}, newest {})", place(first), place(last)),
        };
        format!("{} of {all}{ends}", self.files.len())
    }

    fn finding(&self, code: Code, problem: String, next: impl Into<String>) -> Finding {
        Finding::new(code, &self.change.place, problem, next)
            .with(self.files.iter().map(|file| file.path.clone()))
    }

    fn other_type(&self) -> Finding {
        let before = self.change.before.as_deref().unwrap_or_default();
        let after = self.change.after.as_deref().unwrap_or_default();
        let problem = format!("is {before} in {}; {} says {after}", self.share(), self.voices.declared_by);
        let again = format!("write them again (`{} convert --force`)", self.sides.program);
        let next = match self.change.class {
            Class::Safe | Class::NeedsRewrite => {
                format!("{}: {again} where such an engine reads them", self.change.reason)
            }
            Class::Breaking | Class::Impossible => {
                format!("they cannot be read like that: {again}, or declare {before}")
            }
        };
        self.finding(Code::FileType, problem, next)
    }

    fn same_bytes(&self) -> String {
        let before = self.change.before.as_deref().unwrap_or_default();
        format!("{} is {before} in {}: {}", self.change.place, self.share(), self.change.reason)
    }

    fn lacks_required(&self) -> Finding {
        let problem =
            format!("is not in {}; {} says that each record has it", self.share(), self.voices.declared_by);
        self.finding(
            Code::FileLacksRequired,
            problem,
            "readers get null: make the field an Option, or give it a default",
        )
    }

    fn writer_behind(&self) -> Finding {
        let problem = format!(
            "is not in the last partition, and in {} of {}",
            self.sample.read.len() - self.files.len(),
            counted(self.sample.read.len() as u64, "file")
        );
        self.finding(
            Code::WriterBehind,
            problem,
            "an older program writes there: bring the writer, or the schema of its stream, up to date",
        )
    }

    fn writer_ahead(&self) -> Finding {
        let before = self.change.before.as_deref().unwrap_or_default();
        let problem =
            format!("is {before} in {}, the last partition among them, and not declared", self.share());
        let program = self.sides.program;
        self.finding(
            Code::WriterAhead,
            problem,
            format!("a newer program writes there: declare it and run `{program} apply`, or stop writing it"),
        )
    }
}

/// Files of the last partition.
fn last_files(sample: &Sample) -> Vec<&SampledFile> {
    let last = sample.read.last().map(|file| &file.folder);
    sample.read.iter().filter(|file| Some(&file.folder) == last).collect()
}

fn is_required(table: &Table, column: &str) -> bool {
    table.column(column).is_some_and(|column| !column.nullable && !column.default)
}

fn columns_of(table: &Table) -> Vec<GlueColumn> {
    let column = |name: &str, ty: String| GlueColumn { name: name.to_owned(), ty, ..GlueColumn::default() };
    table.file_columns().map(|from| column(&from.name, hive_type(&from.ty))).collect()
}

fn columns_of_file(file: &SampledFile) -> Vec<GlueColumn> {
    let column = |(name, ty): &(String, String)| GlueColumn {
        name: name.to_lowercase(),
        ty: normal(ty),
        ..GlueColumn::default()
    };
    file.columns.iter().map(column).collect()
}

/// A table of these columns over Parquet files, which are read by name.
fn glue(columns: Vec<GlueColumn>) -> GlueTable {
    let storage =
        GlueStorage { serde_library: Some(Format::Parquet.serde().to_owned()), ..GlueStorage::default() };
    GlueTable { columns, storage, ..GlueTable::default() }
}

//! Columns, and members of nested records.

use super::change;
use crate::plan::change::{Change, Code};
use crate::plan::reading::Reading;
use crate::plan::rename;
use crate::plan::rules::{self, Verdict};
use crate::plan::types::parse;
use lakebed_schema::artifacts::glue::GlueColumn;
use lakebed_schema::hive_type::HiveType;

pub(super) fn describe(
    before: &[GlueColumn],
    after: &[GlueColumn],
    reading: Reading,
    changes: &mut Vec<Change>,
) {
    let named = |columns: &[GlueColumn]| -> Vec<Named> {
        let named = |column: &GlueColumn| Named {
            name: column.name.clone(),
            ty: column.ty.clone(),
            comment: column.comment.clone(),
        };
        columns.iter().map(named).collect()
    };
    let scope = Scope { path: "", what: "column", codes: COLUMN, reading };
    let (from, to) = (named(before), named(after));
    scope.describe(&from, &to, changes);
    for after in after {
        let Some(before) = before.iter().find(|before| before.name == after.name) else { continue };
        if before.comment != after.comment {
            changes.push(change(
                Code::ColumnComment,
                format!("comment of column `{}`", after.name),
                before.comment.clone(),
                after.comment.clone(),
                Verdict::safe("comments are for people"),
            ));
        }
        if before.parameters != after.parameters {
            let shown = |column: &GlueColumn| {
                let texts = column.parameters.iter().map(|(key, value)| format!("{key} = {value}"));
                Some(texts.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
            };
            changes.push(change(
                Code::ColumnComment,
                format!("parameters of column `{}`", after.name),
                shown(before),
                shown(after),
                Verdict::safe("no engine reads them"),
            ));
        }
    }
}

/// A column or member.
pub(in crate::plan) struct Named {
    pub(in crate::plan) name: String,
    pub(in crate::plan) ty: String,
    pub(in crate::plan) comment: Option<String>,
}

/// The codes for columns, and for members.
#[derive(Clone, Copy)]
struct Codes {
    add: Code,
    remove: Code,
    reorder: Code,
    ty: Code,
}

const COLUMN: Codes = Codes {
    add: Code::AddColumn,
    remove: Code::RemoveColumn,
    reorder: Code::ReorderColumns,
    ty: Code::ColumnType,
};
const MEMBER: Codes = Codes {
    add: Code::AddMember,
    remove: Code::RemoveMember,
    reorder: Code::ReorderMembers,
    ty: Code::MemberType,
};

/// Where names are compared: the columns of the table, or the members of a record.
struct Scope<'a> {
    /// Path of the record, `lanes[]`; empty for columns.
    path: &'a str,
    what: &'static str,
    codes: Codes,
    reading: Reading,
}

impl Scope<'_> {
    fn place(&self, name: &str) -> String {
        format!("{} `{}`", self.what, self.path_of(name))
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn describe(&self, before: &[Named], after: &[Named], changes: &mut Vec<Change>) {
        let position = |columns: &[Named], name: &str| columns.iter().position(|column| column.name == name);
        let renamed = rename::pairs(before, after);
        for (at, column) in after.iter().enumerate() {
            if position(before, &column.name).is_some() {
                continue;
            }
            let last = after.iter().skip(at).all(|later| position(before, &later.name).is_none());
            let mut verdict = rules::add(self.reading, self.what, last);
            if let Some((old, _)) = renamed.iter().find(|(_, new)| *new == column.name) {
                verdict = verdict.with(format!(
                    "if it is `{old}` under a new name: {}",
                    rename::remedy(self.reading.access, self.what, old)
                ));
            }
            changes.push(change(
                self.codes.add,
                self.place(&column.name),
                None,
                Some(column.ty.clone()),
                verdict,
            ));
        }
        for (at, column) in before.iter().enumerate() {
            if position(after, &column.name).is_some() {
                continue;
            }
            let last = before.iter().skip(at).all(|later| position(after, &later.name).is_none());
            let mut verdict = rules::remove(self.reading, self.what, &self.path_of(&column.name), last);
            if let Some((old, new)) = renamed.iter().find(|(old, _)| *old == column.name) {
                verdict = verdict.with(format!(
                    "if it is now called `{new}`: {}",
                    rename::remedy(self.reading.access, self.what, old)
                ));
            }
            changes.push(change(
                self.codes.remove,
                self.place(&column.name),
                Some(column.ty.clone()),
                None,
                verdict,
            ));
        }
        self.order(before, after, changes);
        for after in after {
            let Some(before) = before.iter().find(|before| before.name == after.name) else { continue };
            if before.ty != after.ty {
                self.types(&after.name, &before.ty, &after.ty, changes);
            }
        }
    }

    fn order(&self, before: &[Named], after: &[Named], changes: &mut Vec<Change>) {
        let common = |these: &[Named], those: &[Named]| -> Vec<String> {
            let is_there = |name: &str| those.iter().any(|column| column.name == name);
            these.iter().map(|column| column.name.clone()).filter(|name| is_there(name)).collect()
        };
        let (from, to) = (common(before, after), common(after, before));
        if from == to {
            return;
        }
        // Those between the first and the last that moved.
        let same = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
        let tail = from.iter().rev().zip(to.iter().rev()).take_while(|(from, to)| from == to).count();
        let cut = |names: &[String]| Some(names.get(same..names.len() - tail)?.join(", "));
        let place =
            if self.path.is_empty() { "columns".to_owned() } else { format!("members of `{}`", self.path) };
        let verdict = rules::reorder(self.reading, self.what);
        changes.push(change(self.codes.reorder, place, cut(&from), cut(&to), verdict));
    }

    fn types(&self, name: &str, before: &str, after: &str, changes: &mut Vec<Change>) {
        let path = self.path_of(name);
        match (parse(before), parse(after)) {
            (Some(from), Some(to)) => self.within(&path, self.codes.ty, &from, &to, changes),
            _ => {
                let verdict = Verdict::breaking(
                    format!(
                        "lakebed knows no type `{before}`, so it cannot tell whether files with it are read as {after}"
                    ),
                    "make sure that they are, with a query over an old partition",
                );
                changes.push(self.type_change(&path, self.codes.ty, before, after, verdict));
            }
        }
    }

    /// Types at a path, compared as far down as both have the same shape.
    fn within(&self, path: &str, code: Code, before: &HiveType, after: &HiveType, changes: &mut Vec<Change>) {
        if before == after {
            return;
        }
        match (before, after) {
            (HiveType::Struct(from), HiveType::Struct(to)) => {
                let named = |members: &[(String, HiveType)]| -> Vec<Named> {
                    let named = |(name, ty): &(String, HiveType)| Named {
                        name: name.clone(),
                        ty: ty.to_string(),
                        comment: None,
                    };
                    members.iter().map(named).collect()
                };
                Scope { path, what: "member", codes: MEMBER, reading: self.reading }.describe(
                    &named(from),
                    &named(to),
                    changes,
                );
            }
            (HiveType::Array(from), HiveType::Array(to)) => {
                self.within(&format!("{path}[]"), code, from, to, changes);
            }
            (HiveType::Map(from_key, from), HiveType::Map(to_key, to)) => {
                self.within(&format!("{path}[key]"), code, from_key, to_key, changes);
                self.within(&format!("{path}[value]"), code, from, to, changes);
            }
            _ => {
                let verdict = rules::change_type(self.reading, before, after);
                changes.push(self.type_change(path, code, &before.to_string(), &after.to_string(), verdict));
            }
        }
    }

    fn type_change(&self, path: &str, code: Code, before: &str, after: &str, verdict: Verdict) -> Change {
        let place = format!("{} `{path}`", self.what);
        change(code, place, Some(before.to_owned()), Some(after.to_owned()), verdict)
    }
}

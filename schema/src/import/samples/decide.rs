//! From what was seen to columns.

use super::super::rust::Guess;
use super::SampleOptions;
use super::seen::{Member, Seen};
use super::text::Look;
use crate::def::TimeUnit;
use crate::finding::{Finding, Findings};
use crate::logical_type::{Element, LogicalType};
use crate::name::suggest_name;
use crate::table::{Column, Rules, Table, TimeFormat};
use std::collections::BTreeSet;

/// How deep columns are nested at most; what is deeper is kept as JSON text.
const MAX_DEPTH: usize = 28;
/// Most digits of a decimal.
const MAX_DIGITS: usize = 38;
/// Keys from which on objects with few of them each are taken for maps.
const MANY_KEYS: usize = 40;
/// Seconds of the years 1973 to 2286: numbers that are taken for times where times in text stand too.
const EPOCH_SECONDS: (f64, f64) = (1e8, 1e10);

/// The table, what is guessed, and notes.
pub(super) fn table(
    seen: &Seen,
    options: &SampleOptions,
) -> Result<(Table, Vec<Guess>, Vec<String>), Findings> {
    let mut decider = Decider { guesses: Vec::new(), notes: Vec::new() };
    let columns = decider.columns(seen, "", 1);
    if columns.is_empty() {
        return Err(Finding::new(
            "import-samples-empty",
            "samples",
            "the records have no key that can be a column",
            "name a file of records with something in them",
        )
        .into());
    }
    let mut table = Table::new(options.name.clone(), columns);
    table.records.clone_from(&options.records);
    let times: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| !column.nullable && matches!(column.ty, LogicalType::Timestamp { .. }))
        .map(|column| column.name.as_str())
        .collect();
    if let [first, ..] = times.as_slice() {
        decider.notes.push(format!(
            "Samples do not tell about partitions: `partition(by = {first}, layout = \"dt={{yyyy-MM-dd}}/hour={{HH}}\")` \
             would be one by {}.",
            times.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
        ));
    }
    if let Err(problems) = table.validate() {
        let findings = problems.0.into_iter().map(|problem| {
            Finding::new("import-table", problem.path, problem.kind.to_string(), problem.kind.fix())
        });
        return Err(Findings(findings.collect()));
    }
    Ok((table, decider.guesses, decider.notes))
}

struct Decider {
    guesses: Vec<Guess>,
    notes: Vec<String>,
}

/// A type with the rules by which its values are read.
struct Decided {
    ty: LogicalType,
    rules: Rules,
}

impl Decided {
    fn plain(ty: LogicalType) -> Self {
        Self { ty, rules: Rules::default() }
    }
}

impl Decider {
    fn guess(&mut self, path: &str, text: impl Into<String>) {
        self.guesses.push(Guess::new(path, text));
    }

    fn columns(&mut self, seen: &Seen, prefix: &str, depth: usize) -> Vec<Column> {
        let mut names = BTreeSet::new();
        let mut columns = Vec::new();
        for member in &seen.members {
            if member.key.is_empty()
                || member.key.chars().count() > 1024
                || member.key.contains(char::is_whitespace)
            {
                self.notes.push(format!(
                    "The key {:?}{} cannot be that of a column (1 to 1,024 characters, no white space): its values are left out.",
                    member.key,
                    if prefix.is_empty() { String::new() } else { format!(" in `{}`", prefix.trim_end_matches('.')) }
                ));
                continue;
            }
            let base = suggest_name(&member.key);
            let mut name = base.clone();
            let mut number = 2;
            while !names.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            columns.push(self.column(member, name, seen.objects, prefix, depth));
        }
        columns
    }

    fn column(
        &mut self,
        member: &Member,
        name: String,
        objects: usize,
        prefix: &str,
        depth: usize,
    ) -> Column {
        let path = format!("{prefix}{name}");
        let Decided { ty, rules } = self.decide(&member.seen, &path, depth);
        let mut column = Column::new(name, ty);
        column.key.clone_from(&member.key);
        column.rules = rules;
        column.nullable = member.seen.nulls > 0 || member.seen.count() < objects;
        if !member.spellings.is_empty() {
            self.guess(
                &path,
                format!(
                    "one column, whose key is also spelled {}: keys are read in any case",
                    member.spellings.join(", ")
                ),
            );
        }
        column
    }

    /// The type of what was seen at one place.
    fn decide(&mut self, seen: &Seen, path: &str, depth: usize) -> Decided {
        let scalars = seen.truths + seen.numbers.count + seen.texts.count;
        if depth > MAX_DEPTH {
            self.guess(path, "JSON text, as the values are nested too deep for columns");
            return Decided::plain(LogicalType::Json);
        }
        match (scalars, seen.lists, seen.objects) {
            (0, 0, 0) => {
                self.guess(path, "text, as every value was null");
                Decided::plain(LogicalType::String)
            }
            (0, 0, _) => Decided::plain(self.object(seen, path, depth)),
            (_, 0, 0) => self.scalar(seen, path),
            (_, 0, _) if seen.empty == seen.objects => {
                self.guess(path, "text; where an empty object stands, the column holds `{}`");
                Decided::plain(LogicalType::String)
            }
            (_, 0, _) => {
                self.guess(path, "JSON text, as objects and other values stand there");
                Decided::plain(LogicalType::Json)
            }
            _ => self.list(seen, path, depth),
        }
    }

    /// A list; a lone value beside lists is a list of one.
    fn list(&mut self, seen: &Seen, path: &str, depth: usize) -> Decided {
        let mut inner = seen.elements.as_deref().cloned().unwrap_or_default();
        let alone = Seen { nulls: 0, lists: 0, elements: None, ..seen.clone() };
        if alone.count() > 0 {
            self.guess(path, "a list, as some values are lists; a lone value is a list of one");
            inner.merge(&alone);
        }
        if alone.count() > 0 && inner.lists > 0 {
            self.guess(path, "JSON text, as lists of lists and other values stand there");
            return Decided::plain(LogicalType::Json);
        }
        if inner.count() == 0 {
            self.guess(path, "a list of text, as every list was empty");
            let element = Element { ty: LogicalType::String, nullable: true };
            return Decided::plain(LogicalType::List { element: Box::new(element), length: None });
        }
        let Decided { ty, rules } = self.decide(&inner, path, depth + 1);
        if is_json(&ty) {
            self.guess(path, "the whole list as JSON text, as its elements are");
            return Decided::plain(LogicalType::Json);
        }
        let nullable = inner.nulls > 0;
        let ty = LogicalType::List { element: Box::new(Element { ty, nullable }), length: None };
        Decided { ty, rules }
    }

    /// A record, or a map when its keys are values themselves.
    fn object(&mut self, seen: &Seen, path: &str, depth: usize) -> LogicalType {
        if seen.members.is_empty() {
            self.guess(path, "JSON text, as every object was empty");
            return LogicalType::Json;
        }
        if seen.twice.is_some() {
            self.guess(
                path,
                "JSON text, as an object has one key twice, upper and lower case being the same",
            );
            return LogicalType::Json;
        }
        let like_values = seen.members.iter().all(|member| is_value(&member.key));
        let many = seen.members.len() > MANY_KEYS && seen.keys * 4 < seen.members.len() * seen.objects;
        if like_values || many {
            let mut values = Seen::default();
            seen.members.iter().for_each(|member| values.merge(&member.seen));
            let before = self.guesses.len();
            let Decided { ty, rules } = self.decide(&values, path, depth + 1);
            if is_json(&ty) {
                self.guess(path, "the whole map as JSON text, as its values are");
                return LogicalType::Json;
            }
            // Rules reach map values, but which they are would have to come up to the column.
            if rules == Rules::default() {
                self.guess(path, "a map, as its keys look like values rather than names");
                let value = Box::new(Element { ty, nullable: values.nulls > 0 });
                return LogicalType::Map { key: Box::new(LogicalType::String), value };
            }
            self.guesses.truncate(before);
        }
        let columns = self.columns(seen, &format!("{path}."), depth + 1);
        if columns.is_empty() {
            self.guess(path, "JSON text, as none of its keys can be a column");
            return LogicalType::Json;
        }
        LogicalType::Struct { columns }
    }

    fn scalar(&mut self, seen: &Seen, path: &str) -> Decided {
        match (seen.truths, seen.numbers.count, seen.texts.count) {
            (_, 0, 0) => Decided::plain(LogicalType::Boolean),
            (0, _, 0) => Decided::plain(self.number(seen, path)),
            (0, 0, _) => self.text(seen, path),
            (0, _, _) if seen.texts.all() == Some(Look::Instant(0)) && is_epoch(seen) => {
                self.guess(path, "times: in text with a zone, and in epoch seconds");
                self.instant(seen, vec![TimeFormat::Rfc3339, TimeFormat::EpochSeconds], path)
            }
            _ => {
                let kinds = [
                    (seen.truths, "truth values"),
                    (seen.numbers.count, "numbers"),
                    (seen.texts.count, "texts"),
                ];
                let kinds: Vec<_> =
                    kinds.iter().filter(|(count, _)| *count > 0).map(|(_, kind)| *kind).collect();
                let hint = match seen.texts.all() {
                    Some(Look::Number) if seen.truths == 0 => {
                        "; all texts are digits: a number type reads them too"
                    }
                    _ => "",
                };
                self.guess(path, format!("text, as {} stand there{hint}", kinds.join(" and ")));
                Decided::plain(LogicalType::String)
            }
        }
    }

    fn number(&mut self, seen: &Seen, path: &str) -> LogicalType {
        let numbers = &seen.numbers;
        if !numbers.fractions && !numbers.wide {
            return LogicalType::Int64;
        }
        if numbers.fractions && !numbers.inexact {
            return LogicalType::Float64;
        }
        let digits = numbers.whole.saturating_add(numbers.scale);
        if digits > MAX_DIGITS {
            self.guess(path, "text, as some numbers have more digits than any number type holds");
            return LogicalType::String;
        }
        let scale = u8::try_from(numbers.scale).unwrap_or(0);
        let why = if numbers.fractions {
            "some have more digits than a double holds"
        } else {
            "some have more than 64 bits"
        };
        self.guess(
            path,
            match scale {
                0 => format!("decimal, as {why}; fractions are rounded"),
                1 => format!("decimal, as {why}; digits after the first one behind the point are rounded"),
                _ => {
                    format!("decimal, as {why}; digits after the first {scale} behind the point are rounded")
                }
            },
        );
        LogicalType::Decimal { precision: 38, scale }
    }

    fn text(&mut self, seen: &Seen, path: &str) -> Decided {
        match seen.texts.all() {
            Some(Look::Instant(_)) => {
                self.guess(path, "an instant, as every text is a time with a zone");
                self.instant(seen, vec![TimeFormat::Rfc3339], path)
            }
            Some(Look::Wall(_)) => {
                self.guess(path, "a wall-clock time, as every text is a time and none has a zone");
                let unit = self.unit(seen, path);
                Decided::plain(LogicalType::Timestamp { unit, instant: false, offset: false })
            }
            Some(Look::Day) => {
                self.guess(path, "a day, as every text is one");
                Decided::plain(LogicalType::Date)
            }
            Some(Look::Uuid) if seen.texts.count > 1 => {
                self.guess(path, "a UUID, as every text is one");
                Decided::plain(LogicalType::Uuid)
            }
            Some(Look::Number) => {
                self.guess(path, "text, as the numbers are in quotes; a number type reads them too");
                Decided::plain(LogicalType::String)
            }
            Some(Look::CommaNumber) => {
                self.guess(path, "text; the numbers are written with a comma, which a number type reads with `decimal_comma`");
                Decided::plain(LogicalType::String)
            }
            Some(Look::Truth) => {
                self.guess(path, "text, as the truth values are in quotes; bool reads them too");
                Decided::plain(LogicalType::String)
            }
            Some(Look::Uuid | Look::Other) | None => Decided::plain(LogicalType::String),
        }
    }

    fn instant(&mut self, seen: &Seen, time: Vec<TimeFormat>, path: &str) -> Decided {
        let ty = LogicalType::Timestamp { unit: self.unit(seen, path), instant: true, offset: false };
        Decided { ty, rules: Rules { time, ..Rules::default() } }
    }

    /// Milliseconds, unless more digits were seen.
    fn unit(&mut self, seen: &Seen, path: &str) -> TimeUnit {
        if seen.texts.fraction > 6 {
            self.notes.push(format!(
                "Times of `{path}` have {} digits behind the second, of which 6 are kept.",
                seen.texts.fraction
            ));
        }
        if seen.texts.fraction > 3 { TimeUnit::Micros } else { TimeUnit::Millis }
    }
}

/// Whether a type is JSON text, which is about whole columns.
fn is_json(ty: &LogicalType) -> bool {
    *ty == LogicalType::Json
}

fn is_epoch(seen: &Seen) -> bool {
    let numbers = &seen.numbers;
    !numbers.fractions && numbers.least >= EPOCH_SECONDS.0 && numbers.most < EPOCH_SECONDS.1
}

/// Whether a key looks like a value: a number, a day, a UUID.
fn is_value(key: &str) -> bool {
    matches!(super::text::look(key), Look::Number | Look::Day | Look::Uuid | Look::Instant(_) | Look::Wall(_))
}

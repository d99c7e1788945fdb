//! From the parameters of a table to its projection.

use super::Projection;
use super::bound::{Bound, is_blank};
use super::column::{Column, Dates, Kind};
use super::date_format::DateFormat;
use super::interval::Unit;
use super::template::{Piece, Template};
use crate::finding::{Finding, Findings};
use crate::name::nearest;
use std::collections::BTreeMap;

type Properties = BTreeMap<String, String>;

const TEMPLATE: &str = "storage.location.template";
const TYPES: [&str; 4] = ["enum", "integer", "date", "injected"];

pub(super) fn projection(
    keys: &[(String, String)],
    location: &str,
    properties: &Properties,
) -> Result<Option<Projection>, Findings> {
    let enabled = properties.get("projection.enabled").map(|value| value.trim().to_ascii_lowercase());
    if enabled.as_deref() != Some("true") {
        return Ok(None);
    }
    let (mut findings, mut notes, mut columns) = (Findings::default(), Vec::new(), Vec::new());
    if keys.is_empty() {
        findings.push(Finding::new(
            "projection-without-partitions",
            "projection.enabled",
            "is true, and the table has no partition columns",
            "leave it out, or partition the table",
        ));
    }
    for (name, ty) in keys {
        let mut reader = Reader { name, properties, used: Vec::new(), notes: &mut notes };
        let column = reader.column(ty);
        let used = std::mem::take(&mut reader.used);
        note_unused(name, properties, &used, &mut notes);
        // A column that failed keeps its place, so that the template is checked too.
        let failed = Column { name: name.clone(), shown_as: None, kind: Kind::Injected };
        columns.push(findings.take(column).unwrap_or(failed));
    }
    let template = findings.take(template(&columns, location, properties, &mut notes));
    match template {
        Some(template) => findings.or(|| Some(Projection { columns, template, notes })),
        None => Err(findings),
    }
}

/// Parameters of a column that its type does not have.
fn note_unused(name: &str, properties: &Properties, used: &[&str], notes: &mut Vec<Finding>) {
    let start = format!("projection.{name}.");
    for key in properties.keys() {
        let Some(word) = key.strip_prefix(&start).filter(|word| !used.contains(word)) else { continue };
        notes.push(Finding::new(
            "projection-unknown-property",
            key,
            format!("`{word}` is nothing that this type of projection has"),
            "leave it out, or correct its name",
        ));
    }
}

fn template(
    columns: &[Column],
    location: &str,
    properties: &Properties,
    notes: &mut Vec<Finding>,
) -> Result<Template, Findings> {
    let Some(text) = properties.get(TEMPLATE) else {
        if location.is_empty() {
            return Err(Finding::new(
                "projection-location",
                "location",
                "is empty, and there is no location template",
                format!("give the table a location, or write {TEMPLATE}"),
            )
            .into());
        }
        return Ok(Template::hive(location, columns.iter().map(|column| column.name.as_str())));
    };
    let template = Template::parse(text, columns).map_err(|name| {
        Finding::new(
            "projection-template-unknown",
            TEMPLATE,
            format!("`${{{name}}}` is no partition column"),
            "name partition columns of the table only, and write other text as it is",
        )
    })?;
    let mut findings = Findings::default();
    for (_, column) in columns.iter().enumerate().filter(|(number, _)| !template.has(*number)) {
        findings.push(Finding::new(
            "projection-template-column",
            TEMPLATE,
            format!("has no place for the partition column `{}`", column.name),
            format!("write ${{{}}} into it, at least once", column.name),
        ));
    }
    let ends_in_slash = matches!(template.pieces.last(), Some(Piece::Text(text)) if text.ends_with('/'));
    if !ends_in_slash {
        notes.push(Finding::new(
            "projection-template-slash",
            TEMPLATE,
            "does not end in a slash, so that folders with a longer name are read too",
            "put a slash at its end",
        ));
    }
    findings.or(|| template)
}

/// Reads the parameters of one column.
struct Reader<'a> {
    name: &'a str,
    properties: &'a Properties,
    used: Vec<&'static str>,
    notes: &'a mut Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn key(&self, word: &str) -> String {
        format!("projection.{}.{word}", self.name)
    }

    fn get(&mut self, word: &'static str) -> Option<&'a str> {
        self.used.push(word);
        self.properties.get(&self.key(word)).map(String::as_str)
    }

    fn need(&mut self, word: &'static str, rule: &'static str, fix: &str) -> Result<&'a str, Finding> {
        self.get(word).ok_or_else(|| Finding::new(rule, self.key(word), "is missing", fix))
    }

    fn wrong(&self, rule: &'static str, word: &str, problem: impl Into<String>, fix: &str) -> Finding {
        Finding::new(rule, self.key(word), problem, fix)
    }

    fn note(&mut self, rule: &'static str, word: &str, problem: &str, fix: &str) {
        let note = self.wrong(rule, word, problem, fix);
        self.notes.push(note);
    }

    fn column(&mut self, ty: &str) -> Result<Column, Finding> {
        let ty = ty.trim().to_ascii_lowercase();
        let is_text = ty == "string" || ty.starts_with("varchar") || ty.starts_with("char");
        let is_integer = matches!(ty.as_str(), "tinyint" | "smallint" | "int" | "bigint");
        let is_time = matches!(ty.as_str(), "date" | "timestamp");
        let Some(word) = self.get("type") else {
            return Err(self.missing());
        };
        let word = word.trim().to_ascii_lowercase();
        let fits = match word.as_str() {
            "enum" => true,
            "integer" => is_text || is_integer,
            "date" => is_text || is_time,
            "injected" => is_text,
            _ => {
                let near =
                    nearest(&word, TYPES).map_or(String::new(), |near| format!("; did you mean {near}?"));
                let fix = format!("write enum, integer, date or injected{near}");
                return Err(self.wrong(
                    "projection-unknown-type",
                    "type",
                    format!("`{word}` is no type of projection"),
                    &fix,
                ));
            }
        };
        if !fits {
            let problem = format!("is {word}, and the column is {ty}");
            return Err(self.wrong(
                "projection-key-type",
                "type",
                problem,
                "make the partition column a string",
            ));
        }
        let (mut shown_as, kind) = match word.as_str() {
            "enum" => (None, self.words()?),
            "integer" => (None, self.integers()?),
            "date" => (None, Kind::Date(self.dates()?)),
            _ => (None, Kind::Injected),
        };
        if is_time {
            let pattern = if ty == "date" { "yyyy-MM-dd" } else { "yyyy-MM-dd HH:mm:ss" };
            shown_as = DateFormat::new(pattern).ok();
            if let Kind::Date(dates) = &kind
                && dates.format.pattern() != pattern
            {
                self.note(
                    "projection-date-column",
                    "format",
                    &format!("differs from {pattern}, as a column of type {ty} is written; that it works is documented for yyyy-MM-dd only"),
                    "make the partition column a string",
                );
            }
        }
        Ok(Column { name: self.name.to_owned(), shown_as, kind })
    }

    /// No type at all.
    fn missing(&self) -> Finding {
        let wanted = self.key("type");
        let problem = match self.properties.keys().find(|key| key.eq_ignore_ascii_case(&wanted)) {
            Some(other) => format!("is missing projection configuration; `{other}` has another case"),
            None => "is missing projection configuration, so every query fails with HIVE_METASTORE_ERROR"
                .to_owned(),
        };
        Finding::new(
            "projection-missing-column",
            format!("partition column `{}`", self.name),
            problem,
            format!("write {wanted} and what that type needs, or turn projection off"),
        )
    }

    fn words(&mut self) -> Result<Kind, Finding> {
        let fix = "write the values with commas between them, without blanks";
        let text = self.need("values", "projection-enum-values", fix)?;
        let mut words: Vec<String> = Vec::new();
        for word in text.split(',') {
            if word.is_empty() {
                return Err(self.wrong("projection-enum-values", "values", "has an empty value", fix));
            }
            if word.trim() != word {
                self.note(
                    "projection-enum-blank",
                    "values",
                    &format!("`{word}` has blanks at an end, and they are part of the value"),
                    fix,
                );
            }
            if words.iter().any(|earlier| earlier == word) {
                self.note("projection-enum-twice", "values", &format!("has `{word}` twice"), "leave one out");
                continue;
            }
            words.push(word.to_owned());
        }
        Ok(Kind::Enum(words))
    }

    /// The two ends of a range.
    fn ends(&mut self) -> Result<(&'a str, &'a str), Finding> {
        let text = self.need(
            "range",
            "projection-range",
            "write the first and the last value with a comma between them",
        )?;
        match text.split_once(',').filter(|(_, last)| !last.contains(',')) {
            Some(ends) => Ok(ends),
            None => Err(self.wrong(
                "projection-range",
                "range",
                format!("`{text}` is not two values with a comma between them"),
                "write the first and the last value, as in 0,23 or 2026-01-01,NOW",
            )),
        }
    }

    /// A whole number of at least 1.
    fn number(&mut self, word: &'static str, rule: &'static str) -> Result<Option<i64>, Finding> {
        let Some(text) = self.get(word) else { return Ok(None) };
        match text.trim().parse::<i64>() {
            Ok(number) if number >= 1 => Ok(Some(number)),
            _ => Err(self.wrong(rule, word, format!("`{text}` is no whole number from 1 on"), "write one")),
        }
    }

    fn integers(&mut self) -> Result<Kind, Finding> {
        let (first, last) = self.ends()?;
        let parse = |text: &str| {
            text.trim().parse::<i64>().map_err(|_| {
                if text.trim_matches(is_blank).to_ascii_uppercase().starts_with("NOW") {
                    return self.wrong(
                        "projection-now-in-integer",
                        "range",
                        format!("`{text}`: NOW works for dates only; the catalog takes it, and queries fail"),
                        "write a number, or use type date with a format",
                    );
                }
                self.wrong(
                    "projection-integer-range",
                    "range",
                    format!("`{text}` is no whole number of 64 bits"),
                    "write the first and the last number, as in 0,23",
                )
            })
        };
        let (first, last) = (parse(first)?, parse(last)?);
        if first > last {
            return Err(self.wrong(
                "projection-range",
                "range",
                format!("goes from {first} down to {last}"),
                "write the smaller number first",
            ));
        }
        let interval = self.number("interval", "projection-interval")?.unwrap_or(1);
        let digits = self.number("digits", "projection-digits")?.unwrap_or(0);
        match usize::try_from(digits) {
            Ok(digits @ 0..=19) => Ok(Kind::Integer { first, last, interval, digits }),
            _ => Err(self.wrong(
                "projection-digits",
                "digits",
                format!("{digits} is more digits than numbers have"),
                "write at most 19",
            )),
        }
    }

    fn dates(&mut self) -> Result<Dates, Finding> {
        let pattern = self.need(
            "format",
            "projection-date-format-required",
            "write a Java date pattern such as yyyy-MM-dd",
        )?;
        if pattern.contains(',') {
            let problem = format!("`{pattern}` has a comma, which also separates the ends of the range");
            return Err(self.wrong("projection-format-comma", "format", problem, "use another character"));
        }
        let format = DateFormat::new(pattern)
            .map_err(|(problem, fix)| self.wrong("projection-date-format", "format", problem, fix))?;
        let (from, to) = self.ends()?;
        let bound = |text: &str| {
            Bound::parse(text, &format).map_err(|problem| {
                self.wrong(
                    "projection-range",
                    "range",
                    problem,
                    "write dates in the column's own format, or NOW, as in NOW-3DAYS",
                )
            })
        };
        let (from, to) = (bound(from)?, bound(to)?);
        if let (Bound::At(first), Bound::At(last)) = (&from, &to) {
            if first > last {
                return Err(self.wrong(
                    "projection-range",
                    "range",
                    "ends before it begins",
                    "write the earlier date first",
                ));
            }
            if first == last {
                self.note(
                    "projection-range-one",
                    "range",
                    "begins where it ends, which Trino refuses",
                    "let it end later",
                );
            }
        }
        let interval = self.number("interval", "projection-interval")?;
        let unit = match self.get("interval.unit") {
            None => None,
            Some(text) => Some(Unit::of(text.trim()).ok_or_else(|| {
                let units = Unit::ALL.map(Unit::name).join(", ");
                self.wrong(
                    "projection-unit",
                    "interval.unit",
                    format!("`{text}` is no unit"),
                    &format!("write one of {units}"),
                )
            })?),
        };
        let finest = format.finest();
        for (word, is_there) in [("interval", interval.is_some()), ("interval.unit", unit.is_some())] {
            if finest < Unit::Days && !is_there {
                let problem = format!("is missing, and the format `{pattern}` is finer than a day");
                return Err(self.wrong(
                    "projection-interval-required",
                    word,
                    problem,
                    "write interval and interval.unit, as in 1 and HOURS",
                ));
            }
        }
        let unit = unit.unwrap_or(finest);
        if unit < finest {
            self.note(
                "projection-unit-finer",
                "interval.unit",
                &format!("{} are finer than the format `{pattern}` tells apart", unit.name()),
                &format!("write {}", finest.name()),
            );
        }
        Ok(Dates { format, from, to, interval: interval.unwrap_or(1), unit })
    }
}

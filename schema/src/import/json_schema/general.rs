//! Any schema: types by their bounds and formats.

mod nested;
mod values;

use super::super::rust::Guess;
use super::super::samples::Inferred;
use super::finding;
use super::schemas::Schemas;
use crate::def::TimeUnit;
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::keywords::{Keywords, fault, narrower, restates};
use crate::logical_type::LogicalType;
use crate::name::suggest_name;
use crate::table::{Column, Rules, Table, TimeFormat};
use crate::validate::MAX_DEPTH;
use std::collections::BTreeSet;

/// Keywords that say what a table does not ask.
const UNASKED: [&str; 9] = [
    "if",
    "not",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedProperties",
    "minContains",
    "maxContains",
];

pub(super) fn import(schema: &Json, name: Option<&str>) -> Result<Inferred, Findings> {
    let mut walk =
        Walk { root: schema, findings: Findings::default(), guesses: Vec::new(), notes: Vec::new() };
    let (all, _) = Schemas::of(schema, schema, &["#"], "")?;
    let is_object = all.all("type").all(|ty| ty.as_text() == Some("object"));
    if !is_object || all.get("properties").is_none() {
        return Err(finding(
            "import-json-schema-object",
            "",
            "describes no record: expected `\"type\": \"object\"` with `properties`",
            "name the schema of one record",
        )
        .into());
    }
    let name = match name.or_else(|| all.text("title")) {
        Some(name) => suggest_name(name),
        None => {
            return Err(Finding::new(
                "import-name",
                "table",
                "has no name: the schema has no `title`",
                "give it one with --table",
            )
            .into());
        }
    };
    let columns = walk.columns(&all, "", "", 1);
    let mut table = Table::new(name, columns);
    table.comment = all.text("description").map(str::to_owned);
    if walk.findings.0.is_empty()
        && let Err(problems) = table.validate()
    {
        for problem in problems.0 {
            walk.findings.push(Finding::new(
                "import-table",
                problem.path,
                problem.kind.to_string(),
                problem.kind.fix(),
            ));
        }
    }
    walk.notes.push("A JSON Schema tells nothing of partitions, keys and storage: add them.".into());
    let Walk { findings, guesses, notes, .. } = walk;
    findings.or(|| Inferred { table, guesses, notes, skipped: Vec::new() })
}

struct Walk<'a> {
    root: &'a Json,
    findings: Findings,
    guesses: Vec<Guess>,
    notes: Vec<String>,
}

/// What a schema makes of a column, list element or map value.
struct Value {
    ty: LogicalType,
    nullable: bool,
    rules: Rules,
    keywords: Keywords,
}

impl<'a> Walk<'a> {
    fn columns(&mut self, all: &Schemas<'a>, place: &str, prefix: &str, depth: usize) -> Vec<Column> {
        let required: Vec<&str> =
            all.all("required").flat_map(Json::elements).filter_map(Json::as_text).collect();
        let mut properties: Vec<(&str, &'a Json)> = Vec::new();
        for (key, schema) in all.all("properties").flat_map(Json::members) {
            if !properties.iter().any(|(other, _)| other == key) {
                properties.push((key, schema));
            }
        }
        for keyword in UNASKED {
            if all.get(keyword).is_some() {
                self.notes
                    .push(format!("`{keyword}` at #{place} says what a table does not: it is left out."));
            }
        }
        if all.get("patternProperties").is_some()
            || matches!(all.get("additionalProperties"), Some(Json::Object(_)))
        {
            self.notes.push(format!("Keys at #{place} that are not among its `properties` are left out."));
        }
        let mut names = BTreeSet::new();
        let mut columns = Vec::new();
        for (key, schema) in properties {
            let below = format!("{place}/properties/{}", key.replace('~', "~0").replace('/', "~1"));
            let base = suggest_name(key);
            let mut name = base.clone();
            let mut number = 2;
            while !names.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            let path = format!("{prefix}{name}");
            let found = Schemas::of(self.root, schema, &all.followed, &below).map_err(Findings::from);
            let Some((schemas, null)) = self.findings.take(found) else { continue };
            let Some(value) = self.value(&schemas, null, &below, &path, depth) else { continue };
            let mut column = Column::new(name, value.ty);
            column.key = key.to_owned();
            column.nullable = value.nullable || !required.contains(&key);
            column.rules = value.rules;
            column.schema = value.keywords;
            column.comment = schemas.text("description").map(str::to_owned);
            columns.push(column);
        }
        columns
    }

    /// The column, element or value of schemas; nothing when that is a finding.
    fn value(
        &mut self,
        all: &Schemas<'a>,
        null: bool,
        place: &str,
        path: &str,
        depth: usize,
    ) -> Option<Value> {
        let mut value = Value {
            ty: LogicalType::Json,
            nullable: null,
            rules: Rules::default(),
            keywords: Keywords::default(),
        };
        let mut types: Option<Vec<&str>> = None;
        for ty in all.all("type") {
            let named: Vec<&str> = match ty {
                Json::Text(one) => vec![one],
                Json::List(several) => several.iter().filter_map(Json::as_text).collect(),
                Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Object(_) => Vec::new(),
            };
            let both =
                types.take().map(|before| before.into_iter().filter(|ty| named.contains(ty)).collect());
            types = Some(both.unwrap_or(named));
        }
        let mut types = types.unwrap_or_default();
        value.nullable |= types.contains(&"null");
        let only_null = types == ["null"];
        types.retain(|ty| *ty != "null");
        if types.contains(&"number") {
            types.retain(|ty| *ty != "integer");
        }
        if depth > MAX_DEPTH - 2 {
            self.guess(path, "JSON text, as the schema is nested too deep for columns");
            return Some(value);
        }
        if let Some(constants) = all.constants() {
            value.ty = self.listed(&constants, &mut value.nullable, place)?;
            value.keywords = self.keywords(all, &value.ty);
            return Some(value);
        }
        match types.as_slice() {
            [] if only_null => {
                self.guess(path, "text, as the schema allows nothing but null");
                value.ty = LogicalType::String;
                value.nullable = true;
            }
            [] if all.get("properties").is_some() => self.object(all, &mut value, place, path, depth)?,
            [] if all.get("items").is_some() => self.array(all, &mut value, place, path, depth)?,
            [] => self.guess(path, "JSON text, as the schema allows anything"),
            ["boolean"] => value.ty = LogicalType::Boolean,
            ["integer"] => value.ty = self.integer(all, path),
            ["number"] => {
                value.ty = if all.text("format") == Some("float") {
                    LogicalType::Float32
                } else {
                    LogicalType::Float64
                };
            }
            ["string"] => self.text(all, &mut value, path),
            ["array"] => self.array(all, &mut value, place, path, depth)?,
            ["object"] => self.object(all, &mut value, place, path, depth)?,
            several => {
                self.findings.push(finding(
                    "import-json-schema-union",
                    &format!("{place}/type"),
                    format!("allows {}, and a column has one type", several.join(" and ")),
                    "choose one of them, or leave the type out, which makes it JSON text",
                ));
                return None;
            }
        }
        let (items, values) = (value.keywords.items.take(), value.keywords.values.take());
        value.keywords = self.keywords(all, &value.ty);
        (value.keywords.items, value.keywords.values) = (items, values);
        Some(value)
    }

    fn guess(&mut self, path: &str, text: &str) {
        self.guesses.push(Guess::new(path, text));
    }

    fn text(&mut self, all: &Schemas<'a>, value: &mut Value, path: &str) {
        value.ty = match (all.text("format"), all.text("contentEncoding")) {
            (Some("date-time"), _) => {
                value.rules.time = vec![TimeFormat::Rfc3339];
                LogicalType::Timestamp { unit: TimeUnit::Millis, instant: true, offset: false }
            }
            (Some("partial-date-time" | "local-date-time"), _) => {
                LogicalType::Timestamp { unit: TimeUnit::Millis, instant: false, offset: false }
            }
            (Some("date"), _) => LogicalType::Date,
            (Some("uuid"), _) => LogicalType::Uuid,
            (_, Some("base64")) => LogicalType::Binary,
            (Some("byte"), _) => {
                self.guess(path, "bytes, as `byte` is how OpenAPI calls base64");
                LogicalType::Binary
            }
            _ => LogicalType::String,
        };
    }

    /// What the schemas say beyond the type.
    fn keywords(&self, all: &Schemas<'a>, ty: &LogicalType) -> Keywords {
        let mut found = Keywords::default();
        for (keyword, value) in all.parts.iter().flat_map(|part| part.members()) {
            if fault(keyword, value, ty).is_some() || restates(keyword, value, ty) {
                continue;
            }
            let value = match found.own.get(keyword) {
                Some(first) => narrower(keyword, first, value),
                None => value.clone(),
            };
            found.own.insert(keyword.clone(), value);
        }
        found
    }
}

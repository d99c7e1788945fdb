//! Any schema: types by their bounds and formats.

use super::super::rust::Guess;
use super::super::samples::Inferred;
use super::finding;
use super::schemas::Schemas;
use crate::def::TimeUnit;
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::keywords::{Keywords, fault, narrower, restates};
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::name::suggest_name;
use crate::table::{Column, Rules, Table, TimeFormat};
use crate::validate::MAX_DEPTH;
use std::collections::BTreeSet;

/// Longest array that becomes one of that length.
const LONGEST_ARRAY: i64 = 32;
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
    findings.or(|| Inferred { table, guesses, notes })
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

    /// A type of the values that are listed.
    fn listed(&mut self, constants: &[&'a Json], nullable: &mut bool, place: &str) -> Option<LogicalType> {
        let others: Vec<&Json> = constants.iter().copied().filter(|value| **value != Json::Null).collect();
        *nullable |= others.len() < constants.len();
        let texts: Option<Vec<&str>> = others.iter().map(|value| value.as_text()).collect();
        let whole: Option<Vec<i64>> = others
            .iter()
            .map(|value| if let Json::Int(value) = value { Some(*value) } else { None })
            .collect();
        if let Some(texts) = texts.filter(|texts| !texts.is_empty()) {
            if texts.iter().all(|text| !text.is_empty()) {
                let mut words: Vec<EnumWord> = Vec::new();
                for text in texts {
                    if !words.iter().any(|word| word.word == text) {
                        words.push(EnumWord { word: text.to_owned(), aliases: Vec::new() });
                    }
                }
                return Some(LogicalType::Enum(words));
            }
            // An empty text is no word.
            return Some(LogicalType::String);
        }
        if let Some(whole) = whole.filter(|whole| !whole.is_empty()) {
            let (least, most) = (whole.iter().min()?, whole.iter().max()?);
            return Some(smallest(i128::from(*least), i128::from(*most)));
        }
        if others.iter().all(|value| matches!(value, Json::Bool(_))) && !others.is_empty() {
            return Some(LogicalType::Boolean);
        }
        if others.iter().all(|value| value.as_number().is_some()) && !others.is_empty() {
            return Some(LogicalType::Float64);
        }
        self.findings.push(finding(
            "import-json-schema-union",
            place,
            "lists values of several types, and a column has one",
            "keep those of one type, or leave the list out, which makes it JSON text",
        ));
        None
    }

    /// The smallest type that holds every number that is allowed.
    fn integer(&mut self, all: &Schemas<'a>, path: &str) -> LogicalType {
        let (mut least, mut most): (Option<i128>, Option<i128>) = (None, None);
        let mut narrow = |low: Option<i128>, high: Option<i128>| {
            least = least.max(low);
            most = match (most, high) {
                (Some(most), Some(high)) => Some(most.min(high)),
                (most, high) => most.or(high),
            };
        };
        match all.text("format") {
            Some("int8") => narrow(Some(i8::MIN.into()), Some(i8::MAX.into())),
            Some("int16") => narrow(Some(i16::MIN.into()), Some(i16::MAX.into())),
            Some("int32") => narrow(Some(i32::MIN.into()), Some(i32::MAX.into())),
            Some("int64") => narrow(Some(i64::MIN.into()), Some(i64::MAX.into())),
            Some("uint8") => narrow(Some(0), Some(u8::MAX.into())),
            Some("uint16") => narrow(Some(0), Some(u16::MAX.into())),
            Some("uint32") => narrow(Some(0), Some(u32::MAX.into())),
            Some("uint64" | "uint") => narrow(Some(0), Some(u64::MAX.into())),
            Some(_) | None => {}
        }
        #[allow(clippy::cast_possible_truncation, reason = "saturates, and stands for anything beyond")]
        let whole = |value: &Json, round: fn(f64) -> f64| match value {
            Json::Int(value) => Some(i128::from(*value)),
            other @ (Json::Null
            | Json::Bool(_)
            | Json::Float(_)
            | Json::Text(_)
            | Json::List(_)
            | Json::Object(_)) => other.as_number().map(|number| round(number) as i128),
        };
        for part in &all.parts {
            let bound = |keyword: &str, round: fn(f64) -> f64| {
                part.get(keyword).and_then(|value| whole(value, round))
            };
            narrow(bound("minimum", f64::ceil), bound("maximum", f64::floor));
            let (above, below) =
                (bound("exclusiveMinimum", f64::floor), bound("exclusiveMaximum", f64::ceil));
            narrow(above.map(|bound| bound.saturating_add(1)), below.map(|bound| bound.saturating_sub(1)));
        }
        if least.is_none() || most.is_none() {
            self.guess(path, "64 bits, as the schema has no bounds on both sides");
        }
        let within = |bound: i128| bound.clamp(i64::MIN.into(), i64::MAX.into());
        match (least, most) {
            (Some(least), Some(most)) => smallest(least, most),
            (Some(least), None) => smallest(within(least), i64::MAX.into()),
            (None, most) => smallest(i64::MIN.into(), most.map_or(i64::MAX.into(), within)),
        }
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

    fn array(
        &mut self,
        all: &Schemas<'a>,
        value: &mut Value,
        place: &str,
        path: &str,
        depth: usize,
    ) -> Option<()> {
        if all.get("prefixItems").is_some() || matches!(all.get("items"), Some(Json::List(_))) {
            self.findings.push(finding(
                "import-json-schema-tuple",
                place,
                "is a tuple, each of whose places has a type of its own, and a list has one",
                "make it an object with named members, or leave `items` out, which makes them JSON text",
            ));
            return None;
        }
        let bound = |keyword: &str| match all.get(keyword) {
            Some(Json::Int(count)) => Some(*count),
            _ => None,
        };
        let length = bound("minItems")
            .filter(|least| bound("maxItems") == Some(*least) && (0..=LONGEST_ARRAY).contains(least));
        let length = length.and_then(|length| u64::try_from(length).ok());
        let element = self.inside(all, "items", value, place, path, depth)?;
        if element.0.ty == LogicalType::Json {
            self.guess(path, "the whole list as JSON text, as its elements may be anything");
            return Some(());
        }
        value.keywords.items = boxed(element.1);
        value.ty = LogicalType::List { element: Box::new(element.0), length };
        Some(())
    }

    fn object(
        &mut self,
        all: &Schemas<'a>,
        value: &mut Value,
        place: &str,
        path: &str,
        depth: usize,
    ) -> Option<()> {
        if all.all("properties").any(|properties| !properties.members().is_empty()) {
            let columns = self.columns(all, place, &format!("{path}."), depth + 1);
            if columns.is_empty() {
                return None;
            }
            value.ty = LogicalType::Struct { columns };
            return Some(());
        }
        let keyword = if matches!(all.get("additionalProperties"), Some(Json::Object(_))) {
            "additionalProperties"
        } else {
            "patternProperties"
        };
        let pattern = all.get("patternProperties").filter(|patterns| patterns.members().len() == 1);
        if keyword == "patternProperties" && pattern.is_none() {
            self.guess(path, "JSON text, as the schema names no key of the object");
            return Some(());
        }
        let element = self.inside(all, keyword, value, place, path, depth)?;
        if element.0.ty == LogicalType::Json {
            self.guess(path, "the whole object as JSON text, as its values may be anything");
            return Some(());
        }
        value.keywords.values = boxed(element.1);
        value.ty = LogicalType::Map { key: Box::new(LogicalType::String), value: Box::new(element.0) };
        Some(())
    }

    /// Elements or values, and their keywords. Rules hold for what stands inside too, so they go up to the column.
    fn inside(
        &mut self,
        all: &Schemas<'a>,
        keyword: &str,
        value: &mut Value,
        place: &str,
        path: &str,
        depth: usize,
    ) -> Option<(Element, Keywords)> {
        let schema = match all.get(keyword) {
            Some(schemas) if keyword == "patternProperties" => {
                schemas.members().first().map(|(_, schema)| schema)
            }
            schema => schema,
        };
        let Some(schema) = schema else {
            return Some((Element { ty: LogicalType::Json, nullable: false }, Keywords::default()));
        };
        let below = format!("{place}/{keyword}");
        let found = Schemas::of(self.root, schema, &all.followed, &below).map_err(Findings::from);
        let (schemas, null) = self.findings.take(found)?;
        let inner = self.value(&schemas, null, &below, path, depth + 1)?;
        value.rules = inner.rules;
        Some((Element { ty: inner.ty, nullable: inner.nullable }, inner.keywords))
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

fn boxed(keywords: Keywords) -> Option<Box<Keywords>> {
    (!keywords.is_empty()).then(|| Box::new(keywords))
}

/// The smallest type that holds every number from one to the other.
fn smallest(least: i128, most: i128) -> LogicalType {
    let all = [
        LogicalType::UInt8,
        LogicalType::Int8,
        LogicalType::UInt16,
        LogicalType::Int16,
        LogicalType::UInt32,
        LogicalType::Int32,
        LogicalType::Int64,
    ];
    let holds = |ty: &LogicalType| {
        ty.integer_range().is_some_and(|(low, high)| i128::from(low) <= least && most <= i128::from(high))
    };
    if let Some(ty) = all.into_iter().find(holds) {
        return ty;
    }
    // A bound is beyond 64 bits.
    LogicalType::Decimal { precision: 38, scale: 0 }
}

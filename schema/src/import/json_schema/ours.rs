//! A schema that lakebed generated: each place is what generating makes of some column, which is found by generating.

use super::super::samples::Inferred;
use super::finding;
use crate::artifacts::json_schema::{Draft, schema, value_schema};
use crate::def::TimeUnit;
use crate::finding::Findings;
use crate::json::Json;
use crate::keywords::{Keywords, fault};
use crate::logical_type::{Element, EnumWord, LogicalType};
use crate::name::suggest_name;
use crate::table::{Column, Rules, Scalar, Table, TimeFormat};
use std::collections::BTreeSet;

/// How such a schema names itself.
pub(super) const ID: &str = "urn:lakebed:table:";
/// The texts that can stand in a path.
const PATH_TEXT: &str = "^[A-Za-z0-9._-]{";

pub(super) fn import(json: &Json, name: &str) -> Result<Inferred, Findings> {
    let draft = match json.get("$schema").and_then(Json::as_text) {
        Some(uri) if uri.contains("draft-07") => Draft::Draft07,
        _ => Draft::Draft202012,
    };
    let mut walk = Walk { draft, findings: Findings::default() };
    let columns = walk.columns(json, "");
    let mut table = Table::new(suggest_name(name), columns);
    table.comment = json.get("description").and_then(Json::as_text).map(str::to_owned);
    walk.findings.or(|| ())?;
    let mut notes = vec![
        "A JSON Schema knows keys and not names of columns: each is made of its key.".to_owned(),
        "It tells nothing of partitions, keys, storage, defaults, microseconds, sentinels that its types allow anyway, \
         and decode rules that it does not need: the contract file has all of it."
            .to_owned(),
    ];
    if without_names(&schema(&table, draft)) != without_names(json) {
        notes.push("Generating gives another schema, as partitions ask more of their columns.".to_owned());
    }
    Ok(Inferred { table, guesses: Vec::new(), notes, skipped: Vec::new() })
}

/// A schema without what names it.
fn without_names(json: &Json) -> Vec<(String, Json)> {
    let names = |key: &str| matches!(key, "$id" | "title");
    json.members().iter().filter(|(key, _)| !names(key)).cloned().collect()
}

struct Walk {
    draft: Draft,
    findings: Findings,
}

impl Walk {
    /// Columns of an object.
    fn columns(&mut self, object: &Json, place: &str) -> Vec<Column> {
        let groups = groups(object);
        let required: Vec<&str> = object
            .get("required")
            .map(Json::elements)
            .unwrap_or_default()
            .iter()
            .filter_map(Json::as_text)
            .collect();
        let mut names = BTreeSet::new();
        let mut columns = Vec::new();
        for (key, node) in object.get("properties").map(Json::members).unwrap_or_default() {
            let group = groups.iter().find(|group| group.keys.contains(&key.as_str()));
            if group.is_some_and(|group| group.keys.first() != Some(&key.as_str())) {
                continue;
            }
            let below = format!("{place}/properties/{}", key.replace('~', "~0").replace('/', "~1"));
            let optional = !required.contains(&key.as_str()) && !group.is_some_and(|group| group.required);
            let Some(found) = self.value(node, Some(optional)) else {
                self.findings.push(finding(
                    "import-json-schema-ours",
                    &below,
                    "is not what lakebed makes of a column, or of one with rules that do not show",
                    "import the contract file of the table instead; for a schema that was edited, take its `$id` away",
                ));
                continue;
            };
            let base = suggest_name(key);
            let mut name = base.clone();
            let mut number = 2;
            while !names.insert(name.clone()) {
                name = format!("{base}_{number}");
                number += 1;
            }
            let aliases = group.map(|group| group.keys.iter().skip(1).map(|key| (*key).to_owned()).collect());
            columns.push(Column { name, key: key.clone(), aliases: aliases.unwrap_or_default(), ..found });
        }
        columns
    }

    /// The column that a place was made of. `optional` is known where the place is a property.
    fn value(&mut self, node: &Json, optional: Option<bool>) -> Option<Column> {
        let nulls: &[bool] = match optional {
            Some(true) => &[true],
            Some(false) => &[false],
            None => &[false, true],
        };
        for ty in scalars(node) {
            for rules in rules(&ty, node) {
                for null in nulls {
                    if let Some(column) = self.fitting(node, &ty, *null, &rules, None, None) {
                        return Some(column);
                    }
                }
            }
        }
        self.list(node, nulls).or_else(|| self.map(node, nulls)).or_else(|| self.record(node, nulls))
    }

    /// The column of that type, if this is what the place was made of.
    fn fitting(
        &self,
        node: &Json,
        ty: &LogicalType,
        null: bool,
        rules: &Rules,
        items: Option<&Keywords>,
        values: Option<&Keywords>,
    ) -> Option<Column> {
        let mut column = Column::new("x", ty.clone());
        column.nullable = null;
        column.comment = node.get("description").and_then(Json::as_text).map(str::to_owned);
        column.rules = rules.clone();
        let inner = |keywords: Option<&Keywords>| keywords.cloned().and_then(Keywords::boxed);
        let said = ["title", "examples", "deprecated"];
        let take = |keep: &dyn Fn(&str, &Json) -> bool, from: &Json| {
            let kept = from
                .members()
                .iter()
                .filter(|(key, value)| keep(key, value) && fault(key, value, ty).is_none());
            kept.cloned().collect()
        };
        column.schema = Keywords {
            own: take(&|key, _| said.contains(&key), node),
            items: inner(items),
            values: inner(values),
        };
        let mut sources = vec![None];
        let lengths = lengths(node);
        if !lengths.is_empty() {
            sources.extend([true, false].map(|never_null| Some((never_null, lengths.clone()))));
        }
        for source in sources {
            let plain = value_schema(&column, self.draft, source.clone());
            if plain == *node {
                return Some(column);
            }
            let base = base(node);
            let narrowed = Keywords {
                own: take(&|key, value| said.contains(&key) || plain.get(key) != Some(value), base),
                ..column.schema.clone()
            };
            let mut with = Column { schema: narrowed, ..column.clone() };
            with.schema.own.extend(column.schema.own.clone());
            if with.schema != column.schema && value_schema(&with, self.draft, source) == *node {
                return Some(with);
            }
        }
        None
    }

    fn list(&mut self, node: &Json, nulls: &[bool]) -> Option<Column> {
        let base = base(node);
        let element = self.value(base.get("items")?, None)?;
        let length = match (base.get("minItems"), base.get("maxItems")) {
            (Some(Json::Int(least)), Some(Json::Int(most))) if least == most => u64::try_from(*least).ok(),
            _ => None,
        };
        for null in nulls {
            for length in [length, None] {
                let inner = Element { ty: element.ty.clone(), nullable: element.nullable };
                let ty = LogicalType::List { element: Box::new(inner), length };
                let found = self.fitting(node, &ty, *null, &element.rules, Some(&element.schema), None);
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    fn map(&mut self, node: &Json, nulls: &[bool]) -> Option<Column> {
        let element = self.value(node.get("additionalProperties")?, None)?;
        let mut keys = vec![LogicalType::String];
        if let Some(names) = node.get("propertyNames") {
            keys = scalars(names);
        }
        for key in keys {
            for null in nulls {
                let inner = Element { ty: element.ty.clone(), nullable: element.nullable };
                let ty = LogicalType::Map { key: Box::new(key.clone()), value: Box::new(inner) };
                let found = self.fitting(node, &ty, *null, &element.rules, None, Some(&element.schema));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    fn record(&mut self, node: &Json, nulls: &[bool]) -> Option<Column> {
        node.get("properties")?;
        let mut inner = Self { draft: self.draft, findings: Findings::default() };
        let columns = inner.columns(node, "");
        if !inner.findings.0.is_empty() {
            return None;
        }
        let ty = LogicalType::Struct { columns };
        nulls.iter().find_map(|null| self.fitting(node, &ty, *null, &Rules::default(), None, None))
    }
}

/// The schema in which the keywords of a type stand: the first alternative, where there are any.
fn base(node: &Json) -> &Json {
    node.get("anyOf")
        .and_then(|all| all.elements().first())
        .filter(|_| node.get("type").is_none())
        .unwrap_or(node)
}

/// Keys that are one column: the first, then its aliases.
struct Group<'a> {
    keys: Vec<&'a str>,
    required: bool,
}

/// What `allOf` says of keys that stand for each other.
fn groups(object: &Json) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for part in object.get("allOf").map(Json::elements).unwrap_or_default() {
        let keys = |part: &'_ Json| -> Vec<String> {
            let keys = part.get("required").map(Json::elements).unwrap_or_default();
            keys.iter().filter_map(Json::as_text).map(str::to_owned).collect()
        };
        let (found, required): (Vec<String>, bool) = match (part.get("not"), part.get("oneOf")) {
            (Some(not), _) => (keys(not), false),
            (_, Some(one_of)) => (one_of.elements().iter().flat_map(keys).collect(), true),
            _ => continue,
        };
        // The order of the properties is that of key and aliases.
        let properties = object.get("properties").map(Json::members).unwrap_or_default();
        let in_order: Vec<&str> = properties
            .iter()
            .map(|(key, _)| key.as_str())
            .filter(|key| found.iter().any(|one| one == key))
            .collect();
        match groups.iter_mut().find(|group| group.keys.iter().any(|key| in_order.contains(key))) {
            Some(group) => {
                let all: Vec<&str> = properties
                    .iter()
                    .map(|(key, _)| key.as_str())
                    .filter(|key| group.keys.contains(key) || in_order.contains(key))
                    .collect();
                group.keys = all;
                group.required |= required;
            }
            None => groups.push(Group { keys: in_order, required }),
        }
    }
    groups
}

/// The types that a place could be of, the narrower before the wider.
fn scalars(node: &Json) -> Vec<LogicalType> {
    let timestamp = |instant, offset| LogicalType::Timestamp { unit: TimeUnit::Millis, instant, offset };
    let mut all = vec![
        LogicalType::Boolean,
        LogicalType::UInt8,
        LogicalType::Int8,
        LogicalType::UInt16,
        LogicalType::Int16,
        LogicalType::UInt32,
        LogicalType::Int32,
        LogicalType::Int64,
        LogicalType::Float64,
        LogicalType::Float32,
        LogicalType::String,
        LogicalType::Char,
        LogicalType::Uuid,
        LogicalType::Json,
        LogicalType::Binary,
        timestamp(true, false),
        timestamp(false, false),
        timestamp(true, true),
        // With spellings of its own it looks like a timestamp.
        LogicalType::Date,
    ];
    if let Some(words) = words(node) {
        all.push(LogicalType::Enum(words));
    }
    let text = base(node).get("pattern").and_then(Json::as_text).unwrap_or_default();
    if text.contains("[eE]") {
        all.extend((1..=38).flat_map(|precision| {
            (0..=precision).map(move |scale| LogicalType::Decimal { precision, scale })
        }));
    }
    all
}

/// The texts of an `enum`.
fn words(node: &Json) -> Option<Vec<EnumWord>> {
    let alternatives = node.get("anyOf").map(Json::elements).unwrap_or_default();
    let list = node.get("enum").or_else(|| alternatives.iter().find_map(|one| one.get("enum")))?;
    let texts = list.elements().iter().filter_map(Json::as_text);
    let words: Vec<_> = texts.map(|text| EnumWord { word: text.to_owned(), aliases: Vec::new() }).collect();
    (!words.is_empty()).then_some(words)
}

/// The rules that could show at a place of that type.
fn rules(ty: &LogicalType, node: &Json) -> Vec<Rules> {
    let mut all = vec![Rules::default()];
    if matches!(ty, LogicalType::Date | LogicalType::Timestamp { .. }) {
        let formats = [TimeFormat::Rfc3339, TimeFormat::EpochSeconds, TimeFormat::EpochMillis];
        for chosen in 1..8_usize {
            let time = formats.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1);
            all.push(Rules { time: time.map(|(_, format)| format.clone()).collect(), ..Rules::default() });
        }
    }
    if ty.integer_range().is_some()
        || matches!(ty, LogicalType::Float32 | LogicalType::Float64 | LogicalType::Decimal { .. })
    {
        all.push(Rules { decimal_comma: true, ..Rules::default() });
    }
    let sentinels: Vec<Scalar> = node
        .get("anyOf")
        .map(Json::elements)
        .unwrap_or_default()
        .iter()
        .filter_map(|one| one.get("enum"))
        .flat_map(Json::elements)
        .filter_map(sentinel)
        .collect();
    if !sentinels.is_empty() && !matches!(ty, LogicalType::Enum(_)) {
        for rules in all.clone() {
            all.push(Rules { null_if: sentinels.clone(), ..rules });
        }
    }
    all
}

fn sentinel(value: &Json) -> Option<Scalar> {
    match value {
        Json::Bool(value) => Some(Scalar::Bool(*value)),
        Json::Int(value) => Some(Scalar::Int((*value).into())),
        Json::Float(value) => Some(Scalar::Float(*value)),
        Json::Text(text) => Some(Scalar::Text(text.clone())),
        Json::Null | Json::List(_) | Json::Object(_) => None,
    }
}

/// The lengths of texts in paths that a place asks for.
fn lengths(node: &Json) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for part in node.get("allOf").map(Json::elements).unwrap_or_default() {
        let several =
            part.get("anyOf").and_then(|all| all.elements().first()).and_then(|all| all.get("allOf"));
        let parts = several.map_or(std::slice::from_ref(part), Json::elements);
        for pattern in parts.iter().filter_map(|part| part.get("pattern")).filter_map(Json::as_text) {
            let bounds = pattern.strip_prefix(PATH_TEXT).and_then(|rest| rest.strip_suffix("}$"));
            let bounds = bounds.and_then(|bounds| bounds.split_once(','));
            found.extend(bounds.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?))));
        }
    }
    found
}

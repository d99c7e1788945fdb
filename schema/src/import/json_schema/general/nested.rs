//! Lists, objects and maps.

use super::super::finding;
use super::super::schemas::Schemas;
use super::{Value, Walk};
use crate::finding::Findings;
use crate::json::Json;
use crate::keywords::Keywords;
use crate::logical_type::{Element, LogicalType};

/// Longest array that becomes one of that length.
const LONGEST_ARRAY: i64 = 32;

impl<'a> Walk<'a> {
    pub(super) fn array(
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

    pub(super) fn object(
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
}

fn boxed(keywords: Keywords) -> Option<Box<Keywords>> {
    (!keywords.is_empty()).then(|| Box::new(keywords))
}

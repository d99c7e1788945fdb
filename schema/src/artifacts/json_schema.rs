//! The JSON Schema of a table's records: what the decoder accepts on the wire.
//!
//! Two drafts of one schema: 2020-12 for tools, draft-07 for the Glue Schema Registry, which knows no later one. It
//! says what decoding with the semantics `schema` takes: numbers in quotes, numbers as text, every declared spelling
//! of time, sentinels, a lone value for a list, what may be absent, and the values that a partition needs.
//! [Keywords](crate::keywords) that the table carries make it narrower than the decoder, which does not ask them.
//!
//! A JSON Schema cannot say everything. It accepts what the decoder refuses in these cases:
//!
//! - a key twice, the same key in another case, or a map with one key in two spellings (`1` and `01`);
//! - a value that stands under a key in another case than the declared one;
//! - nesting, numbers or documents beyond the limits of decoding, and escapes of half a surrogate pair;
//! - days that their month does not have, and times that an offset carries out of the years 1 to 9999;
//! - numbers in quotes beyond the range of their floating-point type, and decimals in quotes that only their exponent
//!   or their last rounding makes too large;
//! - bytes written as `1.0` in an array of bytes;
//! - a partition source that is null because its `null_with` partner is, or that is a UUID sentinel in another
//!   spelling, and a whole number that is written `12.0` or `1e3` as partition text;
//! - JSON numbers that differ only beyond double precision.
//!
//! And it refuses what the decoder takes in these:
//!
//! - a required key in another case than the declared one;
//! - with `xml_json`, a value in several lists of one, one in the other;
//! - a time whose offset carries it from the year 0 into the years 1 to 9999.
//!
//! Patterns are those of ECMA 262, without anything that other engines lack. Where `$` also matches before a line feed
//! at the end, as in Python and Java, such a line feed is accepted too.

mod forms;
mod notes;
mod numbers;
mod record;
mod times;
mod types;

#[cfg(test)]
mod tests;

use super::{Artifact, Part, Rendered};
use crate::finding::{Finding, Findings};
use crate::json::Json;
use crate::table::{Column, Table};
use crate::target::Target;

/// Most characters of a schema in the Glue Schema Registry.
/// <https://docs.aws.amazon.com/glue/latest/webapi/API_CreateSchema.html>
pub const MAX_REGISTRY_CHARACTERS: usize = 170_000;

/// What the decoder accepts on the wire, as JSON Schema.
#[derive(Clone, Copy, Debug)]
pub struct JsonSchema;

/// A version of the JSON Schema language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12.
    Draft202012,
    /// Draft-07.
    Draft07,
}

impl Draft {
    fn uri(self) -> &'static str {
        match self {
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
            Self::Draft07 => "http://json-schema.org/draft-07/schema#",
        }
    }
}

const WIRE: Part = Part {
    name: "wire",
    suffix: "schema.json",
    about: "a record as it is accepted on the wire, draft 2020-12",
};
const DRAFT_07: Part = Part {
    name: "draft-07",
    suffix: "schema-draft-07.json",
    about: "the same in draft-07, for the Glue Schema Registry",
};

impl Artifact for JsonSchema {
    fn name(&self) -> &'static str {
        "json-schema"
    }

    fn about(&self) -> &'static str {
        "what the decoder accepts on the wire, as JSON Schema"
    }

    fn parts(&self) -> &'static [Part] {
        &[WIRE, DRAFT_07]
    }

    fn render(&self, part: &Part, table: &Table, _: &Target) -> Result<Option<Rendered>, Findings> {
        let registry = *part == DRAFT_07;
        let schema = schema(table, if registry { Draft::Draft07 } else { Draft::Draft202012 });
        if registry {
            check_size(table, schema.to_text().chars().count())?;
        }
        Ok(Some(Rendered { notes: notes::notes(table), ..Rendered::json(schema) }))
    }
}

fn check_size(table: &Table, characters: usize) -> Result<(), Findings> {
    if characters <= MAX_REGISTRY_CHARACTERS {
        return Ok(());
    }
    Err(Finding::new(
        "schema-registry-size",
        format!("table `{}`", table.name),
        format!(
            "the Glue Schema Registry takes a schema of at most {MAX_REGISTRY_CHARACTERS} characters, and this one has \
             {characters}"
        ),
        "shorten the longest comments and enums, or generate the part `wire` alone and keep it outside the registry",
    )
    .into())
}

/// What one column, list element or map value is in a schema. `source` is what partitions ask of it: whether it may
/// never be null, and the lengths that its text may have.
pub(crate) fn value_schema(
    column: &Column,
    draft: Draft,
    source: Option<(bool, Vec<(usize, usize)>)>,
) -> Json {
    let context = types::Context { draft, xml_json: false };
    let source = source.map(|(never_null, text)| types::Source { never_null, text });
    let forms =
        types::forms(&column.ty, column.nullable, &column.rules, &column.schema, context, source.as_ref());
    types::described(forms, column.comment.as_deref(), &column.schema, context)
}

/// The schema of a table's records in a draft.
///
/// ```
/// use lakebed_schema::artifacts::json_schema::{Draft, schema};
/// use lakebed_schema::json::Json;
/// use lakebed_schema::{Column, LogicalType, Table};
///
/// let table = Table::new("traffic", vec![Column::new("car_speed", LogicalType::UInt8)]);
/// let schema = schema(&table, Draft::Draft202012);
/// let speed = schema.get("properties").and_then(|properties| properties.get("car_speed")).unwrap();
/// assert_eq!(speed.get("type"), Some(&Json::list(["integer", "string"])));
/// assert_eq!(speed.get("maximum"), Some(&Json::Int(255)));
/// ```
pub fn schema(table: &Table, draft: Draft) -> Json {
    let id = match draft {
        Draft::Draft202012 => format!("urn:lakebed:table:{}", table.name),
        Draft::Draft07 => format!("urn:lakebed:table:{}:draft-07", table.name),
    };
    let mut members = vec![
        ("$schema".to_owned(), Json::from(draft.uri())),
        ("$id".to_owned(), Json::from(id)),
        ("title".to_owned(), Json::from(&table.name)),
    ];
    members.extend(table.comment.as_ref().map(|comment| ("description".to_owned(), Json::from(comment))));
    members.push(("type".to_owned(), Json::from("object")));
    members.extend(record::root(table, draft));
    Json::Object(members)
}

//! Objects: the record itself and nested ones.

use super::Draft;
use super::forms::{Forms, Members, members};
use super::types::{Context, Source, described, forms};
use crate::json::Json;
use crate::layout::Part;
use crate::table::{Column, PartitionBy, Table};
use crate::xml_path::XmlPath;

/// Longest partition text, in characters.
const MAX_PARTITION_TEXT: usize = 128;

/// Largest number, of 15 digits, that is written as partition text.
const MAX_PATH_NUMBER: i64 = 999_999_999_999_999;

/// How a record may say a key.
#[derive(Clone, Debug, PartialEq)]
enum Spelling {
    Key(String),
    /// A member of the object `$`, which holds the attributes of XML.
    Attribute(String),
}

/// Members of the schema of the record itself.
pub(super) fn root(table: &Table, draft: Draft) -> Members {
    let context = Context { draft, xml_json: table.xml_json };
    object(&table.columns, context, true, |column| source(table, column))
}

/// Members of the schema of a nested record.
pub(super) fn members_of(columns: &[Column], context: Context) -> Members {
    object(columns, context, false, |_| None)
}

/// `alone` tells that a value of any other type was refused already: `required` lets those pass, so that alternatives
/// and their opposite have to say what they are about.
fn object(
    columns: &[Column],
    context: Context,
    alone: bool,
    source: impl Fn(&Column) -> Option<Source>,
) -> Members {
    let mut properties = Members::new();
    let mut attributes = Members::new();
    let (mut required, mut all) = (Vec::new(), Vec::new());
    for column in columns {
        let source = source(column);
        let needed = source.as_ref().is_some_and(|source| source.never_null);
        let optional = (column.nullable || column.default) && !needed;
        let value = forms(&column.ty, optional, &column.rules, &column.schema, context, source.as_ref());
        let schema = described(value, column.comment.as_deref(), &column.schema, context);
        let spellings = spellings(column, columns, context);
        for spelling in &spellings {
            match spelling {
                Spelling::Key(key) => properties.push((key.clone(), schema.clone())),
                Spelling::Attribute(name) => attributes.push((name.clone(), schema.clone())),
            }
        }
        match (optional, spellings.as_slice()) {
            (true, [_] | []) => {}
            (false, [Spelling::Key(key)]) => required.push(key.clone()),
            // A key twice is refused, also in two spellings.
            (false, several) => {
                let mut one_of: Vec<Json> = several.iter().map(|spelling| spelling.is_there(alone)).collect();
                if !alone {
                    let object = Json::Object(members([("type", Json::from("object"))]));
                    one_of.push(Json::Object(members([("not", object)])));
                }
                all.push(Json::Object(members([("oneOf", Json::List(one_of))])));
            }
            (true, several) => all.extend(pairs(several, alone)),
        }
    }
    if !attributes.is_empty() {
        let holder = Json::Object(members([("properties", Json::Object(attributes))]));
        properties.push(("$".to_owned(), holder));
    }
    let mut out = members([("properties", Json::Object(properties))]);
    if !required.is_empty() {
        out.push(("required".to_owned(), Json::list(required)));
    }
    if !all.is_empty() {
        out.push(("allOf".to_owned(), Json::List(all)));
    }
    out
}

/// No two spellings of one key together.
fn pairs(spellings: &[Spelling], alone: bool) -> Vec<Json> {
    let mut out = Vec::new();
    for (index, one) in spellings.iter().enumerate() {
        for other in spellings.iter().skip(index + 1) {
            let both = match (one, other) {
                (Spelling::Key(one), Spelling::Key(other)) => there(&[one, other], alone),
                _ => members([("allOf", Json::list([one.is_there(alone), other.is_there(alone)]))]),
            };
            out.push(Json::Object(members([("not", Json::Object(both))])));
        }
    }
    out
}

/// An object with these keys; of values of other types nothing is said when there are none.
fn there(keys: &[&str], alone: bool) -> Members {
    let mut schema = Members::new();
    if !alone {
        schema.push(("type".to_owned(), Json::from("object")));
    }
    schema.push(("required".to_owned(), Json::list(keys.iter().copied())));
    schema
}

impl Spelling {
    fn is_there(&self, alone: bool) -> Json {
        Json::Object(match self {
            Self::Key(key) => there(&[key], alone),
            Self::Attribute(name) => {
                let mut schema = there(&["$"], alone);
                let holder = Json::Object(there(&[name], false));
                schema.push(("properties".to_owned(), Json::Object(members([("$", holder)]))));
                schema
            }
        })
    }
}

/// The key, its aliases, and with `xml_json` the attribute that it was in XML.
fn spellings(column: &Column, columns: &[Column], context: Context) -> Vec<Spelling> {
    let keys = |column: &'_ Column| std::iter::once(column.key.clone()).chain(column.aliases.clone());
    let mut out: Vec<Spelling> = keys(column).map(Spelling::Key).collect();
    let path = column.xml.as_ref().and_then(|path| path.parse::<XmlPath>().ok());
    if let (true, Some(XmlPath { steps, attribute: Some(name) })) = (context.xml_json, path)
        && steps.is_empty()
    {
        let marked = format!("@{name}");
        if !columns.iter().flat_map(keys).any(|key| key == marked) {
            out.push(Spelling::Key(marked));
        }
        out.push(Spelling::Attribute(name));
    }
    out
}

/// What partitions ask of the column that they are made of.
fn source(table: &Table, column: &Column) -> Option<Source> {
    let by = PartitionBy::Column(column.name.clone());
    let mut source = None;
    for partition in table.partitions.iter().filter(|partition| partition.by == by) {
        let source = source.get_or_insert(Source::default());
        source.never_null |= partition.null.is_none();
        for segment in &partition.layout.segments {
            if !segment.parts.contains(&Part::Value) {
                continue;
            }
            let length = |part: &Part| match part {
                Part::Literal(text) => text.len(),
                Part::Value | Part::Date(_) => 0,
            };
            let around: usize = segment.parts.iter().map(length).sum();
            source.text.push((usize::from(around == 0), MAX_PARTITION_TEXT.saturating_sub(around)));
        }
    }
    source
}

/// Leaves the texts that the path takes, and these words, which mean null.
pub(super) fn path_text(forms: &mut Forms, source: &Source, null: Vec<Json>) {
    let mut path = Vec::new();
    for (least, most) in &source.text {
        let pattern = format!("^[A-Za-z0-9._-]{{{least},{most}}}$");
        path.push(Json::Object(members([("pattern", Json::Text(pattern))])));
        if *least == 1 {
            // Hive reads the long one as null, and the others name folders.
            let names = Json::list([".", "..", "__HIVE_DEFAULT_PARTITION__"]);
            let named = Json::Object(members([("enum", names)]));
            path.push(Json::Object(members([("not", named)])));
        }
    }
    if path.is_empty() {
        return;
    }
    forms.array = None;
    forms.object = None;
    if let Some(number) = &mut forms.number {
        // Numbers of more digits, or with a point, are written otherwise elsewhere.
        *number = (
            "integer",
            members([("minimum", Json::Int(-MAX_PATH_NUMBER)), ("maximum", Json::Int(MAX_PATH_NUMBER))]),
        );
        let read =
            |word: &Json| Some(Json::from(&serde_json::from_str::<serde_json::Value>(word.as_text()?).ok()?));
        let numbers: Vec<Json> =
            null.iter().filter_map(read).filter(|word| word.as_number().is_some()).collect();
        if !numbers.is_empty() {
            forms.also.push(Json::Object(members([("enum", Json::List(numbers))])));
        }
    }
    if null.is_empty() {
        forms.and.extend(path);
    } else {
        let path = Json::Object(members([("allOf", Json::List(path))]));
        let null = Json::Object(members([("enum", Json::List(null))]));
        forms.and.push(Json::Object(members([("anyOf", Json::List(vec![path, null]))])));
    }
}

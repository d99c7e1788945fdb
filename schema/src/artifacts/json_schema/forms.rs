//! The JSON values that a column takes, by their JSON type.

use crate::json::Json;

/// Members of a schema.
pub(super) type Members = Vec<(String, Json)>;

/// Members from keyword and value.
pub(super) fn members<const N: usize>(pairs: [(&str, Json); N]) -> Members {
    pairs.into_iter().map(|(keyword, value)| (keyword.to_owned(), value)).collect()
}

/// What a column takes of each JSON type. Keywords of JSON Schema are about values of one type and let the others
/// pass, so that all of it is one schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    pub(super) null: bool,
    pub(super) boolean: bool,
    /// `integer` or `number`, with keywords.
    pub(super) number: Option<(&'static str, Members)>,
    pub(super) text: Option<Members>,
    pub(super) array: Option<Members>,
    pub(super) object: Option<Members>,
    /// Other schemas, one of which is enough.
    pub(super) also: Vec<Json>,
    /// Other schemas, all of which must hold.
    pub(super) and: Vec<Json>,
}

impl Forms {
    /// Texts of one pattern.
    pub(super) fn pattern(pattern: impl Into<String>) -> Self {
        Self::text(members([("pattern", Json::Text(pattern.into()))]))
    }

    /// Texts.
    pub(super) fn text(text: Members) -> Self {
        Self { text: Some(text), ..Self::default() }
    }

    /// One of these texts.
    pub(super) fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::text(members([("enum", Json::list(words))]))
    }

    /// The members of the schema, without description.
    pub(super) fn members(self) -> Members {
        let mut types = Vec::new();
        let mut base = Members::new();
        let mut add = |name: &'static str, keywords: Option<Members>| {
            if let Some(keywords) = keywords {
                types.push(name);
                base.extend(keywords);
            }
        };
        if let Some((name, keywords)) = self.number {
            add(name, Some(keywords));
        }
        let mut alternatives = self.also;
        // An enumeration is about values of every type.
        let (words, text) = match self.text {
            Some(text) if text.iter().any(|(keyword, _)| keyword == "enum") => (Some(text), None),
            text => (None, text),
        };
        add("string", text);
        add("boolean", self.boolean.then(Members::new));
        add("array", self.array);
        add("object", self.object);
        add("null", self.null.then(Members::new));
        if let Some(words) = words {
            if types == ["null"] && alternatives.is_empty() {
                let Some((_, Json::List(mut values))) = words.into_iter().next() else {
                    return base;
                };
                values.push(Json::Null);
                return with_all(members([("enum", Json::List(values))]), self.and);
            }
            alternatives.insert(0, Json::Object(words));
        }
        let mut schema = match types.as_slice() {
            [] => Members::new(),
            [one] => members([("type", Json::from(*one))]),
            several => members([("type", Json::list(several.iter().copied()))]),
        };
        schema.extend(base);
        if !alternatives.is_empty() {
            if !schema.is_empty() {
                alternatives.insert(0, Json::Object(schema));
            }
            schema = match <[Json; 1]>::try_from(alternatives) {
                Ok([Json::Object(only)]) => only,
                Ok([only]) => members([("anyOf", Json::List(vec![only]))]),
                Err(several) => members([("anyOf", Json::List(several))]),
            };
        } else if schema.is_empty() {
            // Nothing is accepted.
            schema = members([("not", Json::Object(Members::new()))]);
        }
        with_all(schema, self.and)
    }

    /// As a schema.
    pub(super) fn schema(self) -> Json {
        Json::Object(self.members())
    }
}

fn with_all(mut schema: Members, and: Vec<Json>) -> Members {
    if !and.is_empty() {
        schema.push(("allOf".to_owned(), Json::List(and)));
    }
    schema
}

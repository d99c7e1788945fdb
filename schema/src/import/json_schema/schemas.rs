//! The schemas that hold for one value: what references and `allOf` add up to.

use super::finding;
use crate::finding::Finding;
use crate::json::Json;

/// How far references and `allOf` are followed.
const MAX_PARTS: usize = 64;

/// All schemas that hold for one value.
#[derive(Clone, Debug)]
pub(super) struct Schemas<'a> {
    pub(super) parts: Vec<&'a Json>,
    /// References that were followed on the way, so that a schema inside itself is seen.
    pub(super) followed: Vec<&'a str>,
}

impl<'a> Schemas<'a> {
    /// A schema with what it refers to, all of its `allOf`, and of its alternatives the only one that is not null.
    pub(super) fn of(
        root: &'a Json,
        schema: &'a Json,
        above: &[&'a str],
        place: &str,
    ) -> Result<(Self, bool), Finding> {
        let mut all = Self { parts: vec![schema], followed: above.to_vec() };
        let (mut at, mut null) = (0, false);
        while let Some(&part) = all.parts.get(at) {
            at += 1;
            if all.parts.len() > MAX_PARTS {
                return Err(recursive(place));
            }
            if let Some(to) = part.get("$ref").and_then(Json::as_text) {
                if all.followed.contains(&to) {
                    return Err(recursive(place));
                }
                all.followed.push(to);
                all.parts.push(resolve(root, to, place)?);
            }
            all.parts.extend(part.get("allOf").map(Json::elements).unwrap_or_default());
            for word in ["anyOf", "oneOf"] {
                let Some(alternatives) = part.get(word) else { continue };
                let (nulls, others): (Vec<&Json>, Vec<&Json>) =
                    alternatives.elements().iter().partition(|one| is_null(one));
                null |= !nulls.is_empty();
                match others.as_slice() {
                    [] => {}
                    [only] => all.parts.push(only),
                    several if several.iter().all(|one| constants(one).is_some()) => {}
                    several => {
                        return Err(finding(
                            "import-json-schema-union",
                            &format!("{place}/{word}"),
                            format!("is a union of {} schemas, and a column has one type", several.len()),
                            "choose one of them, or leave the types out, which makes it JSON text",
                        ));
                    }
                }
            }
        }
        Ok((all, null))
    }

    /// The first value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'a Json> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// Every value of a keyword.
    pub(super) fn all(&self, keyword: &str) -> impl Iterator<Item = &'a Json> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&'a str> {
        self.get(keyword).and_then(Json::as_text)
    }

    /// The values that are allowed, where they are listed.
    pub(super) fn constants(&self) -> Option<Vec<&'a Json>> {
        self.parts.iter().find_map(|part| {
            constants(part).or_else(|| {
                let several = ["anyOf", "oneOf"].iter().find_map(|word| part.get(word))?;
                let others = several.elements().iter().filter(|one| !is_null(one));
                let lists: Option<Vec<Vec<&Json>>> = others.map(constants).collect();
                lists.map(|lists| lists.concat()).filter(|values| !values.is_empty())
            })
        })
    }
}

/// The values of `enum` or `const`.
fn constants(schema: &Json) -> Option<Vec<&Json>> {
    if let Some(value) = schema.get("const") {
        return Some(vec![value]);
    }
    schema.get("enum").map(|list| list.elements().iter().collect())
}

fn is_null(schema: &Json) -> bool {
    schema.get("type").and_then(Json::as_text) == Some("null")
        || schema.get("const") == Some(&Json::Null)
        || schema.get("enum").is_some_and(|list| list.elements() == [Json::Null])
}

fn recursive(place: &str) -> Finding {
    finding(
        "import-json-schema-recursive",
        place,
        "contains itself, and columns would have no end",
        "put `{}` where it begins again, which makes that part JSON text",
    )
}

fn resolve<'a>(root: &'a Json, reference: &str, place: &str) -> Result<&'a Json, Finding> {
    let step = |json: &'a Json, step: &str| {
        let step = step.replace("~1", "/").replace("~0", "~");
        json.get(&step).or_else(|| step.parse::<usize>().ok().and_then(|at| json.elements().get(at)))
    };
    let found = reference.strip_prefix('#').filter(|pointer| pointer.is_empty() || pointer.starts_with('/'));
    let found = found.and_then(|pointer| pointer.split('/').skip(1).try_fold(root, step));
    found.ok_or_else(|| {
        finding(
            "import-json-schema-ref",
            &format!("{place}/$ref"),
            format!("`{reference}` is no place in this schema"),
            "bundle the schemas into one file, with references such as #/$defs/name",
        )
    })
}

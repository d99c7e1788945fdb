//! The Glue API as AWS describes it: which members an operation takes and gives, and their limits.
//!
//! `tests/data/glue-api/model.json` is the part of AWS's own description that the fake plays. Inputs are held against
//! it before anything else is done, and so are the fake's own answers.

use super::error::ApiError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What the fake knows of the API.
#[derive(Debug, Deserialize)]
pub struct Model {
    operations: BTreeMap<String, Operation>,
    shapes: BTreeMap<String, Shape>,
}

#[derive(Debug, Deserialize)]
struct Operation {
    input: String,
    output: String,
    errors: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    members: BTreeMap<String, String>,
    #[serde(default)]
    required: Vec<String>,
    member: Option<String>,
    key: Option<String>,
    value: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    pattern: Option<String>,
    #[serde(rename = "enum", default)]
    words: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Boolean,
    Timestamp,
}

/// Members with neither carriage return nor line feed.
const ONE_LINE: &str = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*";
/// The same with them.
const LINES: &str = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*";

/// The committed description.
///
/// # Panics
/// When it is no description, which the tests of this module would show.
pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        serde_json::from_str(include_str!("../../data/glue-api/model.json"))
            .expect("the committed description")
    })
}

impl Model {
    /// Whether the fake knows the operation.
    pub fn knows(&self, operation: &str) -> bool {
        self.operations.contains_key(operation)
    }

    /// Every operation.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// Whether the operation may answer with the error, as far as the description says.
    pub fn answers_with(&self, operation: &str, code: &str) -> bool {
        self.operations.get(operation).is_some_and(|found| found.errors.iter().any(|error| error == code))
    }

    /// Holds an input against its description.
    ///
    /// # Errors
    /// `SerializationException` for members that are of another type or that nobody knows, `ValidationException`
    /// with every limit that is broken.
    pub fn check_input(&self, operation: &str, input: &Value) -> Result<(), ApiError> {
        let found = &self.operations[operation];
        let mut problems = Problems::default();
        self.check(&found.input, input, "", &mut problems);
        problems.into_result()
    }

    /// Holds an answer of the fake against its description.
    ///
    /// # Errors
    /// The same as for an input.
    pub fn check_output(&self, operation: &str, output: &Value) -> Result<(), ApiError> {
        let found = &self.operations[operation];
        let mut problems = Problems { new_members: true, ..Problems::default() };
        self.check(&found.output, output, "", &mut problems);
        problems.into_result()
    }

    fn check(&self, name: &str, value: &Value, place: &str, problems: &mut Problems) {
        let shape = &self.shapes[name];
        match (shape.kind, value) {
            // A member that is null counts as one that is absent.
            (_, Value::Null) => {}
            (Kind::Structure, Value::Object(members)) => {
                for required in &shape.required {
                    if members.get(required).is_none_or(Value::is_null) {
                        problems.limit(&inside(place, required), "Member must not be null");
                    }
                }
                for (member, value) in members {
                    match shape.members.get(member) {
                        Some(shape) => self.check(shape, value, &inside(place, member), problems),
                        None if problems.new_members && member == super::NEW_MEMBER => {}
                        None => problems.form(format!("{name} has no member {member}")),
                    }
                }
            }
            (Kind::List, Value::Array(items)) => {
                shape.check_length(items.len(), place, problems);
                for (i, item) in items.iter().enumerate() {
                    let place = format!("{place}.{}.member", i + 1);
                    if item.is_null() {
                        problems.limit(&place, "Member must not be null");
                    }
                    self.check(shape.member.as_deref().unwrap_or_default(), item, &place, problems);
                }
            }
            (Kind::Map, Value::Object(entries)) => {
                shape.check_length(entries.len(), place, problems);
                for (key, value) in entries {
                    let key_value = Value::String(key.clone());
                    self.check(shape.key.as_deref().unwrap_or_default(), &key_value, place, problems);
                    self.check(shape.value.as_deref().unwrap_or_default(), value, place, problems);
                }
            }
            (Kind::String, Value::String(text)) => {
                shape.check_length(text.encode_utf16().count(), place, problems);
                if let Some(pattern) = &shape.pattern
                    && !matches(pattern, text)
                {
                    problems
                        .limit(place, &format!("Member must satisfy regular expression pattern: {pattern}"));
                }
                if !shape.words.is_empty() && !shape.words.contains(text) {
                    let words = shape.words.join(", ");
                    problems.limit(place, &format!("Member must satisfy enum value set: [{words}]"));
                }
            }
            (Kind::Integer | Kind::Long, Value::Number(number)) if number.as_i64().is_some() => {
                let number = number.as_i64().unwrap_or_default();
                if shape.min.is_some_and(|min| number < min) {
                    let min = shape.min.unwrap_or_default();
                    problems.limit(place, &format!("Member must have value greater than or equal to {min}"));
                }
                if shape.max.is_some_and(|max| number > max) {
                    let max = shape.max.unwrap_or_default();
                    problems.limit(place, &format!("Member must have value less than or equal to {max}"));
                }
            }
            (Kind::Boolean, Value::Bool(_)) | (Kind::Timestamp, Value::Number(_)) => {}
            (kind, _) => problems.form(format!("{place} is no {kind:?}").to_lowercase()),
        }
    }
}

impl Shape {
    fn check_length(&self, length: usize, place: &str, problems: &mut Problems) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        if let Some(min) = self.min.filter(|min| length < *min) {
            problems.limit(place, &format!("Member must have length greater than or equal to {min}"));
        }
        if let Some(max) = self.max.filter(|max| length > *max) {
            problems.limit(place, &format!("Member must have length less than or equal to {max}"));
        }
    }
}

/// Whether a text has the pattern. The description has nine of them, and each is known here.
fn matches(pattern: &str, text: &str) -> bool {
    let some_of =
        |more: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let tidy = |c: char| c == '\t' || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'));
    match pattern {
        ONE_LINE => text.chars().all(tidy),
        LINES => text.chars().all(|c| tidy(c) || c == '\r' || c == '\n'),
        r"[a-zA-Z0-9-_$#.]+" => some_of("-_$#."),
        // `+-=` is a range: everything from + to =.
        r"[a-zA-Z0-9+-=._./@]+" => {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ('+'..='=').contains(&c) || "._/@".contains(c))
        }
        r".*\S.*" => text.chars().any(|c| !c.is_whitespace()),
        r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}" => {
            let parts: Vec<&str> = text.split('-').collect();
            parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
                && text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
        }
        r"[1-9][0-9]*|[1-9][0-9]*-[1-9][0-9]*" => {
            let number = |part: &str| part.parse::<u64>().is_ok() && !part.starts_with(['0', '+']);
            text.split_once('-').map_or_else(|| number(text), |(from, to)| number(from) && number(to))
        }
        r"[\p{L}\p{N}\p{P}]*" => text.chars().all(|c| c.is_alphanumeric() || c.is_ascii_punctuation()),
        r"arn:aws(-(cn|us-gov|iso(-[bef])?))?:glue:.*" => {
            text.strip_prefix("arn:aws").is_some_and(|rest| rest.contains(":glue:"))
        }
        _ => panic!("the fake does not know the pattern {pattern}"),
    }
}

/// What was found wrong with an input.
#[derive(Default)]
struct Problems {
    form: Option<String>,
    limits: Vec<String>,
    new_members: bool,
}

impl Problems {
    fn form(&mut self, problem: String) {
        self.form.get_or_insert(problem);
    }

    fn limit(&mut self, place: &str, constraint: &str) {
        self.limits.push(format!("Value at '{place}' failed to satisfy constraint: {constraint}"));
    }

    fn into_result(self) -> Result<(), ApiError> {
        if let Some(problem) = self.form {
            return Err(ApiError::new("SerializationException", problem));
        }
        match &*self.limits {
            [] => Ok(()),
            [limit] => Err(ApiError::validation(format!("1 validation error detected: {limit}"))),
            limits => Err(ApiError::validation(format!(
                "{} validation errors detected: {}",
                limits.len(),
                limits.join("; ")
            ))),
        }
    }
}

/// The way AWS names a member in messages: `tableInput.storageDescriptor`.
fn inside(place: &str, member: &str) -> String {
    let mut letters = member.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase()).unwrap_or_default();
    let member = format!("{first}{}", letters.as_str());
    if place.is_empty() { member } else { format!("{place}.{member}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_shape_and_pattern_is_known() {
        let model = model();
        let known = |name: &str| assert!(model.shapes.contains_key(name), "{name}");
        for operation in model.operations.values() {
            known(&operation.input);
            known(&operation.output);
        }
        for shape in model.shapes.values() {
            shape
                .members
                .values()
                .chain(&shape.member)
                .chain(&shape.key)
                .chain(&shape.value)
                .for_each(|name| known(name));
            if let Some(pattern) = &shape.pattern {
                matches(pattern, "a");
            }
        }
    }

    #[test]
    fn limits_are_named_with_their_place() {
        let columns =
            json!([{ "Name": "a" }, { "Name": "b", "Comment": "two\nlines" }, { "Name": "c".repeat(256) }]);
        let input = json!({
            "DatabaseName": "d",
            "TableInput": { "Name": "t", "StorageDescriptor": { "Columns": columns } },
        });
        let error = model().check_input("CreateTable", &input).expect_err("two limits are broken");
        assert_eq!(error.code, "ValidationException");
        assert!(error.message.starts_with("2 validation errors detected"), "{}", error.message);
        for place in ["columns.2.member.comment'", "columns.3.member.name'"] {
            assert!(
                error.message.contains(&format!("'tableInput.storageDescriptor.{place}")),
                "{}",
                error.message
            );
        }
    }

    #[test]
    fn members_that_only_answers_have_are_refused() {
        for member in ["DatabaseName", "CreateTime", "VersionId", "IsRegisteredWithLakeFormation", "Nonsense"]
        {
            let input = json!({ "DatabaseName": "d", "TableInput": { "Name": "t", member: "x" } });
            let error = model().check_input("UpdateTable", &input).expect_err(member);
            assert_eq!(error.code, "SerializationException");
            assert!(error.message.contains(member), "{}", error.message);
        }
        let input = json!({ "DatabaseName": "d", "TableInput": { "Name": "t", "Parameters": { "a": 1 } } });
        assert_eq!(
            model().check_input("UpdateTable", &input).expect_err("a number").code,
            "SerializationException"
        );
    }

    #[test]
    fn texts_are_counted_as_the_service_counts_them() {
        let table = |name: String| json!({ "DatabaseName": "d", "Name": name });
        assert!(model().check_input("GetTable", &table("é".repeat(255))).is_ok());
        assert!(model().check_input("GetTable", &table("😀".repeat(127))).is_ok());
        assert!(model().check_input("GetTable", &table("😀".repeat(128))).is_err());
        assert!(model().check_input("GetTable", &table(String::new())).is_err());
    }
}

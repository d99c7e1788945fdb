//! Modules of Terraform in its JSON syntax.

use super::{Answers, PSEUDO, Resources, hcl, made_up, snake, without_nulls};
use serde_json::{Map, Value, json};

/// Members that say how a resource is made, not what it is made of.
const META: [&str; 4] = ["//", "count", "depends_on", "lifecycle"];

/// The resources of a module, by name, of each type one; those that are counted away are left out. Policy documents
/// are data sources and stand beside them.
///
/// # Panics
/// At anything that a module of ours does not have.
pub fn terraform(module: &Value, answers: &Answers<'_>) -> Resources {
    let scope = Scope { module, answers };
    let mut made = Resources::new();
    for (kinds, mark) in [(&module["resource"], ""), (&module["data"], "data.")] {
        for (kind, named) in kinds.as_object().expect("blocks") {
            for (name, body) in named.as_object().expect("blocks by name") {
                let count = body.get("count").map_or(json!(1), |count| scope.value(count));
                if count == 1 {
                    let whole = scope.block(body.as_object().expect("a block"));
                    made.entry(name.clone()).or_default().push((format!("{mark}{kind}"), whole));
                }
            }
        }
    }
    made
}

struct Scope<'a> {
    module: &'a Value,
    answers: &'a Answers<'a>,
}

impl Scope<'_> {
    /// A block, with the blocks that `dynamic` makes.
    fn block(&self, members: &Map<String, Value>) -> Value {
        let mut out = Map::new();
        for (name, value) in members.iter().filter(|(name, _)| !META.contains(&name.as_str())) {
            if name != "dynamic" {
                out.insert(name.clone(), self.value(value));
            }
        }
        for (name, blocks) in members.get("dynamic").and_then(Value::as_object).into_iter().flatten() {
            let list = out.entry(name).or_insert(json!([])).as_array_mut().expect("a list");
            for block in blocks.as_array().expect("blocks") {
                let each = self.value(&block["for_each"]);
                let each = each.as_array().expect("a list to go through");
                list.extend(each.iter().map(|_| self.value(&block["content"])));
            }
        }
        without_nulls(out)
    }

    fn value(&self, json: &Value) -> Value {
        match json {
            Value::String(text) => hcl::template(text, &|path| self.path(path)),
            Value::Array(values) => values.iter().map(|value| self.value(value)).collect(),
            Value::Object(members) => {
                let key = |key: &str| super::text(&hcl::template(key, &|path| self.path(path)));
                without_nulls(members.iter().map(|(name, value)| (key(name), self.value(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => json.clone(),
        }
    }

    fn path(&self, path: &str) -> Value {
        if let Some((_, _, value)) = PSEUDO.iter().find(|(_, data, _)| *data == path) {
            return Value::String((*value).to_owned());
        }
        if let Some(name) = path.strip_prefix("var.") {
            return self.variable(name);
        }
        let (address, attribute) = path.rsplit_once('.').unwrap_or_else(|| panic!("{path} is nothing"));
        if let Some(document) = address.strip_prefix("data.aws_iam_policy_document.") {
            assert_eq!(attribute, "json");
            return made_up("document", document);
        }
        let (kind, id) = address.trim_end_matches("[0]").split_once('.').expect("type and name");
        let resource = &self.module["resource"][kind][id];
        assert!(resource.is_object(), "{path} is not there");
        assert_eq!(
            address.ends_with("[0]"),
            resource.get("count").is_some(),
            "{path}: an index where one can be missing"
        );
        match attribute {
            "arn" => made_up("arn", id),
            _ => resource.get(attribute).map_or_else(|| made_up("name", id), |value| self.value(value)),
        }
    }

    fn variable(&self, name: &str) -> Value {
        let variable = &self.module["variable"][name];
        let answer = self.answers.iter().find(|(parameter, _)| snake(parameter) == name);
        match (answer, variable["type"].as_str()) {
            (Some((_, answer)), Some("string")) => Value::String((*answer).to_owned()),
            (Some((_, answer)), Some(_)) => serde_json::from_str(answer).expect("a number or truth value"),
            (None, Some(_)) => {
                variable.get("default").unwrap_or_else(|| panic!("{name} has no answer")).clone()
            }
            (_, None) => panic!("{name} is no variable"),
        }
    }
}

//! The functions of CloudFormation that our templates use.

use super::{Answers, PSEUDO, Resources, made_up, snake, text, without_nulls};
use serde_json::{Map, Value};

/// The resources of a template, with what they are made of; those whose condition does not hold are left out.
///
/// # Panics
/// At anything that a template of ours does not have.
pub fn cloudformation(template: &Value, answers: &Answers<'_>) -> Resources {
    let scope = Scope { template, answers };
    let resources = template["Resources"].as_object().expect("resources");
    let made = resources.iter().filter(|(_, resource)| {
        resource["Condition"].as_str().is_none_or(|condition| scope.holds(condition))
    });
    made.map(|(id, resource)| {
        let kind = resource["Type"].as_str().expect("a type").to_owned();
        (snake(id), vec![(kind, scope.value(&resource["Properties"]))])
    })
    .collect()
}

struct Scope<'a> {
    template: &'a Value,
    answers: &'a Answers<'a>,
}

impl Scope<'_> {
    fn value(&self, json: &Value) -> Value {
        match json {
            Value::Object(members) => {
                if let Some(value) = self.function(members) {
                    return value;
                }
                without_nulls(members.iter().map(|(key, value)| (key.clone(), self.value(value))).collect())
            }
            Value::Array(values) => {
                values.iter().map(|value| self.value(value)).filter(|value| !value.is_null()).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json.clone(),
        }
    }

    fn function(&self, members: &Map<String, Value>) -> Option<Value> {
        let (name, argument) = members.iter().next().filter(|_| members.len() == 1)?;
        Some(match name.as_str() {
            "Ref" => self.reference(argument.as_str()?),
            "Fn::GetAtt" => {
                assert_eq!(argument[1], "Arn", "only ARNs are asked for");
                made_up("arn", &snake(argument[0].as_str()?))
            }
            "Fn::Sub" => Value::String(self.sub(argument.as_str()?)),
            "Fn::If" => {
                let yes = self.holds(argument[0].as_str()?);
                self.value(&argument[if yes { 1 } else { 2 }])
            }
            "Fn::Join" => {
                let parts = argument[1].as_array()?.iter().map(|part| text(&self.value(part)));
                Value::String(parts.collect::<Vec<_>>().join(argument[0].as_str()?))
            }
            "Fn::Select" => {
                let split = &argument[1]["Fn::Split"];
                let at: usize = argument[0].as_str()?.parse().expect("a number");
                let whole = text(&self.value(&split[1]));
                Value::String(whole.split(split[0].as_str()?).nth(at).expect("that part").to_owned())
            }
            other if other.starts_with("Fn::") => panic!("{other}"),
            _ => return None,
        })
    }

    fn holds(&self, condition: &str) -> bool {
        let test = &self.template["Conditions"][condition];
        let equals = |test: &Value| {
            let [one, other] = [&test["Fn::Equals"][0], &test["Fn::Equals"][1]].map(|side| self.value(side));
            one == other
        };
        match test.get("Fn::Not") {
            Some(not) => !equals(&not[0]),
            None => equals(test),
        }
    }

    fn reference(&self, name: &str) -> Value {
        if name == "AWS::NoValue" {
            return Value::Null;
        }
        if let Some((_, _, value)) = PSEUDO.iter().find(|(pseudo, ..)| *pseudo == name) {
            return Value::String((*value).to_owned());
        }
        if let Some(resource) = self.template["Resources"].get(name) {
            let named = ["BucketName", "DeliveryStreamName", "LogGroupName", "Name"]
                .into_iter()
                .find_map(|member| resource["Properties"].get(member))
                .or_else(|| resource["Properties"].pointer("/TableInput/Name"))
                .or_else(|| resource["Properties"].pointer("/DatabaseInput/Name"));
            return named.map_or_else(|| made_up("name", &snake(name)), |named| self.value(named));
        }
        let parameter = &self.template["Parameters"][name];
        match (self.answers.get(name), parameter["Type"].as_str()) {
            (Some(answer), Some("Number")) => answer.parse::<i64>().expect("a number").into(),
            (Some(answer), Some(_)) => Value::String((*answer).to_owned()),
            (None, Some(_)) => {
                parameter.get("Default").unwrap_or_else(|| panic!("{name} has no answer")).clone()
            }
            (_, None) => panic!("{name} is nothing"),
        }
    }

    fn sub(&self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').expect("a closing brace");
            out.push_str(before);
            match name.strip_prefix('!') {
                Some(literal) => out.push_str(&format!("${{{literal}}}")),
                None => match name.strip_suffix(".Arn") {
                    Some(resource) => out.push_str(&text(&made_up("arn", &snake(resource)))),
                    None => out.push_str(&text(&self.reference(name))),
                },
            }
            rest = after;
        }
        out + rest
    }
}

//! Expressions of a stack in Terraform's language.
//!
//! A text of the JSON syntax is a template: `${…}` is an expression, `%{…}` a directive. What stands for itself is
//! written `$${` and `%%{`.

use super::names;
use crate::artifacts::stack::expression::{ACCOUNT, Expression, PARTITION, REGION};
use crate::artifacts::stack::model::{Condition, Resource, Stack, Test};
use crate::json::Json;
use std::fmt::Write as _;

/// What names mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The stack.
    pub(super) stack: &'a Stack,
}

impl Scope<'_> {
    /// A value of the JSON syntax.
    pub(super) fn value(&self, json: &Json) -> Json {
        match Expression::of(json) {
            Some(Expression::Sub(text)) => Json::Text(self.template(text)),
            Some(Expression::Nothing) => Json::Null,
            Some(
                Expression::Ref(_)
                | Expression::Attribute(..)
                | Expression::If(..)
                | Expression::AfterSlash(_),
            ) => Json::Text(format!("${{{}}}", self.code(json))),
            None => match json {
                Json::Text(text) => Json::Text(escape(text)),
                Json::List(values) => Json::List(values.iter().map(|value| self.value(value)).collect()),
                Json::Object(members) => {
                    // Keys of maps are templates too.
                    Json::object(members.iter().map(|(key, value)| (escape(key), self.value(value))))
                }
                Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) => json.clone(),
            },
        }
    }

    /// An expression of the language, as it stands inside `${…}`.
    pub(super) fn code(&self, json: &Json) -> String {
        match Expression::of(json) {
            Some(Expression::Ref(name)) => self.reference(name),
            Some(Expression::Nothing) => "null".to_owned(),
            Some(Expression::Attribute(resource, attribute)) => self.attribute(resource, attribute),
            Some(Expression::Sub(text)) => quoted(&self.template(text)),
            Some(Expression::If(condition, yes, no)) => {
                format!("{} ? {} : {}", self.condition(condition), self.code(yes), self.code(no))
            }
            Some(Expression::AfterSlash(value)) => format!("element(split(\"/\", {}), 1)", self.code(value)),
            None => match json {
                Json::Null => "null".to_owned(),
                Json::Bool(value) => value.to_string(),
                Json::Int(value) => value.to_string(),
                Json::Float(value) => value.to_string(),
                Json::Text(text) => quoted(&escape(text)),
                Json::List(values) => {
                    let values: Vec<_> = values.iter().map(|value| self.code(value)).collect();
                    format!("[{}]", values.join(", "))
                }
                Json::Object(members) => {
                    let members: Vec<_> = members
                        .iter()
                        .map(|(key, value)| format!("{} = {}", quoted(&escape(key)), self.code(value)))
                        .collect();
                    format!("{{ {} }}", members.join(", "))
                }
            },
        }
    }

    /// What makes a condition of the stack hold.
    pub(super) fn condition(&self, name: &str) -> String {
        let condition = self.stack.conditions.iter().find(|condition| condition.name == name);
        match condition {
            Some(Condition { parameter, test: Test::IsTrue, .. }) => {
                format!("var.{}", names::snake(parameter))
            }
            Some(Condition { parameter, test: Test::IsSet, .. }) => {
                format!("var.{} != \"\"", names::snake(parameter))
            }
            None => "false".to_owned(),
        }
    }

    /// `aws_s3_bucket.lake_bucket`, with an index where the resource may be missing.
    pub(super) fn address(&self, id: &str) -> String {
        match self.resource(id) {
            Some(resource) => {
                let index = if resource.condition.is_some() { "[0]" } else { "" };
                format!("{}.{}{index}", names::kind(resource.kind), names::snake(id))
            }
            None => names::snake(id),
        }
    }

    fn resource(&self, id: &str) -> Option<&Resource> {
        self.stack.resources.iter().find(|resource| resource.id == id)
    }

    fn attribute(&self, resource: &str, attribute: &str) -> String {
        format!("{}.{}", self.address(resource), names::snake(attribute))
    }

    fn reference(&self, name: &str) -> String {
        match name {
            ACCOUNT => "data.aws_caller_identity.current.account_id".to_owned(),
            REGION => "data.aws_region.current.region".to_owned(),
            PARTITION => "data.aws_partition.current.partition".to_owned(),
            _ => match self.resource(name) {
                Some(resource) => {
                    let attribute = if resource.kind == "AWS::S3::Bucket" { "bucket" } else { "name" };
                    format!("{}.{attribute}", self.address(name))
                }
                None => format!("var.{}", names::snake(name)),
            },
        }
    }

    /// Text with `${Name}` and `${!name}` as a template of Terraform.
    fn template(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(&escape(before));
            let (name, behind) = after.split_once('}').unwrap_or((after, ""));
            rest = behind;
            match name.strip_prefix('!') {
                Some(literal) => out.push_str(&escape(&format!("${{{literal}}}"))),
                None => {
                    let value = match name.split_once('.') {
                        Some((resource, attribute)) => self.attribute(resource, attribute),
                        None => self.reference(name),
                    };
                    let _ = write!(out, "${{{value}}}");
                }
            }
        }
        out.push_str(&escape(rest));
        out
    }
}

/// Text that stands for itself, as a template.
pub(super) fn escape(text: &str) -> String {
    text.replace("${", "$${").replace("%{", "%%{")
}

/// A template in quotes, as it stands inside an expression.
fn quoted(template: &str) -> String {
    let mut out = String::with_capacity(template.len() + 2);
    out.push('"');
    for c in template.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

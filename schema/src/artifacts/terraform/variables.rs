//! Parameters as variables.

use super::names::snake;
use crate::artifacts::stack::model::{Parameter, Stack, Takes};
use crate::json::Json;

/// Every variable with its check.
pub(super) fn variables(stack: &Stack) -> Json {
    Json::object(stack.parameters.iter().map(|parameter| {
        let name = snake(parameter.name);
        let mut members = vec![
            ("type", Json::from(kind(parameter))),
            ("description", Json::Text(in_text(stack, &parameter.about))),
        ];
        members.extend(parameter.default.clone().map(|default| ("default", default)));
        members.push(("nullable", Json::Bool(false)));
        members.extend(check(parameter, &name).map(|check| ("validation", check)));
        (name, Json::object(members))
    }))
}

/// Names of parameters in a text as Terraform has them.
pub(super) fn in_text(stack: &Stack, text: &str) -> String {
    stack.parameters.iter().fold(text.to_owned(), |text, parameter| {
        // Names of parameters are words that no sentence has otherwise, and none is part of another.
        text.replace(parameter.name, &snake(parameter.name))
    })
}

fn kind(parameter: &Parameter) -> &'static str {
    match parameter.takes {
        Takes::Flag => "bool",
        Takes::Text { .. } => "string",
        Takes::Number { .. } | Takes::OneOf(_) => "number",
    }
}

fn check(parameter: &Parameter, name: &str) -> Option<Json> {
    let (condition, takes) = match parameter.takes {
        Takes::Flag => return None,
        Takes::Text { pattern, words } => {
            (format!("can(regex(\"^{pattern}$\", var.{name}))"), format!("takes {words}"))
        }
        Takes::Number { from, to } => {
            (format!("var.{name} >= {from} && var.{name} <= {to}"), format!("takes {from} to {to}"))
        }
        Takes::OneOf(values) => {
            let values: Vec<_> = values.iter().map(ToString::to_string).collect();
            let list = values.join(", ");
            (format!("contains([{list}], var.{name})"), format!("takes one of {list}"))
        }
    };
    Some(Json::object([
        ("condition", Json::Text(format!("${{{condition}}}"))),
        ("error_message", Json::Text(format!("The variable {name} {takes}."))),
    ]))
}

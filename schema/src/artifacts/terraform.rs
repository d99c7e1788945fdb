//! The whole stack for Terraform, in its JSON syntax.
//!
//! The resources are those of the [CloudFormation template](super::cloudformation), translated member by member, so
//! that the two cannot say different things. What stays when a CloudFormation stack goes has `prevent_destroy` here.
//! The file is a module: it names no provider settings and no backend.

mod bucket;
mod expression;
mod names;
mod policy;
mod resources;
mod variables;

#[cfg(test)]
mod tests;

use self::expression::Scope;
use super::stack::model::Stack;
use super::stack::stack;
use super::{Artifact, Part, Rendered};
use crate::finding::Findings;
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

/// Versions of the AWS provider that the file is written for.
const PROVIDER: &str = "~> 6.0";
/// Oldest Terraform; variables that are never null need 1.1 at least.
const TERRAFORM: &str = ">= 1.3";

/// The module.
#[derive(Clone, Copy, Debug)]
pub struct Terraform;

impl Artifact for Terraform {
    fn name(&self) -> &'static str {
        "terraform"
    }

    fn about(&self) -> &'static str {
        "the same stack for Terraform, in its JSON syntax"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part { name: "stack", suffix: "tf.json", about: "the module" }]
    }

    fn has_yaml(&self) -> bool {
        false
    }

    fn render(&self, _: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        let stack = stack(table, target)?;
        let content = module(&stack);
        let notes = stack.notes.iter().map(|note| variables::in_text(&stack, note)).collect();
        Ok(Some(Rendered { notes, ..Rendered::json(content) }))
    }
}

fn module(stack: &Stack) -> Json {
    let scope = Scope { stack };
    let made = resources::resources(&scope);
    let outputs = stack.outputs.iter().map(|output| {
        let members = [("description", output.about.into()), ("value", scope.value(&output.value))];
        (names::snake(output.name), Json::object(members))
    });
    let provider = Json::object([("source", "hashicorp/aws"), ("version", PROVIDER)].map(text));
    Json::object([
        ("//", Json::from(&stack.description)),
        (
            "terraform",
            Json::object([
                ("required_version", TERRAFORM.into()),
                ("required_providers", Json::object([("aws", provider)])),
            ]),
        ),
        ("variable", variables::variables(stack)),
        ("data", made.data()),
        ("resource", made.resources()),
        ("output", Json::object(outputs)),
    ])
}

/// A member that is text.
fn text((key, value): (&'static str, &'static str)) -> (&'static str, Json) {
    (key, value.into())
}

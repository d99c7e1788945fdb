//! A CloudFormation template of the whole stack: bucket, catalog, streams, role, log, alarms.
//!
//! What is decided, and why:
//!
//! - Bucket and database are often shared by tables. Each is made where its parameter says so, and stays when the stack
//!   goes, as do the tables and the Kinesis stream: a stack that is deleted by mistake deletes no data and no schema.
//! - Versions of objects are kept for 30 days after an object is deleted or replaced. Rejected records expire, data
//!   never does.
//! - The delivery stream waits for the table, which Firehose looks up when it is made, and for its rights.
//! - Encryption is with keys of S3, or with one KMS key for everything when there is one.

use super::stack::expression::{self, STACK};
use super::stack::model::{Condition, Group, Output, Parameter, Resource, Stack, Takes, Test};
use super::stack::stack;
use super::{Artifact, Part, Rendered};
use crate::finding::Findings;
use crate::json::Json;
use crate::table::Table;
use crate::target::Target;

/// Most bytes of a template that is sent with the call; a larger one, up to 1 MB, must lie in a bucket.
pub const INLINE_LIMIT: usize = 51_200;

/// The template.
#[derive(Clone, Copy, Debug)]
pub struct CloudFormation;

impl Artifact for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn about(&self) -> &'static str {
        "a template of the whole stack: bucket, catalog, stream, role, log, alarms"
    }

    fn parts(&self) -> &'static [Part] {
        &[Part { name: "stack", suffix: "cloudformation.json", about: "the template" }]
    }

    fn render(&self, _: &Part, table: &Table, target: &Target) -> Result<Option<Rendered>, Findings> {
        let stack = stack(table, target)?;
        let content = template(&stack);
        let mut notes = stack.notes;
        let bytes = content.to_text().len();
        if bytes > INLINE_LIMIT {
            notes.push(format!(
                "The template has {bytes} bytes, more than the {INLINE_LIMIT} that a call takes: put it into a bucket \
                 (aws cloudformation deploy --s3-bucket does)."
            ));
        }
        Ok(Some(Rendered { notes, ..Rendered::json(content) }))
    }
}

fn template(stack: &Stack) -> Json {
    Json::object([
        ("AWSTemplateFormatVersion", "2010-09-09".into()),
        ("Description", Json::from(&stack.description)),
        ("Metadata", Json::object([("AWS::CloudFormation::Interface", interface(&stack.parameters))])),
        ("Parameters", Json::object(stack.parameters.iter().map(parameter))),
        ("Conditions", Json::object(stack.conditions.iter().map(condition))),
        ("Resources", Json::object(stack.resources.iter().map(resource))),
        ("Outputs", Json::object(stack.outputs.iter().map(output))),
    ])
}

/// Parameters under headings, as the console shows them.
fn interface(parameters: &[Parameter]) -> Json {
    let groups = [(Group::Lake, "Lake"), (Group::Stream, "Stream"), (Group::Watching, "Log and alarms")];
    let groups = groups.map(|(group, label)| {
        let names =
            parameters.iter().filter(|parameter| parameter.group == group).map(|parameter| parameter.name);
        Json::object([
            ("Label", Json::object([("default", Json::from(label))])),
            ("Parameters", Json::list(names)),
        ])
    });
    Json::object([("ParameterGroups", Json::list(groups))])
}

fn parameter(parameter: &Parameter) -> (&'static str, Json) {
    let kind = match parameter.takes {
        Takes::Flag | Takes::Text { .. } => "String",
        Takes::Number { .. } | Takes::OneOf(_) => "Number",
    };
    let mut json = Json::object([("Type", Json::from(kind)), ("Description", Json::from(&parameter.about))]);
    match &parameter.default {
        Some(Json::Bool(default)) => json.set("Default", default.to_string()),
        Some(default) => json.set("Default", default.clone()),
        None => {}
    }
    match parameter.takes {
        Takes::Flag => json.set("AllowedValues", Json::list(["true", "false"])),
        Takes::Text { pattern, words } => {
            json.set("AllowedPattern", format!("^{pattern}$"));
            json.set("ConstraintDescription", words);
        }
        Takes::Number { from, to } => {
            json.set("MinValue", from);
            json.set("MaxValue", to);
        }
        Takes::OneOf(values) => json.set("AllowedValues", Json::list(values.iter().copied())),
    }
    (parameter.name, json)
}

fn condition(condition: &Condition) -> (&'static str, Json) {
    let parameter = Json::object([("Ref", Json::from(condition.parameter))]);
    let equals =
        |text: &str| Json::object([("Fn::Equals", Json::List(vec![parameter.clone(), text.into()]))]);
    let test = match condition.test {
        Test::IsTrue => equals("true"),
        Test::IsSet => Json::object([("Fn::Not", Json::list([equals("")]))]),
    };
    (condition.name, test)
}

fn resource(resource: &Resource) -> (&'static str, Json) {
    let mut json = Json::object([("Type", Json::from(resource.kind))]);
    if let Some(condition) = resource.condition {
        json.set("Condition", condition);
    }
    if !resource.after.is_empty() {
        json.set("DependsOn", Json::list(resource.after.iter().copied()));
    }
    if resource.keep {
        json.set("DeletionPolicy", "Retain");
        json.set("UpdateReplacePolicy", "Retain");
    }
    if let Some(why) = resource.why {
        json.set("Metadata", Json::object([("Comment", Json::from(why))]));
    }
    json.set("Properties", resource.properties.clone());
    (resource.id, json)
}

/// Other stacks import an output by the name of this stack and its own.
fn output(output: &Output) -> (&'static str, Json) {
    let export = expression::sub(format!("${{{STACK}}}-{}", output.name));
    let json = Json::object([
        ("Description", Json::from(output.about)),
        ("Value", output.value.clone()),
        ("Export", Json::object([("Name", export)])),
    ]);
    (output.name, json)
}

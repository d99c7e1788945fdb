//! Resources of the stack as resources of the AWS provider.

use super::bucket;
use super::expression::Scope;
use super::names::{self, Becomes};
use super::policy;
use crate::artifacts::stack::expression::Expression;
use crate::artifacts::stack::model::Resource;
use crate::json::Json;

/// Name of the data sources that a module has one of.
const CURRENT: &str = "current";

/// Blocks of a module, by type and name, in the order in which they were made.
#[derive(Default)]
pub(super) struct Made {
    data: Vec<(&'static str, String, Json)>,
    resources: Vec<(&'static str, String, Json)>,
}

impl Made {
    /// The member `data`.
    pub(super) fn data(&self) -> Json {
        grouped(&self.data)
    }

    /// The member `resource`.
    pub(super) fn resources(&self) -> Json {
        grouped(&self.resources)
    }
}

/// One member for each type, which holds one for each name.
fn grouped(blocks: &[(&'static str, String, Json)]) -> Json {
    let mut types = Json::Object(Vec::new());
    for (kind, name, body) in blocks {
        let mut named = types.get(kind).cloned().unwrap_or(Json::Object(Vec::new()));
        named.set(name, body.clone());
        types.set(kind, named);
    }
    types
}

/// Every resource of the stack.
pub(super) fn resources(scope: &Scope<'_>) -> Made {
    let mut made = Made::default();
    for kind in ["aws_caller_identity", "aws_partition", "aws_region"] {
        made.data.push((kind, CURRENT.to_owned(), Json::Object(Vec::new())));
    }
    for resource in &scope.stack.resources {
        translate(scope, resource, &mut made);
    }
    made
}

fn translate(scope: &Scope<'_>, resource: &Resource, made: &mut Made) {
    let kind = names::kind(resource.kind);
    let name = names::snake(resource.id);
    let mut body = match resource.kind {
        // All but the name are resources of their own.
        "AWS::S3::Bucket" => {
            let name = resource.properties.get("BucketName").map(|name| scope.value(name));
            name.map(|name| ("bucket".to_owned(), name)).into_iter().collect()
        }
        "AWS::CloudWatch::Alarm" => alarm(scope, kind, &resource.properties),
        "AWS::KinesisFirehose::DeliveryStream" => delivery(scope, kind, &resource.properties),
        "AWS::IAM::Role" | "AWS::IAM::Policy" | "AWS::S3::BucketPolicy" => {
            with_document(scope, resource, &name, made)
        }
        _ => members(scope, kind, &resource.properties),
    };
    let mut whole = meta(scope, resource);
    whole.append(&mut body);
    if resource.keep {
        whole.push(("lifecycle".to_owned(), Json::object([("prevent_destroy", Json::Bool(true))])));
    }
    made.resources.push((kind, name.clone(), Json::Object(whole)));

    if resource.kind == "AWS::S3::Bucket" {
        for (kind, setting) in bucket::settings(scope, resource) {
            let mut whole = meta(scope, &Resource { why: None, ..resource.clone() });
            whole.extend(setting);
            made.resources.push((kind, name.clone(), Json::Object(whole)));
        }
    }
}

/// What every resource can have: a comment, a count, others to wait for.
fn meta(scope: &Scope<'_>, resource: &Resource) -> Vec<(String, Json)> {
    let mut members = Vec::new();
    members.extend(resource.why.map(|why| ("//".to_owned(), why.into())));
    if let Some(condition) = resource.condition {
        let count = format!("${{{} ? 1 : 0}}", scope.condition(condition));
        members.push(("count".to_owned(), count.into()));
    }
    if !resource.after.is_empty() {
        let others = resource.after.iter().map(|id| scope.address(id).trim_end_matches("[0]").to_owned());
        members.push(("depends_on".to_owned(), Json::list(others)));
    }
    members
}

/// A role or policy; its document is a data source.
fn with_document(scope: &Scope<'_>, resource: &Resource, name: &str, made: &mut Made) -> Vec<(String, Json)> {
    let properties = &resource.properties;
    let value = |member: &str| properties.get(member).map(|value| scope.value(value));
    let first = |member: &str| properties.get(member)?.elements().first().map(|value| scope.value(value));
    let (document, given) = match resource.kind {
        "AWS::IAM::Role" => {
            (("AssumeRolePolicyDocument", "assume_role_policy"), vec![("description", value("Description"))])
        }
        "AWS::IAM::Policy" => {
            (("PolicyDocument", "policy"), vec![("name", value("PolicyName")), ("role", first("Roles"))])
        }
        _ => (("PolicyDocument", "policy"), vec![("bucket", value("Bucket"))]),
    };
    let mut members: Vec<_> =
        given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    if let Some(json) = properties.get(document.0) {
        made.data.push(("aws_iam_policy_document", name.to_owned(), policy::document(scope, json)));
        let reference = format!("${{data.aws_iam_policy_document.{name}.json}}");
        members.push((document.1.to_owned(), reference.into()));
    }
    members
}

/// An alarm: its dimensions are a map.
fn alarm(scope: &Scope<'_>, kind: &str, properties: &Json) -> Vec<(String, Json)> {
    let mut alarm = members(scope, kind, properties);
    let dimensions = properties.get("Dimensions").map(Json::elements).unwrap_or_default().iter();
    let dimensions = dimensions.filter_map(|dimension| {
        Some((dimension.get("Name")?.as_text()?, scope.value(dimension.get("Value")?)))
    });
    if let Some((_, member)) = alarm.iter_mut().find(|(name, _)| name == "dimensions") {
        *member = Json::object(dimensions);
    }
    alarm
}

/// A delivery stream: the provider wants to be told which destination has a block, and that encryption is on.
fn delivery(scope: &Scope<'_>, kind: &str, properties: &Json) -> Vec<(String, Json)> {
    let mut stream = members(scope, kind, properties);
    stream.insert(1, ("destination".to_owned(), "extended_s3".into()));
    if let Some((_, encryption)) = stream.iter_mut().find(|(name, _)| name == "server_side_encryption") {
        encryption.set("enabled", true);
    }
    stream
}

/// A block of the provider: the members by their new names.
pub(super) fn block(scope: &Scope<'_>, kind: &str, json: &Json) -> Json {
    Json::Object(members(scope, kind, json))
}

/// The members of a block.
pub(super) fn members(scope: &Scope<'_>, kind: &str, json: &Json) -> Vec<(String, Json)> {
    let mut out = Vec::new();
    for (name, value) in json.members() {
        let new = match names::member(kind, name) {
            Becomes::Nothing => continue,
            Becomes::Members => {
                out.extend(in_place(scope, kind, value));
                continue;
            }
            Becomes::Name(new) => new.to_owned(),
            Becomes::Snake => names::snake(name),
        };
        out.push((new, member(scope, kind, name, value)));
    }
    out
}

/// The members of a value that stand where it stood. Where the value is there by a condition, each of them is.
fn in_place(scope: &Scope<'_>, kind: &str, value: &Json) -> Vec<(String, Json)> {
    match Expression::of(value) {
        Some(Expression::If(condition, yes, no)) => {
            let spread = members_of_choice(condition, yes, no);
            members(scope, kind, &spread)
        }
        _ => members(scope, kind, value),
    }
}

/// An object whose members are chosen one by one, instead of whole.
fn members_of_choice(condition: &str, yes: &Json, no: &Json) -> Json {
    Json::object(yes.members().iter().map(|(name, value)| {
        let value = if value.members().is_empty() || Expression::of(value).is_some() {
            let other = no.get(name).unwrap_or(no);
            Json::object([("Fn::If", Json::List(vec![condition.into(), value.clone(), other.clone()]))])
        } else {
            members_of_choice(condition, value, no)
        };
        (name.clone(), value)
    }))
}

/// What a member holds: blocks for objects and lists of them, the same keys for maps, else a value.
fn member(scope: &Scope<'_>, kind: &str, name: &str, value: &Json) -> Json {
    if Expression::of(value).is_some() || names::is_map(name, value) {
        return scope.value(value);
    }
    match value {
        Json::Object(_) => block(scope, kind, value),
        Json::List(values)
            if values.iter().any(|value| Expression::of(value).is_none() && !value.members().is_empty()) =>
        {
            Json::List(values.iter().map(|value| block(scope, kind, value)).collect())
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Float(_) | Json::Text(_) | Json::List(_) => {
            scope.value(value)
        }
    }
}

//! Stack templates with their questions answered: what CloudFormation and Terraform would make of them.
//!
//! Both evaluators know the little that our templates use, and panic at anything else. An ARN that only the service
//! knows is `<arn ID>`, with the resource's name in small letters, so that the two can be compared.

mod cloudformation;
mod hcl;
mod terraform;

use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub use cloudformation::cloudformation;
pub use terraform::terraform;

/// Answers to the questions of a stack, by the names of CloudFormation; defaults for those not named.
pub type Answers<'a> = BTreeMap<&'a str, &'a str>;

/// Resources that would be made: by name in small letters, each with what it is made of.
pub type Resources = BTreeMap<String, Vec<(String, Value)>>;

/// Account, region and start of ARNs of every evaluation.
const PSEUDO: [(&str, &str, &str); 3] = [
    ("AWS::AccountId", "data.aws_caller_identity.current.account_id", "123456789012"),
    ("AWS::Region", "data.aws_region.current.region", "eu-west-1"),
    ("AWS::Partition", "data.aws_partition.current.partition", "aws"),
];

/// `DeliveryStream` as `delivery_stream`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// What the service makes up.
fn made_up(what: &str, id: &str) -> Value {
    Value::String(format!("<{what} {id}>"))
}

/// The text of a value inside another text.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The object without members that are null.
fn without_nulls(members: Map<String, Value>) -> Value {
    members.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>().into()
}

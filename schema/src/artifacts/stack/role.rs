//! The role that the delivery stream takes on.

use super::expression::{only_if, reference};
use super::model::Resource;
use super::parameters::{HAS_KMS_KEY, KMS_KEY};
use crate::artifacts::iam::policy;
use crate::json::Json;

/// Its name within the stack.
pub(super) const ROLE: &str = "DeliveryRole";
/// Its policy's.
pub(super) const POLICY: &str = "DeliveryPolicy";

/// The role and what it may do. The policy stands apart, so that the stream can wait for it.
pub(super) fn role(trust: Vec<Json>, statements: Vec<Json>) -> [Resource; 2] {
    let statements = statements.into_iter().map(if_key).collect();
    let role = Json::object([
        ("Description", Json::from("Lets Firehose write the lake.")),
        ("AssumeRolePolicyDocument", policy(trust)),
    ]);
    let allowed = Json::object([
        ("PolicyName", Json::from("delivery")),
        ("Roles", Json::List(vec![reference(ROLE)])),
        ("PolicyDocument", policy(statements)),
    ]);
    [Resource::new(ROLE, "AWS::IAM::Role", role), Resource::new(POLICY, "AWS::IAM::Policy", allowed)]
}

/// A statement about the key is there where the key is.
fn if_key(statement: Json) -> Json {
    if mentions(&statement, KMS_KEY) { only_if(HAS_KMS_KEY, statement) } else { statement }
}

/// Whether a text in it holds that word.
pub(super) fn mentions(json: &Json, word: &str) -> bool {
    json.as_text().is_some_and(|text| text.contains(word))
        || json.elements().iter().any(|value| mentions(value, word))
        || json.members().iter().any(|(_, value)| mentions(value, word))
}

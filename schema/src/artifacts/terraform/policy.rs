//! Policy documents, as data sources of the provider.

use super::expression::Scope;
use crate::artifacts::stack::expression::Expression;
use crate::json::Json;

/// The data source `aws_iam_policy_document` for a document of IAM.
pub(super) fn document(scope: &Scope<'_>, document: &Json) -> Json {
    let (mut always, mut sometimes) = (Vec::new(), Vec::new());
    for entry in listed(document.get("Statement")) {
        match Expression::of(entry) {
            Some(Expression::If(condition, yes, _)) => sometimes.push(Json::object([
                ("for_each", Json::Text(format!("${{{} ? [1] : []}}", scope.condition(condition)))),
                ("content", statement(scope, yes)),
            ])),
            _ => always.push(statement(scope, entry)),
        }
    }
    let mut members = vec![("statement", Json::List(always))];
    if !sometimes.is_empty() {
        members.push(("dynamic", Json::object([("statement", Json::List(sometimes))])));
    }
    Json::object(members)
}

fn statement(scope: &Scope<'_>, statement: &Json) -> Json {
    let list = |member: &str| {
        Json::List(listed(statement.get(member)).iter().map(|value| scope.value(value)).collect())
    };
    let mut members = Vec::new();
    for (member, name) in [("Sid", "sid"), ("Effect", "effect")] {
        members.extend(statement.get(member).map(|value| (name, scope.value(value))));
    }
    if let Some(principal) = statement.get("Principal") {
        members.push(("principals", principals(scope, principal)));
    }
    for (member, name) in [("Action", "actions"), ("Resource", "resources")] {
        if statement.get(member).is_some() {
            members.push((name, list(member)));
        }
    }
    if let Some(tests) = statement.get("Condition") {
        members.push(("condition", Json::List(conditions(scope, tests))));
    }
    Json::object(members)
}

fn principals(scope: &Scope<'_>, principal: &Json) -> Json {
    let one = |kind: &str, identifiers: &Json| {
        let identifiers =
            listed(Some(identifiers)).iter().map(|identifier| scope.value(identifier)).collect();
        Json::object([("type", Json::from(kind)), ("identifiers", Json::List(identifiers))])
    };
    match principal.members() {
        [] => Json::list([one("*", principal)]),
        kinds => Json::List(kinds.iter().map(|(kind, identifiers)| one(kind, identifiers)).collect()),
    }
}

fn conditions(scope: &Scope<'_>, tests: &Json) -> Vec<Json> {
    let one = |test: &str, variable: &str, values: &Json| {
        let values = listed(Some(values)).iter().map(|value| scope.value(value)).collect();
        Json::object([
            ("test", Json::from(test)),
            ("variable", Json::from(variable)),
            ("values", Json::List(values)),
        ])
    };
    let tests = tests.members().iter();
    tests
        .flat_map(|(test, variables)| {
            variables.members().iter().map(move |(variable, values)| (test, variable, values))
        })
        .map(|(test, variable, values)| one(test, variable, values))
        .collect()
}

/// The elements of a list, or the one value that stands for a list of one.
fn listed(json: Option<&Json>) -> &[Json] {
    match json {
        Some(Json::List(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}

//! Values that are only known when a stack is made: parameters, and names and ARNs of other resources.
//!
//! They are written as CloudFormation writes them. `Fn::Sub` takes `${Name}` and `${Name.Arn}` for values and `${!name}` for the text
//! `${name}`.

use crate::json::Json;

/// The account that the stack is made in.
pub(in crate::artifacts) const ACCOUNT: &str = "AWS::AccountId";
/// The region that the stack is made in.
pub(in crate::artifacts) const REGION: &str = "AWS::Region";
/// The start of ARNs there: `aws`, `aws-cn` or `aws-us-gov`.
pub(in crate::artifacts) const PARTITION: &str = "AWS::Partition";
/// The name of the stack.
pub(in crate::artifacts) const STACK: &str = "AWS::StackName";
/// As if the member had not been written.
const NO_VALUE: &str = "AWS::NoValue";

/// An expression that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::artifacts) enum Expression<'a> {
    /// A parameter, a resource's name, or one of the constants above.
    Ref(&'a str),
    /// As if the member had not been written.
    Nothing,
    /// An attribute of a resource.
    Attribute(&'a str, &'a str),
    /// Text with `${Name}` in it.
    Sub(&'a str),
    /// The first where the condition holds, else the second.
    If(&'a str, &'a Json, &'a Json),
    /// What stands behind the first slash.
    AfterSlash(&'a Json),
}

/// The value of a parameter, or the name of a resource.
pub(super) fn reference(name: &str) -> Json {
    Json::object([("Ref", Json::from(name))])
}

/// The ARN of a resource.
pub(super) fn arn(resource: &str) -> Json {
    Json::object([("Fn::GetAtt", Json::list([resource, "Arn"]))])
}

/// Text with `${Name}` for values.
pub(in crate::artifacts) fn sub(text: impl Into<String>) -> Json {
    Json::object([("Fn::Sub", Json::Text(text.into()))])
}

/// Text that stands for itself inside [`sub`].
pub(super) fn literal(text: &str) -> String {
    text.replace("${", "${!")
}

/// The first where the condition holds, else the second.
pub(super) fn choose(condition: &str, yes: impl Into<Json>, no: impl Into<Json>) -> Json {
    Json::object([("Fn::If", Json::List(vec![condition.into(), yes.into(), no.into()]))])
}

/// The value where the condition holds, else nothing at all.
pub(super) fn only_if(condition: &str, value: impl Into<Json>) -> Json {
    choose(condition, value, reference(NO_VALUE))
}

/// What stands behind the first slash of an ARN: the name of a Kinesis stream.
pub(super) fn after_slash(value: Json) -> Json {
    let parts = Json::object([("Fn::Split", Json::List(vec!["/".into(), value]))]);
    Json::object([("Fn::Select", Json::List(vec!["1".into(), parts]))])
}

impl<'a> Expression<'a> {
    /// The expression that the value is; none for plain values.
    pub(in crate::artifacts) fn of(json: &'a Json) -> Option<Self> {
        let [(name, argument)] = json.members() else { return None };
        Some(match (name.as_str(), argument.elements()) {
            ("Ref", _) if argument.as_text() == Some(NO_VALUE) => Self::Nothing,
            ("Ref", _) => Self::Ref(argument.as_text()?),
            ("Fn::GetAtt", [resource, attribute]) => {
                Self::Attribute(resource.as_text()?, attribute.as_text()?)
            }
            ("Fn::Sub", _) => Self::Sub(argument.as_text()?),
            ("Fn::If", [condition, yes, no]) => Self::If(condition.as_text()?, yes, no),
            ("Fn::Select", [_, parts]) => Self::AfterSlash(parts.get("Fn::Split")?.elements().get(1)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let name = reference("Name");
        for (json, expression) in [
            (reference("Name"), Expression::Ref("Name")),
            (reference("AWS::NoValue"), Expression::Nothing),
            (arn("Table"), Expression::Attribute("Table", "Arn")),
            (sub("a${Name}"), Expression::Sub("a${Name}")),
            (choose("Is", name.clone(), 1), Expression::If("Is", &name, &Json::Int(1))),
            (after_slash(name.clone()), Expression::AfterSlash(&name)),
        ] {
            assert_eq!(Expression::of(&json), Some(expression));
        }
        for plain in [Json::from("Ref"), Json::object([("Name", "x")].map(|(k, v)| (k, Json::from(v))))] {
            assert_eq!(Expression::of(&plain), None);
        }
    }

    #[test]
    fn text_of_its_own() {
        assert_eq!(literal("s3://lake/${dt}/"), "s3://lake/${!dt}/");
    }
}

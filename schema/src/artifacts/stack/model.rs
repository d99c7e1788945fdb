//! What a stack consists of.

use crate::json::Json;

/// Resources that are made together, and what is asked for when they are.
#[derive(Clone, Debug)]
pub(in crate::artifacts) struct Stack {
    /// What it is, in a line.
    pub(in crate::artifacts) description: String,
    /// What is asked for.
    pub(in crate::artifacts) parameters: Vec<Parameter>,
    /// Questions that parameters answer.
    pub(in crate::artifacts) conditions: Vec<Condition>,
    /// What is made.
    pub(in crate::artifacts) resources: Vec<Resource>,
    /// What is told afterwards.
    pub(in crate::artifacts) outputs: Vec<Output>,
    /// What its user should know and cannot see in it.
    pub(in crate::artifacts) notes: Vec<String>,
}

/// Something that is asked for.
#[derive(Clone, Debug)]
pub(in crate::artifacts) struct Parameter {
    /// Name, in capitals and small letters.
    pub(in crate::artifacts) name: &'static str,
    /// Heading that it is shown under.
    pub(in crate::artifacts) group: Group,
    /// What it is for.
    pub(in crate::artifacts) about: String,
    /// Value when none is given; it must be given when there is none.
    pub(in crate::artifacts) default: Option<Json>,
    /// Which values it takes.
    pub(in crate::artifacts) takes: Takes,
}

/// Headings of parameters, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::artifacts) enum Group {
    /// Bucket and database.
    Lake,
    /// What brings the records.
    Stream,
    /// Logs and alarms.
    Watching,
}

/// Values of a parameter.
#[derive(Clone, Debug)]
pub(in crate::artifacts) enum Takes {
    /// `true` or `false`.
    Flag,
    /// Text that a pattern describes whole, and the same in words.
    Text { pattern: &'static str, words: &'static str },
    /// Whole numbers from the first to the last.
    Number { from: i64, to: i64 },
    /// One of these whole numbers.
    OneOf(&'static [i64]),
}

/// A question that a parameter answers.
#[derive(Clone, Copy, Debug)]
pub(in crate::artifacts) struct Condition {
    /// Name.
    pub(in crate::artifacts) name: &'static str,
    /// The parameter.
    pub(in crate::artifacts) parameter: &'static str,
    /// The answer that makes it hold.
    pub(in crate::artifacts) test: Test,
}

/// When a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::artifacts) enum Test {
    /// The flag is `true`.
    IsTrue,
    /// The text is not empty.
    IsSet,
}

/// Something that is made.
#[derive(Clone, Debug)]
pub(in crate::artifacts) struct Resource {
    /// Name within the stack.
    pub(in crate::artifacts) id: &'static str,
    /// Type, as CloudFormation names it.
    pub(in crate::artifacts) kind: &'static str,
    /// Made only where this holds.
    pub(in crate::artifacts) condition: Option<&'static str>,
    /// Made after these.
    pub(in crate::artifacts) after: Vec<&'static str>,
    /// Stays when the stack goes, because data or the schema would be lost.
    pub(in crate::artifacts) keep: bool,
    /// Why it is as it is, where a reader would ask.
    pub(in crate::artifacts) why: Option<&'static str>,
    /// Its members, as CloudFormation spells them.
    pub(in crate::artifacts) properties: Json,
}

impl Resource {
    /// A resource that is always made and goes with the stack.
    pub(super) fn new(id: &'static str, kind: &'static str, properties: Json) -> Self {
        Self { id, kind, condition: None, after: Vec::new(), keep: false, why: None, properties }
    }
}

/// Something that is told when a stack is made.
#[derive(Clone, Debug)]
pub(in crate::artifacts) struct Output {
    /// Name.
    pub(in crate::artifacts) name: &'static str,
    /// What it is.
    pub(in crate::artifacts) about: &'static str,
    /// The value.
    pub(in crate::artifacts) value: Json,
}

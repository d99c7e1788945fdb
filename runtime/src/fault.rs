//! Why a record is refused.

use crate::columns::ColumnId;
use std::borrow::Cow;
use std::fmt;

/// A fault in one record, before it becomes a [`Reject`](crate::reject::Reject).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// The column it is in.
    pub column: Option<ColumnId>,
    /// What should stand there.
    pub expected: Cow<'static, str>,
    /// What stands there.
    pub found: String,
    /// Byte offset in the block or document under way.
    pub at: usize,
    /// The value itself, when it is one of JSON.
    pub(crate) wire: Option<Wire>,
}

/// A JSON value that a column refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Text(String),
    Number(String),
    Bool(bool),
    Object,
    Array,
}

impl Wire {
    pub(crate) fn text(text: &[u8]) -> Self {
        Self::Text(String::from_utf8_lossy(text).into_owned())
    }

    pub(crate) fn number(token: &[u8]) -> Self {
        Self::Number(String::from_utf8_lossy(token).into_owned())
    }

    /// Class and text of a scalar as Java's JSON parser reads it.
    pub(crate) fn java(&self) -> Option<(&'static str, String)> {
        match self {
            Self::Text(text) => Some(("java.lang.String", text.clone())),
            Self::Number(token) if token.contains(['.', 'e', 'E']) => {
                Some(("java.lang.Double", token.clone()))
            }
            Self::Number(token) => Some(("java.lang.Long", token.clone())),
            Self::Bool(value) => Some(("java.lang.Boolean", value.to_string())),
            Self::Object | Self::Array => None,
        }
    }
}

impl fmt::Display for Wire {
    /// As messages quote it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{}\"", shorten(text.as_bytes())),
            Self::Number(token) => f.write_str(&shorten(token.as_bytes())),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Object => f.write_str("an object"),
            Self::Array => f.write_str("an array"),
        }
    }
}

/// Kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// No document: broken syntax, a truncated tail, bytes that are no UTF-8.
    Syntax,
    /// A value that its column cannot hold.
    Value,
    /// A key that stands twice.
    DuplicateKey,
    /// A column that the record must have.
    Missing,
    /// No partition can be told.
    Partition,
    /// Its partition is outside of what the table projects, so that no query would find it.
    Unprojected,
    /// It belongs to another partition than the one that is stored.
    OtherPartition,
    /// Its event time is before the accepted window.
    Late,
    /// Its event time is after the accepted window.
    Early,
    /// Nested too deep.
    TooDeep,
    /// Longer than a document may be.
    TooLong,
    /// Data from before a Lambda function that nobody told how to read.
    BeforeLambda,
    /// Data that a Lambda function made canonical, and that the table would read as something else.
    AfterLambda,
    /// Not a fault: the block ends within the document.
    Incomplete,
}

impl FaultKind {
    /// Code in the reject: Firehose's own where it has one.
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax | Self::Incomplete => "DataFormatConversion.ParseError",
            Self::Value => "DataFormatConversion.MalformedData",
            Self::DuplicateKey => "Lakebed.DuplicateKey",
            Self::Missing => "Lakebed.MissingColumn",
            Self::Partition => "Lakebed.PartitionSource",
            Self::Unprojected => "Lakebed.OutsideProjection",
            Self::OtherPartition => "Lakebed.OtherPartition",
            Self::Late => "Lakebed.LateEvent",
            Self::Early => "Lakebed.EarlyEvent",
            Self::TooDeep => "Lakebed.TooDeep",
            Self::TooLong => "Lakebed.TooLong",
            Self::BeforeLambda => "Lakebed.BeforeLambda",
            Self::AfterLambda => "Lakebed.AfterLambda",
        }
    }

    /// The word in the path of the reject files, as Firehose has its `error-output-type`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Syntax | Self::Incomplete => "parse-error",
            Self::Value => "malformed-data",
            Self::DuplicateKey => "duplicate-key",
            Self::Missing => "missing-column",
            Self::Partition => "partition-source",
            Self::Unprojected => "outside-projection",
            Self::OtherPartition => "other-partition",
            Self::Late | Self::Early => "event-time",
            Self::TooDeep => "too-deep",
            Self::TooLong => "too-long",
            Self::BeforeLambda => "before-lambda",
            Self::AfterLambda => "after-lambda",
        }
    }
}

/// As what a record with a fault is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FaultClass {
    /// It is refused.
    Rejected,
    /// It is sound, and too late.
    Late,
    /// It is sound, and too early.
    Early,
}

impl FaultKind {
    pub(crate) fn class(self) -> FaultClass {
        match self {
            Self::Late => FaultClass::Late,
            Self::Early => FaultClass::Early,
            Self::Syntax
            | Self::Value
            | Self::DuplicateKey
            | Self::Missing
            | Self::Partition
            | Self::Unprojected
            | Self::OtherPartition
            | Self::TooDeep
            | Self::TooLong
            | Self::BeforeLambda
            | Self::AfterLambda
            | Self::Incomplete => FaultClass::Rejected,
        }
    }
}

/// What a decode step gives; the fault is boxed since it is rare and large.
pub(crate) type Step<T = ()> = Result<T, Box<Fault>>;

impl Fault {
    pub(crate) fn new(
        kind: FaultKind,
        at: usize,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<String>,
    ) -> Box<Self> {
        Box::new(Self { kind, column: None, expected: expected.into(), found: found.into(), at, wire: None })
    }

    pub(crate) fn in_column(mut self: Box<Self>, id: ColumnId) -> Box<Self> {
        self.column.get_or_insert(id);
        self
    }
}

/// Text of a message: at most 60 characters, control characters escaped, cut marked.
pub(crate) fn shorten(bytes: &[u8]) -> String {
    let head = bytes.get(..240).unwrap_or(bytes);
    let mut out = String::new();
    for (count, c) in String::from_utf8_lossy(head).chars().enumerate() {
        if count == 60 {
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    if bytes.len() > 240 || String::from_utf8_lossy(head).chars().count() > 60 {
        out.push('…');
    }
    out
}

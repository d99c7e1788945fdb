//! Why a record is refused.

use crate::columns::ColumnId;
use std::borrow::Cow;

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
    /// Nested too deep.
    TooDeep,
    /// Longer than a document may be.
    TooLong,
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
            Self::TooDeep => "Lakebed.TooDeep",
            Self::TooLong => "Lakebed.TooLong",
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
        Box::new(Self { kind, column: None, expected: expected.into(), found: found.into(), at })
    }

    pub(crate) fn in_column(mut self: Box<Self>, id: ColumnId) -> Box<Self> {
        self.column.get_or_insert(id);
        self
    }
}

/// Text of a message: at most 60 characters, control characters escaped, cut marked.
pub(crate) fn shorten(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(240)];
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

//! Records as trees of raw text, so that an edit may write anything.

use super::choices::Choices;

/// A JSON value whose scalars and keys are the bytes that are written.
#[derive(Clone, Debug)]
pub enum Tree {
    Object(Vec<(Vec<u8>, Tree)>),
    List(Vec<Tree>),
    Scalar(Vec<u8>),
}

/// White space around the parts of a record.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    colon: &'static str,
    comma: &'static str,
    /// Behind an opening bracket and before the closing one.
    inner: &'static str,
    /// Whether each member stands on a line of its own.
    lines: bool,
}

impl Style {
    /// As producers write: compact most often.
    pub fn any(choices: &mut Choices<'_>) -> Self {
        match choices.below(6) {
            0 => Self { colon: ": ", comma: ", ", inner: "", lines: false },
            1 => Self { colon: ": ", comma: ",", inner: "", lines: true },
            2 => Self { colon: " :\t", comma: " ,  ", inner: " ", lines: false },
            3 => Self { colon: ":\r\n", comma: ",\r\n", inner: "\r\n", lines: false },
            _ => Self { colon: ":", comma: ",", inner: "", lines: false },
        }
    }
}

impl Tree {
    /// Reads well-formed JSON.
    ///
    /// # Panics
    /// On anything else.
    pub fn parse(text: &str) -> Self {
        let mut rest = text.as_bytes();
        let tree = parse(&mut rest);
        assert!(rest.is_empty(), "more behind a record: {text}");
        tree
    }

    /// Appends the text.
    pub fn write(&self, style: Style, indent: usize, out: &mut Vec<u8>) {
        let line = |indent: usize, out: &mut Vec<u8>| {
            if style.lines {
                out.push(b'\n');
                out.extend(std::iter::repeat_n(b' ', 2 * indent));
            }
        };
        let (open, close, parts): (u8, u8, Vec<(Option<&[u8]>, &Tree)>) = match self {
            Self::Scalar(bytes) => return out.extend_from_slice(bytes),
            Self::List(elements) => (b'[', b']', elements.iter().map(|element| (None, element)).collect()),
            Self::Object(members) => {
                (b'{', b'}', members.iter().map(|(key, value)| (Some(key.as_slice()), value)).collect())
            }
        };
        out.push(open);
        out.extend_from_slice(style.inner.as_bytes());
        for (index, (key, value)) in parts.iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(style.comma.as_bytes());
            }
            line(indent + 1, out);
            if let Some(key) = key {
                out.extend_from_slice(key);
                out.extend_from_slice(style.colon.as_bytes());
            }
            value.write(style, indent + 1, out);
        }
        if !parts.is_empty() {
            line(indent, out);
        }
        out.extend_from_slice(style.inner.as_bytes());
        out.push(close);
    }

    /// Values in it, itself included.
    pub fn count(&self) -> usize {
        1 + match self {
            Self::Scalar(_) => 0,
            Self::List(elements) => elements.iter().map(Self::count).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.count()).sum(),
        }
    }

    /// The value of that number, where 0 is itself.
    pub fn nth(&mut self, number: usize) -> Option<&mut Self> {
        let Some(mut number) = number.checked_sub(1) else { return Some(self) };
        let parts: Vec<&mut Self> = match self {
            Self::Scalar(_) => Vec::new(),
            Self::List(elements) => elements.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
        };
        for part in parts {
            let count = part.count();
            if number < count {
                return part.nth(number);
            }
            number -= count;
        }
        None
    }
}

fn parse(rest: &mut &[u8]) -> Tree {
    match rest[0] {
        b'{' => {
            let mut members = Vec::new();
            separated(rest, b'}', |rest| {
                let key = scalar(rest);
                *rest = &rest[1..];
                members.push((key, parse(rest)));
            });
            Tree::Object(members)
        }
        b'[' => {
            let mut elements = Vec::new();
            separated(rest, b']', |rest| elements.push(parse(rest)));
            Tree::List(elements)
        }
        _ => Tree::Scalar(scalar(rest)),
    }
}

fn separated(rest: &mut &[u8], close: u8, mut part: impl FnMut(&mut &[u8])) {
    *rest = &rest[1..];
    while rest[0] != close {
        if rest[0] == b',' {
            *rest = &rest[1..];
        }
        part(rest);
    }
    *rest = &rest[1..];
}

fn scalar(rest: &mut &[u8]) -> Vec<u8> {
    let mut len = 1;
    if rest[0] == b'"' {
        while rest[len] != b'"' {
            len += if rest[len] == b'\\' { 2 } else { 1 };
        }
        len += 1;
    } else {
        while rest.get(len).is_some_and(|byte| !b",]}:".contains(byte)) {
            len += 1;
        }
    }
    let (found, behind) = rest.split_at(len);
    *rest = behind;
    found.to_vec()
}

//! White space between the marks of JSON.

/// How a record looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A space after each comma and colon, as Python writes.
    #[default]
    Spaced,
    /// No white space.
    Compact,
    /// A line for each member, indented by two.
    Pretty,
}

impl Layout {
    pub(crate) fn colon(self) -> &'static [u8] {
        match self {
            Self::Spaced | Self::Pretty => b": ",
            Self::Compact => b":",
        }
    }

    /// What stands between two members.
    pub(crate) fn comma(self, depth: usize, out: &mut Vec<u8>) {
        match self {
            Self::Spaced => out.extend(b", "),
            Self::Compact => out.push(b','),
            Self::Pretty => {
                out.push(b',');
                self.edge(depth, out);
            }
        }
    }

    /// What stands after an opening and before a closing bracket.
    pub(crate) fn edge(self, depth: usize, out: &mut Vec<u8>) {
        if self == Self::Pretty {
            out.push(b'\n');
            out.extend(std::iter::repeat_n(b' ', 2 * depth));
        }
    }
}

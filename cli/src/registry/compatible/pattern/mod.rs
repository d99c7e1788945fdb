//! Regular expressions of ECMA 262 as sets of texts.
//!
//! Understood are literals, classes, groups, alternatives, counts and the two anchors: what has a regular language.
//! Looking around, going back, word borders and Unicode properties are not.

mod machine;
mod parse;

pub(super) use machine::Machine;
pub(super) use parse::parse;

/// Characters from the first to the last.
pub(super) type Range = (char, char);

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// A character of one of these ranges.
    Class(Vec<Range>),
    Sequence(Vec<Self>),
    Either(Vec<Self>),
    /// So often at least and at most; without an end when the latter is absent.
    Repeat(Box<Self>, u32, Option<u32>),
    /// The beginning of the text.
    Start,
    /// Its end.
    End,
}

/// Whether a text matches a pattern; none when the pattern is not understood.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let machine = Machine::new(&parse(pattern)?)?;
    Some(machine.matches(text))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn texts_match_as_in_ecma_262() {
        for (pattern, text, expected) in [
            ("^a$", "a", true),
            ("^a$", "ba", false),
            ("a", "bab", true),
            ("^a|b$", "ax", true),
            ("^a|b$", "xb", true),
            ("^a|b$", "xax", false),
            (r"^(?:\+?0*[0-9]{1,3}|-0*0)$", "+0012", true),
            (r"^(?:\+?0*[0-9]{1,3}|-0*0)$", "-0", true),
            (r"^(?:\+?0*[0-9]{1,3}|-0*0)$", "-1", false),
            ("^[^a-c]+$", "xyz", true),
            ("^[^a-c]+$", "xbz", false),
            (r"^\d{2,}$", "1", false),
            (r"^\d{2,}?$", "12345", true),
            (r"^[\w.-]{0,3}$", "a.-", true),
            (r"^.$", "\n", false),
            (r"^\u0041\x42$", "AB", true),
            ("", "anything", true),
            ("^$", "", true),
            ("^(a|b(c|d))*$", "abcbda", true),
            ("[]", "x", false),
            ("^[^]$", "\n", true),
        ] {
            assert_eq!(matches(pattern, text), Some(expected), "{pattern} {text:?}");
        }
    }

    #[test]
    fn what_is_not_regular_is_not_understood() {
        for pattern in
            ["(?=a)b", r"(a)\1", r"\bword", r"\p{L}", "(", "a{99999}", "*", "a**", "[b-a]", "a)", "(?<=a)b"]
        {
            assert_eq!(matches(pattern, "a"), None, "{pattern}");
        }
    }
}

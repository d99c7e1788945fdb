//! Where an error object ends: one a line, glued to the next, or over several lines.

use memchr::{memchr, memchr_iter, memchr2};

/// What comes next in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Something that could be an object, from `{` to the `}` that closes it.
    Object {
        /// Its first byte.
        start: usize,
        /// The byte behind it.
        end: usize,
    },
    /// Bytes that can be no object.
    Broken {
        /// The first of them.
        start: usize,
        /// The byte behind them.
        end: usize,
    },
    /// The block ends within the object that starts there, or holds nothing any more.
    Incomplete {
        /// Its first byte, or the end of the block.
        start: usize,
    },
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Most lines of an error object that start with `{` where a value is due. Firehose and lakebed write one at most.
/// Without a limit a file of nothing but such lines would be read once for each of them.
const OPEN_LINES: usize = 64;

/// Finds the next object. `last` tells that nothing follows the block.
///
/// An error object escapes its line ends, so a line end within a text is one that was cut off, and so is an object
/// where the next line starts with `{` in place of a member: the cut one ends there, and takes no neighbour with it.
/// One that has too many such lines where a value is due ends at the first of them.
pub fn next(block: &[u8], last: bool) -> Found {
    let rest = block.strip_prefix(BYTE_ORDER_MARK).unwrap_or(block);
    let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = block.len() - rest.len() + blank;
    let text = block.get(start..).unwrap_or_default();
    match text.first() {
        None => Found::Incomplete { start },
        Some(b'{') => match end(text) {
            End::At(len) => Found::Object { start, end: start + len },
            End::Cut(len) => Found::Broken { start, end: start + len },
            End::Beyond if last => Found::Broken { start, end: start + first_line(text) },
            End::Beyond => Found::Incomplete { start },
        },
        Some(_) => match memchr2(b'\n', b'{', text) {
            Some(end) => Found::Broken { start, end: start + end },
            None if last => Found::Broken { start, end: start + text.len() },
            None => Found::Incomplete { start },
        },
    }
}

enum End {
    At(usize),
    /// The object was cut off there.
    Cut(usize),
    Beyond,
}

/// The end of the object at the start of a text.
fn end(text: &[u8]) -> End {
    let (mut at, mut depth) = (0_usize, 0_usize);
    // Last byte that was no white space: tells whether a value may follow.
    let mut before = b'{';
    let (mut lines, mut first) = (0_usize, 0_usize);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => match string(text, at + 1) {
                End::At(next) => at = next - 1,
                other @ (End::Cut(_) | End::Beyond) => return other,
            },
            b'{' => {
                if depth > 0 && text.get(at.wrapping_sub(1)) == Some(&b'\n') {
                    if before != b':' && before != b'[' {
                        return End::Cut(at);
                    }
                    if lines == 0 {
                        first = at;
                    }
                    lines += 1;
                    if lines > OPEN_LINES {
                        return End::Cut(first);
                    }
                }
                depth += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return End::At(at + 1);
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        at += 1;
    }
    End::Beyond
}

/// The place behind the text in quotes that starts at `at`.
fn string(text: &[u8], mut at: usize) -> End {
    while let Some(rest) = text.get(at..) {
        let Some(found) = memchr2(b'"', b'\\', rest) else { break };
        let passed = rest.get(..found).unwrap_or_default();
        if let Some(newline) = memchr(b'\n', passed) {
            return End::Cut(at + newline);
        }
        if rest.get(found) == Some(&b'"') {
            return End::At(at + found + 1);
        }
        if rest.get(found + 1) == Some(&b'\n') {
            return End::Cut(at + found + 1);
        }
        at += found + 2;
    }
    match text.get(at..).and_then(|rest| memchr(b'\n', rest)) {
        Some(newline) => End::Cut(at + newline),
        None => End::Beyond,
    }
}

/// Bytes up to the first line end behind which an object could start.
pub(crate) fn first_line(text: &[u8]) -> usize {
    memchr_iter(b'\n', text).find(|&at| text.get(at + 1) == Some(&b'{')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stretches of a text: whether each is an object, and its text.
    fn all(text: &str) -> Vec<(bool, &str)> {
        let (mut at, mut found) = (0, Vec::new());
        loop {
            match next(&text.as_bytes()[at..], true) {
                Found::Object { start, end } => {
                    found.push((true, &text[at + start..at + end]));
                    at += end;
                }
                Found::Broken { start, end } => {
                    assert!(end > start, "{text:?} at {at}");
                    found.push((false, &text[at + start..at + end]));
                    at += end;
                }
                Found::Incomplete { start } => {
                    assert_eq!(at + start, text.len());
                    return found;
                }
            }
        }
    }

    #[test]
    fn objects_one_a_line_glued_and_pretty() {
        assert_eq!(
            all("\u{feff}{\"a\":1}\r\n\n{\"b\":\"}\\\"{\"}"),
            [(true, "{\"a\":1}"), (true, "{\"b\":\"}\\\"{\"}")]
        );
        assert_eq!(all("{}{\"c\":{}}{}"), [(true, "{}"), (true, "{\"c\":{}}"), (true, "{}")]);
        let pretty = "{\n  \"a\":\n{\n \"b\": [\n{}\n]}\n}";
        assert_eq!(all(&format!("{pretty}\n{pretty}")), [(true, pretty), (true, pretty)]);
    }

    #[test]
    fn what_is_cut_off_takes_no_neighbour_with_it() {
        let good = "{\"rawData\":\"e30=\"}";
        for cut in [
            "{",
            "{\"rawD",
            "{\"rawData\":\"e30",
            "{\"rawData\":\"e\\",
            "{\"a\":1,",
            "{\"a\":{\"b\":1},",
            "nonsense",
            "}",
            "[1,",
        ] {
            let text = format!("{cut}\n{good}\n");
            let found = all(&text);
            assert_eq!(found.last(), Some(&(true, good)), "{cut:?}: {found:?}");
            assert_eq!(found.len(), 2, "{cut:?}: {found:?}");
            let text = format!("{good}\n{cut}");
            assert_eq!(all(&text), [(true, good), (false, cut)]);
        }
        // A value is missing where only a value can come: what follows could be that value.
        assert_eq!(all("{\"a\":\n{}\n").len(), 2);
    }

    #[test]
    fn lines_that_stay_open_are_not_read_again_and_again() {
        let (line, good) = ("{\"a\":\n", "{\"rawData\":\"e30=\"}");
        let text = line.repeat(3 * OPEN_LINES);
        let start = line.len();
        // It is known before the end is there.
        assert_eq!(next(text.as_bytes(), false), Found::Broken { start: 0, end: start });
        let text = format!("{text}{good}\n{good}\n");
        let found = all(&text);
        assert_eq!(found.last(), Some(&(true, good)));
        // Line by line, until those that are left are few enough for one object that was cut off.
        assert_eq!(found.iter().filter(|(is_object, _)| !is_object).count(), 2 * OPEN_LINES + 1);
        // As many as there may be.
        let deep = format!("{}{{}}{}", line.repeat(OPEN_LINES), "}".repeat(OPEN_LINES));
        assert_eq!(all(&deep), [(true, deep.as_str())]);
    }

    #[test]
    fn blocks_may_end_anywhere() {
        let text = b" {\"a\":\"\\\\\"}x";
        for end in 1..11 {
            assert_eq!(next(&text[..end], false), Found::Incomplete { start: 1 }, "{end}");
        }
        assert_eq!(next(text, false), Found::Object { start: 1, end: 11 });
    }
}

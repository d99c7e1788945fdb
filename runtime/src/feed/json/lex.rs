//! Tokens of RFC 8259, read from a block that may end anywhere.

use crate::convert::Limits;
use crate::fault::{Fault, FaultKind, Step, shorten};

/// A place in a block.
#[derive(Debug)]
pub(crate) struct Lexer<'b> {
    pub(crate) block: &'b [u8],
    pub(crate) at: usize,
    /// Whether nothing follows the block.
    pub(crate) last: bool,
    pub(crate) limits: Limits,
    /// Kinds of the open containers while skipping.
    open: Vec<u8>,
}

/// Bytes of a string between its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'b> {
    pub(crate) raw: &'b [u8],
    pub(crate) escaped: bool,
}

impl<'b> Lexer<'b> {
    pub(crate) fn new(block: &'b [u8], last: bool, limits: Limits) -> Self {
        Self { block, at: 0, last, limits, open: Vec::new() }
    }

    /// The fault of a block that ends here: only a fault when nothing follows.
    #[cold]
    fn end(&self, expected: &'static str) -> Box<Fault> {
        let kind = if self.last { FaultKind::Syntax } else { FaultKind::Incomplete };
        Fault::new(kind, self.block.len(), expected, "the end of the input")
    }

    /// The fault of a token that does not belong at `at`; it is shown as far as it goes, so its end must be known.
    #[cold]
    pub(crate) fn syntax(&self, at: usize, expected: &'static str) -> Box<Fault> {
        const SHOWN: usize = 20;
        let rest = self.block.get(at..).unwrap_or_default();
        let end = rest.iter().take(SHOWN).position(|b| matches!(b, b'\n' | b'\r' | b',' | b'}' | b']'));
        if end.is_none() && rest.len() < SHOWN && !self.last {
            return self.end(expected);
        }
        let token = rest.get(..end.unwrap_or(SHOWN).max(1)).unwrap_or(rest);
        Fault::new(FaultKind::Syntax, at, expected, format!("`{}`", shorten(token)))
    }

    #[inline]
    pub(crate) fn white_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.block.get(self.at) {
            self.at += 1;
        }
    }

    /// The byte that comes next, white space skipped.
    #[inline]
    pub(crate) fn peek(&mut self, expected: &'static str) -> Step<u8> {
        self.white_space();
        match self.block.get(self.at) {
            Some(&byte) => Ok(byte),
            None => Err(self.end(expected)),
        }
    }

    /// Takes one byte that must come next, white space skipped.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8, expected: &'static str) -> Step {
        if self.peek(expected)? == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(self.syntax(self.at, expected))
        }
    }

    /// The string whose opening quote comes next.
    #[inline]
    pub(crate) fn string(&mut self) -> Step<Text<'b>> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            match self.block.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at += 1;
                    // A bare control character, a line end above all, is none behind a backslash either.
                    at += usize::from(self.block.get(at).is_some_and(|byte| *byte >= 0x20));
                }
                Some(byte) if *byte < 0x20 => {
                    return Err(self.syntax(at, "a string without bare control characters"));
                }
                Some(_) => at += 1,
                None => return Err(self.end("the closing quote of a string")),
            }
        }
        self.at = at + 1;
        Ok(Text { raw: self.block.get(start..at).unwrap_or_default(), escaped })
    }

    /// The number that comes next, as it is written.
    pub(crate) fn number(&mut self) -> Step<&'b [u8]> {
        let start = self.at;
        let mut at = start + usize::from(self.block.get(start) == Some(&b'-'));
        let digits = |mut at: usize| {
            while self.block.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let whole = digits(at);
        if whole == at || (whole > at + 1 && self.block.get(at) == Some(&b'0')) {
            return Err(self.number_fault(whole, start));
        }
        at = whole;
        if self.block.get(at) == Some(&b'.') {
            let end = digits(at + 1);
            if end == at + 1 {
                return Err(self.number_fault(end, start));
            }
            at = end;
        }
        if let Some(b'e' | b'E') = self.block.get(at) {
            let sign = usize::from(matches!(self.block.get(at + 1), Some(b'+' | b'-')));
            let end = digits(at + 1 + sign);
            if end == at + 1 + sign {
                return Err(self.number_fault(end, start));
            }
            at = end;
        }
        if at - start > self.limits.number_digits {
            return Err(self.long_number(start));
        }
        if at == self.block.len() && !self.last {
            return Err(self.end("the end of a number"));
        }
        self.at = at;
        Ok(self.block.get(start..at).unwrap_or_default())
    }

    /// The fault of a number with more characters than there may be. It is shown as far as it was read when that is
    /// certain, since it may go on behind the block.
    #[cold]
    fn long_number(&self, start: usize) -> Box<Fault> {
        let most = self.limits.number_digits;
        let expected = format!("a number of at most {most} characters");
        let token = self.block.get(start..).unwrap_or_default();
        let shown = shorten(token.get(..=most).unwrap_or(token));
        Fault::new(FaultKind::Value, start, expected, format!("`{}…`", shown.trim_end_matches('…')))
    }

    #[cold]
    fn number_fault(&self, at: usize, start: usize) -> Box<Fault> {
        if at.saturating_sub(start) > self.limits.number_digits {
            return self.long_number(start);
        }
        if at >= self.block.len() { self.end("a digit") } else { self.syntax(start, "a number") }
    }

    /// One of `true`, `false`, `null`.
    pub(crate) fn word(&mut self, word: &'static [u8]) -> Step {
        let rest = self.block.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(())
        } else if word.starts_with(rest) {
            Err(self.end("a JSON value"))
        } else {
            Err(self.syntax(self.at, "a JSON value"))
        }
    }

    /// Passes over the value that comes next, checking its syntax; gives its bytes. `depth` is that of the
    /// container it stands in.
    pub(crate) fn skip(&mut self, depth: usize) -> Step<&'b [u8]> {
        self.white_space();
        let start = self.at;
        self.open.clear();
        loop {
            // A value comes next.
            match self.peek("a JSON value")? {
                b'"' => self.checked_string()?,
                b'{' => {
                    self.at += 1;
                    if self.peek("a key or `}`")? == b'}' {
                        self.empty(depth)?;
                    } else {
                        self.key()?;
                        self.push(b'{', depth)?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if self.peek("a value or `]`")? == b']' {
                        self.empty(depth)?;
                    } else {
                        self.push(b'[', depth)?;
                        continue;
                    }
                }
                b't' => self.word(b"true")?,
                b'f' => self.word(b"false")?,
                b'n' => self.word(b"null")?,
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                }
                _ => return Err(self.syntax(self.at, "a JSON value")),
            }
            // A value ended; close containers until one goes on.
            loop {
                let Some(&container) = self.open.last() else {
                    return Ok(self.block.get(start..self.at).unwrap_or_default());
                };
                match (self.peek("`,` or the end of a container")?, container) {
                    (b',', b'{') => {
                        self.at += 1;
                        self.peek("a key")?;
                        self.key()?;
                        break;
                    }
                    (b',', _) => {
                        self.at += 1;
                        break;
                    }
                    (b'}', b'{') | (b']', b'[') => {
                        self.at += 1;
                        self.open.pop();
                    }
                    (_, b'{') => return Err(self.syntax(self.at, "`,` or `}`")),
                    _ => return Err(self.syntax(self.at, "`,` or `]`")),
                }
            }
        }
    }

    fn push(&mut self, container: u8, depth: usize) -> Step {
        self.open.push(container);
        self.check_depth(depth + self.open.len())
    }

    /// Takes the end of a container with nothing in it, which is a level like any other.
    fn empty(&mut self, depth: usize) -> Step {
        self.at += 1;
        self.check_depth(depth + self.open.len() + 1)
    }

    pub(crate) fn check_depth(&self, depth: usize) -> Step {
        if depth > self.limits.depth {
            let expected = format!("at most {} levels of nesting", self.limits.depth);
            return Err(Fault::new(FaultKind::TooDeep, self.at, expected, "another level"));
        }
        Ok(())
    }

    fn key(&mut self) -> Step {
        if self.block.get(self.at) != Some(&b'"') {
            return Err(self.syntax(self.at, "a key in quotes"));
        }
        self.checked_string()?;
        self.expect(b':', "`:` after a key")
    }

    fn checked_string(&mut self) -> Step {
        let start = self.at;
        let text = self.string()?;
        if text.escaped {
            unescape(text.raw, &mut Vec::new()).map_err(|(at, what)| self.syntax(start + 1 + at, what))?;
        }
        Ok(())
    }
}

/// Resolves the escapes of a string into `out`; an error is the place in `raw` and what was expected there.
pub(crate) fn unescape(raw: &[u8], out: &mut Vec<u8>) -> Result<(), (usize, &'static str)> {
    out.clear();
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        let escape = raw.get(at + 1).copied();
        let plain = match escape {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 0x08,
            Some(b'f') => 0x0c,
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'u') => {
                let (c, len) = unicode(raw.get(at..).unwrap_or_default())
                    .ok_or((at, "\\u with four hexadecimal digits, surrogates in pairs"))?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += len;
                continue;
            }
            _ => return Err((at, "one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")),
        };
        out.push(plain);
        at += 2;
    }
    Ok(())
}

/// The character of `\uXXXX` or of a surrogate pair, and the bytes it takes.
fn unicode(raw: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0_u32, |sum, &b| Some(sum * 16 + char::from(b).to_digit(16)?))
    };
    let first = unit(0)?;
    if (0xd800..0xdc00).contains(&first) {
        let second = unit(6).filter(|second| (0xdc00..0xe000).contains(second))?;
        let c = char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?;
        return Some((c, 12));
    }
    Some((char::from_u32(first)?, 6))
}

/// JSON text without white space between tokens.
pub(crate) fn minify(raw: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut in_string = false;
    let mut escaped = false;
    for &byte in raw {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = byte == b'\\' && !escaped;
        } else if byte == b'"' {
            in_string = true;
        } else if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            continue;
        }
        out.push(byte);
    }
}

/// Makes the keys of every object in a minified JSON text lower-case, as Firehose's OpenX does before it reads.
pub(crate) fn lower_keys(text: &mut Vec<u8>) {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some(open) = rest.iter().position(|&byte| byte == b'"') {
        let (before, quoted) = rest.split_at(open);
        out.extend_from_slice(before);
        let mut escaped = false;
        let close = quoted.iter().skip(1).position(|&byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let (string, after) = quoted.split_at(close.map_or(quoted.len(), |close| close + 2));
        if after.first() == Some(&b':') {
            out.extend(lower_key(string));
        } else {
            out.extend_from_slice(string);
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    *text = out;
}

/// A key in quotes, in lower case; letters after a backslash are part of an escape.
fn lower_key(key: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(key);
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if escaped {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        escaped = c == '\\' && !escaped;
    }
    out.into_bytes()
}

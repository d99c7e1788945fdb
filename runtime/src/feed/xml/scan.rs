//! Markup of XML found in blocks that may end anywhere: tags, and what must not be taken for tags.
//!
//! Comments, CDATA sections and processing instructions are passed over in pieces, however long they are. A tag or
//! a document type declaration is seen whole or not at all; one that has no end within the limit is junk.

use memchr::memmem;

/// Where the scan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Text,
    Comment,
    CData,
    Instruction,
}

/// How a document type declaration starts.
const DOCTYPE: &[u8] = b"<!DOCTYPE";

/// A scan over XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    inside: Inside,
    /// Whether `<` may stand in the quotes of an attribute. XML forbids it; a broken quote is then found at once.
    lenient: bool,
    /// Longest tag.
    limit: usize,
}

/// What comes next in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'b> {
    /// `<name …>` or `<name …/>`, from `at` to `end`.
    Start { name: &'b [u8], empty: bool, at: usize, end: usize },
    /// `</name>`
    End { name: &'b [u8], at: usize, end: usize },
    /// `<?xml …?>`
    Declaration { at: usize, end: usize },
    /// A `<` that starts nothing; the scan goes on at `end`.
    Junk { at: usize, end: usize },
    /// The block holds nothing more that can be told: what lies before is done with.
    Exhausted(usize),
}

impl Scan {
    /// A scan of what stands between records: quotes are taken at their word.
    pub(super) fn lenient(limit: usize) -> Self {
        Self { inside: Inside::Text, lenient: true, limit }
    }

    /// A scan of a record.
    pub(super) fn strict(limit: usize) -> Self {
        Self { inside: Inside::Text, lenient: false, limit }
    }

    /// The same scan with another bound on tags.
    pub(super) fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Whether no comment, CDATA section or processing instruction is open.
    pub(super) fn is_in_text(&self) -> bool {
        self.inside == Inside::Text
    }

    /// The markup that comes next from `from` on. A start tag of the element `stop` is told by its name alone, its
    /// end then being that of the name.
    pub(super) fn next<'b>(
        &mut self,
        block: &'b [u8],
        from: usize,
        last: bool,
        stop: Option<&Name>,
    ) -> Token<'b> {
        let mut at = from;
        loop {
            let closing: &[u8] = match self.inside {
                Inside::Comment => b"-->",
                Inside::CData => b"]]>",
                Inside::Instruction => b"?>",
                Inside::Text => {
                    let Some(found) = memchr::memchr(b'<', block.get(at..).unwrap_or_default()) else {
                        return Token::Exhausted(block.len());
                    };
                    match self.markup(block, at + found, last, stop) {
                        Ok(token) => return token,
                        Err(content) => at = content,
                    }
                    continue;
                }
            };
            let Some(found) = memmem::find(block.get(at..).unwrap_or_default(), closing) else {
                let kept = if last { 0 } else { closing.len() - 1 };
                return Token::Exhausted(at.max(block.len().saturating_sub(kept)));
            };
            at += found + closing.len();
            self.inside = Inside::Text;
        }
    }

    /// The token of the `<` at `at`, or the place where what it opens goes on.
    fn markup<'b>(
        &mut self,
        block: &'b [u8],
        at: usize,
        last: bool,
        stop: Option<&Name>,
    ) -> Result<Token<'b>, usize> {
        let rest = block.get(at..).unwrap_or_default();
        let cut = |opening: &[u8]| !last && rest.len() < opening.len() && opening.starts_with(rest);
        if cut(b"<!--") || cut(b"<![CDATA[") || cut(b"<?xml ") {
            return Ok(Token::Exhausted(at));
        }
        for (opening, inside) in [(&b"<!--"[..], Inside::Comment), (b"<![CDATA[", Inside::CData)] {
            if rest.starts_with(opening) {
                self.inside = inside;
                return Err(at + opening.len());
            }
        }
        match rest.get(1) {
            Some(b'?') if rest.starts_with(b"<?xml") && rest.get(5).is_none_or(u8::is_ascii_whitespace) => {
                // No `<` may stand in it, so one that is not closed ends at the next tag.
                let view = self.view(block, at);
                let end = view.iter().skip(1).position(|b| matches!(b, b'<' | b'>')).map(|i| i + 1);
                Ok(match end {
                    Some(i) if view.get(..=i).is_some_and(|tag| tag.ends_with(b"?>")) => {
                        Token::Declaration { at, end: at + i + 1 }
                    }
                    Some(i) => Token::Junk { at, end: at + i },
                    None => self.pending(block, at, last),
                })
            }
            Some(b'?') => {
                self.inside = Inside::Instruction;
                Err(at + 2)
            }
            Some(b'!') if rest.get(..DOCTYPE.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(DOCTYPE)) => {
                match doctype_end(self.view(block, at)) {
                    Some(Ok(end)) => Err(at + end),
                    Some(Err(end)) => Ok(Token::Junk { at, end: at + end }),
                    None => Ok(self.pending(block, at, last)),
                }
            }
            Some(b'!') if !last && rest.len() < DOCTYPE.len() => Ok(Token::Exhausted(at)),
            Some(b'/') => Ok(self.end_tag(block, at, last)),
            Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..) => {
                Ok(self.start_tag(block, at, last, stop))
            }
            Some(_) => Ok(Token::Junk { at, end: at + 1 }),
            None => Ok(self.pending(block, at, last)),
        }
    }

    /// The bytes in which a tag that starts at `at` must end.
    fn view<'b>(&self, block: &'b [u8], at: usize) -> &'b [u8] {
        let rest = block.get(at..).unwrap_or_default();
        rest.get(..self.limit).unwrap_or(rest)
    }

    /// A tag without an end so far.
    fn pending<'b>(&self, block: &[u8], at: usize, last: bool) -> Token<'b> {
        if last || block.len() - at > self.limit {
            Token::Junk { at, end: at + 1 }
        } else {
            Token::Exhausted(at)
        }
    }

    fn end_tag<'b>(&self, block: &'b [u8], at: usize, last: bool) -> Token<'b> {
        let tag = self.view(block, at);
        let inside = tag.get(1..).unwrap_or_default();
        match memchr::memchr2(b'<', b'>', inside) {
            Some(i) if inside.get(i) == Some(&b'>') => {
                let name = inside.get(1..i).unwrap_or_default().trim_ascii_end();
                Token::End { name, at, end: at + i + 2 }
            }
            Some(i) => Token::Junk { at, end: at + i + 1 },
            None => self.pending(block, at, last),
        }
    }

    fn start_tag<'b>(&self, block: &'b [u8], at: usize, last: bool, stop: Option<&Name>) -> Token<'b> {
        let tag = self.view(block, at);
        let ends_name =
            |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'<' | b'=' | b'"' | b'\'');
        let cut_off = last && at + tag.len() == block.len();
        let name_end = tag.iter().skip(1).position(ends_name).map(|len| len + 1);
        let Some(name_end) = name_end.or(cut_off.then_some(tag.len())) else {
            return self.pending(block, at, last);
        };
        let name = tag.get(1..name_end).unwrap_or_default();
        if stop.is_some_and(|stop| stop.matches(name)) {
            return Token::Start { name, empty: false, at, end: at + name_end };
        }
        let mut i = name_end;
        while let Some(&byte) = tag.get(i) {
            match byte {
                b'>' => {
                    let empty = tag.get(..i).is_some_and(|tag| tag.ends_with(b"/"));
                    return Token::Start { name, empty, at, end: at + i + 1 };
                }
                b'<' => return Token::Junk { at, end: at + i },
                b'"' | b'\'' => {
                    let other = if self.lenient { byte } else { b'<' };
                    let value = tag.get(i + 1..).unwrap_or_default();
                    match memchr::memchr2(byte, other, value) {
                        Some(len) if value.get(len) == Some(&byte) => i += len + 1,
                        Some(len) => return Token::Junk { at, end: at + i + 1 + len },
                        None => break,
                    }
                }
                _ => {}
            }
            i += 1;
        }
        self.pending(block, at, last)
    }
}

/// One past the end of `<!DOCTYPE …>`, whose quotes, comments and internal subset may hold any `>`; as an error the
/// place of a second one before that.
fn doctype_end(text: &[u8]) -> Option<Result<usize, usize>> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = text.get(at..).unwrap_or_default();
        at += match byte {
            b'"' | b'\'' => memchr::memchr(byte, rest.get(1..)?)? + 2,
            b'<' if rest.starts_with(b"<!--") => memmem::find(rest.get(4..)?, b"-->")? + 7,
            b'<' if rest.starts_with(b"<?") => memmem::find(rest, b"?>")? + 2,
            b'<' if at > 0 && rest.starts_with(DOCTYPE) => return Some(Err(at)),
            b'<' => {
                depth += 1;
                1
            }
            b'>' if depth == 1 => return Some(Ok(at + 1)),
            b'>' => {
                depth -= 1;
                1
            }
            _ => 1,
        };
    }
    None
}

/// Name of an element or attribute that is looked for: a name without prefix matches any prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn matches(&self, name: &[u8]) -> bool {
        let wanted = self.0.as_bytes();
        match memchr::memrchr(b':', name) {
            Some(colon) if !wanted.contains(&b':') => name.get(colon + 1..) == Some(wanted),
            Some(_) | None => wanted == name,
        }
    }
}

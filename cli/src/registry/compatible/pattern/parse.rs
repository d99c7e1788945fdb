//! The text of an expression to the expression.

use super::{Expression, Range};

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 32;
/// Most repetitions that are counted.
const MAX_COUNT: u32 = 4096;

const DIGITS: &[Range] = &[('0', '9')];
const WORDS: &[Range] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACES: &[Range] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{feff}', '\u{feff}'),
];
const LINE_ENDS: &[Range] = &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];

/// Reads an expression; none when it is not understood.
pub(in super::super) fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser { text: text.chars().collect(), at: 0 };
    let expression = parser.either(0)?;
    (parser.at == parser.text.len()).then_some(expression)
}

struct Parser {
    text: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn take(&mut self, wanted: &str) -> bool {
        let here = wanted.chars().enumerate().all(|(i, c)| self.text.get(self.at + i) == Some(&c));
        if here {
            self.at += wanted.chars().count();
        }
        here
    }

    fn either(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut alternatives = vec![self.sequence(depth)?];
        while self.take("|") {
            alternatives.push(self.sequence(depth)?);
        }
        Some(match <[Expression; 1]>::try_from(alternatives) {
            Ok([only]) => only,
            Err(several) => Expression::Either(several),
        })
    }

    fn sequence(&mut self, depth: usize) -> Option<Expression> {
        let mut items = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let atom = self.atom(depth)?;
            items.push(self.repeated(atom)?);
        }
        Some(Expression::Sequence(items))
    }

    fn atom(&mut self, depth: usize) -> Option<Expression> {
        match self.next()? {
            '^' => Some(Expression::Start),
            '$' => Some(Expression::End),
            '.' => Some(Expression::Class(others(LINE_ENDS))),
            '[' => self.class(),
            '\\' => self.escape().map(Expression::Class),
            '(' => {
                if self.take("?") && !self.take(":") {
                    return None;
                }
                let inner = self.either(depth + 1)?;
                self.take(")").then_some(inner)
            }
            '*' | '+' | '?' | '{' | '}' | ']' => None,
            c => Some(Expression::Class(vec![(c, c)])),
        }
    }

    fn repeated(&mut self, atom: Expression) -> Option<Expression> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(atom),
            _ => return Some(atom),
        };
        self.at += 1;
        self.ended(atom, least, most)
    }

    fn counted(&mut self, atom: Expression) -> Option<Expression> {
        self.at += 1;
        let least = self.count()?;
        let most = match (self.take(","), self.peek()) {
            (false, _) => Some(least),
            (true, Some('}')) => None,
            (true, _) => Some(self.count()?),
        };
        let closed = self.take("}") && most.is_none_or(|most| most >= least);
        if closed { self.ended(atom, least, most) } else { None }
    }

    /// Laziness changes what is found first, not what matches; anchors are not repeated.
    fn ended(&mut self, atom: Expression, least: u32, most: Option<u32>) -> Option<Expression> {
        self.take("?");
        let again = matches!(self.peek(), Some('*' | '+' | '?' | '{'));
        let anchor = matches!(atom, Expression::Start | Expression::End);
        (!again && !anchor).then(|| Expression::Repeat(Box::new(atom), least, most))
    }

    fn count(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            digits.push(digit);
            self.at += 1;
        }
        digits.parse().ok().filter(|count| *count <= MAX_COUNT)
    }

    fn class(&mut self) -> Option<Expression> {
        let opposite = self.take("^");
        let mut ranges = Vec::new();
        loop {
            let first = match self.next()? {
                ']' => break,
                '\\' => self.escape_in_class()?,
                c => vec![(c, c)],
            };
            let follows = self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']');
            if !follows {
                ranges.extend(first);
                continue;
            }
            self.at += 1;
            let last = match self.next()? {
                '\\' => self.escape_in_class()?,
                c => vec![(c, c)],
            };
            match (first.as_slice(), last.as_slice()) {
                ([(low, first_end)], [(last_start, high)])
                    if low == first_end && last_start == high && low <= high =>
                {
                    ranges.push((*low, *high));
                }
                _ => return None,
            }
        }
        Some(Expression::Class(if opposite { others(&ranges) } else { ranges }))
    }

    fn escape_in_class(&mut self) -> Option<Vec<Range>> {
        if self.take("b") {
            return Some(vec![('\u{8}', '\u{8}')]);
        }
        if self.take("-") {
            return Some(vec![('-', '-')]);
        }
        self.escape()
    }

    fn escape(&mut self) -> Option<Vec<Range>> {
        let one = |c: char| Some(vec![(c, c)]);
        match self.next()? {
            'd' => Some(DIGITS.to_vec()),
            'D' => Some(others(DIGITS)),
            'w' => Some(WORDS.to_vec()),
            'W' => Some(others(WORDS)),
            's' => Some(SPACES.to_vec()),
            'S' => Some(others(SPACES)),
            't' => one('\t'),
            'n' => one('\n'),
            'r' => one('\r'),
            'f' => one('\u{c}'),
            'v' => one('\u{b}'),
            'x' => one(self.code(2)?),
            'u' => one(self.code(4)?),
            c if c.is_ascii_alphanumeric() => None,
            c => one(c),
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let text: String = self.text.get(self.at..self.at + digits)?.iter().collect();
        self.at += digits;
        char::from_u32(u32::from_str_radix(&text, 16).ok()?)
    }
}

/// Every character that is in none of the ranges.
fn others(ranges: &[Range]) -> Vec<Range> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut out = Vec::new();
    let mut from = Some('\0');
    for (low, high) in sorted {
        if let Some(start) = from.filter(|start| *start < low) {
            out.extend(before(low).map(|end| (start, end)));
        }
        from = match (from, after(high)) {
            (Some(from), Some(next)) => Some(from.max(next)),
            (_, _) => None,
        };
        if from.is_none() {
            break;
        }
    }
    out.extend(from.map(|start| (start, char::MAX)));
    out
}

/// The character before one.
fn before(c: char) -> Option<char> {
    ('\0'..c).next_back()
}

/// The character behind one.
fn after(c: char) -> Option<char> {
    (c..=char::MAX).nth(1)
}

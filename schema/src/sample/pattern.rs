//! Texts that match a regular expression, for the plain ones that schemas use: literals, classes, groups,
//! alternatives and counts. What goes beyond (looking around, going back, Unicode properties) is not understood.

use super::random::Random;

/// An understood expression: one of these sequences.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern(Vec<Vec<Repeat>>);

#[derive(Clone, Debug, PartialEq)]
struct Repeat {
    atom: Atom,
    least: u32,
    most: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Atom {
    /// A character of one of these ranges.
    Class(Vec<(char, char)>),
    Group(Pattern),
}

/// What can be chosen where an expression excludes characters.
const PRINTABLE: (char, char) = ('!', '~');
/// How often more than the least number of times something comes that may come any number of times.
const OPEN_END: u32 = 3;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 16;
/// Longest text, in characters.
const MAX_TEXT: u64 = 4096;

const DIGITS: &[(char, char)] = &[('0', '9')];
const WORDS: &[(char, char)] = &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
const SPACES: &[(char, char)] = &[(' ', ' ')];

impl Pattern {
    /// Reads an expression; none when it is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parser = Parser { rest: text.chars().peekable() };
        let pattern = parser.alternatives(0)?;
        (parser.rest.next().is_none() && pattern.longest() <= MAX_TEXT).then_some(pattern)
    }

    /// Appends a text that matches.
    pub(super) fn write(&self, random: &mut Random, out: &mut String) {
        for repeat in random.choose(&self.0).into_iter().flatten() {
            let times = random.between(repeat.least.into(), repeat.most.into());
            for _ in 0..times {
                match &repeat.atom {
                    Atom::Class(ranges) => out.push(character(ranges, random)),
                    Atom::Group(group) => group.write(random, out),
                }
            }
        }
    }

    fn longest(&self) -> u64 {
        let atom = |repeat: &Repeat| match &repeat.atom {
            Atom::Class(_) => u64::from(repeat.most),
            Atom::Group(group) => group.longest().saturating_mul(repeat.most.into()),
        };
        let sequence = |parts: &Vec<Repeat>| parts.iter().map(atom).fold(0, u64::saturating_add);
        self.0.iter().map(sequence).max().unwrap_or(0)
    }
}

/// Each character of the ranges is as likely as another.
fn character(ranges: &[(char, char)], random: &mut Random) -> char {
    let size = |(first, last): &(char, char)| u64::from(u32::from(*last) - u32::from(*first)) + 1;
    let mut choice = random.below(ranges.iter().map(size).sum());
    for range in ranges {
        if choice < size(range) {
            let code = u32::from(range.0) + u32::try_from(choice).unwrap_or(0);
            return char::from_u32(code).unwrap_or(range.0);
        }
        choice -= size(range);
    }
    'x'
}

/// The printable characters outside these ranges.
fn complement(ranges: &[(char, char)]) -> Option<Vec<(char, char)>> {
    let outside = |c: &char| !ranges.iter().any(|(first, last)| (*first..=*last).contains(c));
    let rest: Vec<_> = (PRINTABLE.0..=PRINTABLE.1).filter(outside).map(|c| (c, c)).collect();
    (!rest.is_empty()).then_some(rest)
}

struct Parser<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
}

impl Parser<'_> {
    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }

    fn alternatives(&mut self, depth: usize) -> Option<Pattern> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut all = vec![self.sequence(depth)?];
        while self.take('|') {
            all.push(self.sequence(depth)?);
        }
        Some(Pattern(all))
    }

    fn sequence(&mut self, depth: usize) -> Option<Vec<Repeat>> {
        let mut parts = Vec::new();
        self.take('^');
        while let Some(next) = self.rest.next_if(|c| !matches!(c, '|' | ')')) {
            let atom = match next {
                '(' => self.group(depth)?,
                '[' => Atom::Class(self.class()?),
                '.' => Atom::Class(WORDS.to_vec()),
                '\\' => Atom::Class(self.escape()?),
                // An end that is none: nothing can match.
                '$' => match self.rest.peek() {
                    None | Some('|' | ')') => break,
                    Some(_) => return None,
                },
                '^' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
                c => Atom::Class(vec![(c, c)]),
            };
            let (least, most) = self.count()?;
            parts.push(Repeat { atom, least, most });
        }
        Some(parts)
    }

    /// What follows an opening parenthesis.
    fn group(&mut self, depth: usize) -> Option<Atom> {
        if self.take('?') && !self.take(':') {
            self.take('P');
            if !self.take('<') || matches!(self.rest.peek(), Some('=' | '!')) {
                return None;
            }
            self.rest.by_ref().find(|c| *c == '>')?;
        }
        let group = self.alternatives(depth + 1)?;
        self.take(')').then_some(Atom::Group(group))
    }

    fn count(&mut self) -> Option<(u32, u32)> {
        let counts = match self.rest.next_if(|c| matches!(c, '*' | '+' | '?' | '{')) {
            None => return Some((1, 1)),
            Some('*') => (0, OPEN_END),
            Some('+') => (1, 1 + OPEN_END),
            Some('?') => (0, 1),
            Some(_) => {
                let least = self.number()?;
                let most = match (self.take(','), self.rest.peek()) {
                    (false, _) => least,
                    (true, Some('}')) => least.checked_add(OPEN_END)?,
                    (true, _) => self.number()?,
                };
                (self.take('}') && least <= most).then_some((least, most))?
            }
        };
        // How greedy it is does not matter here.
        self.take('?');
        Some(counts)
    }

    fn number(&mut self) -> Option<u32> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().ok()
    }

    /// What follows an opening bracket.
    fn class(&mut self) -> Option<Vec<(char, char)>> {
        let negated = self.take('^');
        let mut ranges = Vec::new();
        loop {
            let first = match self.rest.next()? {
                ']' if ranges.is_empty() => return None,
                ']' => break,
                '[' => return None,
                '\\' => match self.escape()?[..] {
                    [(c, last)] if c == last => c,
                    ref several => {
                        ranges.extend(several);
                        continue;
                    }
                },
                c => c,
            };
            let mut ahead = self.rest.clone();
            if ahead.next() != Some('-') || matches!(ahead.next(), None | Some(']')) {
                ranges.push((first, first));
                continue;
            }
            self.rest.next();
            let last = match self.rest.next()? {
                '\\' => match self.escape()?[..] {
                    [(c, last)] if c == last => c,
                    _ => return None,
                },
                c => c,
            };
            (first <= last).then(|| ranges.push((first, last)))?;
        }
        if negated { complement(&ranges) } else { Some(ranges) }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<Vec<(char, char)>> {
        Some(match self.rest.next()? {
            'd' => DIGITS.to_vec(),
            'w' => WORDS.to_vec(),
            's' => SPACES.to_vec(),
            'D' => complement(DIGITS)?,
            'W' => complement(WORDS)?,
            'S' => complement(SPACES)?,
            't' => vec![('\t', '\t')],
            'n' => vec![('\n', '\n')],
            'r' => vec![('\r', '\r')],
            c if c.is_ascii_alphanumeric() => return None,
            c => vec![(c, c)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(pattern: &str) -> Vec<String> {
        let pattern = Pattern::parse(pattern).unwrap_or_else(|| panic!("{pattern}"));
        let mut random = Random::new(0, 0);
        let text = |_| {
            let mut text = String::new();
            pattern.write(&mut random, &mut text);
            text
        };
        (0..200).map(text).collect()
    }

    #[test]
    fn texts_match() {
        let lane = |text: &str| {
            let (letters, digits) = text.split_at(text.len() - 2);
            (1..=2).contains(&letters.len())
                && letters.bytes().all(|b| b.is_ascii_uppercase())
                && digits.bytes().all(|b| b.is_ascii_digit())
        };
        assert!(made("^[A-Z]{1,2}[0-9]{2}$").iter().all(|text| lane(text)));
        assert!(made(r"^\d+\.\d{2}$").iter().all(|text| text.parse::<f64>().is_ok() && text.contains('.')));
        let all = made("^(?:car|van(?<n>s)?)-(x|[^a-zA-Z]|)$");
        assert!(all.iter().all(|text| text.starts_with("car-") || text.starts_with("van")), "{all:?}");
        assert!(all.iter().any(|text| text == "vans-") && all.iter().any(|text| text == "car-x"));
        assert!(made(r"[a\-\]z-]").iter().all(|text| ["a", "-", "]", "z"].contains(&text.as_str())));
        assert_eq!(made("a{3}b*?")[0].trim_end_matches('b'), "aaa");
    }

    #[test]
    fn what_goes_beyond_is_not_understood() {
        for pattern in [
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            r"(a)\1",
            r"\bword",
            r"\p{L}",
            "a**",
            "[",
            "[]",
            "(a",
            "a)",
            "a{2,1}",
            "a{99999}",
            "(a{99}){99}",
            "a$b",
            "(?i)a",
            "[[:alpha:]]",
            "[z-a]",
            "a{",
            r"\",
            "[^!-~]",
        ] {
            assert_eq!(Pattern::parse(pattern), None, "{pattern}");
        }
        assert_eq!(Pattern::parse(&"(".repeat(100_000)), None);
    }
}

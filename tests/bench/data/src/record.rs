//! A record under construction: its members apart, so that they can be left out, shuffled and joined.

use crate::random::Random;
use crate::recipe::Recipe;
use std::io::Write as _;
use std::ops::Range;

/// Members of one record after another; the memory is used again.
#[derive(Debug)]
pub(crate) struct Record {
    recipe: Recipe,
    pub(crate) random: Random,
    text: Vec<u8>,
    members: Vec<Range<usize>>,
    /// Brackets that are open inside the member.
    depth: usize,
    /// Whether the innermost bracket holds something.
    filled: bool,
}

impl Record {
    pub(crate) fn new(recipe: Recipe) -> Self {
        // What is done to members is drawn apart from what they hold, so that the values stay the same.
        let random = Random::new(recipe.seed.wrapping_add(1));
        Self { recipe, random, text: Vec::new(), members: Vec::new(), depth: 1, filled: false }
    }

    /// A member that each record has.
    pub(crate) fn required(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        self.key(key);
        value(self);
        self.members.push(start..self.text.len());
    }

    /// A member that may be null, or absent, as the recipe has it.
    pub(crate) fn member(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        if self.random.chance(self.recipe.missing) {
            return;
        }
        if self.random.chance(self.recipe.nulls) {
            self.required(key, |record| record.text.extend(b"null"));
        } else {
            self.required(key, value);
        }
    }

    fn key(&mut self, key: &str) {
        self.text.push(b'"');
        self.text.extend(key.as_bytes());
        self.text.push(b'"');
        self.text.extend(self.recipe.layout.colon());
    }

    /// A member of a nested object.
    pub(crate) fn inner(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        self.separate();
        self.key(key);
        value(self);
    }

    /// An item of an array.
    pub(crate) fn item(&mut self, value: impl FnOnce(&mut Self)) {
        self.separate();
        value(self);
    }

    fn separate(&mut self) {
        if self.filled {
            self.recipe.layout.comma(self.depth, &mut self.text);
        } else {
            self.recipe.layout.edge(self.depth, &mut self.text);
        }
        self.filled = true;
    }

    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.bracket(b'{', b'}', members);
    }

    pub(crate) fn array(&mut self, items: impl FnOnce(&mut Self)) {
        self.bracket(b'[', b']', items);
    }

    fn bracket(&mut self, open: u8, close: u8, content: impl FnOnce(&mut Self)) {
        self.text.push(open);
        self.depth += 1;
        self.filled = false;
        content(self);
        self.depth -= 1;
        if self.filled {
            self.recipe.layout.edge(self.depth, &mut self.text);
        }
        self.filled = true;
        self.text.push(close);
    }

    /// A number as it is.
    pub(crate) fn number(&mut self, number: i64) {
        self.display(format_args!("{number}"));
    }

    /// A number in quotes.
    pub(crate) fn quoted(&mut self, number: i64) {
        self.display(format_args!("\"{number}\""));
    }

    /// Anything that needs no quotes.
    pub(crate) fn display(&mut self, value: std::fmt::Arguments<'_>) {
        // A vector takes everything.
        let _ = self.text.write_fmt(value);
    }

    /// Text in quotes. With the share of the recipe, it is written with escapes: of what could stand as it is, and of
    /// what could not.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.push(b'"');
        if self.random.chance(self.recipe.escapes) {
            self.escaped(text);
        } else {
            self.text.extend(text.as_bytes());
        }
        self.text.push(b'"');
    }

    fn escaped(&mut self, text: &str) {
        let at = self.random.below(text.chars().count().max(1) as u64);
        for (index, char) in (0..).zip(text.chars()) {
            if index == at {
                let escape = ["\\\"", "\\\\", "\\n", "\\t", "\\/", "\\u00e9", "\\ud83d\\ude97"];
                let pick = usize::try_from(self.random.below(escape.len() as u64)).unwrap_or(0);
                self.text.extend(escape.get(pick).copied().unwrap_or_default().as_bytes());
            }
            if char.is_ascii_alphabetic() && index % 3 == at % 3 {
                self.display(format_args!("\\u{:04x}", u32::from(char)));
            } else {
                self.text.extend(char.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }

    /// Ends the record and appends it.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.unknown();
        if self.random.chance(self.recipe.jumbled) {
            for index in (1..self.members.len()).rev() {
                let other = usize::try_from(self.random.below(index as u64 + 1)).unwrap_or(0);
                self.members.swap(index, other);
            }
        }
        let layout = self.recipe.layout;
        out.push(b'{');
        let mut first = true;
        for member in self.members.drain(..) {
            if std::mem::take(&mut first) {
                layout.edge(1, out);
            } else {
                layout.comma(1, out);
            }
            out.extend(self.text.get(member).unwrap_or_default());
        }
        layout.edge(0, out);
        out.push(b'}');
        if !self.recipe.glued {
            out.push(b'\n');
        }
        self.text.clear();
    }

    /// Members that the table does not have, anywhere in the record.
    fn unknown(&mut self) {
        if !self.random.chance(self.recipe.unknown) {
            return;
        }
        for _ in 0..=self.random.below(3) {
            let number = self.random.between(0, 99);
            let kind = self.random.below(4);
            let key = format!("unknown_{number}");
            self.required(&key, |record| match kind {
                0 => record.number(number),
                1 => record.string("of no table"),
                2 => record.array(|record| (0..3).for_each(|item| record.item(|record| record.number(item)))),
                _ => record.object(|record| {
                    record.inner("reading}", |record| record.display(format_args!(r#""a \"b\" {{""#)))
                }),
            });
            let last = self.members.len() - 1;
            let place = usize::try_from(self.random.below(last as u64 + 1)).unwrap_or(0);
            self.members.swap(place, last);
        }
    }
}

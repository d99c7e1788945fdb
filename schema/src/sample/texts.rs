//! Texts of a column.

use super::compile::quoted;
use super::pattern::Pattern;
use super::random::Random;
use crate::json::Json;
use crate::keywords::Keywords;
use crate::validate::is_partition_text;
use std::fmt::Write as _;

/// The texts of a column.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    source: Source,
    /// Fewest and most characters.
    length: (usize, usize),
    /// Whether each must be able to stand in a path.
    path: bool,
}

#[derive(Clone, Debug)]
enum Source {
    /// This, and a number.
    Stem(String),
    /// These.
    Examples(Vec<String>),
    /// What matches.
    Pattern(Pattern),
}

/// Times a text is made again because it is too short, too long, or unfit for a path.
const ATTEMPTS: u32 = 64;

/// Formats of JSON Schema, each as a pattern.
const FORMATS: &[(&str, &str)] = &[
    ("date", "2026-0[1-9]-[12][0-9]"),
    ("date-time", "2026-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z"),
    ("email", "[a-z]{3,8}@example[.]com"),
    ("hostname", "[a-z]{3,8}[.]example[.]com"),
    ("ipv4", "192[.]0[.]2[.][1-9][0-9]?"),
    ("time", "[01][0-9]:[0-5][0-9]:[0-5][0-9]Z"),
    ("uri", "https://example[.]com/[a-z]{3,8}"),
    ("uuid", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
];

impl Texts {
    /// Texts that start with `stem`, or what the keywords say; and what cannot be kept of that.
    pub(super) fn of(stem: String, keywords: &Keywords, path: bool) -> Result<Self, &'static str> {
        let count = |name: &str| match keywords.own.get(name) {
            Some(Json::Int(count)) => usize::try_from(*count).ok(),
            _ => None,
        };
        let length = (count("minLength").unwrap_or(0), count("maxLength").unwrap_or(usize::MAX));
        let known = |name: &str| keywords.own.get(name).and_then(Json::as_text);
        let format = known("format").map(|format| FORMATS.iter().find(|(name, _)| *name == format));
        let examples = match keywords.own.get("examples") {
            Some(Json::List(values)) => values.iter().filter_map(Json::as_text).map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let of = |source| Self { source, length, path };
        let examples: Vec<_> =
            examples.into_iter().filter(|text: &String| of(Source::Stem(String::new())).fits(text)).collect();
        let source = if !examples.is_empty() {
            Source::Examples(examples)
        } else if let Some(pattern) = known("pattern") {
            Source::Pattern(Pattern::parse(pattern).ok_or("a pattern that is not understood")?)
        } else if let Some(format) = format {
            let pattern = format.and_then(|(_, pattern)| Pattern::parse(pattern));
            Source::Pattern(pattern.ok_or("a format that is not known")?)
        } else {
            Source::Stem(stem)
        };
        let texts = of(source);
        let mut probe = String::new();
        texts.make(None, &mut Random::new(0, 0), &mut probe);
        if texts.fits(&probe) {
            Ok(texts)
        } else {
            Err("a pattern, length or place in a path that no text was found for")
        }
    }

    /// Texts that start with `stem`, and nothing else to heed.
    pub(super) fn free(stem: String) -> Self {
        Self { source: Source::Stem(stem), length: (0, usize::MAX), path: false }
    }

    /// Whether any text will do.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.source, Source::Stem(_)) && self.length == (0, usize::MAX)
    }

    /// Appends a text as JSON; the one of a thing, if it names one.
    pub(super) fn write(&self, key: Option<u64>, random: &mut Random, out: &mut String) {
        if let (Source::Stem(stem), true) = (&self.source, self.is_free()) {
            // Names hold nothing that needs an escape. Writing to a `String` cannot fail.
            let _ = match key {
                Some(key) => write!(out, "\"{stem}-{:02}\"", key.saturating_add(1)),
                None => write!(out, "\"{stem}-{}\"", random.below(100)),
            };
            return;
        }
        let mut text = String::new();
        self.make(key, random, &mut text);
        out.push_str(&quoted(&text));
    }

    fn make(&self, key: Option<u64>, random: &mut Random, text: &mut String) {
        for _ in 0..ATTEMPTS {
            text.clear();
            match (&self.source, key) {
                (Source::Stem(stem), _) => {
                    let number = key.map_or_else(|| random.below(100), |key| key.saturating_add(1));
                    *text = self.fitted(&format!("{stem}-{number:02}"));
                }
                (Source::Examples(examples), Some(key)) => {
                    let index = key.checked_rem(examples.len() as u64).unwrap_or_default();
                    let index = usize::try_from(index).unwrap_or_default();
                    text.push_str(examples.get(index).map_or("", String::as_str));
                }
                (Source::Examples(examples), None) => {
                    text.push_str(random.choose(examples).map_or("", String::as_str));
                }
                (Source::Pattern(pattern), _) => pattern.write(random, text),
            }
            if self.fits(text) {
                return;
            }
        }
    }

    /// The end of a text, which tells it from others, or a longer one.
    fn fitted(&self, text: &str) -> String {
        let (least, most) = self.length;
        let characters = text.chars().count();
        let padding = least.saturating_sub(characters);
        "x".repeat(padding).chars().chain(text.chars().skip(characters.saturating_sub(most))).collect()
    }

    fn fits(&self, text: &str) -> bool {
        let characters = text.chars().count();
        (self.length.0..=self.length.1).contains(&characters) && (!self.path || is_partition_text(text))
    }
}

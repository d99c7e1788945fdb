//! Where the files of a partition are: a template with a place for each column.

use super::column::Column;
use super::miss::Miss;
use crate::hive_path::{escape, unescape};

/// A location with places for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) pieces: Vec<Piece>,
    /// Whether values are escaped: they are when the paths are Hive's own, and are not in `storage.location.template`.
    pub(super) escaped: bool,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// The value of the column with that number.
    Value(usize),
}

/// Most ways of reading a location that are tried.
const MAX_TRIES: usize = 100_000;

impl Template {
    /// `LOCATION/column=value/…/`, which Athena takes without a template.
    pub(super) fn hive<'a>(location: &str, columns: impl Iterator<Item = &'a str>) -> Self {
        let mut text = format!("{}/", location.strip_suffix('/').unwrap_or(location));
        let mut pieces = Vec::new();
        for (i, column) in columns.enumerate() {
            escape(column, &mut text);
            text.push('=');
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(Piece::Value(i));
            text.push('/');
        }
        pieces.push(Piece::Text(text));
        Self { pieces, escaped: true }
    }

    /// Reads `storage.location.template`.
    ///
    /// # Errors
    /// The placeholder that names no column.
    pub(super) fn parse(text: &str, columns: &[Column]) -> Result<Self, String> {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, name, after)) = placeholder(rest) {
            let number = columns.iter().position(|column| column.name == name).ok_or(name)?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Value(number));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { pieces, escaped: false })
    }

    /// Whether the column of that number has a place.
    pub(super) fn has(&self, number: usize) -> bool {
        self.pieces.contains(&Piece::Value(number))
    }

    /// The location for these texts, one for each column.
    pub(super) fn location(&self, texts: &[String]) -> String {
        let mut location = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => location.push_str(text),
                Piece::Value(number) => {
                    let text = texts.get(*number).map_or("", String::as_str);
                    if self.escaped { escape(text, &mut location) } else { location.push_str(text) }
                }
            }
        }
        location
    }

    /// The texts that make a location, with or without a slash at its end.
    ///
    /// # Errors
    /// The column whose value is not among those of the projection, or where the location leaves the template.
    pub(super) fn texts(&self, location: &str, columns: &[Column], now: i64) -> Result<Vec<String>, Miss> {
        let mut pieces = self.pieces.clone();
        if let Some(Piece::Text(last)) = pieces.last_mut() {
            *last = last.strip_suffix('/').unwrap_or(last).to_owned();
        }
        let location = location.strip_suffix('/').unwrap_or(location);
        let mut search = Search {
            columns,
            now,
            escaped: self.escaped,
            texts: vec![None; columns.len()],
            deepest: None,
            tries: 0,
        };
        if search.read(location, &pieces) {
            return Ok(search.texts.into_iter().flatten().collect());
        }
        Err(match search.deepest {
            _ if search.tries > MAX_TRIES => Miss::TooManyWays,
            Some((_, miss)) => miss,
            None => Miss::Elsewhere { found: location.to_owned(), expected: self.shown(columns) },
        })
    }

    /// The template with names for values.
    fn shown(&self, columns: &[Column]) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(number) => {
                    text.push_str(&format!(
                        "${{{}}}",
                        columns.get(*number).map_or("", |column| &column.name)
                    ));
                }
            }
        }
        text
    }
}

/// What stands before the first `${name}`, the name, and what stands behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let split = |(start, _)| {
        let (before, after) = text.split_at_checked(start)?;
        let (name, behind) = after.strip_prefix("${")?.split_once('}')?;
        (!name.is_empty()).then_some((before, name, behind))
    };
    text.match_indices("${").find_map(split)
}

/// Reading a location: each value may end at several places, and the first reading with values that are all
/// projected wins.
struct Search<'a> {
    columns: &'a [Column],
    now: i64,
    escaped: bool,
    texts: Vec<Option<String>>,
    /// The miss that came latest in the template: the number of pieces left, and what was wrong.
    deepest: Option<(usize, Miss)>,
    tries: usize,
}

impl Search<'_> {
    fn read(&mut self, rest: &str, pieces: &[Piece]) -> bool {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            return false;
        }
        match pieces {
            [] => rest.is_empty(),
            [Piece::Text(text), after @ ..] => {
                rest.strip_prefix(text.as_str()).is_some_and(|rest| self.read(rest, after))
            }
            [Piece::Value(number), after @ ..] => self.read_value(*number, rest, after),
        }
    }

    fn read_value(&mut self, number: usize, rest: &str, after: &[Piece]) -> bool {
        let Some(column) = self.columns.get(number) else {
            return false;
        };
        let next = match after.first() {
            Some(Piece::Text(text)) => text.as_str(),
            Some(Piece::Value(_)) => "",
            None => return self.take(number, column, rest, "", after),
        };
        let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        for end in ends {
            // A folder of Hive's ends at the next slash.
            let Some((raw, behind)) = rest.split_at_checked(end) else { break };
            if self.escaped && raw.contains('/') {
                break;
            }
            let at_last = matches!(after, [Piece::Text(_)]);
            let fits = if at_last { behind == next } else { behind.starts_with(next) };
            if fits && self.take(number, column, raw, behind, after) {
                return true;
            }
        }
        false
    }

    fn set(&mut self, number: usize, text: Option<String>) {
        if let Some(place) = self.texts.get_mut(number) {
            *place = text;
        }
    }

    /// Takes a text for the value of a column, when it is one.
    fn take(&mut self, number: usize, column: &Column, raw: &str, rest: &str, after: &[Piece]) -> bool {
        let text = if self.escaped { unescape(raw) } else { raw.to_owned() };
        if let Some(Some(earlier)) = self.texts.get(number) {
            return *earlier == text && self.read(rest, after);
        }
        let mut again = String::new();
        escape(&text, &mut again);
        if !column.contains(&text, self.now) || (self.escaped && again != raw) {
            self.miss(after.len(), column, raw);
            return false;
        }
        self.set(number, Some(text));
        let found = self.read(rest, after);
        if !found {
            self.set(number, None);
        }
        found
    }

    fn miss(&mut self, left: usize, column: &Column, found: &str) {
        if self.deepest.as_ref().is_none_or(|(deepest, _)| left < *deepest) {
            let miss = Miss::Value {
                column: column.name.clone(),
                found: found.to_owned(),
                expected: column.describe(self.now),
            };
            self.deepest = Some((left, miss));
        }
    }
}

//! All locations of a table, one by one.

use super::Projection;
use super::column::{Column, Texts};

/// The values of a column, one by one.
#[derive(Clone, Debug)]
pub struct Values<'a> {
    pub(super) column: &'a Column,
    pub(super) texts: Texts<'a>,
}

impl Iterator for Values<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.texts.next().map(|text| self.column.shown(text))
    }
}

/// All partitions: values and location, one by one, the last column first.
#[derive(Clone, Debug)]
pub struct Locations<'a> {
    projection: &'a Projection,
    /// For each column: all its texts, and those behind the current one.
    wheels: Vec<(Texts<'a>, Texts<'a>)>,
    /// The next partition, as texts of the path.
    next: Option<Vec<String>>,
}

impl<'a> Locations<'a> {
    pub(super) fn new(projection: &'a Projection, all: Vec<Texts<'a>>) -> Self {
        let mut wheels: Vec<_> = all.into_iter().map(|texts| (texts.clone(), texts)).collect();
        let next = wheels.iter_mut().map(|(_, texts)| texts.next()).collect();
        Self { projection, wheels, next }
    }

    /// Turns the last wheel that can turn, and sets back those behind it.
    fn turn(&mut self, current: &[String]) -> Option<Vec<String>> {
        let mut texts = current.to_vec();
        for (text, (all, rest)) in texts.iter_mut().zip(&mut self.wheels).rev() {
            if let Some(next) = rest.next() {
                *text = next;
                return Some(texts);
            }
            *rest = all.clone();
            *text = rest.next()?;
        }
        None
    }
}

impl Iterator for Locations<'_> {
    type Item = (Vec<String>, String);

    fn next(&mut self) -> Option<Self::Item> {
        let texts = self.next.take()?;
        self.next = self.turn(&texts);
        let location = self.projection.template.location(&texts);
        let values = self.projection.columns.iter().zip(texts).map(|(column, text)| column.shown(text));
        Some((values.collect(), location))
    }
}

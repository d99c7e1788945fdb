//! `lakebed.toml`: where it is, and what is in it.

use super::list;
use super::value;
use super::{Given, Origin, Scope};
use crate::error::CliError;
use serde::Deserialize as _;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Its name.
pub(crate) const NAME: &str = "lakebed.toml";

/// A file, and how to call it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Settings, in the order of the file.
    pub(crate) given: Vec<Given>,
    /// Environments it has sections of.
    pub(crate) envs: Vec<String>,
    /// What is wrong, each with its place.
    pub(crate) wrong: Vec<String>,
}

/// The file that was named, or the nearest one from `folder` upward.
pub(crate) fn find(named: Option<&Path>, folder: &Path) -> Result<Option<Place>, CliError> {
    if let Some(named) = named {
        return Ok(Some(Place { path: folder.join(named), shown: named.display().to_string() }));
    }
    for (above, folder) in folder.ancestors().enumerate() {
        let path = folder.join(NAME);
        match path.try_exists() {
            Ok(true) => return Ok(Some(Place { path, shown: "../".repeat(above) + NAME })),
            Ok(false) => {}
            // A folder above that may not be looked into holds no file of this user.
            Err(_) if above > 0 => return Ok(None),
            Err(error) => {
                return Err(CliError::failed("cannot look for lakebed.toml", path.display().to_string())
                    .cause(&error)
                    .hint("name the file with --target"));
            }
        }
    }
    Ok(None)
}

pub(crate) fn read(place: &Place) -> Result<Read, CliError> {
    let text = std::fs::read_to_string(&place.path).map_err(|error| {
        CliError::failed("cannot read the target", place.shown.clone())
            .cause(&error)
            .hint("`lakebed init` writes a lakebed.toml; --target names another file")
    })?;
    parse(&text, &place.shown)
}

pub(crate) fn parse(text: &str, shown: &str) -> Result<Read, CliError> {
    let root = DeTable::parse(text).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(text.len(), |span| span.start));
        CliError::failed("the target is no TOML", format!("{shown}:{line}:{column}: {}", error.message()))
            .hint("a line is KEY = VALUE, and text stands in quotes")
    })?;
    let mut walk = Walk { text, shown, read: Read::default() };
    walk.table("", root.get_ref(), &Scope::default());
    Ok(walk.read)
}

struct Walk<'a> {
    text: &'a str,
    shown: &'a str,
    read: Read,
}

impl Walk<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>, scope: &Scope) {
        // Maps of TOML are sorted by key; people read from top to bottom.
        let mut members: Vec<_> = table.iter().collect();
        members.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in members {
            let path = format!("{prefix}{}", key.get_ref());
            match (path.as_str(), scope) {
                ("env", Scope { env: None, table: None }) => {
                    self.sections(key, value, scope, |scope, env| Scope { env: Some(env), ..scope.clone() })
                }
                ("table", Scope { table: None, .. }) => self.sections(key, value, scope, |scope, table| {
                    Scope { table: Some(table), ..scope.clone() }
                }),
                _ => self.member(&path, key.span().start, value, scope),
            }
        }
    }

    /// `[env.NAME]` and `[table.NAME]`.
    fn sections(
        &mut self,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        scope: &Scope,
        inner: fn(&Scope, String) -> Scope,
    ) {
        let word = key.get_ref();
        let Some(names) = value.get_ref().as_table() else {
            return self.wrong(key.span().start, &format!("`{word}`: expected a section [{word}.NAME]"));
        };
        for (name, section) in names {
            let scope = inner(scope, name.get_ref().to_string());
            let Some(table) = section.get_ref().as_table() else {
                let problem = format!("`{word}.{0}`: expected a section [{word}.{0}]", name.get_ref());
                self.wrong(name.span().start, &problem);
                continue;
            };
            if word == "env" {
                self.read.envs.push(name.get_ref().to_string());
            }
            self.table("", table, &scope);
        }
    }

    fn member(&mut self, path: &str, at: usize, value: &Spanned<DeValue<'_>>, scope: &Scope) {
        let Some(setting) = list::find(path) else {
            let section = format!("{path}.");
            let is_section = list::settings().any(|setting| setting.key.starts_with(&section));
            return match (value.get_ref().as_table(), is_section) {
                (Some(table), true) => self.table(&section, table, scope),
                (None, true) => self.wrong(at, &format!("`{path}`: expected a section [{path}]")),
                (_, false) => self.wrong(at, &list::unknown(path)),
            };
        };
        if scope.table.is_some() && matches!(path, "generate.out" | "generate.format") {
            return self.wrong(at, &format!("`{path}`: holds for all tables; move it out of [table.…]"));
        }
        let checked = toml::Value::deserialize(ValueDeserializer::from(value.clone()))
            .map_err(|error| format!("`{path}`: {}", error.message()))
            .and_then(|value| value::check(setting, &value).map(|()| value));
        match checked {
            Ok(value) => {
                let (line, column) = position(self.text, at);
                let origin = Origin::File { shown: self.shown.to_owned(), line, column };
                self.read.given.push(Given { setting, value: Some(value), origin, scope: scope.clone() });
            }
            Err(problem) => self.wrong(value.span().start, &problem),
        }
    }

    fn wrong(&mut self, at: usize, problem: &str) {
        let (line, column) = position(self.text, at);
        self.read.wrong.push(format!("{}:{line}:{column}: {problem}", self.shown));
    }
}

/// Line and column, both from 1, in characters.
fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    (line, before.chars().rev().take_while(|c| *c != '\n').count() + 1)
}

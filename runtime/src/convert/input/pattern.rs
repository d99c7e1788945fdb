//! Patterns for many inputs at once: `events/**/*.gz`, `2026/11/*/x-?.json`, `{a,b}/[0-9]*`.
//!
//! `*` and `?` stay within one name, `**` stands for any number of folders. A name that starts with `.` or `_` is
//! matched only by a part that starts so too, and the folder in which lakebed keeps the journals of a lake only by its
//! whole name: `_*` and `_lakebed*` do not mean it. What a pattern matches may be a folder: then all below it is meant,
//! but for what is hidden there.

use glob::{MatchOptions, PatternError};

/// Patterns that braces may come to.
const MAX_ALTERNATIVES: usize = 1000;

/// The folder of a lake that lakebed keeps its own state in.
const STATE: &str = "_lakebed";

/// One part of a pattern, between slashes.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A name as it is.
    Name(String),
    /// A name that looks like this.
    Like(glob::Pattern),
    /// `**`: any number of folders, also none.
    Folders,
}

/// The parts of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) parts: Vec<Part>,
}

/// How a path relates to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    /// It, or a folder above it, is meant.
    Yes,
    /// A folder above it is meant, and the name at that place below the folder is a hidden one.
    Hidden(usize),
    /// It is not meant.
    No,
}

/// Whether a text can be a pattern at all.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Whether a name in a folder is one that is passed over: marker files of other tools, and what lakebed itself keeps.
/// `.` and `..`, which keys of S3 may have as parts, hide nothing: such an object cannot be read, and that is told.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_']) && name != "." && name != ".."
}

impl Pattern {
    /// Reads a pattern: one for each combination of what stands in braces.
    ///
    /// # Errors
    /// A pattern that is none, in words.
    pub(super) fn read(text: &str) -> Result<Vec<Self>, String> {
        let mut alternatives = Vec::new();
        expand(text, "", &mut alternatives)?;
        alternatives.iter().map(|text| Self::of(text)).collect()
    }

    fn of(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        for name in text.split('/') {
            match name {
                "**" if matches!(parts.last(), Some(Part::Folders)) => {}
                "**" => parts.push(Part::Folders),
                name if name.contains(['*', '?', '[']) => {
                    let pattern = glob::Pattern::new(name).map_err(|e| wrong(name, &e))?;
                    parts.push(Part::Like(pattern));
                }
                name => parts.push(Part::Name(name.to_owned())),
            }
        }
        Ok(Self { parts })
    }

    /// The names in front of the first part that is a pattern, and the parts from there on.
    pub(super) fn split(&self) -> (Vec<&str>, &[Part]) {
        let mut names = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            match part {
                Part::Name(name) => names.push(name.as_str()),
                Part::Like(_) | Part::Folders => {
                    return (names, self.parts.get(index..).unwrap_or_default());
                }
            }
        }
        (names, &[])
    }

    /// Whether a path is meant.
    pub(super) fn matches(&self, names: &[&str]) -> Matched {
        // `reached[p]`: the parts before `p` match the names so far.
        let mut reached = vec![false; self.parts.len() + 1];
        mark(&mut reached, &self.parts, 0);
        for (at, name) in names.iter().enumerate() {
            if at > 0 && reached.last() == Some(&true) {
                let hidden = names.iter().skip(at).position(|name| is_hidden(name));
                return hidden.map_or(Matched::Yes, |hidden| Matched::Hidden(at + hidden));
            }
            let mut next = vec![false; reached.len()];
            for (place, part) in self.parts.iter().enumerate() {
                if reached.get(place) != Some(&true) {
                    continue;
                }
                match part {
                    Part::Folders if is_hidden(name) => {}
                    Part::Folders => {
                        mark(&mut next, &self.parts, place);
                        if place + 1 == self.parts.len() {
                            mark(&mut next, &self.parts, place + 1);
                        }
                    }
                    part if part.is_like(name) => mark(&mut next, &self.parts, place + 1),
                    Part::Name(_) | Part::Like(_) => {}
                }
            }
            reached = next;
        }
        if reached.last() == Some(&true) { Matched::Yes } else { Matched::No }
    }
}

impl Part {
    /// Whether one name is meant; any name is by `**`.
    pub(super) fn is_like(&self, name: &str) -> bool {
        let options = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: false,
        };
        match self {
            Self::Name(own) => own == name,
            Self::Like(pattern) => {
                let shown = !is_hidden(name) || (pattern.as_str().get(..1) == name.get(..1) && name != STATE);
                shown && pattern.matches_with(name, options)
            }
            Self::Folders => !is_hidden(name),
        }
    }
}

/// Marks a place in the parts as reached, and the one behind folders that may be none. At the end they may not: the
/// folder itself is no file in it.
fn mark(reached: &mut [bool], parts: &[Part], place: usize) {
    let may_be_none = matches!(parts.get(place), Some(Part::Folders)) && place + 1 < parts.len();
    for place in place..=place + usize::from(may_be_none) {
        if let Some(mark) = reached.get_mut(place) {
            *mark = true;
        }
    }
}

fn wrong(name: &str, e: &PatternError) -> String {
    format!("`{name}` is no pattern: {}; write `[*]`, `[?]` or `[[]` for such a character itself", e.msg)
}

/// Every text that braces with commas in them come to.
fn expand(text: &str, before: &str, all: &mut Vec<String>) -> Result<(), String> {
    if all.len() >= MAX_ALTERNATIVES {
        return Err(format!("its braces come to more than {MAX_ALTERNATIVES} patterns"));
    }
    let Some((head, choices, tail)) = braces(text) else {
        all.push(format!("{before}{text}"));
        return Ok(());
    };
    for choice in choices {
        expand(&format!("{choice}{tail}"), &format!("{before}{head}"), all)?;
    }
    Ok(())
}

/// The first braces that hold a comma: what is before them, their choices, what is behind.
fn braces(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    let mut in_class = false;
    for (open, c) in text.char_indices() {
        match c {
            '[' => in_class = true,
            ']' => in_class = false,
            '{' if !in_class => {
                if let Some((choices, behind)) = choices(text.get(open + 1..)?) {
                    return Some((text.get(..open)?, choices, behind));
                }
            }
            _ => {}
        }
    }
    None
}

/// The choices up to the closing brace, when there are two or more.
fn choices(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut start, mut choices) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                choices.push(text.get(start..at)?);
                start = at + 1;
            }
            '}' => {
                choices.push(text.get(start..at)?);
                return (choices.len() > 1).then_some((choices, text.get(at + 1..)?));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(pattern: &str, path: &str) -> Matched {
        let names: Vec<&str> = path.split('/').collect();
        let all = Pattern::read(pattern).unwrap();
        let matches = all.iter().map(|pattern| pattern.matches(&names));
        matches.min_by_key(|matched| *matched == Matched::No).unwrap_or(Matched::No)
    }

    #[test]
    fn stars_stay_within_a_name_and_double_stars_do_not() {
        for (pattern, path, expected) in [
            ("a/*.gz", "a/x.gz", Matched::Yes),
            ("a/*.gz", "a/b/x.gz", Matched::No),
            ("a/**/*.gz", "a/x.gz", Matched::Yes),
            ("a/**/*.gz", "a/b/c/x.gz", Matched::Yes),
            ("a/**/*.gz", "b/x.gz", Matched::No),
            ("**/x", "x", Matched::Yes),
            ("a/**", "a/b/c", Matched::Yes),
            ("a/**", "a", Matched::No),
            ("a/**/**/c", "a/c", Matched::Yes),
            ("a/?/c", "a/é/c", Matched::Yes),
            ("a/?/c", "a/bb/c", Matched::No),
            ("a/[0-9][!0-9]", "a/1x", Matched::Yes),
            ("a/[0-9][!0-9]", "a/11", Matched::No),
            ("a/[*]", "a/*", Matched::Yes),
            ("a/[*]", "a/b", Matched::No),
            ("{a,b/c}/x.{gz,zst}", "b/c/x.zst", Matched::Yes),
            ("{a,b{1,2}}", "b2", Matched::Yes),
            ("{a}", "{a}", Matched::Yes),
            ("a,b", "a,b", Matched::Yes),
            ("2026-*", "2026-11/x/y.json", Matched::Yes),
        ] {
            assert_eq!(matched(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn hidden_names_are_meant_only_when_they_are_written() {
        for (pattern, path, expected) in [
            ("*", "_SUCCESS", Matched::No),
            ("_*", "_SUCCESS", Matched::Yes),
            ("**/x", "_a/x", Matched::No),
            ("_a/*", "_a/x", Matched::Yes),
            ("in*", "in/_lakebed/runs/x", Matched::Hidden(1)),
            ("in/_lakebed*", "in/_lakebed/t/runs/x.json", Matched::No),
            ("in/_*", "in/_lakebed/t/lease.json", Matched::No),
            ("in/_*/**", "in/_lakebed/t/lease.json", Matched::No),
            ("in/_{lakebed,x}*", "in/_lakebed/t/lease.json", Matched::No),
            ("in/_lakebed*", "in/_lakebed_old/x.json", Matched::Yes),
            ("in/_lakebed/t/runs/*", "in/_lakebed/t/runs/x.json", Matched::Yes),
            ("in/_*", "in/_a/x.json", Matched::Yes),
            ("in/_*", "in/_a/_b/x.json", Matched::Hidden(2)),
            ("in/.*", "in/.a", Matched::Yes),
            ("in/[_.]*", "in/.a", Matched::No),
            ("in*", "in/a/.x", Matched::Hidden(2)),
            ("**", "a/.x", Matched::No),
        ] {
            let found = matched(pattern, path);
            let hidden = |matched| matches!(matched, Matched::Hidden(_));
            assert!(
                found == expected || (expected == Matched::No && hidden(found)),
                "{pattern} {path} {found:?}"
            );
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let error = Pattern::read("a/[b").unwrap_err();
        assert!(error.contains("[b") && error.contains("[[]"), "{error}");
        let error = Pattern::read(&"{a,b}".repeat(12)).unwrap_err();
        assert!(error.contains("1000"), "{error}");
        Pattern::read("a/***").unwrap_err();
    }

    #[test]
    fn many_double_stars_do_not_take_forever() {
        let pattern = "**/a/".repeat(60) + "b";
        assert_eq!(matched(&pattern, &"a/".repeat(400)), Matched::No);
    }
}

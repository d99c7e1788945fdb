//! What AWS takes: mistakes, which put objects where nobody looks for them, and what is only doubtful.

use super::check::{Finder, Severity};
use super::{PartKind, Prefix};
use crate::date_pattern::{JavaPattern, JavaToken, PatternProblem, layout_field};

/// Doubts about one prefix.
pub(super) fn check(prefix: &Prefix, is_error_prefix: bool, found: &mut Finder<'_>) {
    let mut dates = Dates { is_date: is_date(prefix), ..Dates::default() };
    for part in prefix.parts() {
        match &part.kind {
            PartKind::Timestamp(pattern) => {
                check_pattern(pattern, part.value_position, &mut dates, found);
            }
            PartKind::QueryKey(key) | PartKind::LambdaKey(key) => {
                let strange = key.chars().position(|c| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
                if let Some(at) = strange {
                    found.add(
                        Severity::Warning,
                        "prefix-key-name",
                        Some(part.value_position + at),
                        format!("the key `{key}` holds more than letters, digits and underscores"),
                        "take another name, a-z 0-9 and _",
                    );
                }
            }
            PartKind::Literal(_) | PartKind::RandomString | PartKind::ErrorOutputType => {}
        }
    }
    check_path(prefix, is_error_prefix, found);
}

/// Errors that land among the data, or the other way round: Athena would read them as rows.
pub(super) fn check_places(prefix: &Prefix, error_prefix: &Prefix, found: &mut Finder<'_>) {
    let (data, errors) = (prefix.literal_folder(), error_prefix.literal_folder());
    let problem = if error_prefix.literal_start().starts_with(data) {
        match data {
            "" => "the prefix starts with no folder of its own, so errors land among the data".to_owned(),
            data => format!("errors land among the data, in {data}"),
        }
    } else if !errors.is_empty() && prefix.literal_start().starts_with(errors) {
        format!("data lands among the errors, in {errors}")
    } else {
        return;
    };
    found.add(
        Severity::Mistake,
        "error-prefix-inside",
        None,
        problem,
        "give each a folder of its own, for example data/… and errors/…",
    );
}

/// What a prefix tells of the time of arrival, up to a place in it.
#[derive(Clone, Copy, Debug, Default)]
struct Dates {
    /// It has a year or a day somewhere.
    is_date: bool,
    /// A month came before.
    month: bool,
    /// An hour came before.
    hour: bool,
}

fn is_date(prefix: &Prefix) -> bool {
    let patterns = prefix.parts().iter().filter_map(|part| match &part.kind {
        PartKind::Timestamp(pattern) => Some(pattern),
        PartKind::Literal(_)
        | PartKind::RandomString
        | PartKind::ErrorOutputType
        | PartKind::QueryKey(_)
        | PartKind::LambdaKey(_) => None,
    });
    patterns
        .flat_map(|pattern| &pattern.items)
        .any(|item| matches!(item.token, JavaToken::Field { letter: 'y' | 'u' | 'Y' | 'd' | 'D', .. }))
}

fn check_pattern(pattern: &JavaPattern, start: usize, dates: &mut Dates, found: &mut Finder<'_>) {
    for item in &pattern.items {
        match &item.token {
            JavaToken::Field { letter, count } => {
                if let Some((severity, rule, problem, fix)) = doubt(*letter, *count, *dates) {
                    found.add(severity, rule, Some(start + item.position), problem, fix);
                }
                dates.month |= matches!(letter, 'M' | 'L');
                dates.hour |= matches!(letter, 'H' | 'h' | 'k' | 'K');
            }
            JavaToken::Pad { .. } => found.add(
                Severity::Warning,
                "prefix-padding",
                Some(start + item.position),
                "p fills up with spaces, which need an escape in paths",
                "leave it out",
            ),
            JavaToken::Literal(_) | JavaToken::OpenSection | JavaToken::CloseSection => {}
        }
    }
}

/// What is doubtful about a letter.
fn doubt(letter: char, count: usize, dates: Dates) -> Option<(Severity, &'static str, String, String)> {
    let warn = |rule, problem: String, fix: &str| Some((Severity::Warning, rule, problem, fix.to_owned()));
    let run = String::from_iter(std::iter::repeat_n(letter, count));
    let language =
        |fix: &str| warn("prefix-language", format!("the text of {run} depends on a language"), fix);
    match (letter, count) {
        ('W' | 'w', _) | ('e', 1 | 2) | ('c', 1) => {
            return Some((
                Severity::Mistake,
                "prefix-week",
                format!(
                    "{run} depends on how weeks are counted, and Firehose does not tell: AWS takes it, what comes of it is \
                     not known"
                ),
                "use yyyy, MM and dd".to_owned(),
            ));
        }
        ('G' | 'E' | 'e' | 'c' | 'B', _) | ('Q' | 'q', 3..) => return language("leave it out"),
        ('a', _) => return language("write HH for the hour of 0 to 23"),
        ('z' | 'v', _) => return language("leave it out"),
        ('V', _) => {
            return warn(
                "prefix-zone",
                "VV is the name of the time zone, and most have a slash in it".to_owned(),
                "leave it out",
            );
        }
        ('Z' | 'X' | 'x' | 'O', _) => {
            return warn(
                "prefix-zone",
                format!("{run} is the offset of the time zone, and the + in it needs an escape in paths"),
                "leave it out",
            );
        }
        ('F', _) => {
            return warn(
                "prefix-rare-letter",
                "F means one thing in some versions of Java and another in others".to_owned(),
                "use yyyy, MM and dd",
            );
        }
        ('m', _) if !dates.hour => {
            // Alone it may be meant, to spread objects; in a date it stands where the month should.
            let is_month = dates.is_date && !dates.month;
            return Some((
                if is_month { Severity::Mistake } else { Severity::Warning },
                "prefix-minute-for-month",
                format!("{run} is the minute, and no hour comes before it"),
                if is_month {
                    "write MM".to_owned()
                } else {
                    "write HH before it, or MM for the month".to_owned()
                },
            ));
        }
        ('Q' | 'q' | 'g', _) | ('s', 2) | ('S' | 'A' | 'n' | 'N', _) => return None,
        _ => {}
    }
    let problem = match (letter, count) {
        // The same number; only its text differs in some languages.
        ('L', 1 | 2) => layout_field('M', count, dates.hour),
        ('s', _) => Err(PatternProblem::Width { letter, count }),
        _ => layout_field(letter, count, dates.hour),
    }
    .err()?;
    let rule = match letter {
        'Y' => "prefix-week-year",
        'D' => "prefix-day-of-year",
        'h' | 'K' | 'k' => "prefix-half-day-hour",
        'y' | 'u' => "prefix-year-width",
        'M' | 'L' if count > 2 => "prefix-language",
        _ => "prefix-number-width",
    };
    let severity = if letter == 'Y' { Severity::Mistake } else { Severity::Warning };
    Some((severity, rule, problem.to_string(), problem.fix()))
}

/// The prefix as a path: what stands there, each character with its place; expressions as a letter.
fn path(prefix: &Prefix) -> Vec<(char, usize)> {
    let mut path = Vec::new();
    for part in prefix.parts() {
        match &part.kind {
            PartKind::Literal(text) => {
                path.extend(text.chars().enumerate().map(|(i, c)| (c, part.position + i)));
            }
            PartKind::Timestamp(pattern) => {
                for item in &pattern.items {
                    let start = part.value_position + item.position;
                    match &item.token {
                        JavaToken::Literal(text) => {
                            path.extend(text.chars().enumerate().map(|(i, c)| (c, start + i)));
                        }
                        JavaToken::Field { .. } => path.push(('x', start)),
                        JavaToken::Pad { .. } | JavaToken::OpenSection | JavaToken::CloseSection => {}
                    }
                }
            }
            PartKind::RandomString
            | PartKind::ErrorOutputType
            | PartKind::QueryKey(_)
            | PartKind::LambdaKey(_) => path.push(('x', part.position)),
        }
    }
    path
}

fn check_path(prefix: &Prefix, is_error_prefix: bool, found: &mut Finder<'_>) {
    let path = path(prefix);
    let mut warn = |rule, at: usize, problem: String, fix: &str| {
        found.add(Severity::Warning, rule, Some(at), problem, fix);
    };
    if let Some(('/', at)) = path.first() {
        warn(
            "prefix-leading-slash",
            *at,
            "a slash at the start makes a first folder without a name".to_owned(),
            "leave it out",
        );
    }
    let second = |pair: &[(char, usize)]| match pair {
        [('/', _), ('/', at)] => Some(*at),
        _ => None,
    };
    if let Some(at) = path.windows(2).find_map(second) {
        warn(
            "prefix-double-slash",
            at,
            "two slashes make a folder without a name, which Athena does not find".to_owned(),
            "keep one of them",
        );
    }
    let mut equals = 0;
    for (c, at) in &path {
        match c {
            '/' => equals = 0,
            '=' => equals += 1,
            _ => {}
        }
        if *c == '=' && equals == 2 {
            warn(
                "prefix-equals",
                *at,
                "a second = in a folder: readers split it at one of them".to_owned(),
                "keep one = between two slashes",
            );
        }
    }
    if let Some((c, at)) = path.iter().find(|(c, _)| matches!(c, '{' | '}')) {
        warn(
            "prefix-brace",
            *at,
            format!("`{c}` is plain text here"),
            "start an expression with !{, or leave the brace out",
        );
    } else if let Some((c, at)) =
        path.iter().find(|(c, _)| !c.is_ascii_alphanumeric() && !"!-_.*'()/=".contains(*c))
    {
        warn(
            "prefix-character",
            *at,
            format!("`{}` needs an escape in paths and addresses", c.escape_default()),
            "use a-z, A-Z, 0-9 and - _ . = only",
        );
    }
    let Some((_, at)) = path.last().filter(|(c, _)| *c != '/') else {
        return;
    };
    if prefix.has_expressions() || is_error_prefix {
        warn(
            "prefix-no-slash",
            *at,
            "there is no slash at the end, so the name of the object goes on right behind it".to_owned(),
            "end it with /",
        );
    } else {
        warn(
            "prefix-no-slash",
            *at,
            format!(
                "there is no slash at the end, and Firehose puts none there: objects go to {prefix}2026/…"
            ),
            "end it with /",
        );
    }
}

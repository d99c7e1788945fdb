//! Rejects of one reason.

use crate::replay::ErrorObject;
use crate::snippet::snippet;
use lakebed_schema::civil::Civil;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Rejects of one reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// What wrote them, such as `lakebed` or `format-conversion-failed`.
    pub kind: String,
    /// Code, such as `DataFormatConversion.MalformedData`.
    pub code: Option<String>,
    /// Table, where they say it.
    pub table: Option<String>,
    /// Column, where they say it.
    pub column: Option<String>,
    /// What was expected, where they say it.
    pub expected: Option<String>,
    /// How many.
    pub count: u64,
    /// When the first of them arrived, `2026-11-23T08:15:00Z`.
    pub first_arrival: Option<String>,
    /// When the last of them arrived.
    pub last_arrival: Option<String>,
    /// Most attempts that were made of one.
    pub attempts: u64,
    /// The first that was found.
    pub example: Example,
    #[serde(skip)]
    arrivals: Option<(i64, i64)>,
}

/// One reject.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Example {
    /// What is wrong.
    pub message: Option<String>,
    /// Where the record came from, `file:line:column`, where that is known.
    pub source: Option<String>,
    /// The error object, `file:line`.
    pub at: String,
    /// Bytes of the record.
    pub bytes: Option<u64>,
    /// The part of the record around the fault; control characters are blanks.
    pub snippet: Option<String>,
    /// Characters of the snippet before the fault.
    pub before: usize,
    /// Characters of the snippet that are at fault; 0 where nobody knows the place.
    pub marked: usize,
}

/// Reasons that are told apart; more than that are counted together.
const GROUPS: usize = 1000;

/// Groups under way.
#[derive(Debug, Default)]
pub(super) struct Groups {
    groups: BTreeMap<Vec<String>, Group>,
    ungrouped: u64,
}

impl Groups {
    /// Takes an error object that stands at that place.
    pub(super) fn add(&mut self, object: &ErrorObject<'_>, at: &str) {
        let kind = object.kind().word();
        let ours = object.ours.as_ref();
        let column = ours.and_then(|ours| ours.field.clone());
        let expected = ours.and_then(|ours| ours.expected.clone());
        // Firehose puts the value into the message: without it the messages of one reason are one.
        let reason = match &expected {
            Some(expected) => expected.clone(),
            None => object.message.as_deref().map(without_values).unwrap_or_default(),
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = vec![kind.to_owned(), text(&object.code), text(&object.table), text(&column), reason];
        if !self.groups.contains_key(&key) && self.groups.len() >= GROUPS {
            self.ungrouped += 1;
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
            kind: kind.to_owned(),
            code: object.code.clone(),
            table: object.table.clone(),
            column,
            expected,
            example: example(object, at),
            ..Group::default()
        });
        group.count += 1;
        group.attempts = group.attempts.max(object.attempts.unwrap_or(1));
        if let Some(ms) = object.arrival_ms {
            let (first, last) = group.arrivals.unwrap_or((ms, ms));
            group.arrivals = Some((first.min(ms), last.max(ms)));
        }
    }

    /// The groups, most frequent first, and how many error objects are in none.
    pub(super) fn finish(self) -> (Vec<Group>, u64) {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        for group in &mut groups {
            group.first_arrival = group.arrivals.map(|(first, _)| time(first));
            group.last_arrival = group.arrivals.map(|(_, last)| time(last));
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        (groups, self.ungrouped)
    }
}

/// Whether an error object has that reason.
pub(super) fn is_reason(object: &ErrorObject<'_>, reason: &str) -> bool {
    let code = object.code.as_deref().unwrap_or_default();
    let last = code.rsplit('.').next().unwrap_or_default();
    let plain = |text: &str| text.replace(['-', '_'], "").to_ascii_lowercase();
    [code, last, object.kind().word()].iter().any(|name| plain(name) == plain(reason))
}

fn example(object: &ErrorObject<'_>, at: &str) -> Example {
    let number = |value: &Value| value.as_u64().map(|number| number.to_string());
    let source = object.ours.as_ref().and_then(|ours| {
        let source = ours.source.clone()?;
        // An older reject of an error object of Firehose's names that object, which has no line of its own.
        Some(match (number(&ours.line), number(&ours.column)) {
            (Some(line), Some(column)) => format!("{source}:{line}:{column}"),
            (Some(_) | None, _) => source,
        })
    });
    let data = object.data().ok().flatten();
    let fault = object.ours.as_ref().and_then(|ours| ours.fault);
    let shown = data.as_deref().filter(|data| !data.is_empty()).map(|data| {
        let place = fault.and_then(|at| usize::try_from(at).ok()).map(|at| at..at + token(data, at));
        let place = place.or_else(|| quoted(data, object.message.as_deref()?));
        let known = place.is_some();
        let (text, before, marked) = snippet(data, place.unwrap_or(0..0));
        (text, before, if known { marked } else { 0 })
    });
    let (text, before, marked) = match shown {
        Some((text, before, marked)) => (Some(text), before, marked),
        None => (None, 0, 0),
    };
    Example {
        message: object.message.clone(),
        source,
        at: at.to_owned(),
        bytes: data.map(|data| data.len() as u64),
        snippet: text,
        before,
        marked,
    }
}

/// Bytes of the JSON value, or of whatever else, that starts at `at`.
fn token(data: &[u8], at: usize) -> usize {
    let rest = data.get(at..).unwrap_or_default();
    let len = match rest.first() {
        Some(b'"') => {
            let mut escaped = true;
            let end = rest.iter().position(|&byte| {
                let ends = byte == b'"' && !escaped;
                escaped = byte == b'\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 1)
        }
        Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'-' => rest
            .iter()
            .take_while(|byte| !matches!(byte, b',' | b'}' | b']' | b'<') && !byte.is_ascii_whitespace())
            .count(),
        Some(_) | None => 1,
    };
    len.max(1)
}

/// Where the text that a message quotes stands in the record, when that is one place.
fn quoted(data: &[u8], message: &str) -> Option<std::ops::Range<usize>> {
    let start = message.find('"')?;
    let quoted = message.get(start..message.rfind('"')? + 1).filter(|text| text.len() > 2)?;
    let mut places = memchr::memmem::find_iter(data, quoted.as_bytes());
    let at = places.next()?;
    places.next().is_none().then(|| at..at + quoted.len())
}

/// A message without what is in quotes and without numbers.
fn without_values(message: &str) -> String {
    let mut out = String::new();
    let mut quote: Option<char> = None;
    for c in message.chars() {
        match quote {
            Some(open) if c == open => {
                quote = None;
                out.push(c);
            }
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => {
                quote = Some(c);
                out.push(c);
                out.push('…');
            }
            None if c.is_ascii_digit() => {
                if !out.ends_with('#') {
                    out.push('#');
                }
            }
            None => out.push(c),
        }
        if out.len() > 400 {
            break;
        }
    }
    out
}

/// `2026-11-23T08:15:00Z`
fn time(ms: i64) -> String {
    let Civil { year, month, day, hour, minute, second } = Civil::from_seconds(ms.div_euclid(1000));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

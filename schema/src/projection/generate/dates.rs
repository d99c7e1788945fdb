//! Partition columns that hold a date, or one part of it.

use super::{Shape, place};
use crate::civil::Civil;
use crate::date_pattern::{DatePattern, PatternItem};
use crate::finding::Finding;
use crate::layout::{Part, Segment, shown};
use crate::target::Target;

/// Last year that four digits hold.
const LAST_YEAR: i64 = 9999;
/// Units of time and how many of each a year has at most, in the order in which a date needs them.
const UNITS: [(char, &str, u128); 5] = [
    ('y', "YEARS", 1),
    ('M', "MONTHS", 12),
    ('d', "DAYS", 366),
    ('H', "HOURS", 366 * 24),
    ('m', "MINUTES", 366 * 24 * 60),
];

/// The shape of a column without a value of the record. A single part of the date becomes numbers, or words when
/// text stands around it or null has to be among them; several become dates.
pub(super) fn shape(segment: &Segment, has_null: bool, target: &Target) -> Result<Shape, Finding> {
    let letters: Vec<char> = segment.parts.iter().flat_map(letters).collect();
    if let [letter] = letters[..] {
        let (first, last) = match letter {
            'y' => years(target)?,
            'M' => (1, 12),
            'd' => (1, 31),
            'H' => (0, 23),
            _ => (0, 59),
        };
        let digits = if letter == 'y' { 4 } else { 2 };
        if !has_null && is_bare(segment) {
            return Ok(Shape::Integer { first, last, digits: Some(digits) });
        }
        let texts = (first..=last).map(|number| text(segment, &single(letter, number)));
        return Ok(Shape::Enum(texts.collect()));
    }
    date(segment, &letters, target)
}

/// Days as the text of a date column writes them.
pub(super) fn iso_days(target: &Target) -> Result<Shape, Finding> {
    let from = from(target)?;
    Ok(Shape::Date {
        format: "yyyy-MM-dd".to_owned(),
        from: format!("{:04}-{:02}-{:02}", from.year, from.month, from.day),
        unit: "DAYS",
        per_year: 366,
    })
}

/// Several parts of a date in one column.
fn date(segment: &Segment, letters: &[char], target: &Target) -> Result<Shape, Finding> {
    let column = &segment.column;
    let written = shown(&segment.parts);
    let wrong = |problem: &str, fix: &str| {
        Finding::new("projection-date", place(column), format!("`{written}` {problem}"), fix)
    };
    if let Some(letter) = letters
        .iter()
        .enumerate()
        .find(|(i, letter)| letters.iter().take(*i).any(|earlier| earlier == *letter))
    {
        let problem = format!("has the letter `{}` in two places", letter.1);
        return Err(wrong(&problem, "write each part of the date once"));
    }
    let needed = UNITS.get(..letters.len()).unwrap_or(&UNITS);
    if !needed.iter().all(|(letter, ..)| letters.contains(letter)) {
        return Err(wrong(
            "does not say when its date begins, so Athena cannot compute the values",
            "begin with the year and leave no part out before the finest one, or give each part a partition column of its own, such as month={MM}/day={dd}",
        ));
    }
    let format = format(segment).ok_or_else(|| {
        wrong(
            "has digits behind the year, which Java reads as part of it",
            "put text that begins with no digit behind yyyy",
        )
    })?;
    let (_, unit, per_year) = needed.last().copied().unwrap_or(UNITS[0]);
    Ok(Shape::Date { format, from: text(segment, &from(target)?), unit, per_year })
}

/// Letters of the date in a part; `u` is a year like `y`.
fn letters(part: &Part) -> Vec<char> {
    match part {
        Part::Date(pattern) => {
            pattern.fields().map(|(letter, _)| if letter == 'u' { 'y' } else { letter }).collect()
        }
        Part::Literal(_) | Part::Value => Vec::new(),
    }
}

/// Whether one letter stands there and nothing else.
fn is_bare(segment: &Segment) -> bool {
    matches!(&segment.parts[..], [Part::Date(pattern)] if pattern.items.len() == 1)
}

/// A time with that number in one part.
fn single(letter: char, number: i64) -> Civil {
    let small = u8::try_from(number).unwrap_or_default();
    let mut civil = Civil { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    match letter {
        'y' => civil.year = number,
        'M' => civil.month = small,
        'd' => civil.day = small,
        'H' => civil.hour = small,
        _ => civil.minute = small,
    }
    civil
}

/// The value that a time makes.
fn text(segment: &Segment, civil: &Civil) -> String {
    let mut text = String::new();
    for part in &segment.parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Date(pattern) => pattern.format(&mut text, civil),
            Part::Value => {}
        }
    }
    text
}

/// The segment as one Java pattern, text in quotes; none when Java would not read back what it writes: `yyyy` takes
/// all digits it finds, unless the next letter asks for its own.
fn format(segment: &Segment) -> Option<String> {
    let (mut format, mut literal, mut after_year) = (String::new(), String::new(), false);
    let items = segment.parts.iter().flat_map(|part| match part {
        Part::Date(pattern) => pattern.items.clone(),
        Part::Literal(text) => vec![PatternItem::Literal(text.clone())],
        Part::Value => Vec::new(),
    });
    for item in items {
        match item {
            PatternItem::Literal(text) => {
                if literal.is_empty() && after_year && text.starts_with(|c: char| c.is_ascii_digit()) {
                    return None;
                }
                literal.push_str(&text);
            }
            PatternItem::Field { letter, count } => {
                push_literal(&mut format, &mut literal);
                format.extend(std::iter::repeat_n(letter, count));
                after_year = matches!(letter, 'y' | 'u');
            }
        }
    }
    push_literal(&mut format, &mut literal);
    Some(format)
}

fn push_literal(format: &mut String, literal: &mut String) {
    if literal.chars().any(|c| c.is_ascii_alphabetic()) {
        format.push('\'');
        format.push_str(literal);
        format.push('\'');
    } else {
        format.push_str(literal);
    }
    literal.clear();
}

/// First and last year of a year that stands alone.
fn years(target: &Target) -> Result<(i64, i64), Finding> {
    let first = from(target)?.year;
    let last = first + i64::from(target.projection.years) - 1;
    if last < first || last > LAST_YEAR {
        return Err(Finding::new(
            "projection-years",
            "projection.years",
            format!("{} years from {first} on end in {last}", target.projection.years),
            format!(
                "write how many years the table goes on from the first one, at least 1, not beyond {LAST_YEAR}"
            ),
        ));
    }
    Ok((first, last))
}

/// The first day with data.
fn from(target: &Target) -> Result<Civil, Finding> {
    let fix = "write the first day with data into lakebed.toml, projection.from = \"2026-01-01\", or give --set projection.from=2026-01-01";
    let Some(text) = &target.projection.from else {
        return Err(Finding::new("projection-from", "projection.from", "is not set", fix));
    };
    // The pattern is right.
    let day = DatePattern::parse("yyyy-MM-dd").ok().and_then(|pattern| pattern.parse_time(text.as_bytes()));
    match day {
        Some(day) => Ok(day.civil),
        None => Err(Finding::new("projection-from", "projection.from", format!("`{text}` is no day"), fix)),
    }
}

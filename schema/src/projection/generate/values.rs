//! Partition columns that hold a value of the record.

use super::{Shape, check_word, place};
use crate::finding::Finding;
use crate::layout::{Part, Segment};
use crate::logical_type::LogicalType;
use crate::table::Column;
use crate::target::Target;

/// Values that the target lists, as they stand in the path.
pub(super) fn listed(segment: &Segment, words: &[String], null: Option<&str>) -> Result<Shape, Finding> {
    let column = &segment.column;
    let wrong = |problem: String, fix: &str| {
        Finding::new("projection-values", format!("projection.columns.{column}"), problem, fix)
    };
    if words.is_empty() {
        return Err(wrong("has no values".into(), "list at least one"));
    }
    for (i, word) in words.iter().enumerate() {
        check_word(column, word)?;
        if words.iter().take(i).any(|earlier| earlier == word) {
            return Err(wrong(format!("has the value `{word}` twice"), "leave one out"));
        }
        if null != Some(word.as_str()) && !has_text_around(segment, word) {
            let problem =
                format!("the value `{word}` does not fit `{}`", crate::layout::shown(&segment.parts));
            return Err(wrong(problem, "write the values as they stand in the path"));
        }
    }
    Ok(Shape::Enum(words.to_vec()))
}

/// Whether a value begins and ends with the text around what varies.
fn has_text_around(segment: &Segment, word: &str) -> bool {
    let text = |part: Option<&Part>| match part {
        Some(Part::Literal(text)) => text.clone(),
        Some(Part::Date(_) | Part::Value) | None => String::new(),
    };
    let (before, after) = (text(segment.parts.first()), text(segment.parts.last()));
    word.len() > before.len() + after.len() && word.starts_with(&before) && word.ends_with(&after)
}

/// Numbers that the target gives.
pub(super) fn range(segment: &Segment, first: i64, last: i64) -> Result<Shape, Finding> {
    let wrong = |problem: String, fix: &str| {
        Finding::new("projection-range", format!("projection.columns.{}", segment.column), problem, fix)
    };
    if first > last {
        return Err(wrong(
            format!("goes from {first} down to {last}"),
            "write range = [FIRST, LAST], the smaller number first",
        ));
    }
    if !segment.is_plain_value() {
        let problem =
            format!("is a range of numbers, and the path holds `{}`", crate::layout::shown(&segment.parts));
        return Err(wrong(problem, "list the values as they stand in the path: values = [\"…\"]"));
    }
    Ok(Shape::Integer { first, last, digits: None })
}

/// Values that the declaration of the source knows.
pub(super) fn declared(
    segment: &Segment,
    source: Option<&Column>,
    target: &Target,
) -> Result<Shape, Finding> {
    let column = &segment.column;
    if segment.parts.iter().any(|part| matches!(part, Part::Date(_))) {
        return Err(Finding::new(
            "projection-mixed",
            place(column),
            format!(
                "`{}` holds a value and a date, and Athena computes one or the other",
                crate::layout::shown(&segment.parts)
            ),
            "give each a partition column of its own",
        ));
    }
    #[allow(clippy::wildcard_enum_match_arm, reason = "of every other type the declaration knows no values")]
    let words: Vec<&str> = match source.map(|source| &source.ty) {
        Some(LogicalType::Enum(words)) => words.iter().map(|word| word.word.as_str()).collect(),
        Some(LogicalType::Boolean) => vec!["false", "true"],
        Some(LogicalType::Date) if segment.is_plain_value() => return super::dates::iso_days(target),
        ty => return Err(unknown(column, ty.is_some_and(|ty| ty.integer_range().is_some()))),
    };
    let mut texts = Vec::new();
    for word in words {
        let text = segment.parts.iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Value => word,
            Part::Date(_) => "",
        });
        let text = text.collect::<String>();
        check_word(column, &text)?;
        texts.push(text);
    }
    Ok(Shape::Enum(texts))
}

/// Nobody has said which values there are.
fn unknown(column: &str, is_integer: bool) -> Finding {
    let values = format!("{column} = {{ values = [\"…\", \"…\"] }}");
    let range = format!("{column} = {{ range = [FIRST, LAST] }}");
    let first = if is_integer { format!("{range} or {values}") } else { values };
    Finding::new(
        "projection-column",
        place(column),
        "Athena has to compute its values, and nothing says which there are",
        format!(
            "write into lakebed.toml, below [projection.columns], {first}, or {column} = \"injected\" when every query names one; or projection.enabled = false, and register each partition"
        ),
    )
}

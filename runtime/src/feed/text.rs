//! Wire texts into columns: what a JSON string, a JSON number or an XML text means for each type.

use super::cells::Cells;
use crate::columns::ColumnId;
use crate::decimal::parse_decimal;
use crate::fault::{Step, Wire};
use crate::plan::Kind;
use crate::time::{parse_date, parse_digits};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::borrow::Cow;

impl Cells<'_> {
    /// A text, coerced to the column's type.
    pub(crate) fn text(&mut self, id: ColumnId, text: &[u8]) -> Step {
        let node = self.node(id);
        // A word such as `unknown` in a column of times: it is compared as it is written.
        if node.sentinels.texts.iter().any(|sentinel| sentinel.as_bytes() == text) {
            return self.sentinel(id);
        }
        let done = match &node.kind {
            Kind::String => return self.string(id, text),
            Kind::Boolean if text.eq_ignore_ascii_case(b"true") => return self.bool(id, true),
            Kind::Boolean if text.eq_ignore_ascii_case(b"false") => return self.bool(id, false),
            Kind::Boolean | Kind::List { .. } | Kind::Map | Kind::Struct(_) | Kind::Json => None,
            Kind::Int { .. } => parse_digits(text).map(|value| self.int(id, value.into())),
            Kind::Float32 | Kind::Float64 | Kind::Decimal { .. } => {
                let number = with_point(text, node.decimal_comma);
                number.and_then(|number| is_number(&number).then(|| self.number_text(id, &number)))
            }
            Kind::Char => {
                let one = std::str::from_utf8(text).is_ok_and(|text| text.chars().count() == 1);
                one.then(|| self.string(id, text))
            }
            Kind::Uuid => parse_uuid(text).map(|uuid| self.string(id, &uuid)),
            Kind::Enum(words) => {
                let word = words.iter().find(|(spelling, _)| spelling == text);
                word.map(|(_, word)| self.string(id, word.as_bytes()))
            }
            Kind::Binary => {
                STANDARD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).ok().map(|bytes| {
                    self.columns.push_bytes(id, &bytes);
                    Ok(())
                })
            }
            Kind::Date(None) => parse_date(text).map(|days| self.date(id, days)),
            Kind::Date(Some(plan)) | Kind::Time { plan, .. } => {
                plan.parse_text(text).map(|moment| self.moment(id, moment))
            }
        };
        done.unwrap_or_else(|| Err(self.refuse_wire(id, Wire::text(text))))
    }

    /// A text that stands in quotes where numbers need none, as in JSON.
    pub(crate) fn quoted(&mut self, id: ColumnId, text: &[u8]) -> Step {
        let node = self.node(id);
        let accepted = match &node.kind {
            Kind::Int { .. } | Kind::Float32 | Kind::Float64 | Kind::Decimal { .. } => {
                node.reading.quoted_numbers || node.decimal_comma
            }
            Kind::Boolean => node.reading.quoted_words,
            Kind::Date(Some(plan)) | Kind::Time { plan, .. } => {
                node.reading.quoted_words || !plan.is_quoted_number(text)
            }
            Kind::String
            | Kind::Char
            | Kind::Uuid
            | Kind::Enum(_)
            | Kind::Json
            | Kind::Binary
            | Kind::Date(None)
            | Kind::List { .. }
            | Kind::Map
            | Kind::Struct(_) => true,
        };
        if accepted { self.text(id, text) } else { Err(self.refuse_wire(id, Wire::text(text))) }
    }

    /// A JSON number as it is written, coerced to the column's type.
    pub(crate) fn number(&mut self, id: ColumnId, token: &[u8]) -> Step {
        let node = self.node(id);
        match &node.kind {
            Kind::String if node.reading.plain_numbers && !self.makes_a_path(id, token) => {
                Err(self.refuse_wire(id, Wire::number(token)))
            }
            Kind::String if node.reading.scalar_as_text => self.string(id, token),
            Kind::Json => {
                self.columns.push_bytes(id, token);
                Ok(())
            }
            Kind::Float32 | Kind::Float64 | Kind::Decimal { .. } => self.number_text(id, token),
            Kind::Int { .. } | Kind::Time { .. } | Kind::Date(Some(_)) => {
                if let Kind::Time { plan, .. } = &node.kind
                    && let Some(moment) = plan.parse_wrapped(token)
                {
                    return self.moment(id, moment);
                }
                match integral(token) {
                    Some(value) => self.int(id, value),
                    None => Err(self.refuse_wire(id, Wire::number(token))),
                }
            }
            Kind::Boolean
            | Kind::String
            | Kind::Char
            | Kind::Uuid
            | Kind::Enum(_)
            | Kind::Binary
            | Kind::Date(None)
            | Kind::List { .. }
            | Kind::Map
            | Kind::Struct(_) => Err(self.refuse_wire(id, Wire::number(token))),
        }
    }

    /// Whether a number is written as jq writes it too, or is a sentinel.
    fn makes_a_path(&self, id: ColumnId, token: &[u8]) -> bool {
        const MAX_DIGITS: usize = 15;
        let digits = token.strip_prefix(b"-").unwrap_or(token);
        let plain = digits.len() <= MAX_DIGITS && digits.iter().all(u8::is_ascii_digit);
        plain || self.node(id).sentinels.texts.iter().any(|sentinel| sentinel.as_bytes() == token)
    }

    /// A number with a decimal point into a floating-point or decimal column.
    fn number_text(&mut self, id: ColumnId, token: &[u8]) -> Step {
        let text = std::str::from_utf8(token).unwrap_or_default();
        #[allow(clippy::wildcard_enum_match_arm, reason = "called for these three types")]
        let done = match self.node(id).kind {
            Kind::Float32 => text
                .parse::<f32>()
                .ok()
                .filter(|value| value.is_finite())
                .map(|value| self.float32(id, value)),
            Kind::Float64 => text
                .parse::<f64>()
                .ok()
                .filter(|value| value.is_finite())
                .map(|value| self.float64(id, value)),
            Kind::Decimal { precision, scale } => {
                parse_decimal(token, precision, scale).map(|scaled| self.scaled(id, scaled))
            }
            _ => None,
        };
        done.unwrap_or_else(|| Err(self.refuse_wire(id, Wire::number(token))))
    }
}

/// The value of a number that is an integer, however it is written (`12`, `12.0`, `1.2e1`).
fn integral(token: &[u8]) -> Option<i128> {
    if let Some(value) = parse_digits(token) {
        return Some(value.into());
    }
    parse_decimal(token, 38, 0).filter(|scaled| !scaled.rounded).map(|scaled| scaled.unscaled)
}

/// A number whose decimal comma, if declared, is a point; `None` when a point stands where a comma should.
fn with_point(text: &[u8], decimal_comma: bool) -> Option<Cow<'_, [u8]>> {
    if !decimal_comma {
        return Some(Cow::Borrowed(text));
    }
    if text.contains(&b'.') {
        return None;
    }
    Some(Cow::Owned(text.iter().map(|&b| if b == b',' { b'.' } else { b }).collect()))
}

/// Whether a text is a plain decimal number: no `inf`, no `NaN`, no white space.
fn is_number(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
        && text.iter().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
}

/// A UUID of 32 hexadecimal digits, with or without its four hyphens, in lower case with hyphens.
pub(crate) fn parse_uuid(text: &[u8]) -> Option<[u8; 36]> {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let hyphenated = text.len() == 36;
    if !hyphenated && text.len() != 32 {
        return None;
    }
    let mut source = text.iter();
    let mut out = [b'-'; 36];
    for (at, slot) in out.iter_mut().enumerate() {
        if HYPHENS.contains(&at) {
            if hyphenated && source.next() != Some(&b'-') {
                return None;
            }
            continue;
        }
        let digit = source.next().filter(|b| b.is_ascii_hexdigit())?;
        *slot = digit.to_ascii_lowercase();
    }
    Some(out)
}
